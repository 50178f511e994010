//! The panel's facts: the numbers of the selection in words, beside the chart.

use super::api::Numbers;
use super::figures::Figure;
use super::place::Place;
use super::words::{before_short, bucket};
use domain::number_format::{NOTHING, count, difference, share};
use domain::step::Step;
use leptos::prelude::*;

#[component]
pub(super) fn Facts(numbers: std::sync::Arc<Numbers>, place: Place, figure: Figure) -> impl IntoView {
    let range = place.query.range;
    let busiest = format!("Busiest {}", bucket(numbers.window.bucket_ms));
    let rest = if place.query.step == Step::Received {
        Step::ALL.into_iter().skip(1).map(|step| fate(&numbers, step)).collect_view().into_any()
    } else {
        let previous = format!("Share, previous {}", before_short(range));
        view! { {fact(previous, figure.previous_share())} {fact("Share change".to_owned(), figure.share_change())} }
            .into_any()
    };
    view! {
        <dl class="facts">
            {fact(range.previous_title().to_owned(), count(figure.part.previous))}
            {fact("Change".to_owned(), difference(figure.part))} {fact(busiest, busiest_bucket(&numbers))} {rest}
        </dl>
    }
}

fn fact(name: String, value: String) -> impl IntoView {
    view! { <div class="facts__row"><dt>{name}</dt><dd>{value}</dd></div> }
}

/// What became of the events received: one of the three ways.
fn fate(numbers: &Numbers, step: Step) -> impl IntoView + use<> {
    let swatch = match step {
        Step::FailedOnIngest => "--swatch:var(--flow-failed)",
        Step::FilteredAtSource => "--swatch:var(--flow-filtered)",
        Step::Received | Step::Eligible => "--swatch:var(--flow-eligible)",
    };
    let (part, whole) = (numbers.pipeline.total(step).now, numbers.pipeline.total(Step::Received).now);
    view! {
        <div class="facts__row">
            <dt><span class="facts__swatch" style=swatch aria-hidden="true"></span>{step.title()}</dt>
            <dd>{count(part)}" "<span class="quiet">{share(part, whole)}</span></dd>
        </div>
    }
}

/// `21:00 · 37,314`; of equal buckets the first.
fn busiest_bucket(numbers: &Numbers) -> String {
    let values = numbers.series.now.iter().zip(&numbers.labels.buckets);
    match values.rev().max_by_key(|(value, _)| **value) {
        Some((value, label)) if *value > 0 => format!("{} · {}", label.short, count(*value)),
        Some(_) | None => NOTHING.to_owned(),
    }
}
