//! The breakdown of a step: the tabs of the Source Overview's table and their rows.

use crate::discard::DiscardReason;
use crate::event::EventType;
use crate::overview::{Cell, Comparison, add};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Rows of a breakdown table on one page.
pub const BREAKDOWN_PAGE_ROWS: usize = 10;

/// By what a step is broken down: the tabs of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Dimension {
    /// Why events were stopped; discard steps only.
    Reason,
    /// The six calls.
    EventType,
    /// Names of track events.
    EventName,
    /// `context.app.version`.
    AppVersion,
}

impl Dimension {
    /// All tabs, in the order of the page.
    pub const ALL: [Self; 4] = [Self::Reason, Self::EventType, Self::EventName, Self::AppVersion];

    /// The word in URLs.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Reason => "reason",
            Self::EventType => "type",
            Self::EventName => "name",
            Self::AppVersion => "version",
        }
    }

    /// The tab with that URL word.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dimension| dimension.slug() == slug)
    }

    /// As shown on a tab and a column head.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Reason => "Discard reason",
            Self::EventType => "Event type",
            Self::EventName => "Event name",
            Self::AppVersion => "App version",
        }
    }

    /// Several of them, inside a sentence.
    #[must_use]
    pub fn plural(self) -> &'static str {
        match self {
            Self::Reason => "discard reasons",
            Self::EventType => "event types",
            Self::EventName => "event names",
            Self::AppVersion => "app versions",
        }
    }
}

/// A row of a breakdown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RowKey {
    /// A discard reason.
    Reason(DiscardReason),
    /// A call.
    Type(EventType),
    /// Events whose type was missing or unknown, and requests that could not be read as events.
    NoType,
    /// Track events of this name.
    Name(String),
    /// Everything without a name of its own.
    Unnamed,
    /// An app version.
    Version(String),
    /// Events that said no app version.
    NoVersion,
    /// Names or versions past the cap on a source's keys.
    Other,
}

impl RowKey {
    /// As shown.
    #[must_use]
    pub fn label(&self) -> &str {
        match self {
            Self::Reason(reason) => reason.title(),
            Self::Type(event_type) => event_type.title(),
            Self::NoType => "Unknown type",
            Self::Name(text) | Self::Version(text) => text,
            Self::Unnamed => "Unnamed or batched events",
            Self::NoVersion => "Not set",
            Self::Other => "Other",
        }
    }

    /// As exported: the code where there is one.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Reason(reason) => reason.code(),
            Self::Type(event_type) => event_type.code(),
            Self::NoType => "unknown",
            Self::Name(_) | Self::Unnamed | Self::Version(_) | Self::NoVersion | Self::Other => self.label(),
        }
    }
}

/// A row of the breakdown table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// What the row counts.
    pub key: RowKey,
    /// How many, and how many before.
    pub counts: Comparison,
    /// The shown window, one value a bucket.
    pub trend: Vec<u64>,
}

/// A whole breakdown, largest rows first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breakdown {
    /// All rows; equal counts in the order of their keys.
    pub rows: Vec<Row>,
}

impl Breakdown {
    /// Puts the cells of both windows together. Rows that were only in the compared window stay, with 0 now.
    #[must_use]
    pub fn assemble(buckets: usize, now: Vec<Cell<RowKey>>, previous: Vec<Cell<RowKey>>) -> Self {
        let mut rows: BTreeMap<RowKey, (Comparison, Vec<u64>)> = BTreeMap::new();
        for cell in now {
            let (counts, trend) = rows.entry(cell.key).or_insert_with(|| (Comparison::default(), vec![0; buckets]));
            counts.now += cell.count;
            add(trend, cell.bucket, cell.count);
        }
        for cell in previous {
            let (counts, _) = rows.entry(cell.key).or_insert_with(|| (Comparison::default(), vec![0; buckets]));
            counts.previous += cell.count;
        }
        let mut rows: Vec<Row> = rows.into_iter().map(|(key, (counts, trend))| Row { key, counts, trend }).collect();
        rows.sort_by(|a, b| b.counts.now.cmp(&a.counts.now).then(b.counts.previous.cmp(&a.counts.previous)));
        Self { rows }
    }

    /// The sum of all rows.
    #[must_use]
    pub fn total(&self) -> Comparison {
        self.rows.iter().fold(Comparison::default(), |mut sum, row| {
            sum += row.counts;
            sum
        })
    }
}

#[cfg(test)]
mod tests {
    use super::{Breakdown, Cell, RowKey};

    fn cell(key: RowKey, bucket: usize, count: u64) -> Cell<RowKey> {
        Cell { key, bucket, count }
    }

    #[test]
    fn rows_are_sorted_and_vanished_ones_stay() {
        let name = |text: &str| RowKey::Name(text.to_owned());
        let now = vec![cell(name("b"), 0, 1), cell(name("a"), 0, 1), cell(name("c"), 1, 9)];
        let breakdown = Breakdown::assemble(2, now, vec![cell(name("gone"), 0, 3)]);
        let labels: Vec<_> = breakdown.rows.iter().map(|row| row.key.label()).collect();
        assert_eq!(labels, ["c", "a", "b", "gone"]);
        assert_eq!((breakdown.total().now, breakdown.total().previous), (11, 3));
    }
}
