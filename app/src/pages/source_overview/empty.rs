//! What stands where there is nothing to count: no event ever, none in this range, none that was stopped.

use super::place::Place;
use super::query::OverviewQuery;
use super::words::{events, lower_first};
use crate::href;
use crate::ui::button::{ButtonLook, LinkButton};
use crate::ui::empty::{EmptyHeading, EmptyMark, EmptyState};
use crate::ui::icon::Icon;
use domain::clock::Timestamp;
use domain::step::Step;
use domain::time_range::TimeRange;
use leptos::prelude::*;

/// No event ever: where it says how to send one.
#[component]
pub(super) fn NoEvents(slug: String) -> impl IntoView {
    view! {
        <section class="panel">
            <EmptyState
                mark=EmptyMark::Springs
                title="No events yet"
                text="Nothing has arrived with this source’s write key. Send a first event: it appears here within a second."
            >
                <LinkButton href=href::source_setup(&slug) look=ButtonLook::Primary>"Set it up"</LinkButton>
            </EmptyState>
        </section>
    }
}

/// Nothing in this range: when the last event came, and the range that shows it.
#[component]
pub(super) fn EmptyRange(between: String, ago: String, age_ms: i64, place: Place) -> impl IntoView {
    let length_ms = |range: TimeRange| range.resolve(Timestamp(0)).length_ms;
    // Of the presets only a longer one can hold more; a custom range may end before the last event.
    let shown_ms = place.query.range.slug().map_or(0, |_| length_ms(place.query.range));
    let wider = TimeRange::PRESETS.into_iter().find(|range| length_ms(*range) > age_ms.max(shown_ms));
    let link = wider.map(|range| {
        let href = place.href(place.query.with_range(range));
        view! { <a class="button" href=href data-noscroll="">{format!("Show {}", lower_first(range.title()))}</a> }
    });
    let text = format!("Nothing was received between {between}. The last event came {ago}.");
    view! {
        <section class="panel">
            <EmptyState mark=EmptyMark::Icon(Icon::Inbox) title="No events in this range" text=text>{link}</EmptyState>
        </section>
    }
}

/// Nothing passes the filters: the chart's place says so and leads out.
#[component]
pub(super) fn NothingMatches(place: Place) -> impl IntoView {
    let href = place.href(place.query.without_filters());
    view! {
        <EmptyState
            mark=EmptyMark::Icon(Icon::Search)
            title="No event matches these filters"
            heading=EmptyHeading::H3
            text="In this range and step there is none that has all of them."
        >
            <a class="button" href=href data-noscroll="">"Clear filters"</a>
        </EmptyState>
    }
}

/// Nothing was stopped here: the good kind of empty, in place of the chart.
#[component]
pub(super) fn NothingStopped(query: OverviewQuery, received: u64) -> impl IntoView {
    let (icon, title, text) = match (query.reason, query.step) {
        (Some(_), _) => (
            Icon::CircleCheck,
            "Nothing stopped for this reason",
            "No event of this range has this discard reason.".to_owned(),
        ),
        (None, Step::FailedOnIngest) => {
            let text = match received {
                1 => "The one event received passed validation.".to_owned(),
                n => format!("All {} received passed validation.", events(n)),
            };
            (Icon::CircleCheck, "Nothing failed", text)
        }
        (None, Step::FilteredAtSource) => {
            (Icon::CircleCheck, "Nothing filtered", "No event was filtered in this range.".to_owned())
        }
        (None, Step::Received | Step::Eligible) => {
            (Icon::Inbox, "No events in this range", "Nothing was received.".to_owned())
        }
    };
    view! { <EmptyState mark=EmptyMark::Icon(icon) title=title heading=EmptyHeading::H3 text=text /> }
}
