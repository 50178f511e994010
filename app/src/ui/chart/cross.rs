//! The crosshair: a bucket's numbers under the pointer, the finger or the arrow keys. It is a slider over the buckets, so
//! screen readers say where it stands; it appears once scripts run.

use super::model::{ChartModel, ChartPoint};
use super::scale;
use crate::ui::badge::Badge;
use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html::Div;
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub(super) fn Cross(model: Arc<ChartModel>, awake: Signal<bool>) -> impl IntoView {
    let at = RwSignal::new(None::<usize>);
    let tip_model = model.clone();
    view! {
        {move || awake.get().then(|| view! { <Hit model=model.clone() at=at /> })}
        {move || {
            let points = tip_model.points.len();
            let i = at.get().filter(|i| *i < points)?;
            Some(view! { <Reading model=tip_model.clone() i=i /> })
        }}
    }
}

/// What takes the pointer and the keys.
#[component]
fn Hit(model: Arc<ChartModel>, at: RwSignal<Option<usize>>) -> impl IntoView {
    let last = model.points.len().saturating_sub(1);
    let node = NodeRef::<Div>::new();
    let follow = move |event: PointerEvent| {
        let width = node.get_untracked().map_or(0, |node| node.offset_width());
        at.set(Some(nearest(event.offset_x(), width, last)));
    };
    let step = move |event: KeyboardEvent| {
        if event.key() == "Escape" {
            at.set(None);
        } else if let Some(next) = moved(&event.key(), at.get_untracked(), last) {
            event.prevent_default();
            at.set(Some(next));
        }
    };
    let text = move || {
        let point = model.points.get(at.get().unwrap_or(last));
        point.map(|point| format!("{}: {}, previous {}", point.label, point.now_text, point.previous_text))
    };
    view! {
        <div
            class="chart__hit"
            node_ref=node
            tabindex="0"
            role="slider"
            aria-label="Point in time"
            aria-valuemin="0"
            aria-valuemax=last.to_string()
            aria-valuenow=move || at.get().unwrap_or(last).to_string()
            aria-valuetext=text
            on:pointermove=follow
            on:pointerdown=follow
            on:pointerleave=move |_| at.set(None)
            on:keydown=step
            on:blur=move |_| at.set(None)
        ></div>
    }
}

/// Hairline, dots and tooltip at one bucket.
#[component]
fn Reading(model: Arc<ChartModel>, i: usize) -> impl IntoView {
    let (points, top) = (model.points.len(), model.top());
    let x = scale::x(i, points);
    let dot = |class: &'static str, value: Option<u64>| {
        let value = value?;
        Some(view! { <span class=class style=format!("--x:{x};--y:{}", scale::percent(value, top))></span> })
    };
    let point = model.points.get(i).cloned()?;
    let side = if i * 10 > points.saturating_sub(1) * 6 { "left" } else { "right" };
    Some(view! {
        <div class="chart__cross" style=format!("--x:{x}")></div>
        {dot("chart__dot chart__dot--ghost", point.previous)}
        {dot("chart__dot", point.now)}
        <div class="chart__tip" style=format!("--x:{x}") data-side=side aria-hidden="true"><Tip point=point /></div>
    })
}

#[component]
fn Tip(point: ChartPoint) -> impl IntoView {
    view! {
        <p class="chart__tip-when">{point.label}</p>
        <dl>
            <div class="chart__tip-row">
                <dt><span class="legend__key"></span>"This period"</dt>
                <dd>{point.now_text}</dd>
            </div>
            <div class="chart__tip-row">
                <dt><span class="legend__key legend__key--ghost"></span>"Previous"</dt>
                <dd>{point.previous_text}</dd>
            </div>
            <div class="chart__tip-row chart__tip-row--sum">
                <dt>"Change"</dt>
                <dd>{point.change}" "{point.badge.map(|(text, tone)| view! { <Badge text=text tone=tone /> })}</dd>
            </div>
        </dl>
    }
}

/// The bucket whose point lies nearest to `x` of `width` pixels.
fn nearest(x: i32, width: i32, last: usize) -> usize {
    let width = u64::try_from(width).unwrap_or(0).max(1);
    let x = u64::try_from(x).unwrap_or(0).min(width);
    usize::try_from((x * last as u64 * 2 + width) / (width * 2)).unwrap_or(last).min(last)
}

/// Where a key leads from `at`; the first key shows the last bucket.
fn moved(key: &str, at: Option<usize>, last: usize) -> Option<usize> {
    match (key, at) {
        ("Home", _) => Some(0),
        ("End", _) | ("ArrowLeft" | "ArrowRight" | "ArrowUp" | "ArrowDown", None) => Some(last),
        ("ArrowLeft" | "ArrowDown", Some(at)) => Some(at.saturating_sub(1)),
        ("ArrowRight" | "ArrowUp", Some(at)) => Some((at + 1).min(last)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{moved, nearest};

    #[test]
    fn the_pointer_snaps_to_buckets() {
        assert_eq!([-5, 0, 49, 51, 100, 149, 151, 500].map(|x| nearest(x, 200, 2)), [0, 0, 0, 1, 1, 1, 2, 2]);
        assert_eq!(nearest(10, 0, 5), 5);
        assert_eq!(nearest(10, 100, 0), 0);
    }

    #[test]
    fn keys_move_within_the_window() {
        assert_eq!(moved("ArrowLeft", None, 47), Some(47));
        assert_eq!(moved("ArrowLeft", Some(0), 47), Some(0));
        assert_eq!(moved("ArrowRight", Some(47), 47), Some(47));
        assert_eq!((moved("Home", Some(9), 47), moved("End", None, 47)), (Some(0), Some(47)));
        assert_eq!(moved("Tab", Some(9), 47), None);
    }
}
