//! A stored event as JSON: in `GET /v1/receipts/…` and `headwater events --json`; what was wrong with it, in receipts, too.

use crate::iso::iso;
use domain::event::EventType;
use domain::verdict::Verdict;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::net::IpAddr;
use store::event::StoredEvent;

/// What became of an event, and the event.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct EventReport<'a> {
    message_id: &'a str,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    event_type: Option<&'static str>,
    /// The step at which it ended.
    status: &'static str,
    #[serde(flatten)]
    fault: Option<FaultReport<'a>>,
    received_at: String,
    /// When it happened, the sender's clock corrected.
    timestamp: String,
    /// As it was sent.
    #[serde(skip_serializing_if = "Option::is_none")]
    original_timestamp: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    library: Option<LibraryReport<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    ip: Option<IpAddr>,
    event: &'a RawValue,
}

/// Why an event was stopped.
#[derive(Clone, Debug, Serialize)]
pub struct FaultReport<'a> {
    code: &'static str,
    title: &'static str,
    explanation: &'static str,
    remedy: &'static str,
    pointer: Cow<'a, str>,
}

#[derive(Serialize)]
struct LibraryReport<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<&'a str>,
}

/// The times that a payload may carry.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct SentTimes<'a> {
    #[serde(borrow)]
    timestamp: Option<&'a RawValue>,
    #[serde(borrow)]
    original_timestamp: Option<&'a RawValue>,
}

impl<'a> EventReport<'a> {
    /// Of one event.
    #[must_use]
    pub fn of(event: &'a StoredEvent) -> Self {
        // The beginning of an unreadable body is kept as a JSON string, which has no fields.
        let times: SentTimes<'a> = serde_json::from_str(&event.line).unwrap_or_default();
        let library = event.library.as_ref();
        Self {
            message_id: &event.message_id,
            event_type: event.event_type.map(EventType::code),
            status: event.verdict.step().code(),
            fault: FaultReport::of(event.verdict, &*event.pointer),
            received_at: iso(event.received_at),
            timestamp: iso(event.occurred_at),
            original_timestamp: times.timestamp.or(times.original_timestamp),
            library: library.map(|library| LibraryReport { name: &library.name, version: library.version.as_deref() }),
            ip: event.ip,
            event: serde_json::from_str(&event.line).unwrap_or(RawValue::NULL),
        }
    }
}

impl<'a> FaultReport<'a> {
    /// Of a verdict; `None` if nothing was wrong.
    #[must_use]
    pub fn of(verdict: Verdict, pointer: impl Into<Cow<'a, str>>) -> Option<Self> {
        match verdict {
            Verdict::Eligible => None,
            Verdict::Discarded(reason) => Some(Self {
                code: reason.code(),
                title: reason.title(),
                explanation: reason.explanation(),
                remedy: reason.remedy(),
                pointer: pointer.into(),
            }),
        }
    }
}
