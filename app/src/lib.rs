//! Pages, parts and server functions. Every page is listed in `App` below, every link in `href`.
//! A page fetches (its `api.rs` holds the server functions), a part of `ui` draws plain values.
#![recursion_limit = "256"]

pub mod error;
pub mod href;
pub mod layout;
pub mod library;
pub mod pages;
#[cfg(feature = "ssr")]
pub mod request;
#[cfg(feature = "ssr")]
pub mod state;
pub mod stream;
pub mod ui;
pub mod wire;

#[cfg(feature = "ssr")]
pub use layout::shell::{AssetUrls, shell};

use crate::layout::frame::Frame;
use crate::pages::catalog::Catalog;
use crate::pages::catalog_entry::CatalogEntryPage;
use crate::pages::docs::TrackingApi;
use crate::pages::new_source::{NewSource, NewSourceRedirect};
use crate::pages::not_found::NotFound;
use crate::pages::source_overview::SourceOverview;
use crate::pages::source_redirect::SourceRedirect;
use crate::pages::source_settings::SourceSettings;
use crate::pages::source_setup::SourceSetup;
use crate::pages::sources::Sources;
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{Redirect, Route, Router, Routes};
use leptos_router::{SsrMode, path};

/// The whole site: frame and pages. Pages wait for their data on the server (`SsrMode::Async`), so that they are complete
/// without JavaScript and carry the right status.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title formatter=|page: String| if page.is_empty() { "Headwater".to_owned() } else { format!("{page} · Headwater") } />
        <Router>
            <Frame>
                <Routes fallback=|| NotFound().into_any()>
                    <Route path=path!("/") view=|| view! { <Redirect path=href::sources() /> }.into_any() ssr=SsrMode::Async />
                    <Route path=path!("/sources") view=|| Sources().into_any() ssr=SsrMode::Async />
                    <Route path=path!("/sources/new") view=|| NewSourceRedirect().into_any() ssr=SsrMode::Async />
                    <Route path=path!("/sources/new/:kind") view=|| NewSource().into_any() ssr=SsrMode::Async />
                    <Route path=path!("/sources/:slug") view=|| SourceRedirect().into_any() ssr=SsrMode::Async />
                    <Route path=path!("/sources/:slug/overview") view=|| SourceOverview().into_any() ssr=SsrMode::Async />
                    <Route path=path!("/sources/:slug/setup") view=|| SourceSetup().into_any() ssr=SsrMode::Async />
                    <Route path=path!("/sources/:slug/settings") view=|| SourceSettings().into_any() ssr=SsrMode::Async />
                    <Route path=path!("/catalog") view=|| Catalog().into_any() ssr=SsrMode::Async />
                    <Route path=path!("/catalog/:slug") view=|| CatalogEntryPage().into_any() ssr=SsrMode::Async />
                    <Route path=path!("/docs") view=|| view! { <Redirect path=href::tracking_api() /> }.into_any() ssr=SsrMode::Async />
                    <Route path=path!("/docs/tracking-api") view=|| TrackingApi().into_any() ssr=SsrMode::Async />
                </Routes>
            </Frame>
        </Router>
    }
}
