//! From values to the layers of the drawing. One function for the server and the browser.

use super::backend::{HEIGHT, PathBackend, WIDTH};
use super::scale::INTERVALS;
use plotters::chart::{ChartBuilder, ChartContext};
use plotters::coord::Shift;
use plotters::coord::cartesian::Cartesian2d;
use plotters::coord::types::RangedCoordf64;
use plotters::drawing::{DrawingArea, DrawingAreaErrorKind, IntoDrawingArea};
use plotters::series::{AreaSeries, LineSeries};
use plotters::style::BLACK;
use std::convert::Infallible;
use std::ops::Range;

/// What is to be drawn. `None` is a gap: no data, which is not zero.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Plot {
    /// Shown window, one value a bucket.
    pub now: Vec<Option<u64>>,
    /// Compared window, one value a bucket.
    pub previous: Vec<Option<u64>>,
    /// Whether the last bucket has not ended yet.
    pub in_progress: bool,
    /// The highest value of the y axis.
    pub top: u64,
}

/// The `d` of each group's path, in the order in which they lie on each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Layers {
    /// Gridlines above the base.
    pub grid: String,
    /// The base line.
    pub base: String,
    /// The compared window.
    pub ghost: String,
    /// Its last step, if that is cut.
    pub ghost_partial: String,
    /// The area below the line.
    pub area: String,
    /// The shown window.
    pub line: String,
    /// Its last step, into the bucket in progress.
    pub partial: String,
}

impl Plot {
    /// Draws every layer.
    #[must_use]
    pub fn layers(&self) -> Layers {
        let last = self.now.len().saturating_sub(1);
        // The step into the bucket in progress is drawn apart.
        let whole = if self.in_progress { last } else { last + 1 };
        Layers {
            grid: self.horizontals(1..INTERVALS + 1),
            base: self.horizontals(0..1),
            ghost: self.line(&self.previous, 0..whole),
            ghost_partial: self.line(&self.previous, last.saturating_sub(1)..self.rest(last)),
            area: self.area(),
            line: self.line(&self.now, 0..whole),
            partial: self.line(&self.now, last.saturating_sub(1)..self.rest(last)),
        }
    }

    /// Points of the shown window without a neighbour to draw a line to.
    #[must_use]
    pub fn lone_points(&self) -> Vec<usize> {
        runs(&self.now, 0..self.now.len()).into_iter().filter(|run| run.len() == 1).map(|run| run.start).collect()
    }

    /// End of the step into the bucket in progress; empty if there is none.
    fn rest(&self, last: usize) -> usize {
        if self.in_progress { last + 1 } else { 0 }
    }

    fn horizontals(&self, lines: Range<u64>) -> String {
        let right = self.right();
        let step = self.top as f64 / INTERVALS as f64;
        path(|area| {
            let mut chart = self.axes(area)?;
            for line in lines {
                let y = line as f64 * step;
                chart.draw_series(LineSeries::new([(0.0, y), (right, y)], BLACK))?;
            }
            Ok(())
        })
    }

    fn line(&self, values: &[Option<u64>], points: Range<usize>) -> String {
        path(|area| {
            let mut chart = self.axes(area)?;
            for run in runs(values, points).into_iter().filter(|run| run.len() > 1) {
                chart.draw_series(LineSeries::new(coordinates(values, run), BLACK))?;
            }
            Ok(())
        })
    }

    fn area(&self) -> String {
        path(|area| {
            let mut chart = self.axes(area)?;
            for run in runs(&self.now, 0..self.now.len()).into_iter().filter(|run| run.len() > 1) {
                chart.draw_series(AreaSeries::new(coordinates(&self.now, run), 0.0, BLACK))?;
            }
            Ok(())
        })
    }

    fn axes<'a, 'b>(&self, area: &'a Area<'b>) -> Result<Chart<'a, 'b>, Fault> {
        ChartBuilder::on(area).build_cartesian_2d(0.0..self.right(), 0.0..self.top.max(1) as f64)
    }

    /// The x of the last point; at least 1, so that the axis has a length.
    fn right(&self) -> f64 {
        self.now.len().saturating_sub(1).max(1) as f64
    }
}

type Area<'b> = DrawingArea<PathBackend<'b>, Shift>;
type Chart<'a, 'b> = ChartContext<'a, PathBackend<'b>, Cartesian2d<RangedCoordf64, RangedCoordf64>>;
type Fault = DrawingAreaErrorKind<Infallible>;

/// The path data of what `draw` draws; nothing if plotters would not.
fn path(draw: impl FnOnce(&Area<'_>) -> Result<(), Fault>) -> String {
    let mut data = String::new();
    let drawn = draw(&PathBackend::new(&mut data).into_drawing_area());
    if drawn.is_ok() { data } else { String::new() }
}

fn coordinates(values: &[Option<u64>], points: Range<usize>) -> Vec<(f64, f64)> {
    points.filter_map(|i| values.get(i).copied().flatten().map(|value| (i as f64, value as f64))).collect()
}

/// Stretches of points without a gap.
fn runs(values: &[Option<u64>], points: Range<usize>) -> Vec<Range<usize>> {
    let mut runs: Vec<Range<usize>> = Vec::new();
    for i in points.filter(|i| values.get(*i).copied().flatten().is_some()) {
        match runs.last_mut() {
            Some(run) if run.end == i => run.end = i + 1,
            Some(_) | None => runs.push(i..i + 1),
        }
    }
    runs
}

/// The drawing's `viewBox`.
#[must_use]
pub fn view_box() -> String {
    format!("0 0 {WIDTH} {HEIGHT}")
}

#[cfg(test)]
mod tests {
    use super::{Layers, Plot};

    fn plot(now: &[Option<u64>], previous: &[Option<u64>], in_progress: bool) -> Plot {
        Plot { now: now.to_vec(), previous: previous.to_vec(), in_progress, top: 400 }
    }

    /// Golden: the same bytes on the server and in the browser, so a change of plotters shows here.
    #[test]
    fn a_chart_with_a_bucket_in_progress() {
        let layers = plot(&[Some(0), Some(100), Some(333), Some(50)], &[Some(400), Some(7), Some(0), Some(1)], true);
        assert_eq!(
            layers.layers(),
            Layers {
                grid: "M0 180L1000 180M0 120L1000 120M0 60L1000 60M0 0L1000 0".to_owned(),
                base: "M0 240L1000 240".to_owned(),
                ghost: "M0 0L333.3 235.8L666.6 240".to_owned(),
                ghost_partial: "M666.6 240L1000 239.4".to_owned(),
                area: "M0 240L333.3 180L666.6 40.2L1000 210L1000 240L0 240Z".to_owned(),
                line: "M0 240L333.3 180L666.6 40.2".to_owned(),
                partial: "M666.6 40.2L1000 210".to_owned(),
            }
        );
    }

    #[test]
    fn a_whole_last_bucket_belongs_to_the_line() {
        let layers = plot(&[Some(0), Some(400)], &[Some(0), Some(0)], false).layers();
        assert_eq!((layers.line.as_str(), layers.partial.as_str()), ("M0 240L1000 0", ""));
        assert_eq!((layers.ghost.as_str(), layers.ghost_partial.as_str()), ("M0 240L1000 240", ""));
    }

    #[test]
    fn gaps_break_the_line_and_lone_points_are_dots() {
        let plot = plot(&[Some(0), Some(100), None, Some(200), None, Some(0)], &[None; 6], true);
        let layers = plot.layers();
        assert_eq!((layers.line.as_str(), layers.partial.as_str(), layers.ghost.as_str()), ("M0 240L200 180", "", ""));
        assert_eq!(plot.lone_points(), [3, 5]);
    }

    #[test]
    fn one_point_or_none_is_no_line() {
        let one = plot(&[Some(5)], &[Some(5)], true);
        assert_eq!((one.layers().line.as_str(), one.layers().partial.as_str(), one.lone_points()), ("", "", vec![0]));
        assert_eq!(plot(&[], &[], false).layers().line, "");
    }
}
