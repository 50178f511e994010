//! `POST /v1/m`: the browser library's metrics of itself. They are counted apart and say nothing of any source, so nobody
//! reads them.

use super::Tracking;
use super::answer::success;
use axum::body::Body;
use axum::extract::State;
use axum::response::Response;
use domain::tally::TallyKind;
use std::sync::Arc;

/// Takes one request.
pub async fn receive(State(tracking): State<Arc<Tracking>>, body: Body) -> Response {
    tracking.bodies.discard(body).await;
    tracking.tally(TallyKind::LibraryMetrics, None);
    success()
}
