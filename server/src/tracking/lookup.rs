//! Looking up one event by its messageId, and `GET /v1/receipts/<messageId>`: what became of it, told to whoever has the
//! source's write key.

use super::Tracking;
use super::answer::Refusal;
use super::credentials::write_key;
use crate::event_report::EventReport;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use domain::source::SourceNumber;
use serde::Serialize;
use std::sync::Arc;
use std::time::Duration;
use store::Store;
use store::event::StoredEvent;
use tokio::sync::Semaphore;
use tokio::time::timeout;

/// Lookups at a time. Write keys are public, and an id that nobody sent makes the database read through two weeks: pages
/// need the other connections.
const LOOKUPS_MAX: usize = 2;
/// How long one may take, its wait for a place included.
const LOOKUP_DEADLINE: Duration = Duration::from_secs(10);

/// Finds events, a few at a time.
pub struct Lookups {
    store: Store,
    places: Semaphore,
}

impl Lookups {
    /// Over this store.
    #[must_use]
    pub fn new(store: Store) -> Self {
        Self { store, places: Semaphore::new(LOOKUPS_MAX) }
    }

    /// The source's event with that messageId.
    ///
    /// # Errors
    /// It takes too long, or the database fails.
    pub async fn find(&self, source: SourceNumber, message_id: &str) -> Result<Option<StoredEvent>, Refusal> {
        let find = async {
            let _place = self.places.acquire().await;
            store::event::find(&self.store, source, message_id).await
        };
        let found = timeout(LOOKUP_DEADLINE, find).await.map_err(|_| Refusal::Busy)?;
        found.map_err(|error| {
            tracing::error!(%error, "an event could not be looked up");
            Refusal::Unavailable
        })
    }
}

#[derive(Serialize)]
struct Answer<'a> {
    success: bool,
    #[serde(flatten)]
    event: EventReport<'a>,
}

/// Looks the event up.
///
/// # Errors
/// Why it is not shown.
pub async fn receipt(
    State(tracking): State<Arc<Tracking>>,
    Path(message_id): Path<String>,
    head: Parts,
) -> Result<Response, Refusal> {
    tracking.rate_limit.admit((tracking.now)()).map_err(Refusal::RateLimited)?;
    let key = write_key(&head.headers, head.uri.query());
    let rules = tracking.rules_of(key.as_deref()).await?;
    let found = tracking.lookups.find(rules.source, &message_id).await?;
    let event = found.ok_or(Refusal::ReceiptUnknown)?;
    Ok(Json(Answer { success: true, event: EventReport::of(&event) }).into_response())
}
