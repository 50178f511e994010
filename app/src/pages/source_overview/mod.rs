//! The Source Overview: what a source sent, what failed, what was filtered and what flows on. The address is the state
//! (`query`), one server function answers it (`api`); the parts below the head draw that answer.

pub mod api;
mod breakdown;
mod chart_model;
mod chips;
mod compare;
mod content;
mod empty;
mod facts;
mod figures;
mod flow;
pub(crate) mod head;
mod labels;
mod ledger;
mod panel;
#[cfg(feature = "ssr")]
pub mod period;
mod picker;
mod pipeline;
mod place;
pub mod query;
mod ribbons;
mod row;
pub mod samples;
mod search;
mod step_card;
mod toolbar;
mod words;

use crate::error::AppError;
use crate::pages::not_found::NotFound;
use crate::ui::error_state::ErrorState;
use api::{OverviewPage, SourceHead, source_overview};
use content::ContentView;
use head::Head;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::{use_params_map, use_query_map};
use picker::state::PickerState;
use place::Place;
use query::{OverviewParams, OverviewQuery};
use samples::SamplesDrawer;

/// What was asked for, and the answer: kept together, so that a page never shows old numbers under new links.
type Answer = (String, OverviewParams, Result<OverviewPage, AppError>);

/// The Source Overview page.
#[component]
pub fn SourceOverview() -> impl IntoView {
    let (path, search) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| path.with(|path| path.get("slug")).unwrap_or_default());
    let parsed = Memo::new(move |_| search.with(|search| OverviewQuery::parse(|name| search.get(name))));
    // Counts or percentages is no question to the server: the same numbers serve both.
    // Neither is the drawer: it asks for itself.
    let params = Memo::new(move |_| parsed.with(|(query, _)| query.closed().params()));
    let query = Memo::new(move |_| parsed.with(|(query, _)| query.clone()));
    let open = Memo::new(move |_| parsed.with(|(query, _)| query.open));
    let metric = Memo::new(move |_| parsed.with(|(query, _)| query.metric));
    let sentences = Memo::new(move |_| parsed.with(|(_, sentences)| sentences.clone()));
    let page = Resource::new(
        move || (asked.get(), params.get()),
        |(slug, params)| async move {
            let answer = source_overview(slug.clone(), params.clone()).await;
            (slug, params, answer)
        },
    );
    let awake = RwSignal::new(false);
    Effect::new(move |_| awake.set(true));
    let pending = RwSignal::new(false);
    let retry = Callback::new(move |()| page.refetch());
    let known = StoredValue::new(None::<SourceHead>);
    provide_context(PickerState::new());
    view! {
        <div class="overview" aria-busy=move || (awake.get() && pending.get()).then_some("true")>
            <Transition set_pending=pending>
                {move || {
                    let (metric, sentences) = (metric.get(), sentences.get());
                    Suspend::new(async move {
                        let (slug, params, answer): Answer = page.await;
                        let (query, _) = OverviewQuery::parse(|name| params.get(name));
                        let place = Place::new(&slug, query.with_metric(metric));
                        drawn(answer, place, sentences, awake.into(), retry, known)
                    })
                }}
            </Transition>
            {move || open.get().map(|reason| view! { <SamplesDrawer reason=reason slug=asked query=query /> })}
        </div>
    }
    .into_any()
}

fn drawn(
    answer: Result<OverviewPage, AppError>,
    place: Place,
    sentences: Vec<String>,
    awake: Signal<bool>,
    retry: Callback<()>,
    known: StoredValue<Option<SourceHead>>,
) -> AnyView {
    match answer {
        Ok(page) => {
            known.set_value(Some(page.head.clone()));
            view! {
                <Title text=format!("{}: overview", page.head.source.name) />
                <Head head=page.head.clone() href=place.here() />
                <div class="frame__content">
                    <ContentView page=page place=place sentences=sentences awake=awake retry=retry />
                </div>
            }
            .into_any()
        }
        Err(AppError::NotFound) => view! { <NotFound /> }.into_any(),
        Err(error) => {
            // A call that failed while the reader was here takes the numbers away, not the page.
            let head = known.get_value().filter(|head| place.is_of(&head.source.slug));
            view! {
                {head.is_none().then(|| view! { <Title text="Source overview" /> })}
                {head.map(|head| view! { <Head head=head href=place.here() /> })}
                <div class="frame__content frame__content--top">
                    <section class="panel">
                        <ErrorState title="Could not load the source" error=error href=place.here() retry=retry />
                    </section>
                </div>
            }
            .into_any()
        }
    }
}
