//! Labels of real windows: the design's, both clock changes, a zone off the hour.

use super::{TimeZone, Timestamp, labels, zone_offsets};
use domain::civil::LocalTime;
use domain::clock::{DAY_MS, HOUR_MS};
use domain::time_range::{Compare, TimeRange};
use domain::zone_offsets::{Edge, ZoneOffsets};

/// 2025-11-06T13:32:07.250Z, which is 14:32 in Amsterdam.
const NOW: Timestamp = Timestamp(1_762_435_927_250);

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).expect("a bundled zone")
}

fn of(range: TimeRange, now: Timestamp, name: &str) -> super::Labels {
    labels(range, &range.resolve(now), Compare::Previous, &[], &zone(name))
}

fn ticks(labels: &super::Labels) -> Vec<String> {
    let tick = |tick: &super::Tick| format!("{} {}{}", tick.x, tick.text, if tick.major { " !" } else { "" });
    labels.ticks.iter().map(tick).collect()
}

#[test]
fn a_day_in_amsterdam() {
    let labels = of(TimeRange::Day, NOW, "Europe/Amsterdam");
    assert_eq!(labels.span, "5 Nov, 15:00 to now");
    let clause = labels.compared.as_ref().map(|compared| compared.clause.as_str());
    assert_eq!(clause, Some("compared with the 24 hours before"));
    assert_eq!((labels.zone.as_str(), labels.zone_short.as_str()), ("Europe/Amsterdam (CET)", "CET"));
    assert_eq!(labels.complete_until.ago, "14:32:07");
    assert_eq!(labels.between, "5 Nov, 15:00 and 6 Nov, 14:32");
    let retention = "Headwater keeps 400 days of counts: 2 Oct 2024, 15:33 to now. Events: 14 days.";
    assert_eq!(labels.retention, retention);
    assert_eq!(labels.buckets[0].long, "Wed 5 Nov, 15:00–15:30");
    assert_eq!(labels.buckets[47].long, "Thu 6 Nov, 14:30–14:32");
    assert_eq!(labels.buckets[12].short, "21:00");
    assert_eq!(
        ticks(&labels),
        [
            "0cqi 15:00",
            "12.77cqi 18:00",
            "25.53cqi 21:00",
            "38.3cqi 6 Nov !",
            "51.06cqi 03:00",
            "63.83cqi 06:00",
            "76.6cqi 09:00",
            "89.36cqi 12:00",
            "100cqi now"
        ]
    );
}

#[test]
fn ten_minutes_have_seconds() {
    let labels = of(TimeRange::TenMinutes, NOW, "Europe/Amsterdam");
    assert_eq!(labels.span, "6 Nov, 14:22:10 to now");
    assert_eq!(labels.between, "14:22 and 14:32");
    assert_eq!(labels.buckets[0].long, "Thu 6 Nov, 14:22:10–14:22:20");
    assert_eq!(labels.buckets[59].long, "Thu 6 Nov, 14:32:00–14:32:07");
    assert_eq!(ticks(&labels), ["18.64cqi 14:24", "38.98cqi 14:26", "59.32cqi 14:28", "79.66cqi 14:30", "100cqi now"]);
}

#[test]
fn weeks_are_labelled_at_local_midnight() {
    let labels = of(TimeRange::Week, NOW, "Europe/Amsterdam");
    assert_eq!(labels.buckets[0].short, "30 Oct, 16:00");
    assert_eq!(
        ticks(&labels),
        [
            "4.85cqi 31 Oct",
            "19.39cqi 1 Nov !",
            "33.94cqi 2 Nov",
            "48.48cqi 3 Nov",
            "63.03cqi 4 Nov",
            "77.58cqi 5 Nov",
            "92.12cqi 6 Nov",
            "100cqi now"
        ]
    );
    assert_eq!(ticks(&of(TimeRange::TwoWeeks, NOW, "Asia/Kathmandu")).len(), 7);
}

/// Amsterdam went from CEST to CET on 26 Oct 2025 at 01:00 UTC: the hour from 02:00 came twice.
#[test]
fn an_hour_that_comes_twice_is_told_apart() {
    let noon = Timestamp(1_761_476_400_000);
    let labels = of(TimeRange::Day, noon, "Europe/Amsterdam");
    let twice: Vec<&str> =
        labels.buckets.iter().map(|bucket| bucket.long.as_str()).filter(|long| long.contains("02:00–02:30")).collect();
    assert_eq!(twice, ["Sun 26 Oct, 02:00–02:30 CEST", "Sun 26 Oct, 02:00–02:30 CET"]);
    let places: Vec<String> = ticks(&labels);
    assert!(places.contains(&"44.68cqi 26 Oct !".to_owned()), "{places:?}");
}

#[test]
fn utc_is_named_once() {
    let labels = of(TimeRange::Hour, NOW, "UTC");
    assert_eq!((labels.zone.as_str(), labels.zone_name.as_str()), ("UTC", "UTC"));
    assert_eq!(labels.offsets, ZoneOffsets::default());
}

#[test]
fn another_year_is_named() {
    let from = NOW.plus_ms(-370 * DAY_MS);
    let range = TimeRange::Custom { from, until: from.plus_ms(3 * HOUR_MS) };
    let labels = of(range, NOW, "Europe/Amsterdam");
    assert_eq!(labels.span, "1 Nov 2024, 14:30 to 17:45");
    assert_eq!(labels.between, "1 Nov 2024, 14:30 and 1 Nov 2024, 17:45");
    assert_eq!(labels.buckets[0].long, "Fri 1 Nov 2024, 14:30–14:45");
}

/// What travels to the browser agrees with the time zone database wherever a reader can go.
#[test]
fn offsets_are_the_zones_own() {
    for name in ["Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Casablanca"] {
        let (zone, offsets) = (zone(name), zone_offsets(&zone(name), NOW));
        for hours in 0..2 * 400 * 24 {
            let at = NOW.floor_to(HOUR_MS).plus_ms(-hours * HOUR_MS);
            let shown = super::zoned(at, &zone).strftime("%Y-%m-%dT%H:%M:%S").to_string();
            let local = offsets.local(at);
            assert_eq!(LocalTime::from_iso(&shown), Some(local), "{name}");
            assert!(offsets.moment(local, Edge::Start) <= at && at <= offsets.moment(local, Edge::End), "{name}");
        }
    }
}
