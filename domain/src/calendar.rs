//! A calendar to pick a span of days from: its grid, where the keys lead in it, what two picks mean. Weeks begin on Monday.

use crate::civil::{Day, MONTHS};

/// Days of a week.
pub const WEEK_DAYS: i64 = 7;
/// Weekdays where there is little room, and in full.
pub const WEEKDAYS: [(&str, &str); 7] = [
    ("Mo", "Monday"),
    ("Tu", "Tuesday"),
    ("We", "Wednesday"),
    ("Th", "Thursday"),
    ("Fr", "Friday"),
    ("Sa", "Saturday"),
    ("Su", "Sunday"),
];

/// A row of the grid: Monday to Sunday, without the days of other months.
pub type Week = [Option<Day>; 7];

/// A month, counted from January of the year 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Month(pub i64);

impl Month {
    /// The month of a day.
    #[must_use]
    pub fn of(day: Day) -> Self {
        let (year, month, _) = day.parts();
        Self(year * 12 + month - 1)
    }

    /// So many months later, earlier if negative.
    #[must_use]
    pub fn plus(self, months: i64) -> Self {
        Self(self.0 + months)
    }

    /// `October 2025`
    #[must_use]
    pub fn title(self) -> String {
        let name = usize::try_from(self.0.rem_euclid(12)).ok().and_then(|i| MONTHS.get(i)).copied();
        format!("{} {}", name.unwrap_or_default(), self.0.div_euclid(12))
    }

    /// Its rows.
    #[must_use]
    pub fn weeks(self) -> Vec<Week> {
        let Some(first) = Day::new(self.0.div_euclid(12), self.0.rem_euclid(12) + 1, 1) else { return Vec::new() };
        let monday = first.plus_days(-first.weekday());
        let mut weeks = Vec::new();
        let mut start = monday;
        while start == monday || Self::of(start) == self {
            let mut day = start;
            weeks.push([(); 7].map(|()| {
                let cell = Some(day).filter(|day| Self::of(*day) == self);
                day = day.plus_days(1);
                cell
            }));
            start = day;
        }
        weeks
    }
}

/// From one day to another, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DaySpan {
    /// Its first day.
    pub first: Day,
    /// Its last day, not before the first.
    pub last: Day,
}

impl DaySpan {
    /// Whether it has that day.
    #[must_use]
    pub fn contains(self, day: Day) -> bool {
        (self.first..=self.last).contains(&day)
    }

    /// Its day that is nearest.
    #[must_use]
    pub fn nearest(self, day: Day) -> Day {
        day.max(self.first).min(self.last)
    }

    /// Where a key leads from a day, as in the ARIA pattern for grids of dates; `None` for keys that lead nowhere. What
    /// would leave the span ends at its edge.
    #[must_use]
    pub fn moved(self, day: Day, key: &str, shift: bool) -> Option<Day> {
        let there = match key {
            "ArrowLeft" => day.plus_days(-1),
            "ArrowRight" => day.plus_days(1),
            "ArrowUp" => day.plus_days(-WEEK_DAYS),
            "ArrowDown" => day.plus_days(WEEK_DAYS),
            "Home" => day.plus_days(-day.weekday()),
            "End" => day.plus_days(WEEK_DAYS - 1 - day.weekday()),
            "PageUp" => day.plus_months(if shift { -12 } else { -1 }),
            "PageDown" => day.plus_months(if shift { 12 } else { 1 }),
            _ => return None,
        };
        Some(self.nearest(there))
    }
}

/// What has been picked so far.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picked {
    /// One end; the other comes next.
    One(Day),
    /// Both ends.
    Both(DaySpan),
}

/// How a day lies to what has been picked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mark {
    /// It is all of it, so far at least.
    Only,
    /// Its first day.
    Start,
    /// Between its ends.
    In,
    /// Its last day.
    End,
}

impl Mark {
    /// The word for styles.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Only => "only",
            Self::Start => "start",
            Self::In => "in",
            Self::End => "end",
        }
    }

    /// Whether somebody picked this very day.
    #[must_use]
    pub fn is_end(self) -> bool {
        self != Self::In
    }
}

impl Picked {
    /// One more pick: the other end, on whichever side of the first it lies, or a new beginning.
    #[must_use]
    pub fn and(self, day: Day) -> Self {
        match self {
            Self::One(first) => Self::Both(DaySpan { first: first.min(day), last: first.max(day) }),
            Self::Both(_) => Self::One(day),
        }
    }

    /// What it is so far.
    #[must_use]
    pub fn days(self) -> DaySpan {
        match self {
            Self::One(day) => DaySpan { first: day, last: day },
            Self::Both(span) => span,
        }
    }

    /// How a day lies to it.
    #[must_use]
    pub fn mark(self, day: Day) -> Option<Mark> {
        let span = self.days();
        match (day == span.first, day == span.last) {
            (true, true) => Some(Mark::Only),
            (true, false) => Some(Mark::Start),
            (false, true) => Some(Mark::End),
            (false, false) => span.contains(day).then_some(Mark::In),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Day, DaySpan, Mark, Month, Picked};
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    fn day(year: i64, month: i64, day: i64) -> Day {
        Day::new(year, month, day).expect("a day that exists")
    }

    fn row(week: &super::Week) -> String {
        let cell = |day: &Option<Day>| day.map_or("--".to_owned(), |day| format!("{:2}", day.parts().2));
        week.iter().map(cell).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_month_is_a_grid_of_weeks() {
        let october = Month::of(day(2025, 10, 31));
        assert_eq!(october.title(), "October 2025");
        assert_eq!(
            october.weeks().iter().map(row).collect::<Vec<_>>(),
            [
                "-- --  1  2  3  4  5",
                " 6  7  8  9 10 11 12",
                "13 14 15 16 17 18 19",
                "20 21 22 23 24 25 26",
                "27 28 29 30 31 -- --",
            ]
        );
        // A month that begins on a Sunday, one that fills four weeks exactly, a leap year's.
        assert_eq!(Month::of(day(2026, 3, 1)).weeks().len(), 6);
        assert_eq!(Month::of(day(2027, 2, 1)).weeks().len(), 4);
        assert_eq!(Month::of(day(2024, 2, 1)).weeks().len(), 5);
        assert_eq!(october.plus(3).title(), "January 2026");
    }

    #[test]
    fn keys_move_by_day_week_month_and_year_within_the_limits() {
        let limits = DaySpan { first: day(2024, 10, 2), last: day(2025, 11, 6) };
        let at = day(2025, 10, 31);
        for (key, shift, to) in [
            ("ArrowLeft", false, day(2025, 10, 30)),
            ("ArrowRight", false, day(2025, 11, 1)),
            ("ArrowUp", false, day(2025, 10, 24)),
            ("ArrowDown", false, day(2025, 11, 6)),
            ("Home", false, day(2025, 10, 27)),
            ("End", false, day(2025, 11, 2)),
            ("PageUp", false, day(2025, 9, 30)),
            ("PageUp", true, day(2024, 10, 31)),
            ("PageDown", false, day(2025, 11, 6)),
            ("PageDown", true, day(2025, 11, 6)),
        ] {
            assert_eq!(limits.moved(at, key, shift), Some(to), "{key}");
        }
        assert_eq!(limits.moved(at, "Tab", false), None);
        assert_eq!(limits.moved(day(2024, 10, 2), "ArrowLeft", false), Some(day(2024, 10, 2)));
    }

    #[test]
    fn two_picks_are_a_span_in_either_order_and_the_third_begins_anew() {
        let (early, late) = (day(2025, 10, 31), day(2025, 11, 3));
        let both = Picked::Both(DaySpan { first: early, last: late });
        assert_eq!((Picked::One(early).and(late), Picked::One(late).and(early)), (both, both));
        assert_eq!(both.and(late), Picked::One(late));
        let marks = |picked: Picked| (0..5).map(|i| picked.mark(early.plus_days(i))).collect::<Vec<_>>();
        assert_eq!(marks(both), [Some(Mark::Start), Some(Mark::In), Some(Mark::In), Some(Mark::End), None]);
        assert_eq!(marks(Picked::One(early))[..2], [Some(Mark::Only), None]);
        assert_eq!(Picked::One(early).and(early).mark(early), Some(Mark::Only));
    }

    proptest! {
        #[test]
        fn every_day_of_a_month_is_in_its_grid_once(days in 0_i64..100_000) {
            let month = Month::of(Day(days));
            let cells: Vec<Day> = month.weeks().into_iter().flatten().flatten().collect();
            prop_assert!(cells.windows(2).all(|pair| pair[1] == pair[0].plus_days(1)));
            prop_assert_eq!(cells.iter().filter(|day| **day == Day(days)).count(), 1);
            prop_assert!(month.weeks().iter().all(|week| week.iter().any(Option::is_some)));
            for (column, day) in month.weeks().iter().flat_map(|week| (0_i64..).zip(week)) {
                prop_assert!(day.is_none_or(|day| day.weekday() == column));
            }
        }
    }
}
