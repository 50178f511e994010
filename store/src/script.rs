//! A transaction that only writes, gathered first and run in one go. SQLite works on a thread of its own: a statement that is
//! run alone costs two changes of threads, more than most statements themselves, and far more where all cores are busy.

use crate::error::StoreError;
use crate::writer::Failure;
use domain::health::Problem;
use sqlx::query_builder::Separated;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};

/// Rows of the largest statement, as a power of two: with 7 values each, far below SQLite's 32,766.
const STATEMENT_ROWS_LOG2: u32 = 8;

/// Statements without results.
pub(crate) struct Script {
    /// Each is run by one call; there is always one.
    parts: Vec<QueryBuilder<Sqlite>>,
}

impl Script {
    /// Nothing but the transaction's beginning.
    pub fn new() -> Self {
        Self { parts: vec![QueryBuilder::new("begin immediate")] }
    }

    /// Goes on with a statement; its text and values follow.
    pub fn statement(&mut self, sql: &'static str) -> &mut QueryBuilder<Sqlite> {
        self.last().push("; ").push(sql)
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
            let insert = if chunk.len() > 1 { self.part("insert into ") } else { self.statement("insert into ") };
            insert.push(into).push(" ").push_values(chunk, &mut push).push(conflict);
        }
    }

    /// Goes on in a call of its own.
    fn part(&mut self, sql: &'static str) -> &mut QueryBuilder<Sqlite> {
        self.parts.push(QueryBuilder::new(sql));
        self.last()
    }

    fn last(&mut self) -> &mut QueryBuilder<Sqlite> {
        let last = self.parts.len() - 1;
        &mut self.parts[last]
    }

    /// Runs them and commits.
    pub async fn commit(mut self, connection: &mut SqliteConnection) -> Result<(), Failure> {
        self.statement("commit");
        for part in &mut self.parts {
            if let Err(error) = part.build().execute(&mut *connection).await {
                let error = StoreError::from(error);
                // Fails where there is no transaction any more, or none yet: somebody else's lock is met at the beginning.
                let is_undone = sqlx::query("rollback").execute(&mut *connection).await.is_ok();
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
