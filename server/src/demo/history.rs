//! The shop's past, judged and committed by the pipeline that real requests use; only the clock is the past.

use super::SampleSource;
use super::progress::Progress;
use super::shop::{self, Client};
use crate::clock::random;
use domain::clock::{DAY_MS, MINUTE_MS, SECOND_MS, Timestamp};
use domain::schema::SchemaControls;
use domain::source::SourceNumber;
use pipeline::ingest::draft::Draft;
use pipeline::ingest::judge::{Arrival, judge};
use pipeline::writer::{WriteError, Writer};
use std::sync::Arc;
use store::event::Batch;
use store::write_key::SourceRules;
use tokio::sync::mpsc;

/// How far back the history reaches: two weeks and the two before them, so that the longest range has a comparison.
pub const LENGTH_MS: i64 = 28 * DAY_MS;
/// Events of one commit.
const CHUNK_EVENTS: usize = 4_000;

#[derive(Clone, Copy)]
struct Stretch {
    from: Timestamp,
    until: Timestamp,
}

struct Chunk {
    until: Timestamp,
    batch: Batch,
}

/// Loads the history with a progress bar. Loading takes a while, so it goes on until the past has caught up with now.
pub async fn load(writer: &Writer, sources: &[SampleSource], now: fn() -> Timestamp) -> anyhow::Result<()> {
    let mut progress = Progress::start("Loading two weeks of history, and two before them to compare");
    let sources: Arc<[_]> = sources.iter().map(|sample| (sample.client, sample.source.number)).collect();
    let mut events = 0;
    let mut stretch = Stretch { from: now().plus_ms(-LENGTH_MS).floor_to(MINUTE_MS), until: now() };
    while stretch.until.since_ms(stretch.from) > SECOND_MS {
        let (chunks, mut made) = mpsc::channel::<Chunk>(2);
        let of = Arc::clone(&sources);
        let packer = writer.clone();
        let maker = tokio::task::spawn_blocking(move || make(&packer, &of, stretch, &chunks));
        while let Some(chunk) = made.recv().await {
            events += u64::try_from(chunk.batch.events())?;
            writer.submit(None, chunk.batch).await?;
            let done_ms = LENGTH_MS - stretch.until.since_ms(chunk.until);
            // The whole is shown once, at the end.
            progress.show(u64::try_from(done_ms * 1_000 / LENGTH_MS)?.min(999), events)?;
        }
        maker.await??;
        stretch = Stretch { from: stretch.until, until: now() };
    }
    Ok(progress.show(1_000, events)?)
}

/// Makes, judges and packs events minute by minute, while the last chunk is being committed.
fn make(
    writer: &Writer,
    sources: &[(Client, SourceNumber)],
    stretch: Stretch,
    chunks: &mpsc::Sender<Chunk>,
) -> Result<(), WriteError> {
    let mut batch = Batch::default();
    let mut at = stretch.from;
    while at < stretch.until {
        let next = at.floor_to(MINUTE_MS).plus_ms(MINUTE_MS).min(stretch.until);
        for &(client, source) in sources {
            let blocked = client.blocked_events_then(stretch.until.since_ms(at)).map(str::to_owned).collect();
            let rules = SourceRules::without_key(source, SchemaControls { blocked_events: blocked });
            for (received_at, json) in shop::calls(client, at, next, stretch.until) {
                let draft = [Draft::read(&json, None)];
                batch.append(writer.pack(&judge(&draft, &rules, Arrival { received_at, random, ip: None }))?);
            }
        }
        at = next;
        if batch.events() >= CHUNK_EVENTS || at >= stretch.until {
            let full = Chunk { until: at, batch: std::mem::take(&mut batch) };
            if chunks.blocking_send(full).is_err() {
                return Ok(()); // The writer gave up, and has said why.
            }
        }
    }
    Ok(())
}
