//! `/sources/<slug>` has no page of its own: it leads to the source's overview.

use crate::href;
use leptos::prelude::*;
use leptos_router::components::Redirect;
use leptos_router::hooks::use_params_map;

/// Leads on to the overview.
#[component]
pub fn SourceRedirect() -> impl IntoView {
    let slug = use_params_map().with_untracked(|params| params.get("slug")).unwrap_or_default();
    view! { <Redirect path=href::source_overview(&slug) /> }
}
