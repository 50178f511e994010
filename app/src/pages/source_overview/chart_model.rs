//! The panel's chart, from the numbers: counts, or in percentages the share of the events received. What was received is
//! drawn in counts either way: a line at 100% says nothing.

use super::api::Numbers;
use super::figures::share_change;
use super::place::Place;
use super::query::Metric;
use super::words::{every, lower_first, upper_first};
use crate::ui::chart::scale::Unit;
use crate::ui::chart::{ChartModel, ChartPoint, ChartWords, GhostWords, Stretch, Zoom};
use domain::number_format::{self, NOTHING};
use domain::overview::Comparison;
use domain::step::Step;
use domain::time_range::TimeRange;

/// Builds the chart of what the panel looks at.
#[must_use]
pub(super) fn chart_model(numbers: &Numbers, place: &Place) -> ChartModel {
    let query = &place.query;
    let unit = match query.metric {
        Metric::Percentages if query.step != Step::Received => Unit::Share,
        Metric::Percentages | Metric::Counts => Unit::Count,
    };
    let points: Vec<ChartPoint> = (0..numbers.series.now.len()).map(|i| point(numbers, query.step, unit, i)).collect();
    let in_progress = numbers.window.in_progress();
    let bucket = super::words::bucket(numbers.window.bucket_ms);
    let subject = match query.reason {
        Some(reason) => format!("{}: {}", query.step.title(), reason.title()),
        None => query.step.title().to_owned(),
    };
    let words = ChartWords {
        name: format!("{subject}, {}", every(numbers.window.bucket_ms)),
        now: match query.range {
            TimeRange::Custom { .. } => "This range".to_owned(),
            preset => preset.title().to_owned(),
        },
        ghost: numbers.labels.compared.as_ref().map(|compared| GhostWords {
            title: compared.title.clone(),
            key: compared.key.clone(),
            spoken: lower_first(&compared.key),
        }),
        in_progress: in_progress.then(|| upper_first(&format!("{bucket} in progress"))),
        bucket: format!("{} ({})", upper_first(&bucket), numbers.labels.zone_short),
        summary: summary(numbers.finished_points(&points), &bucket),
    };
    ChartModel {
        step: query.step,
        unit,
        points,
        in_progress,
        ticks: numbers.labels.ticks.clone(),
        marks: numbers.labels.marks.clone(),
        words,
    }
}

/// Zooming is a custom range: from the start of one bucket to the start of another, or to the window's end.
pub(super) fn zoom(numbers: &Numbers, place: &Place, Stretch { first, last }: Stretch) -> Zoom {
    let window = &numbers.window;
    let from = window.bucket_start(first).max(window.from);
    let is_end = last + 1 >= window.bucket_count();
    let until = if is_end { window.until } else { window.bucket_start(last) };
    let short = |i: usize| numbers.labels.buckets.get(i).map(|bucket| bucket.short.clone()).unwrap_or_default();
    let end = if is_end { numbers.labels.end.clone() } else { short(last) };
    Zoom {
        href: place.href(place.query.with_range(TimeRange::Custom { from, until })),
        text: format!("{}–{end}", short(first)),
    }
}

impl Numbers {
    fn finished_points<'a>(&self, points: &'a [ChartPoint]) -> &'a [ChartPoint] {
        match points.split_last() {
            Some((_, finished)) if self.window.in_progress() => finished,
            Some(_) | None => points,
        }
    }
}

fn point(numbers: &Numbers, step: Step, unit: Unit, i: usize) -> ChartPoint {
    let at = |values: &[u64]| values.get(i).copied().unwrap_or(0);
    let label = numbers.labels.buckets.get(i).map(|bucket| bucket.long.clone()).unwrap_or_default();
    let compared = numbers.labels.compared.is_some();
    let counts = Comparison { now: at(&numbers.series.now), previous: at(&numbers.series.previous) };
    match unit {
        Unit::Count => ChartPoint {
            label,
            now: Some(counts.now),
            now_text: number_format::count(counts.now),
            previous: compared.then_some(counts.previous),
            previous_text: number_format::count(counts.previous),
            change: number_format::difference(counts),
            badge: Some((number_format::change(counts), number_format::tone(step, counts).into())),
        },
        Unit::Share => {
            let received = &numbers.pipeline.received;
            let (now, previous) = ((counts.now, at(&received.now)), (counts.previous, at(&received.previous)));
            let comparable = now.1 > 0 && previous.1 > 0;
            ChartPoint {
                label,
                now: number_format::share_tenths(now.0, now.1),
                now_text: number_format::share(now.0, now.1),
                previous: compared.then(|| number_format::share_tenths(previous.0, previous.1)).flatten(),
                previous_text: number_format::share(previous.0, previous.1),
                change: if comparable { share_change(now, previous) } else { NOTHING.to_owned() },
                badge: None,
            }
        }
    }
}

/// Lowest and highest complete bucket, in a sentence.
fn summary(finished: &[ChartPoint], bucket: &str) -> String {
    let with_value = || finished.iter().filter_map(|point| point.now.map(|value| (value, point)));
    // Of equal ones, the first.
    let lowest = with_value().min_by_key(|(value, _)| *value);
    let highest = with_value().rev().max_by_key(|(value, _)| *value);
    match (lowest, highest) {
        (Some((_, lowest)), Some((_, highest))) => format!(
            "Lowest complete {bucket} {} ({}), highest {} ({}).",
            lowest.now_text, lowest.label, highest.now_text, highest.label
        ),
        (Some(_) | None, _) => format!("There is no complete {bucket} yet."),
    }
}
