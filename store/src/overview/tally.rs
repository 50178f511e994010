//! What is added up of a window: totals by what is counted and type, and words (names, versions, libraries), each by bucket.

use crate::dictionary::{NONE, OTHER};
use crate::rollup::words::{self, PAGE, PageCounts};
use domain::breakdown::{Dimension, Row, RowKey};
use domain::event::EventType;
use domain::overview::{Cell, Comparison, Counted, Fate, Selection};
use domain::verdict::Verdict;
use rustc_hash::FxHashMap;
use std::collections::HashMap;
use std::sync::Arc;

/// What is counted, and of which type.
type Total = (Counted, Option<EventType>);

/// Counts by what is counted and type: a line of the chart's buckets for each.
pub(super) struct Totals {
    buckets: usize,
    /// A few; those that are added one after the other are mostly of the same.
    lines: Vec<(Total, Vec<u64>)>,
    /// The line that was added to last.
    last: usize,
}

impl Totals {
    /// With so many buckets.
    pub fn new(buckets: usize) -> Self {
        Self { buckets, lines: Vec::new(), last: 0 }
    }

    /// Nothing adds no line.
    pub fn add(&mut self, counted: Counted, event_type: Option<EventType>, bucket: usize, count: u64) {
        if count == 0 {
            return;
        }
        let key = (counted, event_type);
        if self.lines.get(self.last).is_none_or(|(other, _)| *other != key) {
            self.last = self.lines.iter().position(|(other, _)| *other == key).unwrap_or_else(|| {
                self.lines.push((key, vec![0; self.buckets]));
                self.lines.len() - 1
            });
        }
        if let Some(value) = self.lines[self.last].1.get_mut(bucket) {
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

/// Numbers of the dictionary, each once.
#[derive(Clone, Default)]
pub(super) struct Numbers(FxHashMap<i64, u64>);

impl Numbers {
    /// Adds those of a page.
    pub fn add(&mut self, page: i64, bits: u64) {
        if bits != 0 {
            *self.0.entry(page).or_default() |= bits;
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.values().map(|bits| bits.count_ones() as usize).sum()
    }

    /// All of them, in no order.
    pub fn iter(&self) -> impl Iterator<Item = i64> {
        self.0.iter().flat_map(|(page, bits)| words::numbers(*page, *bits))
    }
}

/// A sum for each number of the dictionary, in pages of neighbours. Packed counts come in the order of their numbers, so that
/// most are in the page of the one before: a page of the overview adds up a hundred thousand.
struct ByNumber {
    pages: Vec<[u64; PAGE]>,
    places: FxHashMap<i64, usize>,
    /// The last page that was written to, and where it is.
    last: Option<(i64, usize)>,
}

impl ByNumber {
    fn new() -> Self {
        Self { pages: Vec::new(), places: FxHashMap::default(), last: None }
    }

    /// Where a page is kept, or will be.
    #[inline]
    fn page(&mut self, page: i64) -> &mut [u64; PAGE] {
        let place = match self.last {
            Some((last, place)) if last == page => place,
            _ => *self.places.entry(page).or_insert_with(|| {
                self.pages.push([0; PAGE]);
                self.pages.len() - 1
            }),
        };
        self.last = Some((page, place));
        &mut self.pages[place]
    }

    /// What is kept of those numbers, of which most are in the page of the one before.
    fn of(&self, numbers: &[i64]) -> impl Iterator<Item = u64> {
        let mut last = (i64::MIN, None);
        numbers.iter().map(move |number| {
            let (page, place) = words::split(*number);
            if last.0 != page {
                last = (page, self.places.get(&page).map(|at| &self.pages[*at]));
            }
            last.1.map_or(0, |sums| sums[place])
        })
    }
}

/// Counts by a number of the dictionary, and by bucket where the table shows them.
pub(super) struct Words {
    sums: ByNumber,
    buckets: usize,
    trends: FxHashMap<i64, Vec<u64>>,
}

impl Words {
    /// With so many buckets; none where no trend is asked for.
    pub fn new(buckets: usize) -> Self {
        Self { sums: ByNumber::new(), buckets, trends: FxHashMap::default() }
    }

    /// Adds a packed page.
    #[inline]
    pub fn add_page(&mut self, page: i64, bits: u64, counts: PageCounts<'_>) {
        counts.add_to(self.sums.page(page), bits);
    }

    /// Adds to the word's sum and to its trend.
    pub fn add_at(&mut self, word: i64, bucket: usize, count: u64) {
        let (page, place) = words::split(word);
        self.sums.page(page)[place] += count;
        if bucket < self.buckets {
            self.trends.entry(word).or_insert_with(|| vec![0; self.buckets])[bucket] += count;
        }
    }

    /// Adds to `numbers` the words that count anything.
    pub fn add_numbers(&self, numbers: &mut Numbers) {
        for (page, place) in &self.sums.places {
            let counts = self.sums.pages[*place].iter().enumerate();
            numbers.add(*page, counts.fold(0, |bits, (place, count)| bits | u64::from(*count > 0) << place));
        }
    }

    /// How often each of those was counted, in two windows.
    pub fn counts(now: &Self, previous: &Self, ids: &[i64]) -> Vec<Comparison> {
        let counts = now.sums.of(ids).zip(previous.sums.of(ids));
        counts.map(|(now, previous)| Comparison { now, previous }).collect()
    }

    /// A word's counts by bucket.
    pub fn trend(&self, word: i64) -> Vec<u64> {
        self.trends.get(&word).cloned().unwrap_or_else(|| vec![0; self.buckets])
    }
}

/// The row of a number of the dictionary.
pub(super) fn word_key(dimension: Dimension, id: i64, text: Option<&Arc<str>>) -> RowKey {
    let none = match dimension {
        Dimension::AppVersion => RowKey::NoVersion,
        Dimension::Library => RowKey::NoLibrary,
        Dimension::Reason | Dimension::EventType | Dimension::EventName => RowKey::Unnamed,
    };
    match (id, text) {
        (NONE, _) => none,
        (OTHER, _) | (_, None) => RowKey::Other,
        (_, Some(text)) => match dimension {
            Dimension::AppVersion => RowKey::Version(Arc::clone(text)),
            Dimension::Library => RowKey::Library(Arc::clone(text)),
            Dimension::Reason | Dimension::EventType | Dimension::EventName => RowKey::Name(Arc::clone(text)),
        },
    }
}
