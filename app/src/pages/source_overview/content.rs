//! What stands below the head: notes, then the numbers, or what to do where there are none.

use super::api::{Content, Numbers, OverviewPage};
use super::empty::{EmptyRange, NoEvents};
use super::panel::Panel;
use super::pipeline::PipelineView;
use super::place::Place;
use super::toolbar::Toolbar;
use crate::ui::callout::{Callout, CalloutTone};
use crate::ui::error_state::ErrorState;
use domain::step::Step;
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub(super) fn ContentView(
    page: OverviewPage,
    place: Place,
    sentences: Vec<String>,
    awake: Signal<bool>,
    retry: Callback<()>,
) -> impl IntoView {
    let mut sentences = sentences;
    let mut place = place;
    if let Content::Numbers(numbers) = &page.content {
        sentences.extend(numbers.notes.iter().cloned());
        place.query.range = numbers.range;
        place.query.compare = numbers.compare;
    }
    let notes = view! { <Notes enabled=page.head.source.enabled sentences=sentences /> };
    let age_ms = page.head.last_event.as_ref().map_or(0, |last_event| last_event.age_ms);
    let ago = page.head.last_event.map(|last_event| last_event.moment.ago).unwrap_or_default();
    let below = match page.content {
        Content::NoEvents { origin } => {
            view! { <NoEvents origin=origin write_key=page.head.write_key.unwrap_or_default() /> }.into_any()
        }
        Content::Failed(error) => view! {
            <section class="panel">
                <ErrorState title="Could not load the numbers" error=error href=place.here() retry=retry />
            </section>
        }
        .into_any(),
        Content::Numbers(numbers) => {
            let numbers: Arc<Numbers> = Arc::from(numbers);
            let panel = panel(numbers.clone(), place.clone(), awake, ago, age_ms);
            view! {
                <Toolbar numbers=numbers.clone() place=place.clone() awake=awake />
                <PipelineView numbers=numbers place=place />
                {panel}
            }
            .into_any()
        }
    };
    view! { {notes} {below} }
}

fn panel(numbers: Arc<Numbers>, place: Place, awake: Signal<bool>, ago: String, age_ms: i64) -> AnyView {
    if numbers.pipeline.total(Step::Received).now > 0 {
        return view! { <Panel numbers=numbers place=place awake=awake /> }.into_any();
    }
    let between = numbers.labels.between.clone();
    view! { <EmptyRange between=between ago=ago age_ms=age_ms place=place /> }.into_any()
}

/// What the reader should know first: the source is off, the address held something unusable.
#[component]
fn Notes(enabled: bool, sentences: Vec<String>) -> impl IntoView {
    let disabled = (!enabled).then(|| {
        view! {
            <Callout tone=CalloutTone::Danger title="This source is disabled">
                "Events sent to it fail with source_disabled."
            </Callout>
        }
    });
    let sentences = (!sentences.is_empty()).then(|| view! {
        <Callout tone=CalloutTone::Warning title="Part of this address could not be used">{sentences.join(" ")}</Callout>
    });
    let any = disabled.is_some() || sentences.is_some();
    any.then(|| view! { <div class="overview__notes" role="status">{disabled} {sentences}</div> })
}
