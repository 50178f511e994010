//! The server's half: a window in the words of a reader's zone.

use super::super::words;
use super::{BucketLabel, Labels, Moment, Tick, marks};
use crate::ui::chart::scale;
use domain::clock::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, Timestamp};
use domain::mark::Mark;
use domain::time_range::{Compare, TimeRange, Window, kept_since};
use domain::zone_offsets::ZoneOffsets;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, ZonedDateTime};
use store::maintenance::EVENTS_KEEP_MS;

/// Most ticks that an x axis carries, not counting `now`.
const TICKS_MAX: i64 = 8;
/// Distances between ticks that read well, in milliseconds; each divides a day or is made of days.
const TICK_STEPS_MS: [i64; 15] = [
    MINUTE_MS,
    2 * MINUTE_MS,
    5 * MINUTE_MS,
    10 * MINUTE_MS,
    15 * MINUTE_MS,
    30 * MINUTE_MS,
    HOUR_MS,
    2 * HOUR_MS,
    3 * HOUR_MS,
    6 * HOUR_MS,
    12 * HOUR_MS,
    DAY_MS,
    2 * DAY_MS,
    7 * DAY_MS,
    28 * DAY_MS,
];

/// Puts a window into words for a reader in `zone`.
#[must_use]
pub fn labels(range: TimeRange, window: &Window, compare: Compare, happened: &[Mark], zone: &TimeZone) -> Labels {
    let offsets = zone_offsets(zone, window.now);
    let now = zoned(window.counted_until(), zone);
    let zone_short = now.strftime("%Z").to_string();
    let complete_until = Moment::new(window.now, window.now, zone);
    Labels {
        span: words::span(window, &offsets),
        compared: words::compared(range, window, compare, &offsets),
        zone_name: zone.iana_name().unwrap_or(&zone_short).to_owned(),
        retention: retention(window.now, &offsets),
        offsets,
        zone: match zone.iana_name() {
            Some(name) if name != zone_short => format!("{name} ({zone_short})"),
            Some(_) | None => zone_short.clone(),
        },
        zone_short,
        between: between(window, zone),
        end: end(window, zone),
        complete_until: Moment { ago: zoned(window.now, zone).strftime("%H:%M:%S").to_string(), ..complete_until },
        ticks: ticks(window, zone),
        marks: marks::labels(happened, window, |at| short(&zoned(at, zone), window)),
        buckets: buckets(window, zone),
    }
}

fn retention(now: Timestamp, offsets: &ZoneOffsets) -> String {
    let since = kept_since(now);
    let (days, event_days) = (now.since_ms(since) / DAY_MS, EVENTS_KEEP_MS / DAY_MS);
    let since = offsets.local(since.ceil_to(MINUTE_MS)).short(offsets.local(now).day());
    format!("Headwater keeps {days} days of counts: {since} to now. Events: {event_days} days.")
}

/// The zone's rules from what is compared with the oldest counts to the end of today.
#[must_use]
pub fn zone_offsets(zone: &TimeZone, now: Timestamp) -> ZoneOffsets {
    let moment = |at: Timestamp| jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
    let offset_ms = |offset: jiff::tz::Offset| i64::from(offset.seconds()) * SECOND_MS;
    let oldest = Timestamp(2 * kept_since(now).0 - now.0);
    let changes = zone
        .following(moment(oldest))
        .map(|change| (Timestamp(change.timestamp().as_millisecond()), offset_ms(change.offset())))
        .take_while(|(at, _)| *at < now.plus_ms(2 * DAY_MS));
    ZoneOffsets { first_ms: offset_ms(zone.to_offset(moment(oldest))), changes: changes.collect() }
}

fn zoned(at: Timestamp, zone: &TimeZone) -> ZonedDateTime {
    jiff::Timestamp::from_millisecond(at.0).unwrap_or_default().to_zoned_datetime(zone.clone())
}

/// `14:32`, with seconds where the buckets need them.
fn clock(at: &ZonedDateTime, seconds: bool) -> String {
    at.strftime(if seconds { "%H:%M:%S" } else { "%H:%M" }).to_string()
}

/// `5 Nov`, and the year where it is another one.
fn day_format(at: &ZonedDateTime, now: &ZonedDateTime) -> &'static str {
    if at.year() == now.year() { "%-d %b" } else { "%-d %b %Y" }
}

fn has_seconds(window: &Window) -> bool {
    window.bucket_ms < MINUTE_MS
}

fn between(window: &Window, zone: &TimeZone) -> String {
    let now = zoned(window.now, zone);
    let (from, until) = (zoned(window.from, zone), zoned(window.counted_until(), zone));
    if from.date() == until.date() && until.date() == now.date() {
        format!("{} and {}", clock(&from, false), clock(&until, false))
    } else {
        let moment = |at: &ZonedDateTime| format!("{}, {}", at.strftime(day_format(at, &now)), clock(at, false));
        format!("{} and {}", moment(&from), moment(&until))
    }
}

fn end(window: &Window, zone: &TimeZone) -> String {
    if window.in_progress() {
        return "now".to_owned();
    }
    short(&zoned(window.until, zone), window)
}

/// `21:00`, with its date where the window is longer than a day.
fn short(at: &ZonedDateTime, window: &Window) -> String {
    let one_day = window.until.since_ms(window.from) <= DAY_MS;
    let date = if one_day { String::new() } else { at.strftime("%-d %b, ").to_string() };
    date + &clock(at, has_seconds(window))
}

fn buckets(window: &Window, zone: &TimeZone) -> Vec<BucketLabel> {
    // An hour that comes twice is told apart by the zone's name.
    let (first, last) = (zoned(window.from, zone), zoned(window.until, zone));
    let suffix = if first.offset() == last.offset() { "" } else { " %Z" };
    let now = zoned(window.now, zone);
    let date = |at: &ZonedDateTime| format!("{} {}", at.strftime("%a"), at.strftime(day_format(at, &now)));
    (0..window.bucket_count())
        .map(|i| {
            let start = zoned(window.bucket_start(i).max(window.from), zone);
            let end = zoned(window.bucket_start(i + 1).min(window.counted_until()), zone);
            let seconds = has_seconds(window);
            let mut long = format!("{}, {}–{}", date(&start), clock(&start, seconds), clock(&end, seconds));
            if window.bucket_ms >= DAY_MS {
                long = format!("{}, {} to {}, {}", date(&start), clock(&start, false), date(&end), clock(&end, false));
            }
            BucketLabel { long: long + &end.strftime(suffix).to_string(), short: short(&start, window) }
        })
        .collect()
}

/// Ticks on round local times, each at its moment's place between the points; `now` at the last one.
fn ticks(window: &Window, zone: &TimeZone) -> Vec<Tick> {
    let points = i64::try_from(window.bucket_count()).unwrap_or(0);
    let (first, length_ms) = (window.grid_from(), (points - 1).max(1) * window.bucket_ms);
    let step_ms = TICK_STEPS_MS.into_iter().find(|step| length_ms / step <= TICKS_MAX).unwrap_or(28 * DAY_MS);
    // What would run into `now` is left out.
    let end_ms = if window.in_progress() { length_ms * 93 / 100 } else { length_ms };
    let mut ticks: Vec<Tick> = Vec::new();
    for at in round_times(&zoned(first, zone), step_ms) {
        let since_ms = at.timestamp().as_millisecond() - first.0;
        if since_ms > end_ms {
            break;
        }
        let Ok(since) = u64::try_from(since_ms) else { continue };
        let midnight = at.hour() == 0 && at.minute() == 0;
        ticks.push(Tick {
            x: scale::along(since, length_ms.unsigned_abs()),
            text: at.strftime(if midnight { "%-d %b" } else { "%H:%M" }).to_string(),
            // Where every tick is a date, only a month's first stands out.
            major: midnight && (step_ms < DAY_MS || at.day() == 1),
        });
    }
    if window.in_progress() {
        ticks.push(Tick { x: scale::along(1, 1), text: "now".to_owned(), major: false });
    }
    ticks
}

/// Local times that are multiples of `step_ms` since midnight, or midnights every so many days, from `first` on.
fn round_times(first: &ZonedDateTime, step_ms: i64) -> impl Iterator<Item = ZonedDateTime> {
    let zone = first.time_zone().clone();
    let midnight = first.date().to_datetime(jiff::civil::Time::midnight());
    let into_day_ms = first.datetime().duration_since(midnight).as_millis();
    let into_day_ms = i64::try_from(into_day_ms).unwrap_or(0);
    let start = midnight + SignedDuration::from_millis(into_day_ms / step_ms * step_ms);
    let step = SignedDuration::from_millis(step_ms);
    (0..4 * i32::try_from(TICKS_MAX).unwrap_or(8))
        .filter_map(move |i| start.checked_add(step * i).ok())
        .filter_map(move |at| at.to_zoned_datetime(zone.clone()).ok())
}

#[cfg(test)]
mod tests;
