//! What buckets and compared windows are called, by their length.

use domain::clock::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS};
use domain::number_format::count;
use domain::time_range::TimeRange;

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

/// The compared window inside a sentence: `24 hours`.
#[must_use]
pub fn before(range: TimeRange) -> &'static str {
    match range {
        TimeRange::TenMinutes => "10 minutes",
        TimeRange::Hour => "hour",
        TimeRange::Day => "24 hours",
        TimeRange::Week => "7 days",
        TimeRange::TwoWeeks => "2 weeks",
        TimeRange::Custom { .. } => "period",
    }
}

/// The same where there is little room: `24 h`.
#[must_use]
pub fn before_short(range: TimeRange) -> &'static str {
    match range {
        TimeRange::TenMinutes => "10 min",
        TimeRange::Hour => "hour",
        TimeRange::Day => "24 h",
        TimeRange::Week => "7 days",
        TimeRange::TwoWeeks => "2 weeks",
        TimeRange::Custom { .. } => "period",
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
    use super::{bucket, every, within};
    use domain::clock::{HOUR_MS, MINUTE_MS, SECOND_MS};
    use domain::time_range::TimeRange;

    #[test]
    fn buckets_have_names() {
        let widths = [10 * SECOND_MS, MINUTE_MS, 30 * MINUTE_MS, HOUR_MS, 3 * HOUR_MS];
        assert_eq!(widths.map(bucket), ["10 s", "minute", "half hour", "hour", "3 hours"]);
        assert_eq!(widths.map(every), ["every 10 s", "every 1 min", "every 30 min", "hourly", "every 3 hours"]);
        assert_eq!(within(TimeRange::Day), "the last 24 hours");
    }
}
