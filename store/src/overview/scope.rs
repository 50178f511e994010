//! Which rollups a question looks at. What no filter narrows is read from the packed sums: totals by the chart's buckets, words
//! (which may be thousands) by the fewest buckets there are, and by the chart's again for trends; of a table that is not open no
//! more than which words there are. For the rest the keys are read of which some table has use, because a sum cannot be narrowed.

use super::columns::Need;
use super::narrow::Narrow;
use super::packed::{Column, SLOTS, Wanted};
use crate::rollup::counts::Key;
use domain::breakdown::Dimension;
use domain::clock::Timestamp;
use domain::overview::{Counted, Selection};
use domain::time_range::{Segment, Window};

/// Which rollups a page looks at: a window's and its compared window's.
pub(super) struct Scope {
    pub selection: Selection,
    pub dimension: Dimension,
    /// Whether rows are asked for of all tables, not only of the open one.
    is_report: bool,
    now: Timestamp,
    pub narrow: Narrow,
    pub shown: Grid,
    pub compared: Grid,
}

/// How a window's rollup buckets become the chart's.
#[derive(Clone, Copy)]
pub(super) struct Grid {
    pub window: Window,
    /// Start of the shown window's first bucket, seen from this window.
    from_ms: i64,
    /// Index of the last bucket.
    last: i64,
    /// Buckets of the table's trends; none for the compared window.
    pub trend: usize,
}

impl Grid {
    /// The chart's bucket that holds the rollup bucket. What lies over an edge (a window cut finer than its rollups are
    /// kept, a compared window that starts inside a bucket) belongs to the bucket at that edge: it counts all the same.
    pub fn index(&self, at: Timestamp) -> usize {
        let index = (at.0 - self.from_ms).div_euclid(self.window.bucket_ms);
        usize::try_from(index.clamp(0, self.last)).unwrap_or(0)
    }
}

/// The tables whose rows are in the dictionary.
pub(super) const WORDS: [Dimension; 3] = [Dimension::EventName, Dimension::AppVersion, Dimension::Library];

/// Slots of `Columns`: the words of whole windows, in the order of [`WORDS`], then these.
pub(super) const TRENDS: usize = 3;
pub(super) const KEYS_OF_NAME: usize = 4;

/// Whether all events are looked at, so that names need not be told apart by what became of their events.
fn is_everything(selection: Selection) -> bool {
    selection == Selection::default()
}

/// Which packed words a selection adds up: those of its verdicts, and those that are packed without.
pub(super) fn sums_of(selection: Selection) -> impl Fn(Counted) -> bool {
    move |counted| counted == Counted::Received || selection.takes(counted)
}

/// A word of a key.
pub(super) fn word_of(key: &Key, dimension: Dimension) -> i64 {
    match dimension {
        Dimension::AppVersion => key.version,
        Dimension::Library => key.library,
        Dimension::EventName | Dimension::EventType | Dimension::Reason => key.name,
    }
}

/// What is read of both windows: segments, and the window that each belongs to.
pub(super) struct Stretches {
    segments: Vec<Segment>,
    windows: Vec<usize>,
}

impl Stretches {
    fn of(grids: &[Grid], segments: impl Fn(&Window) -> Vec<Segment>) -> Self {
        let mut stretches = Self { segments: Vec::new(), windows: Vec::new() };
        for (window, grid) in grids.iter().enumerate() {
            stretches.segments.extend(segments(&grid.window));
            stretches.windows.resize(stretches.segments.len(), window);
        }
        stretches
    }

    /// The window of the segment at that place.
    pub fn window(&self, segment: usize) -> usize {
        self.windows.get(segment).copied().unwrap_or(0)
    }

    /// The windows that hold the moment.
    pub fn windows_with(&self, at: Timestamp) -> impl Iterator<Item = usize> {
        let both = self.segments.iter().zip(&self.windows);
        both.filter(move |(segment, _)| segment.from <= at && at < segment.until).map(|(_, window)| *window)
    }
}

impl Scope {
    pub fn new(window: Window, selection: Selection, dimension: Dimension, narrow: Narrow, now: Timestamp) -> Self {
        let buckets = window.bucket_count();
        let last = i64::try_from(buckets).unwrap_or(1) - 1;
        let from_ms = window.grid_from().0;
        let shown = Grid { window, from_ms, last, trend: buckets };
        let compared = Grid { window: window.previous(), from_ms: from_ms - window.shift_ms, last, trend: 0 };
        Self { selection, dimension, is_report: false, now, narrow, shown, compared }
    }

    /// With the rows of all tables.
    pub fn of_report(self) -> Self {
        Self { is_report: true, ..self }
    }

    /// What is read of both windows, beside what it [`Self::needs`].
    pub fn wanted(&self) -> Wanted {
        let totals = self.stretches().segments;
        let is_narrowed_by_more = !self.narrow.is_open() && self.narrow.only_name().is_none();
        Wanted {
            tail: true,
            whole: self.whole_stretches().segments,
            whole_totals: WORDS.into_iter().any(|dimension| self.words_needed(dimension).is_some()),
            present: WORDS.into_iter().any(|dimension| self.is_of_present(dimension)),
            all_keys: if is_narrowed_by_more { totals.clone() } else { Vec::new() },
            totals,
            ..Wanted::default()
        }
    }

    /// The columns of buckets that are needed; trends only where they are shown.
    pub fn needs(&self, has_trends: bool) -> [Need; SLOTS] {
        let words = |dimension| Some((self.words_needed(dimension)?, self.whole_stretches().segments));
        let [names, versions, libraries] = WORDS.map(words);
        let is_open_tab = |dimension: &Dimension| has_trends && *dimension == self.dimension;
        let trends = WORDS.into_iter().find(is_open_tab).and_then(|dimension| self.words_needed(dimension));
        let keys_of_name = self.narrow.only_name().map(Column::KeysOf);
        [
            names,
            versions,
            libraries,
            trends.map(|column| (column, self.trend_stretches().segments)),
            keys_of_name.map(|column| (column, self.stretches().segments)),
        ]
    }

    /// Where the words of a table are packed, if they are counted and no filter narrows them.
    fn words_needed(&self, dimension: Dimension) -> Option<Column> {
        let is_needed = self.narrow.leaves_whole(dimension) && self.needs_counts(dimension);
        is_needed.then(|| self.column_of(dimension))
    }

    pub fn stretches(&self) -> Stretches {
        Stretches::of(&[self.shown, self.compared], |window| window.segments(self.now))
    }

    /// Those of the shown window alone.
    pub fn trend_stretches(&self) -> Stretches {
        Stretches::of(&[self.shown], |window| window.segments(self.now))
    }

    /// Both in the fewest buckets there are.
    pub fn whole_stretches(&self) -> Stretches {
        Stretches::of(&[self.shown, self.compared], |window| window.whole_segments(self.now))
    }

    /// Whether a table's words must be counted. Which there are is packed for all events only.
    fn needs_counts(&self, dimension: Dimension) -> bool {
        self.is_report || dimension == self.dimension || !is_everything(self.selection)
    }

    /// Whether of a table it is only known which words there are.
    pub fn is_of_present(&self, dimension: Dimension) -> bool {
        self.narrow.leaves_whole(dimension) && !self.needs_counts(dimension)
    }

    /// Where the words of a table are packed.
    fn column_of(&self, dimension: Dimension) -> Column {
        match dimension {
            Dimension::EventName if is_everything(self.selection) => Column::ReceivedNames,
            Dimension::AppVersion => Column::Versions,
            Dimension::Library => Column::Libraries,
            Dimension::EventName | Dimension::EventType | Dimension::Reason => Column::Names,
        }
    }
}
