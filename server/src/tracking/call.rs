//! One tracking call, from bytes to its answer: write key to rules (from cache, no SQL), body to drafts, drafts to judged
//! events, packed, and the answer only after they are on disk.

use super::Tracking;
use super::answer::{Refusal, success, success_with};
use super::body::BodyError;
use super::credentials::usable;
use super::long_calls::is_long;
use super::receipt::{self, Receipt, ReceiptWish};
use super::sender::Sender;
use axum::body::Body;
use axum::extract::Request;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_ENCODING;
use axum::response::{IntoResponse, Response};
use domain::discard::DiscardReason;
use domain::event::BATCH_BYTES_MAX;
use domain::source::SourceNumber;
use domain::tally::TallyKind;
use domain::verdict::Verdict;
use pipeline::ingest::decode::{Decoded, Route, decode};
use pipeline::ingest::inflate::inflate;
use pipeline::ingest::judge::{judge, refused};
use std::sync::Arc;
use store::event::{Batch, JudgedEvent};

/// A request, judged: what is left of it once its body is no longer needed.
pub struct JudgedCall {
    key: Option<String>,
    key_id: Arc<str>,
    source: SourceNumber,
    batch: Batch,
    /// Why the request as a whole is answered with an error, although its events are kept.
    refused: Option<DiscardReason>,
    /// What will become of each event, if the sender asked.
    receipts: Option<Vec<Receipt>>,
}

/// Takes one request.
pub async fn receive(tracking: Arc<Tracking>, route: Route, request: Request) -> Response {
    let (head, body) = request.into_parts();
    let sender = Sender::of(&head);
    let is_long = is_long(&head.headers, &body);
    let threads = Arc::clone(&tracking);
    // Made where it is waited for: hyper copies a request's whole future, and this would hold the call once for each place that
    // it passes.
    let call = || async move {
        take(&tracking, route, &sender, &head.headers, body).await.unwrap_or_else(IntoResponse::into_response)
    };
    if is_long { threads.long_calls.take(Box::pin(call())).await } else { call().await }
}

async fn take(
    tracking: &Tracking,
    route: Route,
    sender: &Sender,
    headers: &HeaderMap,
    body: Body,
) -> Result<Response, Refusal> {
    if let Err(seconds) = tracking.rate_limit.admit((tracking.now)()) {
        tracking.bodies.discard(body).await;
        return Err(over_rate(tracking, sender, seconds).await);
    }
    let call = read(tracking, route, sender, headers, body).await?;
    let refused = call.refused;
    let receipts = keep(tracking, call).await?;
    let mut response = match (refused, &receipts) {
        (None, None) => return Ok(success()),
        (None, Some(receipts)) => success_with(receipts),
        (Some(reason), receipts) => Refusal::Unreadable(reason).with_receipts(receipts.as_deref()),
    };
    sender.wish.confirm(&mut response);
    Ok(response)
}

/// Reads and judges. The body's room is free again when this returns: waiting for the disk does not need it.
async fn read(
    tracking: &Tracking,
    route: Route,
    sender: &Sender,
    headers: &HeaderMap,
    body: Body,
) -> Result<JudgedCall, Refusal> {
    let body = tracking.bodies.read(body).await;
    let encoding = headers.get(CONTENT_ENCODING).and_then(|value| value.to_str().ok());
    let (bytes, inflated) = match &body {
        Ok(held) => (&held.bytes, inflate(&held.bytes, encoding, BATCH_BYTES_MAX)),
        Err(BodyError::TooLarge(beginning)) => (beginning, Err(DiscardReason::BatchTooLarge)),
        Err(BodyError::Incomplete) => return Err(Refusal::BodyIncomplete),
        Err(BodyError::TooSlow) => return Err(Refusal::BodyTooSlow),
        Err(BodyError::NoRoom) => {
            tracking.tally(TallyKind::Unavailable, sender.key.as_deref());
            return Err(Refusal::Busy);
        }
    };
    let decoded = match &inflated {
        Ok(inflated) => decode(route, inflated),
        Err(reason) => Decoded::unreadable(bytes, *reason, None),
    };
    judged(tracking, route, sender, &decoded).await
}

/// Answers a request that came too soon. Its body is not judged, so it counts as one event; whose, only the head can say.
pub async fn over_rate(tracking: &Tracking, sender: &Sender, seconds: u32) -> Refusal {
    let Some(key) = sender.key.as_deref() else {
        tracking.tally(TallyKind::Unavailable, None);
        return Refusal::RateLimited(seconds);
    };
    if let Ok(rules) = tracking.rules_of(Some(key)).await {
        let event = refused(rules.source, sender.arrival((tracking.now)()), DiscardReason::RateLimited, b"");
        // What is not counted here is tallied by both.
        if let Ok(batch) = tracking.pack(Some(key), &[event]) {
            let _ = tracking.submit(Some(key), Arc::clone(&rules.key_id), batch).await;
        }
    }
    Refusal::RateLimited(seconds)
}

/// Judges what was read under its source's rules, and packs it.
///
/// # Errors
/// The source cannot be told, or there is no room for its events.
pub async fn judged(
    tracking: &Tracking,
    route: Route,
    sender: &Sender,
    decoded: &Decoded<'_>,
) -> Result<JudgedCall, Refusal> {
    let key = sender.key.clone().or_else(|| decoded.write_key.as_deref().and_then(usable));
    let rules = tracking.rules_of(key.as_deref()).await.map_err(|refusal| match (refusal, decoded.refused) {
        // Nobody can be told from a body that cannot be read: then that is the more useful thing to say.
        (Refusal::WriteKeyMissing, Some(reason)) if is_error(reason) => Refusal::Unreadable(reason),
        (refusal, _) => refusal,
    })?;
    let events = judge(&decoded.drafts, &rules, sender.arrival((tracking.now)()));
    let refused = refused_request(route, decoded.refused, &events);
    let receipts = (sender.wish != ReceiptWish::None).then(|| receipt::of_judged(&events, decoded.refused));
    let batch = tracking.pack(key.as_deref(), &events)?;
    Ok(JudgedCall { key, key_id: Arc::clone(&rules.key_id), source: rules.source, batch, refused, receipts })
}

/// Has the events stored; gives back the receipts, if the sender asked.
///
/// # Errors
/// None of the events is stored.
pub async fn keep(tracking: &Tracking, call: JudgedCall) -> Result<Option<Vec<Receipt>>, Refusal> {
    let outcomes = tracking.submit(call.key.as_deref(), call.key_id, call.batch).await?;
    Ok(match call.receipts {
        Some(receipts) => Some(receipt::with_outcomes(tracking, call.source, receipts, &outcomes).await),
        None => None,
    })
}

/// Segment answers 200 to whatever it could read, refused events included, and 400 to bad JSON and to what is too large.
fn refused_request(route: Route, refused: Option<DiscardReason>, events: &[JudgedEvent<'_>]) -> Option<DiscardReason> {
    let too_large = Verdict::Discarded(DiscardReason::PayloadTooLarge);
    let is_large_call = matches!(route, Route::Single(_)) && events.iter().any(|event| event.verdict == too_large);
    refused.filter(|reason| is_error(*reason)).or(is_large_call.then_some(DiscardReason::PayloadTooLarge))
}

/// Whether a request that was refused as a whole is answered with 400.
fn is_error(reason: DiscardReason) -> bool {
    matches!(reason, DiscardReason::InvalidJson | DiscardReason::BatchTooLarge)
}
