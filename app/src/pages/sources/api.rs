//! What the sources list shows, read in one call, and what its form sends. The form is posted to the list's own address,
//! with and without JavaScript alike: `server` calls `change`, answers 303 to the list, or shows it again with `SourcesForm`
//! as context.

use super::query::SourcesQuery;
use crate::error::AppError;
use crate::ui::moment::Moment;
use crate::wire::Wire;
use domain::catalog::{CatalogEntry, KindLabel};
use domain::label::Label;
use domain::tally::Tally;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What the page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourcesPage {
    /// What was asked for.
    pub query: SourcesQuery,
    /// The sources of the page, in order.
    pub rows: Vec<SourceRow>,
    /// How many sources there are, what they received in the last 24 hours, and what of it failed.
    pub all: Totals,
    /// The same of those that match.
    pub matching: Totals,
    /// How many pages those are.
    pub pages: u32,
    /// How many sources each tab has.
    pub tabs: [u64; 3],
    /// How many of the tab pass each status.
    pub statuses: [u64; 4],
    /// The kinds in the tab.
    pub kinds: Vec<KindLabel>,
    /// The labels in the tab.
    pub labels: Vec<Label>,
    /// Whether the one match is there because its write key was searched for.
    pub found_by_key: bool,
    /// Numbers and names of those that are about to be disabled.
    pub to_disable: Vec<(i64, String)>,
    /// What can be restored.
    pub deleted: Vec<DeletedRow>,
    /// What to begin with, where there is no source yet.
    pub first_kinds: Vec<CatalogEntry>,
    /// Requests of the last 24 hours that no source counts, a sum for each kind and key.
    pub tallies: Vec<Tally>,
    /// When the last request that named no source came.
    pub last_unattributed: Option<Moment>,
    /// When the last request came that could not be taken.
    pub last_unavailable: Option<Moment>,
}

/// Of some sources.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// How many they are.
    pub sources: u64,
    /// Received in the last 24 hours.
    pub received: u64,
    /// Of those, failed on ingest.
    pub failed: u64,
}

/// A row of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceRow {
    /// In forms.
    pub number: i64,
    /// The version that is shown.
    pub version: i64,
    /// In its address.
    pub slug: String,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: KindLabel,
    /// How it is doing.
    pub state: RowState,
    /// Its labels.
    pub labels: Vec<String>,
    /// Received in the last 24 hours.
    pub received: u64,
    /// Of those, failed on ingest.
    pub failed: u64,
    /// Received per hour, oldest first, the hour in progress last.
    pub trend: Vec<u64>,
    /// When its last event came.
    pub last_event: Option<Moment>,
    /// When it was added.
    pub created: Moment,
}

/// How a source is doing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum RowState {
    /// Takes events.
    Enabled,
    /// Takes events, and had none for that long, as in `3 h`.
    Silent(String),
    /// Takes none.
    Disabled,
}

/// A source that can be restored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeletedRow {
    /// In forms.
    pub number: i64,
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: KindLabel,
    /// When it was deleted.
    pub deleted: Moment,
    /// When nothing of it will be left.
    pub purge: String,
}

/// The sources that are asked for, and what came for none.
#[server(prefix = "/_app", endpoint = "list_sources", input = GetUrl, output = Wire)]
pub async fn list_sources(
    /// As the address says.
    #[server(default)]
    query: SourcesQuery,
) -> Result<SourcesPage, AppError> {
    super::read::page(query).await
}

/// What the form of the list sends.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourcesInput {
    /// What is to be done: see `change`.
    pub action: String,
    /// Numbers of the chosen sources.
    pub sources: Vec<i64>,
    /// The versions of those that were read with one.
    pub versions: BTreeMap<i64, i64>,
    /// As typed.
    pub label: String,
}

/// The form as it has to be shown again.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourcesForm {
    /// What was filled in.
    pub input: SourcesInput,
    /// What is wrong with the label.
    pub label_error: Option<String>,
    /// Why it could not be done, and the status that says so.
    pub failure: Option<(u16, String)>,
}

impl SourcesForm {
    /// The status of the page that shows the form again; `None` for one that was not sent.
    #[must_use]
    pub fn status(&self) -> Option<u16> {
        let failure = self.failure.as_ref().map(|(status, _)| *status);
        failure.or(self.label_error.is_some().then_some(422))
    }
}
