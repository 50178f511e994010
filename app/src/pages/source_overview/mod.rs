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
mod live;
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
use crate::lazy_part::drawn_when_there;
use crate::ui::chart::ChartReading;
use crate::ui::later::{later, when_awake};
use crate::wire;
use api::{OverviewPage, source_overview};
use content::Page;
use leptos::prelude::*;
use leptos_router::hooks::{use_params_map, use_query_map};
use picker::state::PickerState;
use query::{OverviewParams, OverviewQuery};
use samples::samples_drawer;

/// What was asked for, and the answer: kept together, so that a page never shows old numbers under new links.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
struct Answer {
    slug: String,
    params: OverviewParams,
    page: Result<OverviewPage, AppError>,
}

/// What needs code that cannot be had is left to the server, as if there were no script.
fn go_there() -> AnyView {
    // An address that is shown already.
    let _is_asked = window().location().reload();
    ().into_any()
}

/// The Source Overview page.
#[component]
pub fn SourceOverview() -> impl IntoView {
    let (path, search) = (use_params_map(), use_query_map());
    let asked = Memo::new(move |_| path.with(|path| path.get("slug")).unwrap_or_default());
    let parsed = Memo::new(move |_| search.with(|search| OverviewQuery::parse(&|name| search.get(name))));
    // Counts or percentages is no question to the server: the same numbers serve both.
    // Neither is the drawer: it asks for itself.
    let params = Memo::new(move |_| parsed.with(|(query, _)| query.closed().params()));
    let query = Memo::new(move |_| parsed.with(|(query, _)| query.clone()));
    let open = Memo::new(move |_| parsed.with(|(query, _)| query.open));
    let metric = Memo::new(move |_| parsed.with(|(query, _)| query.metric));
    let sentences = Memo::new(move |_| parsed.with(|(_, sentences)| sentences.clone()));
    let answer = wire::resource(
        move || (asked.get(), params.get()),
        |(slug, params)| async move {
            let page = source_overview(slug.clone(), params.clone()).await;
            Answer { slug, params, page }
        },
    );
    let awake = RwSignal::new(false);
    let wake = move || {
        // The page may be gone by then.
        let _is_gone = awake.try_set(true);
    };
    Effect::new(move |_| when_awake(wake));
    let pending = RwSignal::new(false);
    let retry = Callback::new(move |()| answer.refetch());
    provide_context(live::follow(retry));
    provide_context(PickerState::new());
    let reading = ChartReading::default();
    provide_context(reading);
    Effect::new(move |_| {
        params.track();
        reading.clear();
    });
    view! {
        <div class="overview" aria-busy=move || (awake.get() && pending.get()).then_some("true")>
            <Transition set_pending=pending>
                {later(move || {
                    view! { <Page answer=answer metric=metric sentences=sentences awake=awake retry=retry /> }.into_any()
                })}
            </Transition>
            {move || open.get().map(|reason| drawn_when_there(samples_drawer(reason, asked, query), go_there))}
        </div>
    }
    .into_any()
}
