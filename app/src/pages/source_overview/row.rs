//! A row of the breakdown: its pin, what it counts, its trend, its numbers.

use super::figures::Figure;
use super::place::Place;
use super::query::Metric;
use crate::href;
use crate::ui::badge::Badge;
use crate::ui::icon::{Icon, IconView};
use crate::ui::spark::Spark;
use domain::breakdown::{Dimension, RowKey};
use domain::discard::DiscardReason;
use domain::number_format::{bar, count, share};
use domain::overview::Comparison;
use leptos::prelude::*;

/// The numbers of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cells {
    /// The row's events, beside everything received.
    pub figure: Figure,
    /// The sum of all rows.
    pub total: Comparison,
    /// The largest row of all.
    pub largest: u64,
    /// Counts or percentages.
    pub metric: Metric,
    /// Whether there is a window to compare with.
    pub compared: bool,
}

#[component]
pub(super) fn RowView(
    dimension: Dimension,
    key: RowKey,
    /// Whether it narrows the panel.
    pinned: bool,
    /// Whether there is no other row.
    alone: bool,
    trend: Vec<u64>,
    cells: Cells,
    place: Place,
) -> impl IntoView {
    let code = key.code().to_owned();
    let pin_href = place.href(match &key {
        RowKey::Reason(reason) => place.query.with_reason(Some(*reason)),
        row => place.query.with_filter(dimension, (!pinned).then(|| row.clone())),
    });
    // A reason's name opens its drawer; every other name does what the pin does.
    let name_href = match &key {
        RowKey::Reason(reason) => place.href(place.query.with_open(*reason)),
        _ => pin_href.clone(),
    };
    view! {
        <tr data-row=code data-n=cells.figure.part.now.to_string() data-pinned=pinned.then_some("")>
            <th scope="row">
                <div class="row-name">
                    <Pin label=key.label().to_owned() pinned=pinned href=pin_href />
                    <Name key=key alone=alone href=name_href />
                </div>
            </th>
            <td class="cell-trend"><Spark values=trend /></td>
            <CellsView cells=cells bar=true />
        </tr>
    }
}

/// Makes the row a filter of the panel, or no filter any more.
#[component]
fn Pin(label: String, pinned: bool, href: String) -> impl IntoView {
    let label = if pinned { format!("Unpin {label}") } else { format!("Pin {label}") };
    view! { <a class="row-name__pin" href=href data-noscroll="" aria-label=label><IconView icon=Icon::Pin /></a> }
}

/// What a row counts.
#[component]
fn Name(key: RowKey, alone: bool, href: String) -> impl IntoView {
    let hint = match &key {
        RowKey::Unnamed => Some("All identify, page, screen, group and alias calls, and track calls without a name."),
        RowKey::Other => Some("This source sends more of them than are kept apart. The rest is counted here."),
        RowKey::NoType => {
            Some("Events whose type was missing or unknown, and requests that could not be read as events.")
        }
        _ => None,
    };
    let nothing_sent = match key {
        RowKey::NoVersion => Some("No app version was sent. Set context.app.version in your library to see it here."),
        RowKey::NoLibrary => Some("No event named its library. Segment’s own set context.library by themselves."),
        _ => None,
    }
    .filter(|_| alone);
    match key {
        RowKey::Reason(reason) => view! { <Reason reason=reason href=href /> }.into_any(),
        other => view! {
            <span class="row-name__text">
                <a class="row-name__link" href=href data-noscroll="">{other.label().to_owned()}</a>
                {nothing_sent.map(|text| view! { <span class="row-name__desc">{text}</span> })}
            </span>
            {hint.map(|text| view! { <Hint text=text /> })}
        }
        .into_any(),
    }
}

#[component]
fn Reason(reason: DiscardReason, href: String) -> impl IntoView {
    view! {
        <span class="row-name__text">
            <a class="row-name__link" href=href data-noscroll="">
                {reason.title()}
            </a>
            " "<code class="row-name__code">{reason.code()}</code>
            <span class="row-name__desc">
                {reason.explanation()} " "
                <a class="row-name__fix" href=href::discard_reason(reason) rel="external">
                    "How to fix"<span class="sr-only">" "{reason.code()}</span>
                </a>
            </span>
        </span>
    }
}

#[component]
fn Hint(text: &'static str) -> impl IntoView {
    view! {
        <details class="hint">
            <summary aria-label="What is in this row?"><IconView icon=Icon::Info /></summary>
            <p class="hint__body">{text}</p>
        </details>
    }
}

/// Count, share and change, in the order of the columns.
#[component]
pub(super) fn CellsView(
    cells: Cells,
    /// Whether a bar stands beside the number: not in the foot, and not beside 0.
    bar: bool,
) -> impl IntoView {
    let part = cells.figure.part;
    let (count, share) = (count(part.now), share(part.now, cells.total.now));
    let (first, second) = match cells.metric {
        Metric::Counts => (count, share),
        Metric::Percentages => (share, count),
    };
    let change = cells.compared.then(|| {
        let change = cells.figure.change(cells.metric);
        view! { <td><div class="delta"><span>{change.text}</span><Badge text=change.badge tone=change.tone /></div></td> }
    });
    view! {
        <td>
            <div class="count">
                <span class="count__n">{first}</span>
                <Bar length=(bar && part.now > 0).then(|| self::bar(part.now, cells.largest)) />
                <span class="count__sub">{second.clone()}</span>
            </div>
        </td>
        <td class="cell-share end">{second}</td>
        {change}
    }
}

#[component]
fn Bar(length: Option<String>) -> impl IntoView {
    match length {
        Some(length) => {
            view! { <span class="count__bar" style=format!("--v:{length}") aria-hidden="true"></span> }.into_any()
        }
        None => view! { <span></span> }.into_any(),
    }
}
