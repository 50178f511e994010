//! What became of an event. Judged once, kept for ever.

use crate::discard::DiscardReason;
use crate::step::Step;
use serde::{Deserialize, Serialize};

/// The judgement on one event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
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
