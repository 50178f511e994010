//! Reads the data file, once. A line that can't be read is left out; a test sees to it that there is none.

use super::{CatalogEntry, CatalogKind, CatalogStatus, Support, Tier};
use std::sync::LazyLock;

const DATA: &str = include_str!("../../data/catalog.tsv");
/// Stands where a field has nothing to say.
const NOTHING: &str = "-";

static ENTRIES: LazyLock<Vec<CatalogEntry>> = LazyLock::new(|| lines().filter_map(read).collect());

/// The entries that are shown, in the order of the page.
pub fn entries() -> impl Iterator<Item = &'static CatalogEntry> + Clone {
    ENTRIES.iter().filter(|entry| entry.status != CatalogStatus::Withdrawn)
}

/// The entry with that slug, if it is shown.
#[must_use]
pub fn entry(slug: &str) -> Option<&'static CatalogEntry> {
    entries().find(|entry| entry.slug == slug)
}

/// The entry with that slug, if a source of it can be added.
#[must_use]
pub fn connectable(slug: &str) -> Option<&'static CatalogEntry> {
    entry(slug).filter(|entry| entry.support == Support::Connects)
}

/// The lines below the comments and the head.
fn lines() -> impl Iterator<Item = &'static str> {
    DATA.lines().filter(|line| !line.starts_with('#')).skip(1)
}

fn read(line: &str) -> Option<CatalogEntry> {
    let fields: Vec<&str> = line.split('\t').collect();
    let [slug, name, monogram, kind, categories, tier, status, support, keywords, description] = fields[..] else {
        return None;
    };
    let given = |field: &'static str| move |text: &&str| *text != field;
    Some(CatalogEntry {
        slug: slug.to_owned(),
        name: name.to_owned(),
        monogram: monogram.to_owned(),
        kind: CatalogKind::from_code(kind)?,
        categories: categories.split(';').filter(given(NOTHING)).map(str::to_owned).collect(),
        tier: if tier == NOTHING { None } else { Some(Tier::from_code(tier)?) },
        status: status_of(status)?,
        support: Support::from_code(support)?,
        keywords: Some(keywords).filter(given(NOTHING)).unwrap_or_default().to_owned(),
        description: description.to_owned(),
    })
}

fn status_of(text: &str) -> Option<CatalogStatus> {
    match text {
        "live" => Some(CatalogStatus::Live),
        "beta" => Some(CatalogStatus::Beta),
        "withdrawn" => Some(CatalogStatus::Withdrawn),
        _ => text.strip_prefix("deprecated:").map(|slug| CatalogStatus::Deprecated { replaced_by: slug.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::{ENTRIES, connectable, entries, entry, lines, read};
    use crate::catalog::{CatalogKind, CatalogStatus, KindLabel, Support};
    use std::collections::BTreeSet;

    /// How long a line under a name may be, in characters, before it takes a third line on a tile.
    const DESCRIPTION_CHARS_MAX: usize = 100;

    #[test]
    fn every_line_is_an_entry_of_its_own() {
        for line in lines() {
            assert!(read(line).is_some(), "{line}");
        }
        assert_eq!(ENTRIES.len(), 141);
        let slugs: BTreeSet<_> = ENTRIES.iter().map(|entry| &entry.slug).collect();
        let names: BTreeSet<_> = ENTRIES.iter().map(|entry| entry.name.to_lowercase()).collect();
        let descriptions: BTreeSet<_> = ENTRIES.iter().map(|entry| &entry.description).collect();
        assert_eq!([slugs.len(), names.len(), descriptions.len()], [ENTRIES.len(); 3]);
    }

    #[test]
    fn what_is_shown_is_complete_and_short() {
        let counts = CatalogKind::ALL.map(|kind| entries().filter(|entry| entry.kind == kind).count());
        assert_eq!(counts, [3, 10, 11, 2, 88, 15, 7]);
        for entry in entries() {
            let slug_is_plain = entry.slug.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            assert!(slug_is_plain && !entry.slug.is_empty(), "{entry:?}");
            assert!((1..=4).contains(&entry.monogram.chars().count()), "{entry:?}");
            let length = entry.description.chars().count();
            assert!((15..=DESCRIPTION_CHARS_MAX).contains(&length) && !entry.description.ends_with('.'), "{entry:?}");
            let is_library =
                !matches!(entry.kind, CatalogKind::CloudEvent | CatalogKind::CloudObject | CatalogKind::ReverseEtl);
            assert_eq!(entry.categories.is_empty(), is_library, "{entry:?}");
            assert!(is_library || entry.tier.is_none() && entry.support != Support::Connects, "{entry:?}");
        }
    }

    #[test]
    fn what_is_deprecated_leads_to_what_can_be_used() {
        let replaced = entries().filter_map(|entry| match &entry.status {
            CatalogStatus::Deprecated { replaced_by } => Some((entry, replaced_by)),
            CatalogStatus::Live | CatalogStatus::Beta | CatalogStatus::Withdrawn => None,
        });
        for (old, replaced_by) in replaced {
            let new = entry(replaced_by).unwrap_or_else(|| panic!("{} leads nowhere", old.slug));
            assert!(matches!(new.status, CatalogStatus::Live | CatalogStatus::Beta), "{}", old.slug);
        }
    }

    #[test]
    fn entries_are_found_by_slug_unless_they_are_withdrawn() {
        assert_eq!(connectable("python").map(|entry| entry.name.as_str()), Some("Python"));
        assert!(entry("braze").is_some() && connectable("braze").is_none());
        assert!(entry("upollo").is_none() && entry("no-such-kind").is_none());
        let label = KindLabel::of("cobol");
        assert_eq!((label.name.as_str(), label.monogram), ("cobol", None));
    }
}
