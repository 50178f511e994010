//! The toolbar: counts or percentages, what is shown and compared, the zone, the range.

use super::api::Numbers;
use super::compare::CompareChooser;
use super::live::LiveButton;
use super::picker::RangePicker;
use super::place::Place;
use super::query::Metric;
use crate::ui::button::{Button, ButtonKind};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use std::sync::Arc;

#[component]
pub(super) fn Toolbar(numbers: Arc<Numbers>, place: Place, awake: Signal<bool>) -> impl IntoView {
    let labels = &numbers.labels;
    let (span, zone) = (format!("{}, ", labels.span), labels.zone.clone());
    let live = numbers.live.as_ref().map(|_| view! { <LiveButton numbers=numbers.clone() /> });
    view! {
        <div class="toolbar" role="group" aria-label="View options">
            {view! { <MetricForm place=place.clone() /> }.into_any()}
            <div class="toolbar__note toolbar__sentence">
                {span} {view! { <CompareChooser numbers=numbers.clone() place=place.clone() awake=awake /> }.into_any()}
            </div>
            <span class="toolbar__spacer"></span>
            <span class="toolbar__note toolbar__zone">{zone}</span>
            {live}
            {view! { <RangePicker numbers=numbers place=place awake=awake /> }.into_any()}
        </div>
    }
}

#[component]
fn MetricForm(place: Place) -> impl IntoView {
    // Without JavaScript the form carries the rest of the state along.
    let kept = place.query.fields().into_iter().filter(|(name, _)| *name != "as");
    let kept = kept.map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
    let choices = Metric::ALL.map(|metric| view! { <MetricChoice metric=metric place=place.clone() /> });
    view! {
        // The browser must not bring back a choice that the address no longer says.
        <form class="toolbar__metric" method="get" action=place.action() autocomplete="off">
            <fieldset class="segmented">
                <legend class="sr-only">"Show metrics as"</legend>
                {choices.collect_view()}
            </fieldset>
            <Button kind=ButtonKind::SubmitWithoutScript>"Apply"</Button>
            {kept.collect_view()}
        </form>
    }
}

#[component]
fn MetricChoice(metric: Metric, place: Place) -> impl IntoView {
    let chosen = place.query.metric == metric;
    let href = place.href(place.query.with_metric(metric));
    let navigate = use_navigate();
    view! {
        <label class="segmented__item">
            <input
                type="radio"
                name="as"
                value=metric.slug()
                checked=chosen
                prop:checked=chosen
                on:change=move |_| navigate(&href, in_place())
            />
            {metric.title()}
        </label>
    }
}

/// A choice changes the page where it is, without a jump to the top; Back undoes it, as it does without JavaScript.
pub(super) fn in_place() -> NavigateOptions {
    NavigateOptions { scroll: false, ..NavigateOptions::default() }
}
