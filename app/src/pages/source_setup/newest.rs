//! The newest event: what it is, what became of it, its payload.

use super::api::NewestEvent;
use crate::href;
use crate::pages::source_overview::samples::PartView;
use crate::ui::badge::{Badge, BadgeTone};
use crate::ui::icon::Icon;
use crate::ui::moment::MomentView;
use domain::step::Step;
use domain::verdict::Verdict;
use leptos::prelude::*;

/// What became of an event, in a word or two.
pub(super) fn verdict_badge(verdict: Verdict) -> impl IntoView {
    let (text, tone, icon) = match verdict.step() {
        Step::FailedOnIngest => ("Failed on ingest", BadgeTone::Negative, Icon::CircleX),
        Step::FilteredAtSource => ("Filtered at source", BadgeTone::Warning, Icon::Filter),
        Step::Eligible | Step::Received => ("Eligible", BadgeTone::Positive, Icon::CircleCheck),
    };
    view! { <Badge text=text tone=tone icon=icon /> }
}

#[component]
pub(super) fn Newest(event: NewestEvent) -> impl IntoView {
    let NewestEvent { call, name, arrived, library, verdict, parts } = event;
    let call = if call.is_empty() { "unknown call".to_owned() } else { call };
    let name = name.map(|name| view! { <span class="newest__name" dir="auto">{name}</span> });
    let library = library.map(|library| view! { <span>{library}</span> });
    let refused = match verdict {
        Verdict::Eligible => None,
        Verdict::Discarded(reason) => Some(view! {
            <p><a href=href::discard_reason(reason)>{reason.title()}</a>": "{reason.explanation()}</p>
            <p>{reason.remedy()}</p>
        }),
    };
    let parts =
        parts.into_iter().map(|part| view! { <PartView part=part label="Payload of the newest event".to_owned() /> });
    let step = match verdict.step() {
        Step::FilteredAtSource => Some("filtered"),
        Step::FailedOnIngest => Some("failed"),
        Step::Eligible | Step::Received => None,
    };
    view! {
        <div class="newest" data-step=step>
            <p class="newest__head"><code>{call}</code>{name}</p>
            <p class="newest__facts quiet">{verdict_badge(verdict)}<MomentView moment=arrived />{library}</p>
            {refused}
            {parts.collect_view()}
        </div>
    }
}
