//! Events come from pages of other sites, so browsers must be told that this is meant; on errors, too, because a browser
//! hides what it may not show, and the library would take a refusal for a broken network and send again.

use super::answer::{RATE_LIMIT_RESET, Refusal};
use axum::Router;
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use std::any::Any;
use std::time::Duration;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::cors::{AllowHeaders, Any as AnyOrigin, CorsLayer};

/// What pages of other sites may read of an answer.
const EXPOSED: &str = "retry-after,x-ratelimit-reset,preference-applied";
/// What an answer depends on.
const VARIES: &str = "access-control-request-headers";
/// How long a browser may remember what it was told: as long as Chromium does at most.
const REMEMBERED: Duration = Duration::from_secs(7_200);

/// Opens routes to all sites. The request headers are echoed rather than listed: libraries send some on retries only, and
/// `*` does not stand for `Authorization`.
pub fn open<S: Clone + Send + Sync + 'static>(routes: Router<S>) -> Router<S> {
    let exposed = [header::RETRY_AFTER, RATE_LIMIT_RESET, HeaderName::from_static("preference-applied")];
    let cors = CorsLayer::new()
        .allow_origin(AnyOrigin)
        .allow_methods([Method::GET, Method::POST, Method::OPTIONS])
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers(exposed)
        .max_age(REMEMBERED);
    routes.layer(CatchPanicLayer::custom(after_panic)).layer(cors)
}

/// Opens one answer to all sites, as [`open`] does those of its routes.
pub fn opened(mut answer: Response) -> Response {
    let headers = answer.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, HeaderValue::from_static(EXPOSED));
    headers.insert(header::VARY, HeaderValue::from_static(VARIES));
    answer
}

/// The answer to a request on which our code panicked.
pub fn after_panic(_: Box<dyn Any + Send>) -> Response {
    Refusal::Internal.into_response()
}

#[cfg(test)]
mod tests {
    use super::{IntoResponse, Router, header, open, opened};
    use axum::body::Body;
    use axum::http::{Request, StatusCode};
    use axum::routing::post;
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    #[tokio::test]
    async fn one_answer_is_opened_as_routes_are() {
        let routes: Router = open(Router::new().route("/v1/track", post(|| async { "taken" })));
        let request = Request::post("/v1/track").header(header::ORIGIN, "https://shop.example").body(Body::empty());
        let routed = routes.oneshot(request.expect("a request")).await.expect("an answer");
        let alone = opened("taken".into_response());
        for name in [header::ACCESS_CONTROL_ALLOW_ORIGIN, header::ACCESS_CONTROL_EXPOSE_HEADERS, header::VARY] {
            assert_eq!(alone.headers().get(&name), routed.headers().get(&name), "{name}");
        }
    }

    #[tokio::test]
    async fn a_bug_of_ours_is_an_answer_that_pages_may_read() {
        let routes: Router = open(Router::new().route("/v1/track", post(|| async { panic!("a bug") as &str })));
        let request = Request::post("/v1/track").header(header::ORIGIN, "https://shop.example").body(Body::empty());
        let answer = routes.oneshot(request.expect("a request")).await.expect("an answer");
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(answer.headers()[header::ACCESS_CONTROL_ALLOW_ORIGIN], "*");
        let body = answer.into_body().collect().await.expect("a body").to_bytes();
        let body: serde_json::Value = serde_json::from_slice(&body).expect("JSON");
        assert_eq!(body["code"], "internal_error");
    }
}
