//! `POST /sources/{slug}/setup`: sends a test event the way of all others, through the Tracking API's own entrance, and goes
//! back to the page, which shows what became of it.

use super::context;
use crate::clock::random;
use crate::tracking::{Tracking, call};
use app::href;
use app::pages::source_setup::TEST_ID_PREFIX;
use app::pages::source_setup::api::TestFailure;
use app::state::AppState;
use axum::Form;
use axum::body::{Body, to_bytes};
use axum::extract::{FromRequest, Path, Request, State};
use axum::http::{Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use domain::event::EventType;
use domain::source::Source;
use leptos::prelude::provide_context;
use leptos_axum::render_app_async_with_context;
use pipeline::ingest::decode::Route;
use serde::Deserialize;
use serde_json::{Value, json};
use std::fmt::Write;
use std::sync::Arc;

/// Most bytes of an answer of the Tracking API that are read.
const ANSWER_BYTES_MAX: usize = 16 * 1024;

/// What stands in the form.
#[derive(Debug, Deserialize)]
pub struct TestInput {
    /// The library that is shown.
    #[serde(default)]
    library: String,
}

/// Takes the form. Who may send is decided here once there is sign-in; until then the server listens on loopback only.
pub async fn send_test(
    State((app, tracking)): State<(AppState, Arc<Tracking>)>,
    Path(slug): Path<String>,
    request: Request,
) -> Response {
    let (parts, body) = request.into_parts();
    let filled_in = Request::from_parts(parts.clone(), body);
    let input = match Form::<TestInput>::from_request(filled_in, &()).await {
        Ok(Form(input)) => input,
        Err(rejection) => return rejection.into_response(),
    };
    let failure = match store::source::by_slug(&app.store, &slug).await {
        Ok(Some(source)) => match send(&app, tracking, &source).await {
            Ok(message_id) => {
                return Redirect::to(&href::source_setup_test(&slug, &input.library, &message_id)).into_response();
            }
            Err(failure) => Some(failure),
        },
        // The page itself says that there is no such source.
        Ok(None) => None,
        Err(error) => {
            tracing::error!(%error, "a source could not be read");
            Some(failed("The database did not answer. Try again in a moment."))
        }
    };
    let context = context(&app);
    let with_failure = move || {
        context();
        if let Some(failure) = failure.clone() {
            provide_context(failure);
        }
    };
    let page = render_app_async_with_context(with_failure, app::shell);
    page(Request::from_parts(parts, Body::empty())).await.into_response()
}

/// Sends it; its messageId, or why it was not taken.
async fn send(app: &AppState, tracking: Arc<Tracking>, source: &Source) -> Result<String, TestFailure> {
    let key = store::write_key::of_source(&app.store, &source.id).await.map_err(|error| {
        tracing::error!(%error, "a write key could not be read");
        failed("The database did not answer. Try again in a moment.")
    })?;
    let Some(key) = key else {
        return Err(TestFailure {
            status: 422,
            sentence: "This source has no key that works. Create one in its settings.".into(),
        });
    };
    let message_id = message_id();
    let request = Request::builder()
        .method(Method::POST)
        .uri("/v1/track")
        .header("x-write-key", key.as_str())
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(event(&message_id).to_string()))
        .map_err(|error| {
            tracing::error!(%error, "the request of a test event could not be made");
            failed("The test event could not be made.")
        })?;
    let answer = call::receive(tracking, Route::Single(EventType::Track), request).await;
    if answer.status() == StatusCode::OK { Ok(message_id) } else { Err(refusal(answer).await) }
}

/// An event that every rule lets through.
fn event(message_id: &str) -> Value {
    json!({
        "type": "track",
        "event": "Headwater test event",
        "messageId": message_id,
        "anonymousId": "headwater-test",
        "properties": { "sent_from": "Setup" },
        "context": { "library": { "name": "headwater", "version": env!("CARGO_PKG_VERSION") } },
    })
}

/// One that nobody had before.
fn message_id() -> String {
    let bytes: [u8; 16] = random();
    bytes.iter().fold(TEST_ID_PREFIX.to_owned(), |mut id, byte| {
        let _ = write!(id, "{byte:02x}");
        id
    })
}

/// Why the Tracking API did not take it, in its own words.
async fn refusal(answer: Response) -> TestFailure {
    let status = answer.status().as_u16();
    let body = to_bytes(answer.into_body(), ANSWER_BYTES_MAX).await.unwrap_or_default();
    let said = serde_json::from_slice::<Value>(&body).ok();
    let message = said.as_ref().and_then(|said| said.get("message")?.as_str());
    let sentence = message.unwrap_or("The Tracking API gave no reason; the server’s log does.").to_owned();
    TestFailure { status, sentence: format!("The Tracking API answered {status}: {sentence}") }
}

fn failed(sentence: &str) -> TestFailure {
    TestFailure { status: 503, sentence: sentence.to_owned() }
}
