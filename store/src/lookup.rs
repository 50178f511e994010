//! Finding one event by its messageId: over the hashes that deduplication keeps, newest first, so that only the one block
//! that holds it is unpacked.

use crate::block::{self, LineFacts};
use crate::database::Store;
use crate::deduplication::Secret;
use crate::error::StoreError;
use crate::event::{StoredEvent, decode};
use crate::tail;
use domain::clock::Timestamp;
use domain::source::SourceNumber;
use sqlx::SqliteConnection;

/// Blocks whose hashes are read at a time: some megabytes at most.
const BLOCK_HASHES: i64 = 16;

/// What is looked for.
struct Sought<'a> {
    source: SourceNumber,
    message_id: &'a str,
    hash: u64,
}

/// The event kept under that messageId. Where the same id came again after more than 24 hours, and so as a new event, the
/// latest one.
///
/// # Errors
/// The database fails, or holds what cannot be read.
pub(crate) async fn find(
    store: &Store,
    source: SourceNumber,
    message_id: &str,
) -> Result<Option<StoredEvent>, StoreError> {
    let mut transaction = store.begin_read().await?;
    let hash = Secret::load(&mut transaction).await?.hash(source, message_id);
    let sought = Sought { source, message_id, hash };
    let in_tail = sought.in_tail(&mut transaction).await?;
    let after_ms = in_tail.as_ref().map_or(i64::MIN, |event| event.received_at.0);
    let in_block = sought.in_blocks(&mut transaction, after_ms).await?;
    Ok(in_block.or(in_tail))
}

impl Sought<'_> {
    /// Reads through the tail, which sealing keeps short.
    async fn in_tail(&self, connection: &mut SqliteConnection) -> Result<Option<StoredEvent>, StoreError> {
        let rows = tail::read(connection, Timestamp(i64::MIN), Timestamp(i64::MAX)).await?;
        let is_sought = |(source, facts): (SourceNumber, LineFacts)| source == self.source && facts.hash == self.hash;
        for row in rows.iter().rev().filter(|row| row.facts().any(is_sought)) {
            let lines = row.unpack()?;
            let sought = lines.lines().zip(row.facts()).filter(|(_, facts)| is_sought(*facts));
            if let Some(event) = self.first_of(sought.map(|(line, _)| line))? {
                return Ok(Some(event));
            }
        }
        Ok(None)
    }

    /// Looks through the blocks that end after that moment.
    async fn in_blocks(
        &self,
        connection: &mut SqliteConnection,
        after_ms: i64,
    ) -> Result<Option<StoredEvent>, StoreError> {
        let mut before = (i64::MAX, i64::MAX);
        loop {
            let blocks: Vec<(i64, i64, Vec<u8>)> = sqlx::query_as(
                "select last_at, id, hashes from event_block
                 where source = $1 and (last_at, id) < ($2, $3) and last_at > $4
                 order by last_at desc, id desc limit $5",
            )
            .bind(self.source.0)
            .bind(before.0)
            .bind(before.1)
            .bind(after_ms)
            .bind(BLOCK_HASHES)
            .fetch_all(&mut *connection)
            .await?;
            let Some((last_at, last_id, _)) = blocks.last() else { return Ok(None) };
            before = (*last_at, *last_id);
            for (_, id, hashes) in blocks {
                if let Some(event) = self.in_block(&mut *connection, id, &hashes).await? {
                    return Ok(Some(event));
                }
            }
        }
    }

    /// A block's hashes stand in the order of its lines.
    async fn in_block(
        &self,
        connection: &mut SqliteConnection,
        id: i64,
        hashes: &[u8],
    ) -> Result<Option<StoredEvent>, StoreError> {
        let hash = self.hash.to_le_bytes();
        let (hashes, _) = hashes.as_chunks::<8>();
        if !hashes.contains(&hash) {
            return Ok(None);
        }
        let (bytes, lines): (i64, Vec<u8>) =
            sqlx::query_as("select bytes, lines from event_block where id = $1").bind(id).fetch_one(connection).await?;
        let lines = block::unpack_text(&lines, bytes)?;
        self.first_of(lines.lines().zip(hashes).filter(|(_, of_line)| **of_line == hash).map(|(line, _)| line))
    }

    /// Two ids may share a hash.
    fn first_of<'a>(&self, lines: impl Iterator<Item = &'a str>) -> Result<Option<StoredEvent>, StoreError> {
        for line in lines {
            let event = decode(line)?;
            if &*event.message_id == self.message_id {
                return Ok(Some(event));
            }
        }
        Ok(None)
    }
}
