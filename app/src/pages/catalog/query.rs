//! The catalog's state, which is its query string. Defaults stay out of the address; what can't be read is a default.

use crate::href;
use domain::catalog::{CatalogKind, Tier};
use serde::{Deserialize, Serialize};

/// Longest search that is kept in the address, in characters.
pub const SEARCH_CHARS_MAX: usize = 64;
/// Longest category that is kept in the address, in characters.
const CATEGORY_CHARS_MAX: usize = 64;

/// What the page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CatalogQuery {
    /// Words to look for; empty for none.
    pub search: String,
    /// Of this kind.
    pub kind: Option<CatalogKind>,
    /// Of the category with this slug.
    pub category: Option<String>,
    /// Of this tier.
    pub tier: Option<Tier>,
    /// The page of what was found, from 1.
    pub page: u32,
}

impl Default for CatalogQuery {
    fn default() -> Self {
        Self { search: String::new(), kind: None, category: None, tier: None, page: 1 }
    }
}

impl CatalogQuery {
    /// Reads the address.
    #[must_use]
    pub fn parse(get: impl Fn(&str) -> Option<String>) -> Self {
        let bounded = |name: &str, chars_max: usize| {
            let text: String = get(name)?.trim().chars().take(chars_max).collect();
            (!text.is_empty()).then_some(text)
        };
        Self {
            search: bounded("q", SEARCH_CHARS_MAX).unwrap_or_default(),
            kind: get("kind").and_then(|code| CatalogKind::from_code(&code)),
            category: bounded("category", CATEGORY_CHARS_MAX),
            tier: get("tier").and_then(|code| Tier::from_code(&code)),
            page: get("page").and_then(|page| page.parse().ok()).unwrap_or(1).max(1),
        }
    }

    /// Its address.
    #[must_use]
    pub fn href(&self) -> String {
        let kind = self.kind.map(|kind| ("kind", kind.code().to_owned()));
        let category = self.category.clone().map(|category| ("category", category));
        let tier = self.tier.map(|tier| ("tier", tier.code().to_owned()));
        let search = (!self.search.is_empty()).then(|| ("q", self.search.clone()));
        let page = (self.page > 1).then(|| ("page", self.page.to_string()));
        let fields: Vec<_> = [search, kind, category, tier, page].into_iter().flatten().collect();
        href::with_query(href::catalog(), &fields)
    }

    /// Whether everything is shown.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        *self == Self::default()
    }

    /// Looking for other words.
    #[must_use]
    pub fn with_search(&self, search: &str) -> Self {
        Self { search: search.to_owned(), page: 1, ..self.clone() }
    }

    /// Of another kind. Categories are a kind's own, so the chosen one goes.
    #[must_use]
    pub fn with_kind(&self, kind: Option<CatalogKind>) -> Self {
        Self { kind, category: None, page: 1, ..self.clone() }
    }

    /// Of another category.
    #[must_use]
    pub fn with_category(&self, category: Option<String>) -> Self {
        Self { category, page: 1, ..self.clone() }
    }

    /// Of another tier.
    #[must_use]
    pub fn with_tier(&self, tier: Option<Tier>) -> Self {
        Self { tier, page: 1, ..self.clone() }
    }

    /// Another page.
    #[must_use]
    pub fn with_page(&self, page: u32) -> Self {
        Self { page, ..self.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::CatalogQuery;
    use domain::catalog::{CatalogKind, Tier};

    fn parse(pairs: &[(&str, &str)]) -> CatalogQuery {
        CatalogQuery::parse(|name| pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
    }

    #[test]
    fn addresses_say_what_differs_and_lead_back() {
        assert_eq!(parse(&[]).href(), "/catalog");
        let query = parse(&[("q", " c# "), ("kind", "mobile"), ("tier", "flagship"), ("page", "2")]);
        assert_eq!((query.kind, query.tier, query.page), (Some(CatalogKind::Mobile), Some(Tier::Flagship), 2));
        assert_eq!(query.href(), "/catalog?q=c%23&kind=mobile&tier=flagship&page=2");
        assert_eq!(query.with_tier(None).href(), "/catalog?q=c%23&kind=mobile");
    }

    #[test]
    fn what_cannot_be_read_is_a_default() {
        let odd = parse(&[("kind", "cobol"), ("tier", ""), ("page", "-1"), ("q", "\u{a0}"), ("category", "")]);
        assert!(odd.is_whole(), "{odd:?}");
        let long = "x".repeat(10_000);
        assert!(parse(&[("q", &long), ("category", &long)]).href().len() < 200);
    }
}
