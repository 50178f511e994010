//! The breakdown of a step: the tabs of the Source Overview's table and their rows.

use crate::discard::DiscardReason;
use crate::email_event::EmailEvent;
use crate::event::EventType;
use crate::overview::Comparison;
use serde::{Deserialize, Serialize};
use std::cmp::Reverse;

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
    /// `context.library`: name and version.
    Library,
}

impl Dimension {
    /// All tabs, in the order of the page.
    pub const ALL: [Self; 5] = [Self::Reason, Self::EventType, Self::EventName, Self::AppVersion, Self::Library];

    /// The word in URLs.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Reason => "reason",
            Self::EventType => "type",
            Self::EventName => "name",
            Self::AppVersion => "version",
            Self::Library => "library",
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
            Self::Library => "Library",
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
            Self::Library => "libraries",
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
    /// A library and its version.
    Library(String),
    /// Events that named no library.
    NoLibrary,
    /// Names, versions or libraries past the cap on a source's keys.
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
            Self::Name(text) | Self::Version(text) | Self::Library(text) => text,
            Self::Unnamed => "Unnamed or batched events",
            Self::NoVersion | Self::NoLibrary => "Not set",
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
            Self::Name(_)
            | Self::Unnamed
            | Self::Version(_)
            | Self::NoVersion
            | Self::Library(_)
            | Self::NoLibrary
            | Self::Other => self.label(),
        }
    }
}

/// By which column the rows are ordered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SortBy {
    /// Their events.
    #[default]
    Count,
    /// What they are called.
    Label,
    /// How much they changed.
    Change,
}

/// The order of the rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sort {
    /// The column.
    pub by: SortBy,
    /// Largest, or last in the alphabet, first.
    pub descending: bool,
}

impl Default for Sort {
    fn default() -> Self {
        Self { by: SortBy::Count, descending: true }
    }
}

impl Sort {
    /// As in addresses: the column's word, with a minus if it descends.
    #[must_use]
    pub fn text(self) -> String {
        let word = match self.by {
            SortBy::Count => "count",
            SortBy::Label => "label",
            SortBy::Change => "change",
        };
        if self.descending { format!("-{word}") } else { word.to_owned() }
    }

    /// Reads it back.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let (descending, word) = text.strip_prefix('-').map_or((false, text), |word| (true, word));
        let by = match word {
            "count" => SortBy::Count,
            "label" => SortBy::Label,
            "change" => SortBy::Change,
            _ => return None,
        };
        Some(Self { by, descending })
    }

    /// What choosing a column's head leads to: that column, numbers from the largest on; again turns it round.
    #[must_use]
    pub fn toggled(self, by: SortBy) -> Self {
        let first = Self { by, descending: by != SortBy::Label };
        if self == first { Self { descending: !first.descending, ..first } } else { first }
    }
}

/// A row of the breakdown table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// What the row counts.
    pub key: RowKey,
    /// How many, and how many before.
    pub counts: Comparison,
    /// The shown window, one value a bucket; nothing where a row is not shown.
    pub trend: Vec<u64>,
}

/// A whole breakdown, largest rows first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breakdown {
    /// All rows; equal counts in the order of their keys.
    pub rows: Vec<Row>,
}

impl AsMut<[Row]> for Breakdown {
    fn as_mut(&mut self) -> &mut [Row] {
        &mut self.rows
    }
}

impl Breakdown {
    /// Puts the rows in order. Rows that were only in the compared window stay, with 0 now.
    #[must_use]
    pub fn of(mut rows: Vec<Row>) -> Self {
        rows.sort_unstable_by(|a, b| {
            let by_count = b.counts.now.cmp(&a.counts.now).then(b.counts.previous.cmp(&a.counts.previous));
            by_count.then_with(|| a.key.cmp(&b.key))
        });
        Self { rows }
    }

    /// The rows whose label holds the text, whatever its case. Events of emails are also found by "email", which the name
    /// of some of them does not say.
    #[must_use]
    pub fn matching(mut self, text: &str) -> Self {
        if text.is_empty() {
            return self;
        }
        let means_email = EmailEvent::are_meant_by(text);
        let text = text.to_lowercase();
        let is_email = |key: &RowKey| matches!(key, RowKey::Name(name) if EmailEvent::of(name).is_some());
        self.rows.retain(|row| row.key.label().to_lowercase().contains(&text) || (means_email && is_email(&row.key)));
        self
    }

    /// In another order; equal rows stay in the order of their counts. A pinned row comes first in any order.
    #[must_use]
    pub fn sorted(mut self, sort: Sort, pinned: Option<&RowKey>) -> Self {
        // Stable both ways round: equal rows keep the order they have.
        match sort {
            // The order they come in.
            Sort { by: SortBy::Count, descending: true } => {}
            Sort { by: SortBy::Count, descending } => self.order_by(descending, |row| row.counts.now),
            Sort { by: SortBy::Label, descending } => self.order_by(descending, |row| row.key.label().to_lowercase()),
            Sort { by: SortBy::Change, descending } => self.order_by(descending, |row| row.counts.difference()),
        }
        if let Some(place) = pinned.and_then(|pinned| self.rows.iter().position(|row| row.key == *pinned)) {
            let row = self.rows.remove(place);
            self.rows.insert(0, row);
        }
        self
    }

    fn order_by<K: Ord>(&mut self, descending: bool, key: impl Fn(&Row) -> K) {
        if descending {
            self.rows.sort_by_cached_key(|row| Reverse(key(row)));
        } else {
            self.rows.sort_by_cached_key(key);
        }
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
    use super::{Breakdown, Comparison, Row, RowKey, Sort, SortBy};

    fn row(name: &str, now: u64, previous: u64) -> Row {
        Row { key: RowKey::Name(name.to_owned()), counts: Comparison { now, previous }, trend: vec![now] }
    }

    #[test]
    fn rows_are_sorted_and_vanished_ones_stay() {
        let breakdown = Breakdown::of(vec![row("gone", 0, 3), row("b", 1, 0), row("a", 1, 0), row("c", 9, 0)]);
        let labels: Vec<_> = breakdown.rows.iter().map(|row| row.key.label()).collect();
        assert_eq!(labels, ["c", "a", "b", "gone"]);
        assert_eq!((breakdown.total().now, breakdown.total().previous), (11, 3));
    }

    #[test]
    fn rows_are_sought_and_sorted() {
        let name = |text: &str| RowKey::Name(text.to_owned());
        let all = Breakdown::of(vec![row("Order Paid", 5, 9), row("order sent", 7, 0), row("Cart", 6, 0)]);
        let labels = |sort: &str, pinned: Option<&RowKey>, text: &str| -> Vec<String> {
            let sort = Sort::from_text(sort).expect("a sort");
            let rows = all.clone().matching(text).sorted(sort, pinned).rows;
            rows.iter().map(|row| row.key.label().to_owned()).collect()
        };
        assert_eq!(labels("-count", None, ""), ["order sent", "Cart", "Order Paid"]);
        assert_eq!(labels("label", None, ""), ["Cart", "Order Paid", "order sent"]);
        assert_eq!(labels("change", None, ""), ["Order Paid", "Cart", "order sent"]);
        assert_eq!(labels("-count", Some(&name("Cart")), ""), ["Cart", "order sent", "Order Paid"]);
        assert_eq!(labels("count", None, "ORDER"), ["Order Paid", "order sent"]);
        assert!(labels("count", None, "nothing").is_empty());
    }

    #[test]
    fn events_of_emails_are_found_by_that_word() {
        let names = [
            "Email Opened",
            "Unsubscribe",
            "Email Unsubscribed",
            "Order Paid",
            "Unsubscribed",
            "Email Preferences Shown",
        ];
        let all = Breakdown::of(names.iter().map(|text| row(text, 1, 0)).collect());
        let found = |text: &str| all.clone().matching(text).rows.len();
        assert_eq!([found("email"), found("EMAIL"), found("em"), found("unsub"), found("order")], [5, 5, 5, 3, 1]);
    }

    #[test]
    fn a_columns_head_sorts_and_turns_round() {
        let start = Sort::default();
        let names = start.toggled(SortBy::Label);
        assert_eq!([start.text(), names.text()], ["-count", "label"]);
        assert_eq!([start.toggled(SortBy::Count).text(), names.toggled(SortBy::Label).text()], ["count", "-label"]);
        assert_eq!(Sort::from_text("-size"), None);
    }
}
