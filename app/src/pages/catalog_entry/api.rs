//! What an entry's page shows.

use crate::error::AppError;
use crate::wire::Wire;
use domain::catalog::CatalogEntry;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

/// What the page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EntryPage {
    /// The entry.
    pub entry: CatalogEntry,
    /// What takes its place, if it is deprecated.
    pub replacement: Option<CatalogEntry>,
    /// Where this server was reached, for addresses that people copy.
    pub origin: String,
}

/// Reads an entry. It is the same for everybody and names nothing of the workspace.
#[server(prefix = "/_app", endpoint = "catalog_entry", input = GetUrl, output = Wire)]
pub async fn read_entry(#[doc = "The entry's slug."] slug: String) -> Result<EntryPage, AppError> {
    use domain::catalog::{CatalogStatus, entry};

    let origin = crate::request::origin();
    let found = entry(&slug).ok_or_else(AppError::not_found)?;
    let replacement = match &found.status {
        CatalogStatus::Deprecated { replaced_by } => entry(replaced_by),
        CatalogStatus::Live | CatalogStatus::Beta | CatalogStatus::Withdrawn => None,
    };
    Ok(EntryPage { entry: found.clone(), replacement: replacement.cloned(), origin })
}
