//! What a chart is given: numbers for the lines, texts for everything that is read. The chart formats nothing itself.

use super::draw::Plot;
use super::scale::{self, Unit};
use crate::ui::badge::BadgeTone;
use domain::step::Step;
use serde::{Deserialize, Serialize};

/// A label of the x axis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tick {
    /// Where along the plot, as a CSS length (`scale::along`).
    pub x: String,
    /// `18:00`, `6 Nov`, `now`.
    pub text: String,
    /// Whether a new day (or month) begins here.
    pub major: bool,
}

/// Something that happened, at its moment of the x axis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChartMark {
    /// Where along the plot, as a CSS length (`scale::along`).
    pub x: String,
    /// `4.12.0 first seen 09:12`
    pub text: String,
    /// Where the text lies, so that it stays over the plot.
    pub side: MarkSide,
    /// Whether there is room for it over the plot; the table names all of them.
    pub is_drawn: bool,
}

/// Where a mark's text lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MarkSide {
    /// To the right of its line.
    After,
    /// Over its line.
    Over,
    /// To the left of its line.
    Before,
}

impl MarkSide {
    /// As CSS knows it.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::After => "after",
            Self::Over => "over",
            Self::Before => "before",
        }
    }
}

/// One bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartPoint {
    /// Which: `Wed 5 Nov, 21:00–22:00`.
    pub label: String,
    /// In the shown window; `None` is a gap.
    pub now: Option<u64>,
    /// The same in words.
    pub now_text: String,
    /// In the compared window; `None` is a gap, and everywhere where nothing is compared.
    pub previous: Option<u64>,
    /// The same in words.
    pub previous_text: String,
    /// From then to now: `+552`, `−0.5 pp`.
    pub change: String,
    /// The relative change and how it is meant.
    pub badge: Option<(String, BadgeTone)>,
}

/// What the parts of a chart are called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartWords {
    /// The chart: `Failed on ingest, every 30 min`.
    pub name: String,
    /// The line: `Last 24 hours`.
    pub now: String,
    /// The ghost, where there is a compared window.
    pub ghost: Option<GhostWords>,
    /// The dashed end, if there is one: `Half hour in progress`.
    pub in_progress: Option<String>,
    /// The table's first column: `Half hour (CET)`.
    pub bucket: String,
    /// A sentence above the table: lowest and highest.
    pub summary: String,
}

/// What the compared window is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GhostWords {
    /// In the legend and the table: `Previous 24 hours`.
    pub title: String,
    /// In the tooltip: `Previous`.
    pub key: String,
    /// The same inside a sentence: `previous`.
    pub spoken: String,
}

/// A chart.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChartModel {
    /// Whose colour the line has.
    pub step: Step,
    /// What the values are.
    pub unit: Unit,
    /// One a bucket.
    pub points: Vec<ChartPoint>,
    /// Whether the last bucket has not ended yet.
    pub in_progress: bool,
    /// The x axis.
    pub ticks: Vec<Tick>,
    /// What happened.
    pub marks: Vec<ChartMark>,
    /// What the parts are called.
    pub words: ChartWords,
}

impl ChartModel {
    /// The highest value of the y axis.
    #[must_use]
    pub fn top(&self) -> u64 {
        let values = self.points.iter().flat_map(|point| [point.now, point.previous]);
        scale::top(self.unit, values.flatten().max().unwrap_or(0))
    }

    pub(super) fn plot(&self) -> Plot {
        Plot {
            now: self.points.iter().map(|point| point.now).collect(),
            previous: self.points.iter().map(|point| point.previous).collect(),
            in_progress: self.in_progress,
            top: self.top(),
        }
    }
}
