//! Times in words. They are written once, on the server, in the reader's zone, and travel as data: the browser knows
//! neither the clock nor the zone that the server used, and has no time zone rules on board.

use crate::ui::chart::{ChartMark, Tick};
use crate::ui::moment::Moment;
use domain::zone_offsets::ZoneOffsets;
use serde::{Deserialize, Serialize};

/// One bucket of the window in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BucketLabel {
    /// `Wed 5 Nov, 21:00–22:00`; up to now while it is in progress.
    pub long: String,
    /// Its start where there is little room: `21:00`, `5 Nov, 21:00`.
    pub short: String,
}

/// The compared window in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// By itself: `Previous 24 hours`, `Same time last week`, `Period from 5 Oct, 09:00`.
    pub title: String,
    /// In the toolbar's sentence: `compared with the 24 hours before`.
    pub clause: String,
    /// Behind another word, where there is little room: `previous 24 h`, `last week`.
    pub short: String,
    /// In the chart's tooltip: `Previous`, `Last week`.
    pub key: String,
}

/// Everything about time that the page says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Labels {
    /// What is shown: `5 Nov, 15:00 to now`.
    pub span: String,
    /// What it is compared with, in words; `None` where there is nothing, and then no comparison is drawn anywhere.
    pub compared: Option<Compared>,
    /// The zone's name: `Europe/Amsterdam`.
    pub zone_name: String,
    /// Since when counts are kept, in a sentence, and how long events are.
    pub retention: String,
    /// The zone's rules for all the time that can be chosen.
    pub offsets: ZoneOffsets,
    /// `Europe/Amsterdam (CET)`.
    pub zone: String,
    /// `CET`.
    pub zone_short: String,
    /// First and last moment without the date where it is the same: `between 14:22 and 14:32`.
    pub between: String,
    /// The window's end where there is little room: `now`, or like a bucket's start.
    pub end: String,
    /// Up to when everything has been counted: `14:32:06`.
    pub complete_until: Moment,
    /// The x axis.
    pub ticks: Vec<Tick>,
    /// What happened in the window, the latest first.
    pub marks: Vec<ChartMark>,
    /// One a bucket.
    pub buckets: Vec<BucketLabel>,
}

#[cfg(feature = "ssr")]
pub use in_zone::{labels, zone_offsets};
#[cfg(feature = "ssr")]
mod marks;

#[cfg(feature = "ssr")]
mod in_zone;
