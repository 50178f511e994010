//! A sparkline: complete buckets only (the caller leaves the one in progress out), from 0, its own scale.

use leptos::prelude::*;

/// Where 0 lies, and how far the highest value rises above it: 2 below the edges of the box, so that no stroke is cut.
const BASE_TENTHS: u64 = 300;
const RISE_TENTHS: u64 = 280;
const WIDTH_TENTHS: u64 = 1_000;

/// The shape of a series, without numbers.
#[component]
pub fn Spark(
    /// One value a complete bucket, oldest first.
    values: Vec<u64>,
    /// Further classes.
    #[prop(optional)]
    class: &'static str,
) -> impl IntoView {
    let line = points(&values);
    let area = format!("0,32 {line} 100,32");
    let class = if class.is_empty() { "spark".to_owned() } else { format!("spark {class}") };
    view! {
        <svg class=class viewBox="0 0 100 32" preserveAspectRatio="none" aria-hidden="true">
            <polygon class="spark__area" points=area></polygon>
            <polyline class="spark__line" points=line></polyline>
        </svg>
    }
}

/// `x,y` pairs in a box of 100 by 32. A single value, or none, is a flat line.
fn points(values: &[u64]) -> String {
    let values = match values {
        [] => &[0, 0][..],
        [one] => &[*one, *one][..],
        many => many,
    };
    let largest = u128::from(values.iter().copied().max().unwrap_or(0).max(1));
    let last = values.len() as u64 - 1;
    let pairs = values.iter().zip(0..).map(|(&value, i)| {
        let x = (WIDTH_TENTHS * i + last / 2) / last;
        let rise = (u128::from(value) * u128::from(RISE_TENTHS) + largest / 2) / largest;
        let y = BASE_TENTHS.saturating_sub(u64::try_from(rise).unwrap_or(RISE_TENTHS));
        format!("{},{}", tenths(x), tenths(y))
    });
    pairs.collect::<Vec<_>>().join(" ")
}

fn tenths(n: u64) -> String {
    if n.is_multiple_of(10) { (n / 10).to_string() } else { format!("{}.{}", n / 10, n % 10) }
}

#[cfg(test)]
mod tests {
    use super::points;

    #[test]
    fn from_zero_to_the_largest() {
        assert_eq!(points(&[0, 5, 10]), "0,30 50,16 100,2");
        assert_eq!(points(&[1, 2, 3, 4]), "0,23 33.3,16 66.7,9 100,2");
    }

    #[test]
    fn flat_lines() {
        assert_eq!(points(&[0, 0, 0]), "0,30 50,30 100,30");
        assert_eq!(points(&[]), "0,30 100,30");
        assert_eq!(points(&[7]), "0,2 100,2");
    }
}
