//! Query: what the overview asks its server for, over HTTP: every range, over a source with next to nothing in it and over
//! full ones, in turns, on a server that has nothing else to do and on one that takes events at half its rate.

mod tables;

use crate::Options;
use crate::clock;
use crate::data::{Data, SourceKey};
use crate::driver::{Load, drive};
use crate::history::{self, Past};
use crate::http::Connection;
use crate::payload::{NAMES, Shape};
use crate::process::Process;
use crate::report::Report;
use anyhow::{Result, anyhow, bail};
use domain::clock::DAY_MS;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// How far back pasts reach, and the custom range.
const DAYS: i64 = 90;
const VERSIONS: u64 = 20;
/// Most events that are committed one by one.
const COMMITTED_MAX: u64 = 1_000_000;
/// The load beside the queries.
const LOAD: Shape = Shape { batch: 100, event_bytes: 1_000, connections: 64, names: NAMES };
/// Longest time of that load: it is ended when the queries are done.
const LOAD_TIME_MAX: Duration = Duration::from_secs(3_600);
/// Questions of each kind in a round.
const ASKED: usize = 50;
/// As in the address; the last one is made from the moment.
const RANGES: [&str; 6] = ["10m", "1h", "24h", "7d", "14d", "90 days"];

/// `bench query`
#[derive(clap::Args)]
pub struct QueryArgs {
    /// Events that full sources have counted; 1, 10 and 100 million with --full
    #[arg(long, value_delimiter = ',')]
    counted: Option<Vec<u64>>,
    /// Names under which they did, with 20 versions each
    #[arg(long, value_delimiter = ',', default_values_t = [50, 2_000])]
    names: Vec<u64>,
}

/// A source that is asked about.
struct Subject {
    source: SourceKey,
    events: u64,
    names: u64,
    /// Event by event, not only its counts.
    is_committed: bool,
}

/// What is asked about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum View {
    /// As the page opens.
    Plain,
    /// The table by name.
    ByName,
    /// The table by version, narrowed to one name.
    OneName,
}

impl View {
    const ALL: [Self; 3] = [Self::Plain, Self::ByName, Self::OneName];

    fn label(self) -> &'static str {
        match self {
            Self::Plain => "as opened",
            Self::ByName => "by name",
            Self::OneName => "one name",
        }
    }

    fn params(self) -> String {
        match self {
            Self::Plain => String::new(),
            Self::ByName => "&params%5Bby%5D=name".to_owned(),
            Self::OneName => {
                format!("&params%5Bby%5D=version&params%5Bevent%5D={}", history::name(0).replace(' ', "%20"))
            }
        }
    }
}

/// A question, and how long its answers took in milliseconds.
struct Asked {
    subject: usize,
    view: View,
    range: usize,
    idle: Vec<f64>,
    loaded: Vec<f64>,
}

/// Measures.
///
/// # Errors
/// A process or the store fails, or an answer has no numbers.
pub fn run(options: &Options, args: &QueryArgs) -> Result<Report> {
    let counted = args.counted.clone().unwrap_or_else(|| match options.full {
        true => vec![1_000_000, 10_000_000, 100_000_000],
        false => vec![1_000_000],
    });
    let (data, subjects) = subjects(&counted, &args.names)?;
    let loaded = data.add_sources("Loaded", 1)?;
    let server = Process::headwater(&options.headwater, data.path())?;
    let first_answer_ms = server.first_answer.as_secs_f64() * 1e3;
    let write_keys: Vec<String> = loaded.into_iter().map(|source| source.write_key).collect();
    let load = |rate, time, stop| Load { addr: server.addr, shape: LOAD, write_keys: &write_keys, rate, time, stop };
    let mut asked = questions(&subjects);
    let mut others = Others::default();
    let full_rate = drive(&load(None, options.time(), None))?.requests_a_second();
    for round in 0..options.rounds {
        eprintln!("query: round {} of {}", round + 1, options.rounds);
        ask_all(server.addr, &subjects, &mut asked, |asked| &mut asked.idle)?;
        others.ask(server.addr, &subjects, false)?;
        let stop = Arc::new(AtomicBool::new(false));
        std::thread::scope(|scope| {
            let load = load(Some(full_rate / 2.0), LOAD_TIME_MAX, Some(Arc::clone(&stop)));
            let loading = scope.spawn(move || drive(&load));
            let answers = ask_all(server.addr, &subjects, &mut asked, |asked| &mut asked.loaded)
                .and_then(|()| others.ask(server.addr, &subjects, true));
            stop.store(true, Ordering::Relaxed);
            loading.join().map_err(|_| anyhow!("the load broke"))??;
            answers
        })?;
    }
    server.stop()?;
    let tables = tables::of(&subjects, &asked, &others);
    Ok(Report { scenario: "query", tables, goals: tables::goals(&subjects, &asked, first_answer_ms) })
}

/// The first has one event, so that there are numbers; the others have what was asked for.
fn subjects(counted: &[u64], names: &[u64]) -> Result<(Data, Vec<Subject>)> {
    let data = Data::new(0)?;
    let mut subjects = Vec::new();
    let sizes = names.iter().flat_map(|names| counted.iter().map(move |events| (*events, *names)));
    for (events, names) in std::iter::once((1, 1)).chain(sizes) {
        let source = data.add_sources("Counted", 1)?.remove(0);
        eprintln!("query: a past of {events} events under {names} names");
        history::count(&data, &source, Past { events, names, versions: VERSIONS, days: DAYS, is_kept_up: true })?;
        subjects.push(Subject { source, events, names, is_committed: false });
    }
    // One again, the way of a server's commits: the others must not differ from it.
    let smallest = subjects.get(1).map(|subject| (subject.events.min(COMMITTED_MAX), subject.names));
    if let Some((events, names)) = smallest {
        let source = data.add_sources("Committed", 1)?.remove(0);
        eprintln!("query: {events} events under {names} names, committed");
        history::fill(&data, &source, Past { events, names, versions: VERSIONS, days: DAYS, is_kept_up: true })?;
        subjects.push(Subject { source, events, names, is_committed: true });
    }
    Ok((data, subjects))
}

fn questions(subjects: &[Subject]) -> Vec<Asked> {
    let mut asked = Vec::new();
    for range in 0..RANGES.len() {
        for view in View::ALL {
            let of = |subject| Asked { subject, view, range, idle: Vec::new(), loaded: Vec::new() };
            asked.extend((0..subjects.len()).map(of));
        }
    }
    asked
}

/// Every question in turn, again and again.
fn ask_all(
    addr: SocketAddr,
    subjects: &[Subject],
    asked: &mut [Asked],
    times: impl Fn(&mut Asked) -> &mut Vec<f64>,
) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let mut connection = Connection::open(addr).await?;
        for _ in 0..ASKED {
            for question in &mut *asked {
                let Some(subject) = subjects.get(question.subject) else { continue };
                let path = overview_path(subject, question.view, question.range);
                let took_ms = ask(&mut connection, &path, "days of counts:").await?;
                times(question).push(took_ms);
            }
        }
        Ok(())
    })
}

/// Asks once; how many milliseconds it took. What the answer must hold is looked for afterwards.
async fn ask(connection: &mut Connection, path: &str, holds: &str) -> Result<f64> {
    let begin = Instant::now();
    let (status, _) = connection.get(path).await?;
    let took_ms = begin.elapsed().as_secs_f64() * 1e3;
    if status != 200 || memchr::memmem::find(connection.answer(), holds.as_bytes()).is_none() {
        bail!("GET {path} was answered {status}, without {holds}");
    }
    Ok(took_ms)
}

fn overview_path(subject: &Subject, view: View, range: usize) -> String {
    let now = clock::now();
    let range = match RANGES.get(range) {
        Some(&preset) if !preset.contains(' ') => preset.to_owned(),
        Some(_) | None => format!("{}..{}", now.plus_ms(-DAYS * DAY_MS).to_utc_text(), now.to_utc_text()),
    };
    format!("/_app/source_overview?slug={}&params%5Brange%5D={range}{}", subject.source.slug, view.params())
}

/// The other functions that the page asks, which know no range or only the drawer's.
#[derive(Default)]
struct Others {
    idle: [Vec<f64>; 3],
    loaded: [Vec<f64>; 3],
}

impl Others {
    const NAMES: [&str; 3] = ["frame", "degradation", "discard_samples"];

    fn ask(&mut self, addr: SocketAddr, subjects: &[Subject], is_loaded: bool) -> Result<()> {
        let Some(largest) = subjects.last() else { return Ok(()) };
        let drawer = format!("?slug={}&params%5Bstep%5D=failed&params%5Bopen%5D=no_user_anon_id", largest.source.slug);
        let paths =
            ["/_app/frame".to_owned(), "/_app/degradation".to_owned(), format!("/_app/discard_samples{drawer}")];
        let times = if is_loaded { &mut self.loaded } else { &mut self.idle };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(async {
            let mut connection = Connection::open(addr).await?;
            for _ in 0..ASKED {
                for (path, times) in paths.iter().zip(&mut *times) {
                    times.push(ask(&mut connection, path, "").await?);
                }
            }
            Ok(())
        })
    }
}
