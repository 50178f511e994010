//! The toolbar: counts or percentages, what is shown and compared, the zone, the range. Live joins before the range.

use super::api::Numbers;
use super::place::Place;
use super::query::Metric;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::icon::{Icon, IconView};
use domain::time_range::TimeRange;
use leptos::html::Details;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use std::sync::Arc;

#[component]
pub(super) fn Toolbar(numbers: Arc<Numbers>, place: Place) -> impl IntoView {
    let labels = &numbers.labels;
    let (sentence, zone) = (labels.sentence.clone(), labels.zone.clone());
    // Without JavaScript the form carries the rest of the state along.
    let kept = place.query.fields().into_iter().filter(|(name, _)| *name != "as");
    let kept = kept.map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
    let choices = Metric::ALL.map(|metric| view! { <MetricChoice metric=metric place=place.clone() /> });
    let action = place.action();
    view! {
        // The browser must not bring back a choice that the address no longer says.
        <form class="toolbar" method="get" action=action aria-label="View options" autocomplete="off">
            <fieldset class="segmented">
                <legend class="sr-only">"Show metrics as"</legend>
                {choices.collect_view()}
            </fieldset>
            <span class="toolbar__note">{sentence}</span>
            <span class="toolbar__spacer"></span>
            <span class="toolbar__note">{zone}</span>
            <RangeChooser place=place />
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

#[component]
fn RangeChooser(place: Place) -> impl IntoView {
    let popover = NodeRef::<Details>::new();
    let close = move || {
        if let Some(popover) = popover.get_untracked() {
            popover.set_open(false);
        }
    };
    let links = TimeRange::PRESETS.map(|range| {
        let current = place.query.range == range;
        view! {
            <a
                class="menu__item"
                href=place.href(place.query.with_range(range))
                aria-current=current.then_some("true")
                data-noscroll=""
                on:click=move |_| close()
            >
                {range.title()}
                {current.then(|| view! { <IconView icon=Icon::Check /> })}
            </a>
        }
    });
    view! {
        <details class="popover" name="toolbar" node_ref=popover>
            <summary class="button">
                <span class="sr-only">"Time range: "</span>
                <IconView icon=Icon::Calendar />
                {place.query.range.title()}
                <IconView icon=Icon::ChevronDown />
            </summary>
            <div class="popover__panel menu">{links.collect_view()}</div>
        </details>
    }
}
