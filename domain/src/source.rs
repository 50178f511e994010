//! A source: one website, app or server that sends events, under a write key of its own.

use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};

/// Longest source name, in characters: it must fit a page's head.
pub const SOURCE_NAME_CHARS_MAX: usize = 64;
/// Longest slug, in characters.
pub const SOURCE_SLUG_CHARS_MAX: usize = 64;

/// The number under which events and rollups know their source: small, so that millions of rows stay small.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourceNumber(pub i64);

/// A source as its settings say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// UUID v7.
    pub id: String,
    /// Key of events and rollups.
    pub number: SourceNumber,
    /// Shown to people.
    pub name: String,
    /// Shown in URLs: lower case, digits, hyphens; unique.
    pub slug: String,
    /// Slug of the catalog entry, e.g. `javascript`; fixed at creation.
    pub kind: String,
    /// Whether events are taken; a disabled source's events fail with `source_disabled`.
    pub enabled: bool,
    /// When it was created.
    pub created_at: Timestamp,
}

/// A source as a row of the sources list: its last 24 hours beside it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceSummary {
    /// The source.
    pub source: Source,
    /// When its last event arrived, refused ones included.
    pub last_event_at: Option<Timestamp>,
    /// Received per hour over the last 24 hours, oldest first, the hour in progress last.
    pub trend: Vec<u64>,
    /// Received over those 24 hours.
    pub received: u64,
    /// Of those, failed on ingest.
    pub failed: u64,
}

/// What somebody typed into the name field, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceName(String);

/// Why a name can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SourceNameError {
    /// Nothing but white space.
    Empty,
    /// Over [`SOURCE_NAME_CHARS_MAX`] characters.
    TooLong,
    /// No letter or digit to make a slug from, or a control character.
    Unusable,
}

impl SourceNameError {
    /// What to tell the person.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Empty => "Give the source a name.",
            Self::TooLong => "Use at most 64 characters.",
            Self::Unusable => "Use at least one letter or digit, and no control characters.",
        }
    }
}

impl SourceName {
    /// Trims and checks a name.
    ///
    /// # Errors
    /// Why it can't be used.
    pub fn parse(text: &str) -> Result<Self, SourceNameError> {
        let name = text.trim();
        if name.is_empty() {
            Err(SourceNameError::Empty)
        } else if name.chars().count() > SOURCE_NAME_CHARS_MAX {
            Err(SourceNameError::TooLong)
        } else if name.chars().any(char::is_control) || slugify(name).is_empty() {
            Err(SourceNameError::Unusable)
        } else {
            Ok(Self(name.to_owned()))
        }
    }

    /// The name as typed, trimmed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The `attempt`th slug to try for this name, from 1: `shop`, `shop-2`, `shop-3`.
    #[must_use]
    pub fn slug(&self, attempt: u32) -> String {
        let slug = slugify(&self.0);
        if attempt <= 1 { slug } else { format!("{slug}-{attempt}") }
    }
}

/// Lower-case ASCII letters and digits with single hyphens between; what has no ASCII form is left out, and a name
/// without any (Cyrillic, say) keeps its letters.
fn slugify(name: &str) -> String {
    let keep = |c: char| {
        if name.chars().any(|c| c.is_ascii_alphanumeric()) { c.is_ascii_alphanumeric() } else { c.is_alphanumeric() }
    };
    let mut slug = String::new();
    for c in name.chars().flat_map(char::to_lowercase) {
        if keep(c) {
            slug.push(c);
        } else if !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
    }
    let slug: String = slug.chars().take(SOURCE_SLUG_CHARS_MAX - 8).collect();
    slug.trim_end_matches('-').to_owned()
}

#[cfg(test)]
mod tests {
    use super::{SourceName, SourceNameError};

    #[test]
    fn names_become_slugs() {
        let cases = [
            ("Storefront web", "storefront-web"),
            ("  iOS / Android  ", "ios-android"),
            ("A--B", "a-b"),
            ("Überblick 2", "berblick-2"),
            ("Магазин", "магазин"),
        ];
        for (name, slug) in cases {
            let name = SourceName::parse(name).expect("a usable name");
            assert_eq!(name.slug(1), slug);
            assert_eq!(name.slug(3), format!("{slug}-3"));
        }
    }

    #[test]
    fn unusable_names_say_why() {
        let long = "x".repeat(65);
        for (name, error) in [
            ("", SourceNameError::Empty),
            (" \t ", SourceNameError::Empty),
            (long.as_str(), SourceNameError::TooLong),
            ("!!!", SourceNameError::Unusable),
            ("a\u{0}b", SourceNameError::Unusable),
        ] {
            assert_eq!(SourceName::parse(name), Err(error), "{name:?}");
        }
    }
}
