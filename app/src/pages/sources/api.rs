//! What the sources list shows, read in one call.

use crate::error::AppError;
use crate::ui::moment::Moment;
use crate::wire::Json;
use domain::catalog::{CatalogEntry, KindLabel};
use domain::tally::Tally;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

/// What the page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourcesPage {
    /// All sources, by name as the store sorts them.
    pub rows: Vec<SourceRow>,
    /// What to begin with, where there is no source yet.
    pub first_kinds: Vec<CatalogEntry>,
    /// Requests of the last 24 hours that no source counts, a sum for each kind and key.
    pub tallies: Vec<Tally>,
    /// When the last request that named no source came.
    pub last_unattributed: Option<Moment>,
    /// When the last request came that could not be taken.
    pub last_unavailable: Option<Moment>,
}

/// A row of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceRow {
    /// In its address.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: KindLabel,
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

/// Kinds that an empty list proposes.
#[cfg(feature = "ssr")]
const FIRST_KINDS: [&str; 3] = ["javascript", "node-js", "http-api"];

/// All sources, and what came for none.
#[server(prefix = "/_app", endpoint = "list_sources", input = GetUrl, output = Json)]
pub async fn list_sources() -> Result<SourcesPage, AppError> {
    use domain::catalog::entry;
    use domain::clock::DAY_MS;
    use domain::tally::TallyKind;

    let (state, zone) = (crate::request::state()?, crate::request::reader_zone());
    let now = (state.now)();
    let workspace = store::workspace::get(&state.store).await?;
    let summaries = store::source::list(&state.store, now).await?;
    let tallies = store::tally::since(&state.store, now.plus_ms(-DAY_MS)).await?;
    let zone = zone.or_workspace(workspace.as_ref().map_or("", |workspace| workspace.zone.as_str()));
    let rows = summaries.into_iter().map(|summary| SourceRow {
        slug: summary.source.slug,
        name: summary.source.name,
        kind: KindLabel::of(&summary.source.kind),
        enabled: summary.source.enabled,
        received: summary.received,
        failed: summary.failed,
        trend: summary.trend,
        last_event: summary.last_event_at.map(|at| Moment::new(at, now, &zone)),
    });
    let last = |belongs: fn(TallyKind) -> bool| {
        let times = tallies.iter().filter(|tally| belongs(tally.kind)).map(|tally| tally.last_at);
        times.max().map(|at| Moment::new(at, now, &zone))
    };
    let rows: Vec<SourceRow> = rows.collect();
    let first_kinds: &[&str] = if rows.is_empty() { &FIRST_KINDS } else { &[] };
    Ok(SourcesPage {
        first_kinds: first_kinds.iter().filter_map(|slug| entry(slug)).cloned().collect(),
        rows,
        last_unattributed: last(TallyKind::is_unattributed),
        last_unavailable: last(|kind| kind == TallyKind::Unavailable),
        tallies,
    })
}
