//! What stands in the fields, and the range that it makes.

use super::{
    Clock, Compare, DAY_MS, Day, DaySpan, Edge, Fields, Objection, Part, TimeRange, Timestamp, ZoneOffsets, days,
    preview, range,
};
use domain::clock::HOUR_MS;

/// 2025-11-06T13:32:07.250Z, which is 14:32 in Amsterdam.
const NOW: Timestamp = Timestamp(1_762_435_927_250);

fn at(text: &str) -> Timestamp {
    Timestamp::from_utc_text(text).expect("a moment")
}

fn day(text: &str) -> Day {
    Day::from_text(text, Day(0)).expect("a day")
}

fn clock() -> Clock {
    let changes = vec![(at("2024-10-27T01:00:00Z"), HOUR_MS), (at("2025-03-30T01:00:00Z"), 2 * HOUR_MS)];
    let changes = changes.into_iter().chain([(at("2025-10-26T01:00:00Z"), HOUR_MS)]).collect();
    Clock {
        zone: ZoneOffsets { first_ms: 2 * HOUR_MS, changes },
        zone_name: "Europe/Amsterdam (CET)".to_owned(),
        now: NOW,
    }
}

/// The fields of the shown range.
fn shown(range: TimeRange) -> (Fields, Fields) {
    let window = range.resolve(NOW);
    (Fields::of(window.from, Edge::Start, &clock()), Fields::of(window.until, Edge::End, &clock()))
}

fn typed(from: (&str, &str), until: (&str, &str)) -> Result<TimeRange, Objection> {
    let (mut start, mut end) = shown(TimeRange::Day);
    for (fields, (date, time)) in [(&mut start, from), (&mut end, until)] {
        fields.type_in(Part::Date, date.to_owned());
        fields.type_in(Part::Time, time.to_owned());
    }
    range(&start, &end, &clock())
}

fn custom(from: &str, until: &str) -> TimeRange {
    TimeRange::Custom { from: at(from), until: at(until) }
}

#[test]
fn what_nobody_touches_stays_to_the_second() {
    let (from, until) = shown(TimeRange::Day);
    assert_eq!((from.text(Part::Date), from.text(Part::Time)), ("5 Nov 2025", "15:00"));
    assert_eq!((until.text(Part::Date), until.text(Part::Time)), ("6 Nov 2025", "14:32"));
    // The bucket in progress: what is shown ends now and goes on.
    let whole = custom("2025-11-05T14:00:00Z", "2025-11-06T14:00:00Z");
    assert_eq!(range(&from, &until, &clock()), Ok(whole));
    let (from, until) = shown(custom("2025-11-06T13:00:10Z", "2025-11-06T13:00:40Z"));
    assert_eq!(from.text(Part::Time), "14:00:10");
    assert_eq!(range(&from, &until, &clock()), Ok(custom("2025-11-06T13:00:10Z", "2025-11-06T13:00:40Z")));
}

#[test]
fn an_end_at_midnight_is_the_end_of_its_day() {
    let (from, until) = shown(custom("2025-10-30T23:00:00Z", "2025-11-03T23:00:00Z"));
    assert_eq!((from.text(Part::Date), from.text(Part::Time)), ("31 Oct 2025", "00:00"));
    assert_eq!((until.text(Part::Date), until.text(Part::Time)), ("3 Nov 2025", "24:00"));
    let span = DaySpan { first: day("31 Oct 2025"), last: day("3 Nov 2025") };
    assert_eq!(days(&from, &until, &clock()), Some(span));
}

#[test]
fn picked_days_are_whole_unless_a_time_was_typed() {
    let (mut from, mut until) = shown(TimeRange::Day);
    from.pick(day("31 Oct 2025"), &clock());
    until.type_in(Part::Time, "12:00".to_owned());
    until.pick(day("3 Nov 2025"), &clock());
    assert_eq!(range(&from, &until, &clock()), Ok(custom("2025-10-30T23:00:00Z", "2025-11-03T11:00:00Z")));
    // The first day of which counts are kept is kept from its afternoon on.
    from.pick(day("2 Oct 2024"), &clock());
    assert_eq!(from.text(Part::Time), "15:33");
    assert!(range(&from, &until, &clock()).is_ok());
}

#[test]
fn local_times_become_the_utc_range() {
    for (from, until, wanted) in [
        (("31 Oct 2025", "00:00"), ("3 Nov 2025", "12:00"), custom("2025-10-30T23:00:00Z", "2025-11-03T11:00:00Z")),
        (("2025-07-01", "9"), ("1 jul", "1030"), custom("2025-07-01T07:00:00Z", "2025-07-01T08:30:00Z")),
        // Clocks are set back at 03:00: the hour from 02:00 comes twice, and both are meant.
        (("26 Oct", "02:00"), ("26 Oct", "02:30"), custom("2025-10-26T00:00:00Z", "2025-10-26T01:30:00Z")),
        // Clocks are set forward at 02:00: there is no 02:30.
        (("30 Mar", "02:30"), ("30 Mar", "04:00"), custom("2025-03-30T01:00:00Z", "2025-03-30T02:00:00Z")),
        (("5 Nov", "09:00"), ("7 Nov 2025", "09:00"), custom("2025-11-05T08:00:00Z", "2025-11-07T08:00:00Z")),
    ] {
        assert_eq!(typed(from, until), Ok(wanted), "{from:?}");
    }
}

#[test]
fn what_is_wrong_is_said_of_the_field_that_is() {
    for (from, until, edge, part, text) in [
        (("3 Nov", "12:00"), ("31 Oct", "00:00"), Edge::Start, Part::Moment, "Start is after end."),
        (("3 Nov", "12:00"), ("3 Nov", "12:00"), Edge::Start, Part::Moment, "Start and end are the same."),
        (
            ("1 Oct 2024", "12:00"),
            ("3 Nov", "12:00"),
            Edge::Start,
            Part::Moment,
            "Choose a time after 2 Oct 2024, 15:33.",
        ),
        (("7 Nov 2025", "9"), ("8 Nov 2025", "9"), Edge::Start, Part::Moment, "Choose a time before 6 Nov, 14:32."),
        (("soon", "12:00"), ("3 Nov", "12:00"), Edge::Start, Part::Date, "Write a date like 6 Nov 2025."),
        (("3 Nov", "12:00"), ("3 Nov", "noon"), Edge::End, Part::Time, "Write a time like 09:30."),
    ] {
        assert_eq!(typed(from, until), Err(Objection { edge, part, text: text.to_owned() }));
    }
}

#[test]
fn fields_are_tidied_when_they_are_left() {
    let (mut from, _) = shown(TimeRange::Day);
    for (date, time, tidied) in [
        ("1 nov", "9", ("1 Nov 2025", "09:00")),
        ("2025-11-01", "0930", ("1 Nov 2025", "09:30")),
        ("soon", "24", ("soon", "24:00")),
    ] {
        from.type_in(Part::Date, date.to_owned());
        from.type_in(Part::Time, time.to_owned());
        from.tidy(&clock());
        assert_eq!((from.text(Part::Date), from.text(Part::Time)), tidied);
    }
}

#[test]
fn a_compared_period_starts_before_the_shown_one() {
    let limit = at("2025-11-05T14:00:00Z");
    let mut start = Fields::of(at("2025-10-01T10:00:00Z"), Edge::Start, &clock());
    assert_eq!(start.moment_before(limit, &clock()), Ok(at("2025-10-01T10:00:00Z")));
    start.type_in(Part::Date, "5 Nov".to_owned());
    start.type_in(Part::Time, "15:00".to_owned());
    let objection = start.moment_before(limit, &clock()).expect_err("it starts with the shown one");
    assert_eq!(objection.text, "Choose a time before 5 Nov, 15:00.");
}

#[test]
fn a_preview_says_what_would_be_shown() {
    let designed = custom("2025-10-30T23:00:00Z", "2025-11-03T11:00:00Z");
    for (range, compare, text) in [
        (
            designed,
            Compare::Previous,
            "3 days 12 hours · one point per 3 h · compared with 27 Oct, 12:00 to 31 Oct, 00:00",
        ),
        (
            designed,
            Compare::WeekBefore,
            "3 days 12 hours · one point per 3 h · compared with 24 Oct, 01:00 to 27 Oct, 12:00",
        ),
        (designed, Compare::Nothing, "3 days 12 hours · one point per 3 h · not compared"),
        (
            custom("2025-11-06T12:00:00Z", "2025-11-08T00:00:00Z"),
            Compare::Previous,
            "1 hour 32 min · one point per 5 min · compared with 6 Nov, 11:27 to 13:00",
        ),
        (
            TimeRange::Custom { from: NOW.plus_ms(-300 * DAY_MS), until: NOW },
            Compare::Previous,
            "300 days · one point per 7 days · not compared: what came before is no longer kept",
        ),
    ] {
        assert_eq!(preview(range, compare, &clock()), text);
    }
}
