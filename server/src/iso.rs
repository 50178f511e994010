//! Times as JSON and terminals show them.

use domain::clock::Timestamp;

/// ISO 8601 in UTC with milliseconds, such as `2026-11-05T09:00:00.000Z`; the bare number where no calendar reaches.
#[must_use]
pub fn iso(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.0).map_or_else(|_| at.0.to_string(), |moment| format!("{moment:.3}"))
}

#[cfg(test)]
mod tests {
    use super::{Timestamp, iso};

    #[test]
    fn milliseconds_are_always_there() {
        assert_eq!(iso(Timestamp(1_762_333_200_000)), "2025-11-05T09:00:00.000Z");
        assert_eq!(iso(Timestamp(1_762_333_200_250)), "2025-11-05T09:00:00.250Z");
        assert_eq!(iso(Timestamp(i64::MAX)), "9223372036854775807");
    }
}
