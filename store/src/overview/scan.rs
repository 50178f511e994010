//! The rollups of one question, put into the chart's buckets.

use super::columns::Columns;
use super::narrow::Narrow;
use super::packed::Packed;
use super::scope::{Grid, KEYS_OF_NAME, Scope, TRENDS, WORDS, sums_of, word_of};
use super::tally::{Numbers, Totals, Words, word_key};
use crate::error::StoreError;
use crate::rollup::counts;
use crate::rollup::keys::{self, Run};
use crate::rollup::words;
use domain::breakdown::{Breakdown, Dimension, Enough, LeftOut, Row};
use domain::overview::{Comparison, Fate, Pipeline, Selection, Series};
use std::sync::Arc;

/// One window's counts.
struct Scan<'a> {
    narrow: &'a Narrow,
    selection: Selection,
    /// The whole source's.
    all: Totals,
    /// Those that pass all filters, and those that pass all but the type's; where there are filters.
    panel: Totals,
    types: Totals,
    /// In the order of [`WORDS`].
    words: [Words; 3],
}

impl<'a> Scan<'a> {
    fn new(scope: &'a Scope, grid: Grid) -> Self {
        let buckets = scope.shown.window.bucket_count();
        let words = |dimension: Dimension| Words::new(if scope.dimension == dimension { grid.trend } else { 0 });
        Self {
            narrow: &scope.narrow,
            selection: scope.selection,
            all: Totals::new(buckets),
            panel: Totals::new(buckets),
            types: Totals::new(buckets),
            words: WORDS.map(words),
        }
    }

    /// Takes keys that nobody has summed up yet into everything that they belong to.
    fn add_all(&mut self, keys: &[u8], bucket: usize) -> Result<(), StoreError> {
        keys::runs(keys, |_| true, |_, _| true, |run| self.add(run, bucket, true))
    }

    /// Takes keys of a bucket, as far as a narrowed table has use for them.
    fn add_narrowed(&mut self, keys: &[u8], bucket: usize) -> Result<(), StoreError> {
        let narrow = self.narrow;
        keys::runs(
            keys,
            |event_type| narrow.wants_type(event_type),
            |event_type, name| narrow.wants_name(event_type, name),
            |run| self.add(run, bucket, false),
        )
    }

    /// Takes a run into what filters narrow, as far as they let it, and into what is the whole source's if it `is_new` there.
    /// What is the same for all of it is added once: a page reads ten thousand keys in a hundred runs.
    fn add(&mut self, run: Run<'_>, bucket: usize, is_new: bool) -> Result<(), StoreError> {
        let (counted, event_type, name) = (run.counted, run.event_type, run.name);
        let (narrow, of_run) = (self.narrow, self.narrow.refusals(run.event_type, run.name));
        let is_whole = WORDS.map(|dimension| narrow.leaves_whole(dimension));
        let is_selected = self.selection.takes(counted);
        let (mut all, mut panel, mut types) = (0, 0, 0);
        let [names, versions, libraries] = &mut self.words;
        let mut of_name = 0;
        run.each(|version, library, count| {
            let refusals = narrow.refusals_too(of_run, version, library);
            all += count;
            panel += if refusals.none() { count } else { 0 };
            types += if refusals.none_besides(Dimension::EventType) { count } else { 0 };
            let is_in = |place: usize| {
                is_selected && if is_whole[place] { is_new } else { refusals.none_besides(WORDS[place]) }
            };
            of_name += if is_in(0) { count } else { 0 };
            if is_in(1) {
                versions.add_at(version, bucket, count);
            }
            if is_in(2) {
                libraries.add_at(library, bucket, count);
            }
        })?;
        if of_name > 0 {
            names.add_at(name, bucket, of_name);
        }
        if is_new {
            self.all.add(counted, event_type, bucket, all);
        }
        if !narrow.is_open() {
            self.panel.add(counted, event_type, bucket, panel);
            self.types.add(counted, event_type, bucket, types);
        }
        Ok(())
    }

    /// The totals that a table or the panel is made of.
    fn totals(&self, dimension: Dimension) -> &Totals {
        match dimension {
            _ if self.narrow.leaves_whole(dimension) => &self.all,
            Dimension::EventType => &self.types,
            _ => &self.panel,
        }
    }

    /// The words of a table; `None` for the two that have none.
    fn words(&self, dimension: Dimension) -> Option<&Words> {
        WORDS.iter().position(|words| *words == dimension).map(|place| &self.words[place])
    }
}

/// Words of a table.
pub(super) struct CountedWords {
    /// Their numbers in the dictionary.
    pub ids: Vec<i64>,
    counts: Vec<Comparison>,
    left_out: LeftOut,
}

impl CountedWords {
    /// The rows, `texts` being what the dictionary says of each. Their trends are added when it is known which are shown.
    pub fn rows(self, dimension: Dimension, texts: &[Option<Arc<str>>]) -> Breakdown {
        let row = |((id, counts), text): ((&i64, Comparison), &Option<Arc<str>>)| Row {
            key: word_key(dimension, *id, text.as_ref()),
            counts,
            trend: Vec::new(),
        };
        let rows = self.ids.iter().zip(self.counts).zip(texts).map(row).collect();
        Breakdown { rows, left_out: self.left_out }
    }
}

/// Both windows of a question, read.
pub(super) struct Scans<'a> {
    scope: &'a Scope,
    packed: &'a Packed,
    columns: &'a Columns,
    now: Scan<'a>,
    previous: Scan<'a>,
    /// Words of tables that are not counted, in the order of [`WORDS`].
    present: [Numbers; 3],
}

impl<'a> Scans<'a> {
    /// From what its scope [`Scope::wanted`] and what it [`Scope::needs`].
    pub fn read(scope: &'a Scope, packed: &'a Packed, columns: &'a Columns) -> Result<Self, StoreError> {
        let grids = [scope.shown, scope.compared];
        let mut scans = grids.map(|grid| Scan::new(scope, grid));
        let stretches = scope.stretches();
        packed.totals(|segment, at, totals| {
            let window = stretches.window(usize::try_from(segment).unwrap_or(0));
            let bucket = grids[window].index(at);
            let all = &mut scans[window].all;
            counts::totals(totals, |counted, event_type, count| all.add(counted, event_type, bucket, count))
        })?;
        let mut add_keys = |segment, at, keys: &[u8]| {
            let window = stretches.window(segment);
            scans[window].add_narrowed(keys, grids[window].index(at))
        };
        packed.all_keys(|segment, at, keys| add_keys(usize::try_from(segment).unwrap_or(0), at, keys))?;
        columns.each(KEYS_OF_NAME, &mut add_keys)?;
        let stretches_of_words = scope.whole_stretches();
        let is_wanted = sums_of(scope.selection);
        (0..WORDS.len()).try_for_each(|place| {
            columns.each(place, |segment, _, packed| {
                let words = &mut scans[stretches_of_words.window(segment)].words[place];
                words::counts(packed, &is_wanted, |_, page, bits, counts| words.add_page(page, bits, counts))
            })
        })?;
        for row in packed.tail()? {
            for window in stretches.windows_with(row.at) {
                scans[window].add_all(row.counts, grids[window].index(row.at))?;
            }
        }
        let [now, previous] = scans;
        Ok(Self { scope, packed, columns, now, previous, present: present(scope, packed)? })
    }
}

/// The words of both windows' tables that are not counted.
fn present(scope: &Scope, packed: &Packed) -> Result<[Numbers; 3], StoreError> {
    let mut present: [Numbers; 3] = Default::default();
    packed.present(|packed| {
        for ((dimension, numbers), packed) in WORDS.into_iter().zip(&mut present).zip(counts::present(packed)?) {
            if scope.is_of_present(dimension) {
                words::set(packed, |page, bits| numbers.add(page, bits))?;
            }
        }
        Ok(())
    })?;
    Ok(present)
}

impl Scans<'_> {
    fn buckets(&self) -> usize {
        self.scope.shown.window.bucket_count()
    }

    /// The whole source's.
    pub fn pipeline(&self) -> Pipeline {
        Pipeline::assemble(self.buckets(), &self.now.all.counted(), &self.previous.all.counted())
    }

    /// The panel's line.
    pub fn series(&self) -> Series {
        let line = |scan: &Scan<'_>| scan.totals(Dimension::Reason).line(self.scope.selection);
        Series { now: line(&self.now), previous: line(&self.previous) }
    }

    /// What became of the panel's events.
    pub fn fate(&self) -> Fate {
        self.now.totals(Dimension::Reason).fate()
    }

    /// How many rows a table has.
    pub fn row_count(&self, dimension: Dimension) -> usize {
        match self.numbers(dimension) {
            Some(numbers) => numbers.len(),
            None => self.rows_of_totals(dimension).len(),
        }
    }

    /// The words in a table; `None` for the two that have none.
    fn numbers(&self, dimension: Dimension) -> Option<Numbers> {
        let place = WORDS.iter().position(|words| *words == dimension)?;
        let mut numbers = self.present[place].clone();
        for scan in [&self.now, &self.previous] {
            scan.words[place].add_numbers(&mut numbers);
        }
        Some(numbers)
    }

    /// The words in a table, but for those that are more than `enough`; `None` for the two that have none.
    pub fn counted_words(&self, dimension: Dimension, enough: Option<Enough>) -> Option<CountedWords> {
        let ids: Vec<i64> = self.numbers(dimension)?.iter().collect();
        let counts = match (self.now.words(dimension), self.previous.words(dimension)) {
            (Some(now), Some(previous)) => Words::counts(now, previous, &ids),
            _ => Vec::new(),
        };
        let Some(enough) = enough else { return Some(CountedWords { ids, counts, left_out: LeftOut::default() }) };
        let pinned = self.scope.narrow.pinned(dimension).and_then(|pinned| ids.iter().position(|id| *id == pinned));
        let (kept, left_out) = enough.of(&counts, pinned);
        let (ids, counts) = kept.into_iter().map(|place| (ids[place], counts[place])).unzip();
        Some(CountedWords { ids, counts, left_out })
    }

    /// The open tab.
    pub fn dimension(&self) -> Dimension {
        self.scope.dimension
    }

    /// Gives rows of the open tab, if they are words, their trends; with each row the number of its word.
    pub fn add_trends(&self, mut rows: Vec<(i64, &mut Row)>) -> Result<(), StoreError> {
        let dimension = self.scope.dimension;
        let Some(words) = self.now.words(dimension) else { return Ok(()) };
        if !self.now.narrow.leaves_whole(dimension) {
            for (word, row) in &mut rows {
                row.trend = words.trend(*word);
            }
            return Ok(());
        }
        rows.sort_unstable_by_key(|(word, _)| *word);
        let (few, mut trends): (Vec<i64>, Vec<&mut Vec<u64>>) =
            rows.into_iter().map(|(word, row)| (word, &mut row.trend)).unzip();
        for trend in &mut trends {
            **trend = vec![0; self.buckets()];
        }
        let Scope { selection, shown, .. } = *self.scope;
        let stretches = self.scope.trend_stretches();
        let is_wanted = sums_of(selection);
        self.columns.each(TRENDS, |_, at, packed| {
            let bucket = shown.index(at);
            words::counts_of(packed, &is_wanted, &few, |place, count| trends[place][bucket] += count)
        })?;
        for row in self.packed.tail()?.iter().filter(|row| stretches.windows_with(row.at).next().is_some()) {
            let bucket = shown.index(row.at);
            keys::keys(row.counts, |key, count| {
                if selection.takes(key.counted)
                    && let Ok(place) = few.binary_search(&word_of(&key, dimension))
                {
                    trends[place][bucket] += count;
                }
            })?;
        }
        Ok(())
    }

    /// The rows of one of the two other tables.
    pub fn rows_of_totals(&self, dimension: Dimension) -> Vec<Row> {
        let (now, previous) = (self.now.totals(dimension), self.previous.totals(dimension));
        Totals::rows(now, previous, self.scope.selection, dimension)
    }
}
