//! The panel: the selection's facts and chart, and its breakdown.

use super::api::Numbers;
use super::breakdown::BreakdownView;
use super::chart_model::chart_model;
use super::empty::NothingStopped;
use super::facts::Facts;
use super::figures::Figure;
use super::place::Place;
use super::query::Metric;
use super::words::{events, within};
use crate::ui::badge::Badge;
use crate::ui::chart::Chart;
use crate::ui::icon::{Icon, IconView};
use domain::discard::DiscardReason;
use domain::number_format::count;
use domain::step::Step;
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub(super) fn Panel(numbers: Arc<Numbers>, place: Place, awake: Signal<bool>) -> impl IntoView {
    let step = place.query.step;
    let figure = Figure { step, part: numbers.series.total(), received: numbers.pipeline.total(Step::Received) };
    let chart = if figure.part.now == 0 {
        view! { <NothingStopped query=place.query received=figure.received.now /> }.into_any()
    } else {
        view! { <Chart model=chart_model(&numbers, &place) awake=awake /> }.into_any()
    };
    let table = (!numbers.table.rows.is_empty())
        .then(|| view! { <BreakdownView numbers=numbers.clone() place=place.clone() /> });
    view! {
        <section class="panel" aria-labelledby="panel-title">
            <div class="inspect" data-step=step.slug()>
                <div>
                    <h2 id="panel-title">{step.title()}</h2>
                    <Subject place=place.clone() />
                    <Total figure=figure place=place.clone() />
                    <Facts numbers=numbers place=place figure=figure />
                </div>
                {chart}
            </div>
            {table}
        </section>
    }
}

/// What is looked at: the step, or one of its reasons and what to do about it.
#[component]
fn Subject(place: Place) -> impl IntoView {
    match place.query.reason {
        None => view! { <p class="inspect__meaning">{place.query.step.meaning()}</p> }.into_any(),
        Some(reason) => view! {
            <p class="inspect__meaning">{reason.explanation()}</p>
            <div class="inspect__filters"><ReasonChip reason=reason href=place.href(place.query.with_reason(None)) /></div>
            <p class="inspect__meaning"><b>"How to fix: "</b>{reason.remedy()}</p>
        }
        .into_any(),
    }
}

#[component]
fn ReasonChip(reason: DiscardReason, href: String) -> impl IntoView {
    view! {
        <span class="chip">
            <span><span class="chip__key">"Discard reason:"</span>" "<span class="chip__value">{reason.title()}</span></span>
            <a
                class="chip__remove"
                href=href
                data-noscroll=""
                aria-label=format!("Remove filter Discard reason: {}", reason.title())
            >
                <IconView icon=Icon::X />
            </a>
        </span>
    }
}

/// The number, its change, and what it is a part of.
#[component]
fn Total(figure: Figure, place: Place) -> impl IntoView {
    let query = place.query;
    let change = figure.change(query.metric);
    let number = match query.metric {
        Metric::Counts => count(figure.part.now),
        Metric::Percentages => figure.share(),
    };
    let received = events(figure.received.now);
    let beside = match (query.step, query.metric) {
        (Step::Received, Metric::Counts) => {
            format!("{} in {}", if figure.part.now == 1 { "event" } else { "events" }, within(query.range))
        }
        (Step::Received, Metric::Percentages) => format!("{received} in {}", within(query.range)),
        (_, Metric::Counts) => format!("{} of {received} received", figure.share()),
        (_, Metric::Percentages) => format!("{} of {received} received", count(figure.part.now)),
    };
    view! {
        <p class="inspect__total"><span class="inspect__number">{number}</span><Badge text=change.badge tone=change.tone /></p>
        <p class="inspect__share">{beside}</p>
    }
}
