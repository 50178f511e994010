//! The one place that reads the clocks and the operating system's randomness. Everyone else takes them as arguments.

use domain::clock::Timestamp;
use std::time::{SystemTime, UNIX_EPOCH};
use tokio::time::Instant;

/// The server's clock.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is the one reader of the clock")]
pub fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}

/// The clock that is never set, for deadlines.
#[must_use]
pub fn instant() -> Instant {
    Instant::now()
}

/// `N` random bytes.
///
/// # Panics
/// The operating system has no randomness: nothing safe can be done without.
#[must_use]
pub fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).expect("the operating system provides randomness");
    bytes
}
