//! The shop's past, judged and committed by the pipeline that real requests use; only the clock is the past.

use super::SampleSource;
use super::progress::Progress;
use super::shop::{self, Client};
use crate::clock::random;
use domain::clock::{DAY_MS, MINUTE_MS, Timestamp};
use domain::schema::SchemaControls;
use pipeline::ingest::draft::Draft;
use pipeline::ingest::judge::{Arrival, judge};
use pipeline::writer::Writer;
use store::event::JudgedEvent;
use store::write_key::SourceRules;
use tokio::sync::mpsc;

/// How far back the history reaches: two weeks and the two before them, so that the longest range has a comparison.
pub const LENGTH_MS: i64 = 28 * DAY_MS;
/// Events of one commit.
const CHUNK_EVENTS: usize = 4_000;

struct Chunk {
    until: Timestamp,
    events: Vec<JudgedEvent>,
}

/// Loads the history up to `now`, with a progress bar.
pub async fn load(writer: &Writer, sources: &[SampleSource], now: Timestamp) -> anyhow::Result<()> {
    let mut progress = Progress::start("Loading two weeks of history, and two before them to compare");
    let rules = sources.iter().map(|sample| (sample.client, sample.source.number)).collect::<Vec<_>>();
    let (chunks, mut made) = mpsc::channel::<Chunk>(2);
    let maker = tokio::task::spawn_blocking(move || make(&rules, now, &chunks));
    let mut events = 0;
    while let Some(chunk) = made.recv().await {
        events += u64::try_from(chunk.events.len())?;
        writer.submit(chunk.events).await?;
        let done_ms = LENGTH_MS - now.since_ms(chunk.until);
        progress.show(u64::try_from(done_ms * 1_000 / LENGTH_MS)?, events)?;
    }
    maker.await?;
    Ok(progress.show(1_000, events)?)
}

/// Makes and judges events minute by minute, while the last chunk is being committed.
fn make(sources: &[(Client, domain::source::SourceNumber)], now: Timestamp, chunks: &mpsc::Sender<Chunk>) {
    let mut events = Vec::with_capacity(CHUNK_EVENTS + 1_000);
    let mut minute = now.plus_ms(-LENGTH_MS).floor_to(MINUTE_MS);
    while minute < now {
        for &(client, source) in sources {
            let ago_ms = now.since_ms(minute);
            let blocked = client.blocked_events_then(ago_ms).map(str::to_owned).collect();
            let rules = SourceRules { source, enabled: true, controls: SchemaControls { blocked_events: blocked } };
            for (received_at, json) in shop::minute(client, minute, now) {
                let draft = [Draft::read(&json, None)];
                events.extend(judge(&draft, &rules, Arrival { received_at, random }));
            }
        }
        minute = minute.plus_ms(MINUTE_MS);
        if events.len() >= CHUNK_EVENTS || minute >= now {
            let full = std::mem::replace(&mut events, Vec::with_capacity(CHUNK_EVENTS + 1_000));
            if chunks.blocking_send(Chunk { until: minute.min(now), events: full }).is_err() {
                return; // The writer gave up, and has said why.
            }
        }
    }
}
