//! Points in time as milliseconds since 1970, UTC. Reading the clock is `server/src/clock.rs`'s job alone.

use serde::{Deserialize, Serialize};

/// One second in milliseconds.
pub const SECOND_MS: i64 = 1_000;
/// One minute in milliseconds.
pub const MINUTE_MS: i64 = 60 * SECOND_MS;
/// One hour in milliseconds.
pub const HOUR_MS: i64 = 60 * MINUTE_MS;
/// Twenty-four hours in milliseconds (not a calendar day: those can have 23 or 25 hours).
pub const DAY_MS: i64 = 24 * HOUR_MS;

/// A point in time: milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Timestamp(pub i64);

impl Timestamp {
    /// This moment moved by `ms` milliseconds, backwards if negative.
    #[must_use]
    pub fn plus_ms(self, ms: i64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// Milliseconds from `earlier` to this moment.
    #[must_use]
    pub fn since_ms(self, earlier: Self) -> i64 {
        self.0.saturating_sub(earlier.0)
    }

    /// The start of the `width_ms` bucket (counted from 1970, UTC) that holds this moment.
    #[must_use]
    pub fn floor_to(self, width_ms: i64) -> Self {
        Self(self.0.div_euclid(width_ms) * width_ms)
    }

    /// This moment if it starts a `width_ms` bucket, else the start of the next one.
    #[must_use]
    pub fn ceil_to(self, width_ms: i64) -> Self {
        let floor = self.floor_to(width_ms);
        if floor == self { self } else { floor.plus_ms(width_ms) }
    }
}

/// Text of a moment: `2026-11-05T09:00:00Z`, always UTC, whole seconds. The form of addresses: it compiles into the
/// browser's half without a date library. Days after the civil calendar (Howard Hinnant, "chrono-compatible low-level
/// date algorithms", `days_from_civil`).
impl Timestamp {
    /// Writes it, cut to the second.
    #[must_use]
    pub fn to_utc_text(self) -> String {
        let (days, in_day) = (self.0.div_euclid(DAY_MS), self.0.rem_euclid(DAY_MS) / SECOND_MS);
        let (year, month, day) = civil_from_days(days);
        let (hours, minutes, seconds) = (in_day / 3_600, in_day / 60 % 60, in_day % 60);
        format!("{year:04}-{month:02}-{day:02}T{hours:02}:{minutes:02}:{seconds:02}Z")
    }

    /// Reads it back; `None` for everything else, dates that don't exist included. Years 1970 to 9999.
    #[must_use]
    pub fn from_utc_text(text: &str) -> Option<Self> {
        let digits = |from: usize, len: usize| -> Option<i64> {
            let part = text.get(from..from + len)?;
            part.bytes().all(|byte| byte.is_ascii_digit()).then(|| part.parse().ok())?
        };
        let (year, month, day) = (digits(0, 4)?, digits(5, 2)?, digits(8, 2)?);
        let (hours, minutes, seconds) = (digits(11, 2)?, digits(14, 2)?, digits(17, 2)?);
        if hours > 23 || minutes > 59 || seconds > 59 || !(1..=12).contains(&month) || !(1..=31).contains(&day) {
            return None;
        }
        let days = days_from_civil(year, month, day);
        let at = Self(days * DAY_MS + hours * HOUR_MS + minutes * MINUTE_MS + seconds * SECOND_MS);
        // The way back tells separators that are none and days that a month does not have.
        (at.0 >= 0 && at.to_utc_text() == text).then_some(at)
    }
}

pub(crate) fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

pub(crate) fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, day_of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let (day, month) = (day_of_year - (153 * shifted + 2) / 5 + 1, (shifted + 2) % 12 + 1);
    (era * 400 + year_of_era + i64::from(month <= 2), month, day)
}

/// When an event happened, by a sender's clock that may be wrong: what the clock showed when the request was sent is
/// compared with when it arrived. Segment's rule: `receivedAt - (sentAt - originalTimestamp)`.
/// Without `sent_at` the sender's time stands as it is; without a time of its own an event happened when it arrived.
#[must_use]
pub fn without_skew(received_at: Timestamp, sent_at: Option<Timestamp>, original: Option<Timestamp>) -> Timestamp {
    match (original, sent_at) {
        (None, _) => received_at,
        (Some(original), None) => original,
        (Some(original), Some(sent_at)) => Timestamp(received_at.since_ms(Timestamp(sent_at.since_ms(original)))),
    }
}

#[cfg(test)]
mod tests {
    use super::{DAY_MS, Timestamp, without_skew};
    use proptest::prelude::{prop_assert_eq, proptest};

    #[test]
    fn skew_is_what_the_sender_was_off_by() {
        let t = |ms: i64| Some(Timestamp(ms));
        for (what, sent_at, original, expected) in [
            ("clock an hour ahead, event 5 s old when sent", t(3_610_000), t(3_605_000), 5_000),
            ("right clock", t(10_000), t(7_000), 7_000),
            ("no sentAt", None, t(7_000), 7_000),
            ("no timestamp", t(10_000), None, 10_000),
            ("nothing", None, None, 10_000),
            ("a timestamp set in the future stays as far ahead", t(10_000), t(70_000), 70_000),
        ] {
            assert_eq!(without_skew(Timestamp(10_000), sent_at, original), Timestamp(expected), "{what}");
        }
    }

    #[test]
    fn moments_have_a_text() {
        for (ms, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (1_762_435_927_000, "2025-11-06T13:32:07Z"),
            (951_782_400_000, "2000-02-29T00:00:00Z"),
            (253_402_300_799_000, "9999-12-31T23:59:59Z"),
        ] {
            assert_eq!(Timestamp(ms).to_utc_text(), text);
            assert_eq!(Timestamp::from_utc_text(text), Some(Timestamp(ms)));
        }
        for text in [
            "",
            "now",
            "2025-02-29T00:00:00Z",
            "2025-11-06 13:32:07Z",
            "2025-11-06T24:00:00Z",
            "2025-11-06T13:32:07+01:00",
            "2025-11-06T13:32Z",
            "1969-12-31T23:59:59Z",
            "٢٠٢٥-11-06T13:32:07Z",
            "2025-11-06T13:32:07Zé",
        ] {
            assert_eq!(Timestamp::from_utc_text(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_second_comes_back(at in 0_i64..2_932_896 * DAY_MS) {
            let second = Timestamp(at).floor_to(1_000);
            prop_assert_eq!(Timestamp::from_utc_text(&Timestamp(at).to_utc_text()), Some(second));
        }

        #[test]
        fn a_sender_whose_clock_is_off_by_anything_says_the_same(
            off in -1_000_000_000_000_i64..1_000_000_000_000,
            age in 0_i64..1_000_000_000,
            travel in 0_i64..60_000,
        ) {
            let received_at = Timestamp(1_762_435_927_250);
            let sent = received_at.plus_ms(-travel);
            let seen = |at: Timestamp| Some(at.plus_ms(off));
            let happened = without_skew(received_at, seen(sent), seen(sent.plus_ms(-age)));
            prop_assert_eq!(happened, received_at.plus_ms(-age));
        }

        #[test]
        fn no_times_are_too_wild(received in i64::MIN..i64::MAX, sent in i64::MIN..i64::MAX, own in i64::MIN..i64::MAX) {
            let _ = without_skew(Timestamp(received), Some(Timestamp(sent)), Some(Timestamp(own)));
        }
    }
}
