//! A transaction that only writes, gathered first and run in one go. SQLite works on a thread of its own: a statement that is
//! run alone costs two changes of threads, more than most statements themselves, and far more where all cores are busy.

use crate::block::Block;
use crate::error::StoreError;
use crate::kept::Kept;
use crate::tail::PackedTail;
use crate::writer::Failure;
use domain::health::Problem;
use futures_util::TryStreamExt;
use sqlx::query_builder::Separated;
use sqlx::{Connection, Executor, QueryBuilder, Sqlite, SqliteConnection};

/// Rows of the largest statement, as a power of two: with 7 values each, far below SQLite's 32,766.
const STATEMENT_ROWS_LOG2: u32 = 8;

/// Statements without results.
#[derive(Default)]
pub(crate) struct Script {
    /// The first begins the transaction.
    parts: Vec<Part>,
    /// What goes into the last statement. Alone it needs no transaction around it.
    kept: Kept,
}

/// Statements that are run by one call.
struct Part {
    text: QueryBuilder<Sqlite>,
    statements: usize,
}

impl Script {
    /// Goes on with a statement; its text and values follow.
    pub fn statement(&mut self, sql: &'static str) -> &mut QueryBuilder<Sqlite> {
        self.begin();
        let last = self.parts.len() - 1;
        let part = &mut self.parts[last];
        part.statements += 1;
        part.text.push("; ").push(sql)
    }

    /// Writes blocks.
    pub fn keep_blocks(&mut self, blocks: impl IntoIterator<Item = Block>) {
        self.kept.blocks.extend(blocks);
    }

    /// Writes a row of the tail, if there is anything in it: in the place of one that goes, or else behind all others.
    pub fn keep_tail(&mut self, place: Option<i64>, tail: PackedTail) {
        if tail.is_empty() {
            return;
        }
        if self.kept.tail.is_some() {
            std::mem::take(&mut self.kept).push(self.statement(""));
        }
        self.kept.tail = Some((place, tail));
    }

    /// Writes the latest counts' row anew.
    pub fn keep_latest(&mut self, row: Vec<u8>) {
        self.kept.latest = Some(row);
    }

    /// Goes on with an insertion of these rows. Of several rows each power of two is a call of its own, so that there are few
    /// texts, which stay prepared.
    pub fn insert<T>(
        &mut self,
        into: &'static str,
        mut rows: Vec<T>,
        conflict: &'static str,
        mut push: impl FnMut(Separated<'_, Sqlite, &'static str>, T),
    ) {
        while let Some(log2) = rows.len().checked_ilog2() {
            let chunk = rows.drain(..1 << log2.min(STATEMENT_ROWS_LOG2));
            self.begin();
            let insert = if chunk.len() > 1 { self.part("insert into ") } else { self.statement("insert into ") };
            insert.push(into).push(" ").push_values(chunk, &mut push).push(conflict);
        }
    }

    fn begin(&mut self) {
        if self.parts.is_empty() {
            self.part("begin immediate");
        }
    }

    /// Goes on in a call of its own.
    fn part(&mut self, sql: &'static str) -> &mut QueryBuilder<Sqlite> {
        &mut self.parts.push_mut(Part { text: QueryBuilder::new(sql), statements: 1 }).text
    }

    /// Runs them and commits.
    pub async fn commit(mut self, connection: &mut SqliteConnection) -> Result<(), Failure> {
        let kept = std::mem::take(&mut self.kept);
        let is_alone = self.parts.is_empty();
        if is_alone && kept.is_empty() {
            return Ok(());
        }
        if is_alone {
            kept.push(self.part(""));
        } else {
            if !kept.is_empty() {
                kept.push(self.statement(""));
            }
            self.statement("commit");
        }
        for part in &mut self.parts {
            if let Err(error) = part.run(connection).await {
                let error = StoreError::from(error);
                let is_undone = if is_alone {
                    // SQLite has done it by itself, if it still answers.
                    connection.ping().await.is_ok()
                } else {
                    // Fails where there is no transaction any more, or none yet.
                    sqlx::query("rollback").execute(&mut *connection).await.is_ok()
                };
                // Somebody else's lock is met at the beginning.
                let is_untouched = error.problem() == Problem::Locked;
                return Err(if is_undone || is_untouched {
                    Failure::RolledBack(error)
                } else {
                    Failure::Unknown(error)
                });
            }
        }
        Ok(())
    }
}

impl Part {
    /// Waits for each statement's result, and for no more: the end of the call is told after the last one, and would wake whoever
    /// waits once again.
    async fn run(&mut self, connection: &mut SqliteConnection) -> Result<(), sqlx::Error> {
        let mut results = connection.fetch_many(self.text.build());
        for _ in 0..self.statements {
            results.try_next().await?;
        }
        Ok(())
    }
}

/// Blobs as one value of a statement, and where each begins and how long it is, as SQLite's `substr` takes it: so they are
/// written by one statement with one text, whatever their number.
pub(crate) fn join_blobs<'b>(blobs: impl Iterator<Item = &'b [u8]>) -> (Vec<u8>, Vec<(usize, usize)>) {
    let (mut joined, mut places) = (Vec::new(), Vec::new());
    for blob in blobs {
        places.push((joined.len() + 1, blob.len()));
        joined.extend_from_slice(blob);
    }
    (joined, places)
}
