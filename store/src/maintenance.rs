//! Between commits: folding adds the latest counts to their buckets; ids of events go from memory to disk; sealing packs the
//! tail into blocks, and small blocks into larger ones; retention drops what is too old. Slice by slice, each one short
//! transaction, so that no commit waits long. None of them changes a count that is kept.

use crate::checkpoint::Checkpoints;
use crate::deduplication;
use crate::error::StoreError;
use crate::rollup::fold;
use crate::rollup::tail::Due;
use crate::script::Script;
use crate::seal;
use crate::source;
use crate::tally;
use crate::writer::{self, Failure, Session};
use domain::clock::{DAY_MS, HOUR_MS, MINUTE_MS, Timestamp};
use domain::source::SourceNumber;
use domain::time_range::{TIERS, Tier};
use sqlx::SqliteConnection;

/// How long events themselves are kept: the longest preset range. Their counts stay longer (see `TIERS`).
pub const EVENTS_KEEP_MS: i64 = 14 * DAY_MS;
/// An hour is over for good this long after its end: by then every request that began in it has been committed.
const SETTLING_MS: i64 = 5 * MINUTE_MS;
/// Blocks dropped in one slice: 256 MB of lines at most.
const DROPPED_BLOCKS: i64 = 64;
/// Buckets of one source and tier dropped in one slice: those with many names have some dozen chunks each.
const DROPPED_BUCKETS: i64 = 200;

/// What a slice of maintenance did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Maintenance {
    /// Whether another call has more to do.
    pub more: bool,
    /// Events of the tail that became part of a block.
    pub sealed_events: u64,
    /// Blocks that became part of a larger one.
    pub merged_blocks: u64,
    /// Whether part of a deleted source was taken away.
    pub purged: bool,
    /// Blocks dropped for their age.
    pub dropped_blocks: u64,
    /// Tallies dropped for their age.
    pub dropped_tallies: u64,
    /// Whether counts came a step further on their way to their buckets.
    pub folded: bool,
    /// Buckets of rollups dropped for their age.
    pub dropped_rollups: u64,
    /// Ids of events that went from memory to disk, or there from small runs to a large one.
    pub moved_ids: u64,
}

/// How far the rollups' retention has come: it goes through all sources once an hour.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Progress {
    /// The hour whose round is complete.
    done_hour_ms: i64,
    /// The source that was cleaned last in the round under way.
    last_source: i64,
}

/// Hours that begin earlier are over for good.
pub(crate) fn over_before_ms(now: Timestamp) -> i64 {
    now.plus_ms(-HOUR_MS - SETTLING_MS).0
}

/// Runs one slice.
pub(crate) async fn run(
    session: &mut Session,
    progress: &mut Progress,
    checkpoints: &mut Checkpoints,
    now: Timestamp,
) -> Result<Maintenance, Failure> {
    if checkpoints.has_rest() {
        checkpoints.finish(&mut session.connection).await.map_err(Failure::RolledBack)?;
        return Ok(Maintenance { more: true, ..Maintenance::default() });
    }
    if let Some(due) = session.memory.counted.due(now) {
        return fold(session, due, now).await;
    }
    // Ids take many slices, and a tail that is overfull may not wait for all of them: commits wait for it.
    if session.memory.seen.is_due() && !session.memory.tail.is_overfull() {
        return deduplication::step(session).await;
    }
    let over_before_ms = over_before_ms(now);
    if session.memory.sealing.is_some() || session.memory.tail.is_due(over_before_ms) {
        return seal::tail(session, over_before_ms).await;
    }
    if let Some(maintenance) = seal::merge_hour(session, over_before_ms).await? {
        return Ok(maintenance);
    }
    let mut transaction = writer::begin(&mut session.connection).await?;
    let mut next = *progress;
    let slice = rest(&mut transaction, &mut next, now).await;
    let maintenance = writer::end(transaction, slice).await?;
    *progress = next;
    Ok(maintenance)
}

/// Takes counts a step further on their way to their buckets.
pub(crate) async fn fold(session: &mut Session, due: Due, now: Timestamp) -> Result<Maintenance, Failure> {
    match due {
        Due::Latest => {
            let mut script = Script::default();
            let added = session.memory.counted.get_latest(&mut script);
            script.commit(&mut session.connection).await?;
            session.memory.counted.learn(added);
            Ok(Maintenance { more: true, folded: true, ..Maintenance::default() })
        }
        Due::Sources(sources) => fold_sources(session, &sources, now).await,
    }
}

/// Adds the oldest counts of these sources' tails to their buckets.
async fn fold_sources(session: &mut Session, sources: &[SourceNumber], now: Timestamp) -> Result<Maintenance, Failure> {
    let mut transaction = writer::begin(&mut session.connection).await?;
    let folded = fold::fold(&mut transaction, sources, now).await;
    for (source, folded) in writer::end(transaction, folded).await? {
        session.memory.counted.folded(source, &folded);
    }
    Ok(Maintenance { more: true, folded: true, ..Maintenance::default() })
}

/// Retention: the first that finds something to do.
async fn rest(
    connection: &mut SqliteConnection,
    progress: &mut Progress,
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
    let dropped = sqlx::query(
        "delete from rollup_block where id in (
            select id from rollup_block where source = $1 and tier_ms = $2 and bucket_ms < $3
            order by bucket_ms limit $4)",
    )
    .bind(source)
    .bind(tier.width_ms)
    .bind(fold::kept_from(tier, now).0)
    .bind(DROPPED_BUCKETS)
    .execute(connection)
    .await?;
    Ok(dropped.rows_affected())
}
