//! Rollups: how often what was counted, per source and bucket. A commit adds what it counted, packed, to the latest counts
//! (`rollup_latest`, one row); the tail gets them in portions (`rollup_tail`, rows of a source and bucket of the finest tier);
//! `fold` adds the tail to the packed buckets of every tier (`rollup_block`, `block`; `addition`). All three together are the counts, at
//! any moment. The law they must keep, per source and minute: received = the sum of all verdicts.

pub(crate) mod addition;
pub(crate) mod block;
pub(crate) mod counts;
pub(crate) mod earlier;
pub(crate) mod fold;
pub(crate) mod keys;
pub(crate) mod latest;
pub(crate) mod tail;
pub(crate) mod words;

use crate::dictionary::NONE;
use crate::error::StoreError;
use crate::script::Script;
use counts::{Count, Key, add_up};
use domain::clock::Timestamp;
use domain::overview::Counted;
use domain::source::SourceNumber;
use domain::time_range::TIERS;
use rustc_hash::FxHashMap;
use sqlx::SqliteConnection;

/// A bucket of a source in one tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Bucket {
    pub source: SourceNumber,
    pub tier_ms: i64,
    pub at: Timestamp,
}

/// What a commit adds, in buckets of the finest tier.
#[derive(Default)]
pub(crate) struct Increments {
    counts: FxHashMap<(SourceNumber, Timestamp, Key), u64>,
    last_events: FxHashMap<SourceNumber, Timestamp>,
}

impl Increments {
    /// Events more under a key of theirs.
    pub fn judged(&mut self, source: SourceNumber, at: Timestamp, key: Key, events: u64) {
        *self.counts.entry((source, at.floor_to(TIERS[0].width_ms), key)).or_default() += events;
    }

    /// Events more beside the verdicts: received, or duplicates.
    pub fn beside(&mut self, source: SourceNumber, at: Timestamp, counted: Counted, events: u64) {
        let key = Key { counted, event_type: None, name: NONE, version: NONE, library: NONE };
        self.judged(source, at, key, events);
    }

    /// Of that source came an event.
    pub fn came(&mut self, source: SourceNumber, at: Timestamp) {
        let last = self.last_events.entry(source).or_insert(at);
        *last = at.max(*last);
    }

    /// Adds them to the latest counts, or to the tail. Buckets that the finest tier would drop again at `now` are counted in the finest that keeps
    /// them: a load of history has no use for its 10-second counts.
    pub fn write(self, script: &mut Script, tail: &tail::Tail, now: Timestamp) -> tail::Added {
        let counts = self.counts.into_iter().map(|((source, at, key), count)| {
            let tier = TIERS.into_iter().find(|tier| fold::keeps(*tier, at, now)).unwrap_or(TIERS[TIERS.len() - 1]);
            ((Bucket { source, tier_ms: tier.width_ms, at: at.floor_to(tier.width_ms) }, key), count)
        });
        let counts: Vec<Count<(Bucket, Key)>> = add_up(counts.collect());
        let of_bucket = |counts: &[Count<(Bucket, Key)>]| {
            (counts[0].0.0, counts.iter().map(|((_, key), count)| (*key, *count)).collect())
        };
        let buckets = counts.chunk_by(|((a, _), _), ((b, _), _)| a == b).map(of_bucket);
        tail.add(script, buckets, |source| self.last_events.get(&source).copied())
    }
}

/// A source's totals from a moment on: the buckets of one tier, and what awaits folding in its own, which are finer or the
/// same. Each is called with the start of the bucket.
pub(crate) async fn totals(
    connection: &mut SqliteConnection,
    source: SourceNumber,
    tier_ms: i64,
    since: Timestamp,
    mut each: impl FnMut(Timestamp, Counted, u64),
) -> Result<(), StoreError> {
    let blocks: Vec<(i64, Vec<u8>)> = sqlx::query_as(
        "select bucket_ms, totals from rollup_summary where source = $1 and tier_ms = $2 and bucket_ms >= $3",
    )
    .bind(source.0)
    .bind(tier_ms)
    .bind(since.0)
    .fetch_all(&mut *connection)
    .await?;
    for (bucket_ms, totals) in blocks {
        counts::totals(&totals, |counted, _, count| each(Timestamp(bucket_ms), counted, count))?;
    }
    let tail: Vec<(i64, Vec<u8>)> =
        sqlx::query_as("select bucket_ms, counts from rollup_tail where source = $1 and bucket_ms >= $2")
            .bind(source.0)
            .bind(since.0)
            .fetch_all(&mut *connection)
            .await?;
    for (bucket_ms, counts) in tail {
        keys::keys(&counts, |key, count| each(Timestamp(bucket_ms), key.counted, count))?;
    }
    for section in latest::of_source(&latest::read(connection).await?, source) {
        let latest::Section { bucket, counts, .. } = section?;
        if bucket.at >= since {
            keys::keys(counts, |key, count| each(bucket.at, key.counted, count))?;
        }
    }
    Ok(())
}
