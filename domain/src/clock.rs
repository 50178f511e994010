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
    use super::{Timestamp, without_skew};
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

    proptest! {
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
