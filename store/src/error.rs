//! What can go wrong in the store. "Not found" is not an error but an `Option`.

use domain::health::Problem;
use std::io;

/// SQLite's result codes, as far as they say more than that something broke (<https://www.sqlite.org/rescode.html>).
const BUSY: i32 = 5;
const LOCKED: i32 = 6;
const FULL: i32 = 13;
/// I/O error while the WAL's index was made larger: nothing but room is missing then.
const IOERR_SHMSIZE: i32 = 10 | (19 << 8);

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
        match self.problem() {
            Problem::DiskFull | Problem::Locked => true,
            Problem::Broken => false,
        }
    }

    /// What is in the way, in the words of `/healthz`.
    #[must_use]
    pub fn problem(&self) -> Problem {
        match self {
            Self::Database(sqlx::Error::PoolTimedOut) | Self::WriterTaken => Problem::Locked,
            Self::Database(sqlx::Error::Database(error)) => {
                error.code().and_then(|code| code.parse().ok()).map_or(Problem::Broken, problem_of)
            }
            Self::File(error) => match error.kind() {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Problem::DiskFull,
                _ => Problem::Broken,
            },
            Self::Database(_) | Self::Migration(_) | Self::KeyTaken | Self::UnknownCode { .. } | Self::Corrupt(_) => {
                Problem::Broken
            }
        }
    }
}

/// The lower byte is the primary code, the rest says more of it.
fn problem_of(code: i32) -> Problem {
    match (code, code & 0xff) {
        (IOERR_SHMSIZE, _) | (_, FULL) => Problem::DiskFull,
        (_, BUSY | LOCKED) => Problem::Locked,
        _ => Problem::Broken,
    }
}

#[cfg(test)]
mod tests {
    use super::{Problem, StoreError, io, problem_of};

    #[test]
    fn result_codes_say_what_is_in_the_way() {
        for (code, problem) in [
            (5, Problem::Locked),
            (517, Problem::Locked),
            (6, Problem::Locked),
            (13, Problem::DiskFull),
            (4874, Problem::DiskFull),
            (10, Problem::Broken),
            (778, Problem::Broken),
            (8, Problem::Broken),
            (14, Problem::Broken),
        ] {
            assert_eq!(problem_of(code), problem, "{code}");
        }
        let file = |kind: io::ErrorKind| StoreError::File(kind.into()).problem();
        assert_eq!(file(io::ErrorKind::StorageFull), Problem::DiskFull);
        assert_eq!(file(io::ErrorKind::PermissionDenied), Problem::Broken);
    }
}
