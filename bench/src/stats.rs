//! Numbers of several rounds, and how they are written.

use serde_json::{Value, json};

/// What several rounds gave.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    pub median: f64,
    pub least: f64,
    pub most: f64,
}

impl Spread {
    /// Of at least one value; of none, nothing is known (`NaN`).
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        let (first, last) = (values.first().copied(), values.last().copied());
        let middle = values.len() / 2;
        let median = match values.get(middle.saturating_sub(1)..=middle) {
            Some([below, above]) if values.len().is_multiple_of(2) => Some((below + above) / 2.0),
            Some(_) | None => values.get(middle).copied(),
        };
        let or_unknown = |value: Option<f64>| value.unwrap_or(f64::NAN);
        Self { median: or_unknown(median), least: or_unknown(first), most: or_unknown(last) }
    }
}

/// The middle and the upper end of many times, in milliseconds.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quantiles {
    pub p50: f64,
    pub p95: f64,
}

impl Quantiles {
    /// Of at least one time; of none, nothing is known (`NaN`).
    pub fn of(times: &[f64]) -> Self {
        let mut times = times.to_vec();
        times.sort_by(f64::total_cmp);
        let at = |share: f64| {
            let rank = (times.len() as f64 * share).ceil() as usize;
            times.get(rank.saturating_sub(1)).copied().unwrap_or(f64::NAN)
        };
        Self { p50: at(0.5), p95: at(0.95) }
    }
}

/// How a number is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unit {
    /// `12,345`
    Count,
    /// `0.62`
    Ratio,
    /// `0.0012`
    Fine,
    /// `3.41 ms`
    Milliseconds,
    /// `2.35 s`
    Seconds,
    /// `31.4 MB`
    Megabytes,
    /// `118 B`
    Bytes,
    /// `320.1 kB`
    Kilobytes,
    /// `12.5 %`; the number is a share of 1.
    Percent,
}

impl Unit {
    /// The number with its unit.
    pub fn write(self, value: f64) -> String {
        if !value.is_finite() {
            return "–".to_owned();
        }
        match self {
            Self::Count => grouped(value),
            Self::Ratio => format!("{value:.2}"),
            Self::Fine => format!("{value:.4}"),
            Self::Milliseconds => format!("{value:.2} ms"),
            Self::Seconds => format!("{value:.2} s"),
            Self::Megabytes => format!("{:.1} MB", value / 1e6),
            Self::Bytes => format!("{value:.0} B"),
            Self::Kilobytes => format!("{:.1} kB", value / 1e3),
            Self::Percent => format!("{:.1} %", value * 100.0),
        }
    }
}

fn grouped(value: f64) -> String {
    let digits = format!("{:.0}", value.abs());
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if value <= -0.5 { format!("-{text}") } else { text }
}

/// What stands in a table.
#[derive(Clone, Debug)]
pub enum Cell {
    /// Words.
    Text(String),
    /// One number.
    Number(f64, Unit),
    /// Several rounds: the median, and from the least to the most.
    Rounds(Spread, Unit),
    /// Many times.
    Quantiles(Quantiles),
}

impl Cell {
    /// Of several rounds.
    pub fn rounds(values: impl IntoIterator<Item = f64>, unit: Unit) -> Self {
        Self::Rounds(Spread::of(values), unit)
    }

    /// As in a table.
    pub fn text(&self) -> String {
        match self {
            Self::Text(text) => text.clone(),
            Self::Number(value, unit) => unit.write(*value),
            Self::Quantiles(Quantiles { p50, .. }) if p50.is_nan() => Unit::Milliseconds.write(*p50),
            Self::Quantiles(Quantiles { p50, p95 }) => format!("{p50:.1} / {}", Unit::Milliseconds.write(*p95)),
            Self::Rounds(spread, unit) if spread.least == spread.most || spread.median.is_nan() => {
                unit.write(spread.median)
            }
            Self::Rounds(spread, unit) => {
                format!("{} ({}–{})", unit.write(spread.median), bare(*unit, spread.least), bare(*unit, spread.most))
            }
        }
    }

    /// As in JSON.
    pub fn json(&self) -> Value {
        match self {
            Self::Text(text) => json!(text),
            Self::Number(value, _) => json!(value),
            Self::Quantiles(Quantiles { p50, p95 }) => json!({ "p50": p50, "p95": p95 }),
            Self::Rounds(spread, _) => json!({ "median": spread.median, "least": spread.least, "most": spread.most }),
        }
    }
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

/// Without its unit.
fn bare(unit: Unit, value: f64) -> String {
    let text = unit.write(value);
    text.split(' ').next().map(str::to_owned).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::{Cell, Quantiles, Spread, Unit};

    #[test]
    fn rounds_are_a_median_and_a_spread() {
        assert_eq!(Spread::of([3.0, 1.0, 2.0]), Spread { median: 2.0, least: 1.0, most: 3.0 });
        assert_eq!(Spread::of([4.0, 1.0, 2.0, 3.0]).median, 2.5);
        assert_eq!(Spread::of([7.0]).median, 7.0);
        assert!(Spread::of([]).median.is_nan());
    }

    #[test]
    fn numbers_read_well() {
        assert_eq!(Unit::Count.write(1_234_567.4), "1,234,567");
        assert_eq!(Unit::Count.write(12.0), "12");
        assert_eq!(Unit::Percent.write(0.125), "12.5 %");
        assert_eq!(Unit::Ratio.write(f64::NAN), "–");
        assert_eq!(Cell::rounds([1.0, 2.0, 4.0], Unit::Milliseconds).text(), "2.00 ms (1.00–4.00)");
        assert_eq!(Cell::rounds([2.0], Unit::Ratio).text(), "2.00");
        assert_eq!(Cell::rounds([], Unit::Ratio).text(), "–");
        assert_eq!(Cell::Quantiles(Quantiles::of(&[3.0, 1.0, 2.0])).text(), "2.0 / 3.00 ms");
        assert_eq!(Cell::Quantiles(Quantiles::of(&[])).text(), "–");
    }
}
