//! What the frame knows: whose workspace this is and how much is in it.

use crate::error::AppError;
use crate::layout::theme::Theme;
use domain::workspace::Workspace;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

/// What the frame shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrameData {
    /// Whose it is; none before the first start is complete.
    pub workspace: Option<Workspace>,
    /// How many sources it has.
    pub source_count: u64,
    /// What the reader chose.
    pub theme: Theme,
}

/// Reads what the frame shows.
#[server(prefix = "/_app", endpoint = "frame", input = GetUrl)]
pub async fn frame() -> Result<FrameData, AppError> {
    let (state, theme) = (crate::request::state()?, crate::request::theme());
    let workspace = store::workspace::get(&state.store).await?;
    let source_count = store::source::count(&state.store).await?;
    Ok(FrameData { workspace, source_count, theme })
}
