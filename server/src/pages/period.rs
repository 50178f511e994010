//! `GET /sources/{slug}/overview/period`: a period in local times, as the forms of the overview send it without JavaScript,
//! leads to the page's own address.

use app::pages::source_overview::period;
use app::state::AppState;
use axum::extract::{Path, Query, State};
use axum::response::Redirect;
use std::collections::HashMap;

/// Turns it into the address.
pub async fn show(
    State(app): State<AppState>,
    Path(slug): Path<String>,
    Query(fields): Query<HashMap<String, String>>,
) -> Redirect {
    Redirect::to(&period::address(&slug, (app.now)(), |name| fields.get(name).cloned()))
}
