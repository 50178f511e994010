//! The crosshair: a bucket's numbers under the pointer, the finger or the arrow keys. It is a slider over the buckets, so
//! screen readers say where it stands; it appears once scripts run. Dragging draws the brush.

use super::brush::{Brush, Stretch, Zoom, stretch};
use super::model::{ChartModel, ChartPoint, GhostWords};
use super::scale;
use crate::ui::badge::Badge;
use leptos::ev::{KeyboardEvent, PointerEvent};
use leptos::html::Div;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use std::sync::Arc;

/// Where the crosshair and the brush stand. A page whose numbers change while somebody reads them provides it, so that both
/// stay where they are.
#[derive(Clone, Copy, Debug)]
pub struct ChartReading {
    at: RwSignal<Option<usize>>,
    brushed: RwSignal<Option<Stretch>>,
    /// Where a drag, or a stretch drawn with Shift, began.
    anchor: RwSignal<Option<usize>>,
}

impl Default for ChartReading {
    fn default() -> Self {
        Self { at: RwSignal::new(None), brushed: RwSignal::new(None), anchor: RwSignal::new(None) }
    }
}

impl ChartReading {
    /// Nobody reads anything: another chart is shown.
    pub fn clear(self) {
        self.at.set(None);
        self.brushed.set(None);
        self.anchor.set(None);
    }
}

#[component]
pub(super) fn Cross(
    model: Memo<Option<Arc<ChartModel>>>,
    awake: Signal<bool>,
    zoom: Callback<Stretch, Option<Zoom>>,
) -> impl IntoView {
    let reading = use_context::<ChartReading>().unwrap_or_default();
    let ChartReading { at, brushed, .. } = reading;
    let points = Memo::new(move |_| model.with(|model| model.as_ref().map_or(0, |model| model.points.len())));
    view! {
        {move || awake.get().then(|| view! { <Hit model=model points=points reading=reading zoom=zoom /> })}
        {move || {
            let (points, stretch) = (points.get(), brushed.get()?);
            (stretch.last < points).then(|| view! { <Brush stretch=stretch points=points zoom=zoom /> })
        }}
        {move || {
            let (model, i) = (model.get()?, at.get()?);
            (i < model.points.len()).then(|| view! { <Reading model=model i=i /> })
        }}
    }
}

/// What takes the pointer and the keys.
#[component]
fn Hit(
    model: Memo<Option<Arc<ChartModel>>>,
    points: Memo<usize>,
    reading: ChartReading,
    zoom: Callback<Stretch, Option<Zoom>>,
) -> impl IntoView {
    let ChartReading { at, brushed, anchor } = reading;
    let last = move || points.get().saturating_sub(1);
    let last_now = move || points.get_untracked().saturating_sub(1);
    let node = NodeRef::<Div>::new();
    let navigate = use_navigate();
    let follow = move |event: PointerEvent| {
        let width = node.get_untracked().map_or(0, |node| node.offset_width());
        let point = nearest(event.offset_x(), width, last_now());
        at.set(Some(point));
        if event.buttons() & 1 == 1
            && let Some(anchor) = anchor.get_untracked()
        {
            brushed.set(stretch(anchor, point));
        }
    };
    let begin = move |event: PointerEvent| {
        follow(event.clone());
        brushed.set(None);
        // A finger drags the page, not the brush.
        anchor.set(at.get_untracked().filter(|_| event.pointer_type() != "touch"));
        if let Some(node) = node.get_untracked() {
            // Without it a drag just ends at the chart's edge.
            let _ = node.set_pointer_capture(event.pointer_id());
        }
    };
    let step = move |event: KeyboardEvent| match event.key().as_str() {
        "Escape" => {
            at.set(None);
            brushed.set(None);
        }
        "Enter" => {
            if let Some(zoom) = brushed.get_untracked().and_then(|stretch| zoom.run(stretch)) {
                navigate(&zoom.href, NavigateOptions { scroll: false, ..NavigateOptions::default() });
            }
        }
        key => {
            let from = at.get_untracked();
            let Some(next) = moved(key, from, last_now()) else { return };
            event.prevent_default();
            at.set(Some(next));
            let kept = anchor.get_untracked().filter(|_| brushed.get_untracked().is_some()).or(from);
            anchor.set(kept.filter(|_| event.shift_key()));
            brushed.set(anchor.get_untracked().and_then(|anchor| stretch(anchor, next)));
        }
    };
    let text = move || {
        let model = model.get()?;
        let point = model.points.get(at.get().unwrap_or_else(last));
        let ghost = model.words.ghost.as_ref();
        point.map(|point| match ghost {
            Some(ghost) => format!("{}: {}, {} {}", point.label, point.now_text, ghost.spoken, point.previous_text),
            None => format!("{}: {}", point.label, point.now_text),
        })
    };
    view! {
        <div
            class="chart__hit"
            node_ref=node
            tabindex="0"
            role="slider"
            aria-label="Point in time"
            aria-keyshortcuts="Shift+ArrowLeft Shift+ArrowRight Enter Escape"
            aria-valuemin="0"
            aria-valuemax=move || last().to_string()
            aria-valuenow=move || at.get().unwrap_or_else(last).to_string()
            aria-valuetext=text
            on:pointermove=follow
            on:pointerdown=begin
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
        Some(view! { <span class=class style=format!("--x:{x};--y:{}", scale::up(value, top))></span> })
    };
    let point = model.points.get(i).cloned()?;
    let side = if i * 10 > points.saturating_sub(1) * 6 { "left" } else { "right" };
    Some(view! {
        <div class="chart__cross" style=format!("--x:{x}")></div>
        {dot("chart__dot chart__dot--ghost", point.previous)}
        {dot("chart__dot", point.now)}
        <div class="chart__tip" style=format!("--x:{x}") data-side=side aria-hidden="true">
            <Tip point=point ghost=model.words.ghost.clone() />
        </div>
    })
}

#[component]
fn Tip(point: ChartPoint, ghost: Option<GhostWords>) -> impl IntoView {
    let compared = ghost.map(|ghost| {
        view! {
            <div class="chart__tip-row">
                <dt><span class="legend__key legend__key--ghost"></span>{ghost.key}</dt>
                <dd>{point.previous_text}</dd>
            </div>
            <div class="chart__tip-row chart__tip-row--sum">
                <dt>"Change"</dt>
                <dd>{point.change}" "{point.badge.map(|(text, tone)| view! { <Badge text=text tone=tone /> })}</dd>
            </div>
        }
    });
    view! {
        <p class="chart__tip-when">{point.label}</p>
        <dl>
            <div class="chart__tip-row">
                <dt><span class="legend__key"></span>"This period"</dt>
                <dd>{point.now_text}</dd>
            </div>
            {compared}
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
