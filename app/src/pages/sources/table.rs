//! The table of the sources list: the columns that were chosen, in the order that was chosen.

use super::api::{RowState, SourceRow, SourcesPage, Totals};
use super::query::{Column, SourcesQuery};
use crate::href;
use crate::pages::sources::labels::{self, FailedLook};
use crate::ui::badge::{Badge, BadgeTone};
use crate::ui::icon::{Icon, IconView};
use crate::ui::moment::{Moment, MomentView};
use crate::ui::spark::Spark;
use crate::ui::status::{Status, StatusLook};
use crate::ui::tile::Tile;
use domain::number_format::{NOTHING, count, share};
use leptos::prelude::*;

/// The sources of a page, a row each, and the sum of all that match.
#[component]
pub(super) fn SourcesTable(page: SourcesPage, chosen: Vec<i64>) -> impl IntoView {
    let SourcesPage { query, rows, matching, .. } = page;
    let heads = Column::ALL.into_iter().filter(|column| query.shows(*column));
    let heads = heads.map(|column| view! { <Head column=Some(column) query=query.clone() /> }).collect_view();
    let rows = rows.into_iter().map(|row| {
        let is_chosen = chosen.contains(&row.number);
        view! { <Row row=row query=query.clone() is_chosen=is_chosen /> }
    });
    let rows = rows.collect_view();
    let sums = Column::ALL.into_iter().filter(|column| query.shows(*column));
    let sums = sums.map(|column| view! { <td class=class(column)>{sum(column, matching)}</td> }).collect_view();
    view! {
        <div class="table-box"><table class="table table--sources">
            <caption class="sr-only">"Sources, last 24 hours"</caption>
            <thead>
                <tr>
                    <td class="cell-check"></td>
                    <Head column=None query=query.clone() />
                    {heads}
                </tr>
            </thead>
            <tbody>{rows}</tbody>
            <tfoot>
                <tr>
                    <td class="cell-check"></td>
                    <th scope="row">"Total"</th>
                    {sums}
                </tr>
            </tfoot>
        </table></div>
    }
}

/// How a column's cells look, and when they leave.
fn class(column: Column) -> &'static str {
    match column {
        Column::Status => "sources__status",
        Column::Volume => "sources__volume",
        Column::Failed => "end sources__failed",
        Column::LastEvent => "nowrap cell-s sources__last",
        Column::Labels | Column::Category => "cell-l",
        Column::Created => "nowrap cell-l",
    }
}

/// A column's head, which puts the rows in its order.
#[component]
fn Head(column: Option<Column>, query: SourcesQuery) -> impl IntoView {
    let (title, class) = column.map_or(("Source", ""), |column| (column.title(), class(column)));
    if column == Some(Column::Labels) {
        return view! { <th scope="col" class=class>{title}</th> }.into_any();
    }
    let is_current = query.sort.by == column;
    let (order, icon) = match (is_current, query.sort.falling) {
        (false, _) => ("none", Icon::ArrowUpDown),
        (true, true) => ("descending", Icon::ArrowDown),
        (true, false) => ("ascending", Icon::ArrowUp),
    };
    let href = query.with(|query| query.sort = query.sort.clicked(column)).href();
    view! {
        <th scope="col" class=class aria-sort=order>
            <a class="sort" href=href data-noscroll="true">{title}<IconView icon=icon /></a>
        </th>
    }
    .into_any()
}

fn sum(column: Column, of: Totals) -> AnyView {
    match column {
        Column::Volume => {
            view! { <div class="volume"><span class="volume__n">{count(of.received)}</span></div> }.into_any()
        }
        Column::Failed => share(of.failed, of.received).into_any(),
        Column::Status | Column::LastEvent | Column::Labels | Column::Category | Column::Created => ().into_any(),
    }
}

#[component]
fn Row(row: SourceRow, query: SourcesQuery, is_chosen: bool) -> impl IntoView {
    let cells = Column::ALL.into_iter().filter(|column| query.shows(*column));
    let cells = cells.map(|column| view! { <td class=class(column)>{cell(column, &row)}</td> }).collect_view();
    view! {
        <tr>
            <td class="cell-check">
                <label class="cell-check__area">
                    <span class="sr-only">"Choose "{row.name.clone()}</span>
                    <input type="checkbox" name="source" value=format!("{}@{}", row.number, row.version) checked=is_chosen />
                </label>
            </td>
            <th scope="row">
                <div class="row-name row-name--tile">
                    <Tile monogram=row.kind.monogram.unwrap_or_else(|| NOTHING.to_owned()) />
                    <span class="row-name__text">
                        <a class="row-name__link" href=href::source_overview(&row.slug) dir="auto">{row.name}</a>
                        <span class="row-name__desc">{row.kind.name}</span>
                        <span class="cell-sub"><LastEvent moment=row.last_event /></span>
                    </span>
                </div>
            </th>
            {cells}
        </tr>
    }
}

fn cell(column: Column, row: &SourceRow) -> AnyView {
    match column {
        Column::Status => view! { <State state=row.state.clone() /> }.into_any(),
        Column::Volume => view! {
            <div class="volume">
                <span class="volume__n">{count(row.received)}</span>
                <Spark values=complete(row.trend.clone()) />
            </div>
        }
        .into_any(),
        Column::Failed => view! { <Failed received=row.received failed=row.failed /> }.into_any(),
        Column::LastEvent => view! { <LastEvent moment=row.last_event.clone() /> }.into_any(),
        Column::Labels => {
            let chips =
                row.labels.iter().map(|label| view! { <span class="label-chip" dir="auto">{label.clone()}</span> });
            view! { <span class="label-chips">{chips.collect_view()}</span> }.into_any()
        }
        Column::Category => row.kind.kind.map_or(NOTHING, |kind| kind.title()).into_any(),
        Column::Created => view! { <MomentView moment=row.created.clone() /> }.into_any(),
    }
}

#[component]
fn State(state: RowState) -> impl IntoView {
    match state {
        RowState::Enabled => view! { <Status look=StatusLook::On text="Enabled" /> },
        RowState::Silent(length) => view! { <Status look=StatusLook::Warn text=format!("Silent for {length}") /> },
        RowState::Disabled => view! { <Status look=StatusLook::Off text="Disabled" /> },
    }
}

#[component]
fn LastEvent(moment: Option<Moment>) -> impl IntoView {
    match moment {
        Some(moment) => view! { <MomentView moment=moment /> }.into_any(),
        None => view! { <span class="quiet">"No event yet"</span> }.into_any(),
    }
}

/// Without the hour in progress: it would look like a fall.
fn complete(mut trend: Vec<u64>) -> Vec<u64> {
    trend.pop();
    trend
}

#[component]
fn Failed(received: u64, failed: u64) -> impl IntoView {
    let (text, look) = labels::failed(received, failed);
    match look {
        FailedLook::Quiet => view! { <span class="quiet">{text}</span> }.into_any(),
        FailedLook::Plain => view! { <span>{text}</span> }.into_any(),
        FailedLook::Marked => {
            view! { <Badge text=text tone=BadgeTone::Negative icon=Icon::TriangleAlert /> }.into_any()
        }
    }
}
