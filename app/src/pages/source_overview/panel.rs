//! The panel: the selection's facts and chart, and its breakdown.

use super::api::Numbers;
use super::breakdown::{BreakdownBar, BreakdownRows};
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
use crate::ui::later::later;
use domain::number_format::count;
use domain::step::Step;
use leptos::prelude::*;
use std::sync::Arc;

/// What the panel has to show over time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Course {
    /// Nothing passes the filters.
    NothingMatches,
    /// Nothing was stopped here.
    NothingStopped,
    /// A line.
    Line,
}

/// Drawn once: its parts change where they stand. Some wake later, so nothing here may change in the task that wakes the page.
#[component]
pub(super) fn Panel(
    /// The numbers, as they are at the moment.
    numbers: Signal<Option<Arc<Numbers>>>,
    /// The numbers that the server answered.
    answered: Memo<Option<Arc<Numbers>>>,
    place: Memo<Option<Place>>,
    awake: Signal<bool>,
    retry: Callback<()>,
) -> impl IntoView {
    let both = move || numbers.get().zip(place.get());
    let course = Memo::new(move |_| {
        numbers.get().map(|numbers| match (numbers.series.total().now, numbers.filters.is_empty()) {
            (0, false) => Course::NothingMatches,
            (0, true) => Course::NothingStopped,
            _ => Course::Line,
        })
    });
    let chart = move || match course.get() {
        None => ().into_any(),
        Some(Course::NothingMatches) => {
            view! { {move || Some(view! { <NothingMatches place=place.get()? /> })} }.into_any()
        }
        Some(Course::NothingStopped) => {
            view! { {move || both().map(|(numbers, place)| nothing_stopped(&numbers, place))} }.into_any()
        }
        Some(Course::Line) => {
            let model = Memo::new(move |_| both().map(|(numbers, place)| Arc::new(chart_model(&numbers, &place))));
            let zoom = Callback::new(move |stretch| {
                let (numbers, place) = numbers.get_untracked().zip(place.get_untracked())?;
                Some(zoom(&numbers, &place, stretch))
            });
            view! { <Chart model=model awake=awake zoom=zoom /> }.into_any()
        }
    };
    let bar = move || {
        let numbers = answered.get().filter(|numbers| has_table(numbers))?;
        Some(view! { <BreakdownBar numbers=numbers place=place.get()? /> }.into_any())
    };
    let rows = move || {
        let (numbers, place) = both().filter(|(numbers, _)| has_table(numbers))?;
        Some(view! { <BreakdownRows numbers=numbers place=place retry=retry /> }.into_any())
    };
    let step = move || Some(place.get()?.query.step.slug());
    let inspect = move || {
        view! {
            <div class="inspect" data-step=step>
                {move || both().map(|(numbers, place)| view! { <Words numbers=numbers place=place /> }.into_any())} {chart}
            </div>
        }
        .into_any()
    };
    view! {
        <section class="panel" aria-labelledby="panel-title">
            {later(inspect)} {bar} {later(move || rows.into_any())}
        </section>
    }
}

/// Whether there are rows, or would be if they could be had.
fn has_table(numbers: &Numbers) -> bool {
    numbers.table.as_ref().map_or(true, |table| table.unsought_count > 0)
}

fn nothing_stopped(numbers: &Numbers, place: Place) -> impl IntoView + use<> {
    let received = numbers.pipeline.total(Step::Received).now;
    view! { <NothingStopped query=place.query received=received /> }
}

/// What the panel looks at, in words and numbers.
#[component]
fn Words(numbers: Arc<Numbers>, place: Place) -> impl IntoView {
    let step = place.query.step;
    let figure = Figure { step, part: numbers.series.total(), received: numbers.pipeline.total(Step::Received) };
    view! {
        <div>
            <h2 id="panel-title">{step.title()}</h2>
            {view! { <Subject place=place.clone() /> }.into_any()}
            <Total figure=figure compared=numbers.labels.compared.is_some() place=place.clone() />
            {view! { <Facts numbers=numbers place=place figure=figure /> }.into_any()}
        </div>
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
