//! The chart's numbers as a table: its text alternative, always there.

use super::marks::MarkList;
use super::model::{ChartModel, ChartPoint};
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub(super) fn DataTable(model: Arc<ChartModel>) -> impl IntoView {
    let unfinished = model.in_progress.then(|| model.points.len().saturating_sub(1));
    let words = model.words.clone();
    let compared = words.ghost.is_some();
    let rows = model.points.iter().enumerate().map(|(i, point)| row(point, unfinished == Some(i), compared));
    view! {
        <details class="chart__table">
            <summary>"View as table"</summary>
            <p class="quiet">{words.summary}</p>
            <MarkList marks=model.marks.clone() />
            <table>
                <caption class="sr-only">{words.name}</caption>
                <thead>
                    <tr>
                        <th scope="col">{words.bucket}</th>
                        <th scope="col">{words.now}</th>
                        {words.ghost.map(|ghost| view! { <th scope="col">{ghost.title}</th> })}
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </details>
    }
}

fn row(point: &ChartPoint, unfinished: bool, compared: bool) -> impl IntoView + use<> {
    let label = if unfinished { format!("{} (in progress)", point.label) } else { point.label.clone() };
    view! {
        <tr>
            <th scope="row">{label}</th>
            <td>{point.now_text.clone()}</td>
            {compared.then(|| view! { <td>{point.previous_text.clone()}</td> })}
        </tr>
    }
}
