//! A database of one's own, and events to put into it.

#![allow(dead_code, missing_docs, reason = "every test file takes what it needs")]

pub mod counts;
pub mod statements;

use domain::clock::Timestamp;
use domain::event::EventType;
use domain::source::{Source, SourceName, SourceNumber};
use domain::verdict::Verdict;
use domain::write_key::WriteKey;
use store::StoreError;
use store::event::{self, CommitOutcome, EventWriter, StoredEvent, Wanted};
use store::source::NewSource;
use store::{Durability, Store, source};
use tempfile::TempDir;

/// 2025-11-06T13:32:07.250Z
pub const NOW: Timestamp = Timestamp(1_762_435_927_250);
pub const SHOP: SourceNumber = SourceNumber(1);

/// An event that borrows nothing.
pub type JudgedEvent = event::JudgedEvent<'static>;

/// Packs and commits, as a request and the server's writer do.
pub trait Keep {
    async fn keep(&mut self, events: Vec<JudgedEvent>) -> Result<Vec<CommitOutcome>, StoreError>;
}

impl Keep for EventWriter {
    async fn keep(&mut self, events: Vec<JudgedEvent>) -> Result<Vec<CommitOutcome>, StoreError> {
        let batch = self.packer().pack(&events)?;
        self.commit(&[batch]).await
    }
}

/// A source's first `limit` events that arrived in `[from, until)`, in the order of their arrival.
pub async fn read(
    store: &Store,
    source: SourceNumber,
    from: Timestamp,
    until: Timestamp,
    limit: usize,
) -> Vec<StoredEvent> {
    let mut events = event::latest(store, source, from, until, Wanted::default(), usize::MAX).await.expect("reads");
    events.reverse();
    events.truncate(limit);
    events
}

pub struct Database {
    pub directory: TempDir,
    pub store: Store,
}

impl Database {
    pub async fn new() -> Self {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let store = Self::open(&directory).await;
        Self { directory, store }
    }

    async fn open(directory: &TempDir) -> Store {
        Store::open(directory.path(), Durability::Normal).await.expect("opens")
    }

    /// Another handle on the same files, as a second process has.
    pub async fn second(&self) -> Store {
        Self::open(&self.directory).await
    }

    pub async fn writer(&self) -> EventWriter {
        EventWriter::open(&self.store, NOW).await.expect("a writer")
    }

    pub async fn source(&self, name: &str) -> Source {
        let key = WriteKey::from_text(format!("key of {name}"));
        let new = NewSource::named(source_name(name), "javascript");
        source::create_with_key(&self.store, new, key, NOW).await.expect("creates").source
    }

    /// A connection past the store, for looking at rows and breaking things.
    pub async fn raw(&self) -> sqlx::SqliteConnection {
        use sqlx::Connection;
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(self.directory.path().join("headwater.db"));
        sqlx::SqliteConnection::connect_with(&options).await.expect("connects")
    }
}

pub fn source_name(name: &str) -> SourceName {
    SourceName::parse(name).expect("a usable name")
}

/// An eligible track event.
pub fn track(id: &str, name: &str, at: Timestamp) -> JudgedEvent {
    JudgedEvent {
        source: SHOP,
        received_at: at,
        occurred_at: at,
        message_id: id.to_owned().into(),
        event_type: Some(EventType::Track),
        name: Some(name.to_owned().into()),
        version: Some("1.0.0".into()),
        library: None,
        ip: None,
        verdict: Verdict::Eligible,
        pointer: "".into(),
        line: format!("{{\"type\":\"track\",\"event\":\"{name}\",\"messageId\":\"{id}\"}}").into(),
    }
}

/// That many of them, with ids that start with `prefix`.
pub fn tracks(prefix: &str, count: usize, at: Timestamp) -> Vec<JudgedEvent> {
    (0..count).map(|n| track(&format!("{prefix}-{n}"), "Product Viewed", at)).collect()
}
