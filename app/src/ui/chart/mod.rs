//! The line chart: plotters draws the lines (`draw`, through `backend`), HTML laid over them by percentages carries the
//! texts (`axes`), the crosshair and the keyboard (`cross`), the zone to zoom into (`brush`); the same numbers stand below
//! as a table (`table`).

mod axes;
mod backend;
mod brush;
mod cross;
mod draw;
mod model;
pub mod scale;
mod table;

pub use brush::{Stretch, Zoom};
pub use model::{ChartModel, ChartPoint, ChartWords, GhostWords, Tick};

use axes::Axes;
use cross::Cross;
use leptos::prelude::*;
use std::sync::Arc;
use table::DataTable;

/// A line over time, with the compared window, if there is one, as a ghost behind it.
#[component]
pub fn Chart(
    /// What to draw.
    model: ChartModel,
    /// Whether scripts run: the crosshair appears then.
    #[prop(into)]
    awake: Signal<bool>,
    /// Where zooming into a stretch leads.
    zoom: Callback<Stretch, Zoom>,
) -> impl IntoView {
    let model = Arc::new(model);
    let (step, words) = (model.step.slug(), model.words.clone());
    view! {
        <figure class="chart" data-step=step aria-label=words.name.clone()>
            <Legend words=words.clone() />
            <div class="chart__body">
                <Drawing model=model.clone() />
                <Axes model=model.clone() />
                <Cross model=model.clone() awake=awake zoom=zoom />
            </div>
            <DataTable model=model />
        </figure>
    }
}

#[component]
fn Legend(words: ChartWords) -> impl IntoView {
    let key = |class: &'static str, text: String| {
        view! { <li class="legend__item"><span class=class aria-hidden="true"></span>{text}</li> }
    };
    view! {
        <div class="chart__head">
            <ul class="legend" aria-label="Legend">
                {key("legend__key", words.now)}
                {words.ghost.map(|ghost| key("legend__key legend__key--ghost", ghost.title))}
                {words.in_progress.map(|text| key("legend__key legend__key--partial", text))}
            </ul>
        </div>
    }
}

/// The lines, and dots for points that no line reaches.
#[component]
fn Drawing(model: Arc<ChartModel>) -> impl IntoView {
    let plot = model.plot();
    let layers = plot.layers();
    let layer = |class: &'static str, path: String| view! { <g class=class><path d=path></path></g> };
    let dots = plot.lone_points().into_iter().filter_map(|i| {
        let y = scale::percent(plot.now.get(i).copied().flatten()?, plot.top);
        let place = format!("--x:{};--y:{y}", scale::x(i, plot.now.len()));
        Some(view! { <span class="chart__dot" style=place></span> })
    });
    view! {
        <svg class="chart__svg" viewBox=draw::view_box() preserveAspectRatio="none" aria-hidden="true">
            {layer("chart__grid", layers.grid)} {layer("chart__base", layers.base)} {layer("chart__ghost", layers.ghost)}
            {layer("chart__ghost-partial", layers.ghost_partial)} {layer("chart__area", layers.area)}
            {layer("chart__line", layers.line)} {layer("chart__partial", layers.partial)}
        </svg>
        {dots.collect_view()}
    }
}
