//! Days and times as calendars and clocks on walls show them: Gregorian, without a zone. `zone_offsets` joins them with
//! moments. Here and not in a date library, because the browser's half reads and writes them, too.

use crate::clock::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, Timestamp, civil_from_days, days_from_civil};

/// The months' names.
pub const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
/// How many letters of a month's name stand where there is little room.
const SHORT_LETTERS: usize = 3;
/// Years that are read: four digits, and not before the first moment.
const YEARS: std::ops::RangeInclusive<i64> = 1970..=9999;

/// A day of the calendar, counted from 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i64);

impl Day {
    /// That day, if that month has it. Months and days count from 1.
    #[must_use]
    pub fn new(year: i64, month: i64, day: i64) -> Option<Self> {
        let exists = YEARS.contains(&year) && (1..=12).contains(&month) && (1..=31).contains(&day);
        let found = exists.then(|| Self(days_from_civil(year, month, day)))?;
        (found.parts() == (year, month, day)).then_some(found)
    }

    /// Year, month and day of the month.
    #[must_use]
    pub fn parts(self) -> (i64, i64, i64) {
        civil_from_days(self.0)
    }

    /// Its place in the week: 0 is Monday.
    #[must_use]
    pub fn weekday(self) -> i64 {
        // 1970-01-01 was a Thursday.
        (self.0 + 3).rem_euclid(7)
    }

    /// So many days later, earlier if negative.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        Self(self.0 + days)
    }

    /// The same day so many months later; the month's last one where it has fewer days.
    #[must_use]
    pub fn plus_months(self, months: i64) -> Self {
        let (year, month, day) = self.parts();
        let months = year * 12 + month - 1 + months;
        let (year, month) = (months.div_euclid(12), months.rem_euclid(12) + 1);
        let last = days_from_civil(year + month / 12, month % 12 + 1, 1) - 1;
        Self((days_from_civil(year, month, 1) + day - 1).min(last))
    }

    /// `31 October 2025`
    #[must_use]
    pub fn long(self) -> String {
        let (year, month, day) = self.parts();
        format!("{day} {} {year}", month_name(month))
    }

    /// `31 Oct 2025`
    #[must_use]
    pub fn text(self) -> String {
        format!("{} {}", self.without_year(), self.parts().0)
    }

    /// `31 Oct`, and the year where it is not the one of `today`.
    #[must_use]
    pub fn short(self, today: Self) -> String {
        if self.parts().0 == today.parts().0 { self.without_year() } else { self.text() }
    }

    fn without_year(self) -> String {
        let (_, month, day) = self.parts();
        format!("{day} {}", &month_name(month)[..SHORT_LETTERS])
    }

    /// `2025-10-31`
    #[must_use]
    pub fn iso(self) -> String {
        let (year, month, day) = self.parts();
        format!("{year:04}-{month:02}-{day:02}")
    }

    /// Reads a date as people write it: `31 Oct 2025`, `31 october`, `2025-10-31`. Without a year it is the last such day
    /// that is not after `today`.
    #[must_use]
    pub fn from_text(text: &str, today: Self) -> Option<Self> {
        let parts: Vec<&str> = text.split([' ', ',', '.', '-']).filter(|part| !part.is_empty()).collect();
        match parts.as_slice() {
            [year, month, day] if year.len() == 4 => Self::new(number(year)?, number(month)?, number(day)?),
            [day, month, year] => Self::new(number(year)?, month_of(month)?, number(day)?),
            [day, month] => {
                let (day, month, this_year) = (number(day)?, month_of(month)?, today.parts().0);
                // Eight years back there was a 29 February.
                (0..=8).find_map(|ago| Self::new(this_year - ago, month, day).filter(|found| *found <= today))
            }
            _ => None,
        }
    }
}

fn month_name(month: i64) -> &'static str {
    usize::try_from(month - 1).ok().and_then(|i| MONTHS.get(i)).copied().unwrap_or_default()
}

/// The month of which that is the name or its beginning.
fn month_of(text: &str) -> Option<i64> {
    let text = text.to_lowercase();
    let named = |name: &&str| text.len() >= SHORT_LETTERS && name.to_lowercase().starts_with(&text);
    (1..).zip(MONTHS).find(|(_, name)| named(name)).map(|(month, _)| month)
}

fn number(text: &str) -> Option<i64> {
    let digits = text.len() <= 4 && text.bytes().all(|byte| byte.is_ascii_digit());
    digits.then(|| text.parse().ok())?
}

/// What a clock and a calendar on the same wall show: milliseconds since 1970-01-01 00:00 there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct LocalTime(pub i64);

impl LocalTime {
    /// So many milliseconds into a day; 24 hours are the next day's beginning.
    #[must_use]
    pub fn new(day: Day, in_day_ms: i64) -> Self {
        Self(day.0 * DAY_MS + in_day_ms)
    }

    /// Its day.
    #[must_use]
    pub fn day(self) -> Day {
        Day(self.0.div_euclid(DAY_MS))
    }

    /// `09:00`, with seconds where they are not 0.
    #[must_use]
    pub fn clock(self) -> String {
        let in_day = self.0.rem_euclid(DAY_MS);
        let (hours, minutes, seconds) = (in_day / HOUR_MS, in_day / MINUTE_MS % 60, in_day / SECOND_MS % 60);
        let seconds = if seconds == 0 { String::new() } else { format!(":{seconds:02}") };
        format!("{hours:02}:{minutes:02}{seconds}")
    }

    /// `31 Oct, 09:00`, and the year where it is not the one of `today`.
    #[must_use]
    pub fn short(self, today: Day) -> String {
        format!("{}, {}", self.day().short(today), self.clock())
    }

    /// `2025-10-31T09:00`: the value of an HTML field of type `datetime-local`.
    #[must_use]
    pub fn iso(self) -> String {
        format!("{}T{}", self.day().iso(), self.clock())
    }

    /// Reads it back.
    #[must_use]
    pub fn from_iso(text: &str) -> Option<Self> {
        let seconds = if text.len() == "2025-10-31T09:00".len() { ":00Z" } else { "Z" };
        Timestamp::from_utc_text(&format!("{text}{seconds}")).map(|at| Self(at.0))
    }
}

/// Reads the time of a day as people write it: `9:30`, `0930`, `9`, `09:30:15`; `24:00` is the day's end. Milliseconds
/// since the day's beginning.
#[must_use]
pub fn clock_from_text(text: &str) -> Option<i64> {
    let text = text.trim();
    let parts: Vec<&str> = if text.len() == 4 && !text.contains(':') && text.is_ascii() {
        vec![&text[..2], &text[2..]]
    } else {
        text.split(':').collect()
    };
    let part = |i: usize| -> Option<i64> {
        let Some(text) = parts.get(i) else { return Some(0) };
        if matches!(text.len(), 1 | 2) { number(text) } else { None }
    };
    let (hours, minutes, seconds) = (part(0)?, part(1)?, part(2)?);
    let in_day_ms = hours * HOUR_MS + minutes * MINUTE_MS + seconds * SECOND_MS;
    (parts.len() <= 3 && minutes < 60 && seconds < 60 && in_day_ms <= DAY_MS).then_some(in_day_ms)
}

#[cfg(test)]
mod tests {
    use super::{DAY_MS, Day, HOUR_MS, LocalTime, MINUTE_MS, SECOND_MS, clock_from_text};
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    fn day(year: i64, month: i64, day: i64) -> Day {
        Day::new(year, month, day).expect("a day that exists")
    }

    #[test]
    fn days_that_do_not_exist_are_none() {
        for (year, month, of_month) in
            [(2025, 2, 29), (2025, 4, 31), (2025, 0, 1), (2025, 13, 1), (2025, 1, 0), (1969, 1, 1)]
        {
            assert_eq!(Day::new(year, month, of_month), None);
        }
        assert_eq!(day(2024, 2, 29).parts(), (2024, 2, 29));
        assert_eq!([day(2025, 11, 3), day(2025, 11, 9)].map(Day::weekday), [0, 6]);
    }

    #[test]
    fn months_are_added_up_to_their_last_day() {
        for (from, months, to) in [
            (day(2025, 10, 31), 1, day(2025, 11, 30)),
            (day(2025, 10, 31), -8, day(2025, 2, 28)),
            (day(2024, 2, 29), 12, day(2025, 2, 28)),
            (day(2025, 12, 15), 1, day(2026, 1, 15)),
            (day(2026, 1, 15), -1, day(2025, 12, 15)),
            (day(2025, 11, 30), 1, day(2025, 12, 30)),
        ] {
            assert_eq!(from.plus_months(months), to, "{}", from.text());
        }
    }

    #[test]
    fn dates_are_read_as_people_write_them() {
        let today = day(2025, 11, 6);
        for (text, read) in [
            ("31 Oct 2025", Some(day(2025, 10, 31))),
            (" 31  october, 2025 ", Some(day(2025, 10, 31))),
            ("31. Okt 2025", None),
            ("2025-10-31", Some(day(2025, 10, 31))),
            ("6 Nov", Some(today)),
            ("7 nov", Some(day(2024, 11, 7))),
            ("29 Feb", Some(day(2024, 2, 29))),
            ("31 Nov 2025", None),
            ("10/31/2025", None),
            ("31 10 2025", None),
            ("31 M 2025", None),
            ("", None),
            ("yesterday", None),
            ("٣ Nov 2025", None),
        ] {
            assert_eq!(Day::from_text(text, today), read, "{text}");
        }
    }

    #[test]
    fn times_are_read_as_people_write_them() {
        for (text, read) in [
            ("09:30", Some(9 * HOUR_MS + 30 * MINUTE_MS)),
            ("9:30", Some(9 * HOUR_MS + 30 * MINUTE_MS)),
            ("0930", Some(9 * HOUR_MS + 30 * MINUTE_MS)),
            ("9", Some(9 * HOUR_MS)),
            (" 09:30:15 ", Some(9 * HOUR_MS + 30 * MINUTE_MS + 15 * SECOND_MS)),
            ("24:00", Some(DAY_MS)),
            ("24:01", None),
            ("9:60", None),
            ("9:", None),
            ("", None),
            ("noon", None),
            ("-1:00", None),
            ("1:2:3:4", None),
            ("é30", None),
        ] {
            assert_eq!(clock_from_text(text), read, "{text}");
        }
    }

    #[test]
    fn local_times_have_texts() {
        let at = LocalTime::new(day(2025, 10, 31), 9 * HOUR_MS);
        assert_eq!((at.iso().as_str(), at.short(day(2025, 1, 1)).as_str()), ("2025-10-31T09:00", "31 Oct, 09:00"));
        assert_eq!(at.short(day(2026, 1, 1)), "31 Oct 2025, 09:00");
        let later = LocalTime(at.0 + 30 * SECOND_MS);
        assert_eq!((later.iso().as_str(), later.clock().as_str()), ("2025-10-31T09:00:30", "09:00:30"));
        assert_eq!([at, later].map(|at| LocalTime::from_iso(&at.iso())), [Some(at), Some(later)]);
        for text in ["", "2025-10-31", "2025-02-30T09:00", "2025-10-31 09:00", "2025-10-31T09:0Z", "2025-10-31T09:00é"]
        {
            assert_eq!(LocalTime::from_iso(text), None, "{text}");
        }
        assert_eq!(LocalTime::new(day(2025, 10, 31), DAY_MS).iso(), "2025-11-01T00:00");
    }

    proptest! {
        #[test]
        fn every_day_comes_back(days in 0_i64..2_932_896, months in -400_i64..400) {
            let day = Day(days);
            let (year, month, of_month) = day.parts();
            prop_assert_eq!(Day::new(year, month, of_month), Some(day));
            prop_assert_eq!(Day::from_text(&day.text(), Day(0)), Some(day));
            prop_assert_eq!(Day::from_text(&day.iso(), Day(0)), Some(day));
            let (_, _, moved) = day.plus_months(months).parts();
            prop_assert!(moved <= of_month && moved >= of_month.min(28));
        }
    }
}
