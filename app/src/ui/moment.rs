//! A moment as a page shows it: how long ago, with the full time behind it. Made on the server, where the clock and the
//! reader's zone are known; the browser only draws it.

use domain::clock::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, Timestamp};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

/// A moment in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moment {
    /// How long ago, e.g. `32 min ago`.
    pub ago: String,
    /// For machines: RFC 3339 with the zone's offset.
    pub datetime: String,
    /// In full, e.g. `6 Nov 2025, 14:32:06 CET`.
    pub full: String,
}

#[cfg(feature = "ssr")]
impl Moment {
    /// The moment as seen at `now` by somebody in `zone`.
    #[must_use]
    pub fn new(at: Timestamp, now: Timestamp, zone: &jiff::tz::TimeZone) -> Self {
        let zoned = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default().to_zoned_datetime(zone.clone());
        Self {
            ago: ago(at, now),
            datetime: zoned.strftime("%Y-%m-%dT%H:%M:%S%:z").to_string(),
            full: zoned.strftime("%-d %b %Y, %H:%M:%S %Z").to_string(),
        }
    }
}

/// How long before `now` that was, in the largest unit that fits.
#[must_use]
pub fn ago(at: Timestamp, now: Timestamp) -> String {
    match now.since_ms(at) {
        ..SECOND_MS => "just now".to_owned(),
        ms @ SECOND_MS..MINUTE_MS => format!("{} s ago", ms / SECOND_MS),
        ms @ MINUTE_MS..HOUR_MS => format!("{} min ago", ms / MINUTE_MS),
        ms @ HOUR_MS..DAY_MS => format!("{} h ago", ms / HOUR_MS),
        ms @ DAY_MS.. => match ms / DAY_MS {
            1 => "1 day ago".to_owned(),
            days => format!("{days} days ago"),
        },
    }
}

/// A moment: how long ago it was, the full time on hover.
#[component]
pub fn MomentView(
    /// The moment.
    moment: Moment,
) -> impl IntoView {
    view! { <time datetime=moment.datetime title=moment.full>{moment.ago}</time> }
}

#[cfg(test)]
mod tests {
    use super::{Timestamp, ago};

    #[test]
    fn a_moment_is_told_in_its_largest_unit() {
        let now = Timestamp(1_762_435_927_250);
        for (ms, expected) in [
            (-5_000, "just now"),
            (999, "just now"),
            (2_000, "2 s ago"),
            (59_999, "59 s ago"),
            (60_000, "1 min ago"),
            (32 * 60_000, "32 min ago"),
            (3_600_000, "1 h ago"),
            (86_399_999, "23 h ago"),
            (86_400_000, "1 day ago"),
            (12 * 86_400_000, "12 days ago"),
        ] {
            assert_eq!(ago(now.plus_ms(-ms), now), expected);
        }
    }

    #[cfg(feature = "ssr")]
    #[test]
    fn the_full_time_is_in_the_readers_zone() {
        let zone = jiff::tz::TimeZone::get("Europe/Amsterdam").expect("a bundled zone");
        let moment = super::Moment::new(Timestamp(1_762_435_927_250), Timestamp(1_762_435_929_250), &zone);
        assert_eq!(moment.datetime, "2025-11-06T14:32:07+01:00");
        assert_eq!(moment.full, "6 Nov 2025, 14:32:07 CET");
        assert_eq!(moment.ago, "2 s ago");
    }
}
