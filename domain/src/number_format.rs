//! How numbers are written, the same on the server and in the browser (rules: DESIGN.md, "Numbers and time").
//! Integers all the way: no float, so no difference between the two.

use crate::overview::Comparison;
use crate::step::Step;

/// The minus sign that is as wide as a plus.
pub const MINUS: char = '\u{2212}';
/// Stands where there is nothing to divide by.
pub const NOTHING: &str = "\u{2013}";

/// How a change is meant: good news, bad news, or neither.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    /// Good news.
    Positive,
    /// Bad news.
    Negative,
    /// Chance, or your own rule's doing.
    Neutral,
}

/// A count in full: `480,919`.
#[must_use]
pub fn count(n: u64) -> String {
    let digits = n.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count for a card: in full below a million, then `1.28M`.
#[must_use]
pub fn card_count(n: u64) -> String {
    if n < 1_000_000 {
        return count(n);
    }
    let (unit, letter) = if n < 1_000_000_000 { (1_000_000, 'M') } else { (1_000_000_000, 'B') };
    // Cut, not rounded: 999,999,999 must not read 1000.00M.
    let hundredths = n / (unit / 100);
    format!("{}.{:02}{letter}", count(hundredths / 100), hundredths % 100)
}

/// A tick of an axis: in full below 10,000, then `10K`, `1.5M`.
#[must_use]
pub fn tick(n: u64) -> String {
    let (unit, letter) = match n {
        0..10_000 => return count(n),
        10_000..1_000_000 => (1_000, 'K'),
        1_000_000..1_000_000_000 => (1_000_000, 'M'),
        _ => (1_000_000_000, 'B'),
    };
    let text = format!("{}.{:03}", n / unit, (n % unit) * 1_000 / unit);
    format!("{}{letter}", text.trim_end_matches('0').trim_end_matches('.'))
}

/// A difference of counts, sign always written, zero without one: `+8,475`, `−17`, `0`.
#[must_use]
pub fn difference(counts: Comparison) -> String {
    let size = count(counts.now.abs_diff(counts.previous));
    match counts.now.cmp(&counts.previous) {
        std::cmp::Ordering::Greater => format!("+{size}"),
        std::cmp::Ordering::Less => format!("{MINUS}{size}"),
        std::cmp::Ordering::Equal => size,
    }
}

/// A share with one decimal: `9.5%`, `<0.1%` above zero, `–` of nothing.
#[must_use]
pub fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        return NOTHING.to_owned();
    }
    match per_mille(part, whole) {
        0 if part > 0 => "<0.1%".to_owned(),
        tenths => format!("{}%", decimal(tenths.unsigned_abs())),
    }
}

/// A share as a CSS length for a bar: `43.7%`.
#[must_use]
pub fn bar(part: u64, whole: u64) -> String {
    if whole == 0 { "0%".to_owned() } else { format!("{}%", decimal(per_mille(part, whole).unsigned_abs())) }
}

/// The relative change of a count: `+4.5%`, `−3.8%`, `0.0%`, `New`, `+1,535%`, `>+9,999%`.
#[must_use]
pub fn change(counts: Comparison) -> String {
    if counts.previous == 0 {
        return if counts.now == 0 { "0.0%".to_owned() } else { "New".to_owned() };
    }
    let delta = i128::from(counts.now) - i128::from(counts.previous);
    let tenths = rounded(delta * 1_000, i128::from(counts.previous));
    let size = tenths.unsigned_abs();
    if size > 99_990 {
        return ">+9,999%".to_owned();
    }
    if size >= 10_000 {
        return format!("+{}%", count(u64::try_from(size.div_ceil(10)).unwrap_or(u64::MAX)));
    }
    format!("{}{}%", sign(tenths), decimal(u64::try_from(size).unwrap_or(u64::MAX)))
}

/// The difference of two shares in percentage points: `+1.7 pp`, `0.0 pp`.
#[must_use]
pub fn share_change(now: (u64, u64), previous: (u64, u64)) -> String {
    let tenths = share_change_tenths(now, previous);
    format!("{}{} pp", sign(i128::from(tenths)), decimal(tenths.unsigned_abs()))
}

/// A share in tenths of a percent, for drawing; `None` of nothing.
#[must_use]
pub fn share_tenths(part: u64, whole: u64) -> Option<u64> {
    (whole > 0).then(|| per_mille(part, whole).unsigned_abs())
}

/// How a change of a step's share is meant: as if the whole had stayed what it is now and the share had changed the count.
#[must_use]
pub fn share_tone(step: Step, now: (u64, u64), previous: (u64, u64)) -> Tone {
    let expected = u128::from(previous.0) * u128::from(now.1) / u128::from(previous.1.max(1));
    let expected = u64::try_from(expected).unwrap_or(u64::MAX);
    tone(step, Comparison { now: now.0, previous: expected })
}

/// How a change of a step's count is meant. Chance is not news: neutral within 1% or two standard deviations.
#[must_use]
pub fn tone(step: Step, counts: Comparison) -> Tone {
    let size = u128::from(counts.now.abs_diff(counts.previous));
    let previous = u128::from(counts.previous);
    if size * 100 < previous || size * size <= 4 * previous || size == 0 {
        return Tone::Neutral;
    }
    let up = counts.now > counts.previous;
    match step {
        Step::FilteredAtSource => Tone::Neutral,
        Step::Received | Step::Eligible if up => Tone::Positive,
        Step::FailedOnIngest if !up => Tone::Positive,
        Step::Received | Step::Eligible | Step::FailedOnIngest => Tone::Negative,
    }
}

fn share_change_tenths(now: (u64, u64), previous: (u64, u64)) -> i64 {
    let (a, b) = (i128::from(now.0), i128::from(now.1.max(1)));
    let (c, d) = (i128::from(previous.0), i128::from(previous.1.max(1)));
    i64::try_from(rounded((a * d - c * b) * 1_000, b * d)).unwrap_or(0)
}

fn per_mille(part: u64, whole: u64) -> i64 {
    i64::try_from(rounded(i128::from(part) * 1_000, i128::from(whole))).unwrap_or(i64::MAX)
}

/// Division rounded half away from zero; `divisor` is positive.
fn rounded(dividend: i128, divisor: i128) -> i128 {
    let half = divisor / 2;
    if dividend >= 0 { (dividend + half) / divisor } else { (dividend - half) / divisor }
}

fn sign(tenths: i128) -> &'static str {
    match tenths.signum() {
        1 => "+",
        -1 => "\u{2212}",
        _ => "",
    }
}

fn decimal(tenths: u64) -> String {
    format!("{}.{}", count(tenths / 10), tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::{Comparison, Step, Tone, card_count, change, count, difference, share, share_change, tick, tone};
    use super::{share_tenths, share_tone};

    fn of(now: u64, previous: u64) -> Comparison {
        Comparison { now, previous }
    }

    #[test]
    fn counts() {
        assert_eq!([0, 999, 1_000, 480_919].map(count), ["0", "999", "1,000", "480,919"]);
        assert_eq!(
            [999_999, 1_280_000, 999_999_999, 1_000_000_000].map(card_count),
            ["999,999", "1.28M", "999.99M", "1.00B"]
        );
        assert_eq!([0, 9_999, 10_000, 12_500, 1_500_000].map(tick), ["0", "9,999", "10K", "12.5K", "1.5M"]);
    }

    /// Figures of a real Segment page (facts 1.6) and of our own design.
    #[test]
    fn changes() {
        for (counts, absolute, relative) in [
            (of(51_945, 51_962), "−17", "0.0%"),
            (of(1_183, 801), "+382", "+47.7%"),
            (of(11_512, 11_518), "−6", "−0.1%"),
            (of(15_672, 7_197), "+8,475", "+117.8%"),
            (of(8_124, 497), "+7,627", "+1,535%"),
            (of(1_000_000, 1), "+999,999", ">+9,999%"),
            (of(5, 0), "+5", "New"),
            (of(0, 0), "0", "0.0%"),
            (of(0, 5), "−5", "−100.0%"),
        ] {
            assert_eq!((difference(counts).as_str(), change(counts).as_str()), (absolute, relative));
        }
    }

    #[test]
    fn shares() {
        assert_eq!(share(51_945, 230_443), "22.5%");
        assert_eq!(share(1, 1_000_000), "<0.1%");
        assert_eq!(share(0, 10), "0.0%");
        assert_eq!(share(0, 0), "–");
        assert_eq!(share_change((22, 100), (15, 100)), "+7.0 pp");
        assert_eq!(share_change((15, 100), (22, 100)), "−7.0 pp");
        assert_eq!(share_change((0, 0), (0, 0)), "0.0 pp");
    }

    #[test]
    fn tones() {
        assert_eq!(tone(Step::Received, of(480_919, 460_384)), Tone::Positive);
        assert_eq!(tone(Step::FailedOnIngest, of(15_672, 7_197)), Tone::Negative);
        assert_eq!(tone(Step::FilteredAtSource, of(90_000, 10)), Tone::Neutral);
        assert_eq!(tone(Step::Received, of(1_005, 1_000)), Tone::Neutral);
        assert_eq!(tone(Step::Eligible, of(0, 5)), Tone::Negative);
    }

    /// The cards of the design's percentages page.
    #[test]
    fn tones_of_shares() {
        let (now, previous) = (480_919, 460_384);
        assert_eq!(share_tone(Step::FailedOnIngest, (15_672, now), (7_197, previous)), Tone::Negative);
        assert_eq!(share_tone(Step::FilteredAtSource, (45_682, now), (45_273, previous)), Tone::Neutral);
        assert_eq!(share_tone(Step::Eligible, (419_565, now), (407_914, previous)), Tone::Negative);
        assert_eq!(share_tone(Step::FailedOnIngest, (0, 0), (0, 0)), Tone::Neutral);
        assert_eq!((share_tenths(45_682, now), share_tenths(0, 0)), (Some(95), None));
    }
}
