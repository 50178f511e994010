//! Where values and points lie: the y scale and positions as CSS percentages. Integers all the way, so that the server
//! and the browser write the same text.

/// How many intervals the y axis has.
pub const INTERVALS: u64 = 4;
/// Shares are drawn in tenths of a percent; this is 100%.
const WHOLE_SHARE: u64 = 1_000;
/// Mantissas of the steps between gridlines, times ten: all of them read well.
const MANTISSAS: [u64; 11] = [10, 15, 20, 25, 30, 40, 50, 60, 75, 80, 100];

/// What the values of a chart are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// Events.
    Count,
    /// Tenths of a percent.
    Share,
}

/// The highest value of the y axis: four steps from 0, with room above the largest value.
#[must_use]
pub fn top(unit: Unit, largest: u64) -> u64 {
    let step = match unit {
        Unit::Count => step(largest),
        Unit::Share if largest == 0 => 10,
        // No share is above 100%, so the axis isn't either.
        Unit::Share => step(largest).min((WHOLE_SHARE / INTERVALS).max(largest.div_ceil(INTERVALS))),
    };
    step * INTERVALS
}

/// The smallest readable whole step whose fourfold is at least 1.04 times the largest value.
fn step(largest: u64) -> u64 {
    let enough = |step: u64| u128::from(step) * u128::from(INTERVALS) * 100 >= u128::from(largest) * 104;
    let mut unit: u64 = 1;
    loop {
        for mantissa in MANTISSAS {
            let step = mantissa.saturating_mul(unit);
            if step.is_multiple_of(10) && enough(step / 10) {
                return (step / 10).max(1);
            }
        }
        match unit.checked_mul(10) {
            Some(next) => unit = next,
            None => return largest,
        }
    }
}

/// A tick's text: `10K`, `2.5%`.
#[must_use]
pub fn tick_text(unit: Unit, value: u64) -> String {
    match unit {
        Unit::Count => domain::number_format::tick(value),
        Unit::Share if value.is_multiple_of(10) => format!("{}%", value / 10),
        Unit::Share => format!("{}.{}%", value / 10, value % 10),
    }
}

/// A place `part` of `whole` above the plot's bottom, in hundredths of its height: `26.09cqb`. The plot is a container, and so
/// that is the same in a `translate`, by which what time carries along moves without a layout shift.
#[must_use]
pub fn up(part: u64, whole: u64) -> String {
    format!("{}cqb", hundredth(part, whole))
}

/// A place `part` of `whole` from the plot's left edge, in hundredths of its width: `26.09cqi`.
#[must_use]
pub fn along(part: u64, whole: u64) -> String {
    format!("{}cqi", hundredth(part, whole))
}

fn hundredth(part: u64, whole: u64) -> String {
    let whole = u128::from(whole.max(1));
    let hundredths = (u128::from(part) * 10_000 + whole / 2) / whole;
    let text = format!("{}.{:02}", hundredths / 100, hundredths % 100);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Where point `i` of `points` lies: the first at the left edge, the last at the right, a single one in the middle.
#[must_use]
pub fn x(i: usize, points: usize) -> String {
    match points {
        0 | 1 => along(1, 2),
        _ => along(i as u64, points as u64 - 1),
    }
}

#[cfg(test)]
mod tests {
    use super::{Unit, tick_text, top, up, x};

    /// The charts of the design, and the edges.
    #[test]
    fn tops_are_readable_and_leave_room() {
        for (largest, expected) in [
            (37_314, 40_000),
            (2_595, 3_000),
            (541, 600),
            (0, 4),
            (1, 4),
            (3, 4),
            (4, 8),
            (96, 100),
            (97, 120),
            (1_000_000, 1_200_000),
        ] {
            assert_eq!(top(Unit::Count, largest), expected, "{largest}");
        }
        assert!(top(Unit::Count, u64::MAX / 8) >= u64::MAX / 8);
    }

    #[test]
    fn shares_end_at_a_hundred_percent() {
        for (largest, expected) in [(102, 120), (0, 40), (3, 4), (1_000, 1_000), (990, 1_000), (630, 800)] {
            assert_eq!(top(Unit::Share, largest), expected, "{largest}");
        }
    }

    #[test]
    fn texts() {
        assert_eq!(tick_text(Unit::Count, 40_000), "40K");
        assert_eq!([30, 25].map(|tenths| tick_text(Unit::Share, tenths)), ["3%", "2.5%"]);
        assert_eq!([(6, 23), (1, 1), (0, 5)].map(|(part, whole)| up(part, whole)), ["26.09cqb", "100cqb", "0cqb"]);
        assert_eq!((x(0, 1), x(3, 24)), ("50cqi".to_owned(), "13.04cqi".to_owned()));
    }
}
