//! The sources list: every source with its last 24 hours. A row leads to the source's overview.

pub mod api;
mod labels;
mod notes;
mod table;

use crate::href;
use crate::pages::sources::api::{SourceRow, SourcesPage, list_sources};
use crate::pages::sources::notes::Notes;
use crate::pages::sources::table::SourcesTable;
use crate::ui::button::{ButtonLook, LinkButton};
use crate::ui::empty::{EmptyMark, EmptyState};
use crate::ui::error_state::ErrorState;
use crate::ui::icon::Icon;
use crate::ui::page_head::PageHead;
use crate::ui::tile::Tile;
use domain::catalog::CatalogEntry;
use leptos::prelude::*;
use leptos_meta::Title;

/// The sources list.
#[component]
pub fn Sources() -> impl IntoView {
    let list = Resource::new(|| (), |()| list_sources());
    let retry = Callback::new(move |()| list.refetch());
    view! {
        <Title text="Sources" />
        <Transition>
            {move || Suspend::new(async move {
                match list.await {
                    Ok(page) => view! { <Content page=page /> }.into_any(),
                    Err(error) => view! {
                        <Head lead="Where your events come from." />
                        <div class="frame__content frame__content--top">
                            <section class="panel">
                                <ErrorState title="Could not load the sources" error=error href=href::sources() retry=retry />
                            </section>
                        </div>
                    }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Head(#[prop(into)] lead: String) -> impl IntoView {
    let add = view! {
        <LinkButton href=href::new_source() look=ButtonLook::Primary icon=Icon::Plus>"Add source"</LinkButton>
    };
    view! { <PageHead title="Sources" lead=lead side=add.into_any() /> }
}

#[component]
fn Content(page: SourcesPage) -> impl IntoView {
    let SourcesPage { rows, first_kinds, tallies, last_unattributed, last_unavailable } = page;
    let notes = view! {
        <Notes tallies=tallies last_unattributed=last_unattributed last_unavailable=last_unavailable />
    };
    if rows.is_empty() {
        view! { <NoSources first_kinds=first_kinds notes=notes.into_any() /> }.into_any()
    } else {
        view! { <SourceList rows=rows notes=notes.into_any() /> }.into_any()
    }
}

#[component]
fn SourceList(rows: Vec<SourceRow>, notes: AnyView) -> impl IntoView {
    view! {
        <Head lead=labels::summary(&rows) />
        <div class="frame__content frame__content--top">
            {notes}
            <section class="panel" aria-label="Sources"><SourcesTable rows=rows /></section>
        </div>
    }
}

#[component]
fn NoSources(first_kinds: Vec<CatalogEntry>, notes: AnyView) -> impl IntoView {
    view! {
        <Head lead="Where your events come from." />
        <div class="frame__content frame__content--top">
            {notes}
            <section class="panel">
                <EmptyState
                    mark=EmptyMark::Springs
                    title="No sources yet"
                    text="A source is a website, server or app that sends events here. Add one, paste its write key into your code, and the first event shows up within seconds."
                >
                    <LinkButton href=href::new_source() look=ButtonLook::Primary icon=Icon::Plus>"Add source"</LinkButton>
                </EmptyState>
            </section>
            <section class="catalog__section" aria-labelledby="first-kinds">
                <div class="catalog__head"><h2 id="first-kinds">"Good first sources"</h2></div>
                <ul class="catalog__grid catalog__grid--3">
                    {first_kinds.into_iter().map(|kind| view! { <FirstKind kind=kind /> }).collect_view()}
                </ul>
            </section>
        </div>
    }
}

#[component]
fn FirstKind(kind: CatalogEntry) -> impl IntoView {
    let href = href::new_source_of_kind(&kind.slug);
    view! {
        <li>
            <article class="source-card">
                <Tile monogram=kind.monogram />
                <h3 class="source-card__name"><a href=href>{kind.name}</a></h3>
                <p class="source-card__desc">{kind.description}</p>
            </article>
        </li>
    }
}
