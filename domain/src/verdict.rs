//! What became of an event. Judged once, kept for ever.

use crate::discard::DiscardReason;
use crate::step::Step;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A broken rule: the reason, and where in the event it lies.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Why the event is stopped.
    pub reason: DiscardReason,
    /// JSON pointer (RFC 6901) of the offending field, or of the place where a missing one belongs; empty for the whole
    /// event or request.
    pub pointer: Cow<'static, str>,
}

impl Fault {
    /// A fault at a fixed place.
    #[must_use]
    pub fn at(reason: DiscardReason, pointer: &'static str) -> Self {
        Self { reason, pointer: Cow::Borrowed(pointer) }
    }

    /// A fault of the whole event or request.
    #[must_use]
    pub fn whole(reason: DiscardReason) -> Self {
        Self::at(reason, "")
    }
}

/// A key as one step of a JSON pointer, with its leading slash.
#[must_use]
pub fn pointer_step(key: &str) -> String {
    format!("/{}", key.replace('~', "~0").replace('/', "~1"))
}

/// The judgement on one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Verdict {
    /// Flows on to destinations.
    Eligible,
    /// Stopped, and why.
    Discarded(DiscardReason),
}

impl Verdict {
    /// What is stored: a reason's code, or the empty text for an eligible event.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Eligible => "",
            Self::Discarded(reason) => reason.code(),
        }
    }

    /// The verdict with that code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        if code.is_empty() { Some(Self::Eligible) } else { DiscardReason::from_code(code).map(Self::Discarded) }
    }

    /// Where the event ended.
    #[must_use]
    pub fn step(self) -> Step {
        match self {
            Self::Eligible => Step::Eligible,
            Self::Discarded(reason) => reason.step(),
        }
    }
}
