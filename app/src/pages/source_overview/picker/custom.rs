//! The custom range with JavaScript: the calendar, the fields below it, and what would be shown.

use super::super::api::Numbers;
use super::super::place::Place;
use super::super::toolbar::in_place;
use super::draft;
use super::fields::{MomentFields, Verdict};
use super::state::DraftState;
use crate::ui::button::{Button, ButtonLook};
use crate::ui::calendar::Calendar;
use crate::ui::icon::{Icon, IconView};
use domain::calendar::Picked;
use leptos::ev::{MouseEvent, SubmitEvent};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use std::sync::Arc;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// Below this width, in pixels, there is room for one month only.
const TWO_MONTHS_MIN_PX: f64 = 1_136.0;
/// The element that says what would be shown, or what is wrong.
const NOTE_ID: &str = "range-note";

/// The form. Its code is a file of its own: nobody needs it before it is opened.
#[wasm_split(pickers, fallible)]
pub(super) fn custom_range(
    numbers: Arc<Numbers>,
    place: Place,
    draft: DraftState,
) -> Result<AnyView, SplitLoaderError> {
    draft.begin(&numbers, numbers.window.from, numbers.window.until);
    Ok(view! { <CustomRange numbers=numbers place=place draft=draft /> }.into_any())
}

#[component]
fn CustomRange(numbers: Arc<Numbers>, place: Place, draft: DraftState) -> impl IntoView {
    let DraftState { popover, clock, from, until, calendar, .. } = draft;
    let (limits, today) = clock.with_value(|clock| (clock.kept_days(), clock.today()));
    // The zone in which the choice was begun: a page that is read anew may have learnt of another.
    let zone = clock.with_value(|clock| clock.zone_name.clone());
    let range = Memo::new(move |_| {
        let (from, until) = (from.get(), until.get());
        clock.with_value(|clock| draft::range(&from, &until, clock))
    });
    let compare = place.query.compare;
    let verdict = Signal::derive(move || {
        range.get().map(|range| clock.with_value(|clock| draft::preview(range, compare, clock)))
    });
    let objection = Signal::derive(move || range.get().err());
    let here = place.here();
    let navigate = use_navigate();
    let apply = move |event: SubmitEvent| {
        event.prevent_default();
        if let Ok(range) = range.get_untracked() {
            popover.close_and_return();
            navigate(&place.href(place.query.with_range(range)), in_place());
        }
    };
    let cancel = move |event: MouseEvent| {
        event.prevent_default();
        popover.close_and_return();
    };
    let pick = Callback::new(move |picked: Picked| draft.fields_follow_days(picked));
    let typed = Callback::new(move |()| draft.days_follow_fields());
    let months = if wide() { 2 } else { 1 };
    let fields = move |label: &'static str, fields| {
        view! {
            <MomentFields label=label fields=fields clock=clock on_typed=typed objection=objection note_id=NOTE_ID />
        }
    };
    view! {
        <form class="picker__form" on:submit=apply autocomplete="off">
            <div class="picker__custom">
                <Calendar state=calendar months=months limits=limits today=today on_pick=pick />
                <p class="picker__note"><IconView icon=Icon::Info />{numbers.labels.retention.clone()}</p>
                <div class="picker__fields">
                    {fields("From", from)} {fields("To", until)}
                    <div class="field">
                        <span class="field__label">"Time zone"</span>
                        <p class="field__static">{zone}</p>
                    </div>
                </div>
            </div>
            <div class="picker__foot">
                <Verdict id=NOTE_ID verdict=verdict />
                <a class="button" href=here on:click=cancel>"Cancel"</a>
                <Button look=ButtonLook::Primary attr:disabled=move || objection.get().is_some()>"Apply"</Button>
            </div>
        </form>
    }
}

/// Whether two months fit beside the presets.
fn wide() -> bool {
    window().inner_width().ok().and_then(|width| width.as_f64()).is_none_or(|width| width >= TWO_MONTHS_MIN_PX)
}
