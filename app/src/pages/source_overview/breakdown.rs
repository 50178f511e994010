//! The breakdown: tabs and search, the table with its sortable heads, paging.

use super::api::{Numbers, TablePage};
use super::figures::Figure;
use super::place::Place;
use super::query::Metric;
use super::row::{Cells, CellsView, RowView};
use super::search::{NoMatch, RowSearch};
use super::words::lower_first;
use crate::ui::empty::EmptyHeading;
use crate::ui::error_state::ErrorState;
use crate::ui::icon::{Icon, IconView};
use crate::ui::tabs::{Tab, Tabs, TabsOf};
use domain::breakdown::{BREAKDOWN_PAGE_ROWS, Dimension, Row, RowKey, SortBy};
use domain::email_event::EmailEvent;
use domain::number_format::count;
use domain::overview::Comparison;
use domain::step::Step;
use domain::time_range::TimeRange;
use leptos::prelude::*;
use std::sync::Arc;

/// The tabs, the search, the export. Nothing can be sought among rows that are missing.
#[component]
pub(super) fn BreakdownBar(numbers: Arc<Numbers>, place: Place) -> impl IntoView {
    let tabs = numbers.tabs.iter().map(|(dimension, rows)| Tab {
        title: dimension.title().to_owned(),
        href: place.href(place.query.with_by(*dimension)),
        count: Some(count(*rows)),
        current: *dimension == numbers.dimension,
    });
    let tools = numbers.table.is_ok().then(|| {
        view! {
            {view! { <RowSearch numbers=numbers.clone() place=place.clone() /> }.into_any()}
            <a class="button" href=place.export("csv") download="">
                <IconView icon=Icon::Download /><span class="button__text">"Export CSV"</span>
            </a>
        }
        .into_any()
    });
    view! { <div class="table-bar"><Tabs label="Break down by" tabs=tabs.collect() of=TabsOf::Views /> {tools}</div> }
}

/// The rows, or that no row matches, or that they could not be had.
#[component]
pub(super) fn BreakdownRows(numbers: Arc<Numbers>, place: Place, retry: Callback<()>) -> impl IntoView {
    let table = match &numbers.table {
        Ok(table) => table,
        Err(_) => return view! { <NoRows href=place.here() retry=retry /> }.into_any(),
    };
    if table.rows.is_empty() {
        return view! { <NoMatch numbers=numbers place=place /> }.into_any();
    }
    let foot = view! { <Foot numbers=&numbers table=table place=&place /> }.into_any();
    let table = view! { <Table numbers=&numbers table=table place=place.clone() /> }.into_any();
    view! { {table} {foot} }.into_any()
}

#[component]
fn NoRows(href: String, retry: Callback<()>) -> impl IntoView {
    let text = "The totals above are up to date; only the rows are missing.";
    view! { <ErrorState title="Could not load the table" error=text heading=EmptyHeading::H3 href=href retry=retry /> }
}

#[component]
fn Table<'a>(numbers: &'a Numbers, table: &'a TablePage, place: Place) -> impl IntoView + use<> {
    let (query, dimension) = (&place.query, numbers.dimension);
    let compared = numbers.labels.compared.is_some();
    let caption = caption(numbers, &place);
    let received = numbers.pipeline.total(Step::Received);
    let (step, metric) = (query.step, query.metric);
    let (total, largest) = (table.total, table.largest);
    let cells =
        move |part: Comparison| Cells { figure: Figure { step, part, received }, total, largest, metric, compared };
    let pinned = numbers.filters.get(dimension).cloned();
    let row = |row: &Row| {
        let trend = numbers.finished(&row.trend).to_vec();
        let alone = table.row_count == 1;
        let pinned = pinned.as_ref() == Some(&row.key);
        let cells = cells(row.counts);
        view! {
            <RowView dimension=dimension key=row.key.clone() pinned=pinned alone=alone trend=trend cells=cells place=place.clone() />
        }
        .into_any()
    };
    let columns = if compared { "5" } else { "4" };
    let groups = groups(&table.rows, dimension, &query.search).into_iter().map(|(title, rows)| {
        let rows: Vec<AnyView> = rows.into_iter().map(row).collect();
        let title = title
            .map(|title| view! { <tr class="table__group"><th scope="rowgroup" colspan=columns>{title}</th></tr> });
        view! { <tbody>{title} {rows}</tbody> }
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
    let rest = rest_title(table, dimension).map(|title| sum(title, table.rest));
    let unsought = table.unsought_count - table.row_count;
    let unsought = (unsought > 0).then(|| sum(format!("{} that do not match", count(unsought)), table.unsought));
    view! {
        <table class="table table--breakdown" data-step=step.slug()>
            <caption class="sr-only">{caption}</caption>
            <Columns place=place.clone() dimension=dimension compared=compared />
            {groups.collect_view()}
            <tfoot>{rest} {unsought} {sum("Total".to_owned(), total)}</tfoot>
        </table>
    }
}

/// The rows of a page, under titles where a search found some that belong together.
fn groups<'a>(rows: &'a [Row], dimension: Dimension, search: &str) -> Vec<(Option<&'static str>, Vec<&'a Row>)> {
    let is_email = |row: &&Row| matches!(&row.key, RowKey::Name(name) if EmailEvent::of(name).is_some());
    let (emails, others): (Vec<&Row>, Vec<&Row>) = rows.iter().partition(is_email);
    let is_grouped = dimension == Dimension::EventName && EmailEvent::are_meant_by(search) && !emails.is_empty();
    match (is_grouped, others.is_empty()) {
        (false, _) => vec![(None, rows.iter().collect())],
        (true, true) => vec![(Some("Email"), emails)],
        (true, false) => vec![(Some("Email"), emails), (Some("Other names"), others)],
    }
}

/// What the table counts, for readers who do not see the page around it.
fn caption(numbers: &Numbers, place: &Place) -> String {
    let query = &place.query;
    let range = match query.range {
        TimeRange::Custom { .. } => numbers.labels.span.clone(),
        preset => lower_first(preset.title()),
    };
    let compared = numbers.labels.compared.as_ref();
    let compared = compared.map(|compared| format!(" compared with the {}", lower_first(&compared.title)));
    let subject = query.reason.map_or(query.step.title(), |reason| reason.title());
    let by = lower_first(numbers.dimension.title());
    format!("{subject} by {by}, {range}{}", compared.unwrap_or_default())
}

#[component]
fn Columns(place: Place, dimension: Dimension, compared: bool) -> impl IntoView {
    let share = if place.query.reason.is_some() { "Share of reason" } else { "Share of step" };
    let (second, third, change) = match place.query.metric {
        Metric::Counts => ("Event count", share, "% change"),
        Metric::Percentages => (share, "Event count", "Share change"),
    };
    let head = |class: &'static str, by: SortBy, title: &'static str| {
        view! { <SortHead class=class by=by title=title place=place.clone() /> }
    };
    view! {
        <thead>
            <tr>
                {head("", SortBy::Label, dimension.title())}
                <th scope="col" class="cell-trend table__col-trend">"Trend"</th>
                {head("table__col-count", SortBy::Count, second)}
                <th scope="col" class="cell-share table__col-share end">{third}</th>
                {compared.then(|| head("table__col-change end", SortBy::Change, change))}
            </tr>
        </thead>
    }
}

/// A column's head that sorts: once from its natural end, again the other way round.
#[component]
fn SortHead(class: &'static str, by: SortBy, title: &'static str, place: Place) -> impl IntoView {
    let sort = place.query.sort;
    let (state, icon) = match (sort.by == by, sort.descending) {
        (false, _) => ("none", Icon::ArrowUpDown),
        (true, true) => ("descending", Icon::ArrowDown),
        (true, false) => ("ascending", Icon::ArrowUp),
    };
    view! {
        <th scope="col" class=class aria-sort=state>
            <a class="sort" href=place.href(place.query.with_sort(sort.toggled(by))) data-noscroll="">
                {title}<IconView icon=icon />
            </a>
        </th>
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
fn Foot<'a>(numbers: &'a Numbers, table: &'a TablePage, place: &'a Place) -> impl IntoView + use<> {
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
            <a href=place.export("json") download="">"Export JSON"</a>
            <span class="table-foot__pages">{previous} {next}</span>
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

#[cfg(test)]
mod tests {
    use super::{Dimension, Row, RowKey, groups};
    use domain::overview::Comparison;

    #[test]
    fn events_of_emails_stand_together_where_they_were_looked_for() {
        let names = ["Email Preferences Shown", "Unsubscribe", "Email Opened"];
        let row = |name: &str| Row { key: RowKey::Name(name.into()), counts: Comparison::default(), trend: vec![] };
        let rows: Vec<Row> = names.into_iter().map(row).collect();
        let titles = |rows: &[Row], dimension: Dimension, search: &str| {
            let groups = groups(rows, dimension, search).into_iter();
            let group = |(title, rows): (Option<&str>, Vec<&Row>)| (title.unwrap_or("-").to_owned(), rows.len());
            groups.map(group).map(|(title, rows)| format!("{title} {rows}")).collect::<Vec<_>>()
        };
        assert_eq!(titles(&rows, Dimension::EventName, "email"), ["Email 2", "Other names 1"]);
        assert_eq!(titles(&rows[1..], Dimension::EventName, "Em"), ["Email 2"]);
        assert_eq!(titles(&rows, Dimension::EventName, "unsub"), ["- 3"]);
        assert_eq!(titles(&rows[..1], Dimension::EventName, "email"), ["- 1"]);
        assert_eq!(titles(&rows, Dimension::AppVersion, "email"), ["- 3"]);
    }
}
