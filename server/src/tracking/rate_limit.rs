//! The workspace's rate limit. There is one workspace, so there is one bucket.

use domain::clock::{SECOND_MS, Timestamp};
use domain::rate_limit::TokenBucket;
use std::num::NonZeroU32;
use std::sync::{Mutex, PoisonError};

/// A bucket that requests share; none where there is no limit.
pub struct RateLimit(Option<Mutex<TokenBucket>>);

impl RateLimit {
    /// A full bucket.
    #[must_use]
    pub fn new(requests_a_second: Option<NonZeroU32>, now: Timestamp) -> Self {
        Self(requests_a_second.map(|rate| Mutex::new(TokenBucket::full(rate, now))))
    }

    /// Lets a request pass.
    ///
    /// # Errors
    /// It comes too soon; in how many seconds it may come again, at least 1.
    pub fn admit(&self, now: Timestamp) -> Result<(), u32> {
        let Some(bucket) = &self.0 else { return Ok(()) };
        let taken = bucket.lock().unwrap_or_else(PoisonError::into_inner).take(now);
        taken.map_err(|wait_ms| u32::try_from((wait_ms + SECOND_MS - 1) / SECOND_MS).unwrap_or(u32::MAX).max(1))
    }
}
