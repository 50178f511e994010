//! The river between the cards, in both layouts, and what its ribbons say.

use super::ribbons::{self, Flow, Ribbon};
use super::words::events;
use crate::ui::icon::{Icon, IconView};
use domain::number_format::share;
use domain::overview::Pipeline;
use domain::step::Step;
use leptos::prelude::*;

pub(super) fn flow_of(pipeline: &Pipeline) -> Flow {
    Flow {
        received: pipeline.total(Step::Received).now,
        failed: pipeline.total(Step::FailedOnIngest).now,
        filtered: pipeline.total(Step::FilteredAtSource).now,
        eligible: pipeline.total(Step::Eligible).now,
    }
}

/// Pointed at, by mouse or by keyboard, a ribbon says how many events it carries.
#[component]
pub(super) fn River(flow: Flow) -> impl IntoView {
    let share_of = |part: u64| share(part, flow.received);
    let words = |word: &'static str, part: u64| {
        view! { <span class="flow__word">{word}</span><span class="flow__more">{events(part)}</span> }
    };
    view! {
        <div class="flow flow--wide">
            <Bands view_box="0 0 1000 112" ribbons=ribbons::wide(flow) />
            <span class="flow__label flow__label--failed" style="--x:26.2%;--y:5.125rem">
                <IconView icon=Icon::ArrowDown /><b>{share_of(flow.failed)}</b>{words("failed", flow.failed)}
            </span>
            <span class="flow__label flow__label--filtered" style="--x:74.2%;--y:5.125rem">
                <IconView icon=Icon::ArrowDown /><b>{share_of(flow.filtered)}</b>{words("filtered", flow.filtered)}
            </span>
            <span class="flow__label flow__label--end" style="--x:99%;--y:2rem">
                <b>{share_of(flow.eligible)}</b>{words("flows on", flow.eligible)}<IconView icon=Icon::ArrowRight />
            </span>
        </div>
        <div class="flow flow--tall">
            <Bands view_box="0 0 40 100" ribbons=ribbons::tall(flow) />
        </div>
    }
}

#[component]
fn Bands(view_box: &'static str, ribbons: [Ribbon; 3]) -> impl IntoView {
    let bands =
        ribbons.map(|ribbon| view! { <path class=ribbon.class stroke-width=ribbon.width d=ribbon.path></path> });
    view! {
        <svg class="flow__svg" viewBox=view_box preserveAspectRatio="none" aria-hidden="true">{bands.collect_view()}</svg>
    }
}
