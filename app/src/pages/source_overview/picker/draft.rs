//! A range on its way: what stands in the picker's fields, what it would be as a range, and what is wrong with it.

use super::super::api::Numbers;
use super::super::words;
use domain::calendar::DaySpan;
use domain::civil::{Day, LocalTime, clock_from_text};
use domain::clock::{DAY_MS, MINUTE_MS, Timestamp};
use domain::time_range::{Compare, TimeRange, Window, kept_since};
use domain::zone_offsets::{Edge, ZoneOffsets};

/// The reader's zone, and the moment at which the page was made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clock {
    /// The zone's rules.
    pub zone: ZoneOffsets,
    /// The zone's name.
    pub zone_name: String,
    /// Now.
    pub now: Timestamp,
}

impl Clock {
    /// That of a page.
    #[must_use]
    pub fn of(numbers: &Numbers) -> Self {
        let labels = &numbers.labels;
        Self { zone: labels.offsets.clone(), zone_name: labels.zone.clone(), now: numbers.window.now }
    }

    /// Today.
    #[must_use]
    pub fn today(&self) -> Day {
        self.zone.local(self.now).day()
    }

    /// The days of which counts are kept.
    #[must_use]
    pub fn kept_days(&self) -> DaySpan {
        DaySpan { first: self.first_kept().day(), last: self.today() }
    }

    /// The first whole minute of which counts are kept.
    #[must_use]
    pub fn first_kept(&self) -> LocalTime {
        self.zone.local(kept_since(self.now).ceil_to(MINUTE_MS))
    }

    /// A moment in words.
    #[must_use]
    pub fn short(&self, at: Timestamp) -> String {
        self.zone.local(at).short(self.today())
    }
}

/// A date and a time, as they stand in their fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fields {
    /// `31 Oct 2025`
    pub date: String,
    /// `09:00`
    pub time: String,
    /// Which end of the range it is.
    pub edge: Edge,
    /// Whether the time is of the reader's own hand: a pick in the calendar leaves it alone then.
    time_typed: bool,
    /// What stood there first, and the very moment that it means.
    given: (String, String, Timestamp),
}

/// A part of a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Its date.
    Date,
    /// Its time.
    Time,
    /// Both.
    Moment,
}

/// What is wrong with a draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objection {
    /// With which end.
    pub edge: Edge,
    /// With which part of it.
    pub part: Part,
    /// In words.
    pub text: String,
}

impl Fields {
    /// Fields that mean `at` as long as nobody changes them.
    #[must_use]
    pub fn of(at: Timestamp, edge: Edge, clock: &Clock) -> Self {
        // A range that is still going on ends now, as far as anybody can see.
        let seen = if at > clock.now { clock.now.floor_to(MINUTE_MS) } else { at };
        let local = clock.zone.local(seen);
        let (day, time) = match (edge, local.0.rem_euclid(DAY_MS)) {
            (Edge::End, 0) => (local.day().plus_days(-1), "24:00".to_owned()),
            (Edge::Start | Edge::End, _) => (local.day(), local.clock()),
        };
        let given = (day.text(), time.clone(), at);
        Self { date: day.text(), time, edge, time_typed: false, given }
    }

    /// What stands in one of them.
    #[must_use]
    pub fn text(&self, part: Part) -> &str {
        if part == Part::Time { &self.time } else { &self.date }
    }

    /// Takes what is typed.
    pub fn type_in(&mut self, part: Part, text: String) {
        match part {
            Part::Date => self.date = text,
            Part::Time => (self.time, self.time_typed) = (text, true),
            Part::Moment => {}
        }
    }

    /// Takes a day from the calendar: from its beginning, or to its end.
    pub fn pick(&mut self, day: Day, clock: &Clock) {
        self.date = day.text();
        if self.time_typed {
            return;
        }
        let first = clock.first_kept();
        self.time = match self.edge {
            Edge::Start if day == first.day() => first.clock(),
            Edge::Start => "00:00".to_owned(),
            Edge::End => "24:00".to_owned(),
        };
    }

    /// Writes date and time as they were understood.
    pub fn tidy(&mut self, clock: &Clock) {
        if let Some(day) = self.day(clock) {
            self.date = day.text();
        }
        if let Some(in_day_ms) = clock_from_text(&self.time) {
            let tidied = LocalTime(in_day_ms).clock();
            self.time = if in_day_ms == DAY_MS { "24:00".to_owned() } else { tidied };
        }
    }

    /// The day, if it can be read.
    #[must_use]
    pub fn day(&self, clock: &Clock) -> Option<Day> {
        Day::from_text(&self.date, clock.today())
    }

    /// The moment.
    ///
    /// # Errors
    /// A field can't be read.
    pub fn moment(&self, clock: &Clock) -> Result<Timestamp, Objection> {
        if (&self.date, &self.time) == (&self.given.0, &self.given.1) {
            return Ok(self.given.2);
        }
        let wrong = |part: Part, text: String| Objection { edge: self.edge, part, text };
        let day = self.day(clock);
        let day = day.ok_or_else(|| wrong(Part::Date, format!("Write a date like {}.", clock.today().text())))?;
        let in_day_ms = clock_from_text(&self.time);
        let in_day_ms = in_day_ms.ok_or_else(|| wrong(Part::Time, "Write a time like 09:30.".to_owned()))?;
        Ok(clock.zone.moment(LocalTime::new(day, in_day_ms), self.edge))
    }

    /// The moment, if it is one since counts are kept and before `limit`.
    ///
    /// # Errors
    /// It is not, or a field can't be read.
    pub fn moment_before(&self, limit: Timestamp, clock: &Clock) -> Result<Timestamp, Objection> {
        let at = self.moment(clock)?;
        let wrong = |text: String| Err(Objection { edge: self.edge, part: Part::Moment, text });
        let first = kept_since(clock.now);
        if at < first {
            return wrong(format!("Choose a time after {}.", clock.short(first.ceil_to(MINUTE_MS))));
        }
        if at >= limit {
            let limit = if limit == clock.now { limit.floor_to(MINUTE_MS) } else { limit };
            return wrong(format!("Choose a time before {}.", clock.short(limit)));
        }
        Ok(at)
    }
}

/// The days of both ends, if they can be read and lie in order.
#[must_use]
pub fn days(from: &Fields, until: &Fields, clock: &Clock) -> Option<DaySpan> {
    let (first, last) = (from.day(clock)?, until.day(clock)?);
    (first <= last).then_some(DaySpan { first, last })
}

/// Both ends as a range.
///
/// # Errors
/// What is wrong with it.
pub fn range(from: &Fields, until: &Fields, clock: &Clock) -> Result<TimeRange, Objection> {
    let (start, end) = (from.moment(clock)?, until.moment(clock)?);
    if start >= end {
        let text = if start == end { "Start and end are the same." } else { "Start is after end." };
        return Err(Objection { edge: Edge::Start, part: Part::Moment, text: text.to_owned() });
    }
    let from = from.moment_before(clock.now, clock)?;
    Ok(TimeRange::Custom { from, until: end })
}

/// What a range would show: `3 days 12 hours · one point per 3 h · compared with 27 Oct, 12:00 to 31 Oct, 00:00`.
#[must_use]
pub fn preview(range: TimeRange, compare: Compare, clock: &Clock) -> String {
    let range = range.within_kept(clock.now).unwrap_or(range);
    let compare = compare.before(range, clock.now);
    let window = range.resolve_compared(clock.now, compare);
    let length = words::duration(window.counted_until().since_ms(window.from));
    let compared = match compare.window(&window) {
        Some(compared) => format!("compared with {}", words::span(&Window { now: clock.now, ..compared }, &clock.zone)),
        None => words::not_compared(compare).to_owned(),
    };
    format!("{length} · one point per {} · {compared}", words::point_every(window.bucket_ms))
}

#[cfg(test)]
mod tests;
