//! The four steps of the Source Overview (facts: Segment's Source Overview page has the same four).

use serde::{Deserialize, Serialize};

/// A step of the pipeline that every event passes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// Everything the source sent, refused events included.
    #[default]
    Received,
    /// Broke a rule of the Tracking API.
    FailedOnIngest,
    /// Dropped by the source's own schema controls or Tracking Plan.
    FilteredAtSource,
    /// Flows on to destinations.
    Eligible,
}

impl Step {
    /// All steps, in the order of the page.
    pub const ALL: [Self; 4] = [Self::Received, Self::FailedOnIngest, Self::FilteredAtSource, Self::Eligible];

    /// The short word used in URLs and in `data-step`.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::FailedOnIngest => "failed",
            Self::FilteredAtSource => "filtered",
            Self::Eligible => "eligible",
        }
    }

    /// The step with that URL word.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.slug() == slug)
    }

    /// The name in exports and on the command line.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::FailedOnIngest => "failed_on_ingest",
            Self::FilteredAtSource => "filtered_at_source",
            Self::Eligible => "eligible",
        }
    }

    /// As shown on a card.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Received => "Events successfully received",
            Self::FailedOnIngest => "Failed on ingest",
            Self::FilteredAtSource => "Filtered at source",
            Self::Eligible => "Eligible events",
        }
    }

    /// One sentence that says what is counted here.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Received => "Everything this source sent to Headwater, counted before validation and filtering.",
            Self::FailedOnIngest => "Events that broke a rule of the Tracking API. They went no further.",
            Self::FilteredAtSource => "Events dropped by your schema controls, Tracking Plan or common JSON schema.",
            Self::Eligible => "Events that flow on to your destinations.",
        }
    }

    /// Whether events end here, each with a reason.
    #[must_use]
    pub fn is_discard(self) -> bool {
        match self {
            Self::FailedOnIngest | Self::FilteredAtSource => true,
            Self::Received | Self::Eligible => false,
        }
    }
}
