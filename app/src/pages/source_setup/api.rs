//! What the setup page asks for: how events are sent to this source, and, by itself and again with every event, the newest
//! one.

use crate::error::AppError;
use crate::library::LibrarySample;
use crate::pages::source_overview::api::SourceHead;
use crate::pages::source_overview::samples::api::Part;
use crate::ui::moment::Moment;
use crate::wire::Wire;
use domain::check::Check;
use domain::verdict::Verdict;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

/// How events are sent to a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetupPage {
    /// Which source, and how it is doing.
    pub head: SourceHead,
    /// Whether this server was reached over TLS.
    pub is_https: bool,
    /// The slug of the library that is shown.
    pub library: String,
    /// Its lines.
    pub sample: LibrarySample,
    /// All libraries, the one of the source's kind first.
    pub libraries: Vec<LibraryLink>,
    /// What became of the test event that the address names; none where it names none.
    pub test: Option<TestEvent>,
}

/// A library that can be shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LibraryLink {
    /// In the address.
    pub slug: String,
    /// What it is called.
    pub name: String,
}

/// What became of a test event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum TestEvent {
    /// It is not kept: older than events are, or none of ours.
    Unknown,
    /// It was kept.
    Kept {
        /// Its messageId.
        message_id: String,
        /// How large it was, in bytes.
        bytes: u64,
        /// When it arrived.
        arrived: Moment,
        /// What became of it.
        verdict: Verdict,
    },
}

/// How one check of a test event ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckOutcome {
    /// It let the event through.
    Passed,
    /// It stopped the event.
    Refused,
    /// The event had been stopped before.
    NotReached,
}

/// How that check ended for an event with that verdict: the first refusal ends the way.
#[must_use]
pub fn outcome(check: Check, verdict: Verdict) -> CheckOutcome {
    let place = |check: Check| Check::ALL.iter().position(|other| *other == check);
    match verdict {
        Verdict::Eligible => CheckOutcome::Passed,
        Verdict::Discarded(reason) if reason.check() == check => CheckOutcome::Refused,
        Verdict::Discarded(reason) if place(check) < place(reason.check()) => CheckOutcome::Passed,
        Verdict::Discarded(_) => CheckOutcome::NotReached,
    }
}

/// What is heard of a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heard {
    /// Whether its events are taken.
    pub is_enabled: bool,
    /// Its newest event.
    pub newest: Option<NewestEvent>,
    /// In how many milliseconds it is late that there was none; 0 or less if it is.
    pub late_in_ms: i64,
}

/// The newest event of a source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewestEvent {
    /// `track`; empty where there was no such call.
    pub call: String,
    /// The name of a track, page or screen call.
    pub name: Option<String>,
    /// When it arrived.
    pub arrived: Moment,
    /// `analytics.js 2.11.1`
    pub library: Option<String>,
    /// What became of it.
    pub verdict: Verdict,
    /// The payload in lines, the offending one marked.
    pub parts: Vec<Part>,
}

/// What a test event could not be sent for. The server provides it to the page when a form was not taken.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestFailure {
    /// The HTTP status; 0 where nothing failed.
    pub status: u16,
    /// What to tell the person.
    pub sentence: String,
}

/// Reads how events are sent.
#[server(prefix = "/_app", endpoint = "source_setup", input = GetUrl, output = Wire)]
pub async fn source_setup(
    #[doc = "The source's slug."] slug: String,
    #[doc = "The wanted library; empty for the one of the source's kind."]
    #[server(default)]
    library: String,
    #[doc = "The messageId of a test event; empty for none."]
    #[server(default)]
    test: String,
) -> Result<SetupPage, AppError> {
    super::read::page(&slug, &library, &test).await
}

/// Reads the newest event.
#[server(prefix = "/_app", endpoint = "source_heard", input = GetUrl, output = Wire)]
pub async fn source_heard(#[doc = "The source's slug."] slug: String) -> Result<Heard, AppError> {
    super::read::heard(&slug).await
}

#[cfg(test)]
mod tests {
    use super::{Check, CheckOutcome, Verdict, outcome};
    use domain::discard::DiscardReason;

    #[test]
    fn the_first_refusal_ends_the_way() {
        let outcomes = |verdict| Check::ALL.map(|check| outcome(check, verdict));
        use CheckOutcome::{NotReached, Passed, Refused};
        assert_eq!(outcomes(Verdict::Eligible), [Passed; 4]);
        for (reason, expected) in [
            (DiscardReason::InvalidJson, [Refused, NotReached, NotReached, NotReached]),
            (DiscardReason::SourceDisabled, [Passed, Refused, NotReached, NotReached]),
            (DiscardReason::EventNotDefined, [Passed, Passed, Refused, NotReached]),
            (DiscardReason::EventSetting, [Passed, Passed, Passed, Refused]),
        ] {
            assert_eq!(outcomes(Verdict::Discarded(reason)), expected, "{reason:?}");
        }
    }
}
