//! `GET /sources/{slug}/live`: server-sent events with a source's latest counts, at most four a second: all of them first, then
//! what changed. They are read once for everybody who looks at the source, not once a viewer; a source that nobody looks at
//! costs nothing.

use app::state::AppState;
use app::wire;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use domain::clock::Timestamp;
use domain::live::{LiveCounts, LiveFrame};
use domain::source::SourceNumber;
use futures_util::stream::{self, Stream};
use std::collections::HashMap;
use std::convert::Infallible;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use store::Store;
use tokio::sync::broadcast::{self, error::RecvError};
use tokio::sync::watch;
use tokio::time::{sleep, timeout};

/// Shortest time between two messages about a source.
const MESSAGE_EVERY: Duration = Duration::from_millis(250);
/// Without a commit, too, the last minute's rate and the moment up to which everything is counted go on.
const QUIET_EVERY: Duration = Duration::from_secs(1);
/// Messages that a slow viewer may be behind; then it gets all counts anew.
const MESSAGES_BEHIND_MAX: usize = 16;

/// A message, made once for all who get it.
type Message = Arc<str>;

/// Who looks at what.
#[derive(Clone)]
pub struct LiveHub(Arc<Inner>);

struct Inner {
    store: Store,
    now: fn() -> Timestamp,
    /// Changes with every commit.
    commits: watch::Receiver<u64>,
    topics: Mutex<HashMap<SourceNumber, Topic>>,
    closed: watch::Sender<bool>,
}

/// A source that somebody looks at.
struct Topic {
    changes: broadcast::Sender<Message>,
    /// All counts, once they have been read.
    whole: Option<LiveFrame>,
}

/// A source's changes, and all its counts before them where they have been read.
struct Subscription {
    changes: broadcast::Receiver<Message>,
    whole: Option<Message>,
}

impl LiveHub {
    /// A hub that nobody looks at yet.
    #[must_use]
    pub fn new(store: Store, now: fn() -> Timestamp, commits: watch::Receiver<u64>) -> Self {
        let (topics, closed) = (Mutex::default(), watch::Sender::new(false));
        Self(Arc::new(Inner { store, now, commits, topics, closed }))
    }

    /// Ends every stream: a server that stops waits for open connections.
    pub fn close(&self) {
        self.0.closed.send_replace(true);
    }

    fn topics(&self) -> MutexGuard<'_, HashMap<SourceNumber, Topic>> {
        // Whoever panicked while holding it left a whole map behind.
        self.0.topics.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn subscribe(&self, source: SourceNumber) -> Subscription {
        let mut topics = self.topics();
        if let Some(topic) = topics.get(&source) {
            let whole = topic.whole.as_ref().and_then(message);
            return Subscription { changes: topic.changes.subscribe(), whole };
        }
        let (sender, changes) = broadcast::channel(MESSAGES_BEHIND_MAX);
        topics.insert(source, Topic { changes: sender, whole: None });
        drop(topics);
        tokio::spawn(self.clone().follow(source));
        Subscription { changes, whole: None }
    }

    /// Reads a source as long as somebody looks at it.
    async fn follow(self, source: SourceNumber) {
        let mut commits = self.0.commits.clone();
        // Once the server stops nobody is told any more, and the store is closed.
        while !*self.0.closed.borrow() {
            commits.mark_unchanged();
            let frame = match store::overview::live(&self.0.store, source, (self.0.now)()).await {
                Ok(frame) => Some(frame),
                Err(error) => {
                    tracing::warn!(%error, "live numbers could not be read; the next round tries again");
                    None
                }
            };
            if !self.publish(source, frame) {
                return;
            }
            sleep(MESSAGE_EVERY).await;
            // An error is a writer that has ended: then the clock alone goes on.
            let _ = timeout(QUIET_EVERY - MESSAGE_EVERY, commits.changed()).await;
        }
    }

    /// Hands on what changed; `false` if nobody is there any more, and the topic is gone.
    fn publish(&self, source: SourceNumber, frame: Option<LiveFrame>) -> bool {
        let mut topics = self.topics();
        let Some(topic) = topics.get_mut(&source) else { return false };
        // Under the lock: nobody can subscribe between the look and the removal.
        if topic.changes.receiver_count() == 0 {
            topics.remove(&source);
            return false;
        }
        if let Some(frame) = frame {
            let known = topic.whole.take().and_then(LiveCounts::of);
            let next = known.map_or_else(|| frame.clone(), |known| known.changes_to(&frame));
            if let Some(message) = message(&next) {
                // An error is that nobody listens, which the count has just denied.
                let _ = topic.changes.send(message);
            }
            topic.whole = Some(frame);
        }
        true
    }

    fn stream(&self, source: SourceNumber) -> impl Stream<Item = Result<Event, Infallible>> + use<> {
        let state = (self.clone(), self.subscribe(source), self.0.closed.subscribe());
        stream::unfold(state, move |(hub, mut subscription, mut closed)| async move {
            loop {
                if let Some(whole) = subscription.whole.take() {
                    return Some((Ok(Event::default().data(&*whole)), (hub, subscription, closed)));
                }
                let change = tokio::select! {
                    _ = closed.wait_for(|closed| *closed) => return None,
                    change = subscription.changes.recv() => change,
                };
                match change {
                    Ok(change) => return Some((Ok(Event::default().data(&*change)), (hub, subscription, closed))),
                    Err(RecvError::Lagged(_)) => subscription = hub.subscribe(source),
                    Err(RecvError::Closed) => return None,
                }
            }
        })
    }
}

fn message(frame: &LiveFrame) -> Option<Message> {
    wire::to_text(frame).ok().map(Arc::from)
}

/// Follows a source. Who may read is decided here once there is sign-in; until then the server listens on loopback only.
pub async fn follow(State((app, hub)): State<(AppState, LiveHub)>, Path(slug): Path<String>) -> Response {
    match store::source::by_slug(&app.store, &slug).await {
        Ok(Some(source)) => Sse::new(hub.stream(source.number)).keep_alive(KeepAlive::default()).into_response(),
        Ok(None) => (StatusCode::NOT_FOUND, "There is no such source.\n").into_response(),
        Err(error) => {
            tracing::error!(%error, "a source could not be read");
            (StatusCode::SERVICE_UNAVAILABLE, "The source could not be read. Try again.\n").into_response()
        }
    }
}
