//! The catalog: every kind of source, found by words, kind, category and tier. The address is the state (`query`), one
//! server function answers it (`api`). A tile leads to its entry.

pub mod api;
mod found;
mod help;
pub mod query;
mod rail;
mod tiles;
mod toolbar;

use crate::error::AppError;
use crate::href;
use crate::ui::error_state::ErrorState;
use crate::ui::page_head::PageHead;
use crate::wire::{self, WireResource};
use api::{CatalogPage, Tiles, catalog};
use found::FoundView;
use help::WhichSource;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;
use query::CatalogQuery;
use rail::KindRail;
use tiles::Sections;
use toolbar::Toolbar;

pub(crate) use tiles::badge;

/// What was asked for, and the answer: kept together, so that old tiles never stand under a new heading.
type Answer = (CatalogQuery, Result<CatalogPage, AppError>);

/// The catalog page.
#[component]
pub fn Catalog() -> impl IntoView {
    let address = use_query_map();
    let query = Memo::new(move |_| address.with(|address| CatalogQuery::parse(|name| address.get(name))));
    let answer: WireResource<Answer> =
        wire::resource(move || query.get(), |query| async move { (query.clone(), catalog(query).await) });
    let retry = Callback::new(move |()| answer.refetch());
    view! {
        <Title text="Catalog" />
        <PageHead
            title="Catalog"
            lead="Choose where your events come from. Every source gets its own write key."
            side=view! { <WhichSource /> }.into_any()
        />
        <div class="frame__content">
            <Toolbar query=query />
            <Transition>
                {move || Suspend::new(async move {
                    match answer.await {
                        (answered, Ok(page)) => view! { <Content page=page query=answered asked=query /> }.into_any(),
                        (_, Err(error)) => view! {
                            <section class="panel">
                                <ErrorState title="Could not load the catalog" error=error href=href::catalog() retry=retry />
                            </section>
                        }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
}

#[component]
fn Content(page: CatalogPage, query: CatalogQuery, asked: Memo<CatalogQuery>) -> impl IntoView {
    let CatalogPage { any_kind, kinds, categories, tiles, .. } = page;
    view! {
        <div class="railed">
            <KindRail any_kind=any_kind kinds=kinds categories=categories kind=query.kind asked=asked />
            <div>
                {match tiles {
                    Tiles::Sections(sections) => view! { <Sections sections=sections asked=asked /> }.into_any(),
                    Tiles::Found(found) => view! { <FoundView found=found query=query /> }.into_any(),
                }}
            </div>
        </div>
    }
}
