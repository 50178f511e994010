//! The range picker: five presets as links, and a custom range. With JavaScript that is a calendar with fields below it;
//! without, two fields of the browser's own and a form that the server turns into the address (`period`).

mod custom;
pub(super) mod draft;
pub(super) mod fields;
mod plain;
pub(super) mod state;

use super::api::Numbers;
use super::place::Place;
use super::words::point_every;
use crate::lazy_part::drawn_when_there;
use crate::ui::icon::{Icon, IconView};
use crate::ui::popover::{Popover, PopoverState};
use custom::custom_range;
use domain::clock::Timestamp;
use domain::time_range::TimeRange;
use leptos::prelude::*;
use plain::PlainRange;
use state::PickerState;
use std::sync::Arc;

#[component]
pub(super) fn RangePicker(numbers: Arc<Numbers>, place: Place, awake: Signal<bool>) -> impl IntoView {
    let draft = PickerState::of_page().range;
    let state = draft.popover;
    let button = view! {
        <span class="sr-only">"Time range: "</span>
        <IconView icon=Icon::Calendar />
        {place.query.range.title()}
        <IconView icon=Icon::ChevronDown />
    };
    let presets = TimeRange::PRESETS.map(|range| view! { <Preset range=range place=place.clone() state=state /> });
    let is_custom = matches!(place.query.range, TimeRange::Custom { .. });
    view! {
        <Popover state=state name="toolbar" class="button" button=button.into_any()>
            <div class="popover__panel picker" role="group" aria-label="Time range">
                <div class="picker__presets">
                    {presets.collect_view()}
                    <div class="picker__sep with-script"></div>
                    <button
                        class="picker__preset with-script"
                        type="button"
                        aria-current=is_custom.then_some("true")
                        on:click=move |_| draft.calendar.focus()
                    >
                        <IconView icon=Icon::Check />
                        "Custom range"
                    </button>
                </div>
                {move || {
                    let (numbers, place) = (numbers.clone(), place.clone());
                    match (awake.get(), state.is_open()) {
                        (false, _) => view! { <PlainRange numbers=numbers place=place /> }.into_any(),
                        (true, true) => {
                            let plain = (numbers.clone(), place.clone());
                            drawn_when_there(custom_range(numbers, place, draft), || {
                                let (numbers, place) = plain;
                                view! { <PlainRange numbers=numbers place=place /> }.into_any()
                            })
                        }
                        (true, false) => {
                            draft.end();
                            ().into_any()
                        }
                    }
                }}
            </div>
        </Popover>
    }
}

#[component]
fn Preset(range: TimeRange, place: Place, state: PopoverState) -> impl IntoView {
    let current = place.query.range == range;
    let every = point_every(range.resolve(Timestamp(0)).bucket_ms);
    view! {
        <a
            class="picker__preset"
            href=place.href(place.query.with_range(range))
            aria-current=current.then_some("true")
            data-noscroll=""
            on:click=move |_| state.close()
        >
            <IconView icon=Icon::Check />
            {range.title()}
            <small title=format!("One point per {every}")><span class="sr-only">", one point per "</span>{every.clone()}</small>
        </a>
    }
}
