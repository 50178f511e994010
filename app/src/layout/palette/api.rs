//! What the palette finds: sources, pages, kinds of source. A few of each, however many there are. A whole write key finds
//! the one source that it belongs to.

use crate::error::AppError;
use crate::wire::Wire;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

/// Hits of one group.
#[cfg(feature = "ssr")]
const GROUP_HITS_MAX: usize = 5;

/// What the hits of a group are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum HitKind {
    /// A source of the workspace.
    Source,
    /// A page.
    Page,
    /// A kind of source that can be looked up, and perhaps added.
    Catalog,
}

/// The hits of one kind, best first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HitGroup {
    /// What they are.
    pub kind: HitKind,
    /// At least one.
    pub hits: Vec<Hit>,
}

/// Somewhere to go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hit {
    /// Its name before, in and after what was typed; all of it before where that is not in it.
    pub name: [String; 3],
    /// What it is, in a few words.
    pub meta: String,
    /// Its address.
    pub href: String,
}

/// Where the reader may want to go; without a search, where most go.
#[server(prefix = "/_app", endpoint = "palette", input = GetUrl, output = Wire)]
pub async fn palette(#[doc = "As typed."] q: String) -> Result<Vec<HitGroup>, AppError> {
    let state = crate::request::state()?;
    let workspace = store::workspace::get(&state.store).await?;
    let sources = store::source::all(&state.store).await?;
    let owner = match q.trim() {
        "" => None,
        key => store::write_key::owner(&state.store, key).await?,
    };
    if let Some(source) = sources.iter().find(|source| owner.as_ref() == Some(&source.id)) {
        return Ok(on_server::of_key(source));
    }
    Ok(on_server::groups(&q, &sources, workspace.map_or_else(String::new, |workspace| workspace.name)))
}

#[cfg(feature = "ssr")]
mod on_server {
    use super::{GROUP_HITS_MAX, Hit, HitGroup, HitKind};
    use crate::href;
    use domain::catalog::{CatalogFilter, KindLabel};
    use domain::search::{Search, Subject};
    use domain::source::Source;

    struct Page {
        name: &'static str,
        keywords: &'static str,
        meta: String,
        href: String,
    }

    pub fn groups(q: &str, sources: &[Source], workspace: String) -> Vec<HitGroup> {
        let search = Search::parse(q);
        let groups = [
            (HitKind::Source, sources_of(search.as_ref(), sources, q)),
            (HitKind::Page, pages_of(search.as_ref(), workspace, q)),
            (HitKind::Catalog, if search.is_some() { catalog_of(q) } else { Vec::new() }),
        ];
        let groups = groups.into_iter().filter(|(_, hits)| !hits.is_empty());
        groups.map(|(kind, hits)| HitGroup { kind, hits }).collect()
    }

    /// A key means one thing; it is not repeated in the answer.
    pub fn of_key(source: &Source) -> Vec<HitGroup> {
        let hit = source_hit(source, "");
        let hit = Hit { meta: format!("{} · Found by its write key", hit.meta), ..hit };
        vec![HitGroup { kind: HitKind::Source, hits: vec![hit] }]
    }

    fn source_hit(source: &Source, q: &str) -> Hit {
        let kind = KindLabel::of(&source.kind).name;
        let meta = if source.enabled { kind } else { format!("{kind} · Disabled") };
        Hit { name: marked(&source.name, q), meta, href: href::source_overview(&source.slug) }
    }

    fn sources_of(search: Option<&Search>, sources: &[Source], q: &str) -> Vec<Hit> {
        let subject = |source: &Source| {
            let labels = source.labels.to_string();
            Subject::new(&source.name, &format!("{} {labels}", source.slug), &KindLabel::of(&source.kind).name)
        };
        let found: Vec<&Source> = match search {
            Some(search) => search.best(sources, subject),
            None => sources.iter().collect(),
        };
        found.into_iter().take(GROUP_HITS_MAX).map(|source| source_hit(source, q)).collect()
    }

    fn pages_of(search: Option<&Search>, workspace: String, q: &str) -> Vec<Hit> {
        let page = |name, keywords, meta: &str, href: &str| Page {
            name,
            keywords,
            meta: meta.to_owned(),
            href: href.to_owned(),
        };
        let part = |name, keywords, anchor: &str| page(name, keywords, "Docs", &href::tracking_api_part(anchor));
        let pages = [
            page("Sources", "workspace list home", &workspace, href::sources()),
            page("Catalog", "add new source kinds", "Add a source", href::catalog()),
            page("Tracking API", "docs documentation help how", "Docs", href::tracking_api()),
            part("Libraries", "sdk snippet host install", "libraries"),
            part("Authentication", "write key header basic", "authentication"),
            part("Limits", "size batch rate", "limits"),
            part("Discard reasons", "failed errors validation why", "reasons"),
        ];
        let found: Vec<&Page> = match search {
            Some(search) => search.best(&pages, |page| Subject::new(page.name, page.keywords, &page.meta)),
            None => pages.iter().take(3).collect(),
        };
        let hit = |page: &Page| Hit { name: marked(page.name, q), meta: page.meta.clone(), href: page.href.clone() };
        found.into_iter().take(GROUP_HITS_MAX).map(hit).collect()
    }

    fn catalog_of(q: &str) -> Vec<Hit> {
        let filter = CatalogFilter { search: q.to_owned(), ..CatalogFilter::default() };
        let hit = |entry: &domain::catalog::CatalogEntry| Hit {
            name: marked(&entry.name, q),
            meta: format!("{} · {}", entry.kind.title(), entry.support.title()),
            href: href::catalog_entry(&entry.slug),
        };
        filter.chosen().into_iter().take(GROUP_HITS_MAX).map(hit).collect()
    }

    /// Parts the name around what was typed, in whatever case.
    fn marked(name: &str, q: &str) -> [String; 3] {
        let sought = q.trim().to_lowercase();
        let place = name.char_indices().find_map(|(start, _)| {
            let rest = name.get(start..)?;
            let ends = rest.char_indices().map(|(i, c)| i + c.len_utf8());
            let end =
                ends.into_iter().find(|end| rest.get(..*end).is_some_and(|part| part.to_lowercase() == sought))?;
            Some((start, start + end))
        });
        let (start, end) = place.unwrap_or((name.len(), name.len()));
        [name.get(..start), name.get(start..end), name.get(end..)].map(|part| part.unwrap_or_default().to_owned())
    }

    #[cfg(test)]
    mod tests {
        use super::{HitKind, groups, marked};

        #[test]
        fn names_are_parted_around_what_was_typed() {
            assert_eq!(marked("Old storefront", "STOR"), ["Old ", "stor", "efront"]);
            assert_eq!(marked("Python", "pyhton"), ["Python", "", ""]);
            assert_eq!(marked("İstanbul", "i̇s"), ["", "İs", "tanbul"]);
            assert_eq!(marked("", "x"), ["", "", ""]);
            assert_eq!(marked("Shop", " "), ["Shop", "", ""]);
        }

        #[test]
        fn a_search_finds_entries_and_none_shows_pages() {
            let found = groups("pyhton", &[], "Acme".to_owned());
            assert_eq!(found.len(), 1, "{found:?}");
            assert_eq!((found[0].kind, found[0].hits[0].href.as_str()), (HitKind::Catalog, "/catalog/python"));
            let start = groups("", &[], "Acme".to_owned());
            assert_eq!((start.len(), start[0].kind, start[0].hits.len()), (1, HitKind::Page, 3));
            assert!(groups("xyzzyx", &[], String::new()).is_empty());
        }
    }
}
