//! The sources list: every source with its last 24 hours. The address says which are shown (`query`); a row leads to the
//! source's overview, and what is chosen by its boxes is changed together.

pub mod api;
mod bulk;
#[cfg(feature = "ssr")]
mod change;
#[cfg(feature = "ssr")]
mod choose;
mod deleted;
mod labels;
mod notes;
pub mod query;
#[cfg(feature = "ssr")]
mod read;
mod table;
mod toolbar;

#[cfg(feature = "ssr")]
pub use change::change;

use crate::href;
use crate::pages::sources::api::{SourcesForm, SourcesPage, list_sources};
use crate::pages::sources::bulk::{BulkForm, DisableDialog};
use crate::pages::sources::deleted::Deleted;
use crate::pages::sources::notes::{Done, Notes};
use crate::pages::sources::query::{SourcesQuery, SourcesTab};
use crate::pages::sources::table::SourcesTable;
use crate::pages::sources::toolbar::{Pages, Toolbar, tabs};
use crate::ui::button::{ButtonLook, LinkButton};
use crate::ui::empty::{EmptyMark, EmptyState};
use crate::ui::error_state::ErrorState;
use crate::ui::icon::Icon;
use crate::ui::page_head::PageHead;
use crate::ui::tabs::Tab;
use crate::ui::tile::Tile;
use crate::wire;
use domain::catalog::CatalogEntry;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// The sources list.
#[component]
pub fn Sources() -> impl IntoView {
    let address = use_query_map();
    let query = Memo::new(move |_| {
        address.with(|address| SourcesQuery::parse(|name| address.get_all(name).unwrap_or_default()))
    });
    // The server may have looked at a filled-in form already; the browser must draw the same first.
    let form = StoredValue::new(wire::shared(|| use_context::<SourcesForm>().unwrap_or_default()));
    #[cfg(feature = "ssr")]
    set_status(form.with_value(SourcesForm::status));
    let list = wire::resource(move || query.get(), list_sources);
    let retry = Callback::new(move |()| list.refetch());
    view! {
        <Title text="Sources" />
        <Transition>
            {move || Suspend::new(async move {
                match list.await {
                    Ok(page) => view! { <Content page=page form=form.get_value() /> }.into_any(),
                    Err(error) => view! {
                        <Head lead="Where your events come from." tabs=Vec::new() />
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
fn Head(#[prop(into)] lead: String, tabs: Vec<Tab>) -> impl IntoView {
    let add = view! {
        <LinkButton href=href::catalog() look=ButtonLook::Primary icon=Icon::Plus>"Add source"</LinkButton>
    };
    view! { <PageHead title="Sources" lead=lead side=add.into_any() tabs=tabs /> }
}

#[component]
fn Content(page: SourcesPage, form: SourcesForm) -> impl IntoView {
    let notes = view! {
        <Done form=form.clone() />
        <Notes
            tallies=page.tallies.clone()
            last_unattributed=page.last_unattributed.clone()
            last_unavailable=page.last_unavailable.clone()
        />
    };
    let deleted = page.deleted.clone();
    if page.all.sources == 0 {
        let first_kinds = page.first_kinds;
        return view! { <NoSources first_kinds=first_kinds notes=notes.into_any() deleted=deleted /> }.into_any();
    }
    view! {
        <Head lead=labels::summary(page.all) tabs=tabs(&page) />
        <div class="frame__content">
            <Toolbar page=page.clone() />
            {notes}
            <List page=page form=form />
            <Deleted rows=deleted />
        </div>
    }
    .into_any()
}

/// The table, or why there is none.
#[component]
fn List(page: SourcesPage, form: SourcesForm) -> impl IntoView {
    let query = page.query.clone();
    if !page.rows.is_empty() {
        let disable = (!page.to_disable.is_empty())
            .then(|| view! { <DisableDialog sources=page.to_disable.clone() query=query.clone() /> });
        let (pages, form_again) = (page.clone(), form.clone());
        return view! {
            <section class="panel" aria-label="Sources">
                <BulkForm form=form_again query=query>
                    <SourcesTable page=page chosen=form.input.sources />
                </BulkForm>
                <Pages page=pages />
            </section>
            {disable}
        }
        .into_any();
    }
    let (title, text) = match (query.is_narrowed(), query.tab) {
        (true, _) if query.q.is_empty() => ("No source matches these filters".to_owned(), ""),
        (true, _) => (
            format!("No source matches “{}”", query.q),
            "Names, slugs, kinds and labels are searched, and whole write keys.",
        ),
        (false, SourcesTab::EventStreams) => ("No event stream yet".to_owned(), ""),
        (false, SourcesTab::CloudApps) => (
            "No cloud app yet".to_owned(),
            "Headwater cannot fetch from other services yet. Point their webhooks at the HTTP API instead.",
        ),
        (false, SourcesTab::ReverseEtl) => {
            ("No warehouse yet".to_owned(), "Headwater cannot read warehouses yet. Send rows to the HTTP API instead.")
        }
    };
    let all = SourcesQuery { tab: query.tab, columns: query.columns.clone(), ..SourcesQuery::default() };
    let clear =
        query.is_narrowed().then(|| view! { <LinkButton href=all.href()>"Clear search and filters"</LinkButton> });
    view! {
        <section class="panel">
            <EmptyState mark=EmptyMark::Icon(Icon::Search) title=title text=text>{clear}</EmptyState>
        </section>
    }
    .into_any()
}

#[component]
fn NoSources(first_kinds: Vec<CatalogEntry>, notes: AnyView, deleted: Vec<api::DeletedRow>) -> impl IntoView {
    view! {
        <Head lead="Where your events come from." tabs=Vec::new() />
        <div class="frame__content frame__content--top">
            {notes}
            <section class="panel">
                <EmptyState
                    mark=EmptyMark::Springs
                    title="No sources yet"
                    text="A source is a website, server or app that sends events here. Add one, paste its write key into your code, and the first event shows up within seconds."
                >
                    <LinkButton href=href::catalog() look=ButtonLook::Primary icon=Icon::Plus>"Add source"</LinkButton>
                </EmptyState>
            </section>
            <Deleted rows=deleted />
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
    let href = href::new_source(&kind.slug);
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

/// Says by the page's status that a form was not taken.
#[cfg(feature = "ssr")]
fn set_status(status: Option<u16>) {
    let options = use_context::<leptos_axum::ResponseOptions>();
    let status = status.and_then(|status| http::StatusCode::from_u16(status).ok());
    if let (Some(options), Some(status)) = (options, status) {
        options.set_status(status);
    }
}
