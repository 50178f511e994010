//! The marks of a chart in words, and which of them there is room for.

use crate::ui::chart::{ChartMark, MarkSide, scale};
use domain::clock::Timestamp;
use domain::mark::{Mark, Marked};
use domain::time_range::Window;

/// Most that are drawn.
const DRAWN_MAX: usize = 2;
/// Distance that two texts need, in hundredths of the plot.
const DISTANCE_MIN: i64 = 30;

/// `short` puts a moment into the window's short words.
pub(super) fn labels(happened: &[Mark], window: &Window, short: impl Fn(Timestamp) -> String) -> Vec<ChartMark> {
    let first = window.bucket_start(0);
    let points = i64::try_from(window.bucket_count()).unwrap_or(0);
    let length_ms = ((points - 1) * window.bucket_ms).max(1);
    let since_ms = |mark: &Mark| mark.at.since_ms(first).clamp(0, length_ms);
    let drawn = drawn(happened, |mark| since_ms(mark) * 100 / length_ms);
    happened
        .iter()
        .enumerate()
        .map(|(i, mark)| {
            let since_ms = since_ms(mark);
            let side = match since_ms * 100 / length_ms {
                ..15 => MarkSide::After,
                15..=85 => MarkSide::Over,
                86.. => MarkSide::Before,
            };
            let text = match &mark.what {
                Marked::Silence { until: Some(until) } => format!("Silent {}–{}", short(mark.at), short(*until)),
                Marked::Silence { until: None } => format!("Silent since {}", short(mark.at)),
                what => format!("{} {}", what.words(), short(mark.at)),
            };
            let x = scale::along(since_ms.unsigned_abs(), length_ms.unsigned_abs());
            ChartMark { x, text, side, is_drawn: drawn.contains(&i) }
        })
        .collect()
}

/// Those that explain most, the latest of equal ones first, as far as their texts do not lie over one another.
fn drawn(happened: &[Mark], place: impl Fn(&Mark) -> i64) -> Vec<usize> {
    let mut order: Vec<usize> = (0..happened.len()).collect();
    order.sort_by_key(|i| std::cmp::Reverse(happened[*i].what.weight()));
    let mut drawn: Vec<usize> = Vec::new();
    for i in order {
        let is_free = drawn.iter().all(|other| (place(&happened[i]) - place(&happened[*other])).abs() >= DISTANCE_MIN);
        if is_free && drawn.len() < DRAWN_MAX {
            drawn.push(i);
        }
    }
    drawn
}

#[cfg(test)]
mod tests {
    use super::{Mark, Marked, labels};
    use domain::clock::{HOUR_MS, Timestamp};
    use domain::time_range::TimeRange;

    #[test]
    fn two_at_most_are_drawn_and_neither_over_the_other() {
        let window = TimeRange::Day.resolve(Timestamp(1_762_435_927_250));
        let at = |hours: i64| window.bucket_start(0).plus_ms(hours * HOUR_MS);
        let seen =
            |hours: i64, version: &str| Mark { at: at(hours), what: Marked::FirstSeen { version: version.to_owned() } };
        let silence = Mark { at: at(6), what: Marked::Silence { until: Some(at(8)) } };
        let happened =
            [seen(23, "3"), Mark { at: at(20), what: Marked::KeyChanged }, seen(19, "2"), silence, seen(7, "1")];
        let labels = labels(&happened, &window, |at| format!("{} h", at.since_ms(window.bucket_start(0)) / HOUR_MS));
        let texts: Vec<&str> = labels.iter().filter(|mark| mark.is_drawn).map(|mark| mark.text.as_str()).collect();
        assert_eq!(texts, ["3 first seen 23 h", "Silent 6 h–8 h"]);
        assert_eq!(labels.len(), happened.len());
        assert_eq!(
            (labels[0].side.slug(), labels[3].side.slug(), labels[3].x.as_str()),
            ("before", "over", "25.53cqi")
        );
    }
}
