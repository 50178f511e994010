//! What is added up of a window: totals by what is counted and type, and words (names, versions, libraries), each by bucket.

use crate::dictionary::{NONE, OTHER};
use domain::breakdown::{Dimension, Row, RowKey};
use domain::event::EventType;
use domain::overview::{Cell, Comparison, Counted, Fate, Selection};
use domain::verdict::Verdict;
use rustc_hash::FxHashMap;
use std::collections::HashMap;
use std::sync::Arc;

/// Counts by what is counted and type: a line of the chart's buckets for each.
pub(super) struct Totals {
    buckets: usize,
    lines: FxHashMap<(Counted, Option<EventType>), Vec<u64>>,
}

impl Totals {
    /// With so many buckets.
    pub fn new(buckets: usize) -> Self {
        Self { buckets, lines: FxHashMap::default() }
    }

    pub fn add(&mut self, counted: Counted, event_type: Option<EventType>, bucket: usize, count: u64) {
        let line = self.lines.entry((counted, event_type)).or_insert_with(|| vec![0; self.buckets]);
        if let Some(value) = line.get_mut(bucket) {
            *value += count;
        }
    }

    /// What became of all of them.
    pub fn fate(&self) -> Fate {
        let mut fate = Fate::default();
        for ((counted, _), line) in &self.lines {
            if let Counted::Judged(verdict) = counted {
                fate.add(*verdict, line.iter().sum());
            }
        }
        fate
    }

    /// By what is counted.
    pub fn counted(&self) -> Vec<Cell<Counted>> {
        let cells = |(key, line): (Counted, &[u64])| {
            let cell = move |(bucket, count): (usize, &u64)| Cell { key, bucket, count: *count };
            line.iter().enumerate().filter(|(_, count)| **count > 0).map(cell).collect::<Vec<_>>()
        };
        self.lines.iter().flat_map(|((counted, _), line)| cells((*counted, line))).collect()
    }

    /// The selected ones by bucket.
    pub fn line(&self, selection: Selection) -> Vec<u64> {
        let mut sums = vec![0; self.buckets];
        for (_, _, line) in self.selected(selection) {
            add_line(&mut sums, line);
        }
        sums
    }

    /// The rows of the two tables that need no dictionary; the others have none here.
    pub fn rows(now: &Self, previous: &Self, selection: Selection, dimension: Dimension) -> Vec<Row> {
        let key = |verdict: Verdict, event_type: Option<EventType>| match (dimension, verdict) {
            (Dimension::Reason, Verdict::Discarded(reason)) => Some(RowKey::Reason(reason)),
            (Dimension::EventType, _) => Some(event_type.map_or(RowKey::NoType, RowKey::Type)),
            _ => None,
        };
        let mut rows: HashMap<RowKey, Row> = HashMap::new();
        for (totals, is_now) in [(now, true), (previous, false)] {
            for (verdict, event_type, line) in totals.selected(selection) {
                let Some(key) = key(verdict, event_type) else { continue };
                let empty = || Row { key: key.clone(), counts: Comparison::default(), trend: vec![0; now.buckets] };
                let row = rows.entry(key.clone()).or_insert_with(empty);
                if is_now {
                    row.counts.now += line.iter().sum::<u64>();
                    add_line(&mut row.trend, line);
                } else {
                    row.counts.previous += line.iter().sum::<u64>();
                }
            }
        }
        rows.into_values().collect()
    }

    fn selected(&self, selection: Selection) -> impl Iterator<Item = (Verdict, Option<EventType>, &[u64])> {
        self.lines.iter().filter_map(move |((counted, event_type), line)| match counted {
            Counted::Judged(verdict) if selection.includes(*verdict) => Some((*verdict, *event_type, &**line)),
            Counted::Judged(_) | Counted::Received | Counted::Duplicate => None,
        })
    }
}

fn add_line(sums: &mut [u64], line: &[u64]) {
    for (sum, count) in sums.iter_mut().zip(line) {
        *sum += count;
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
        texts: &FxHashMap<i64, Arc<str>>,
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
