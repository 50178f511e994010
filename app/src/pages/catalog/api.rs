//! What the catalog shows, read in one call: never more tiles than fit a few screens, however many entries there are.

use super::query::CatalogQuery;
use crate::error::AppError;
use crate::wire::Wire;
use domain::catalog::{CatalogEntry, CatalogKind};
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

/// Tiles of a section, where everything is shown.
#[cfg(feature = "ssr")]
const SECTION_TILES: usize = 6;
/// Tiles of a page of what was found.
#[cfg(feature = "ssr")]
const PAGE_TILES: usize = 24;

/// What the page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CatalogPage {
    /// How many entries the catalog has.
    pub entry_count: u64,
    /// How many entries there would be of any kind.
    pub any_kind: u64,
    /// How many there would be of each kind.
    pub kinds: Vec<(CatalogKind, u64)>,
    /// The categories of the chosen kind.
    pub categories: Vec<CategoryCount>,
    /// The tiles.
    pub tiles: Tiles,
}

/// A category, and how many entries are in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CategoryCount {
    /// In the address.
    pub slug: String,
    /// As shown.
    pub title: String,
    /// How many.
    pub count: u64,
}

/// The tiles, in sections or as they were found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Tiles {
    /// The first of every kind.
    Sections(Vec<Section>),
    /// A page of what was found.
    Found(Found),
}

/// The first entries of a kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Section {
    /// The kind.
    pub kind: CatalogKind,
    /// How many entries it has.
    pub count: u64,
    /// The first of them.
    pub tiles: Vec<CatalogEntry>,
}

/// A page of what was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// How many were found.
    pub count: u64,
    /// Which page this is, from 1.
    pub page: u32,
    /// How many pages there are, at least 1.
    pub page_count: u32,
    /// The tiles of the page.
    pub tiles: Vec<CatalogEntry>,
}

/// Reads the catalog. It is the same for everybody and names nothing of the workspace.
#[server(prefix = "/_app", endpoint = "catalog", input = GetUrl, output = Wire)]
pub async fn catalog(
    #[doc = "The address's query."]
    #[server(default)]
    query: CatalogQuery,
) -> Result<CatalogPage, AppError> {
    Ok(on_server::page(&query))
}

#[cfg(feature = "ssr")]
mod on_server {
    use super::{CatalogPage, CategoryCount, Found, PAGE_TILES, SECTION_TILES, Section, Tiles};
    use crate::pages::catalog::query::CatalogQuery;
    use domain::catalog::{CatalogEntry, CatalogFilter, CatalogKind, category_slug, entries};

    pub fn page(query: &CatalogQuery) -> CatalogPage {
        let filter = CatalogFilter {
            search: query.search.clone(),
            kind: query.kind,
            category: query.category.clone(),
            tier: query.tier,
        };
        let chosen = filter.chosen();
        let (any_kind, kinds) = filter.kinds();
        let categories = filter.categories().into_iter();
        CatalogPage {
            entry_count: entries().count() as u64,
            any_kind,
            kinds: CatalogKind::ALL.into_iter().zip(kinds).collect(),
            categories: categories
                .map(|facet| CategoryCount {
                    slug: category_slug(&facet.title),
                    title: facet.title,
                    count: facet.count,
                })
                .collect(),
            tiles: if query.is_whole() {
                Tiles::Sections(sections(&chosen))
            } else {
                Tiles::Found(found(&chosen, query.page))
            },
        }
    }

    fn sections(chosen: &[&CatalogEntry]) -> Vec<Section> {
        let section = |kind: CatalogKind| {
            let of_kind = || chosen.iter().filter(move |entry| entry.kind == kind);
            Section {
                kind,
                count: of_kind().count() as u64,
                tiles: of_kind().take(SECTION_TILES).map(|entry| (*entry).clone()).collect(),
            }
        };
        CatalogKind::ALL.into_iter().map(section).collect()
    }

    /// A page beyond the last one is the last one.
    fn found(chosen: &[&CatalogEntry], page: u32) -> Found {
        let page_count = u32::try_from(chosen.len().div_ceil(PAGE_TILES)).unwrap_or(u32::MAX).max(1);
        let page = page.min(page_count);
        let tiles = chosen.iter().skip((page as usize - 1) * PAGE_TILES).take(PAGE_TILES);
        Found { count: chosen.len() as u64, page, page_count, tiles: tiles.map(|entry| (*entry).clone()).collect() }
    }

    #[cfg(test)]
    mod tests {
        use super::{CatalogQuery, PAGE_TILES, SECTION_TILES, Tiles, page};
        use domain::catalog::CatalogKind;

        #[test]
        fn no_answer_has_more_tiles_than_a_page() {
            let Tiles::Sections(sections) = page(&CatalogQuery::default()).tiles else { panic!("no sections") };
            assert!(sections.iter().all(|section| (1..=SECTION_TILES).contains(&section.tiles.len())));

            let events = CatalogQuery::default().with_kind(Some(CatalogKind::CloudEvent));
            let mut seen = 0;
            for n in 1..=4 {
                let Tiles::Found(found) = page(&events.with_page(n)).tiles else { panic!("nothing found") };
                assert!(found.tiles.len() <= PAGE_TILES && found.page == n && found.page_count == 4);
                seen += found.tiles.len() as u64;
                assert_eq!(n == 4, seen == found.count);
            }
            let Tiles::Found(beyond) = page(&events.with_page(u32::MAX)).tiles else { panic!("nothing found") };
            assert_eq!(beyond.page, 4);
        }

        #[test]
        fn nothing_found_is_one_empty_page() {
            let Tiles::Found(found) = page(&CatalogQuery::default().with_search("cobol")).tiles else {
                panic!("sections")
            };
            assert_eq!((found.count, found.page, found.page_count), (0, 1, 1));
        }
    }
}
