//! Opening the database: one SQLite file in WAL mode, shared by the server and whatever command line runs beside it.
//! Reads and the control plane's writes go through the small pool here; events through `writer`'s own connection.

use crate::checkpoint::AUTOCHECKPOINT_PAGES;
use crate::connections::{KEPT_CONNECTIONS_MAX, KeptConnections};
use crate::dictionary::Texts;
use crate::error::StoreError;
use crate::overview::remembered::RememberedColumns;
use crate::rollup;
use crate::source::FoundSources;
use crate::tail;
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{SqliteAutoVacuum, SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{Connection, Sqlite, SqliteConnection, SqlitePool, Transaction};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

/// The database's file name inside the data directory.
pub const DATABASE_FILE: &str = "headwater.db";
/// Locked by whoever takes events; freed by the operating system when that process ends, however it ends.
const WRITER_LOCK_FILE: &str = "headwater.db-writer";
/// Locked while the schema is brought up to date, so that two processes starting at once do it one after the other.
const MIGRATION_LOCK_FILE: &str = "headwater.db-migration";
/// Connections for reading: pages are short reads, and more readers than cores only wait for each other. Four are the pool's.
const CONNECTIONS_MAX: u32 = 4 + KEPT_CONNECTIONS_MAX;
/// How long a statement waits for another process's write before it fails.
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);
/// How long a probe waits for it: events wait behind the probe.
const PROBE_BUSY_TIMEOUT: Duration = Duration::from_millis(100);
/// How long a page waits for a free connection before it fails.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(10);

/// What has happened when a commit returns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// The data is on the disk (fsync): survives a power cut.
    Full,
    /// The data is with the operating system: survives `kill -9`, not a power cut. For loading history and for tests.
    Normal,
}

/// The database, open. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Store {
    pool: SqlitePool,
    kept_connections: Arc<KeptConnections>,
    options: SqliteConnectOptions,
    data_dir: Arc<PathBuf>,
    texts: Arc<Texts>,
    columns: Arc<RememberedColumns>,
    found_sources: Arc<FoundSources>,
}

impl Store {
    /// Opens the database in `data_dir`, making the directory and the file and bringing the schema up to date as needed.
    /// Several processes may have it open at once; one of them at a time may take events.
    ///
    /// # Errors
    /// The directory cannot be made, or the file is not a database of ours.
    pub async fn open(data_dir: &Path, durability: Durability) -> Result<Self, StoreError> {
        std::fs::create_dir_all(data_dir)?;
        let options = connect_options(data_dir, durability);
        let lock = File::create(data_dir.join(MIGRATION_LOCK_FILE))?;
        let lock = tokio::task::spawn_blocking(move || lock.lock().map(|()| lock))
            .await
            .map_err(|_| StoreError::Corrupt("a migration lock"))??;
        let is_new = !options.get_filename().exists();
        let first = if is_new { with_page_map(options.clone()) } else { options.clone() };
        let mut connection = SqliteConnection::connect_with(&first).await?;
        sqlx::migrate!("../migrations").run(&mut connection).await?;
        rollup::earlier::pack(&mut connection).await?;
        tail::earlier::pack(&mut connection).await?;
        connection.close().await?;
        drop(lock);
        let pool = SqlitePoolOptions::new()
            .max_connections(CONNECTIONS_MAX)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            // Looked at when it is given back, and a file does not go away as a server would.
            .test_before_acquire(false)
            .after_release(|connection, _| Box::pin(is_usable(connection)))
            .connect_with(options.clone())
            .await?;
        Ok(Self {
            pool,
            kept_connections: Arc::default(),
            options,
            data_dir: Arc::new(data_dir.to_owned()),
            texts: Arc::default(),
            columns: Arc::default(),
            found_sources: Arc::default(),
        })
    }

    /// Closes the pool's connections; running statements end first.
    pub async fn close(&self) {
        self.kept_connections.close(&self.pool).await;
    }

    /// Asks the database for nothing, to see that it answers.
    ///
    /// # Errors
    /// It does not.
    pub async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("select 1").execute(&self.pool).await?;
        Ok(())
    }

    /// For single statements.
    pub(crate) fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    /// For the reads of open pages; see [`KeptConnections`].
    pub(crate) async fn take_connection(&self) -> Result<PoolConnection<Sqlite>, StoreError> {
        self.kept_connections.take(&self.pool).await
    }

    /// Gives one back that answered everything.
    pub(crate) fn give_back(&self, connection: PoolConnection<Sqlite>) {
        self.kept_connections.give_back(connection, &self.pool);
    }

    /// The dictionary's texts, by their numbers.
    pub(crate) fn texts(&self) -> &Texts {
        &self.texts
    }

    /// Columns of buckets that were read of late.
    pub(crate) fn columns(&self) -> &RememberedColumns {
        &self.columns
    }

    /// Sources by the slugs under which they were last found.
    pub(crate) fn found_sources(&self) -> &FoundSources {
        &self.found_sources
    }

    /// Several reads at one instant. It ends when it is dropped: nobody needs to wait for the end of what only reads.
    pub(crate) async fn begin_read(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        Ok(self.pool.begin().await?)
    }

    /// A change. It takes the write lock at once: a transaction that reads first and writes later fails, rather than
    /// waits, when somebody else wrote in between.
    pub(crate) async fn begin_write(&self) -> Result<Transaction<'static, Sqlite>, StoreError> {
        Ok(self.pool.begin_with("begin immediate").await?)
    }

    /// A connection outside the pool.
    pub(crate) async fn connect(&self) -> Result<SqliteConnection, StoreError> {
        Ok(SqliteConnection::connect_with(&self.options).await?)
    }

    /// The writer's connection. Its commits rarely have to copy the log back: see `checkpoint`.
    pub(crate) async fn connect_to_write(&self) -> Result<SqliteConnection, StoreError> {
        Ok(SqliteConnection::connect_with(&self.options.clone().pragma("wal_autocheckpoint", AUTOCHECKPOINT_PAGES))
            .await?)
    }

    /// A connection that finds out whether the database can be written, without waiting long for the answer.
    pub(crate) async fn connect_to_probe(&self) -> Result<SqliteConnection, StoreError> {
        Ok(SqliteConnection::connect_with(&self.options.clone().busy_timeout(PROBE_BUSY_TIMEOUT)).await?)
    }

    /// The right to take events, as long as the file is held.
    pub(crate) fn lock_writer(&self) -> Result<File, StoreError> {
        let file = File::create(self.data_dir.join(WRITER_LOCK_FILE))?;
        match file.try_lock() {
            Ok(()) => Ok(file),
            Err(std::fs::TryLockError::WouldBlock) => Err(StoreError::WriterTaken),
            Err(std::fs::TryLockError::Error(error)) => Err(error.into()),
        }
    }
}

/// Whether there is a table of that name.
pub(crate) async fn has_table(connection: &mut SqliteConnection, name: &str) -> Result<bool, StoreError> {
    let count: i64 = sqlx::query_scalar("select count(*) from sqlite_master where type = 'table' and name = $1")
        .bind(name)
        .fetch_one(connection)
        .await?;
    Ok(count > 0)
}

/// When a disk is full SQLite ends the transaction by itself; sqlx does not hear of it and would take the connection for
/// one inside a transaction for ever.
async fn is_usable(connection: &mut SqliteConnection) -> Result<bool, sqlx::Error> {
    // Most have only read. What began and nobody waited for any more sqlx itself takes back.
    if !connection.is_in_transaction() {
        return Ok(true);
    }
    // Waits for a rollback under way.
    connection.ping().await?;
    Ok(!connection.is_in_transaction())
}

/// Has a new database keep a map of what each page belongs to. Not for the vacuum that it is made for: with it SQLite frees the
/// pages of a row without reading them, which is most of retention's work. Where there is a database already it would only wait
/// for the right to write, and change nothing.
fn with_page_map(options: SqliteConnectOptions) -> SqliteConnectOptions {
    options.auto_vacuum(SqliteAutoVacuum::Incremental)
}

fn connect_options(data_dir: &Path, durability: Durability) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(data_dir.join(DATABASE_FILE))
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(match durability {
            Durability::Full => SqliteSynchronous::Full,
            Durability::Normal => SqliteSynchronous::Normal,
        })
        .foreign_keys(true)
        .busy_timeout(BUSY_TIMEOUT)
        // Negative: kibibytes. 32 MB a connection hold the rollup pages of a busy source's two weeks.
        .pragma("cache_size", "-32768")
        .pragma("temp_store", "memory")
}
