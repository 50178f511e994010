//! What of the pickers outlives a redrawing of the page: live numbers redraw it while somebody is choosing.

use super::super::api::Numbers;
use super::draft::{self, Clock, Fields};
use crate::ui::calendar::CalendarState;
use crate::ui::popover::PopoverState;
use domain::calendar::{DaySpan, Picked};
use domain::clock::Timestamp;
use domain::zone_offsets::{Edge, ZoneOffsets};
use leptos::prelude::*;

/// Fields on their way, and the popover that they are in.
#[derive(Clone, Copy)]
pub(in super::super) struct DraftState {
    /// The popover.
    pub popover: PopoverState,
    /// The zone, and the moment at which it was opened.
    pub clock: StoredValue<Clock>,
    /// The start.
    pub from: RwSignal<Fields>,
    /// The end, where there is one to choose.
    pub until: RwSignal<Fields>,
    /// The calendar, where there is one.
    pub calendar: CalendarState,
    begun: StoredValue<bool>,
}

impl DraftState {
    fn new() -> Self {
        let clock = Clock { zone: ZoneOffsets::default(), zone_name: String::new(), now: Timestamp(0) };
        let fields = |edge: Edge| RwSignal::new(Fields::of(clock.now, edge, &clock));
        Self {
            popover: PopoverState::new(),
            from: fields(Edge::Start),
            until: fields(Edge::End),
            calendar: CalendarState::new(clock.today()),
            clock: StoredValue::new(clock),
            begun: StoredValue::new(false),
        }
    }

    /// Starts from these ends, once for each opening.
    pub fn begin(self, numbers: &Numbers, from: Timestamp, until: Timestamp) {
        if self.begun.try_update_value(|begun| std::mem::replace(begun, true)) != Some(false) {
            return;
        }
        let clock = Clock::of(numbers);
        self.from.set(Fields::of(from, Edge::Start, &clock));
        self.until.set(Fields::of(until, Edge::End, &clock));
        self.clock.set_value(clock);
        self.days_follow_fields();
    }

    /// Forgets what was left half done.
    pub fn end(self) {
        self.begun.set_value(false);
        self.calendar.leave();
    }

    /// Shows in the calendar what stands in the fields, as far as it can be read.
    pub fn days_follow_fields(self) {
        let days = self.clock.with_value(|clock| {
            let days = draft::days(&self.from.get_untracked(), &self.until.get_untracked(), clock);
            days.map(|days| (days, clock.kept_days()))
        });
        if let Some((days, kept)) = days {
            self.calendar.show(days, kept);
        }
    }

    /// Writes picked days into the fields.
    pub fn fields_follow_days(self, picked: Picked) {
        let DaySpan { first, last } = picked.days();
        self.clock.with_value(|clock| {
            self.from.update(|from| from.pick(first, clock));
            self.until.update(|until| until.pick(last, clock));
        });
    }
}

/// Both pickers. Provided to the toolbar.
#[derive(Clone, Copy)]
pub(in super::super) struct PickerState {
    /// Of the range.
    pub range: DraftState,
    /// Of what it is compared with.
    pub compare: DraftState,
}

impl PickerState {
    /// Both closed.
    pub fn new() -> Self {
        Self { range: DraftState::new(), compare: DraftState::new() }
    }

    /// That of the page around.
    pub fn of_page() -> Self {
        use_context().unwrap_or_else(Self::new)
    }
}
