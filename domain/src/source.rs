//! A source: one website, app or server that sends events, under a write key of its own.

use crate::clock::{DAY_MS, Timestamp};
use crate::label::Labels;
use serde::{Deserialize, Serialize};

/// Longest source name, in characters: it must fit a page's head, on a few lines if need be.
pub const SOURCE_NAME_CHARS_MAX: usize = 200;
/// Longest slug, in characters.
pub const SOURCE_SLUG_CHARS_MAX: usize = 64;

/// Longest description, in characters.
pub const SOURCE_DESCRIPTION_CHARS_MAX: usize = 500;
/// Longest website, in characters.
pub const SOURCE_WEBSITE_CHARS_MAX: usize = 256;
/// How long a deleted source can be restored; then it goes with all its events and counts.
pub const DELETED_KEEP_MS: i64 = 7 * DAY_MS;
/// How many of a source's former slugs still lead to it, the latest ones.
pub const FORMER_SLUGS_MAX: i64 = 10;
/// Slugs that are pages.
const RESERVED_SLUGS: [&str; 1] = ["new"];

/// The number under which events and rollups know their source: small, so that millions of rows stay small.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SourceNumber(pub i64);

/// A source as its settings say. Two sources may have the same name: people know them by labels and addresses, too.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// UUID v7.
    pub id: String,
    /// Key of events and rollups.
    pub number: SourceNumber,
    /// Shown to people.
    pub name: String,
    /// Shown in URLs; unique, see [`SourceSlug`].
    pub slug: String,
    /// Slug of the catalog entry, e.g. `javascript`; fixed at creation.
    pub kind: String,
    /// Whether events are taken; a disabled source's events fail with `source_disabled`.
    pub enabled: bool,
    /// When it was created.
    pub created_at: Timestamp,
    /// What it is for; may be empty.
    pub description: String,
    /// Where its visitors go; empty for none, see [`Website`].
    pub website: String,
    /// What it belongs to.
    pub labels: Labels,
    /// Goes up with every change of name, slug, description, website and labels.
    pub version: i64,
    /// When it was deleted; it can be restored for [`DELETED_KEEP_MS`].
    pub deleted_at: Option<Timestamp>,
}

impl Source {
    /// When nothing of it will be left, if it was deleted.
    #[must_use]
    pub fn purge_at(&self) -> Option<Timestamp> {
        self.deleted_at.map(|at| at.plus_ms(DELETED_KEEP_MS))
    }
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
            Self::TooLong => "Use at most 200 characters.",
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

    /// The slug to propose for this name.
    #[must_use]
    pub fn slug(&self) -> SourceSlug {
        let slug = slugify(&self.0);
        SourceSlug(if RESERVED_SLUGS.contains(&slug.as_str()) { format!("{slug}-source") } else { slug })
    }
}

/// How a source stands in addresses: lower-case letters, digits, single hyphens between them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceSlug(String);

/// Why a slug can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SourceSlugError {
    /// Nothing but white space.
    Empty,
    /// Over [`SOURCE_SLUG_CHARS_MAX`] characters.
    TooLong,
    /// Something else than lower-case letters, digits and single hyphens between them.
    Characters,
    /// A page has this address.
    Reserved,
}

impl SourceSlugError {
    /// What to tell the person.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Empty => "Give the source a slug.",
            Self::TooLong => "Use at most 64 characters.",
            Self::Characters => "Use lower-case letters and digits, with single hyphens between them.",
            Self::Reserved => "A page has this address. Choose another slug.",
        }
    }
}

impl SourceSlug {
    /// Trims and checks a slug. Letters and digits of any script.
    ///
    /// # Errors
    /// Why it can't be used.
    pub fn parse(text: &str) -> Result<Self, SourceSlugError> {
        let slug = text.trim();
        let is_kept = |c: char| c == '-' || (c.is_alphanumeric() && c.to_lowercase().eq([c]));
        if slug.is_empty() {
            Err(SourceSlugError::Empty)
        } else if slug.chars().count() > SOURCE_SLUG_CHARS_MAX {
            Err(SourceSlugError::TooLong)
        } else if !slug.chars().all(is_kept) || slug.starts_with('-') || slug.ends_with('-') || slug.contains("--") {
            Err(SourceSlugError::Characters)
        } else if RESERVED_SLUGS.contains(&slug) {
            Err(SourceSlugError::Reserved)
        } else {
            Ok(Self(slug.to_owned()))
        }
    }

    /// As it stands in addresses.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The `attempt`th slug to try where this one is wanted, from 1: `shop`, `shop-2`, `shop-3`.
    #[must_use]
    pub fn attempt(&self, attempt: u32) -> Self {
        if attempt <= 1 {
            return self.clone();
        }
        let end = format!("-{attempt}");
        let kept: String = self.0.chars().take(SOURCE_SLUG_CHARS_MAX - end.len()).collect();
        Self(format!("{}{end}", kept.trim_end_matches('-')))
    }
}

/// A website's address, checked; empty for none.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Website(String);

/// Why an address can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum WebsiteError {
    /// Over [`SOURCE_WEBSITE_CHARS_MAX`] characters.
    TooLong,
    /// Not an address on the web.
    Unusable,
}

impl WebsiteError {
    /// What to tell the person.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::TooLong => "Use at most 256 characters.",
            Self::Unusable => "Write the address as in https://shop.example, without spaces.",
        }
    }
}

impl Website {
    /// Trims and checks an address; where it has no scheme it gets `https://`.
    ///
    /// # Errors
    /// Why it can't be used.
    pub fn parse(text: &str) -> Result<Self, WebsiteError> {
        let text = text.trim();
        if text.is_empty() {
            return Ok(Self::default());
        }
        let address = if text.contains("://") { text.to_owned() } else { format!("https://{text}") };
        let rest = ["https://", "http://"].iter().find_map(|scheme| address.strip_prefix(scheme));
        let rest = rest.ok_or(WebsiteError::Unusable)?;
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if address.chars().count() > SOURCE_WEBSITE_CHARS_MAX {
            Err(WebsiteError::TooLong)
        } else if !is_host(host) || rest.chars().any(|c| c.is_whitespace() || c.is_control()) {
            Err(WebsiteError::Unusable)
        } else {
            Ok(Self(address))
        }
    }

    /// With its scheme; empty for none.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Letters and digits with dots and hyphens between, and perhaps a port.
fn is_host(host: &str) -> bool {
    let (name, port) = host.split_once(':').unwrap_or((host, "443"));
    let is_edge = |c: char| c.is_alphanumeric();
    name.starts_with(is_edge)
        && name.ends_with(is_edge)
        && name.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'))
        && port.parse::<u16>().is_ok_and(|port| port > 0)
}

/// What a source is for, checked; may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Description(String);

/// Why a description can't be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum DescriptionError {
    /// Over [`SOURCE_DESCRIPTION_CHARS_MAX`] characters.
    TooLong,
    /// A control character.
    Unusable,
}

impl DescriptionError {
    /// What to tell the person.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::TooLong => "Use at most 500 characters.",
            Self::Unusable => "Use no control characters.",
        }
    }
}

impl Description {
    /// Trims and checks a description. It may have several lines.
    ///
    /// # Errors
    /// Why it can't be used.
    pub fn parse(text: &str) -> Result<Self, DescriptionError> {
        // Forms send lines with both.
        let text = text.trim().replace("\r\n", "\n");
        if text.chars().count() > SOURCE_DESCRIPTION_CHARS_MAX {
            Err(DescriptionError::TooLong)
        } else if text.chars().any(|c| c.is_control() && c != '\n') {
            Err(DescriptionError::Unusable)
        } else {
            Ok(Self(text))
        }
    }

    /// As typed, trimmed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
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
    use super::{
        Description, DescriptionError, SOURCE_NAME_CHARS_MAX, SOURCE_SLUG_CHARS_MAX, SourceName, SourceNameError,
        SourceSlug, SourceSlugError, Website, WebsiteError,
    };

    #[test]
    fn names_become_slugs() {
        let cases = [
            ("Storefront web", "storefront-web"),
            ("  iOS / Android  ", "ios-android"),
            ("A--B", "a-b"),
            ("Überblick 2", "berblick-2"),
            ("Магазин", "магазин"),
            ("متجر 2 🚀", "2"),
            ("متجر", "متجر"),
            ("🚀 Shop'; drop table sources; --", "shop-drop-table-sources"),
            ("<b>Shop</b>", "b-shop-b"),
            ("New", "new-source"),
        ];
        for (name, slug) in cases {
            let name = SourceName::parse(name).expect("a usable name");
            assert_eq!(name.slug().as_str(), slug);
            assert_eq!(name.slug().attempt(3).as_str(), format!("{slug}-3"));
            assert_eq!(SourceSlug::parse(slug), Ok(name.slug()), "what is proposed can be typed");
        }
    }

    #[test]
    fn unusable_names_say_why() {
        let long = "x".repeat(SOURCE_NAME_CHARS_MAX + 1);
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

    #[test]
    fn slugs_are_addresses() {
        let long = "x".repeat(SOURCE_SLUG_CHARS_MAX + 1);
        for (text, expected) in [
            (" shop-2 ", Ok("shop-2")),
            ("магазин", Ok("магазин")),
            ("7", Ok("7")),
            (" ", Err(SourceSlugError::Empty)),
            ("Shop", Err(SourceSlugError::Characters)),
            ("shop web", Err(SourceSlugError::Characters)),
            ("shop/web", Err(SourceSlugError::Characters)),
            ("-shop", Err(SourceSlugError::Characters)),
            ("shop--web", Err(SourceSlugError::Characters)),
            ("..", Err(SourceSlugError::Characters)),
            ("new", Err(SourceSlugError::Reserved)),
            (long.as_str(), Err(SourceSlugError::TooLong)),
        ] {
            let parsed = SourceSlug::parse(text);
            assert_eq!(parsed.as_ref().map(SourceSlug::as_str), expected.as_deref(), "{text:?}");
        }
        let longest = SourceSlug::parse(&"x".repeat(SOURCE_SLUG_CHARS_MAX)).expect("a slug");
        assert_eq!(longest.attempt(12).as_str().len(), SOURCE_SLUG_CHARS_MAX);
        assert_ne!(longest.attempt(2), longest.attempt(3));
    }

    #[test]
    fn websites_are_on_the_web() {
        for (text, expected) in [
            ("", Ok("")),
            (" https://shop.example/a?b#c ", Ok("https://shop.example/a?b#c")),
            ("http://localhost:8080", Ok("http://localhost:8080")),
            ("shop.example", Ok("https://shop.example")),
            ("https://магазин.example", Ok("https://магазин.example")),
            ("javascript:alert(1)", Err(WebsiteError::Unusable)),
            ("ftp://shop.example", Err(WebsiteError::Unusable)),
            ("https://", Err(WebsiteError::Unusable)),
            ("https://user:secret@shop.example", Err(WebsiteError::Unusable)),
            ("shop example", Err(WebsiteError::Unusable)),
            ("https://shop.example/a b", Err(WebsiteError::Unusable)),
        ] {
            let parsed = Website::parse(text);
            assert_eq!(parsed.as_ref().map(Website::as_str), expected.as_deref(), "{text:?}");
        }
        assert_eq!(Website::parse(&format!("a.example/{}", "x".repeat(300))), Err(WebsiteError::TooLong));
    }

    #[test]
    fn descriptions_have_lines() {
        assert_eq!(Description::parse(" a\r\nb ").map(|text| text.as_str().to_owned()), Ok("a\nb".to_owned()));
        assert_eq!(Description::parse("a\u{0}"), Err(DescriptionError::Unusable));
        assert_eq!(Description::parse(&"x".repeat(501)), Err(DescriptionError::TooLong));
    }
}
