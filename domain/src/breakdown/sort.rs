//! The order of a table's rows, and which rows are enough to show its first ones.

use super::{Row, RowKey};
use crate::overview::Comparison;
use serde::{Deserialize, Serialize};
use std::cmp::{Ordering, Reverse};
use std::collections::BinaryHeap;

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

    /// Which row comes first; of equal ones that with more events, and of those the first by their keys.
    pub(super) fn order(self, pinned: Option<&RowKey>, a: &Row, b: &Row) -> Ordering {
        let is_pinned = |row: &Row| pinned == Some(&row.key);
        let by_label = match self.by {
            SortBy::Label if self.descending => lowercase(b.key.label()).cmp(lowercase(a.key.label())),
            SortBy::Label => lowercase(a.key.label()).cmp(lowercase(b.key.label())),
            SortBy::Count | SortBy::Change => Ordering::Equal,
        };
        let by_counts = || self.rank(a.counts).cmp(&self.rank(b.counts));
        is_pinned(b).cmp(&is_pinned(a)).then(by_label).then_with(by_counts).then_with(|| a.key.cmp(&b.key))
    }

    /// What of the order is known of counts alone: the lowest comes first.
    fn rank(self, counts: Comparison) -> Rank {
        let ascending = match self.by {
            SortBy::Count => i128::from(counts.now),
            SortBy::Change => counts.difference().into(),
            SortBy::Label => 0,
        };
        let sorted = if self.descending { -ascending } else { ascending };
        (sorted, Reverse(counts.now), Reverse(counts.previous))
    }

    /// What choosing a column's head leads to: that column, numbers from the largest on; again turns it round.
    #[must_use]
    pub fn toggled(self, by: SortBy) -> Self {
        let first = Self { by, descending: by != SortBy::Label };
        if self == first { Self { descending: !first.descending, ..first } } else { first }
    }
}

type Rank = (i128, Reverse<u64>, Reverse<u64>);

fn lowercase(text: &str) -> impl Iterator<Item = char> {
    text.chars().flat_map(char::to_lowercase)
}

/// Rows that are only known together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LeftOut {
    /// How many.
    pub rows: u64,
    /// Their sum.
    pub counts: Comparison,
    /// The largest one now.
    pub largest: u64,
}

/// Which rows are enough: so many of the first in an order that is none of their labels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Enough {
    /// The order.
    pub sort: Sort,
    /// How many.
    pub rows: usize,
}

impl Enough {
    /// The places of those counts that may be among them, whatever their rows are called, and the others. The pinned one, which
    /// comes first in any order, is always among them.
    #[must_use]
    pub fn of(self, counts: &[Comparison], pinned: Option<usize>) -> (Vec<usize>, LeftOut) {
        let rank = |counts: &Comparison| self.sort.rank(*counts);
        // The first so many, the last of them on top.
        let mut first: BinaryHeap<Rank> = BinaryHeap::new();
        for counts in counts {
            if first.len() < self.rows {
                first.push(rank(counts));
            } else if let Some(mut last) = first.peek_mut()
                && rank(counts) < *last
            {
                *last = rank(counts);
            }
        }
        let last = first.peek();
        let (mut kept, mut left_out) = (Vec::new(), LeftOut::default());
        for (place, counts) in counts.iter().enumerate() {
            if pinned == Some(place) || last.is_some_and(|last| rank(counts) <= *last) {
                kept.push(place);
            } else {
                left_out.rows += 1;
                left_out.counts += *counts;
                left_out.largest = left_out.largest.max(counts.now);
            }
        }
        (kept, left_out)
    }
}
