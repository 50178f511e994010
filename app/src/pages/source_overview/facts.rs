//! The panel's facts: the numbers of the selection in words, beside the chart.

use super::api::Numbers;
use super::figures::Figure;
use super::place::Place;
use super::words::bucket;
use domain::number_format::{NOTHING, count, difference, share};
use domain::step::Step;
use leptos::prelude::*;

#[component]
pub(super) fn Facts(numbers: std::sync::Arc<Numbers>, place: Place, figure: Figure) -> impl IntoView {
    let busiest = format!("Busiest {}", bucket(numbers.window.bucket_ms));
    let rest = if place.query.step == Step::Received {
        Step::ALL.into_iter().skip(1).map(|step| fate(&numbers, step)).collect_view().into_any()
    } else {
        let shares = numbers.labels.compared.as_ref().map(|compared| {
            view! {
                {fact(format!("Share, {}", compared.short), figure.previous_share())}
                {fact("Share change".to_owned(), figure.share_change())}
            }
        });
        shares.into_any()
    };
    let change = numbers.labels.compared.as_ref().map(|compared| {
        view! {
            {fact(compared.title.clone(), count(figure.part.previous))}
            {fact("Change".to_owned(), difference(figure.part))}
        }
    });
    view! {
        <dl class="facts">
            {change} {fact(busiest, busiest_bucket(&numbers))} {rest}
        </dl>
    }
}

fn fact(name: String, value: String) -> impl IntoView {
    view! { <div class="facts__row"><dt>{name}</dt><dd>{value}</dd></div> }
}

/// What became of the events that the filters let through: one of the three ways.
fn fate(numbers: &Numbers, step: Step) -> impl IntoView + use<> {
    let swatch = match step {
        Step::FailedOnIngest => "--swatch:var(--flow-failed)",
        Step::FilteredAtSource => "--swatch:var(--flow-filtered)",
        Step::Received | Step::Eligible => "--swatch:var(--flow-eligible)",
    };
    let fate = numbers.fate;
    let part = match step {
        Step::FailedOnIngest => fate.failed,
        Step::FilteredAtSource => fate.filtered,
        Step::Eligible => fate.eligible,
        Step::Received => fate.received(),
    };
    let whole = fate.received();
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
