//! The pages as axum sees them: routes and server functions come from `app`, what they need from here.

pub mod security;
pub mod theme;

use crate::assets;
use app::state::AppState;
use axum::Router;
use axum::http::request::Parts;
use leptos::config::LeptosOptions;
use leptos::nonce::Nonce;
use leptos::prelude::{provide_context, use_context};
use leptos_axum::{LeptosRoutes, generate_route_list, render_app_async_with_context};
use security::PageNonce;

/// What pages need.
#[derive(Clone)]
pub struct PagesState {
    /// The store, the clock, randomness.
    pub app: AppState,
    /// Leptos' own settings.
    pub options: LeptosOptions,
}

/// Every page, every server function, and the 404 page for the rest.
pub fn router(state: &PagesState) -> Router {
    let app = state.app.clone();
    let context = move || {
        provide_context(app.clone());
        provide_context(assets::urls());
        // Leptos mints a nonce of its own; ours is also in the response's header.
        let nonce = use_context::<Parts>().and_then(|parts| parts.extensions.get::<PageNonce>().cloned());
        if let Some(PageNonce(nonce)) = nonce {
            provide_context(Nonce::from_value(nonce));
        }
    };
    let shell = app::shell;
    Router::new()
        .leptos_routes_with_context(&state.options, generate_route_list(app::App), context.clone(), shell)
        .fallback(render_app_async_with_context(context, shell))
        .with_state(state.options.clone())
}
