//! Between commits: sealing folds the tail into blocks and small blocks into larger ones; retention drops what is too
//! old. Slice by slice, each one short transaction, so that no commit waits long. Neither touches a count that is kept.

use crate::error::StoreError;
use crate::seal;
use crate::source;
use crate::tally;
use crate::writer::{self, Failure, Session};
use domain::clock::{DAY_MS, HOUR_MS, MINUTE_MS, Timestamp};
use domain::discard::DiscardReason;
use domain::overview::{Counted, Selection};
use domain::time_range::{TIERS, Tier};
use domain::verdict::Verdict;
use serde_json::json;
use sqlx::SqliteConnection;

/// How long events themselves are kept: the longest preset range. Their counts stay longer (see `TIERS`).
pub const EVENTS_KEEP_MS: i64 = 14 * DAY_MS;
/// An hour is over for good this long after its end: by then every request that began in it has been committed.
const SETTLING_MS: i64 = 5 * MINUTE_MS;
/// Blocks dropped in one slice: 256 MB of lines at most.
const DROPPED_BLOCKS: i64 = 64;
/// Buckets of one source and tier dropped in one slice: some thousand rows.
const DROPPED_BUCKETS: i64 = 12;

/// What a slice of maintenance did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Maintenance {
    /// Whether another call has more to do.
    pub more: bool,
    /// Tail rows that became part of a block.
    pub sealed_events: u64,
    /// Blocks that became part of a larger one.
    pub merged_blocks: u64,
    /// Whether part of a deleted source was taken away.
    pub purged: bool,
    /// Blocks dropped for their age.
    pub dropped_blocks: u64,
    /// Tallies dropped for their age.
    pub dropped_tallies: u64,
    /// Rollup rows dropped for their age.
    pub dropped_rollups: u64,
}

/// How far the rollups' retention has come: it goes through all sources once an hour.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Progress {
    /// The hour whose round is complete.
    done_hour_ms: i64,
    /// The source that was cleaned last in the round under way.
    last_source: i64,
}

/// Runs one slice.
pub(crate) async fn run(
    session: &mut Session,
    progress: &mut Progress,
    now: Timestamp,
) -> Result<Maintenance, Failure> {
    let over_before_ms = now.plus_ms(-HOUR_MS - SETTLING_MS).0;
    if let Some(hour) = session.memory.tail.due(over_before_ms, seal::TAIL_ROWS_MAX) {
        return seal::tail_hour(session, hour).await;
    }
    let mut transaction = writer::begin(&mut session.connection).await?;
    let mut next = *progress;
    let slice = rest(&mut transaction, &mut next, over_before_ms, now).await;
    let maintenance = writer::end(transaction, slice).await?;
    *progress = next;
    Ok(maintenance)
}

/// Merging and retention: the first that finds something to do.
async fn rest(
    connection: &mut SqliteConnection,
    progress: &mut Progress,
    over_before_ms: i64,
    now: Timestamp,
) -> Result<Maintenance, StoreError> {
    let dropped_blocks = drop_blocks(&mut *connection, now).await?;
    if dropped_blocks > 0 {
        return Ok(Maintenance { more: true, dropped_blocks, ..Maintenance::default() });
    }
    if source::purge_slice(&mut *connection, now).await? {
        return Ok(Maintenance { more: true, purged: true, ..Maintenance::default() });
    }
    let dropped_tallies = tally::drop_old(&mut *connection, now).await?;
    if dropped_tallies > 0 {
        return Ok(Maintenance { more: true, dropped_tallies, ..Maintenance::default() });
    }
    if let Some(merged_blocks) = seal::merge_hour(&mut *connection, over_before_ms).await? {
        return Ok(Maintenance { more: true, merged_blocks, ..Maintenance::default() });
    }
    drop_rollups(connection, progress, now).await
}

async fn drop_blocks(connection: &mut SqliteConnection, now: Timestamp) -> Result<u64, StoreError> {
    let dropped = sqlx::query(
        "delete from event_block where id in (select id from event_block where hour_ms < $1 order by hour_ms limit $2)",
    )
    .bind(now.plus_ms(-EVENTS_KEEP_MS).floor_to(HOUR_MS).0)
    .bind(DROPPED_BLOCKS)
    .execute(connection)
    .await?;
    Ok(dropped.rows_affected())
}

/// Drops one slice of one source's rollups, or goes on to the next source.
async fn drop_rollups(
    connection: &mut SqliteConnection,
    progress: &mut Progress,
    now: Timestamp,
) -> Result<Maintenance, StoreError> {
    let hour_ms = now.floor_to(HOUR_MS).0;
    if progress.done_hour_ms == hour_ms {
        return Ok(Maintenance::default());
    }
    let source: Option<i64> =
        sqlx::query_scalar("select source from last_event where source > $1 order by source limit 1")
            .bind(progress.last_source)
            .fetch_optional(&mut *connection)
            .await?;
    let Some(source) = source else {
        *progress = Progress { done_hour_ms: hour_ms, last_source: 0 };
        return Ok(Maintenance::default());
    };
    for tier in TIERS {
        let dropped_rollups = drop_buckets(&mut *connection, source, tier, now).await?;
        if dropped_rollups > 0 {
            return Ok(Maintenance { more: true, dropped_rollups, ..Maintenance::default() });
        }
    }
    progress.last_source = source;
    Ok(Maintenance { more: true, ..Maintenance::default() })
}

/// Drops the oldest buckets of a tier that are past their time, a few at once.
async fn drop_buckets(
    connection: &mut SqliteConnection,
    source: i64,
    tier: Tier,
    now: Timestamp,
) -> Result<u64, StoreError> {
    // A bucket is kept as long as any moment in it is.
    let kept_from_ms = now.plus_ms(-tier.keep_ms - tier.width_ms).0;
    let codes = all_codes();
    let oldest_ms: Option<i64> = sqlx::query_scalar(include_str!("../queries/rollup.oldest.sql"))
        .bind(source)
        .bind(tier.width_ms)
        .bind(&codes)
        .fetch_one(&mut *connection)
        .await?;
    let Some(oldest_ms) = oldest_ms.filter(|oldest_ms| *oldest_ms < kept_from_ms) else { return Ok(0) };
    let dropped = sqlx::query(include_str!("../queries/rollup.drop.sql"))
        .bind(source)
        .bind(tier.width_ms)
        .bind(kept_from_ms.min(oldest_ms + DROPPED_BUCKETS * tier.width_ms))
        .bind(codes)
        .execute(connection)
        .await?;
    Ok(dropped.rows_affected())
}

/// Everything that rollups count, as a JSON list of codes.
fn all_codes() -> String {
    let mut codes: Vec<&str> = Selection::default().verdicts().into_iter().map(Verdict::code).collect();
    codes.extend([Counted::Received.code(), Counted::Duplicate.code()]);
    debug_assert_eq!(codes.len(), DiscardReason::ALL.len() + 3);
    json!(codes).to_string()
}
