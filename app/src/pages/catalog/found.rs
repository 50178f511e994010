//! What was found: a heading that says it, a page of tiles, the pages before and after. Or nothing, and a way on.

use super::api::Found;
use super::query::CatalogQuery;
use super::tiles::TileGrid;
use crate::href;
use crate::ui::button::LinkButton;
use crate::ui::empty::{EmptyMark, EmptyState};
use crate::ui::icon::Icon;
use crate::ui::roving::Roving;
use leptos::prelude::*;

#[component]
pub(super) fn FoundView(found: Found, query: CatalogQuery) -> impl IntoView {
    if found.count == 0 {
        return view! { <NothingFound query=query /> }.into_any();
    }
    let roving = Roving::new();
    let Found { count, page, page_count, tiles } = found;
    let lead = query.kind.map_or("", |kind| kind.lead());
    view! {
        <section class="catalog__section" aria-labelledby="found">
            <div class="catalog__head"><h2 id="found">{heading(&query, count)}</h2><p>{lead}</p></div>
            <div node_ref=roving.node_ref on:keydown=move |event| roving.follow(&event)>
                <TileGrid tiles=tiles start=0 roving=roving />
            </div>
            {(page_count > 1).then(|| view! { <Pages page=page page_count=page_count query=query /> })}
        </section>
    }
    .into_any()
}

/// `4 of Mobile, Flagship`, `12 for “email”`.
fn heading(query: &CatalogQuery, count: u64) -> String {
    let entries = if count == 1 { "1 entry".to_owned() } else { format!("{count} entries") };
    let kind = query.kind.map(|kind| kind.title().to_owned());
    let tier = query.tier.map(|tier| tier.title().to_owned());
    let sought = (!query.search.is_empty()).then(|| format!("“{}”", query.search));
    let narrowed: Vec<String> = [kind, tier, sought].into_iter().flatten().collect();
    if narrowed.is_empty() { entries } else { format!("{entries}: {}", narrowed.join(", ")) }
}

#[component]
fn Pages(page: u32, page_count: u32, query: CatalogQuery) -> impl IntoView {
    let before = (page > 1).then(|| {
        view! {
            <LinkButton href=query.with_page(page - 1).href() icon=Icon::ChevronLeft>"Previous"</LinkButton>
        }
    });
    let after = (page < page_count).then(|| {
        view! {
            <LinkButton href=query.with_page(page + 1).href() icon=Icon::ChevronRight>"Show more"</LinkButton>
        }
    });
    view! {
        <nav class="catalog__pages" aria-label="Pages">
            {before}
            <span class="muted">{format!("Page {page} of {page_count}")}</span>
            {after}
        </nav>
    }
}

#[component]
fn NothingFound(query: CatalogQuery) -> impl IntoView {
    let title = match query.search.as_str() {
        "" => "No entry is all of this".to_owned(),
        search => format!("No entry matches “{search}”"),
    };
    let is_narrowed = query.kind.is_some() || query.category.is_some() || query.tier.is_some();
    let wider = (is_narrowed && !query.search.is_empty()).then(|| {
        let href = CatalogQuery::default().with_search(&query.search).href();
        view! { <LinkButton href=href>"Search the whole catalog"</LinkButton> }
    });
    view! {
        <section class="panel">
            <EmptyState
                mark=EmptyMark::Icon(Icon::Search)
                title=title
                text="Whatever can send a request can be a source: the HTTP API takes events from any language or tool."
            >
                {wider}
                <LinkButton href=href::catalog()>"Show everything"</LinkButton>
                <LinkButton href=href::catalog_entry("http-api")>"HTTP API"</LinkButton>
            </EmptyState>
        </section>
    }
}

#[cfg(test)]
mod tests {
    use super::{CatalogQuery, heading};
    use domain::catalog::{CatalogKind, Tier};

    #[test]
    fn the_heading_says_what_was_found() {
        let whole = CatalogQuery::default();
        assert_eq!(heading(&whole.with_page(2), 136), "136 entries");
        let mobile = whole.with_kind(Some(CatalogKind::Mobile)).with_tier(Some(Tier::Flagship));
        assert_eq!(heading(&mobile, 4), "4 entries: Mobile, Flagship");
        assert_eq!(heading(&whole.with_search("pyhton"), 1), "1 entry: “pyhton”");
    }
}
