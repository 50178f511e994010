//! Copying the log of commits (SQLite's WAL) into the database's file. It is two syncs and thousands of pages: done beside the
//! commits, because one that met it would wait for it. What is committed meanwhile is little; the writer copies that rest
//! itself, so that the log begins anew instead of growing for as long as events never cease. Where neither keeps up, as in a
//! long maintenance without commits, SQLite copies it within a commit, as it does by default.

use crate::database::Store;
use crate::error::StoreError;
use sqlx::SqliteConnection;
use tokio::task::JoinHandle;

/// Pages in the log from which on it is copied: 6 MB.
const PAGES_MAX: usize = 1_536;
/// Twice as many: those from which on the writer's own transactions copy it.
pub(crate) const AUTOCHECKPOINT_PAGES: &str = "3072";
const PAGE_BYTES: usize = 4_096;
/// Pages of a commit beside those of its lines, by and large: counts, the trees above them, the file's head.
const COMMIT_PAGES: usize = 8;

/// Passive: it waits for nobody, and nobody for it.
const CHECKPOINT: &str = "pragma wal_checkpoint(passive)";

/// When it is time for what.
#[derive(Default)]
pub(crate) struct Checkpoints {
    /// In the log, as far as can be told without asking. Others' writes are few.
    pages: usize,
    beside: Option<JoinHandle<()>>,
}

impl Checkpoints {
    /// A commit wrote so many bytes of lines. Starts a copy when enough has gathered.
    pub fn wrote(&mut self, store: &Store, bytes: usize) {
        self.pages += bytes.div_ceil(PAGE_BYTES) + COMMIT_PAGES;
        if self.pages >= PAGES_MAX && self.beside.is_none() {
            let store = store.clone();
            self.beside = Some(tokio::spawn(async move {
                // Where it fails the writer has more left to copy, and says why it cannot.
                let _ = sqlx::query(CHECKPOINT).execute(store.pool()).await;
            }));
        }
    }

    /// Whether the writer has a rest to copy.
    pub fn has_rest(&self) -> bool {
        self.beside.as_ref().is_some_and(JoinHandle::is_finished)
    }

    /// Copies the rest, over the writer's connection.
    pub async fn finish(&mut self, connection: &mut SqliteConnection) -> Result<(), StoreError> {
        self.beside = None;
        self.pages = 0;
        sqlx::query(CHECKPOINT).execute(connection).await?;
        Ok(())
    }
}
