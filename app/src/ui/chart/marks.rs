//! Marks: a dashed line over the plot and what happened there. Few are drawn; the chart's table names all of them.

use super::model::{ChartMark, ChartModel};
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub(super) fn Marks(model: Arc<ChartModel>) -> impl IntoView {
    let drawn = model.marks.iter().filter(|mark| mark.is_drawn).cloned().map(|ChartMark { x, text, side, .. }| {
        view! {
            <div class="chart__mark" style=format!("--x:{x}")>
                <span class="chart__mark-label" data-side=side.slug()>{text}</span>
            </div>
        }
    });
    drawn.collect_view()
}

/// All of them, for the table.
#[component]
pub(super) fn MarkList(marks: Vec<ChartMark>) -> impl IntoView {
    let texts = marks.into_iter().map(|mark| view! { <li>{mark.text}</li> }).collect_view();
    (!texts.is_empty()).then(|| view! { <ul class="chart__mark-list" aria-label="What happened">{texts}</ul> })
}
