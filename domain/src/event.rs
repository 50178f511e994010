//! An event: one call of the Segment spec. What it must hold is in `validation`; what became of it is in `verdict`.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Largest event, in bytes of its JSON. Segment's limit (HTTP API, "Max request size").
pub const EVENT_BYTES_MAX: usize = 32 * 1024;
/// Largest batch request, in bytes of its inflated JSON. Segment's limit.
pub const BATCH_BYTES_MAX: usize = 500 * 1024;
/// Most events in one batch. Segment's limit.
pub const BATCH_EVENTS_MAX: usize = 2_500;
/// Longest messageId, in characters. Segment's limit.
pub const MESSAGE_ID_CHARS_MAX: usize = 100;
/// Longest event name, in characters: it is a key of the rollups and a row of a table.
pub const EVENT_NAME_CHARS_MAX: usize = 200;
/// Longest app version that is kept as a rollup key, in characters; longer ones are cut there (the payload stays whole).
pub const APP_VERSION_CHARS_MAX: usize = 64;

/// Deepest nesting of objects and lists in an event; the event itself is level 1. Our own limit: Segment documents none.
pub const EVENT_DEPTH_MAX: usize = 64;
/// Most keys in an event, counted in all its levels. Our own limit: Segment's 10,000 do not fit into 32 KB.
pub const EVENT_KEYS_MAX: usize = 2_000;
/// Most bytes that a batch's events may hold once its `context` and `integrations` are merged into each: 500 KB on the
/// wire could otherwise become gigabytes.
pub const MERGED_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Longest library name and longest library version that are kept beside an event, in characters.
pub const LIBRARY_CHARS_MAX: usize = 64;
/// The event that carries a person's choice of consent; it has rules of its own (Segment's ingest error list).
pub const CONSENT_EVENT: &str = "Segment Consent Preference Updated";

/// The library that sent an event: `context.library`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Library<'a> {
    /// `context.library.name`
    pub name: Cow<'a, str>,
    /// `context.library.version`
    pub version: Option<Cow<'a, str>>,
}

impl Library<'_> {
    /// The same, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> Library<'static> {
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        Library { name: owned(self.name), version: self.version.map(owned) }
    }

    /// Name and version as one text: what events are counted under.
    #[must_use]
    pub fn label(&self) -> String {
        match &self.version {
            Some(version) => format!("{} {version}", self.name),
            None => self.name.to_string(),
        }
    }
}

/// The six calls of the Segment spec.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EventType {
    /// Somebody did something.
    Track,
    /// Who somebody is.
    Identify,
    /// A web page was seen.
    Page,
    /// A screen of an app was seen.
    Screen,
    /// Somebody belongs to an account.
    Group,
    /// Two ids are the same person.
    Alias,
}

impl EventType {
    /// All types, in the order of the spec's page.
    pub const ALL: [Self; 6] = [Self::Track, Self::Identify, Self::Page, Self::Screen, Self::Group, Self::Alias];

    /// The stored and sent name.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Track => "track",
            Self::Identify => "identify",
            Self::Page => "page",
            Self::Screen => "screen",
            Self::Group => "group",
            Self::Alias => "alias",
        }
    }

    /// The type of that name.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|event_type| event_type.code() == code)
    }

    /// As shown on a page.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Track => "Track",
            Self::Identify => "Identify",
            Self::Page => "Page",
            Self::Screen => "Screen",
            Self::Group => "Group",
            Self::Alias => "Alias",
        }
    }
}
