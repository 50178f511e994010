//! The custom range without JavaScript: two fields of the browser's own.

use super::super::api::Numbers;
use super::super::place::Place;
use super::draft::Clock;
use super::fields::{Carried, LocalField};
use crate::ui::button::{Button, ButtonLook};
use crate::ui::icon::{Icon, IconView};
use domain::clock::MINUTE_MS;
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub(super) fn PlainRange(numbers: Arc<Numbers>, place: Place) -> impl IntoView {
    let clock = Clock::of(&numbers);
    let window = &numbers.window;
    // Whole minutes: fields with seconds would not take the ends that they are given.
    let from = clock.zone.local(window.from.floor_to(MINUTE_MS));
    let until = clock.zone.local(window.counted_until().ceil_to(MINUTE_MS));
    view! {
        <form class="picker__form" method="get" action=place.period_action() autocomplete="off">
            <div class="picker__custom">
                <div class="picker__fields">
                    <LocalField label="From" name="from" value=from clock=clock.clone() />
                    <LocalField label="To" name="until" value=until clock=clock />
                    <div class="field">
                        <span class="field__label">"Time zone"</span>
                        <p class="field__static">{numbers.labels.zone.clone()}</p>
                    </div>
                </div>
                <p class="picker__note"><IconView icon=Icon::Info />{numbers.labels.retention.clone()}</p>
            </div>
            <div class="picker__foot">
                <span class="picker__verdict"></span>
                <a class="button" href=place.here()>"Cancel"</a>
                <Button look=ButtonLook::Primary>"Apply"</Button>
            </div>
            <Carried fields=place.query.fields() without="range" zone=numbers.labels.zone_name.clone() />
        </form>
    }
}
