//! The Tracking API. `call` takes a request from bytes to its answer (one of many events in `long_calls`), `pixel` the same in
//! the form of an image; `sender`, `credentials` and `body` read the request, `answer` and `receipt` write what goes back.
//! `settings` and `script` are what libraries load first. `tally` counts the requests that belong to no source.

pub mod answer;
mod body;
pub mod call;
mod credentials;
pub mod cross_origin;
mod forwarded;
mod long_calls;
pub mod lookup;
pub mod metrics;
pub mod pixel;
mod rate_limit;
mod receipt;
pub mod script;
mod sender;
pub mod settings;
pub mod tally;

use answer::Refusal;
use app::state::AppState;
use body::Bodies;
use domain::clock::Timestamp;
use domain::tally::TallyKind;
use long_calls::LongCalls;
use lookup::Lookups;
use pipeline::rules::RulesCache;
use pipeline::writer::{WriteError, Writer};
use rate_limit::RateLimit;
use std::io;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;
use store::event::{Batch, CommitOutcome, JudgedEvent};
use store::write_key::SourceRules;
use tally::Tallies;

/// What tracking calls need.
pub struct Tracking {
    /// Write key to rules.
    pub rules: RulesCache,
    /// Where judged events go.
    pub writer: Writer,
    /// Where requests go that belong to no source.
    pub tallies: Tallies,
    /// How often the workspace may send.
    pub rate_limit: RateLimit,
    /// For receipts; calls themselves cost no SQL.
    pub lookups: Lookups,
    /// Room for bodies that are being read.
    pub bodies: Bodies,
    /// Where calls of many events are taken.
    pub long_calls: LongCalls,
    /// The clock.
    pub now: fn() -> Timestamp,
}

impl Tracking {
    /// Over the same store as the pages.
    ///
    /// # Errors
    /// The system has no threads to give.
    pub fn new(
        app: &AppState,
        writer: Writer,
        rate_limit: Option<NonZeroU32>,
        body_timeout: Duration,
    ) -> io::Result<Self> {
        Ok(Self {
            rules: RulesCache::new(app.store.clone()),
            writer,
            tallies: Tallies::default(),
            rate_limit: RateLimit::new(rate_limit, (app.now)()),
            lookups: Lookups::new(app.store.clone()),
            bodies: Bodies::new(body_timeout),
            long_calls: LongCalls::new()?,
            now: app.now,
        })
    }

    /// The rules of the source with that key. Whoever has none, or a wrong one, is tallied.
    async fn rules_of(&self, key: Option<&str>) -> Result<Arc<SourceRules>, Refusal> {
        let Some(key) = key else {
            self.tally(TallyKind::WriteKeyMissing, None);
            return Err(Refusal::WriteKeyMissing);
        };
        match self.rules.of(key, (self.now)()).await {
            Ok(Some(rules)) => Ok(rules),
            Ok(None) => {
                self.tally(TallyKind::WriteKeyUnknown, Some(key));
                Err(Refusal::WriteKeyUnknown)
            }
            Err(error) => {
                tracing::error!(%error, "the rules of a write key could not be read");
                self.tally(TallyKind::Unavailable, Some(key));
                Err(Refusal::Unavailable)
            }
        }
    }

    /// Hands events to the writer; returns once they are on disk. What the writer does not take is tallied.
    async fn submit(&self, key: Option<&str>, key_id: Arc<str>, batch: Batch) -> Result<Vec<CommitOutcome>, Refusal> {
        self.writer.submit(Some(key_id), batch).await.map_err(|error| self.not_taken(key, &error))
    }

    /// Makes a batch of events.
    fn pack(&self, key: Option<&str>, events: &[JudgedEvent<'_>]) -> Result<Batch, Refusal> {
        self.writer.pack(events).map_err(|error| self.not_taken(key, &error))
    }

    fn not_taken(&self, key: Option<&str>, error: &WriteError) -> Refusal {
        tracing::debug!(%error, "events were not taken");
        self.tally(TallyKind::Unavailable, key);
        match error {
            WriteError::Full => Refusal::Busy,
            WriteError::Store(_) | WriteError::Closed => Refusal::Unavailable,
        }
    }

    fn tally(&self, kind: TallyKind, key: Option<&str>) {
        self.tallies.add(kind, key, (self.now)());
    }
}
