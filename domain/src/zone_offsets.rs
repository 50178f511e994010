//! A zone's rules for some stretch of time, small enough to travel with a page: with them the browser turns moments into
//! local times and back without a time zone database.

use crate::civil::LocalTime;
use crate::clock::Timestamp;
use serde::{Deserialize, Serialize};

/// How far local time is ahead of UTC, and when that changes.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ZoneOffsets {
    /// The offset before the first change, in milliseconds.
    pub first_ms: i64,
    /// When it changes, and to what; oldest first.
    pub changes: Vec<(Timestamp, i64)>,
}

/// Which end of a range a local time stands for. It matters where clocks are set back: an hour comes twice, and a range
/// takes in both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// Its start.
    Start,
    /// Its end.
    End,
}

impl ZoneOffsets {
    /// What clocks show at a moment.
    #[must_use]
    pub fn local(&self, at: Timestamp) -> LocalTime {
        let passed = self.changes.iter().rev().find(|(from, _)| *from <= at);
        LocalTime(at.plus_ms(passed.map_or(self.first_ms, |(_, offset_ms)| *offset_ms)).0)
    }

    /// The moment at which clocks show that. Of two the one that makes the range longer; what clocks leave out when they
    /// are set forward is the moment at which they are.
    #[must_use]
    pub fn moment(&self, local: LocalTime, edge: Edge) -> Timestamp {
        let starts = std::iter::once(Timestamp(i64::MIN)).chain(self.changes.iter().map(|(at, _)| *at));
        let offsets = std::iter::once(self.first_ms).chain(self.changes.iter().map(|(_, offset_ms)| *offset_ms));
        let ends = self.changes.iter().map(|(at, _)| *at).chain(std::iter::once(Timestamp(i64::MAX)));
        let mut left_out = Timestamp(local.0);
        let mut shown = Vec::new();
        for ((start, end), offset_ms) in starts.zip(ends).zip(offsets) {
            let at = Timestamp(local.0).plus_ms(-offset_ms);
            if at >= end {
                left_out = end;
            } else if at >= start {
                shown.push(at);
            }
        }
        let shown = match edge {
            Edge::Start => shown.first(),
            Edge::End => shown.last(),
        };
        shown.copied().unwrap_or(left_out)
    }
}

#[cfg(test)]
mod tests {
    use super::{Edge, LocalTime, Timestamp, ZoneOffsets};
    use crate::clock::{DAY_MS, HOUR_MS};
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    /// Amsterdam around 2025: summer time from 30 March to 26 October, both at 01:00 UTC.
    fn amsterdam() -> ZoneOffsets {
        let at = |text: &str| Timestamp::from_utc_text(text).expect("a moment");
        let changes = vec![(at("2025-03-30T01:00:00Z"), 2 * HOUR_MS), (at("2025-10-26T01:00:00Z"), HOUR_MS)];
        ZoneOffsets { first_ms: HOUR_MS, changes }
    }

    #[test]
    fn local_times_become_moments_and_back() {
        for (local, edge, moment) in [
            ("2025-01-10T09:00", Edge::Start, "2025-01-10T08:00:00Z"),
            ("2025-07-10T09:00", Edge::Start, "2025-07-10T07:00:00Z"),
            ("2025-12-10T09:00", Edge::End, "2025-12-10T08:00:00Z"),
            ("2025-03-30T01:59", Edge::Start, "2025-03-30T00:59:00Z"),
            ("2025-03-30T03:00", Edge::Start, "2025-03-30T01:00:00Z"),
            ("2025-10-26T01:59", Edge::End, "2025-10-25T23:59:00Z"),
            ("2025-10-26T03:00", Edge::Start, "2025-10-26T02:00:00Z"),
        ] {
            let local = LocalTime::from_iso(local).expect("a local time");
            let found = amsterdam().moment(local, edge);
            assert_eq!(found.to_utc_text(), moment);
            assert_eq!(amsterdam().local(found), local);
        }
    }

    #[test]
    fn an_hour_that_comes_twice_is_taken_in_twice() {
        let local = LocalTime::from_iso("2025-10-26T02:30").expect("a local time");
        assert_eq!(amsterdam().moment(local, Edge::Start).to_utc_text(), "2025-10-26T00:30:00Z");
        assert_eq!(amsterdam().moment(local, Edge::End).to_utc_text(), "2025-10-26T01:30:00Z");
    }

    #[test]
    fn an_hour_that_is_left_out_is_the_moment_of_the_change() {
        for text in ["2025-03-30T02:00", "2025-03-30T02:30"] {
            let local = LocalTime::from_iso(text).expect("a local time");
            for edge in [Edge::Start, Edge::End] {
                assert_eq!(amsterdam().moment(local, edge).to_utc_text(), "2025-03-30T01:00:00Z");
            }
        }
    }

    proptest! {
        #[test]
        fn later_clocks_are_never_earlier_moments(at in 1_735_689_600_000_i64..1_767_225_600_000, later in 0..DAY_MS) {
            let zone = amsterdam();
            for edge in [Edge::Start, Edge::End] {
                prop_assert!(zone.moment(LocalTime(at), edge) <= zone.moment(LocalTime(at + later), edge));
            }
            let moment = Timestamp(at);
            let (start, end) = (zone.moment(zone.local(moment), Edge::Start), zone.moment(zone.local(moment), Edge::End));
            prop_assert!(start <= moment && moment <= end);
            prop_assert_eq!(zone.local(start), zone.local(end));
        }
    }
}
