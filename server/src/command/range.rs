//! `--range`: a preset's word, or two times.

use domain::clock::Timestamp;
use domain::time_range::TimeRange;

/// Reads a range.
///
/// # Errors
/// A sentence that says what would be right.
pub fn parse(text: &str) -> Result<TimeRange, String> {
    if let Some(preset) = TimeRange::from_slug(text) {
        return Ok(preset);
    }
    let Some((from, until)) = text.split_once("..") else {
        return Err("use 10m, 1h, 24h, 7d, 14d, or FROM..UNTIL with two times such as 2026-11-05T09:00:00Z".to_owned());
    };
    let (from, until) = (moment(from)?, moment(until)?);
    if until <= from {
        Err("the range ends before it starts".to_owned())
    } else {
        Ok(TimeRange::Custom { from, until })
    }
}

fn moment(text: &str) -> Result<Timestamp, String> {
    let moment: jiff::Timestamp = text
        .trim()
        .parse()
        .map_err(|_| format!("“{text}” is not a time with a zone, such as 2026-11-05T09:00:00Z or …+01:00"))?;
    Ok(Timestamp(moment.as_millisecond()))
}

#[cfg(test)]
mod tests {
    use super::{TimeRange, Timestamp, parse};

    #[test]
    fn presets_and_pairs_of_times() {
        assert_eq!(parse("7d"), Ok(TimeRange::Week));
        let custom = TimeRange::Custom { from: Timestamp(0), until: Timestamp(3_600_000) };
        assert_eq!(parse("1970-01-01T00:00:00Z..1970-01-01T02:00:00+01:00"), Ok(custom));
        for wrong in ["", "5d", "now", "2026-11-05..2026-11-06", "1970-01-01T02:00:00Z..1970-01-01T01:00:00Z"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
