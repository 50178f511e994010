//! Every URL of the server, in one table.

use crate::assets;
use crate::pages::{self, PagesState};
use crate::tracking::answer::Refusal;
use crate::tracking::{Tracking, call};
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware;
use axum::response::IntoResponse;
use axum::routing::{MethodRouter, any, get, post};
use domain::event::EventType;
use pipeline::ingest::decode::Route;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::TimeoutLayer;

/// A page that takes longer than this is answered with an error instead.
const PAGE_DEADLINE: Duration = Duration::from_secs(20);

/// The whole server.
pub fn router(tracking: Tracking, pages: &PagesState) -> Router {
    let store = pages.app.store.clone();
    let ready = get(move || async move {
        match store.ping().await {
            Ok(()) => (StatusCode::OK, "ok\n"),
            Err(_) => (StatusCode::SERVICE_UNAVAILABLE, "the database does not answer\n"),
        }
    });
    Router::new()
        .route("/healthz", ready)
        .merge(tracking_api(tracking))
        .merge(assets::router())
        .merge(site(pages))
        .layer(CatchPanicLayer::new())
}

fn tracking_api(tracking: Tracking) -> Router {
    Router::new()
        .route("/v1/track", takes(Route::Single(EventType::Track)))
        .route("/v1/identify", takes(Route::Single(EventType::Identify)))
        .route("/v1/page", takes(Route::Single(EventType::Page)))
        .route("/v1/screen", takes(Route::Single(EventType::Screen)))
        .route("/v1/group", takes(Route::Single(EventType::Group)))
        .route("/v1/alias", takes(Route::Single(EventType::Alias)))
        .route("/v1/batch", takes(Route::Batch))
        .route("/v1/{*path}", any(|| async { Refusal::PathUnknown }))
        .with_state(tracking)
}

fn takes(route: Route) -> MethodRouter<Tracking> {
    post(move |State(tracking): State<Tracking>, headers: HeaderMap, body: Body| {
        call::receive(tracking, route, headers, body)
    })
    .fallback(|| async { Refusal::MethodNotAllowed.into_response() })
}

/// Pages, their server functions and the theme form: nothing here is for other sites to call.
fn site(pages: &PagesState) -> Router {
    pages::router(pages)
        .layer(CsrfLayer::new())
        .layer(middleware::from_fn(pages::security::headers))
        .layer(CompressionLayer::new())
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, PAGE_DEADLINE))
}
