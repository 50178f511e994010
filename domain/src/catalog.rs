//! The catalog: the kinds of source that can be added. Event-stream kinds so far; cloud apps and warehouses follow.

use serde::{Deserialize, Serialize};

/// Where a kind's events come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CatalogCategory {
    /// Browsers.
    Website,
    /// Phones, tablets, consoles.
    Mobile,
    /// Back ends.
    Server,
}

impl CatalogCategory {
    /// All categories, in the order of the form.
    pub const ALL: [Self; 3] = [Self::Website, Self::Mobile, Self::Server];

    /// As shown on a page.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Website => "Website",
            Self::Mobile => "Mobile",
            Self::Server => "Server",
        }
    }
}

/// One kind of source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CatalogEntry {
    /// Stable short name, stored with the source.
    pub slug: &'static str,
    /// Shown to people.
    pub name: &'static str,
    /// Two or three letters for its tile (no logos).
    pub monogram: &'static str,
    /// Where its events come from.
    pub category: CatalogCategory,
}

const fn entry(
    slug: &'static str,
    name: &'static str,
    monogram: &'static str,
    category: CatalogCategory,
) -> CatalogEntry {
    CatalogEntry { slug, name, monogram, category }
}

/// The event-stream kinds, by category and name.
pub const EVENT_STREAM_KINDS: &[CatalogEntry] = &[
    entry("javascript", "JavaScript", "JS", CatalogCategory::Website),
    entry("amp", "AMP", "AMP", CatalogCategory::Mobile),
    entry("apple", "Apple", "AP", CatalogCategory::Mobile),
    entry("flutter", "Flutter", "FL", CatalogCategory::Mobile),
    entry("kotlin-android", "Kotlin (Android)", "KA", CatalogCategory::Mobile),
    entry("react-native", "React Native", "RN", CatalogCategory::Mobile),
    entry("unity", "Unity", "UN", CatalogCategory::Mobile),
    entry("xamarin", "Xamarin", "XA", CatalogCategory::Mobile),
    entry("net", ".NET", "NET", CatalogCategory::Server),
    entry("csharp", "C#", "C#", CatalogCategory::Server),
    entry("clojure", "Clojure", "CLJ", CatalogCategory::Server),
    entry("go", "Go", "GO", CatalogCategory::Server),
    entry("http-api", "HTTP API", "HTTP", CatalogCategory::Server),
    entry("java", "Java", "JV", CatalogCategory::Server),
    entry("kotlin", "Kotlin", "KT", CatalogCategory::Server),
    entry("node-js", "Node.js", "NJS", CatalogCategory::Server),
    entry("php", "PHP", "PHP", CatalogCategory::Server),
    entry("python", "Python", "PY", CatalogCategory::Server),
    entry("ruby", "Ruby", "RB", CatalogCategory::Server),
    entry("rust", "Rust", "RS", CatalogCategory::Server),
];

/// The kind with that slug.
#[must_use]
pub fn event_stream_kind(slug: &str) -> Option<&'static CatalogEntry> {
    EVENT_STREAM_KINDS.iter().find(|entry| entry.slug == slug)
}

#[cfg(test)]
mod tests {
    use super::{EVENT_STREAM_KINDS, event_stream_kind};
    use std::collections::BTreeSet;

    #[test]
    fn slugs_are_unique_and_tiles_short() {
        let slugs: BTreeSet<_> = EVENT_STREAM_KINDS.iter().map(|entry| entry.slug).collect();
        assert_eq!(slugs.len(), EVENT_STREAM_KINDS.len());
        assert!(EVENT_STREAM_KINDS.iter().all(|entry| entry.monogram.len() <= 4));
        assert_eq!(event_stream_kind("python").map(|entry| entry.name), Some("Python"));
        assert_eq!(event_stream_kind("no-such-kind"), None);
    }
}
