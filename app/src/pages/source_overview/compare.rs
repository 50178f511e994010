//! With what the range is compared: the end of the toolbar's sentence is a button that opens the choice.

use super::api::Numbers;
use super::picker::draft::Clock;
use super::picker::fields::{Carried, LocalField, MomentFields, Verdict};
use super::picker::state::{DraftState, PickerState};
use super::place::Place;
use super::toolbar::in_place;
use super::words::{compared, not_compared, span};
use crate::lazy_part::drawn_when_there;
use crate::ui::button::{Button, ButtonLook};
use crate::ui::icon::{Icon, IconView};
use crate::ui::popover::{Popover, PopoverState};
use domain::clock::{MINUTE_MS, Timestamp};
use domain::time_range::{Compare, Window};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;
use std::sync::Arc;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// The element that says which period would be compared, or what is wrong.
const NOTE_ID: &str = "compare-note";

#[component]
pub(super) fn CompareChooser(numbers: Arc<Numbers>, place: Place, awake: Signal<bool>) -> impl IntoView {
    let draft = PickerState::of_page().compare;
    let state = draft.popover;
    let chosen = place.query.compare;
    let clause = numbers.labels.compared.as_ref().map(|compared| compared.clause.clone());
    let clause = clause.unwrap_or_else(|| not_compared(chosen).to_owned());
    let button = view! { <span>{clause}</span><IconView icon=Icon::ChevronDown /> };
    let ways = ways(&numbers, chosen).into_iter().map(|compare| {
        view! { <Way compare=compare numbers=numbers.clone() place=place.clone() state=state /> }
    });
    let ways = ways.collect_view();
    view! {
        <Popover state=state name="toolbar" class="toolbar__compare" button=button.into_any()>
            <div class="popover__panel popover__panel--start picker picker--compare" role="group" aria-label="Compare with">
                <div class="picker__presets">{ways}</div>
                {move || {
                    let (numbers, place) = (numbers.clone(), place.clone());
                    match (awake.get(), state.is_open()) {
                        (false, _) => view! { <PlainStart numbers=numbers place=place /> }.into_any(),
                        (true, true) => {
                            let plain = (numbers.clone(), place.clone());
                            drawn_when_there(chosen_start(numbers, place, draft), || {
                                let (numbers, place) = plain;
                                view! { <PlainStart numbers=numbers place=place /> }.into_any()
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

/// What can be chosen with one click. The week before is left out where it is the period before.
fn ways(numbers: &Numbers, chosen: Compare) -> Vec<Compare> {
    let shift_ms = |compare: Compare| shown_with(numbers, compare).shift_ms;
    let same = shift_ms(Compare::Previous) == shift_ms(Compare::WeekBefore) && chosen != Compare::WeekBefore;
    let mut ways = vec![Compare::Previous];
    ways.extend((!same).then_some(Compare::WeekBefore));
    ways.extend(matches!(chosen, Compare::From(_)).then_some(chosen));
    ways.push(Compare::Nothing);
    ways
}

/// The shown window, were it compared with that.
fn shown_with(numbers: &Numbers, compare: Compare) -> Window {
    numbers.range.resolve_compared(numbers.window.now, compare)
}

#[component]
fn Way(compare: Compare, numbers: Arc<Numbers>, place: Place, state: PopoverState) -> impl IntoView {
    let shown = shown_with(&numbers, compare);
    let zone = &numbers.labels.offsets;
    let title = match compared(numbers.range, &shown, compare, zone) {
        Some(words) => words.title,
        None if compare == Compare::Nothing => "Nothing".to_owned(),
        None => "No longer kept".to_owned(),
    };
    let when = compare.window(&shown).map(|window| span(&Window { now: shown.now, ..window }, zone));
    let current = place.query.compare == compare;
    view! {
        <a
            class="picker__preset"
            href=place.href(place.query.with_compare(compare))
            aria-current=current.then_some("true")
            data-noscroll=""
            on:click=move |_| state.close()
        >
            <IconView icon=Icon::Check />
            {title}
            {when.map(|when| view! { <small>{when}</small> })}
        </a>
    }
}

/// A period of the reader's own, as long as the range: with JavaScript. Its code is in the file of the range's form.
#[wasm_split(pickers, fallible)]
fn chosen_start(numbers: Arc<Numbers>, place: Place, draft: DraftState) -> Result<AnyView, SplitLoaderError> {
    let start = start(&numbers, place.query.compare);
    draft.begin(&numbers, start, start);
    Ok(view! { <ChosenStart numbers=numbers place=place draft=draft /> }.into_any())
}

#[component]
fn ChosenStart(numbers: Arc<Numbers>, place: Place, draft: DraftState) -> impl IntoView {
    let DraftState { popover, clock, from: fields, .. } = draft;
    let limit = numbers.window.from;
    let retention = numbers.labels.retention.clone();
    let chosen = Memo::new(move |_| clock.with_value(|clock| fields.with(|fields| fields.moment_before(limit, clock))));
    let objection = Signal::derive(move || chosen.get().err());
    let verdict = Signal::derive(move || {
        chosen.get().map(|start| {
            let shown = shown_with(&numbers, Compare::From(start));
            span(&Window { now: shown.now, ..shown.previous() }, &numbers.labels.offsets)
        })
    });
    let navigate = use_navigate();
    let apply = move |event: SubmitEvent| {
        event.prevent_default();
        if let Ok(start) = chosen.get_untracked() {
            popover.close_and_return();
            navigate(&place.href(place.query.with_compare(Compare::From(start))), in_place());
        }
    };
    view! {
        <form class="picker__form picker__start" on:submit=apply autocomplete="off" title=retention>
            <MomentFields label="Period from" fields=fields clock=clock objection=objection note_id=NOTE_ID />
            <Button look=ButtonLook::Primary attr:disabled=move || objection.get().is_some()>"Compare"</Button>
            <Verdict id=NOTE_ID verdict=verdict />
        </form>
    }
}

/// The same without.
#[component]
fn PlainStart(numbers: Arc<Numbers>, place: Place) -> impl IntoView {
    let clock = Clock::of(&numbers);
    let value = clock.zone.local(start(&numbers, place.query.compare).floor_to(MINUTE_MS));
    view! {
        <form class="picker__form picker__start" method="get" action=place.period_action() autocomplete="off">
            <LocalField label="Period from" name="compared_from" value=value clock=clock />
            <Button look=ButtonLook::Primary>"Compare"</Button>
            <Carried fields=place.query.fields() without="compare" zone=numbers.labels.zone_name.clone() />
        </form>
    }
}

/// Where the compared window starts; without one, where the one before the shown does.
fn start(numbers: &Numbers, compare: Compare) -> Timestamp {
    shown_with(numbers, compare).previous().from
}
