//! The table of the sources list.

use crate::href;
use crate::pages::sources::api::SourceRow;
use crate::pages::sources::labels::{self, FailedLook};
use crate::ui::badge::{Badge, BadgeTone};
use crate::ui::icon::Icon;
use crate::ui::moment::{Moment, MomentView};
use crate::ui::spark::Spark;
use crate::ui::status::{Status, StatusLook};
use crate::ui::tile::Tile;
use domain::number_format::{NOTHING, count, share};
use leptos::prelude::*;

/// All sources, a row each, and their sum.
#[component]
pub(super) fn SourcesTable(rows: Vec<SourceRow>) -> impl IntoView {
    let (received, failed) = labels::totals(&rows);
    let rows = rows.into_iter().map(|row| view! { <Row row=row /> });
    view! {
        <div class="table-box"><table class="table table--sources">
            <caption class="sr-only">"Sources, last 24 hours"</caption>
            <thead>
                <tr>
                    <th scope="col" aria-sort="ascending">"Source"</th>
                    <th scope="col" class="sources__status">"Status"</th>
                    <th scope="col" class="sources__volume">"Events, 24 h"</th>
                    <th scope="col" class="end sources__failed">"Failed"</th>
                    <th scope="col" class="cell-s sources__last">"Last event"</th>
                </tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
            <tfoot>
                <tr>
                    <th scope="row">"Total"</th>
                    <td></td>
                    <td><div class="volume"><span class="volume__n">{count(received)}</span></div></td>
                    <td class="end">{share(failed, received)}</td>
                    <td class="cell-s"></td>
                </tr>
            </tfoot>
        </table></div>
    }
}

#[component]
fn Row(row: SourceRow) -> impl IntoView {
    let (look, state) = if row.enabled { (StatusLook::On, "Enabled") } else { (StatusLook::Off, "Disabled") };
    let last_event = row.last_event.clone();
    view! {
        <tr>
            <th scope="row">
                <div class="row-name row-name--tile">
                    <Tile monogram=row.kind.monogram.unwrap_or_else(|| NOTHING.to_owned()) />
                    <span class="row-name__text">
                        <a class="row-name__link" href=href::source_overview(&row.slug)>{row.name}</a>
                        <span class="row-name__desc">{row.kind.name}</span>
                        <span class="cell-sub"><LastEvent moment=row.last_event /></span>
                    </span>
                </div>
            </th>
            <td><Status look=look text=state /></td>
            <td>
                <div class="volume">
                    <span class="volume__n">{count(row.received)}</span>
                    <Spark values=complete(row.trend) />
                </div>
            </td>
            <td class="end"><Failed received=row.received failed=row.failed /></td>
            <td class="nowrap cell-s"><LastEvent moment=last_event /></td>
        </tr>
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
