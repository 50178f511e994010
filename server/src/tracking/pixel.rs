//! The Pixel API: a call in the address of an image, for mails and pages without scripts. Whatever comes of the call, the
//! answer is the image: a broken one would be all that anybody ever saw.

use super::Tracking;
use super::answer::Refusal;
use super::call::{JudgedCall, judged, keep, over_rate};
use super::sender::Sender;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use domain::discard::DiscardReason;
use domain::event::EventType;
use pipeline::ingest::decode::{Decoded, Route, decode};
use pipeline::ingest::pixel::body_of;
use std::borrow::Cow;
use std::sync::Arc;

/// One transparent pixel.
const GIF: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\x00\x00\x00\x21\xf9\x04\x01\x00\x00\x00\x00\
    \x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00\x3b";

/// Takes one request.
pub async fn receive(State(tracking): State<Arc<Tracking>>, request: Request) -> Response {
    let (head, body) = request.into_parts();
    // HEAD is somebody who looks whether there is an image, and has not seen it.
    if head.method != Method::HEAD {
        let sender = Sender::of(&head);
        let query = head.uri.query().unwrap_or_default();
        let method = head.uri.path().trim_end_matches('/').rsplit('/').next().unwrap_or_default();
        take(&tracking, &sender, method, query, body).await;
    }
    image()
}

fn image() -> Response {
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/gif")),
        // Every view is an event of its own.
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    ];
    (headers, GIF).into_response()
}

/// What is refused here is counted or tallied, and there is nobody to tell.
async fn take(tracking: &Tracking, sender: &Sender, method: &str, query: &str, body: Body) {
    if let Err(seconds) = tracking.rate_limit.admit((tracking.now)()) {
        over_rate(tracking, sender, seconds).await;
        return;
    }
    if let Ok(call) = read(tracking, sender, method, query, body).await {
        let _ = keep(tracking, call).await;
    }
}

async fn read(
    tracking: &Tracking,
    sender: &Sender,
    method: &str,
    query: &str,
    body: Body,
) -> Result<JudgedCall, Refusal> {
    let held = tracking.bodies.read(body).await.ok();
    // A POST may carry the call in its body, as any other call does.
    let content = match held.as_ref().map(|held| &held.bytes).filter(|bytes| !bytes.is_empty()) {
        Some(bytes) => Ok(Cow::Borrowed(bytes.as_ref())),
        None => body_of(query).map(Cow::Owned),
    };
    // Its status is that of an image, so that the route does not matter.
    judged(tracking, Route::Batch, sender, &decode_call(method, query, &content)).await
}

fn decode_call<'a>(method: &str, query: &'a str, content: &'a Result<Cow<'_, [u8]>, DiscardReason>) -> Decoded<'a> {
    let content = match content {
        Ok(content) => content,
        Err(reason) => return Decoded::unreadable(query.as_bytes(), *reason, None),
    };
    match EventType::from_code(method) {
        Some(event_type) => decode(Route::Single(event_type), content),
        None => {
            let write_key = decode(Route::Single(EventType::Track), content).write_key;
            Decoded::unreadable(content, DiscardReason::UnknownType, write_key)
        }
    }
}
