//! Connections kept at hand for what pages ask most often. The pool asks a connection whether it is well each time it is given
//! back, which changes threads twice, and hands out the one that has been idle longest, of whose pages SQLite holds the least.

use crate::error::StoreError;
use sqlx::pool::PoolConnection;
use sqlx::{Sqlite, SqlitePool};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// As many as small machines have cores; whoever needs more has them from the pool.
pub(crate) const KEPT_CONNECTIONS_MAX: u32 = 2;

/// The last one given back is the next one taken.
#[derive(Debug, Default)]
pub(crate) struct KeptConnections(Mutex<Vec<PoolConnection<Sqlite>>>);

impl KeptConnections {
    /// One to read with. Whoever got all answers gives it back; otherwise it falls to the pool, which looks at it.
    pub async fn take(&self, pool: &SqlitePool) -> Result<PoolConnection<Sqlite>, StoreError> {
        let kept = self.lock().pop();
        match kept {
            Some(connection) => Ok(connection),
            None => Ok(pool.acquire().await?),
        }
    }

    /// Keeps it, if there is room.
    pub fn give_back(&self, connection: PoolConnection<Sqlite>, pool: &SqlitePool) {
        let mut kept = self.lock();
        // Asked under the lock: a pool that closes waits for each of its connections.
        if kept.len() < KEPT_CONNECTIONS_MAX as usize && !pool.is_closed() {
            kept.push(connection);
        }
    }

    /// Closes the pool, and them with it.
    pub async fn close(&self, pool: &SqlitePool) {
        let closing = pool.close();
        self.lock().clear();
        closing.await;
    }

    fn lock(&self) -> MutexGuard<'_, Vec<PoolConnection<Sqlite>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for KeptConnections {
    /// They end here: on the way back to the pool each needs a runtime, and the pool ends as well.
    fn drop(&mut self) {
        self.lock().drain(..).for_each(|connection| drop(connection.leak()));
    }
}
