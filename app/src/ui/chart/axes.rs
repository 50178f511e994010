//! The axes' texts: HTML at percentages of the plot, so that they never scale or blur.

use super::model::ChartModel;
use super::scale::{self, INTERVALS};
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub(super) fn Axes(model: Arc<ChartModel>) -> impl IntoView {
    let (unit, top) = (model.unit, model.top());
    let rows = (0..=INTERVALS).map(|line| {
        let place = format!("--y:{}", scale::up(line, INTERVALS));
        view! { <li style=place>{scale::tick_text(unit, top / INTERVALS * line)}</li> }
    });
    let columns = model.ticks.iter().map(|tick| {
        view! { <li style=format!("--x:{}", tick.x) data-major=tick.major.then_some("")>{tick.text.clone()}</li> }
    });
    view! {
        <ol class="chart__y" aria-hidden="true">{rows.collect_view()}</ol>
        <ol class="chart__x" aria-hidden="true">{columns.collect_view()}</ol>
    }
}
