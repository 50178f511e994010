//! The breakdown of a step: the tabs of the Source Overview's table and their rows.

mod sort;

use crate::discard::DiscardReason;
use crate::email_event::EmailEvent;
use crate::event::EventType;
use crate::overview::Comparison;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub use sort::{Enough, LeftOut, Sort, SortBy};

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

/// A row of a breakdown. There may be thousands, whose texts somebody else has, too.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RowKey {
    /// A discard reason.
    Reason(DiscardReason),
    /// A call.
    Type(EventType),
    /// Events whose type was missing or unknown, and requests that could not be read as events.
    NoType,
    /// Track events of this name.
    Name(Arc<str>),
    /// Everything without a name of its own.
    Unnamed,
    /// An app version.
    Version(Arc<str>),
    /// Events that said no app version.
    NoVersion,
    /// A library and its version.
    Library(Arc<str>),
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

/// A whole breakdown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Breakdown {
    /// All rows, in no order before they are [`Self::sorted`]. Rows that were only in the compared window are among them,
    /// with 0 now.
    pub rows: Vec<Row>,
    /// Those that nobody needs one by one.
    pub left_out: LeftOut,
}

impl From<Vec<Row>> for Breakdown {
    fn from(rows: Vec<Row>) -> Self {
        Self { rows, left_out: LeftOut::default() }
    }
}

impl AsMut<[Row]> for Breakdown {
    fn as_mut(&mut self) -> &mut [Row] {
        &mut self.rows
    }
}

impl Breakdown {
    /// The rows whose label holds the text, whatever its case; none may be left out. Events of emails are also found by
    /// "email", which the name of some of them does not say.
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

    /// In order. A pinned row comes first in any.
    #[must_use]
    pub fn sorted(mut self, sort: Sort, pinned: Option<&RowKey>) -> Self {
        self.rows.sort_unstable_by(|a, b| sort.order(pinned, a, b));
        self
    }

    /// So many rows of [`Self::sorted`] from that place on. The others, which may be thousands, are not put in order.
    #[must_use]
    pub fn page(self, sort: Sort, pinned: Option<&RowKey>, from: usize, most: usize) -> Vec<Row> {
        let order = |a: &Row, b: &Row| sort.order(pinned, a, b);
        let mut rows = self.rows;
        if from >= rows.len() {
            return Vec::new();
        }
        if from > 0 {
            rows.select_nth_unstable_by(from, order);
            rows.drain(..from);
        }
        if most < rows.len() {
            rows.select_nth_unstable_by(most, order);
            rows.truncate(most);
        }
        rows.sort_unstable_by(order);
        rows
    }

    /// The sum of all rows.
    #[must_use]
    pub fn total(&self) -> Comparison {
        self.rows.iter().fold(self.left_out.counts, |mut sum, row| {
            sum += row.counts;
            sum
        })
    }

    /// How many rows there are.
    #[must_use]
    pub fn row_count(&self) -> u64 {
        self.rows.len() as u64 + self.left_out.rows
    }

    /// The most events of a row now.
    #[must_use]
    pub fn largest(&self) -> u64 {
        self.rows.iter().map(|row| row.counts.now).max().unwrap_or(0).max(self.left_out.largest)
    }
}

#[cfg(test)]
mod tests {
    use super::{Breakdown, Comparison, Enough, Row, RowKey, Sort, SortBy};
    use proptest::prelude::{Just, prop_assert, prop_assert_eq, prop_oneof, proptest};

    fn row(name: &str, now: u64, previous: u64) -> Row {
        Row { key: RowKey::Name(name.into()), counts: Comparison { now, previous }, trend: vec![now] }
    }

    #[test]
    fn rows_are_sorted_and_vanished_ones_stay() {
        let rows = vec![row("gone", 0, 3), row("b", 1, 0), row("a", 1, 0), row("c", 9, 0)];
        let breakdown = Breakdown::from(rows);
        let sorted = breakdown.clone().sorted(Sort::default(), None);
        let labels: Vec<_> = sorted.rows.iter().map(|row| row.key.label()).collect();
        assert_eq!(labels, ["c", "a", "b", "gone"]);
        assert_eq!((breakdown.total().now, breakdown.total().previous), (11, 3));
    }

    #[test]
    fn rows_are_sought_and_sorted() {
        let name = |text: &str| RowKey::Name(text.into());
        let all = Breakdown::from(vec![row("Order Paid", 5, 9), row("order sent", 7, 0), row("Cart", 6, 0)]);
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

    proptest! {
        #[test]
        fn a_page_is_part_of_all_rows_in_order(
            counts in proptest::collection::vec((0..5_u64, 0..3_u64), 0..40),
            by in prop_oneof![Just(SortBy::Count), Just(SortBy::Label), Just(SortBy::Change)],
            descending: bool,
            pinned in 0..60_usize,
            (from, most) in (0..45_usize, 0..12_usize),
        ) {
            let label = |i: usize| format!("{} {i}", if i.is_multiple_of(3) { "É" } else { "e" });
            let rows: Vec<Row> = counts.iter().enumerate().map(|(i, (now, previous))| row(&label(i), *now, *previous)).collect();
            let (all, sort, pinned) = (Breakdown::from(rows), Sort { by, descending }, RowKey::Name(label(pinned).into()));
            let places: Vec<Comparison> = all.rows.iter().map(|row| row.counts).collect();
            let pinned_place = all.rows.iter().position(|row| row.key == pinned);
            let sorted = all.clone().sorted(sort, Some(&pinned)).rows;
            if by != SortBy::Label {
                let (kept, left_out) = Enough { sort, rows: from + most }.of(&places, pinned_place);
                let rows = kept.iter().map(|place| all.rows[*place].clone()).collect();
                let few = Breakdown { rows, left_out };
                prop_assert_eq!((few.total(), few.row_count(), few.largest()), (all.total(), all.row_count(), all.largest()));
                prop_assert_eq!(few.page(sort, Some(&pinned), from, most), all.clone().page(sort, Some(&pinned), from, most));
            }
            let expected: Vec<Row> = sorted.iter().skip(from).take(most).cloned().collect();
            prop_assert_eq!(all.page(sort, Some(&pinned), from, most), expected);
            let is_pinned = sorted.iter().map(|row| row.key == pinned);
            prop_assert!(is_pinned.skip(1).all(|is_pinned| !is_pinned));
        }
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
        let all = Breakdown::from(names.iter().map(|text| row(text, 1, 0)).collect::<Vec<_>>());
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
