//! Pages, parts and server functions. Every page is listed in `routes`, every link in `href`.
//! A page fetches (its `api.rs` holds the server functions), a part of `ui` draws plain values.
#![recursion_limit = "256"]

pub mod error;
pub mod href;
pub mod layout;
pub mod lazy_page;
pub mod lazy_part;
pub mod library;
pub mod pages;
#[cfg(feature = "ssr")]
pub mod request;
mod routes;
#[cfg(feature = "ssr")]
pub mod state;
pub mod stream;
pub mod ui;
pub mod wire;

#[cfg(feature = "ssr")]
pub use layout::shell::{AssetUrls, shell};

use crate::layout::frame::Frame;
use crate::pages::not_found::NotFound;
use leptos::prelude::*;
use leptos_meta::{Title, provide_meta_context};
use leptos_router::components::{Router, Routes};

/// Wakes the page that the server has drawn.
#[cfg(feature = "hydrate")]
pub fn wake() {
    ui::later::take_over(|| App().into_any());
}

/// The whole site: frame and pages.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Title formatter=|page: String| if page.is_empty() { "Headwater".to_owned() } else { format!("{page} · Headwater") } />
        <Router>
            <Frame>
                <Routes fallback=|| NotFound().into_any() children=ToChildren::to_children(routes::routes) />
            </Frame>
        </Router>
    }
}
