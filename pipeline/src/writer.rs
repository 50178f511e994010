//! Group commit. Requests hand over judged events and wait; one task commits everything that gathered while the last
//! commit ran, back to back and without a timer, and then answers them all. Acknowledged means durable.

use domain::clock::Timestamp;
use std::sync::Arc;
use std::time::Duration;
use store::event::{CommitOutcome, EventWriter, JudgedEvent};
use store::{Store, StoreError};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot};
use tokio::task::JoinHandle;
use tokio::time::{MissedTickBehavior, interval};

/// Most events waiting for a commit: more than that is answered with 503 rather than with memory.
pub const WAITING_EVENTS_MAX: usize = 50_000;
/// Most bytes of events waiting for a commit.
pub const WAITING_BYTES_MAX: usize = 64 << 20;
/// A commit takes waiting requests until it holds this many events: about 20 ms of work.
pub const COMMIT_EVENTS_MAX: usize = 5_000;
/// How often sealing and retention look for work while nothing else happens.
const MAINTENANCE_EVERY: Duration = Duration::from_secs(10);

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
    events: Vec<JudgedEvent>,
    reply: oneshot::Sender<Result<Vec<CommitOutcome>, WriteError>>,
    _room: (OwnedSemaphorePermit, OwnedSemaphorePermit),
}

/// The handle that requests use; cheap to clone.
#[derive(Clone)]
pub struct Writer {
    submissions: mpsc::UnboundedSender<Submission>,
    events: Arc<Semaphore>,
    bytes: Arc<Semaphore>,
}

impl Writer {
    /// Opens the event log and starts the task that writes to it. The task ends, with everything written, once every
    /// handle is dropped.
    ///
    /// # Errors
    /// The event log could not be opened.
    pub async fn start(store: &Store, now: fn() -> Timestamp) -> Result<(Self, JoinHandle<()>), StoreError> {
        let log = EventWriter::open(store, now()).await?;
        // Unbounded, but nothing enters without permits for its events and bytes: those are the bound.
        let (submissions, waiting) = mpsc::unbounded_channel();
        let task = tokio::spawn(run(log, waiting, now));
        let events = Arc::new(Semaphore::new(WAITING_EVENTS_MAX));
        let bytes = Arc::new(Semaphore::new(WAITING_BYTES_MAX));
        Ok((Self { submissions, events, bytes }, task))
    }

    /// Returns once the events are on disk, with what became of each.
    ///
    /// # Errors
    /// None of the events was stored.
    pub async fn submit(&self, events: Vec<JudgedEvent>) -> Result<Vec<CommitOutcome>, WriteError> {
        let bytes: usize = events.iter().map(|event| event.line.len() + event.message_id.len()).sum();
        let room = |semaphore: &Arc<Semaphore>, wanted: usize| {
            let permits = u32::try_from(wanted).map_err(|_| WriteError::Full)?;
            Arc::clone(semaphore).try_acquire_many_owned(permits).map_err(|_| WriteError::Full)
        };
        let room = (room(&self.events, events.len())?, room(&self.bytes, bytes)?);
        let (reply, answer) = oneshot::channel();
        self.submissions.send(Submission { events, reply, _room: room }).map_err(|_| WriteError::Closed)?;
        answer.await.unwrap_or(Err(WriteError::Closed))
    }
}

async fn run(mut log: EventWriter, mut waiting: mpsc::UnboundedReceiver<Submission>, now: fn() -> Timestamp) {
    let mut tick = interval(MAINTENANCE_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            biased;
            first = waiting.recv() => match first {
                Some(first) => commit(&mut log, first, &mut waiting).await,
                None => return,
            },
            _ = tick.tick() => maintain(&mut log, &waiting, now).await,
        }
    }
}

async fn commit(log: &mut EventWriter, first: Submission, waiting: &mut mpsc::UnboundedReceiver<Submission>) {
    let mut replies = Vec::new();
    let mut events = Vec::new();
    let mut next = Some(first);
    while let Some(submission) = next {
        replies.push((submission.reply, submission.events.len(), submission._room));
        events.extend(submission.events);
        next = if events.len() < COMMIT_EVENTS_MAX { waiting.try_recv().ok() } else { None };
    }
    match log.commit(events).await {
        Ok(outcomes) => {
            let mut outcomes = outcomes.into_iter();
            for (reply, count, _room) in replies {
                // A client that went away is no loss: its events are stored.
                let _ = reply.send(Ok(outcomes.by_ref().take(count).collect()));
            }
        }
        Err(error) => {
            tracing::error!(%error, requests = replies.len(), "commit failed; the events were not acknowledged");
            let error = Arc::new(error);
            for (reply, _, _room) in replies {
                let _ = reply.send(Err(WriteError::Store(Arc::clone(&error))));
            }
        }
    }
}

/// Seals and forgets in slices, and stops as soon as somebody waits.
async fn maintain(log: &mut EventWriter, waiting: &mpsc::UnboundedReceiver<Submission>, now: fn() -> Timestamp) {
    while waiting.is_empty() {
        match log.maintain(now()).await {
            Ok(maintenance) if maintenance.more => {}
            Ok(_) => return,
            Err(error) => {
                tracing::warn!(%error, "sealing or retention failed; the next round tries again");
                return;
            }
        }
    }
}
