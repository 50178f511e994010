//! Reading events back, the latest first, from tail and blocks alike: the one way for samples and tests. Blocks are unpacked when
//! their last event is due, so a long read holds only a few.

use crate::block;
use crate::database::Store;
use crate::error::StoreError;
use crate::event::{StoredEvent, decode};
use crate::tail;
use domain::clock::{HOUR_MS, Timestamp};
use domain::overview::Selection;
use domain::source::SourceNumber;
use sqlx::{Sqlite, Transaction};
use std::collections::{BTreeMap, VecDeque};

/// Block heads read at a time.
const BLOCK_HEADS: i64 = 256;

/// Which of a source's events are looked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Wanted {
    /// By what became of them.
    pub selection: Selection,
}

/// The events of one source that arrived in `[from, until)`.
#[derive(Clone, Copy, Debug)]
pub struct Scope {
    /// Whose.
    pub source: SourceNumber,
    /// Included.
    pub from: Timestamp,
    /// Excluded.
    pub until: Timestamp,
    /// Which of them.
    pub wanted: Wanted,
}

/// Events in a scope, at the instant at which it was opened.
pub struct EventReader {
    transaction: Transaction<'static, Sqlite>,
    scope: Scope,
    blocks: Page,
    /// Events that are unpacked and not given yet.
    ready: BTreeMap<Place, StoredEvent>,
}

/// The heads of blocks, read in pages.
#[derive(Default)]
struct Page {
    heads: VecDeque<Head>,
    after: Option<Head>,
    ended: bool,
}

/// When a block's last event arrived, and its id.
type Head = (i64, i64);

/// Where an event stands among all: by arrival; at the same moment what is in blocks comes before the tail, and each as it
/// was written.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Place {
    at: Timestamp,
    is_in_tail: bool,
    /// When the block starts, and its id; for the tail the row's id alone.
    row: (i64, i64),
    line: usize,
}

impl Wanted {
    /// The bits of which a block must have one.
    fn verdict_bits(self) -> i64 {
        if self.selection == Selection::default() {
            return -1;
        }
        self.selection.verdicts().into_iter().fold(0, |bits, verdict| bits | block::bit_of(verdict.code()))
    }
}

impl EventReader {
    /// Opens a reader.
    ///
    /// # Errors
    /// The database fails.
    pub async fn open(store: &Store, scope: Scope) -> Result<Self, StoreError> {
        let transaction = store.begin_read().await?;
        let mut reader = Self { transaction, scope, blocks: Page::default(), ready: BTreeMap::new() };
        reader.read_tail().await?;
        Ok(reader)
    }

    /// The next event, if there is one.
    ///
    /// # Errors
    /// The database fails, or holds what cannot be read.
    pub async fn next(&mut self) -> Result<Option<StoredEvent>, StoreError> {
        loop {
            self.fill_page().await?;
            let ready = self.ready.last_key_value().map(|(place, _)| place.at.0);
            let block = self.blocks.heads.front().map(|(at, _)| *at);
            if block.is_some() && block >= ready {
                self.unpack_next_block().await?;
            } else {
                return Ok(self.ready.pop_last().map(|(_, event)| event));
            }
        }
    }

    async fn fill_page(&mut self) -> Result<(), StoreError> {
        let Scope { source, from, until, wanted } = self.scope;
        if self.blocks.is_due() {
            // A block starts and ends within one hour.
            let (at, id) = self.blocks.after.unwrap_or((until.plus_ms(HOUR_MS).0, i64::MIN));
            let rows = sqlx::query_as(include_str!("../queries/block.latest.sql"))
                .bind(source.0)
                .bind(at)
                .bind(id)
                .bind(from.0)
                .bind(until.0)
                .bind(wanted.verdict_bits())
                .bind(BLOCK_HEADS)
                .fetch_all(&mut *self.transaction)
                .await?;
            self.blocks.fill(rows, BLOCK_HEADS);
        }
        Ok(())
    }

    /// The whole tail at once: it is short.
    async fn read_tail(&mut self) -> Result<(), StoreError> {
        let Scope { source, from, until, .. } = self.scope;
        for row in tail::read(&mut self.transaction, from, until).await? {
            if !row.facts().any(|(owner, _)| owner == source) {
                continue;
            }
            let lines = row.unpack()?;
            let owners = row.facts().map(|(owner, _)| owner);
            for (number, (line, _)) in lines.lines().zip(owners).enumerate().filter(|(_, (_, owner))| *owner == source)
            {
                self.take(line, |at| Place { at, is_in_tail: true, row: (0, row.id), line: number })?;
            }
        }
        Ok(())
    }

    async fn unpack_next_block(&mut self) -> Result<(), StoreError> {
        let Some((_, id)) = self.blocks.heads.pop_front() else { return Ok(()) };
        let (first_at, bytes, lines): (i64, i64, Vec<u8>) =
            sqlx::query_as("select first_at, bytes, lines from event_block where id = $1")
                .bind(id)
                .fetch_one(&mut *self.transaction)
                .await?;
        let lines = block::unpack_text(&lines, bytes)?;
        for (number, line) in lines.lines().enumerate() {
            self.take(line, |at| Place { at, is_in_tail: false, row: (first_at, id), line: number })?;
        }
        Ok(())
    }

    fn take(&mut self, line: &str, place: impl FnOnce(Timestamp) -> Place) -> Result<(), StoreError> {
        let event = decode(line)?;
        let Scope { from, until, wanted, .. } = self.scope;
        if (from..until).contains(&event.received_at) && wanted.selection.includes(event.verdict) {
            self.ready.insert(place(event.received_at), event);
        }
        Ok(())
    }
}

impl Page {
    fn is_due(&self) -> bool {
        self.heads.is_empty() && !self.ended
    }

    fn fill(&mut self, rows: Vec<Head>, rows_max: i64) {
        self.ended = i64::try_from(rows.len()).is_ok_and(|rows| rows < rows_max);
        self.after = rows.last().copied();
        self.heads = rows.into();
    }
}
