//! Every page, with its address and the file its code is in.

use crate::href;
use crate::lazy_page::lazy_page;
use crate::pages::catalog::Catalog;
use crate::pages::catalog_entry::CatalogEntryPage;
use crate::pages::docs::TrackingApi;
use crate::pages::new_source::{NewSource, NewSourceRedirect};
use crate::pages::source_overview::{SourceOverview, samples};
use crate::pages::source_redirect::SourceRedirect;
use crate::pages::source_settings::SourceSettings;
use crate::pages::source_setup::SourceSetup;
use crate::pages::sources::Sources;
use leptos::prelude::*;
use leptos_router::components::{Redirect, Route};
use leptos_router::{MatchNestedRoutes, SsrMode, path};

/// Pages wait for their data on the server (`SsrMode::Async`), so that they are complete without JavaScript and carry the
/// right status.
pub fn routes() -> impl MatchNestedRoutes + Clone + Send + 'static {
    view! {
        <Route path=path!("/") view=|| view! { <Redirect path=href::sources() /> }.into_any() ssr=SsrMode::Async />
        <Route path=path!("/sources") view=lazy_page!(sources: Sources) ssr=SsrMode::Async />
        <Route path=path!("/sources/new") view=|| NewSourceRedirect().into_any() ssr=SsrMode::Async />
        <Route path=path!("/sources/new/:kind") view=lazy_page!(sources: NewSource) ssr=SsrMode::Async />
        <Route path=path!("/sources/:slug") view=|| SourceRedirect().into_any() ssr=SsrMode::Async />
        <Route path=path!("/sources/:slug/overview") view=lazy_page!(overview: SourceOverview, Some(samples::PART)) ssr=SsrMode::Async />
        <Route path=path!("/sources/:slug/setup") view=lazy_page!(source: SourceSetup) ssr=SsrMode::Async />
        <Route path=path!("/sources/:slug/settings") view=lazy_page!(source: SourceSettings) ssr=SsrMode::Async />
        <Route path=path!("/catalog") view=lazy_page!(sources: Catalog) ssr=SsrMode::Async />
        <Route path=path!("/catalog/:slug") view=lazy_page!(sources: CatalogEntryPage) ssr=SsrMode::Async />
        <Route path=path!("/docs") view=|| view! { <Redirect path=href::tracking_api() /> }.into_any() ssr=SsrMode::Async />
        <Route path=path!("/docs/tracking-api") view=lazy_page!(docs: TrackingApi) ssr=SsrMode::Async />
    }
    .into_inner()
}
