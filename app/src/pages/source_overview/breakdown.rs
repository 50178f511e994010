//! The breakdown: tabs, the table, paging. Search, sorting and export join the bar.

use super::api::{Numbers, TablePage};
use super::figures::Figure;
use super::place::Place;
use super::query::Metric;
use super::row::{Cells, CellsView, RowView};
use super::words::lower_first;
use crate::ui::icon::{Icon, IconView};
use crate::ui::tabs::{Tab, Tabs, TabsOf};
use domain::breakdown::{BREAKDOWN_PAGE_ROWS, Dimension};
use domain::number_format::count;
use domain::overview::Comparison;
use domain::step::Step;
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub(super) fn BreakdownView(numbers: Arc<Numbers>, place: Place) -> impl IntoView {
    let tabs = numbers.tabs.iter().map(|(dimension, rows)| Tab {
        title: dimension.title().to_owned(),
        href: place.href(place.query.with_by(*dimension)),
        count: Some(count(*rows)),
        current: *dimension == numbers.dimension,
    });
    view! {
        <div class="table-bar"><Tabs label="Break down by" tabs=tabs.collect() of=TabsOf::Views /></div>
        <Table numbers=numbers.clone() place=place.clone() />
        <Foot numbers=numbers place=place />
    }
}

#[component]
fn Table(numbers: Arc<Numbers>, place: Place) -> impl IntoView {
    let (query, dimension) = (place.query, numbers.dimension);
    let caption = format!(
        "{} by {}, {} compared with the {}",
        query.reason.map_or(query.step.title(), |reason| reason.title()),
        lower_first(dimension.title()),
        lower_first(query.range.title()),
        lower_first(query.range.previous_title()),
    );
    let received = numbers.pipeline.total(Step::Received);
    let cells = |part: Comparison| Cells {
        figure: Figure { step: query.step, part, received },
        total: numbers.table.total,
        largest: numbers.table.largest,
        metric: query.metric,
    };
    let rows = numbers.table.rows.iter().map(|row| {
        let trend = numbers.finished(&row.trend).to_vec();
        let alone = numbers.table.row_count == 1;
        view! { <RowView key=row.key.clone() alone=alone trend=trend cells=cells(row.counts) place=place.clone() /> }
    });
    let sum = |title: String, part: Comparison| {
        view! {
            <tr data-foot=title.clone() data-n=part.now.to_string()>
                <th scope="row">{title.clone()}</th>
                <td class="cell-trend"></td>
                <CellsView cells=cells(part) bar=false />
            </tr>
        }
    };
    let rest = rest_title(&numbers.table, dimension).map(|title| sum(title, numbers.table.rest));
    view! {
        <table class="table table--breakdown" data-step=query.step.slug()>
            <caption class="sr-only">{caption}</caption>
            <Columns place=place.clone() dimension=dimension />
            <tbody>{rows.collect_view()}</tbody>
            <tfoot>{rest} {sum("Total".to_owned(), numbers.table.total)}</tfoot>
        </table>
    }
}

#[component]
fn Columns(place: Place, dimension: Dimension) -> impl IntoView {
    let share = if place.query.reason.is_some() { "Share of reason" } else { "Share of step" };
    let (second, third, change) = match place.query.metric {
        Metric::Counts => ("Event count", share, "% change"),
        Metric::Percentages => (share, "Event count", "Share change"),
    };
    view! {
        <thead>
            <tr>
                <th scope="col">{dimension.title()}</th>
                <th scope="col" class="cell-trend table__col-trend">"Trend"</th>
                <th scope="col" class="table__col-count" aria-sort="descending">{second}</th>
                <th scope="col" class="cell-share table__col-share end">{third}</th>
                <th scope="col" class="table__col-change end">{change}</th>
            </tr>
        </thead>
    }
}

/// `18 more event names`, if there are other pages.
fn rest_title(table: &TablePage, dimension: Dimension) -> Option<String> {
    match table.row_count - (table.rows.len() as u64).min(table.row_count) {
        0 => None,
        1 => Some(format!("1 more {}", lower_first(dimension.title()))),
        n => Some(format!("{} more {}", count(n), dimension.plural())),
    }
}

#[component]
fn Foot(numbers: Arc<Numbers>, place: Place) -> impl IntoView {
    let table = &numbers.table;
    let first = u64::from(table.page - 1) * BREAKDOWN_PAGE_ROWS as u64 + 1;
    let last = first + table.rows.len() as u64 - 1;
    let shown = if table.row_count == 1 {
        format!("1 {}", lower_first(numbers.dimension.title()))
    } else {
        let (first, last, all) = (count(first), count(last), count(table.row_count));
        format!("{first}–{last} of {all} {}", numbers.dimension.plural())
    };
    let href = |page: u32| place.href(place.query.with_page(page));
    let previous = (table.page > 1).then(|| href(table.page - 1));
    let next = (last < table.row_count).then(|| href(table.page + 1));
    let previous = page_link(previous, view! { <IconView icon=Icon::ChevronLeft />"Previous" }.into_any());
    let next = page_link(next, view! { "Next"<IconView icon=Icon::ChevronRight /> }.into_any());
    view! {
        <div class="table-foot">
            <span>{shown}</span>
            <span class="table-foot__spacer"></span>
            {previous}
            {next}
        </div>
    }
}

/// A link, or where it would lead nowhere a button that can't be pressed.
fn page_link(href: Option<String>, words: AnyView) -> AnyView {
    match href {
        Some(href) => view! { <a class="button button--sm" href=href data-noscroll="">{words}</a> }.into_any(),
        None => view! { <button class="button button--sm" type="button" disabled>{words}</button> }.into_any(),
    }
}
