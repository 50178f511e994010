//! The Tracking API: `call` takes a request from bytes to its answer, `body` and `credentials` read the request,
//! `answer` writes what goes back.

pub mod answer;
mod body;
pub mod call;
mod credentials;

use app::state::AppState;
use domain::clock::Timestamp;
use pipeline::rules::RulesCache;
use pipeline::writer::Writer;

/// What a tracking call needs.
#[derive(Clone)]
pub struct Tracking {
    /// Write key to rules.
    pub rules: RulesCache,
    /// Where judged events go.
    pub writer: Writer,
    /// The clock.
    pub now: fn() -> Timestamp,
}

impl Tracking {
    /// Over the same store as the pages.
    #[must_use]
    pub fn new(app: &AppState, writer: Writer) -> Self {
        Self { rules: RulesCache::new(app.store.clone()), writer, now: app.now }
    }
}
