//! The one writer of events: a connection of its own and, in memory, what decides quickly (ids seen, dictionary, keys).
//! Memory learns only what has committed. `commit` holds the transaction itself; `maintenance` runs between commits.

use crate::batch::{Batch, Packer};
use crate::cardinality::{KEYS_PER_HOUR_MAX, KeySets};
use crate::checkpoint::Checkpoints;
use crate::commit;
use crate::database::Store;
use crate::deduplication::{self, RECENT_IDS_MAX, SLICE_BYTES, Secret, SeenIds};
use crate::dictionary::Dictionary;
use crate::error::StoreError;
use crate::event::CommitOutcome;
use crate::maintenance::{self, Maintenance, Progress};
use crate::mark::SeenVersions;
use crate::patience::Patient;
use crate::rollup;
use crate::seal::Sealing;
use crate::tail::TailSize;
use crate::write_key::KeyUses;
use domain::clock::Timestamp;
use sqlx::{Connection, Sqlite, SqliteConnection, Transaction};
use std::fs::File;
use std::sync::Arc;

/// What a probe writes: as much as a commit of some hundred events, so that the end of a full disk is not announced for the
/// sake of one free page.
const PROBE_BYTES: i64 = 256 * 1024;

/// Takes events into the database. There is one per database at a time, over all processes.
pub struct EventWriter {
    store: Store,
    /// `None` after a failure that left open what has been committed, or a call that was dropped half-way: the next call
    /// connects anew and reads its memory back from the database.
    session: Option<Session>,
    /// A moment that has certainly passed.
    now: Timestamp,
    packer: Packer,
    progress: Progress,
    caps: Caps,
    key_uses: KeyUses,
    checkpoints: Checkpoints,
    patient: Patient,
    /// Does nothing but stay open. When the last connection closes SQLite deletes the WAL's index; where files cannot grow
    /// nobody could make it anew, and without it nobody can even read.
    _anchor: SqliteConnection,
    _lock: File,
}

/// What a writer keeps within bounds.
#[derive(Clone, Copy, Debug)]
pub struct Caps {
    /// Most rollup keys of a source in an hour.
    pub keys_per_hour: usize,
    /// Ids of events in memory from which on they go to disk.
    pub recent_ids: usize,
}

impl Default for Caps {
    fn default() -> Self {
        Self { keys_per_hour: KEYS_PER_HOUR_MAX, recent_ids: RECENT_IDS_MAX }
    }
}

/// A connection and what it knows.
pub(crate) struct Session {
    pub connection: SqliteConnection,
    pub memory: Memory,
}

/// What was committed, as far as the next commit has to know.
pub(crate) struct Memory {
    pub seen: SeenIds,
    pub dictionary: Dictionary,
    pub keys: KeySets,
    pub tail: TailSize,
    /// The tail's sealing, while it is under way.
    pub sealing: Option<Sealing>,
    pub versions: SeenVersions,
    pub counted: rollup::tail::Tail,
}

/// A transaction that failed.
pub(crate) enum Failure {
    /// Nothing was written, and the connection is as before.
    RolledBack(StoreError),
    /// It may have been written.
    Unknown(StoreError),
}

impl Failure {
    /// What went wrong.
    pub fn into_error(self) -> StoreError {
        match self {
            Self::RolledBack(error) | Self::Unknown(error) => error,
        }
    }
}

impl Session {
    async fn open(store: &Store, now: Timestamp, caps: Caps) -> Result<Self, StoreError> {
        let mut connection = store.connect_to_write().await?;
        let memory = Memory {
            seen: SeenIds::load(&mut connection, now, caps.recent_ids).await?,
            dictionary: Dictionary::load(&mut connection).await?,
            keys: KeySets::default(),
            tail: TailSize::load(&mut connection).await?,
            sealing: None,
            versions: SeenVersions::default(),
            counted: rollup::tail::Tail::load(&mut connection).await?,
        };
        Ok(Self { connection, memory })
    }
}

impl EventWriter {
    /// Becomes the database's writer. `now` is a moment that has passed. What is remembered of the last 24 hours' messageIds is
    /// read back by the first call that needs it: whoever serves pages meanwhile need not wait.
    ///
    /// # Errors
    /// The database fails, or somebody else is its writer.
    pub async fn open(store: &Store, now: Timestamp) -> Result<Self, StoreError> {
        Self::open_with_caps(store, now, Caps::default()).await
    }

    /// [`Self::open`] within other bounds.
    ///
    /// # Errors
    /// The database fails, or somebody else is its writer.
    pub async fn open_with_caps(store: &Store, now: Timestamp, caps: Caps) -> Result<Self, StoreError> {
        let lock = store.lock_writer()?;
        let mut anchor = store.connect().await?;
        Ok(Self {
            packer: Packer::new(Secret::load(&mut anchor).await?),
            store: store.clone(),
            session: None,
            now,
            progress: Progress::default(),
            caps,
            key_uses: KeyUses::default(),
            checkpoints: Checkpoints::default(),
            patient: Patient::default(),
            _anchor: anchor,
            _lock: lock,
        })
    }

    /// Makes the batches that [`Self::commit`] takes.
    #[must_use]
    pub fn packer(&self) -> &Packer {
        &self.packer
    }

    /// Keeps and counts the events, all or none of them, and says in their order what became of each. When it returns
    /// they are durable.
    ///
    /// # Errors
    /// The database fails. Then nothing is remembered of these events, and the next call starts from what is stored.
    pub async fn commit(&mut self, batches: &[Batch]) -> Result<Vec<CommitOutcome>, StoreError> {
        if batches.iter().all(|batch| batch.parts.is_empty()) {
            return Ok(Vec::new());
        }
        let mut session = self.take_session().await?;
        let result = commit::run(&mut session, batches, &self.key_uses, self.now, self.caps.keys_per_hour).await;
        if let Ok(done) = &result {
            self.key_uses.settle();
            self.checkpoints.wrote(&self.store, done.bytes);
        }
        Ok(self.keep_unless_unknown(session, result)?.outcomes)
    }

    /// The write key with that id was used: written with the next commit, unless it was written within the last minute.
    pub fn note_key_use(&mut self, key_id: &Arc<str>, at: Timestamp) {
        self.key_uses.note(key_id, at);
    }

    /// Keeps up with commits that never cease: starts the sealing of a tail that is full, beside them. Whether a slice of
    /// maintenance is due even while events wait, because what it has to do would grow as long as they do.
    pub fn keep_up(&mut self, now: Timestamp) -> bool {
        let Some(Session { memory, .. }) = &mut self.session else { return false };
        if memory.tail.is_full() && memory.sealing.is_none() {
            memory.sealing = Some(Sealing::start(&self.store, &self.patient, maintenance::over_before_ms(now)));
        }
        memory.tail.is_overfull()
            || memory.counted.due(now).is_some()
            || memory.seen.is_due()
            || self.checkpoints.has_rest()
    }

    /// Does one bounded slice of sealing and retention; with `more` set, another call has more to do.
    ///
    /// # Errors
    /// The database fails. Nothing is lost: the next call starts from what is stored.
    pub async fn maintain(&mut self, now: Timestamp) -> Result<Maintenance, StoreError> {
        self.now = self.now.max(now);
        let mut session = self.take_session().await?;
        let result = maintenance::run(&mut session, &mut self.progress, &mut self.checkpoints, now).await;
        if let Ok(Maintenance { moved_ids: 1.., .. }) = &result {
            self.checkpoints.wrote(&self.store, SLICE_BYTES);
        }
        self.keep_unless_unknown(session, result)
    }

    /// Keeps what only memory knows, before it goes: then the next start has nothing to read back.
    ///
    /// # Errors
    /// The database fails. Nothing is lost: the next start reads it back.
    pub async fn finish(&mut self) -> Result<(), StoreError> {
        // Without a session there is nothing in memory.
        let Some(mut session) = self.session.take() else { return Ok(()) };
        session.memory.seen.empty_memory();
        while session.memory.seen.is_in_memory() {
            deduplication::step(&mut session).await.map_err(Failure::into_error)?;
        }
        Ok(())
    }

    /// Writes something, so that a failure's end can be told without events to try it on. Over a connection of its own: to
    /// read the memory back for every probe of a full disk would take seconds.
    ///
    /// # Errors
    /// The database still fails.
    pub async fn probe(&mut self, now: Timestamp) -> Result<(), StoreError> {
        let mut connection = self.store.connect_to_probe().await?;
        sqlx::query(
            "insert into probe (id, at, room) values (1, $1, randomblob($2))
             on conflict (id) do update set at = excluded.at, room = excluded.room",
        )
        .bind(now.0)
        .bind(PROBE_BYTES)
        .execute(&mut connection)
        .await?;
        connection.close().await?;
        Ok(())
    }

    /// A moment that has certainly passed.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// Out of `self` while it works: a future that is dropped half-way takes the session with it.
    pub(crate) async fn take_session(&mut self) -> Result<Session, StoreError> {
        match self.session.take() {
            Some(session) => Ok(session),
            None => Session::open(&self.store, self.now, self.caps).await,
        }
    }

    pub(crate) fn keep_unless_unknown<T>(
        &mut self,
        session: Session,
        result: Result<T, Failure>,
    ) -> Result<T, StoreError> {
        match result {
            Ok(value) => {
                self.session = Some(session);
                Ok(value)
            }
            Err(Failure::RolledBack(error)) => {
                self.session = Some(session);
                Err(error)
            }
            Err(Failure::Unknown(error)) => Err(error),
        }
    }
}

/// Begins the writer's transaction.
pub(crate) async fn begin(connection: &mut SqliteConnection) -> Result<Transaction<'_, Sqlite>, Failure> {
    connection.begin_with("begin immediate").await.map_err(|error| Failure::RolledBack(error.into()))
}

/// Ends it: commits what worked, rolls back what did not.
pub(crate) async fn end<T>(transaction: Transaction<'_, Sqlite>, result: Result<T, StoreError>) -> Result<T, Failure> {
    match result {
        Ok(value) => match transaction.commit().await {
            Ok(()) => Ok(value),
            Err(error) => Err(Failure::Unknown(error.into())),
        },
        Err(error) => match transaction.rollback().await {
            Ok(()) => Err(Failure::RolledBack(error)),
            Err(_) => Err(Failure::Unknown(error)),
        },
    }
}
