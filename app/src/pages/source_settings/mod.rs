//! The settings of a source: what it is, its keys, what is kept, its end. Each panel saves by itself; what has to be asked
//! first is asked in a dialog that the address opens (`dialogs`).

pub mod api;
mod basic;
mod danger;
mod dialogs;
mod keys;
mod limits;
mod notes;
#[cfg(feature = "ssr")]
mod read;
#[cfg(feature = "ssr")]
mod save;

#[cfg(feature = "ssr")]
pub use save::save;

use crate::error::AppError;
use crate::href;
use crate::pages::not_found::NotFound;
use crate::pages::source_overview::head::Head;
use crate::pages::source_tabs::SourceTab;
use crate::ui::error_state::ErrorState;
use crate::ui::rail::{Rail, RailLink};
use crate::wire;
use api::{KeyLook, SettingsForm, SettingsPage, source_settings};
use basic::Basic;
use danger::Danger;
use dialogs::Dialogs;
use keys::Keys;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use limits::LimitsPanel;
use notes::Notes;

/// The settings page.
#[component]
pub fn SourceSettings() -> impl IntoView {
    let (path, query) = (use_params_map(), use_query_map());
    let slug = Memo::new(move |_| path.with(|path| path.get("slug")).unwrap_or_default());
    // The server may have looked at a filled-in form already; the browser must draw the same first.
    let form = StoredValue::new(wire::shared(|| use_context::<SettingsForm>().unwrap_or_default()));
    #[cfg(feature = "ssr")]
    set_status(form.with_value(SettingsForm::status));
    let page = wire::resource(move || slug.get(), source_settings);
    let retry = Callback::new(move |()| page.refetch());
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match page.await {
                    Ok(page) => view! { <Content page=page form=form.get_value() /> }.into_any(),
                    Err(AppError::NotFound) => view! { <NotFound /> }.into_any(),
                    Err(error) => view! {
                        <Title text="Source settings" />
                        <div class="frame__content frame__content--top">
                            <section class="panel">
                                <ErrorState
                                    title="Could not load the settings"
                                    error=error
                                    href=href::source_settings(&slug.get_untracked())
                                    retry=retry
                                />
                            </section>
                        </div>
                    }.into_any(),
                }
            })}
            // By itself: a dialog opens and closes without the page below being drawn again.
            {move || {
                let asked = query.get();
                Suspend::new(async move {
                    page.await.ok().map(|page| view! { <Dialogs page=page form=form.get_value() asked=asked /> })
                })
            }}
        </Transition>
    }
    .into_any()
}

#[component]
fn Content(page: SettingsPage, form: SettingsForm) -> impl IntoView {
    let SettingsPage { head, keys, limits, .. } = page;
    let slug = head.source.slug.clone();
    let live = keys.iter().filter(|key| matches!(key.state, KeyLook::Active | KeyLook::Grace(_))).count();
    let source = head.source.clone();
    view! {
        <Title text=format!("{}: settings", source.name) />
        <Head head=head href=href::source_settings(&slug) tab=SourceTab::Settings />
        <div class="frame__content frame__content--top">
            <div class="railed">
                <Rail links=parts(live) />
                <div class="stack">
                    <Notes form=form.clone() enabled=source.enabled />
                    <Basic source=source.clone() form=form />
                    <Keys keys=keys source=source.clone() />
                    <LimitsPanel limits=limits />
                    <Danger source=source />
                </div>
            </div>
        </div>
    }
}

fn parts(keys: usize) -> Vec<RailLink> {
    let part = |anchor: &str, title: &str, count: Option<usize>| RailLink {
        anchor: anchor.to_owned(),
        title: title.to_owned(),
        count: count.map(|count| count.to_string()),
        nested: false,
    };
    vec![
        part("basic", "Basic", None),
        part("keys", "Write keys", Some(keys)),
        part("limits", "Retention and limits", None),
        part("danger", "Danger zone", None),
    ]
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
