//! How fast one writer commits: `cargo run --release -p store --example commit_speed -- [names] [seconds between commits]`.
//! Commits of 1,000 events of 879 bytes with fsync, 50 names by 5 versions unless told otherwise.

#![expect(clippy::disallowed_methods, clippy::print_stdout, reason = "a stopwatch")]

use domain::breakdown::Dimension;
use domain::clock::{DAY_MS, Timestamp};
use domain::event::EventType;
use domain::filter::Filters;
use domain::overview::{Question, Selection};
use domain::source::SourceNumber;
use domain::time_range::TimeRange;
use domain::verdict::Verdict;
use std::time::{Duration, Instant};
use store::event::{EventWriter, JudgedEvent};
use store::{Durability, Store, overview};

const COMMIT_EVENTS: i64 = 1_000;
const COMMITS: i64 = 300;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1).filter_map(|argument| argument.parse::<i64>().ok());
    let names = arguments.next().unwrap_or(50);
    let step_ms = arguments.next().unwrap_or(0) * 1_000 + 5;
    let directory = tempfile::tempdir_in(".")?;
    let store = Store::open(directory.path(), Durability::Full).await?;
    let end = Timestamp(1_762_435_927_250);
    let start = end.plus_ms(-step_ms * COMMITS);
    let mut writer = EventWriter::open(&store, start.plus_ms(-DAY_MS)).await?;
    let mut spent = Duration::ZERO;
    for commit in 0..COMMITS {
        let batch =
            (0..COMMIT_EVENTS).map(|n| event(commit * COMMIT_EVENTS + n, start.plus_ms(commit * step_ms), names));
        let batch: Vec<JudgedEvent<'_>> = batch.collect();
        let clock = Instant::now();
        let batch = writer.packer().pack(&batch)?;
        writer.commit(&[batch]).await?;
        spent += clock.elapsed();
    }
    let rate = f64::from(i32::try_from(COMMITS * COMMIT_EVENTS)?) / spent.as_secs_f64();
    println!("{names} names: {rate:.0} events/s, {:.2} ms a commit", spent.as_secs_f64() * 1e3 / 300.0);
    let size = std::fs::metadata(directory.path().join("headwater.db"))?.len();
    println!("{:.1} MB on disk for {:.1} MB of JSON", megabytes(size), megabytes(879 * 300_000));
    for range in TimeRange::PRESETS {
        let clock = Instant::now();
        let window = range.resolve(end);
        let (selection, filters) = (Selection::default(), Filters::default());
        let question = Question { window, selection, filters, dimension: Dimension::EventName };
        let page = overview::read(&store, SourceNumber(1), question, end, |all| all).await?;
        println!("{:?}: {} rows, {:.1} ms", range, page.named?.table.rows.len(), clock.elapsed().as_secs_f64() * 1e3);
    }
    let clock = Instant::now();
    let mut slices = 0;
    while writer.maintain(end.plus_ms(3_600_000)).await?.more {
        slices += 1;
    }
    println!("maintenance: {slices} slices, {:.1} ms", clock.elapsed().as_secs_f64() * 1e3);
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "for people")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

fn event(n: i64, at: Timestamp, names: i64) -> JudgedEvent<'static> {
    let random = n.wrapping_mul(6_364_136_223_846_793_005).rotate_left(29);
    let id = format!("{random:016x}-{n:016x}");
    let head = format!(
        "{{\"type\":\"track\",\"messageId\":\"{id}\",\"userId\":\"user-{}\",\"event\":\"Event {}\",\"properties\":{{\"price\":{},\"text\":\"",
        random & 0xffff,
        n % names,
        random & 0xfff
    );
    let filler = format!("{:x}", random.wrapping_mul(31)).repeat(60);
    let line = format!("{head}{}\"}}}}", &filler[..(876 - head.len()).min(filler.len())]);
    JudgedEvent {
        source: SourceNumber(1),
        received_at: at,
        occurred_at: at,
        message_id: id.into(),
        event_type: Some(EventType::Track),
        name: Some(format!("Event {}", n % names).into()),
        version: Some(format!("1.{}.0", n / names % 5).into()),
        library: None,
        ip: None,
        verdict: Verdict::Eligible,
        pointer: "".into(),
        line: line.into(),
    }
}
