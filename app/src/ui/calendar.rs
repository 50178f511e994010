//! A calendar of one or more months to pick days from: a grid of the ARIA pattern, one Tab stop, arrows by day and week, Home
//! and End to the week's ends, Page Up and Page Down by month (with Shift by year), Enter or Space to pick.

use crate::ui::icon::{Icon, IconView};
use domain::calendar::{DaySpan, Mark, Month, Picked, WEEKDAYS, Week};
use domain::civil::Day;
use leptos::ev::KeyboardEvent;
use leptos::html::Div;
use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// A calendar as its owner holds it.
#[derive(Clone, Copy)]
pub struct CalendarState {
    /// What is picked.
    picked: RwSignal<Picked>,
    /// The day that takes the keyboard.
    at: RwSignal<Day>,
    /// The last shown month.
    last: RwSignal<Month>,
    /// Whether the keyboard was asked for and has not come yet.
    awaits_keyboard: RwSignal<bool>,
    root: NodeRef<Div>,
}

impl CalendarState {
    /// One day is picked.
    #[must_use]
    pub fn new(day: Day) -> Self {
        let picked = Picked::Both(DaySpan { first: day, last: day });
        Self {
            picked: RwSignal::new(picked),
            at: RwSignal::new(day),
            last: RwSignal::new(Month::of(day)),
            awaits_keyboard: RwSignal::new(false),
            root: NodeRef::new(),
        }
    }

    /// Shows these days as picked, the last in sight.
    pub fn show(self, days: DaySpan, limits: DaySpan) {
        let last = limits.nearest(days.last);
        self.picked.set(Picked::Both(days));
        self.at.set(last);
        self.last.set(Month::of(last));
    }

    /// Gives it the keyboard, as soon as it is drawn: its code may still be on its way.
    pub fn focus(self) {
        self.awaits_keyboard.set(true);
    }

    /// The keyboard is elsewhere by now.
    pub fn leave(self) {
        self.awaits_keyboard.set(false);
    }

    /// Takes the keyboard that was asked for, with the frame that draws the day.
    fn take_keyboard(self) {
        let Some(root) = self.root.get() else { return };
        if !self.awaits_keyboard.get() {
            return;
        }
        request_animation_frame(move || {
            self.awaits_keyboard.set(false);
            let found = root.query_selector(".calendar__day[tabindex='0']").ok().flatten();
            if let Some(day) = found.and_then(|day| day.dyn_into::<web_sys::HtmlElement>().ok()) {
                // An element that is in the page takes the focus.
                let _done = day.focus();
            }
        });
    }
}

/// What its parts share.
#[derive(Clone, Copy)]
struct Grid {
    state: CalendarState,
    months: i64,
    limits: DaySpan,
    today: Day,
    on_pick: Callback<Picked>,
}

/// The months, side by side.
#[component]
pub fn Calendar(
    /// Its state.
    state: CalendarState,
    /// How many months are shown.
    months: i64,
    /// The days that can be picked.
    limits: DaySpan,
    /// The day that is marked as today's.
    today: Day,
    /// Takes what is picked after each pick.
    on_pick: Callback<Picked>,
) -> impl IntoView {
    let grid = Grid { state, months, limits, today, on_pick };
    Effect::new(move || state.take_keyboard());
    view! {
        <div class="calendars" node_ref=state.root>
            {(0..months).map(|place| view! { <MonthView grid=grid place=place /> }).collect_view()}
        </div>
    }
}

impl Grid {
    /// The first shown month.
    fn first(self) -> Month {
        self.state.last.get().plus(1 - self.months)
    }

    /// Takes the keyboard to a day, and turns to its month where that is out of sight.
    fn go(self, day: Day) {
        let (month, last) = (Month::of(day), self.state.last.get_untracked());
        if month > last {
            self.state.last.set(month);
        } else if month < last.plus(1 - self.months) {
            self.state.last.set(month.plus(self.months - 1));
        }
        self.state.at.set(day);
    }

    /// Turns to another month, and takes the day with the keyboard along where it would be out of sight.
    fn turn(self, months: i64) {
        let last = self.state.last.get_untracked().plus(months);
        self.state.last.set(last);
        let at = self.state.at.get_untracked();
        if !(last.plus(1 - self.months)..=last).contains(&Month::of(at)) {
            self.go(self.limits.nearest(at.plus_months(months)));
        }
    }

    fn pick(self, day: Day) {
        self.go(day);
        self.state.picked.update(|picked| *picked = picked.and(day));
        self.on_pick.run(self.state.picked.get_untracked());
    }

    fn key(self, event: &KeyboardEvent) {
        if event.alt_key() || event.ctrl_key() || event.meta_key() {
            return;
        }
        let at = self.state.at.get_untracked();
        match event.key().as_str() {
            "Enter" | " " => self.pick(at),
            key => {
                let Some(to) = self.limits.moved(at, key, event.shift_key()) else { return };
                self.go(to);
                self.state.focus();
            }
        }
        event.prevent_default();
    }

    fn mark(self, day: Day) -> Option<Mark> {
        self.state.picked.with(|picked| picked.mark(day))
    }
}

/// One month; the outer ones carry the buttons that turn.
#[component]
fn MonthView(grid: Grid, place: i64) -> impl IntoView {
    let month = move || grid.first().plus(place);
    let back = (place == 0).then(|| {
        let over = move || grid.first() <= Month::of(grid.limits.first);
        view! { <Turn grid=grid months=-1 label="Previous month" icon=Icon::ChevronLeft over=Signal::derive(over) /> }
    });
    let forth = (place + 1 == grid.months).then(|| {
        let over = move || grid.state.last.get() >= Month::of(grid.limits.last);
        view! { <Turn grid=grid months=1 label="Next month" icon=Icon::ChevronRight over=Signal::derive(over) /> }
    });
    let names = WEEKDAYS.map(|(short, long)| view! { <th scope="col" abbr=long>{short}</th> });
    view! {
        <div class="calendar">
            <div class="calendar__head">{back}<p aria-live="polite">{move || month().title()}</p>{forth}</div>
            <table role="grid" aria-label=move || month().title() on:keydown=move |event| grid.key(&event)>
                <thead>
                    <tr>{names.collect_view()}</tr>
                </thead>
                <tbody>
                    {move || month().weeks().into_iter().map(|week| view! { <Row grid=grid week=week /> }).collect_view()}
                </tbody>
            </table>
        </div>
    }
}

#[component]
fn Turn(grid: Grid, months: i64, label: &'static str, icon: Icon, over: Signal<bool>) -> impl IntoView {
    let class = if months < 0 { "calendar__turn" } else { "calendar__turn calendar__turn--forth" };
    view! {
        <button class=class type="button" aria-label=label disabled=over on:click=move |_| grid.turn(months)>
            <IconView icon=icon />
        </button>
    }
}

#[component]
fn Row(grid: Grid, week: Week) -> impl IntoView {
    let cells = week.map(|day| match day {
        Some(day) => view! { <Cell grid=grid day=day /> }.into_any(),
        None => view! { <td role="gridcell"></td> }.into_any(),
    });
    view! { <tr>{cells.collect_view()}</tr> }
}

#[component]
fn Cell(grid: Grid, day: Day) -> impl IntoView {
    let (_, _, of_month) = day.parts();
    let pressed = move || grid.mark(day).is_some_and(Mark::is_end).to_string();
    view! {
        <td
            role="gridcell"
            data-range=move || grid.mark(day).map(Mark::code)
            aria-selected=move || grid.mark(day).is_some().to_string()
        >
            <button
                class="calendar__day"
                type="button"
                tabindex=move || if grid.state.at.get() == day { "0" } else { "-1" }
                aria-label=day.long()
                aria-pressed=pressed
                aria-current=(day == grid.today).then_some("date")
                disabled=!grid.limits.contains(day)
                on:click=move |_| grid.pick(day)
            >
                {of_month}
            </button>
        </td>
    }
}
