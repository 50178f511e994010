//! Adding a source of one kind. Without a kind the address leads to the catalog.

pub mod api;
mod form;

use crate::error::AppError;
use crate::href;
use crate::pages::catalog::badge;
use crate::pages::catalog_entry::api::{EntryPage, read_entry};
use crate::pages::new_source::api::NewSourceForm;
use crate::pages::not_found::NotFound;
use crate::ui::error_state::ErrorState;
use crate::ui::page_head::{Crumb, PageHead};
use crate::ui::steps::Steps;
use crate::ui::tile::{Tile, TileSize};
use crate::wire;
use domain::catalog::{CatalogEntry, Support};
use form::FormView;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::components::Redirect;
use leptos_router::hooks::{use_params_map, use_query_map};

/// How a source is added; the last step is the setup page of the source.
pub(crate) const STEPS: [&str; 3] = ["Choose a kind", "Name and settings", "Send your first event"];

/// `/sources/new` leads to the catalog, or with `?kind=`, as older links have it, to the form of that kind.
#[component]
pub fn NewSourceRedirect() -> impl IntoView {
    let kind = use_query_map().with_untracked(|query| query.get("kind")).filter(|kind| !kind.is_empty());
    let path = kind.map_or_else(|| href::catalog().to_owned(), |kind| href::new_source(&kind));
    view! { <Redirect path=path /> }
}

/// The form that adds a source.
#[component]
pub fn NewSource() -> impl IntoView {
    // The server may have looked at a filled-in form already; the browser must draw the same first.
    let form = wire::shared(|| use_context::<NewSourceForm>().unwrap_or_default());
    #[cfg(feature = "ssr")]
    set_status(&form);
    let form = StoredValue::new(form);
    let params = use_params_map();
    let kind = Memo::new(move |_| params.with(|params| params.get("kind")).unwrap_or_default());
    let page = wire::resource(move || kind.get(), read_entry);
    let retry = Callback::new(move |()| page.refetch());
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match page.await {
                    Ok(EntryPage { entry, .. }) if entry.support == Support::Connects => {
                        view! { <Content entry=entry form=form.get_value() /> }.into_any()
                    }
                    // Its page says what works instead.
                    Ok(EntryPage { entry, .. }) => view! { <Redirect path=href::catalog_entry(&entry.slug) /> }.into_any(),
                    Err(AppError::NotFound) => NotFound().into_any(),
                    Err(error) => view! {
                        <Head title="Add a source" />
                        <div class="frame__content frame__content--top">
                            <section class="panel">
                                <ErrorState
                                    title="Could not load this form"
                                    error=error
                                    href=href::new_source(&kind.get_untracked())
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
fn Head(#[prop(into)] title: String) -> impl IntoView {
    view! {
        <Title text=title.clone() />
        <PageHead
            title=title
            crumbs=vec![Crumb::link("Catalog", href::catalog()), Crumb::here("Add source")]
            lead="Headwater makes the write key when you add the source. The kind cannot be changed later."
        />
    }
}

#[component]
fn Content(entry: CatalogEntry, form: NewSourceForm) -> impl IntoView {
    view! {
        <Head title=format!("Add {} {} source", article(&entry.name), entry.name) />
        <div class="frame__content">
            <Steps steps=STEPS.to_vec() current=1 />
            <div class="setup">
                <FormView form=form slug=entry.slug.clone() kind=entry.kind />
                <About entry=entry />
            </div>
        </div>
    }
}

/// `a Python source`, `an Apple source`: by the first letter, and spelt-out names by how it is spoken.
fn article(name: &str) -> &'static str {
    let first = name.trim_start_matches('.').chars().next();
    let is_spelt_out = name.starts_with("HTTP");
    if is_spelt_out || first.is_some_and(|c| matches!(c, 'A' | 'E' | 'I' | 'O')) { "an" } else { "a" }
}

#[component]
fn About(entry: CatalogEntry) -> impl IntoView {
    let href = href::catalog_entry(&entry.slug);
    view! {
        <aside class="panel setup__aside" aria-labelledby="about">
            <div class="setup__about">
                <Tile monogram=entry.monogram size=TileSize::Large />
                <div>
                    <h2 id="about">{entry.name.clone()}</h2>
                    <p class="muted">{entry.kind.title()}</p>
                </div>
                {badge(entry.tier, &entry.status)}
            </div>
            <p class="muted">{format!("{}.", entry.description)}</p>
            <p class="muted">
                "The source is enabled at once. Its page opens with its write key, and the first event shows up there within seconds."
            </p>
            <p><a href=href>{format!("About {} in the catalog", entry.name)}</a></p>
        </aside>
    }
}

/// 422 for a form that has to be mended, 500 for one that we could not keep.
#[cfg(feature = "ssr")]
fn set_status(form: &NewSourceForm) {
    let _status_is_set = match (&form.failure, form.first_error()) {
        (Some(_), _) => Some(AppError::Internal.answer()),
        (None, Some(sentence)) => Some(AppError::invalid(sentence)),
        (None, None) => None,
    };
}

#[cfg(test)]
mod tests {
    use super::article;

    #[test]
    fn names_have_articles() {
        let cases =
            [("Python", "a"), ("Apple", "an"), (".NET", "a"), ("HTTP API", "an"), ("Unity", "a"), ("AMP", "an")];
        for (name, expected) in cases {
            assert_eq!(article(name), expected, "{name}");
        }
    }
}
