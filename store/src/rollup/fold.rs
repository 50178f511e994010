//! Folding: the tail's counts are added to the packed buckets of their sources, in every tier at once, so that all tiers always
//! say the same.

use super::counts::{Count, Key, add_up};
use super::keys::keys;
use super::{Bucket, addition};
use crate::error::StoreError;
use domain::clock::Timestamp;
use domain::source::SourceNumber;
use domain::time_range::{TIERS, Tier};
use sqlx::SqliteConnection;
use std::collections::BTreeMap;

/// Buckets that one slice of maintenance folds, each into one of every tier: a source that nobody kept up with, as after a load
/// of history, has thousands, and as many sources may have one.
pub(crate) const FOLDED_BUCKETS: usize = 64;

/// Whether a tier still keeps the counts of a moment at `now`. A bucket is kept as long as any moment in it is.
pub(crate) fn keeps(tier: Tier, at: Timestamp, now: Timestamp) -> bool {
    at.floor_to(tier.width_ms) >= kept_from(tier, now)
}

/// The start of the oldest bucket that a tier keeps.
pub(crate) fn kept_from(tier: Tier, now: Timestamp) -> Timestamp {
    now.plus_ms(-tier.keep_ms - tier.width_ms)
}

/// What of a source's tail was folded.
#[derive(Clone, Copy, Default)]
pub(crate) struct Folded {
    pub rows: usize,
    pub counts: usize,
    /// The start of the oldest bucket that is left.
    pub next: Option<Timestamp>,
}

/// Adds the oldest buckets of what the tail holds of these sources to their packed ones, and takes them out of it.
pub(crate) async fn fold(
    connection: &mut SqliteConnection,
    sources: &[SourceNumber],
    now: Timestamp,
) -> Result<BTreeMap<SourceNumber, Folded>, StoreError> {
    let mut folded: BTreeMap<_, _> = sources.iter().map(|source| (*source, Folded::default())).collect();
    let sources = serde_json::json!(sources.iter().map(|source| source.0).collect::<Vec<_>>()).to_string();
    let rows: Vec<(i64, i64, i64, i64, Vec<u8>)> = sqlx::query_as(
        "select rollup_tail.id, source, tier_ms, bucket_ms, counts from json_each($1) as wanted
         cross join rollup_tail on source = wanted.value and bucket_ms in (
            select distinct bucket_ms from rollup_tail where source = wanted.value order by bucket_ms limit $2)",
    )
    .bind(&sources)
    .bind(i64::try_from((FOLDED_BUCKETS / folded.len().max(1)).max(1)).unwrap_or(1))
    .fetch_all(&mut *connection)
    .await?;
    let ids = serde_json::json!(rows.iter().map(|(id, ..)| *id).collect::<Vec<_>>()).to_string();
    let mut buckets: BTreeMap<Bucket, Vec<Count<Key>>> = BTreeMap::new();
    for (_, source, tier_ms, bucket_ms, packed) in rows {
        let source = SourceNumber(source);
        let into = buckets.entry(Bucket { source, tier_ms, at: Timestamp(bucket_ms) }).or_default();
        let before = into.len();
        keys(&packed, |key, count| into.push((key, count)))?;
        let folded = folded.entry(source).or_default();
        (folded.rows, folded.counts) = (folded.rows + 1, folded.counts + into.len() - before);
    }
    let mut additions = Vec::new();
    // From tier to tier: what a bucket gets is what the finer buckets in it got.
    for tier in TIERS {
        let mut coarser: BTreeMap<Bucket, Vec<Count<Key>>> = BTreeMap::new();
        for (Bucket { source, tier_ms, at }, counts) in buckets {
            let counts = add_up(counts);
            let width_ms = next_width(tier).max(tier_ms);
            let wider = Bucket { source, tier_ms: width_ms, at: at.floor_to(width_ms) };
            coarser.entry(wider).or_default().extend_from_slice(&counts);
            if tier_ms <= tier.width_ms && keeps(tier, at, now) {
                additions.push((Bucket { source, tier_ms: tier.width_ms, at }, counts));
            }
        }
        buckets = coarser;
    }
    addition::add(&mut *connection, &additions).await?;
    sqlx::query("delete from rollup_tail where id in (select value from json_each($1))")
        .bind(ids)
        .execute(&mut *connection)
        .await?;
    let left: Vec<(i64, Option<i64>)> = sqlx::query_as(
        "select wanted.value, (select min(bucket_ms) from rollup_tail where source = wanted.value)
         from json_each($1) as wanted",
    )
    .bind(sources)
    .fetch_all(connection)
    .await?;
    for (source, next_ms) in left {
        folded.entry(SourceNumber(source)).or_default().next = next_ms.map(Timestamp);
    }
    Ok(folded)
}

/// Width of the buckets of the next coarser tier.
fn next_width(tier: Tier) -> i64 {
    TIERS.into_iter().find(|other| other.width_ms > tier.width_ms).map_or(tier.width_ms, |next| next.width_ms)
}
