//! The pages as axum sees them: routes and server functions come from `app`, what they need and what is downloaded from
//! them comes from here.

mod export;
mod former_slug;
mod new_source;
mod period;
mod samples;
pub mod security;
mod source_settings;
mod source_setup;
mod sources;
pub mod theme;

use crate::assets;
use crate::live::{self, LiveHub};
use crate::tracking::Tracking;
use app::state::AppState;
use axum::Router;
use axum::http::request::Parts;
use axum::middleware;
use axum::routing::{get, post};
use leptos::config::LeptosOptions;
use leptos::nonce::Nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{LeptosRoutes, generate_route_list, render_app_async_with_context};
use security::PageNonce;
use std::sync::Arc;

/// What pages need.
#[derive(Clone)]
pub struct PagesState {
    /// The store, the clock, randomness.
    pub app: AppState,
    /// What open pages follow.
    pub live: LiveHub,
    /// Leptos' own settings.
    pub options: LeptosOptions,
}

/// Every page, every server function, what forms are posted to, and the 404 page for the rest.
pub fn router(state: &PagesState, tracking: Arc<Tracking>) -> Router {
    let context = context(&state.app);
    Router::new()
        .leptos_routes_with_context(&state.options, generate_route_list(app::App), context.clone(), app::shell)
        .fallback(render_app_async_with_context(context, app::shell))
        .with_state(state.options.clone())
        .merge(forms(state, tracking))
        .merge(downloads(state))
        .route_layer(middleware::from_fn_with_state(state.app.clone(), former_slug::lead_on))
}

fn downloads(state: &PagesState) -> Router {
    Router::new()
        .route("/sources/{slug}/overview.csv", get(export::csv))
        .route("/sources/{slug}/overview.json", get(export::json))
        .route("/sources/{slug}/samples.jsonl", get(samples::jsonl))
        .with_state(state.app.clone())
        .merge(
            Router::new()
                .route("/sources/{slug}/live", get(live::follow))
                .with_state((state.app.clone(), state.live.clone())),
        )
}

/// What forms are posted to; a test event takes the way of all events.
fn forms(state: &PagesState, tracking: Arc<Tracking>) -> Router {
    let test = post(source_setup::send_test).with_state((state.app.clone(), tracking));
    Router::new()
        .route("/theme", post(theme::set))
        .route("/sources", post(sources::post))
        .route("/sources/{slug}/settings", post(source_settings::change))
        .route("/sources/new/{kind}", post(new_source::create))
        .route("/sources/{slug}/overview/period", get(period::show))
        .with_state(state.app.clone())
        .route("/sources/{slug}/setup", test)
}

/// What every page and server function finds in its context.
fn context(app: &AppState) -> impl Fn() + Clone + Send + Sync + 'static {
    let app = app.clone();
    move || {
        provide_context(app.clone());
        provide_context(assets::urls());
        // Leptos mints a nonce of its own; ours is also in the response's header.
        let nonce = use_context::<Parts>().and_then(|parts| parts.extensions.get::<PageNonce>().cloned());
        if let Some(PageNonce(nonce)) = nonce {
            provide_context(Nonce::from_value(nonce));
        }
    }
}
