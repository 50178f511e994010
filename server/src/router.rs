//! Every URL of the server, in one table. Events have a door of their own ([`Front`]): most requests
//! are theirs, and have no use for the layers of a router for all kinds of pages.

use crate::assets;
use crate::health;
use crate::pages::{self, PagesState};
use crate::tracking::answer::Refusal;
use crate::tracking::{Tracking, call, cross_origin, lookup, metrics, pixel, script, settings};
use axum::Router;
use axum::extract::Request;
use axum::http::{Method, StatusCode};
use axum::middleware;
use axum::response::Response;
use axum::routing::{MethodRouter, any, get, post};
use domain::event::EventType;
use futures_util::FutureExt;
use pipeline::ingest::decode::Route;
use std::convert::Infallible;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tower::ServiceExt;
use tower_http::CompressionLevel;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::compression::CompressionLayer;
use tower_http::csrf::CsrfLayer;
use tower_http::timeout::TimeoutLayer;

/// A page that takes longer than this is answered with an error instead.
const PAGE_DEADLINE: Duration = Duration::from_secs(20);

/// Of pages: a tenth smaller than by default, for no more time that could be measured.
const COMPRESSION: CompressionLevel = CompressionLevel::Precise(7);

/// Where events are posted to; each with a slash behind it, too, as some libraries write it.
const EVENT_PATHS: [(&str, Route); 28] = [
    ("/v1/track", Route::Single(EventType::Track)),
    ("/v1/identify", Route::Single(EventType::Identify)),
    ("/v1/page", Route::Single(EventType::Page)),
    ("/v1/screen", Route::Single(EventType::Screen)),
    ("/v1/group", Route::Single(EventType::Group)),
    ("/v1/alias", Route::Single(EventType::Alias)),
    ("/v1/batch", Route::Batch),
    // The browser library's.
    ("/v1/t", Route::Single(EventType::Track)),
    ("/v1/i", Route::Single(EventType::Identify)),
    ("/v1/p", Route::Single(EventType::Page)),
    ("/v1/s", Route::Single(EventType::Screen)),
    ("/v1/g", Route::Single(EventType::Group)),
    ("/v1/a", Route::Single(EventType::Alias)),
    // The browser's and the mobile libraries'; Ruby, Java and .NET.
    ("/v1/b", Route::Batch),
    ("/v1/import", Route::Batch),
    // RudderStack's beacon.
    ("/beacon/v1/batch", Route::Batch),
    // Jitsu's.
    ("/api/s/track", Route::Single(EventType::Track)),
    ("/api/s/identify", Route::Single(EventType::Identify)),
    ("/api/s/page", Route::Single(EventType::Page)),
    ("/api/s/screen", Route::Single(EventType::Screen)),
    ("/api/s/group", Route::Single(EventType::Group)),
    ("/api/s/alias", Route::Single(EventType::Alias)),
    ("/api/s/s2s/track", Route::Single(EventType::Track)),
    ("/api/s/s2s/identify", Route::Single(EventType::Identify)),
    ("/api/s/s2s/page", Route::Single(EventType::Page)),
    ("/api/s/s2s/screen", Route::Single(EventType::Screen)),
    ("/api/s/s2s/group", Route::Single(EventType::Group)),
    ("/api/s/s2s/alias", Route::Single(EventType::Alias)),
];

/// The whole server.
#[derive(Clone)]
pub struct Front {
    tracking: Arc<Tracking>,
    others: Router,
}

impl Front {
    /// Over this state.
    pub fn new(tracking: Arc<Tracking>, pages: &PagesState) -> Self {
        Self { others: others(Arc::clone(&tracking), pages), tracking }
    }

    /// Answers a request.
    pub async fn answer(self, request: Request) -> Result<Response, Infallible> {
        let Some(route) = event_route(&request) else { return self.others.oneshot(request).await };
        let answer = AssertUnwindSafe(call::receive(self.tracking, route, request)).catch_unwind().await;
        Ok(cross_origin::opened(answer.unwrap_or_else(cross_origin::after_panic)))
    }
}

/// Which events a request brings, if it is a call of the Tracking API.
fn event_route(request: &Request) -> Option<Route> {
    let path = request.uri().path();
    let path = path.strip_suffix('/').unwrap_or(path);
    let is_asked_for = |(known, _): &&(&str, Route)| *known == path;
    EVENT_PATHS.iter().filter(|_| request.method() == Method::POST).find(is_asked_for).map(|(_, route)| *route)
}

/// Everything but events.
fn others(tracking: Arc<Tracking>, pages: &PagesState) -> Router {
    let app = pages.app.clone();
    Router::new()
        .route("/healthz", get(move || health::check(app.clone())))
        .merge(cross_origin::open(tracking_api()).with_state(Arc::clone(&tracking)))
        .merge(assets::router())
        .merge(site(pages, tracking))
        .layer(CatchPanicLayer::new())
}

/// What libraries and other sites' pages call.
fn tracking_api() -> Router<Arc<Tracking>> {
    let mut router = Router::new();
    // What is posted to them has been answered; browsers ask for leave, and people look what is there.
    for (path, _) in EVENT_PATHS {
        let refusal = || only(MethodRouter::new());
        router = router.route(path, refusal()).route(&format!("{path}/"), refusal());
    }
    router
        .route("/v1/pixel/{*method}", only(get(pixel::receive).post(pixel::receive)))
        .route("/v1/m", only(post(metrics::receive)))
        .route("/v1/receipts/{*message_id}", only(get(lookup::receipt)))
        .route("/v1/projects/{write_key}/settings", only(get(settings::of_segment)))
        .route("/projects/{write_key}/settings", only(get(settings::of_segment)))
        .route("/sourceConfig", only(get(settings::of_rudderstack)))
        .route("/sourceConfig/", only(get(settings::of_rudderstack)))
        .route("/analytics.js/v1/{write_key}/analytics.min.js", only(get(script::library)))
        .route("/analytics.js/v1/{write_key}/analytics.js", only(get(script::library)))
        .route("/analytics-next/bundles/{file}", only(get(script::part)))
        .route("/v1", unknown())
        .route("/v1/", unknown())
        .route("/v1/{*path}", unknown())
        .route("/api/s/{*path}", unknown())
        .route("/beacon/{*path}", unknown())
}

/// These methods and no others.
fn only(methods: MethodRouter<Arc<Tracking>>) -> MethodRouter<Arc<Tracking>> {
    methods.fallback(|| async { Refusal::MethodNotAllowed })
}

fn unknown() -> MethodRouter<Arc<Tracking>> {
    any(|| async { Refusal::PathUnknown })
}

/// Pages, their server functions and the theme form: nothing here is for other sites to call.
fn site(pages: &PagesState, tracking: Arc<Tracking>) -> Router {
    pages::router(pages, tracking)
        .layer(CsrfLayer::new())
        .layer(middleware::from_fn(pages::security::headers))
        .layer(CompressionLayer::new().quality(COMPRESSION))
        .layer(TimeoutLayer::with_status_code(StatusCode::GATEWAY_TIMEOUT, PAGE_DEADLINE))
}

#[cfg(test)]
mod tests {
    use super::{Front, Request};

    /// hyper copies it into its connection for each request.
    #[test]
    fn a_requests_future_is_small() {
        fn bytes<F>(_: impl Fn(Front, Request) -> F) -> usize {
            size_of::<F>()
        }
        assert!(bytes(Front::answer) <= 4 * 1024, "{}", bytes(Front::answer));
    }
}
