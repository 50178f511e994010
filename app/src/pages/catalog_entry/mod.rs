//! An entry of the catalog: what it is, how well it is kept, and what works with it here today.

pub mod api;
mod email;
mod facts;
mod today;

use crate::error::AppError;
use crate::href;
use crate::pages::catalog::badge;
use crate::pages::not_found::NotFound;
use crate::ui::button::{ButtonLook, LinkButton};
use crate::ui::callout::{Callout, CalloutTone};
use crate::ui::error_state::ErrorState;
use crate::ui::icon::Icon;
use crate::ui::page_head::{Crumb, PageHead};
use crate::wire;
use api::{EntryPage, read_entry};
use domain::catalog::{CatalogEntry, Support};
use email::EmailEvents;
use facts::Facts;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_params_map;
use today::Today;

/// The entry whose page tells of emails.
const PIXEL: &str = "pixel-tracking-api";

/// The page of an entry.
#[component]
pub fn CatalogEntryPage() -> impl IntoView {
    let params = use_params_map();
    let slug = Memo::new(move |_| params.with(|params| params.get("slug")).unwrap_or_default());
    let page = wire::resource(move || slug.get(), read_entry);
    let retry = Callback::new(move |()| page.refetch());
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match page.await {
                    Ok(page) => view! { <Content page=page /> }.into_any(),
                    Err(AppError::NotFound) => NotFound().into_any(),
                    Err(error) => view! {
                        <Title text="Catalog" />
                        <PageHead title="Catalog" crumbs=vec![Crumb::link("Catalog", href::catalog())] />
                        <div class="frame__content frame__content--top">
                            <section class="panel">
                                <ErrorState
                                    title="Could not load this entry"
                                    error=error
                                    href=href::catalog_entry(&slug.get_untracked())
                                    retry=retry
                                />
                            </section>
                        </div>
                    }.into_any(),
                }
            })}
        </Transition>
    }
}

#[component]
fn Content(page: EntryPage) -> impl IntoView {
    let EntryPage { entry, replacement, origin } = page;
    let side = (entry.support == Support::Connects).then(|| {
        let href = href::new_source(&entry.slug);
        let look = if replacement.is_some() { ButtonLook::Normal } else { ButtonLook::Primary };
        view! { <LinkButton href=href look=look icon=Icon::Plus>"Add source"</LinkButton> }.into_any()
    });
    let emails = (entry.slug == PIXEL).then(|| view! { <EmailEvents origin=origin /> });
    view! {
        <Title text=entry.name.clone() />
        <PageHead
            title=entry.name.clone()
            crumbs=vec![Crumb::link("Catalog", href::catalog()), Crumb::here(entry.name.clone())]
            monogram=entry.monogram.clone()
            badge=badge(entry.tier, &entry.status)
            lead=format!("{}.", entry.description)
            side=side
        />
        <div class="frame__content frame__content--top">
            <div class="setup">
                <div class="entry">
                    {replacement.map(|replacement| view! { <Replaced by=replacement /> })}
                    <Today entry=entry.clone() />
                    {emails}
                </div>
                <Facts entry=entry />
            </div>
        </div>
    }
}

#[component]
fn Replaced(by: CatalogEntry) -> impl IntoView {
    view! {
        <Callout tone=CalloutTone::Warning title="No longer kept by its makers">
            "For anything new, use "<a href=href::catalog_entry(&by.slug)>{by.name}</a>". It takes this one’s place."
        </Callout>
    }
}
