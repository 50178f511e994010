//! The panel: the selection's facts and chart, and its breakdown.

use super::api::Numbers;
use super::breakdown::BreakdownView;
use super::chart_model::{chart_model, zoom};
use super::chips::Chips;
use super::empty::{NothingMatches, NothingStopped};
use super::facts::Facts;
use super::figures::Figure;
use super::place::Place;
use super::query::Metric;
use super::words::{events, within};
use crate::ui::badge::Badge;
use crate::ui::chart::Chart;
use domain::number_format::count;
use domain::step::Step;
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub(super) fn Panel(numbers: Arc<Numbers>, place: Place, awake: Signal<bool>) -> impl IntoView {
    let step = place.query.step;
    let figure = Figure { step, part: numbers.series.total(), received: numbers.pipeline.total(Step::Received) };
    let chart = if figure.part.now == 0 && !numbers.filters.is_empty() {
        view! { <NothingMatches place=place.clone() /> }.into_any()
    } else if figure.part.now == 0 {
        view! { <NothingStopped query=place.query.clone() received=figure.received.now /> }.into_any()
    } else {
        let zoom = zoom(numbers.clone(), place.clone());
        view! { <Chart model=chart_model(&numbers, &place) awake=awake zoom=zoom /> }.into_any()
    };
    let table = (numbers.table.unsought_count > 0)
        .then(|| view! { <BreakdownView numbers=numbers.clone() place=place.clone() /> });
    view! {
        <section class="panel" aria-labelledby="panel-title">
            <div class="inspect" data-step=step.slug()>
                <div>
                    <h2 id="panel-title">{step.title()}</h2>
                    <Subject place=place.clone() />
                    <Total figure=figure compared=numbers.labels.compared.is_some() place=place.clone() />
                    <Facts numbers=numbers place=place figure=figure />
                </div>
                {chart}
            </div>
            {table}
        </section>
    }
}

/// What is looked at: the step, or one of its reasons and what to do about it; and what narrows it.
#[component]
fn Subject(place: Place) -> impl IntoView {
    let reason = place.query.reason;
    let meaning = reason.map_or(place.query.step.meaning(), |reason| reason.explanation());
    let remedy = reason.map(|reason| view! { <p class="inspect__meaning"><b>"How to fix: "</b>{reason.remedy()}</p> });
    view! {
        <p class="inspect__meaning">{meaning}</p>
        <Chips place=place />
        {remedy}
    }
}

/// The number, its change, and what it is a part of.
#[component]
fn Total(figure: Figure, compared: bool, place: Place) -> impl IntoView {
    let query = &place.query;
    let change = compared.then(|| figure.change(query.metric));
    let change = change.map(|change| view! { <Badge text=change.badge tone=change.tone /> });
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
        <p class="inspect__total"><span class="inspect__number">{number}</span>{change}</p>
        <p class="inspect__share">{beside}</p>
    }
}
