//! What the documentation says about this very server.

use crate::error::AppError;
use crate::library::LibrarySample;
use crate::wire::Wire;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

/// What differs from server to server, and what only the server knows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocsPage {
    /// `http://127.0.0.1:3000`, as the page was asked for.
    pub origin: String,
    /// A request from a shell.
    pub curl: String,
    /// Every library’s lines.
    pub libraries: Vec<LibrarySample>,
    /// How long a messageId is remembered.
    pub remembered_hours: i64,
    /// How long events are kept.
    pub events_keep_days: i64,
}

/// Reads it.
#[server(prefix = "/_app", endpoint = "docs", input = GetUrl, output = Wire)]
pub async fn docs() -> Result<DocsPage, AppError> {
    use crate::library::{LIBRARIES, Library, Target};
    let origin = crate::request::origin();
    let target = Target::of_any_source(&origin);
    Ok(DocsPage {
        curl: Library::http().sample(&target).code,
        libraries: LIBRARIES.iter().map(|library| library.sample(&target)).collect(),
        origin,
        remembered_hours: store::deduplication::REMEMBERED_HOURS,
        events_keep_days: store::maintenance::EVENTS_KEEP_MS / domain::clock::DAY_MS,
    })
}
