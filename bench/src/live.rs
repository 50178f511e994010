//! Live: many open pages over some sources while events come. How long after an event was acknowledged every page of its
//! source has it, and what the pages cost: the same load runs without them and with them, in turns.

use crate::Options;
use crate::data::Data;
use crate::driver::{Load, drive};
use crate::http::Connection;
use crate::payload::{Shape, Template};
use crate::process::Process;
use crate::report::{Bound, Goal, Report, Table};
use crate::stats::{Cell, Quantiles, Spread, Unit};
use crate::viewers::{Sighting, Viewers, marker};
use anyhow::{Result, anyhow, bail};
use std::ops::Range;
use std::time::{Duration, Instant};
use tokio::time::sleep;

/// Of few names: a source that counts under more keys in a minute than travel tells its pages to ask anew instead.
const SHAPE: Shape = Shape { batch: 10, event_bytes: 1_000, connections: 16, names: 10 };
const MARKER_EVERY: Duration = Duration::from_millis(100);
/// By then a marker has been seen, or it will not be.
const SEEN_WITHIN: Duration = Duration::from_secs(2);

/// `bench live`
#[derive(clap::Args)]
pub struct LiveArgs {
    /// Open pages
    #[arg(long, default_value_t = 1_000)]
    viewers: usize,
    /// Over so many sources
    #[arg(long, default_value_t = 20)]
    sources: usize,
    /// Events a second
    #[arg(long, default_value_t = 5_000)]
    events: u32,
    /// How long each load lasts, in seconds
    #[arg(long = "for", default_value_t = 15)]
    load_seconds: u64,
}

/// One load, without or with viewers.
struct Pass {
    stored_rate: f64,
    /// CPU seconds a second.
    cpu_share: f64,
    memory_bytes: f64,
    /// From a marker's acknowledgement to a page that has it, in milliseconds.
    delays_ms: Vec<f64>,
    /// Of all that had to see a marker, how many did.
    seen_share: f64,
}

/// Measures.
///
/// # Errors
/// A process or the store fails.
pub fn run(options: &Options, args: &LiveArgs) -> Result<Report> {
    let data = Data::new(args.sources.max(1))?;
    let server = Process::headwater(&options.headwater, data.path())?;
    let (mut without, mut with) = (Vec::new(), Vec::new());
    let mut markers = 0..0;
    for round in 0..options.rounds {
        eprintln!("live: round {} of {}", round + 1, options.rounds);
        for (viewers, passes) in [(0, &mut without), (args.viewers, &mut with)] {
            let count = usize::try_from(Duration::from_secs(args.load_seconds).div_duration_f64(MARKER_EVERY) as u64)?;
            markers = markers.end..markers.end + count.max(1);
            passes.push(pass(&server, &data, args, viewers, markers.clone())?);
        }
    }
    server.stop()?;
    Ok(report(args, &without, &with))
}

fn pass(server: &Process, data: &Data, args: &LiveArgs, viewers: usize, markers: Range<usize>) -> Result<Pass> {
    let pages = if viewers > 0 { Some(Viewers::open(server.addr, &data.sources, viewers)?) } else { None };
    let (before, cpu_before) = (data.received()?, server.cpu_seconds()?);
    let write_keys = data.write_keys();
    let load = Load {
        addr: server.addr,
        shape: SHAPE,
        write_keys: &write_keys,
        rate: Some(f64::from(args.events) / SHAPE.batch as f64),
        time: Duration::from_secs(args.load_seconds),
        stop: None,
    };
    let (acknowledged, seconds, cpu_seconds) = std::thread::scope(|scope| {
        let loading = scope.spawn(|| {
            let outcome = drive(&load)?;
            anyhow::Ok((outcome.elapsed.as_secs_f64(), server.cpu_seconds()? - cpu_before))
        });
        let acknowledged = send_markers(server, &write_keys, markers.clone());
        let (seconds, cpu_seconds) = loading.join().map_err(|_| anyhow!("the load broke"))??;
        anyhow::Ok((acknowledged?, seconds, cpu_seconds))
    })?;
    let (cpu_share, memory_bytes) = (cpu_seconds / seconds, server.memory()?);
    let stored_rate = (data.received()? - before) as f64 / seconds;
    let sightings = pages.map(Viewers::close).transpose()?.unwrap_or_default();
    let delay = |(number, at): &Sighting| {
        let acknowledged = acknowledged.get(number.checked_sub(markers.start)?)?;
        Some(at.saturating_duration_since(*acknowledged).as_secs_f64() * 1e3)
    };
    let delays_ms: Vec<f64> = sightings.iter().filter_map(delay).collect();
    // Each source has as many viewers, and as many markers.
    let to_see = (viewers * markers.len()) as f64 / data.sources.len() as f64;
    Ok(Pass { stored_rate, cpu_share, memory_bytes, seen_share: delays_ms.len() as f64 / to_see, delays_ms })
}

/// Sends a marker now and then, sources in turn; when each was acknowledged.
fn send_markers(server: &Process, write_keys: &[String], markers: Range<usize>) -> Result<Vec<Instant>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut rng = fastrand::Rng::new();
    runtime.block_on(async {
        let mut connection = Connection::open(server.addr).await?;
        let mut acknowledged = Vec::new();
        for (number, key) in markers.zip(write_keys.iter().cycle()) {
            let mut template = Template::named(&marker(number), key, &mut rng)?;
            let (status, _) = connection.call(template.stamp()).await?;
            if status != 200 {
                bail!("a marker was answered {status}");
            }
            acknowledged.push(Instant::now());
            sleep(MARKER_EVERY).await;
        }
        sleep(SEEN_WITHIN).await;
        Ok(acknowledged)
    })
}

fn report(args: &LiveArgs, without: &[Pass], with: &[Pass]) -> Report {
    let viewers = args.viewers.max(1) as f64;
    let row = |label: &str, passes: &[Pass]| {
        let delays: Vec<f64> = passes.iter().flat_map(|pass| pass.delays_ms.iter().copied()).collect();
        vec![
            label.into(),
            Cell::rounds(passes.iter().map(|pass| pass.stored_rate), Unit::Count),
            Cell::Quantiles(Quantiles::of(&delays)),
            Cell::rounds(passes.iter().map(|pass| pass.seen_share), Unit::Percent),
            Cell::rounds(passes.iter().map(|pass| pass.cpu_share), Unit::Percent),
            Cell::rounds(passes.iter().map(|pass| pass.memory_bytes), Unit::Megabytes),
        ]
    };
    let p95s = with.iter().map(|pass| Quantiles::of(&pass.delays_ms).p95);
    let cpu = without.iter().zip(with).map(|(without, with)| with.cpu_share - without.cpu_share);
    let memory = without.iter().zip(with).map(|(without, with)| (with.memory_bytes - without.memory_bytes) / viewers);
    let (cpu, memory) = (Spread::of(cpu), Cell::rounds(memory, Unit::Kilobytes));
    let title = format!("{} viewers over {} sources at {} events/s", args.viewers, args.sources, args.events);
    let rates = Table {
        title,
        note: "Delay: from a marker's acknowledgement until an open page of its source has it, p50 / p95. CPU in shares of one core.",
        columns: vec!["load", "stored events/s", "delay", "markers seen", "CPU", "memory"],
        rows: vec![row("without viewers", without), row("with viewers", with)],
    };
    let costs = Table {
        title: "What viewers cost".into(),
        note: "With viewers less without, of the same round.",
        columns: vec!["CPU of all", "memory of each"],
        rows: vec![vec![Cell::Rounds(cpu, Unit::Percent), memory]],
    };
    let seen = Spread::of(with.iter().map(|pass| pass.seen_share)).least;
    let goal = |what: &str, measured, bound, unit| Goal { what: what.to_owned(), measured, bound, unit };
    let goals = vec![
        goal("commit to browser, p95", Spread::of(p95s).median, Bound::AtMost(300.0), Unit::Milliseconds),
        goal("CPU of the viewers, of one core", cpu.median, Bound::AtMost(0.25), Unit::Percent),
        goal("markers that all viewers saw", seen, Bound::AtLeast(1.0), Unit::Percent),
    ];
    Report { scenario: "live", tables: vec![rates, costs], goals }
}
