//! The setup page of a source: the lines that send its events, the newest event as soon as it is there, and a test event
//! that goes the way of all others. Which library is shown, and which test event, stands in the address.

pub mod api;
mod decisions;
mod follow;
mod install;
mod listen;
mod newest;
#[cfg(feature = "ssr")]
mod read;

#[cfg(feature = "ssr")]
pub use read::TEST_ID_PREFIX;

use crate::error::AppError;
use crate::href;
use crate::pages::new_source::STEPS;
use crate::pages::not_found::NotFound;
use crate::pages::source_overview::head::Head;
use crate::pages::source_tabs::SourceTab;
use crate::ui::callout::{Callout, CalloutTone};
use crate::ui::error_state::ErrorState;
use crate::ui::steps::Steps;
use crate::wire::{self, WireResource};
use api::{Heard, SetupPage, TestFailure, source_heard, source_setup};
use decisions::Decisions;
use install::Install;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use listen::Listen;

/// The answer to what was heard of the source.
type Hearing = WireResource<Result<Heard, AppError>>;

/// What listens, and what it asks for.
#[derive(Clone, Copy)]
struct Listening {
    heard: Hearing,
    /// The slug of the source whose events are waited for.
    followed: RwSignal<Option<String>>,
    /// Reads the whole page anew.
    anew: Callback<()>,
}

/// The setup page.
#[component]
pub fn SourceSetup() -> impl IntoView {
    let (path, query) = (use_params_map(), use_query_map());
    let slug = Memo::new(move |_| path.with(|path| path.get("slug")).unwrap_or_default());
    let asked = Memo::new(move |_| {
        query.with(|query| (query.get("library").unwrap_or_default(), query.get("test").unwrap_or_default()))
    });
    // The server may have tried to send a test event already; the browser must draw the same first.
    let failure = StoredValue::new(wire::shared(|| use_context::<TestFailure>().unwrap_or_default()));
    #[cfg(feature = "ssr")]
    set_status(failure.with_value(|failure| failure.status));
    let page =
        wire::resource(move || (slug.get(), asked.get()), |(slug, (library, test))| source_setup(slug, library, test));
    let heard: Hearing = wire::resource(move || slug.get(), source_heard);
    let retry = Callback::new(move |()| page.refetch());
    let followed = follow::follow(heard);
    let listening = Listening { heard, followed, anew: retry };
    view! {
        <Transition>
            {move || Suspend::new(async move {
                match page.await {
                    Ok(page) => view! { <Content page=page failure=failure.get_value() listening=listening /> }.into_any(),
                    Err(AppError::NotFound) => view! { <NotFound /> }.into_any(),
                    Err(error) => view! {
                        <Title text="Source setup" />
                        <div class="frame__content frame__content--top">
                            <section class="panel">
                                <ErrorState
                                    title="Could not load the setup"
                                    error=error
                                    href=href::source_setup(&slug.get_untracked())
                                    retry=retry
                                />
                            </section>
                        </div>
                    }.into_any(),
                }
            })}
        </Transition>
    }
    .into_any()
}

#[component]
fn Content(page: SetupPage, failure: TestFailure, listening: Listening) -> impl IntoView {
    let SetupPage { head, is_https, library, sample, libraries, test } = page;
    let source = head.source.clone();
    let slug = source.slug.clone();
    let is_new = head.last_event.is_none();
    let note = state_note(&source.name, source.enabled, is_new);
    let class = if is_new { "frame__content" } else { "frame__content frame__content--top" };
    view! {
        <Title text=format!("{}: setup", source.name) />
        <Head head=head href=href::source_setup(&slug) tab=SourceTab::Setup />
        <div class=class>
            {is_new.then(|| view! { <Steps steps=STEPS.to_vec() current=2 /> })}
            <div class="setup">
                <div class="stack">
                    <Failed failure=failure />
                    {test.map(|test| view! { <Decisions test=test source=source.clone() /> })}
                    {note}
                    <Install slug=slug.clone() is_https=is_https library=library.clone() sample=sample libraries=libraries />
                </div>
                <Listen listening=listening is_new=is_new slug=slug library=library />
            </div>
        </div>
    }
}

/// Whether the source takes events; nothing needs to be said of one that has had some.
fn state_note(name: &str, is_enabled: bool, is_new: bool) -> Option<AnyView> {
    if !is_enabled {
        return Some(
            view! {
                <Callout tone=CalloutTone::Warning title="This source is disabled">
                    "Events sent to it fail with "<code>"source_disabled"</code>". Its settings enable it again."
                </Callout>
            }
            .into_any(),
        );
    }
    is_new.then(|| {
        let title = format!("{name} is enabled and ready to receive events.");
        view! {
            <Callout tone=CalloutTone::Success title=title>
                "Put the lines below into your code. This page shows the first event as soon as it arrives."
            </Callout>
        }
        .into_any()
    })
}

/// Why no test event was sent.
#[component]
fn Failed(failure: TestFailure) -> impl IntoView {
    (failure.status != 0).then(|| {
        view! {
            <div role="alert">
                <Callout tone=CalloutTone::Danger title="The test event was not taken">{failure.sentence}</Callout>
            </div>
        }
    })
}

/// Says by the page's status that no test event was sent.
#[cfg(feature = "ssr")]
fn set_status(status: u16) {
    let options = use_context::<leptos_axum::ResponseOptions>();
    if let (Some(options), Ok(status)) = (options, http::StatusCode::from_u16(status)) {
        options.set_status(status);
    }
}
