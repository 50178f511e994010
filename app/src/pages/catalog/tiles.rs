//! The tiles. To the keyboard all of them are one stop, in which the arrow keys move; without JavaScript each is a stop.

use super::api::Section;
use super::query::CatalogQuery;
use crate::href;
use crate::ui::badge::{Badge, BadgeTone, Tag};
use crate::ui::roving::Roving;
use crate::ui::tile::Tile;
use domain::catalog::{CatalogEntry, CatalogStatus, Support, Tier};
use leptos::prelude::*;

/// The first entries of every kind.
#[component]
pub(super) fn Sections(sections: Vec<Section>, asked: Memo<CatalogQuery>) -> impl IntoView {
    let roving = Roving::new();
    let mut first = 0;
    let sections = sections.into_iter().map(|section| {
        let start = first;
        first += section.tiles.len();
        view! { <SectionView section=section start=start roving=roving asked=asked /> }
    });
    let sections = sections.collect_view();
    view! { <div node_ref=roving.node_ref on:keydown=move |event| roving.follow(&event)>{sections}</div> }
}

#[component]
fn SectionView(section: Section, start: usize, roving: Roving, asked: Memo<CatalogQuery>) -> impl IntoView {
    let Section { kind, count, tiles } = section;
    let heading = format!("kind-{}", kind.code());
    let more = (count > tiles.len() as u64).then(|| {
        view! {
            <a href=move || asked.get().with_kind(Some(kind)).href()>
                {format!("View all {count}")}<span class="sr-only">{format!(" of {}", kind.title())}</span>
            </a>
        }
    });
    view! {
        <section class="catalog__section" aria-labelledby=heading>
            <div class="catalog__head"><h2 id=heading.clone()>{kind.title()}</h2><p>{kind.lead()}</p>{more}</div>
            <TileGrid tiles=tiles start=start roving=roving />
        </section>
    }
}

/// A grid of tiles; `start` is the first one's place among all tiles of the page.
#[component]
pub(super) fn TileGrid(tiles: Vec<CatalogEntry>, start: usize, roving: Roving) -> impl IntoView {
    let tiles = tiles
        .into_iter()
        .enumerate()
        .map(|(i, entry)| view! { <EntryTile entry=entry place=start + i roving=roving /> });
    view! { <ul class="catalog__grid">{tiles.collect_view()}</ul> }
}

#[component]
fn EntryTile(entry: CatalogEntry, place: usize, roving: Roving) -> impl IntoView {
    let badge = badge(entry.tier, &entry.status);
    let support = (entry.support != Support::Connects)
        .then(|| view! { <p class="source-card__note">{entry.support.title()}</p> });
    view! {
        <li>
            <article class="source-card">
                <Tile monogram=entry.monogram />
                <h3 class="source-card__name">
                    <a
                        href=href::catalog_entry(&entry.slug)
                        data-roving=place.to_string()
                        tabindex=move || roving.tabindex(place)
                        on:focus=move |_| roving.arrive(place)
                    >
                        {entry.name}
                    </a>
                    {badge}
                </h3>
                <p class="source-card__desc">{entry.description}</p>
                {support}
            </article>
        </li>
    }
}

/// What stands out about an entry, most important first: on its way out, new, then how well it is kept.
pub(crate) fn badge(tier: Option<Tier>, status: &CatalogStatus) -> Option<AnyView> {
    match (status, tier) {
        (CatalogStatus::Deprecated { .. }, _) => Some(view! { <Tag text="Deprecated" /> }.into_any()),
        (CatalogStatus::Beta, _) => Some(view! { <Tag text="Beta" /> }.into_any()),
        (CatalogStatus::Live | CatalogStatus::Withdrawn, Some(Tier::Flagship)) => {
            Some(view! { <Badge text=Tier::Flagship.title() tone=BadgeTone::Accent /> }.into_any())
        }
        (CatalogStatus::Live | CatalogStatus::Withdrawn, Some(tier)) => {
            Some(view! { <Tag text=tier.title() /> }.into_any())
        }
        (CatalogStatus::Live | CatalogStatus::Withdrawn, None) => None,
    }
}
