//! Folding: a source's tail is added to its packed buckets, in every tier at once, so that all tiers always say the same.

use super::block::{self, Place};
use super::counts::{Count, Key, add_up, keys};
use crate::error::StoreError;
use domain::clock::Timestamp;
use domain::source::SourceNumber;
use domain::time_range::{TIERS, Tier};
use sqlx::SqliteConnection;
use std::collections::BTreeMap;

/// Buckets of a source that one slice of maintenance folds, each into one of every tier: a source that nobody kept up with,
/// as after a load of history, has thousands.
const FOLDED_BUCKETS: i64 = 64;

/// Whether a tier still keeps the counts of a moment at `now`. A bucket is kept as long as any moment in it is.
pub(crate) fn keeps(tier: Tier, at: Timestamp, now: Timestamp) -> bool {
    at.floor_to(tier.width_ms) >= kept_from(tier, now)
}

/// The start of the oldest bucket that a tier keeps.
pub(crate) fn kept_from(tier: Tier, now: Timestamp) -> Timestamp {
    now.plus_ms(-tier.keep_ms - tier.width_ms)
}

/// What of a source's tail was folded.
pub(crate) struct Folded {
    pub rows: usize,
    pub counts: usize,
    /// The start of the oldest bucket that is left.
    pub next: Option<Timestamp>,
}

/// Adds the oldest buckets of what the source's tail holds to its packed ones, and takes them out of it.
pub(crate) async fn fold(
    connection: &mut SqliteConnection,
    source: SourceNumber,
    now: Timestamp,
) -> Result<Folded, StoreError> {
    let rows: Vec<(i64, i64, Vec<u8>)> = sqlx::query_as(
        "select tier_ms, bucket_ms, counts from rollup_tail where source = $1 and bucket_ms in (
            select distinct bucket_ms from rollup_tail where source = $1 order by bucket_ms limit $2)",
    )
    .bind(source.0)
    .bind(FOLDED_BUCKETS)
    .fetch_all(&mut *connection)
    .await?;
    let (rows_folded, last_ms) = (rows.len(), rows.iter().map(|(_, bucket_ms, _)| *bucket_ms).max());
    let mut buckets: BTreeMap<(i64, Timestamp), Vec<Count<Key>>> = BTreeMap::new();
    for (tier_ms, bucket_ms, packed) in rows {
        let into = buckets.entry((tier_ms, Timestamp(bucket_ms))).or_default();
        keys(&packed, |key, count| into.push((key, count)))?;
    }
    let counts_folded = buckets.values().map(Vec::len).sum::<usize>();
    // From tier to tier: what a bucket gets is what the finer buckets in it got.
    for tier in TIERS {
        let mut coarser: BTreeMap<(i64, Timestamp), Vec<Count<Key>>> = BTreeMap::new();
        for ((tier_ms, at), counts) in buckets {
            let counts = add_up(counts);
            if tier_ms <= tier.width_ms && keeps(tier, at, now) {
                block::add(&mut *connection, Place { source, tier_ms: tier.width_ms, at }, &counts).await?;
            }
            let width_ms = next_width(tier).max(tier_ms);
            coarser.entry((width_ms, at.floor_to(width_ms))).or_default().extend(counts);
        }
        buckets = coarser;
    }
    sqlx::query("delete from rollup_tail where source = $1 and bucket_ms <= $2")
        .bind(source.0)
        .bind(last_ms)
        .execute(&mut *connection)
        .await?;
    let next_ms: Option<i64> = sqlx::query_scalar("select min(bucket_ms) from rollup_tail where source = $1")
        .bind(source.0)
        .fetch_one(connection)
        .await?;
    Ok(Folded { rows: rows_folded, counts: counts_folded, next: next_ms.map(Timestamp) })
}

/// Width of the buckets of the next coarser tier.
fn next_width(tier: Tier) -> i64 {
    TIERS.into_iter().find(|other| other.width_ms > tier.width_ms).map_or(tier.width_ms, |next| next.width_ms)
}
