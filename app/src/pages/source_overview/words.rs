//! What buckets, ranges and compared windows are called.

use super::labels::Compared;
use domain::calendar::WEEK_DAYS;
use domain::civil::LocalTime;
use domain::clock::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS};
use domain::number_format::count;
use domain::time_range::{Compare, TimeRange, Window};
use domain::zone_offsets::ZoneOffsets;

/// One bucket: `hour`, `half hour`, `10 s`.
#[must_use]
pub fn bucket(bucket_ms: i64) -> String {
    match bucket_ms {
        MINUTE_MS => "minute".to_owned(),
        HOUR_MS => "hour".to_owned(),
        DAY_MS => "day".to_owned(),
        ms if ms == 30 * MINUTE_MS => "half hour".to_owned(),
        ms if ms == 7 * DAY_MS => "week".to_owned(),
        ms => length(ms),
    }
}

/// How often a bucket begins: `hourly`, `every 30 min`.
#[must_use]
pub fn every(bucket_ms: i64) -> String {
    match bucket_ms {
        HOUR_MS => "hourly".to_owned(),
        DAY_MS => "daily".to_owned(),
        ms => format!("every {}", length(ms)),
    }
}

/// The compared window, seen from `today`; `None` where there is none.
#[must_use]
pub fn compared(range: TimeRange, shown: &Window, compare: Compare, zone: &ZoneOffsets) -> Option<Compared> {
    let window = compare.window(shown)?;
    let today = zone.local(shown.now).day();
    let start = zone.local(window.from);
    Some(match compare {
        Compare::Previous | Compare::Nothing => {
            let (before, before_short) = before(range);
            Compared {
                title: format!("Previous {before}"),
                clause: format!("compared with the {before} before"),
                short: format!("previous {before_short}"),
                key: "Previous".to_owned(),
            }
        }
        Compare::WeekBefore => {
            let (title, short) = match shown.shift_ms / (WEEK_DAYS * DAY_MS) {
                1 => ("Same time last week".to_owned(), "last week".to_owned()),
                weeks => (format!("Same time {weeks} weeks before"), format!("{weeks} weeks before")),
            };
            let (clause, key) = (format!("compared with the {}", lower_first(&title)), upper_first(&short));
            Compared { title, clause, short, key }
        }
        Compare::From(_) => {
            let (when, day) = (start.short(today), start.day().short(today));
            Compared {
                title: format!("Period from {when}"),
                clause: format!("compared with the period from {when}"),
                short: format!("from {day}"),
                key: format!("From {day}"),
            }
        }
    })
}

/// That nothing is compared, and why not if it was to be.
#[must_use]
pub fn not_compared(compare: Compare) -> &'static str {
    match compare {
        Compare::Nothing => "not compared",
        Compare::Previous | Compare::WeekBefore | Compare::From(_) => {
            "not compared: what came before is no longer kept"
        }
    }
}

/// The length of a preset, in full and where there is little room.
fn before(range: TimeRange) -> (&'static str, &'static str) {
    match range {
        TimeRange::TenMinutes => ("10 minutes", "10 min"),
        TimeRange::Hour => ("hour", "hour"),
        TimeRange::Day => ("24 hours", "24 h"),
        TimeRange::Week => ("7 days", "7 days"),
        TimeRange::TwoWeeks => ("2 weeks", "2 weeks"),
        TimeRange::Custom { .. } => ("period", "period"),
    }
}

/// A window's ends: `5 Nov, 15:00 to now`, `5 Nov, 09:00 to 12:00`.
#[must_use]
pub fn span(window: &Window, zone: &ZoneOffsets) -> String {
    let today = zone.local(window.now).day();
    let (from, until) = (zone.local(window.from), zone.local(window.until));
    let until = match (window.in_progress(), from.day() == until.day()) {
        (true, _) => "now".to_owned(),
        (false, true) => until.clock(),
        (false, false) => until.short(today),
    };
    // As wide at a whole minute as elsewhere: a window that goes on by the second must not move what stands behind.
    let is_bare = window.in_progress() && window.bucket_ms < MINUTE_MS && window.from.0 % MINUTE_MS == 0;
    format!("{}{} to {until}", from.short(today), if is_bare { ":00" } else { "" })
}

/// How long something lasts, in its two largest units: `3 days 12 hours`, `1 hour 15 min`, `40 s`.
#[must_use]
pub fn duration(ms: i64) -> String {
    let units = [(DAY_MS, "day", "days"), (HOUR_MS, "hour", "hours"), (MINUTE_MS, "min", "min"), (SECOND_MS, "s", "s")];
    let largest = units.iter().position(|(unit_ms, ..)| ms >= *unit_ms).unwrap_or(units.len() - 1);
    let mut rest = ms;
    let mut parts = Vec::new();
    for (i, (unit_ms, one, many)) in units.into_iter().enumerate().skip(largest).take(2) {
        let n = rest / unit_ms;
        rest %= unit_ms;
        if n > 0 || i + 1 == units.len() && parts.is_empty() {
            parts.push(format!("{n} {}", if n == 1 { one } else { many }));
        }
    }
    parts.join(" ")
}

/// How far apart the points of a chart lie: `10 s`, `30 min`, `3 h`.
#[must_use]
pub fn point_every(bucket_ms: i64) -> String {
    match bucket_ms {
        ms if ms % DAY_MS == 0 && ms > DAY_MS => format!("{} days", ms / DAY_MS),
        DAY_MS => "day".to_owned(),
        ms if ms % HOUR_MS == 0 => format!("{} h", ms / HOUR_MS),
        ms if ms % MINUTE_MS == 0 => format!("{} min", ms / MINUTE_MS),
        ms => format!("{} s", ms / SECOND_MS),
    }
}

/// The range inside a sentence: `the last 24 hours`.
#[must_use]
pub fn within(range: TimeRange) -> String {
    match range {
        TimeRange::Custom { .. } => "this range".to_owned(),
        TimeRange::TenMinutes | TimeRange::Hour | TimeRange::Day | TimeRange::Week | TimeRange::TwoWeeks => {
            format!("the {}", lower_first(range.title()))
        }
    }
}

/// A local time of day: `14:32:06`.
#[must_use]
pub fn at_clock(at: LocalTime) -> String {
    let in_day_s = at.0.rem_euclid(DAY_MS) / SECOND_MS;
    format!("{:02}:{:02}:{:02}", in_day_s / 3_600, in_day_s / 60 % 60, in_day_s % 60)
}

/// A number of events: `1 event`, `480,919 events`.
#[must_use]
pub fn events(n: u64) -> String {
    if n == 1 { "1 event".to_owned() } else { format!("{} events", count(n)) }
}

/// A sentence's part with a small first letter.
#[must_use]
pub fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

/// A heading's part with a capital first letter.
#[must_use]
pub fn upper_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

fn length(ms: i64) -> String {
    match ms {
        ms if ms % DAY_MS == 0 => format!("{} days", ms / DAY_MS),
        ms if ms % HOUR_MS == 0 => format!("{} hours", ms / HOUR_MS),
        ms if ms % MINUTE_MS == 0 => format!("{} min", ms / MINUTE_MS),
        ms => format!("{} s", ms / SECOND_MS),
    }
}

#[cfg(test)]
mod tests {
    use super::{bucket, compared, duration, every, not_compared, point_every, span, within};
    use domain::clock::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, Timestamp};
    use domain::time_range::{Compare, TimeRange};
    use domain::zone_offsets::ZoneOffsets;

    /// 2025-11-06T13:32:07.250Z, which is 14:32 in Amsterdam.
    const NOW: Timestamp = Timestamp(1_762_435_927_250);

    fn amsterdam() -> ZoneOffsets {
        ZoneOffsets { first_ms: 2 * HOUR_MS, changes: vec![(Timestamp(1_761_440_400_000), HOUR_MS)] }
    }

    /// From so many hours before a round hour to so many.
    fn custom(from_hours: i64, until_hours: i64) -> TimeRange {
        let hour = NOW.floor_to(HOUR_MS);
        TimeRange::Custom { from: hour.plus_ms(-from_hours * HOUR_MS), until: hour.plus_ms(-until_hours * HOUR_MS) }
    }

    #[test]
    fn buckets_have_names() {
        let widths = [10 * SECOND_MS, MINUTE_MS, 30 * MINUTE_MS, HOUR_MS, 3 * HOUR_MS];
        assert_eq!(widths.map(bucket), ["10 s", "minute", "half hour", "hour", "3 hours"]);
        assert_eq!(widths.map(every), ["every 10 s", "every 1 min", "every 30 min", "hourly", "every 3 hours"]);
        assert_eq!(widths.map(point_every), ["10 s", "1 min", "30 min", "1 h", "3 h"]);
        assert_eq!([DAY_MS, 7 * DAY_MS].map(point_every), ["day", "7 days"]);
        assert_eq!(within(TimeRange::Day), "the last 24 hours");
        assert_eq!(within(custom(2, 1)), "this range");
    }

    #[test]
    fn what_is_compared_is_said_in_every_place_alike() {
        let may_first = Timestamp(1_746_082_800_000);
        for (range, compare, title, clause, short, key) in [
            (
                TimeRange::Day,
                Compare::Previous,
                "Previous 24 hours",
                "compared with the 24 hours before",
                "previous 24 h",
                "Previous",
            ),
            (
                custom(5, 2),
                Compare::Previous,
                "Previous period",
                "compared with the period before",
                "previous period",
                "Previous",
            ),
            (
                TimeRange::Hour,
                Compare::WeekBefore,
                "Same time last week",
                "compared with the same time last week",
                "last week",
                "Last week",
            ),
            (
                TimeRange::TwoWeeks,
                Compare::WeekBefore,
                "Same time 2 weeks before",
                "compared with the same time 2 weeks before",
                "2 weeks before",
                "2 weeks before",
            ),
            (
                TimeRange::Day,
                Compare::From(may_first),
                "Period from 1 May, 09:00",
                "compared with the period from 1 May, 09:00",
                "from 1 May",
                "From 1 May",
            ),
        ] {
            let words = compared(range, &range.resolve_compared(NOW, compare), compare, &amsterdam());
            let words = words.expect("it is compared");
            assert_eq!((words.title.as_str(), words.clause.as_str()), (title, clause));
            assert_eq!((words.short.as_str(), words.key.as_str()), (short, key));
        }
        let nothing = TimeRange::Day.resolve_compared(NOW, Compare::Nothing);
        assert_eq!(compared(TimeRange::Day, &nothing, Compare::Nothing, &amsterdam()), None);
        let long = custom(300 * 24, 0);
        assert_eq!(compared(long, &long.resolve(NOW), Compare::Previous, &amsterdam()), None);
        assert_eq!(not_compared(Compare::Nothing), "not compared");
    }

    #[test]
    fn spans_say_no_more_than_they_must() {
        for (range, words) in [
            (TimeRange::Day, "5 Nov, 15:00 to now"),
            (TimeRange::TenMinutes, "6 Nov, 14:22:10 to now"),
            (custom(5, 2), "6 Nov, 09:00 to 12:00"),
            (custom(24, 2), "5 Nov, 14:00 to 6 Nov, 12:00"),
            (custom(400 * 24, 390 * 24), "2 Oct 2024, 15:00 to 12 Oct 2024, 15:00"),
        ] {
            assert_eq!(span(&range.resolve(NOW), &amsterdam()), words);
        }
        let whole_minute = TimeRange::TenMinutes.resolve(NOW.floor_to(MINUTE_MS).plus_ms(-5 * SECOND_MS));
        assert_eq!(span(&whole_minute, &amsterdam()), "6 Nov, 14:22:00 to now");
    }

    #[test]
    fn durations_have_two_units() {
        for (ms, words) in [
            (3 * DAY_MS + 12 * HOUR_MS, "3 days 12 hours"),
            (DAY_MS, "1 day"),
            (DAY_MS + 5 * MINUTE_MS, "1 day"),
            (HOUR_MS + 15 * MINUTE_MS, "1 hour 15 min"),
            (10 * MINUTE_MS, "10 min"),
            (40 * SECOND_MS, "40 s"),
            (0, "0 s"),
        ] {
            assert_eq!(duration(ms), words);
        }
    }
}
