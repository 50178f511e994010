//! What the frame knows: whose workspace this is, how much is in it, and whether events can be stored.

use crate::error::AppError;
use crate::layout::theme::Theme;
use crate::ui::moment::Moment;
use crate::wire::Wire;
use domain::health::Problem;
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
#[server(prefix = "/_app", endpoint = "frame", input = GetUrl, output = Wire)]
pub async fn frame() -> Result<FrameData, AppError> {
    let (state, theme) = (crate::request::state()?, crate::request::theme());
    let workspace = store::workspace::get(&state.store).await?;
    let source_count = store::source::count(&state.store).await?;
    Ok(FrameData { workspace, source_count, theme })
}

/// Why events cannot be stored, and since when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Degraded {
    /// When the first commit failed.
    pub since: Moment,
    /// What is in the way.
    pub problem: Problem,
}

/// Whether events cannot be stored at the moment. Asks the database for nothing but the workspace's zone, and does without
/// when that fails, too.
#[server(prefix = "/_app", endpoint = "degradation", input = GetUrl, output = Wire)]
pub async fn degradation() -> Result<Option<Degraded>, AppError> {
    use domain::health::Health;

    let (state, zone) = (crate::request::state()?, crate::request::reader_zone());
    let Health::Degraded { since, problem } = (state.health)() else { return Ok(None) };
    let workspace = store::workspace::get(&state.store).await.ok().flatten();
    let zone = zone.or_workspace(workspace.as_ref().map_or("", |workspace| workspace.zone.as_str()));
    Ok(Some(Degraded { since: Moment::new(since, (state.now)(), &zone), problem }))
}
