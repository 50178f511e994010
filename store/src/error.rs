//! What can go wrong in the store. "Not found" is not an error but an `Option`.

use std::io;

/// SQLite's primary result codes that pass by themselves or by making room: busy, locked, disk I/O, full.
const PASSING_CODES: [i32; 4] = [5, 6, 10, 13];

/// A failure of the store.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// The database refused or broke.
    #[error("the database failed: {0}")]
    Database(#[from] sqlx::Error),
    /// The schema could not be brought up to date.
    #[error("the database's schema could not be brought up to date: {0}")]
    Migration(#[from] sqlx::migrate::MigrateError),
    /// A file could not be made, locked or (de)compressed.
    #[error("the data directory failed: {0}")]
    File(#[from] io::Error),
    /// Another process, or another writer in this one, is already writing events into this data directory.
    #[error("another process is already taking events into this data directory")]
    WriterTaken,
    /// Every slug that the name could have is taken.
    #[error("too many sources have this name")]
    NameTaken,
    /// The write key already belongs to a source.
    #[error("this write key is already in use")]
    KeyTaken,
    /// A stored code that this version of Headwater does not know: a newer one wrote it.
    #[error("the database holds an unknown {what}: {code:?}")]
    UnknownCode {
        /// What the code stands for.
        what: &'static str,
        /// The code.
        code: String,
    },
    /// A stored value that cannot be read.
    #[error("the database holds {0} that cannot be read")]
    Corrupt(&'static str),
}

impl StoreError {
    /// Whether the same call may succeed later without anybody changing it: somebody holds the database, or the disk
    /// is full. The caller answers 503 and the client tries again.
    #[must_use]
    pub fn is_busy_or_full(&self) -> bool {
        match self {
            Self::Database(sqlx::Error::PoolTimedOut) => true,
            Self::Database(sqlx::Error::Database(error)) => error
                .code()
                .and_then(|code| code.parse::<i32>().ok())
                .is_some_and(|code| PASSING_CODES.contains(&(code & 0xff))),
            Self::File(error) => matches!(error.kind(), io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded),
            Self::Database(_)
            | Self::Migration(_)
            | Self::WriterTaken
            | Self::NameTaken
            | Self::KeyTaken
            | Self::UnknownCode { .. }
            | Self::Corrupt(_) => false,
        }
    }
}
