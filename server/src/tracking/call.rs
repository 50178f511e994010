//! One tracking call, from bytes to its answer: write key to rules (from cache, no SQL), body to drafts, drafts to judged
//! events, and the answer only after they are on disk.

use super::Tracking;
use super::answer::{Refusal, success};
use super::body::{self, BodyError};
use super::credentials::{header_write_key, usable};
use crate::clock::random;
use axum::body::Body;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use domain::discard::DiscardReason;
use domain::event::BATCH_BYTES_MAX;
use domain::verdict::Verdict;
use pipeline::ingest::decode::{Decoded, Route, decode};
use pipeline::ingest::inflate::inflate;
use pipeline::ingest::judge::{Arrival, judge};
use std::sync::Arc;
use store::event::JudgedEvent;
use store::write_key::SourceRules;

/// Takes one request.
pub async fn receive(tracking: Tracking, route: Route, headers: HeaderMap, body: Body) -> Response {
    match take(&tracking, route, &headers, body).await {
        Ok(()) => success(),
        Err(refusal) => refusal.into_response(),
    }
}

async fn take(tracking: &Tracking, route: Route, headers: &HeaderMap, body: Body) -> Result<(), Refusal> {
    let (body, oversized) = match body::read(body).await {
        Ok(body) => (body, None),
        Err(BodyError::TooLarge(beginning)) => (beginning, Some(DiscardReason::BatchTooLarge)),
        Err(BodyError::Incomplete) => return Err(Refusal::BodyIncomplete),
        Err(BodyError::TooSlow) => return Err(Refusal::BodyTooSlow),
    };
    let inflated = oversized.map_or_else(|| inflate(&body, BATCH_BYTES_MAX), Err);
    let decoded = match &inflated {
        Ok(inflated) => decode(route, inflated),
        Err(reason) => Decoded::unreadable(&body, *reason, None),
    };
    let rules = rules_of(tracking, headers, &decoded).await?;
    let arrival = Arrival { received_at: (tracking.now)(), random };
    let events = judge(&decoded.drafts, &rules, arrival);
    let refused = refused_request(route, decoded.refused, &events);
    if let Err(error) = tracking.writer.submit(events).await {
        tracing::warn!(%error, "events were not taken");
        return Err(Refusal::Unavailable);
    }
    refused.map_or(Ok(()), |reason| Err(Refusal::Unreadable(reason)))
}

/// The rules of the source whose key the header names, else the body.
async fn rules_of(
    tracking: &Tracking,
    headers: &HeaderMap,
    decoded: &Decoded<'_>,
) -> Result<Arc<SourceRules>, Refusal> {
    let in_body = || decoded.write_key.as_deref().and_then(usable);
    let Some(key) = header_write_key(headers).or_else(in_body) else {
        // Nobody can be told from a body that cannot be read: then that is the more useful thing to say.
        return Err(decoded.refused.map_or(Refusal::WriteKeyMissing, Refusal::Unreadable));
    };
    match tracking.rules.of(&key).await {
        Ok(Some(rules)) => Ok(rules),
        Ok(None) => Err(Refusal::WriteKeyUnknown),
        Err(error) => {
            tracing::error!(%error, "the rules of a write key could not be read");
            Err(Refusal::Unavailable)
        }
    }
}

/// Segment answers 200 to whatever it could read, refused events included, and 400 to bad JSON and to what is too large.
fn refused_request(route: Route, refused: Option<DiscardReason>, events: &[JudgedEvent]) -> Option<DiscardReason> {
    use DiscardReason::{BatchTooLarge, InvalidJson, PayloadTooLarge};
    let too_large = Verdict::Discarded(PayloadTooLarge);
    let is_large_call = matches!(route, Route::Single(_)) && events.iter().any(|event| event.verdict == too_large);
    refused.filter(|reason| matches!(reason, InvalidJson | BatchTooLarge)).or(is_large_call.then_some(PayloadTooLarge))
}
