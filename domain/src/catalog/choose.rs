//! Which entries somebody asked for: by words, kind, category and tier.

use super::data::entries;
use super::{CatalogEntry, CatalogKind, Tier};
use crate::search::{Search, Subject};

/// What entries have to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CatalogFilter {
    /// Words to look for; those of nothing but white space look for nothing.
    pub search: String,
    /// Of this kind.
    pub kind: Option<CatalogKind>,
    /// Of the category with this slug.
    pub category: Option<String>,
    /// Of this tier.
    pub tier: Option<Tier>,
}

/// A category, and how many entries are in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Facet {
    /// The category as it is shown.
    pub title: String,
    /// Entries that the other filters leave.
    pub count: u64,
}

impl CatalogFilter {
    /// The entries that pass: the best match first, or without a search in the order of the page.
    #[must_use]
    pub fn chosen(&self) -> Vec<&'static CatalogEntry> {
        self.sought().into_iter().filter(|entry| self.is_of_kind(entry) && self.is_of_category(entry)).collect()
    }

    /// How many would pass with each kind in place of the chosen one, and with none.
    #[must_use]
    pub fn kinds(&self) -> (u64, [u64; CatalogKind::ALL.len()]) {
        let sought = self.sought();
        let of = |kind: Option<CatalogKind>| {
            let of_kind = |entry: &&&CatalogEntry| kind.is_none_or(|kind| entry.kind == kind);
            sought.iter().filter(of_kind).filter(|entry| self.is_of_category(entry)).count() as u64
        };
        (of(None), CatalogKind::ALL.map(|kind| of(Some(kind))))
    }

    /// The categories of what would pass without the chosen one, by name.
    #[must_use]
    pub fn categories(&self) -> Vec<Facet> {
        let mut facets: Vec<Facet> = Vec::new();
        for entry in self.sought().into_iter().filter(|entry| self.is_of_kind(entry)) {
            for title in &entry.categories {
                match facets.iter_mut().find(|facet| facet.title == *title) {
                    Some(facet) => facet.count += 1,
                    None => facets.push(Facet { title: title.clone(), count: 1 }),
                }
            }
        }
        facets.sort_by_cached_key(|facet| facet.title.to_lowercase());
        facets
    }

    fn is_of_kind(&self, entry: &CatalogEntry) -> bool {
        self.kind.is_none_or(|kind| entry.kind == kind)
    }

    fn is_of_category(&self, entry: &CatalogEntry) -> bool {
        let chosen = self.category.as_ref();
        chosen.is_none_or(|chosen| entry.categories.iter().any(|title| category_slug(title) == *chosen))
    }

    /// What the words and the tier leave.
    fn sought(&self) -> Vec<&'static CatalogEntry> {
        let of_tier = entries().filter(|entry| self.tier.is_none_or(|tier| entry.tier == Some(tier)));
        match Search::parse(&self.search) {
            Some(search) => search.best(of_tier, subject),
            None => of_tier.collect(),
        }
    }
}

/// What a search looks at.
pub(super) fn subject(entry: &CatalogEntry) -> Subject {
    let detail = format!("{} {} {}", entry.categories.join(" "), entry.kind.title(), entry.description);
    Subject::new(&entry.name, &format!("{} {}", entry.keywords, entry.slug), &detail)
}

/// A category in an address: `SMS & Push Notifications` is `sms-push-notifications`.
#[must_use]
pub fn category_slug(title: &str) -> String {
    let words = title.split(|c: char| !c.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_ascii_lowercase).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::{CatalogFilter, category_slug};
    use crate::catalog::{CatalogEntry, CatalogKind, Tier, entries};

    fn names(entries: &[&'static CatalogEntry]) -> Vec<&'static str> {
        entries.iter().map(|entry| entry.name.as_str()).collect()
    }

    fn found(search: &str) -> Vec<&'static str> {
        names(&CatalogFilter { search: search.to_owned(), ..CatalogFilter::default() }.chosen())
    }

    #[test]
    fn the_entry_that_was_meant_comes_first() {
        let cases = [
            ("python", "Python"),
            ("pyhton", "Python"),
            ("pythno", "Python"),
            ("pyth", "Python"),
            ("reactnative", "React Native"),
            ("react native", "React Native"),
            ("raect natve", "React Native"),
            ("js", "JavaScript"),
            ("javascrpt", "JavaScript"),
            ("java", "Java"),
            ("node", "Node.js"),
            ("nodejs", "Node.js"),
            ("golang", "Go"),
            ("go", "Go"),
            ("c#", "C#"),
            (".net", ".NET"),
            ("ios", "Apple"),
            ("swift", "Apple"),
            ("android", "Kotlin (Android)"),
            ("curl", "HTTP API"),
            ("email image", "Pixel Tracking API"),
            ("customerio", "Customer.io"),
            ("salesforse", "Salesforce"),
            ("postgres", "PostgreSQL"),
            ("email push iterable", "Iterable"),
        ];
        for (search, name) in cases {
            assert_eq!(found(search).first(), Some(&name), "{search}: {:?}", found(search));
        }
    }

    #[test]
    fn what_nobody_meant_is_left_out() {
        assert_eq!(found("pyhton"), ["Python"]);
        assert_eq!(found("cobol"), Vec::<&str>::new());
        assert_eq!(found("python cobol"), Vec::<&str>::new());
        assert_eq!(found("upollo"), Vec::<&str>::new());
        assert_eq!(found("  ").len(), entries().count());
    }

    #[test]
    fn filters_narrow_and_say_what_else_there_is() {
        let mobile =
            CatalogFilter { kind: Some(CatalogKind::Mobile), tier: Some(Tier::Flagship), ..CatalogFilter::default() };
        assert_eq!(names(&mobile.chosen()), ["Apple", "Kotlin (Android)", "React Native", "Unity"]);
        let (all, kinds) = mobile.kinds();
        assert_eq!((all, kinds[0], kinds[1]), (kinds.iter().sum(), 1, 4));

        let surveys = CatalogFilter { category: Some("surveys".to_owned()), ..CatalogFilter::default() };
        let chosen = surveys.chosen();
        assert!(chosen.len() > 10 && chosen.iter().all(|entry| entry.categories.contains(&"Surveys".to_owned())));
        let facets = surveys.categories();
        let facet = facets.iter().find(|facet| facet.title == "Surveys").map(|facet| facet.count);
        assert_eq!(facet, Some(chosen.len() as u64));
        assert!(facets.is_sorted_by_key(|facet| facet.title.to_lowercase()));
    }

    #[test]
    fn categories_have_addresses() {
        assert_eq!(category_slug("SMS & Push Notifications"), "sms-push-notifications");
        assert_eq!(category_slug("A/B Testing"), "a-b-testing");
    }
}
