//! The line chart: plotters draws the lines (`draw`, through `backend`), HTML laid over them by percentages carries the
//! texts (`axes`), the crosshair and the keyboard (`cross`), the zone to zoom into (`brush`), what happened (`marks`); the same numbers stand below
//! as a table (`table`).

mod axes;
mod backend;
mod brush;
mod cross;
mod draw;
mod marks;
mod model;
pub mod scale;
mod table;

pub use brush::{Stretch, Zoom};
pub use model::{ChartMark, ChartModel, ChartPoint, ChartWords, GhostWords, MarkSide, Tick};

pub use cross::ChartReading;

use axes::Axes;
use cross::Cross;
use leptos::prelude::*;
use marks::Marks;
use std::sync::Arc;
use table::DataTable;

/// A line over time, with the compared window, if there is one, as a ghost behind it. Drawn once: what changes with the model
/// changes where it stands, so that a crosshair, a brush or an open table outlives new numbers.
#[component]
pub fn Chart(
    /// What to draw.
    model: Memo<Option<Arc<ChartModel>>>,
    /// Whether scripts run: the crosshair appears then.
    #[prop(into)]
    awake: Signal<bool>,
    /// Where zooming into a stretch leads.
    zoom: Callback<Stretch, Option<Zoom>>,
) -> impl IntoView {
    let step = move || model.with(|model| Some(model.as_ref()?.step.slug()));
    let name = move || model.with(|model| Some(model.as_ref()?.words.name.clone()));
    view! {
        <figure class="chart" data-step=step aria-label=name>
            {move || Some(view! { <Legend words=model.get()?.words.clone() /> })}
            <div class="chart__body">
                {move || Some(view! { <Drawing model=model.get()? /> }.into_any())}
                {move || Some(view! { <Axes model=model.get()? /> }.into_any())}
                {move || Some(view! { <Marks model=model.get()? /> }.into_any())}
                <Cross model=model awake=awake zoom=zoom />
            </div>
            {move || Some(view! { <DataTable model=model.get()? /> }.into_any())}
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
        let y = scale::up(plot.now.get(i).copied().flatten()?, plot.top);
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
