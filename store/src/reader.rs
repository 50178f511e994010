//! Reading events back, in the order of their arrival, from tail and blocks alike: the one way for tests, debugger,
//! samples and replay. Blocks are unpacked when their first event is due, so a long read holds only a few.

use crate::block;
use crate::database::Store;
use crate::error::StoreError;
use crate::event::{StoredEvent, decode};
use domain::clock::Timestamp;
use domain::source::SourceNumber;
use sqlx::{Sqlite, Transaction};
use std::collections::{BTreeMap, VecDeque};

/// Tail rows read at a time.
const TAIL_ROWS: i64 = 256;
/// Block heads read at a time.
const BLOCK_HEADS: i64 = 256;

/// Events of one source from one moment to another, at the instant at which it was opened.
pub struct EventReader {
    transaction: Transaction<'static, Sqlite>,
    source: SourceNumber,
    from: Timestamp,
    until: Timestamp,
    tail: Page,
    blocks: Page,
    /// Events that are unpacked and not given yet, by arrival; the second number keeps equal ones in reading order.
    ready: BTreeMap<(Timestamp, u64), StoredEvent>,
    read: u64,
}

/// A place in a table that is read in pages, ordered by time and id.
#[derive(Default)]
struct Page {
    heads: VecDeque<(i64, i64)>,
    after: Option<(i64, i64)>,
    ended: bool,
}

impl EventReader {
    /// Opens a reader of events that arrived in `[from, until)`.
    ///
    /// # Errors
    /// The database fails.
    pub async fn open(
        store: &Store,
        source: SourceNumber,
        from: Timestamp,
        until: Timestamp,
    ) -> Result<Self, StoreError> {
        let transaction = store.begin_read().await?;
        let (tail, blocks) = (Page::default(), Page::default());
        Ok(Self { transaction, source, from, until, tail, blocks, ready: BTreeMap::new(), read: 0 })
    }

    /// The next event, if there is one.
    ///
    /// # Errors
    /// The database fails, or holds what cannot be read.
    pub async fn next(&mut self) -> Result<Option<StoredEvent>, StoreError> {
        loop {
            self.fill_pages().await?;
            let ready = self.ready.first_key_value().map_or(i64::MAX, |((at, _), _)| at.0);
            let tail = self.tail.heads.front().map_or(i64::MAX, |(at, _)| *at);
            let block = self.blocks.heads.front().map_or(i64::MAX, |(at, _)| *at);
            if block <= ready && block <= tail && block < i64::MAX {
                self.unpack_next_block().await?;
            } else if tail < ready {
                self.read_next_row().await?;
            } else {
                return Ok(self.ready.pop_first().map(|(_, event)| event));
            }
        }
    }

    async fn fill_pages(&mut self) -> Result<(), StoreError> {
        if self.tail.is_due() {
            let (at, id) = self.tail.after.unwrap_or((self.from.0, i64::MIN));
            let rows: Vec<(i64, i64)> = sqlx::query_as(
                "select at, id from event_tail where source = $1 and (at, id) > ($2, $3) and at < $4
                 order by at, id limit $5",
            )
            .bind(self.source.0)
            .bind(at)
            .bind(id)
            .bind(self.until.0)
            .bind(TAIL_ROWS)
            .fetch_all(&mut *self.transaction)
            .await?;
            self.tail.fill(rows, TAIL_ROWS);
        }
        if self.blocks.is_due() {
            // A block starts at most an hour before its last event.
            let earliest = self.from.plus_ms(-domain::clock::HOUR_MS).0;
            let (at, id) = self.blocks.after.unwrap_or((earliest, i64::MIN));
            let rows: Vec<(i64, i64)> = sqlx::query_as(
                "select first_at, id from event_block
                 where source = $1 and (first_at, id) > ($2, $3) and first_at < $4 and last_at >= $5
                 order by first_at, id limit $6",
            )
            .bind(self.source.0)
            .bind(at)
            .bind(id)
            .bind(self.until.0)
            .bind(self.from.0)
            .bind(BLOCK_HEADS)
            .fetch_all(&mut *self.transaction)
            .await?;
            self.blocks.fill(rows, BLOCK_HEADS);
        }
        Ok(())
    }

    async fn read_next_row(&mut self) -> Result<(), StoreError> {
        let Some((_, id)) = self.tail.heads.pop_front() else { return Ok(()) };
        let line: String = sqlx::query_scalar("select line from event_tail where id = $1")
            .bind(id)
            .fetch_one(&mut *self.transaction)
            .await?;
        self.take(&line)
    }

    async fn unpack_next_block(&mut self) -> Result<(), StoreError> {
        let Some((_, id)) = self.blocks.heads.pop_front() else { return Ok(()) };
        let (bytes, lines): (i64, Vec<u8>) = sqlx::query_as("select bytes, lines from event_block where id = $1")
            .bind(id)
            .fetch_one(&mut *self.transaction)
            .await?;
        let lines = String::from_utf8(block::unpack(&lines, bytes)?).map_err(|_| StoreError::Corrupt("a block"))?;
        lines.lines().try_for_each(|line| self.take(line))
    }

    fn take(&mut self, line: &str) -> Result<(), StoreError> {
        let event = decode(line)?;
        if self.from <= event.received_at && event.received_at < self.until {
            self.read += 1;
            self.ready.insert((event.received_at, self.read), event);
        }
        Ok(())
    }
}

impl Page {
    fn is_due(&self) -> bool {
        self.heads.is_empty() && !self.ended
    }

    fn fill(&mut self, rows: Vec<(i64, i64)>, rows_max: i64) {
        self.ended = i64::try_from(rows.len()).is_ok_and(|rows| rows < rows_max);
        self.after = rows.last().copied();
        self.heads = rows.into();
    }
}
