//! What the sources list shows, read in one call.

use crate::error::AppError;
use crate::ui::moment::Moment;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

/// A row of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceRow {
    /// In its address.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Slug of its kind in the catalog.
    pub kind: String,
    /// Whether its events are taken.
    pub enabled: bool,
    /// Received in the last 24 hours.
    pub received: u64,
    /// Of those, failed on ingest.
    pub failed: u64,
    /// Received per hour, oldest first, the hour in progress last.
    pub trend: Vec<u64>,
    /// When its last event came.
    pub last_event: Option<Moment>,
}

/// All sources, by name as the store sorts them.
#[server(prefix = "/_app", endpoint = "list_sources", input = GetUrl)]
pub async fn list_sources() -> Result<Vec<SourceRow>, AppError> {
    let (state, zone) = (crate::request::state()?, crate::request::reader_zone());
    let now = (state.now)();
    let workspace = store::workspace::get(&state.store).await?;
    let summaries = store::source::list(&state.store, now).await?;
    let zone = zone.or_workspace(workspace.as_ref().map_or("", |workspace| workspace.zone.as_str()));
    let rows = summaries.into_iter().map(|summary| SourceRow {
        slug: summary.source.slug,
        name: summary.source.name,
        kind: summary.source.kind,
        enabled: summary.source.enabled,
        received: summary.received,
        failed: summary.failed,
        trend: summary.trend,
        last_event: summary.last_event_at.map(|at| Moment::new(at, now, &zone)),
    });
    Ok(rows.collect())
}
