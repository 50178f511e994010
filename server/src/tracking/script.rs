//! The browser library itself, so that a page needs no other host. It is the same for every write key: the key in its
//! address is what it reads to know whose page it is on.

use super::answer::Refusal;
use super::settings::CACHED;
use crate::assets;
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

/// `GET /analytics.js/v1/<key>/analytics.min.js`
pub async fn library(head: Parts) -> Response {
    named("analytics.js/analytics.min.js", &head)
}

/// `GET /analytics-next/bundles/<file>`: the parts that the library loads when it needs them.
pub async fn part(head: Parts) -> Response {
    named(head.uri.path().trim_start_matches('/'), &head)
}

fn named(name: &str, head: &Parts) -> Response {
    let Some(mut response) = assets::named(name, &head.headers) else { return Refusal::LibraryMissing.into_response() };
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static(CACHED));
    response
}
