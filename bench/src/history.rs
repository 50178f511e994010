//! Stores that hold something already: filled through a running server, with a past of many days by the writer's own
//! commits, or with the counts of such a past alone.

use crate::clock;
use crate::data::{Data, SourceKey};
use crate::driver::{Load, drive};
use crate::payload::{NAMES, Shape};
use crate::process::Process;
use anyhow::{Result, bail};
use domain::clock::{DAY_MS, MINUTE_MS, Timestamp};
use domain::discard::DiscardReason;
use domain::event::EventType;
use domain::source::SourceNumber;
use domain::time_range::TIERS;
use domain::verdict::Verdict;
use fastrand::Rng;
use std::collections::HashMap;
use std::time::Duration;
use store::bulk::BulkCount;
use store::event::{EventWriter, JudgedEvent};

/// What fills a store through its server: as many events in as few bytes as there are.
const FILLING: Shape = Shape { batch: 500, event_bytes: 300, connections: 16, names: NAMES };
/// How long is filled until somebody looks.
const FILLING_TIME: Duration = Duration::from_secs(2);
const COMMIT_EVENTS: u64 = 5_000;
const COMMIT_COUNTS: usize = 50_000;
/// Of counts alone, so many of the events are there, too: pages show the newest ones.
const LATEST: u64 = 10_000;
/// The longest step in which a past is counted.
const COARSE_MS: i64 = 15 * MINUTE_MS;
/// One of so many events fails.
const FAILING: u64 = 50;

/// Sends events until the store holds so many.
///
/// # Errors
/// The server takes none.
pub fn fill_through(server: &Process, data: &Data, events: u64) -> Result<()> {
    let write_keys = data.write_keys();
    let (addr, write_keys) = (server.addr, &write_keys);
    let load = Load { addr, shape: FILLING, write_keys, rate: None, time: FILLING_TIME, stop: None };
    let mut stored = data.received()?;
    while stored < events {
        drive(&load)?;
        let now_stored = data.received()?;
        if now_stored == stored {
            bail!("a store of {stored} events takes no more");
        }
        stored = now_stored;
        eprintln!("  {stored} of {events} events stored");
    }
    Ok(())
}

/// What a source counted, evenly over so many days up to now.
#[derive(Clone, Copy, Debug)]
pub struct Past {
    pub events: u64,
    pub names: u64,
    pub versions: u64,
    pub days: i64,
    /// Whether sealing and retention went along with it.
    pub is_kept_up: bool,
}

/// Commits a past, as the server would have done over the days. No server may run.
///
/// # Errors
/// The store fails.
pub fn fill(data: &Data, source: &SourceKey, past: Past) -> Result<()> {
    data.with_store(async |store| {
        let now = clock::now();
        let start = now.plus_ms(-past.days * DAY_MS);
        let mut writer = EventWriter::open(store, start).await?;
        let mut rng = Rng::with_seed(past.events ^ past.names);
        let step_ms = (past.days * DAY_MS) as f64 / past.events as f64;
        let mut done = 0;
        while done < past.events {
            let until = (done + COMMIT_EVENTS).min(past.events);
            let at = |n: u64| start.plus_ms((step_ms * n as f64) as i64);
            let events: Vec<_> = (done..until).map(|n| event(source.number, past, at(n), &mut rng)).collect();
            writer.commit(&[writer.packer().pack(&events)?]).await?;
            // Sealing and retention in step, as between a server's commits.
            while past.is_kept_up && writer.maintain(at(until)).await?.more {}
            done = until;
        }
        Ok(())
    })
}

/// Writes the counts of a past, and its last events as [`fill`] does. No server may run.
///
/// # Errors
/// The store fails.
pub fn count(data: &Data, source: &SourceKey, past: Past) -> Result<()> {
    let latest = past.events.min(LATEST);
    data.with_store(async |store| {
        let now = clock::now();
        let start = now.plus_ms(-past.days * DAY_MS).floor_to(COARSE_MS);
        let mut writer = EventWriter::open(store, now).await?;
        let names: Vec<String> = (0..past.names).map(name).collect();
        let versions: Vec<String> = (0..past.versions).map(version).collect();
        let until_then = |at: Timestamp| {
            let share = at.since_ms(start) as f64 / now.since_ms(start) as f64;
            ((past.events - latest) as f64 * share.min(1.0)) as u64
        };
        let (mut rng, mut at, mut counts) = (Rng::with_seed(past.events ^ past.names), start, Vec::new());
        while at < now {
            let next = at.plus_ms(step_ms(now.since_ms(at)));
            for ((name, version, fails), events) in keys(until_then(next) - until_then(at), past, &mut rng) {
                counts.push(BulkCount {
                    source: source.number,
                    at,
                    verdict: verdict(fails),
                    event_type: Some(EventType::Track),
                    name: names.get(name).map(String::as_str),
                    version: versions.get(version).map(String::as_str),
                    library: None,
                    events,
                });
            }
            if counts.len() >= COMMIT_COUNTS || next >= now {
                writer.add_counts(&counts).await?;
                counts.clear();
            }
            at = next;
        }
        Ok(())
    })?;
    fill(data, source, Past { events: latest, days: 1, ..past })
}

/// Steps in which a past is counted: as fine as counts of that age are kept.
fn step_ms(age_ms: i64) -> i64 {
    let kept = TIERS.into_iter().find(|tier| age_ms < tier.keep_ms);
    kept.map_or(COARSE_MS, |tier| tier.width_ms.min(COARSE_MS))
}

/// Under what so many events count, and how often each.
fn keys(events: u64, past: Past, rng: &mut Rng) -> HashMap<(usize, usize, bool), u64> {
    let mut keys = HashMap::new();
    for _ in 0..events {
        let (name, version) = (rng.u64(..past.names) as usize, rng.u64(..past.versions) as usize);
        *keys.entry((name, version, rng.u64(..FAILING) == 0)).or_insert(0) += 1;
    }
    keys
}

fn verdict(fails: bool) -> Verdict {
    if fails { Verdict::Discarded(DiscardReason::NoUserAnonId) } else { Verdict::Eligible }
}

fn event(source: SourceNumber, past: Past, at: Timestamp, rng: &mut Rng) -> JudgedEvent<'static> {
    let (name, version) = (name(rng.u64(..past.names)), version(rng.u64(..past.versions)));
    let message_id = format!("{:032x}", rng.u128(..));
    let fails = rng.u64(..FAILING) == 0;
    let user = if fails { String::new() } else { format!("\"userId\":\"u{:08x}\",", rng.u32(..)) };
    let line = format!(
        "{{\"type\":\"track\",\"event\":\"{name}\",{user}\"messageId\":\"{message_id}\",\"context\":{{\"app\":\
         {{\"version\":\"{version}\"}}}},\"properties\":{{\"price\":{}}}}}",
        rng.u32(..100_000)
    );
    JudgedEvent {
        source,
        received_at: at,
        occurred_at: at,
        message_id: message_id.into(),
        event_type: Some(EventType::Track),
        name: Some(name.into()),
        version: Some(version.into()),
        library: None,
        ip: None,
        verdict: verdict(fails),
        pointer: "".into(),
        line: line.into(),
    }
}

/// The nth name of a past.
pub fn name(number: u64) -> String {
    format!("Event {number:04}")
}

fn version(number: u64) -> String {
    format!("1.{number}.0")
}
