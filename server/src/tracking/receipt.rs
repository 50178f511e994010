//! Receipts: what became of each event of a request, for senders that ask (`?receipt=1`, or `Prefer:
//! return=representation`). Nobody else pays for them.

use super::Tracking;
use crate::event_report::FaultReport;
use crate::iso::iso;
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::Response;
use domain::discard::DiscardReason;
use domain::source::SourceNumber;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Serialize;
use std::time::Duration;
use store::event::{CommitOutcome, JudgedEvent};
use tokio::time::timeout;

/// Most duplicates of one answer whose first events are looked up: each is a read of the database.
const FIRSTS_MAX: usize = 100;
/// How long looking them up may take in all.
const FIRSTS_DEADLINE: Duration = Duration::from_secs(2);
const PREFER: HeaderName = HeaderName::from_static("prefer");
const PREFERENCE_APPLIED: HeaderName = HeaderName::from_static("preference-applied");
const REPRESENTATION: &str = "return=representation";

/// Whether and how a sender asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReceiptWish {
    /// It did not.
    None,
    /// `?receipt=1`
    Query,
    /// `Prefer: return=representation` (RFC 7240).
    Prefer,
}

impl ReceiptWish {
    /// What a request's head says.
    #[must_use]
    pub fn of(headers: &HeaderMap, query: Option<&str>) -> Self {
        let preferences = headers.get_all(PREFER).iter().filter_map(|value| value.to_str().ok());
        let mut preferences = preferences.flat_map(|value| value.split([',', ';']));
        if preferences.any(|preference| preference.trim().eq_ignore_ascii_case(REPRESENTATION)) {
            return Self::Prefer;
        }
        let asks = |query: &str| query.split('&').any(|pair| pair == "receipt=1");
        if query.is_some_and(asks) { Self::Query } else { Self::None }
    }

    /// Says that the preference was followed.
    pub fn confirm(self, response: &mut Response) {
        if self == Self::Prefer {
            response.headers_mut().insert(PREFERENCE_APPLIED, HeaderValue::from_static(REPRESENTATION));
        }
    }
}

/// What became of one event.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Receipt {
    message_id: Box<str>,
    /// Its place in the request; none for a request that was refused as a whole.
    #[serde(skip_serializing_if = "Option::is_none")]
    index: Option<usize>,
    /// The step at which it ended, or `duplicate`.
    status: &'static str,
    #[serde(flatten)]
    fault: Option<FaultReport<'static>>,
    /// The event that came first under this messageId.
    #[serde(skip_serializing_if = "Option::is_none")]
    first: Option<First>,
}

#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct First {
    #[serde(skip_serializing_if = "Option::is_none")]
    received_at: Option<String>,
    url: String,
}

/// Receipts of events that are about to be committed.
#[must_use]
pub fn of_judged(events: &[JudgedEvent<'_>], refused: Option<DiscardReason>) -> Vec<Receipt> {
    let place = |index: usize| refused.is_none().then_some(index);
    events.iter().enumerate().map(|(index, event)| of_event(event, place(index))).collect()
}

fn of_event(event: &JudgedEvent<'_>, index: Option<usize>) -> Receipt {
    let fault = FaultReport::of(event.verdict, event.pointer.to_string());
    Receipt { message_id: (*event.message_id).into(), index, status: event.verdict.step().code(), fault, first: None }
}

/// Adds what the commit said: duplicates get a link to the event that came first.
pub async fn with_outcomes(
    tracking: &Tracking,
    source: SourceNumber,
    mut receipts: Vec<Receipt>,
    outcomes: &[CommitOutcome],
) -> Vec<Receipt> {
    for (receipt, _) in receipts.iter_mut().zip(outcomes).filter(|(_, outcome)| **outcome == CommitOutcome::Duplicate) {
        receipt.status = "duplicate";
        receipt.fault = None;
        receipt.first = Some(First { received_at: None, url: url_of(&receipt.message_id) });
    }
    // The events are stored, so the answer does not wait for long for what only adorns it.
    let _ = timeout(FIRSTS_DEADLINE, add_times_of_firsts(tracking, source, &mut receipts)).await;
    receipts
}

async fn add_times_of_firsts(tracking: &Tracking, source: SourceNumber, receipts: &mut [Receipt]) {
    let firsts = receipts.iter_mut().filter_map(|receipt| Some((&receipt.message_id, receipt.first.as_mut()?)));
    for (message_id, first) in firsts.take(FIRSTS_MAX) {
        if let Ok(Some(event)) = tracking.lookups.find(source, message_id).await {
            first.received_at = Some(iso(event.received_at));
        }
    }
}

fn url_of(message_id: &str) -> String {
    format!("/v1/receipts/{}", utf8_percent_encode(message_id, NON_ALPHANUMERIC))
}

#[cfg(test)]
mod tests {
    use super::{HeaderMap, PREFER, ReceiptWish, url_of};

    #[test]
    fn receipts_are_asked_for_in_two_ways() {
        let wish = |prefer: &str, query: Option<&str>| {
            ReceiptWish::of(&HeaderMap::from_iter([(PREFER, prefer.parse().expect("a value"))]), query)
        };
        assert_eq!(wish("", None), ReceiptWish::None);
        assert_eq!(wish("return=minimal", Some("receipt=0&x=1")), ReceiptWish::None);
        assert_eq!(wish("respond-async, return=representation; x=1", None), ReceiptWish::Prefer);
        assert_eq!(wish("", Some("writeKey=k&receipt=1")), ReceiptWish::Query);
        assert_eq!(url_of("a/b c-1"), "/v1/receipts/a%2Fb%20c%2D1");
    }
}
