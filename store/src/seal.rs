//! Sealing: the tail becomes blocks, an hour's small blocks become a large one. Lines are moved byte for byte. Under load the
//! tail is packed beside the commits, and the next one of them writes what came of it.

use crate::block::{BLOCK_BYTES_MAX, BLOCK_EVENTS_MIN, Block, BlockBuilder, LineFacts};
use crate::database::Store;
use crate::error::StoreError;
use crate::maintenance::Maintenance;
use crate::patience::Patient;
use crate::script::Script;
use crate::tail::{self, PackedTail, SourceHour, TailBuilder, TailRow, TailSize};
use crate::writer::{Failure, Session};
use domain::clock::{HOUR_MS, Timestamp};
use domain::source::SourceNumber;
use serde_json::json;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use tokio::task::JoinHandle;

/// Blocks looked at in one step.
const MERGED_BLOCKS_MAX: i64 = 256;
/// Bytes of lines from which on a block is large, and left alone. Two requests of a hundred events each make one.
const MERGED_BYTES_MAX: usize = 200 * 1024;

/// Events from which on an hour of a source is sealed together with others that are, even where it might stay: to leave it means
/// to pack it twice.
const SEALED_EVENTS_MIN: usize = BLOCK_EVENTS_MIN / 2;

/// What becomes of the tail's rows.
pub(crate) struct Sealed {
    /// Of the last of them; later ones are none of its business.
    last_id: i64,
    events: usize,
    blocks: Vec<Block>,
    left: PackedTail,
}

/// Sealing that is prepared beside the commits.
pub(crate) struct Sealing {
    prepared: JoinHandle<Result<Sealed, StoreError>>,
    /// What the tail has got since; what was read all the same is in it, too, until the next time.
    pub newer: TailSize,
}

impl Sealing {
    /// Reads over a connection of the pool and packs on a thread that may take its time. Nobody but the writer changes the
    /// tail, and it only adds to it until what is prepared here has been written.
    pub fn start(store: &Store, patient: &Patient, over_before_ms: i64) -> Self {
        let (store, patient) = (store.clone(), patient.clone());
        let prepared = tokio::spawn(async move {
            let rows = read(&mut *store.pool().acquire().await?).await?;
            patient.does(move || prepare(&rows, over_before_ms)).await?
        });
        Self { prepared, newer: TailSize::default() }
    }

    /// Whether there is nothing to wait for.
    pub fn is_prepared(&self) -> bool {
        self.prepared.is_finished()
    }

    /// What is prepared, and what the tail has got since.
    pub async fn prepared(self) -> Result<(Sealed, TailSize), StoreError> {
        let sealed = self.prepared.await.map_err(|_| StoreError::Corrupt("the tail"))??;
        Ok((sealed, self.newer))
    }
}

impl Sealed {
    /// Puts the blocks in the rows' place. What is left is one row, and how much that is.
    pub fn write(self, script: &mut Script) -> TailSize {
        script.statement("delete from event_tail where id <= ").push_bind(self.last_id);
        script.keep_blocks(self.blocks);
        let left = self.left.size.clone();
        script.keep_tail(Some(self.last_id), self.left);
        left
    }
}

/// Moves the tail into blocks: what is prepared beside the commits already, or else all of it now.
pub(crate) async fn tail(session: &mut Session, over_before_ms: i64) -> Result<Maintenance, Failure> {
    let prepared = match session.memory.sealing.take() {
        Some(sealing) => sealing.prepared().await,
        None => read(&mut session.connection)
            .await
            .and_then(|rows| prepare(&rows, over_before_ms))
            .map(|sealed| (sealed, TailSize::default())),
    };
    let (sealed, newer) = prepared.map_err(Failure::RolledBack)?;
    let mut script = Script::default();
    let sealed_events = u64::try_from(sealed.events).unwrap_or(u64::MAX);
    let mut left = sealed.write(&mut script);
    script.commit(&mut session.connection).await?;
    left.add(&newer);
    session.memory.tail = left;
    Ok(Maintenance { more: true, sealed_events, ..Maintenance::default() })
}

async fn read(connection: &mut SqliteConnection) -> Result<Vec<TailRow>, StoreError> {
    tail::read(connection, Timestamp(i64::MIN), Timestamp(i64::MAX)).await
}

/// Seals every hour that is over, those with [`SEALED_EVENTS_MIN`], and of the others the largest, until half of what may stay is
/// left: a source that sends little is not to have a block for each of its events.
fn prepare(rows: &[TailRow], over_before_ms: i64) -> Result<Sealed, StoreError> {
    let last_id = rows.last().map_or(i64::MIN, |row| row.id);
    let texts = rows.iter().map(TailRow::unpack).collect::<Result<Vec<String>, StoreError>>()?;
    let mut hours: BTreeMap<SourceHour, Vec<(LineFacts, &str)>> = BTreeMap::new();
    for (row, text) in rows.iter().zip(&texts) {
        for ((source, facts), line) in row.facts().zip(text.lines()) {
            hours.entry(SourceHour::of(source, facts.at)).or_default().push((facts, line));
        }
    }
    let mut hours: Vec<_> = hours.into_iter().collect();
    hours.sort_by_key(|(hour, lines)| (hour.hour_ms >= over_before_ms, Reverse(lines.len())));
    let mut events: usize = hours.iter().map(|(_, lines)| lines.len()).sum();
    let mut bytes: usize = hours.iter().map(|(_, lines)| bytes_of(lines)).sum();
    let mut hours_left = hours.len();
    let (mut sealed, mut left, mut blocks) = (0, TailBuilder::default(), Vec::new());
    for (hour, lines) in hours {
        let is_enough = hour.hour_ms < over_before_ms || lines.len() >= SEALED_EVENTS_MIN;
        if !is_enough && !tail::fills(events * 2, bytes * 2, hours_left * 2) {
            for (facts, line) in lines {
                left.line(hour.source, line.as_bytes(), facts);
            }
        } else {
            (events, bytes, hours_left) = (events - lines.len(), bytes - bytes_of(&lines), hours_left - 1);
            sealed += lines.len();
            keep(&mut blocks, hour.source, lines)?;
        }
    }
    Ok(Sealed { last_id, events: sealed, blocks, left: left.pack()? })
}

fn bytes_of(lines: &[(LineFacts, &str)]) -> usize {
    lines.iter().map(|(_, line)| line.len() + 1).sum()
}

/// Packs the lines of an hour into blocks.
fn keep(blocks: &mut Vec<Block>, source: SourceNumber, mut lines: Vec<(LineFacts, &str)>) -> Result<(), StoreError> {
    lines.sort_by_key(|(facts, _)| facts.at);
    let mut builder = BlockBuilder::with_room(bytes_of(&lines).min(BLOCK_BYTES_MAX));
    for (facts, line) in lines {
        builder.line(line.as_bytes(), facts);
        if builder.bytes() >= BLOCK_BYTES_MAX {
            blocks.extend(std::mem::take(&mut builder).finish(source)?);
        }
    }
    blocks.extend(builder.finish(source)?);
    Ok(())
}

/// Merges small blocks of the oldest hour that is over and not settled; `None` if there is none. A block that is large is looked at
/// once; so is one that has no other small one near it.
pub(crate) async fn merge_hour(session: &mut Session, over_before_ms: i64) -> Result<Option<Maintenance>, Failure> {
    let mut script = Script::default();
    let merged = merge_blocks(&mut session.connection, &mut script, over_before_ms).await;
    let Some(merged_blocks) = merged.map_err(Failure::RolledBack)? else { return Ok(None) };
    script.commit(&mut session.connection).await?;
    Ok(Some(Maintenance { more: true, merged_blocks, ..Maintenance::default() }))
}

async fn merge_blocks(
    connection: &mut SqliteConnection,
    script: &mut Script,
    over_before_ms: i64,
) -> Result<Option<u64>, StoreError> {
    let hour: Option<(i64, i64, i64, i64)> = sqlx::query_as(
        "select hour_ms, source, after_at, after_id from unsettled_hour where hour_ms < $1
         order by hour_ms, source limit 1",
    )
    .bind(over_before_ms)
    .fetch_optional(&mut *connection)
    .await?;
    let Some((hour_ms, source, after_at, after_id)) = hour else { return Ok(None) };
    let mut after = (after_at, after_id).max((hour_ms, i64::MIN));
    let heads: Vec<(i64, i64, i64)> = sqlx::query_as(
        "select last_at, id, bytes from event_block where source = $1 and (last_at, id) > ($2, $3) and last_at < $4
         order by last_at, id limit $5",
    )
    .bind(source)
    .bind(after.0)
    .bind(after.1)
    .bind(hour_ms.saturating_add(HOUR_MS))
    .bind(MERGED_BLOCKS_MAX)
    .fetch_all(&mut *connection)
    .await?;
    let mut is_end = i64::try_from(heads.len()).is_ok_and(|heads| heads < MERGED_BLOCKS_MAX);
    let (mut fitting, mut bytes_sum) = (Vec::new(), 0);
    for (last_at, id, bytes) in heads {
        if !is_large(bytes) {
            bytes_sum += bytes;
            if usize::try_from(bytes_sum).is_ok_and(|sum| sum > BLOCK_BYTES_MAX) {
                is_end = false;
                break;
            }
            fitting.push(id);
        }
        after = (last_at, id);
    }
    let merges = fitting.len() > 1;
    if merges {
        let whole = merged(connection, SourceNumber(source), &fitting).await?;
        if !is_large(whole.bytes) {
            // It goes on growing.
            after = (whole.last_at, i64::MIN);
        }
        script.keep_blocks([whole]);
        of_ids(script.statement("delete from event_block"), &fitting);
    }
    let statement = if is_end && !merges {
        script.statement("delete from unsettled_hour")
    } else {
        let update = script.statement("update unsettled_hour set after_at = ").push_bind(after.0);
        update.push(", after_id = ").push_bind(after.1)
    };
    statement.push(" where hour_ms = ").push_bind(hour_ms).push(" and source = ").push_bind(source);
    let merged_blocks = if merges { fitting.len() } else { 0 };
    Ok(Some(u64::try_from(merged_blocks).unwrap_or(u64::MAX)))
}

fn is_large(bytes: i64) -> bool {
    usize::try_from(bytes).is_ok_and(|bytes| bytes >= MERGED_BYTES_MAX)
}

fn of_ids(statement: &mut QueryBuilder<Sqlite>, ids: &[i64]) {
    statement.push(" where id in (select value from json_each(").push_bind(json!(ids).to_string()).push("))");
}

/// Blocks of an hour as one.
async fn merged(connection: &mut SqliteConnection, source: SourceNumber, ids: &[i64]) -> Result<Block, StoreError> {
    let blocks: Vec<Block> = sqlx::query_as(
        "select source, hour_ms, first_at, last_at, events, bytes, verdict_bits, type_bits, hashes, lines from event_block
         where id in (select value from json_each($1)) order by first_at, id",
    )
    .bind(json!(ids).to_string())
    .fetch_all(connection)
    .await?;
    let mut whole = BlockBuilder::default();
    blocks.iter().try_for_each(|block| whole.block(block))?;
    whole.finish(source)?.ok_or(StoreError::Corrupt("an hour's blocks"))
}
