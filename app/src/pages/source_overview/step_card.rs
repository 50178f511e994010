//! The step cards: a count, its change, its shape over the range.

use super::api::Numbers;
use super::figures::{Figure, rate};
use super::place::Place;
use super::query::Metric;
use super::toolbar::in_place;
use super::words::lower_first;
use crate::ui::badge::{Badge, Tag};
use crate::ui::icon::Icon;
use crate::ui::spark::Spark;
use domain::number_format::count;
use domain::step::Step;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use std::sync::Arc;

#[component]
pub(super) fn StepCard(step: Step, numbers: Arc<Numbers>, place: Place) -> impl IntoView {
    let (slug, query) = (step.slug(), place.query.clone());
    let figure = figure(&numbers, step);
    let chosen = query.step == step;
    let href = place.href(query.with_step(step));
    let navigate = use_navigate();
    let id = move |part: &str| format!("step-{slug}{part}");
    let compared = numbers.labels.compared.clone();
    let mut described_by = id("-count");
    for (part, is_there) in [("-share", step.is_discard()), ("-change", compared.is_some())] {
        if is_there {
            described_by = format!("{described_by} {}", id(part));
        }
    }
    let beside = match query.metric {
        Metric::Counts => format!("{} of received", figure.share()),
        Metric::Percentages => count(figure.part.now),
    };
    let change = compared.map(|compared| {
        view! {
            <p class="step__change" id=id("-change")>
                <ChangeView figure=figure metric=query.metric />
                <span class="sr-only">{format!("versus the {}", lower_first(&compared.title))}</span>
            </p>
        }
    });
    view! {
        <div class=format!("step step--{slug}") data-step=slug>
            <div class="step__head">
                <input
                    class="step__radio"
                    type="radio"
                    name="step"
                    value=slug
                    id=id("")
                    checked=chosen
                    prop:checked=chosen
                    aria-describedby=described_by
                    on:change=move |_| navigate(&href, in_place())
                />
                <label class="step__name" for=id("")>{step.title()}</label>
                {step.is_discard().then(|| view! { <span class="step__share" id=id("-share")>{beside}</span> })}
            </div>
            <p class="step__count" id=id("-count") title=full(figure, query.metric)>{figure.headline(query.metric)}</p>
            {change}
            <Spark values=finished(&numbers, step) class="step__spark" />
            {(step == Step::Received).then(|| view! { <ReceivedFoot numbers=numbers place=place /> })}
        </div>
    }
}

#[component]
fn ReceivedFoot(numbers: Arc<Numbers>, place: Place) -> impl IntoView {
    let total = numbers.pipeline.total(Step::Received);
    let fact = match place.query.metric {
        Metric::Counts => numbers.labels.compared.clone().map(|compared| (compared.title, total.previous)),
        Metric::Percentages => Some(("Events".to_owned(), total.now)),
    };
    let fact = fact.map(|(title, value)| {
        view! { <p class="step__foot-row"><span>{title}</span><span class="num">{count(value)}</span></p> }
    });
    view! {
        <div class="step__foot">
            <p class="step__foot-row"><span>"Right now"</span><span class="num">{rate(numbers.last_minute)}</span></p>
            {fact}
        </div>
    }
}

/// The difference to the compared window, and the badge.
#[component]
fn ChangeView(figure: Figure, metric: Metric) -> impl IntoView {
    let change = figure.card_change(metric);
    view! { <span>{change.text}</span> <Badge text=change.badge tone=change.tone /> }
}

/// What flows on: read-only, an output of the other three.
#[component]
pub(super) fn EligibleCard(numbers: Arc<Numbers>, metric: Metric) -> impl IntoView {
    let figure = figure(&numbers, Step::Eligible);
    let change = numbers.labels.compared.is_some().then(|| {
        view! { <p class="step__change"><ChangeView figure=figure metric=metric /></p> }
    });
    let (title, value) = match metric {
        Metric::Counts => ("Share of received", figure.share()),
        Metric::Percentages => ("Events", count(figure.part.now)),
    };
    view! {
        <div class="step step--eligible" data-step="eligible">
            <div class="step__head">
                <span class="step__name">{Step::Eligible.title()}</span>
                <Tag text="Read-only" icon=Icon::Lock />
            </div>
            <p class="step__count" title=full(figure, metric)><output>{figure.headline(metric)}</output></p>
            {change}
            <Spark values=finished(&numbers, Step::Eligible) class="step__spark" />
            <div class="step__foot">
                <p class="step__foot-row"><span>"Flows to"</span><span>"no destination yet"</span></p>
                <p class="step__foot-row"><span>{title}</span><span class="num">{value}</span></p>
            </div>
        </div>
    }
}

fn figure(numbers: &Numbers, step: Step) -> Figure {
    Figure { step, part: numbers.pipeline.total(step), received: numbers.pipeline.total(Step::Received) }
}

/// The number in full where the card abbreviates it.
fn full(figure: Figure, metric: Metric) -> Option<String> {
    let text = count(figure.part.now);
    (metric == Metric::Counts && figure.headline(metric) != text).then_some(text)
}

/// A step's complete buckets.
fn finished(numbers: &Numbers, step: Step) -> Vec<u64> {
    let values = &numbers.pipeline.step(step).now;
    numbers.finished(values).to_vec()
}
