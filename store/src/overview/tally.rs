//! What is added up of a window: totals by what is counted and type, and words (names, versions, libraries), each by bucket.

use crate::dictionary::{NONE, OTHER};
use domain::breakdown::{Dimension, Row, RowKey};
use domain::event::EventType;
use domain::overview::{Cell, Comparison, Counted, Fate, Selection};
use domain::verdict::Verdict;
use rustc_hash::FxHashMap;
use std::collections::HashMap;
use std::sync::Arc;

/// Counts by what is counted, type and the chart's bucket.
#[derive(Clone, Default)]
pub(super) struct Totals(FxHashMap<(Counted, Option<EventType>, usize), u64>);

impl Totals {
    pub fn add(&mut self, counted: Counted, event_type: Option<EventType>, bucket: usize, count: u64) {
        *self.0.entry((counted, event_type, bucket)).or_default() += count;
    }

    /// What became of all of them.
    pub fn fate(&self) -> Fate {
        let mut fate = Fate::default();
        for ((counted, _, _), count) in &self.0 {
            if let Counted::Judged(verdict) = counted {
                fate.add(*verdict, *count);
            }
        }
        fate
    }

    /// By what is counted.
    pub fn counted(&self) -> Vec<Cell<Counted>> {
        self.0
            .iter()
            .map(|((counted, _, bucket), count)| Cell { key: *counted, bucket: *bucket, count: *count })
            .collect()
    }

    /// The selected ones by bucket.
    pub fn line(&self, buckets: usize, selection: Selection) -> Vec<u64> {
        let mut line = vec![0; buckets];
        for (_, _, bucket, count) in self.selected(selection) {
            if let Some(value) = line.get_mut(bucket) {
                *value += count;
            }
        }
        line
    }

    /// The rows of the two tables that need no dictionary; the others have none here.
    pub fn rows(now: &Self, previous: &Self, buckets: usize, selection: Selection, dimension: Dimension) -> Vec<Row> {
        let key = |verdict: Verdict, event_type: Option<EventType>| match (dimension, verdict) {
            (Dimension::Reason, Verdict::Discarded(reason)) => Some(RowKey::Reason(reason)),
            (Dimension::EventType, _) => Some(event_type.map_or(RowKey::NoType, RowKey::Type)),
            _ => None,
        };
        let mut rows: HashMap<RowKey, Row> = HashMap::new();
        for (totals, is_now) in [(now, true), (previous, false)] {
            for (verdict, event_type, bucket, count) in totals.selected(selection) {
                let Some(key) = key(verdict, event_type) else { continue };
                let empty = || Row { key: key.clone(), counts: Comparison::default(), trend: vec![0; buckets] };
                let row = rows.entry(key.clone()).or_insert_with(empty);
                if is_now {
                    row.counts.now += count;
                    if let Some(value) = row.trend.get_mut(bucket) {
                        *value += count;
                    }
                } else {
                    row.counts.previous += count;
                }
            }
        }
        rows.into_values().collect()
    }

    fn selected(&self, selection: Selection) -> impl Iterator<Item = (Verdict, Option<EventType>, usize, u64)> {
        self.0.iter().filter_map(move |((counted, event_type, bucket), count)| match counted {
            Counted::Judged(verdict) if selection.includes(*verdict) => Some((*verdict, *event_type, *bucket, *count)),
            Counted::Judged(_) | Counted::Received | Counted::Duplicate => None,
        })
    }
}

/// Counts by a number of the dictionary, and by bucket where the table shows them.
#[derive(Default)]
pub(super) struct Words {
    places: FxHashMap<i64, usize>,
    sums: Vec<u64>,
    buckets: usize,
    trends: Vec<u64>,
}

impl Words {
    /// With so many buckets; none where no trend is asked for.
    pub fn new(buckets: usize) -> Self {
        Self { buckets, ..Self::default() }
    }

    pub fn add(&mut self, word: i64, bucket: usize, count: u64) {
        let place = *self.places.entry(word).or_insert_with(|| {
            self.sums.push(0);
            self.trends.resize(self.trends.len() + self.buckets, 0);
            self.sums.len() - 1
        });
        self.sums[place] += count;
        if bucket < self.buckets {
            self.trends[place * self.buckets + bucket] += count;
        }
    }

    /// All words of both windows, each once.
    pub fn of_both(now: &Self, previous: &Self) -> Vec<i64> {
        let gone = previous.places.keys().filter(|word| !now.places.contains_key(word));
        now.places.keys().chain(gone).copied().collect()
    }

    /// The rows of a table, one for each of [`Self::of_both`].
    pub fn rows(
        now: &Self,
        previous: &Self,
        ids: &[i64],
        texts: &HashMap<i64, Arc<str>>,
        dimension: Dimension,
    ) -> Vec<Row> {
        let row = |word: i64| Row {
            key: word_key(dimension, word, texts.get(&word).map(|text| &**text)),
            counts: Comparison { now: now.sum(word), previous: previous.sum(word) },
            trend: now.trend(word),
        };
        ids.iter().map(|word| row(*word)).collect()
    }

    fn sum(&self, word: i64) -> u64 {
        self.places.get(&word).map_or(0, |place| self.sums[*place])
    }

    fn trend(&self, word: i64) -> Vec<u64> {
        let start = self.places.get(&word).map(|place| place * self.buckets);
        start.map_or_else(|| vec![0; self.buckets], |start| self.trends[start..start + self.buckets].to_vec())
    }
}

/// The row of a number of the dictionary.
pub(super) fn word_key(dimension: Dimension, id: i64, text: Option<&str>) -> RowKey {
    let none = match dimension {
        Dimension::AppVersion => RowKey::NoVersion,
        Dimension::Library => RowKey::NoLibrary,
        Dimension::Reason | Dimension::EventType | Dimension::EventName => RowKey::Unnamed,
    };
    match (id, text) {
        (NONE, _) => none,
        (OTHER, _) | (_, None) => RowKey::Other,
        (_, Some(text)) => match dimension {
            Dimension::AppVersion => RowKey::Version(text.to_owned()),
            Dimension::Library => RowKey::Library(text.to_owned()),
            Dimension::Reason | Dimension::EventType | Dimension::EventName => RowKey::Name(text.to_owned()),
        },
    }
}
