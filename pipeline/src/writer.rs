//! Group commit. Requests hand over judged events, packed, and wait; one task commits everything that gathered while the last
//! commit ran, back to back and without a timer, and then answers them all. Acknowledged means durable. While the store
//! fails (`Health`), the task probes it and takes events again by itself.

use domain::clock::Timestamp;
use domain::health::{Health, Problem};
use std::sync::Arc;
use std::time::Duration;
use store::event::{Batch, CommitOutcome, EventWriter, JudgedEvent, Packer};
use store::{Store, StoreError};
use tokio::runtime::Handle;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot, watch};
use tokio::task::{JoinHandle, spawn_blocking};
use tokio::time::{Interval, MissedTickBehavior, interval};

/// Most events waiting for a commit: more than that is answered with 429 rather than with memory.
pub const WAITING_EVENTS_MAX: usize = 50_000;
/// Most bytes of events, as they are packed, waiting for a commit.
pub const WAITING_BYTES_MAX: usize = 64 << 20;
/// A commit takes waiting requests until it holds this many events: some milliseconds of work, while which others are read.
pub const COMMIT_EVENTS_MAX: usize = 2_000;
/// How often sealing and retention look for work.
const MAINTENANCE_EVERY: Duration = Duration::from_secs(10);
/// Slices of a round that are done even while events wait, so that the store also keeps up where they never cease.
const ROUND_SLICES_MIN: usize = 4;
/// How often a failing store is asked whether it can be written again: clients are told to come back after a second.
const PROBE_EVERY: Duration = Duration::from_secs(1);
/// What takes longer is logged: events that come meanwhile wait for it, and the machine or its disk is most likely why.
const SLOW_MS: i64 = 500;

/// Why events were not taken. None of them was stored, and sending them again is right.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// More is waiting than may wait.
    #[error("too many events are waiting to be written")]
    Full,
    /// The commit failed: disk full, database locked.
    #[error("the event store did not take the events: {0}")]
    Store(Arc<StoreError>),
    /// The server is going down.
    #[error("the server is stopping")]
    Closed,
}

struct Submission {
    batch: Batch,
    key_id: Option<Arc<str>>,
    reply: oneshot::Sender<Result<Vec<CommitOutcome>, WriteError>>,
    _room: (OwnedSemaphorePermit, OwnedSemaphorePermit),
}

/// The handle that requests use; cheap to clone.
#[derive(Clone)]
pub struct Writer {
    packer: Packer,
    submissions: mpsc::UnboundedSender<Submission>,
    events: Arc<Semaphore>,
    bytes: Arc<Semaphore>,
    health: watch::Receiver<Health>,
    commits: watch::Receiver<u64>,
}

impl Writer {
    /// Opens the event log and starts the task that writes to it. The task ends, with everything written, once every
    /// handle is dropped.
    ///
    /// # Errors
    /// The event log could not be opened.
    pub async fn start(store: &Store, now: fn() -> Timestamp) -> Result<(Self, JoinHandle<()>), StoreError> {
        let log = EventWriter::open(store, now()).await?;
        let packer = log.packer().clone();
        // Unbounded, but nothing enters without permits for its events and bytes: those are the bound.
        let (submissions, waiting) = mpsc::unbounded_channel();
        let (report, health) = watch::channel(Health::Good);
        let (committed, commits) = watch::channel(0);
        let probes = patient_interval(PROBE_EVERY);
        let task = Task { log, waiting, now, failure: None, report, committed, probes };
        // On a thread of its own: among the requests' tasks it would stand in line behind those that wait for it.
        let task = spawn_blocking(move || Handle::current().block_on(task.run()));
        let events = Arc::new(Semaphore::new(WAITING_EVENTS_MAX));
        let bytes = Arc::new(Semaphore::new(WAITING_BYTES_MAX));
        Ok((Self { packer, submissions, events, bytes, health, commits }, task))
    }

    /// Makes a batch of judged events. That takes as long as reading them did, so it is done before they have to wait, and not at
    /// all where there is no room for them.
    ///
    /// # Errors
    /// [`WriteError::Full`], or there is no memory.
    pub fn pack(&self, events: &[JudgedEvent<'_>]) -> Result<Batch, WriteError> {
        if self.events.available_permits() < events.len() {
            return Err(WriteError::Full);
        }
        self.packer.pack(events).map_err(|error| WriteError::Store(Arc::new(error)))
    }

    /// Returns once the events are on disk, with what became of each. If they came under a write key its use is noted.
    ///
    /// # Errors
    /// None of the events was stored.
    pub async fn submit(&self, key_id: Option<Arc<str>>, batch: Batch) -> Result<Vec<CommitOutcome>, WriteError> {
        let room = |semaphore: &Arc<Semaphore>, wanted: usize| {
            let permits = u32::try_from(wanted).map_err(|_| WriteError::Full)?;
            Arc::clone(semaphore).try_acquire_many_owned(permits).map_err(|_| WriteError::Full)
        };
        let room = (room(&self.events, batch.events())?, room(&self.bytes, batch.bytes())?);
        let (reply, answer) = oneshot::channel();
        self.submissions.send(Submission { batch, key_id, reply, _room: room }).map_err(|_| WriteError::Closed)?;
        answer.await.unwrap_or(Err(WriteError::Closed))
    }

    /// Changes with every commit; does not keep the writer running.
    #[must_use]
    pub fn commits(&self) -> watch::Receiver<u64> {
        self.commits.clone()
    }

    /// Whether events are being stored at the moment.
    #[must_use]
    pub fn health(&self) -> Health {
        *self.health.borrow()
    }
}

/// Why and since when the store fails.
struct Failure {
    since: Timestamp,
    error: Arc<StoreError>,
}

impl Failure {
    /// Whether only a probe is to try again. Each try costs seconds of waiting for a lock, or of reading memory back after a
    /// commit that found no room, and would be in vain. A database that refuses for another reason may refuse these
    /// events alone.
    fn ends_by_probe(&self) -> bool {
        match self.error.problem() {
            Problem::DiskFull | Problem::Locked => true,
            Problem::Broken => false,
        }
    }
}

/// The one task that writes.
struct Task {
    log: EventWriter,
    waiting: mpsc::UnboundedReceiver<Submission>,
    now: fn() -> Timestamp,
    failure: Option<Failure>,
    report: watch::Sender<Health>,
    committed: watch::Sender<u64>,
    probes: Interval,
}

impl Task {
    async fn run(mut self) {
        let mut rounds = patient_interval(MAINTENANCE_EVERY);
        loop {
            let is_failing = self.failure.is_some();
            tokio::select! {
                biased;
                // Before the events: a flood of them must not keep the probe from ending their refusal.
                _ = self.probes.tick(), if is_failing => self.probe().await,
                _ = rounds.tick(), if !is_failing => self.maintain(ROUND_SLICES_MIN).await,
                first = self.waiting.recv() => match first {
                    Some(first) => self.take(first).await,
                    None => return self.finish().await,
                },
            }
        }
    }

    async fn finish(&mut self) {
        if let Err(error) = self.log.finish().await {
            tracing::warn!(%error, "the next start reads ids of events back");
        }
    }

    async fn take(&mut self, first: Submission) {
        match self.failure.as_ref().filter(|failure| failure.ends_by_probe()) {
            // A client that went away is no loss: it was not acknowledged anything.
            Some(failure) => drop(first.reply.send(Err(WriteError::Store(Arc::clone(&failure.error))))),
            None => self.commit(first).await,
        }
    }

    async fn commit(&mut self, first: Submission) {
        let (mut replies, mut batches, mut events) = (Vec::new(), Vec::new(), 0);
        let (mut next, now) = (Some(first), (self.now)());
        while let Some(submission) = next {
            if let Some(key_id) = &submission.key_id {
                self.log.note_key_use(key_id, now);
            }
            let count = submission.batch.events();
            replies.push((submission.reply, count, submission._room));
            batches.push(submission.batch);
            events += count;
            next = if events < COMMIT_EVENTS_MAX { self.waiting.try_recv().ok() } else { None };
        }
        let result = self.log.commit(&batches).await;
        self.log_if_slow("a commit", now);
        match result {
            Ok(outcomes) => {
                self.recover();
                self.committed.send_modify(|commits| *commits += 1);
                let mut outcomes = outcomes.into_iter();
                for (reply, count, room) in replies {
                    // Before the answer: whoever has it may send again.
                    drop(room);
                    // A client that went away is no loss: its events are stored.
                    let _ = reply.send(Ok(outcomes.by_ref().take(count).collect()));
                }
                if self.log.keep_up((self.now)()) {
                    self.maintain(1).await;
                }
            }
            Err(error) => {
                tracing::error!(%error, requests = replies.len(), "commit failed; the events were not acknowledged");
                let error = self.fail(error);
                for (reply, _, room) in replies {
                    drop(room);
                    let _ = reply.send(Err(WriteError::Store(Arc::clone(&error))));
                }
            }
        }
    }

    async fn probe(&mut self) {
        match self.log.probe((self.now)()).await {
            Ok(()) => self.recover(),
            Err(error) => drop(self.fail(error)),
        }
    }

    /// Reports the failure before anybody is told of it. It lasts since the first one.
    fn fail(&mut self, error: StoreError) -> Arc<StoreError> {
        let since = match &self.failure {
            Some(failure) => failure.since,
            None => {
                self.probes.reset();
                (self.now)()
            }
        };
        let error = Arc::new(error);
        self.report.send_replace(Health::Degraded { since, problem: error.problem() });
        self.failure = Some(Failure { since, error: Arc::clone(&error) });
        error
    }

    fn log_if_slow(&self, what: &str, began: Timestamp) {
        let took_ms = (self.now)().since_ms(began);
        if took_ms >= SLOW_MS {
            tracing::warn!(what, took_ms, "slow; events that came meanwhile waited");
        }
    }

    fn recover(&mut self) {
        if let Some(failure) = self.failure.take() {
            tracing::info!(after_ms = (self.now)().since_ms(failure.since), "events are stored again");
            self.report.send_replace(Health::Good);
        }
    }

    /// Folds, seals and forgets in slices, at least so many while there is work; more of them until somebody waits.
    async fn maintain(&mut self, at_least: usize) {
        let mut done = 0;
        while done < at_least || self.waiting.is_empty() {
            done += 1;
            let now = (self.now)();
            let result = self.log.maintain(now).await;
            self.log_if_slow("a slice of maintenance", now);
            match result {
                Ok(maintenance) if maintenance.more => {}
                Ok(_) => return,
                Err(error) => {
                    tracing::warn!(%error, "sealing or retention failed; the next round tries again");
                    if error.problem() == Problem::Locked {
                        // Events need not wait as long again to find out. On a full disk they may still find room.
                        self.fail(error);
                    }
                    return;
                }
            }
        }
    }
}

impl Drop for Task {
    /// A bug that ends the task must not look like good health.
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.report.send_replace(Health::Degraded { since: (self.now)(), problem: Problem::Broken });
        }
    }
}

/// Ticks that were missed are not made up for.
fn patient_interval(period: Duration) -> Interval {
    let mut interval = interval(period);
    interval.set_missed_tick_behavior(MissedTickBehavior::Delay);
    interval
}
