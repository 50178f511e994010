//! Soak: minutes on end at half load with open pages, over a store that has sealing and retention to catch up with. What
//! should stay flat stays flat, and in the end everything that was acknowledged is counted.

use crate::Options;
use crate::data::Data;
use crate::driver::{Load, Outcome, drive};
use crate::history::{self, Past};
use crate::payload::{NAMES, Shape};
use crate::process::Process;
use crate::report::{Bound, Goal, Report, Table};
use crate::stats::{Cell, Spread, Unit};
use crate::viewers::Viewers;
use anyhow::{Context, Result};
use std::time::Duration;

const SOURCES: usize = 20;
const SHAPE: Shape = Shape { batch: 1, event_bytes: 1_000, connections: 64, names: NAMES };
/// Longer than events are kept, and nothing of it sealed: the server has that to do besides.
const PAST: Past = Past { events: 1_000_000, names: 50, versions: 3, days: 20, is_kept_up: false };

/// `bench soak`
#[derive(clap::Args)]
pub struct SoakArgs {
    /// How long
    #[arg(long, default_value_t = 20)]
    minutes: u32,
    /// Open pages
    #[arg(long, default_value_t = 100)]
    viewers: usize,
    /// Ends early once the database has grown by so many gigabytes
    #[arg(long, default_value_t = 5.0)]
    gigabytes: f64,
    /// How long a minute is, in seconds; for trying this out
    #[arg(long, default_value_t = 60.0, hide = true)]
    minute_seconds: f64,
}

/// What a minute looked like.
struct Minute {
    outcome: Outcome,
    memory_bytes: f64,
    used_bytes: f64,
    free_bytes: f64,
    cpu_share: f64,
    /// Stored so far.
    stored: u64,
}

/// Measures.
///
/// # Errors
/// A process or the store fails.
pub fn run(options: &Options, args: &SoakArgs) -> Result<Report> {
    let full_rate = full_rate(options)?;
    let data = Data::new(SOURCES)?;
    let past = data.add_sources("Past", 1)?;
    history::fill(&data, past.first().context("a source was added")?, PAST)?;
    let server = Process::headwater(&options.headwater, data.path())?;
    let write_keys = data.write_keys();
    let time = Duration::from_secs_f64(args.minute_seconds);
    let rate = Some(full_rate / 2.0);
    let load = Load { addr: server.addr, shape: SHAPE, write_keys: &write_keys, rate, time, stop: None };
    let before = data.received()?;
    let viewers = Viewers::open(server.addr, &data.sources, args.viewers)?;
    let mut minutes = Vec::new();
    let room_bytes = data.footprint()?.used_bytes as f64 + args.gigabytes * 1e9;
    for _ in 0..args.minutes.max(3) {
        let cpu = server.cpu_seconds()?;
        let outcome = drive(&load)?;
        let cpu_share = (server.cpu_seconds()? - cpu) / outcome.elapsed.as_secs_f64();
        let (room, stored, memory_bytes) = (data.footprint()?, data.received()? - before, server.memory()?);
        let (used_bytes, free_bytes) = (room.used_bytes as f64, room.free_bytes as f64);
        minutes.push(Minute { outcome, memory_bytes, used_bytes, free_bytes, cpu_share, stored });
        eprintln!("soak: minute {} of {}", minutes.len(), args.minutes);
        if used_bytes > room_bytes {
            eprintln!("soak: ended early, its database has grown by {} GB", args.gigabytes);
            break;
        }
    }
    viewers.close()?;
    server.stop()?;
    let acknowledged = minutes.iter().map(|minute| minute.outcome.events).sum::<u64>();
    let missing = acknowledged.saturating_sub(data.received()? - before);
    Ok(report(args.minutes, &minutes, missing, data.uneven_minutes()?))
}

/// Requests a second of a server that has nothing else to do.
fn full_rate(options: &Options) -> Result<f64> {
    let data = Data::new(SOURCES)?;
    let server = Process::headwater(&options.headwater, data.path())?;
    let write_keys = data.write_keys();
    let (addr, time) = (server.addr, options.time());
    let full = drive(&Load { addr, shape: SHAPE, write_keys: &write_keys, rate: None, time, stop: None })?;
    server.stop()?;
    Ok(full.requests_a_second())
}

fn report(wanted: u32, minutes: &[Minute], missing: u64, uneven: usize) -> Report {
    let row = |(number, minute): (usize, &Minute)| {
        vec![
            Cell::Number((number + 1) as f64, Unit::Count),
            Cell::Number(minute.outcome.events as f64 / minute.outcome.elapsed.as_secs_f64(), Unit::Count),
            Cell::Number(minute.outcome.latency_ms(0.5), Unit::Milliseconds),
            Cell::Number(minute.outcome.latency_ms(0.99), Unit::Milliseconds),
            Cell::Number(minute.cpu_share, Unit::Percent),
            Cell::Number(minute.memory_bytes, Unit::Megabytes),
            Cell::Number(minute.used_bytes, Unit::Megabytes),
            Cell::Number(minute.free_bytes, Unit::Megabytes),
            Cell::Number(minute.stored as f64, Unit::Count),
        ]
    };
    let minute_by_minute = Table {
        title: "Minute by minute".into(),
        note: "Single calls at half of the rate of a server with nothing else to do, on time, with open pages. CPU in \
               shares of one core.",
        columns: vec!["minute", "events/s", "p50", "p99", "CPU", "memory", "database", "free in it", "stored"],
        rows: minutes.iter().enumerate().map(row).collect(),
    };
    let ends = Table {
        title: "In the end".into(),
        note: "",
        columns: vec!["acknowledged, not counted", "minutes in which the ledger is uneven"],
        rows: vec![vec![Cell::Number(missing as f64, Unit::Count), Cell::Number(uneven as f64, Unit::Count)]],
    };
    let goal =
        |what: &str, measured, bound, unit| Goal { what: what.to_owned(), measured, bound: Bound::AtMost(bound), unit };
    let growth = |of: fn(&Minute) -> f64| {
        let third = (minutes.len() / 3).max(1);
        let median = |minutes: &[Minute]| Spread::of(minutes.iter().map(of)).median;
        median(minutes.get(minutes.len() - third..).unwrap_or_default())
            / median(minutes.get(..third).unwrap_or_default())
    };
    let p99 = growth(|minute| minute.outcome.latency_ms(0.99));
    let per_event = growth(|minute| minute.used_bytes / minute.stored as f64);
    let lasted = minutes.len() as f64;
    let goals = vec![
        Goal { what: "minutes".into(), measured: lasted, bound: Bound::AtLeast(f64::from(wanted)), unit: Unit::Count },
        goal("p99, last third by first", p99, 1.2, Unit::Ratio),
        goal("memory, last third by first", growth(|minute| minute.memory_bytes), 1.2, Unit::Ratio),
        goal("database by events stored, last third by first", per_event, 1.2, Unit::Ratio),
        goal("acknowledged events that are not counted", missing as f64, 0.0, Unit::Count),
        goal("minutes in which the ledger is uneven", uneven as f64, 0.0, Unit::Count),
    ];
    Report { scenario: "soak", tables: vec![minute_by_minute, ends], goals }
}
