//! Sealing: an hour's tail becomes a block, an hour's small blocks become a large one. Lines are moved byte for byte.

use crate::block::{self, BLOCK_BYTES_MAX, Block, BlockBuilder, LineFacts};
use crate::error::StoreError;
use crate::event::Envelope;
use crate::maintenance::Maintenance;
use crate::tail::{self, SourceHour, TailRow};
use crate::writer::{self, Failure, Session};
use domain::source::SourceNumber;
use serde_json::json;
use sqlx::SqliteConnection;

/// An hour under way is sealed when its tail has this many rows, and in steps of as many: 16 MB of lines at most.
pub(crate) const TAIL_ROWS_MAX: usize = 512;
/// Blocks looked at in one step.
const MERGED_BLOCKS_MAX: i64 = 256;

/// Seals the first rows of an hour's tail.
pub(crate) async fn tail_hour(session: &mut Session, hour: SourceHour) -> Result<Maintenance, Failure> {
    let mut transaction = writer::begin(&mut session.connection).await?;
    let result = seal_rows(&mut transaction, hour).await;
    let sealed = writer::end(transaction, result).await?;
    if sealed < TAIL_ROWS_MAX {
        session.memory.tail.forget(hour);
    } else {
        session.memory.tail.remove(hour, sealed);
    }
    let sealed_events = u64::try_from(sealed).unwrap_or(u64::MAX);
    Ok(Maintenance { more: true, sealed_events, ..Maintenance::default() })
}

async fn seal_rows(connection: &mut SqliteConnection, hour: SourceHour) -> Result<usize, StoreError> {
    let limit = i64::try_from(TAIL_ROWS_MAX).unwrap_or(i64::MAX);
    let rows = tail::of_hour(&mut *connection, hour, limit).await?;
    let mut builder = BlockBuilder::default();
    for (_, row) in &rows {
        add(&mut builder, row);
        if builder.bytes() >= BLOCK_BYTES_MAX {
            block::insert(&mut *connection, std::mem::take(&mut builder).finish(hour.source)?).await?;
        }
    }
    if builder.bytes() > 0 {
        block::insert(&mut *connection, builder.finish(hour.source)?).await?;
    }
    let ids: Vec<i64> = rows.iter().map(|(id, _)| *id).collect();
    tail::delete(connection, &ids).await?;
    Ok(ids.len())
}

fn add(builder: &mut BlockBuilder, row: &TailRow) {
    builder.lines().extend_from_slice(row.line.as_bytes());
    let envelope: Option<Envelope<'_>> = serde_json::from_str(&row.line).ok();
    let codes = envelope.as_ref().map(|envelope| (&*envelope.code, &*envelope.event_type));
    builder.line_added(&LineFacts {
        at: row.at,
        hash: row.hash,
        verdict_code: codes.map(|(verdict, _)| verdict),
        type_code: codes.map(|(_, event_type)| event_type),
    });
}

/// Merges small blocks of the oldest hour that is over and not settled; `None` if there is none. A block that is large,
/// or the only small one of its hour, is settled: nobody looks at it again.
pub(crate) async fn merge_hour(
    connection: &mut SqliteConnection,
    over_before_ms: i64,
) -> Result<Option<u64>, StoreError> {
    let hour: Option<(i64, i64)> = sqlx::query_as(
        "select hour_ms, source from event_block where settled = 0 and hour_ms < $1 order by hour_ms, source limit 1",
    )
    .bind(over_before_ms)
    .fetch_optional(&mut *connection)
    .await?;
    let Some((hour_ms, source)) = hour else { return Ok(None) };
    let heads: Vec<(i64, i64)> = sqlx::query_as(
        "select id, bytes from event_block where settled = 0 and hour_ms = $1 and source = $2
         order by first_at, id limit $3",
    )
    .bind(hour_ms)
    .bind(source)
    .bind(MERGED_BLOCKS_MAX)
    .fetch_all(&mut *connection)
    .await?;
    let (large, small): (Vec<_>, Vec<_>) = heads.into_iter().partition(|(_, bytes)| is_large(*bytes));
    let mut bytes_sum = 0;
    let fitting = small.iter().take_while(|(_, bytes)| {
        bytes_sum += bytes;
        usize::try_from(bytes_sum).is_ok_and(|sum| sum <= BLOCK_BYTES_MAX)
    });
    let mut fitting: Vec<i64> = fitting.map(|(id, _)| *id).collect();
    let mut settled: Vec<i64> = large.into_iter().map(|(id, _)| id).collect();
    if fitting.len() == 1 {
        settled.append(&mut fitting);
    }
    settle(&mut *connection, &settled).await?;
    if !fitting.is_empty() {
        merge(connection, SourceNumber(source), hour_ms, &fitting).await?;
    }
    Ok(Some(u64::try_from(fitting.len()).unwrap_or(u64::MAX)))
}

/// Half the largest size: two that are smaller always fit into one.
fn is_large(bytes: i64) -> bool {
    usize::try_from(bytes).is_ok_and(|bytes| bytes * 2 >= BLOCK_BYTES_MAX)
}

async fn settle(connection: &mut SqliteConnection, ids: &[i64]) -> Result<(), StoreError> {
    if !ids.is_empty() {
        sqlx::query("update event_block set settled = 1 where id in (select value from json_each($1))")
            .bind(json!(ids).to_string())
            .execute(connection)
            .await?;
    }
    Ok(())
}

type MergedRow = (i64, i64, i64, i64, i64, i64, Vec<u8>, Vec<u8>);

async fn merge(
    connection: &mut SqliteConnection,
    source: SourceNumber,
    hour_ms: i64,
    ids: &[i64],
) -> Result<(), StoreError> {
    let ids = json!(ids).to_string();
    let rows: Vec<MergedRow> = sqlx::query_as(
        "select first_at, last_at, events, bytes, verdict_bits, type_bits, hashes, lines from event_block
         where id in (select value from json_each($1)) order by first_at, id",
    )
    .bind(&ids)
    .fetch_all(&mut *connection)
    .await?;
    let mut whole = Block {
        source,
        hour_ms,
        first_at: i64::MAX,
        last_at: i64::MIN,
        events: 0,
        bytes: 0,
        verdict_bits: 0,
        type_bits: 0,
        settled: false,
        hashes: Vec::new(),
        lines: Vec::new(),
    };
    for (first_at, last_at, events, bytes, verdict_bits, type_bits, hashes, lines) in rows {
        whole.first_at = whole.first_at.min(first_at);
        whole.last_at = whole.last_at.max(last_at);
        whole.events += events;
        whole.bytes += bytes;
        whole.verdict_bits |= verdict_bits;
        whole.type_bits |= type_bits;
        whole.hashes.extend_from_slice(&hashes);
        whole.lines.extend_from_slice(&block::unpack(&lines, bytes)?);
    }
    whole.lines = block::pack(&whole.lines)?;
    block::insert(&mut *connection, whole).await?;
    sqlx::query("delete from event_block where id in (select value from json_each($1))")
        .bind(ids)
        .execute(connection)
        .await?;
    Ok(())
}
