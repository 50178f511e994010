//! Times in words. They are written once, on the server, in the reader's zone, and travel as data: the browser knows
//! neither the clock nor the zone that the server used, and has no time zone rules on board.

use crate::ui::chart::Tick;
use crate::ui::moment::Moment;
use serde::{Deserialize, Serialize};

/// One bucket of the window in words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BucketLabel {
    /// `Wed 5 Nov, 21:00–22:00`; up to now while it is in progress.
    pub long: String,
    /// Its start where there is little room: `21:00`, `5 Nov, 21:00`.
    pub short: String,
}

/// Everything about time that the page says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Labels {
    /// What is shown and what it is compared with, for the toolbar.
    pub sentence: String,
    /// `Europe/Amsterdam (CET)`.
    pub zone: String,
    /// `CET`.
    pub zone_short: String,
    /// First and last moment without the date where it is the same: `between 14:22 and 14:32`.
    pub between: String,
    /// Up to when everything has been counted: `14:32:06`.
    pub complete_until: Moment,
    /// The x axis.
    pub ticks: Vec<Tick>,
    /// One a bucket.
    pub buckets: Vec<BucketLabel>,
}

#[cfg(feature = "ssr")]
pub use in_zone::labels;

#[cfg(feature = "ssr")]
mod in_zone;
