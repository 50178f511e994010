//! How often a workspace may send: a token bucket that holds one second's worth of requests.

use crate::clock::{SECOND_MS, Timestamp};
use std::num::NonZeroU32;

/// Highest limit, in requests a second: more than one node serves.
pub const RATE_LIMIT_MAX: u32 = 1_000_000;
/// What one request costs. A bucket of `n` requests a second gains `n` of these each millisecond, so that nothing is
/// rounded.
const REQUEST: i64 = SECOND_MS;

/// A bucket; every request takes a token out of it.
#[derive(Clone, Copy, Debug)]
pub struct TokenBucket {
    requests_a_second: NonZeroU32,
    level: i64,
    filled_at: Timestamp,
}

impl TokenBucket {
    /// A full one.
    #[must_use]
    pub fn full(requests_a_second: NonZeroU32, now: Timestamp) -> Self {
        let mut bucket = Self { requests_a_second, level: 0, filled_at: now };
        bucket.level = bucket.capacity();
        bucket
    }

    /// Takes a token for one request.
    ///
    /// # Errors
    /// There is none; how many milliseconds it takes until there is.
    pub fn take(&mut self, now: Timestamp) -> Result<(), i64> {
        // A clock that was set back gives nothing, and does not stop the filling either.
        let elapsed_ms = now.since_ms(self.filled_at).max(0);
        self.filled_at = now;
        let gained = elapsed_ms.saturating_mul(self.gain());
        self.level = self.level.saturating_add(gained).min(self.capacity());
        if self.level < REQUEST {
            return Err((REQUEST - self.level + self.gain() - 1) / self.gain());
        }
        self.level -= REQUEST;
        Ok(())
    }

    /// By a millisecond.
    fn gain(&self) -> i64 {
        i64::from(self.requests_a_second.get())
    }

    fn capacity(&self) -> i64 {
        self.gain() * REQUEST
    }
}

#[cfg(test)]
mod tests {
    use super::{NonZeroU32, Timestamp, TokenBucket};
    use proptest::prelude::{prop_assert, proptest};

    fn bucket(requests_a_second: u32) -> TokenBucket {
        TokenBucket::full(NonZeroU32::new(requests_a_second).expect("a rate"), Timestamp(0))
    }

    #[test]
    fn a_seconds_worth_at_once_and_then_one_at_a_time() {
        let mut bucket = bucket(2);
        for (at_ms, expected) in [
            (0, Ok(())),
            (0, Ok(())),
            (0, Err(500)),
            (499, Err(1)),
            (500, Ok(())),
            (500, Err(500)),
            (60_000, Ok(())),
            (60_000, Ok(())),
            (60_000, Err(500)),
            // The clock was set back.
            (0, Err(500)),
            (501, Ok(())),
        ] {
            assert_eq!(bucket.take(Timestamp(at_ms)), expected, "at {at_ms} ms");
        }
    }

    proptest! {
        #[test]
        fn never_more_than_the_rate_and_a_second_of_it(
            rate in 1_u32..5_000,
            steps in proptest::collection::vec(0_i64..50, 1..2_000),
        ) {
            let mut bucket = bucket(rate);
            let (mut at, mut taken) = (0, 0_i64);
            for step in steps {
                at += step;
                taken += i64::from(bucket.take(Timestamp(at)).is_ok());
            }
            prop_assert!(taken * 1_000 <= i64::from(rate) * (at + 1_000));
        }
    }
}
