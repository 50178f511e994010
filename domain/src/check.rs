//! What is looked at on an event's way to its verdict, in order. The first check that refuses ends the way.

use crate::discard::DiscardReason;
use serde::{Deserialize, Serialize};

/// One look at an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Check {
    /// It can be read as an event.
    Readable,
    /// Its source takes events.
    SourceEnabled,
    /// It keeps the rules of the Tracking API.
    TrackingApi,
    /// Its source's schema lets it through.
    SchemaControls,
}

impl Check {
    /// All checks, in their order.
    pub const ALL: [Self; 4] = [Self::Readable, Self::SourceEnabled, Self::TrackingApi, Self::SchemaControls];

    /// What an event that passes is.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Readable => "Readable as an event",
            Self::SourceEnabled => "Source enabled",
            Self::TrackingApi => "Rules of the Tracking API kept",
            Self::SchemaControls => "Allowed by the source’s schema",
        }
    }

    /// What is looked at.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::Readable => "The body is JSON, within its limits, and holds the event.",
            Self::SourceEnabled => "Events of a disabled source fail.",
            Self::TrackingApi => "The required fields are there, and every field is of its type.",
            Self::SchemaControls => "No rule of this source blocks the event.",
        }
    }
}

impl DiscardReason {
    /// The check that refuses for this reason.
    #[must_use]
    pub fn check(self) -> Check {
        match self {
            Self::RateLimited
            | Self::InvalidJson
            | Self::BatchTooLarge
            | Self::BatchTooManyEvents
            | Self::EmptyBatch
            | Self::EmptyBatchResult
            | Self::MultiUserError => Check::Readable,
            Self::SourceDisabled => Check::SourceEnabled,
            Self::PayloadTooLarge
            | Self::NestingTooDeep
            | Self::TooManyProperties
            | Self::UnknownType
            | Self::MessageIdTooLong
            | Self::NameTooLong
            | Self::NoUserAnonId
            | Self::IdRequired
            | Self::IdNotString
            | Self::EventNotDefined
            | Self::EventNotString
            | Self::NameNotString
            | Self::CategoryNotString
            | Self::PropertiesNotObject
            | Self::TraitsNotObject
            | Self::TimestampInvalid
            | Self::AdvertisingIdNotString
            | Self::ConsentPreferencesMissing
            | Self::ConsentPreferencesNotObject
            | Self::ConsentPreferenceNotBoolean
            | Self::ConsentVersionNotNumber => Check::TrackingApi,
            Self::EventSetting => Check::SchemaControls,
        }
    }
}
