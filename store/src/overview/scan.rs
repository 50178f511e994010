//! The rollups of one question, read and put into the chart's buckets. What no filter narrows is read from the packed sums:
//! totals by the chart's buckets, words (which may be thousands) by the fewest buckets there are. For the rest the keys are
//! read of which some table has use, because a sum cannot be narrowed.

use super::narrow::Narrow;
use super::tally::{Totals, Words};
use crate::error::StoreError;
use crate::rollup::counts::{self, Key};
use domain::breakdown::{Dimension, Row};
use domain::clock::Timestamp;
use domain::overview::{Fate, Pipeline, Selection, Series};
use domain::source::SourceNumber;
use domain::time_range::{Segment, Window};
use rustc_hash::FxHashMap;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, SqliteConnection};
use std::sync::Arc;

/// Which rollups a page looks at: a window's and its compared window's.
pub(super) struct Scope {
    source: SourceNumber,
    selection: Selection,
    dimension: Dimension,
    now: Timestamp,
    narrow: Narrow,
    shown: Grid,
    compared: Grid,
}

/// How a window's rollup buckets become the chart's.
#[derive(Clone, Copy)]
struct Grid {
    window: Window,
    /// Start of the shown window's first bucket, seen from this window.
    from_ms: i64,
    /// Index of the last bucket.
    last: i64,
    /// Buckets of the table's trends; none for the compared window.
    trend: usize,
}

impl Grid {
    /// The chart's bucket that holds the rollup bucket. What lies over an edge (a window cut finer than its rollups are
    /// kept, a compared window that starts inside a bucket) belongs to the bucket at that edge: it counts all the same.
    fn index(&self, at: Timestamp) -> usize {
        let index = (at.0 - self.from_ms).div_euclid(self.window.bucket_ms);
        usize::try_from(index.clamp(0, self.last)).unwrap_or(0)
    }
}

/// A row of the rollups' tail: the start of its bucket, and its counts.
pub(super) struct TailRow {
    pub at: Timestamp,
    pub counts: Vec<u8>,
}

/// What a source's tail holds. Bounded (see `rollup::tail`).
pub(super) async fn tail(connection: &mut SqliteConnection, source: SourceNumber) -> Result<Vec<TailRow>, StoreError> {
    let rows: Vec<(i64, Vec<u8>)> = sqlx::query_as("select bucket_ms, counts from rollup_tail where source = $1")
        .bind(source.0)
        .fetch_all(connection)
        .await?;
    Ok(rows.into_iter().map(|(bucket_ms, counts)| TailRow { at: Timestamp(bucket_ms), counts }).collect())
}

/// The tables whose rows are in the dictionary.
const WORDS: [Dimension; 3] = [Dimension::EventName, Dimension::AppVersion, Dimension::Library];

/// The statement that reads totals and one more column.
macro_rules! sums {
    ($column:literal) => {
        concat!(
            "select bucket_ms, totals, ",
            $column,
            " from rollup_block where source = $1 and tier_ms = $2 and bucket_ms >= $3 and bucket_ms < $4"
        )
    };
}

/// One window's counts.
struct Scan<'a> {
    narrow: &'a Narrow,
    selection: Selection,
    /// The table whose rows need a trend, where its rows are words.
    trend: Option<Dimension>,
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
        let trend = Some(scope.dimension).filter(|dimension| grid.trend > 0 && WORDS.contains(dimension));
        let buckets = scope.shown.window.bucket_count();
        let words = |dimension: Dimension| Words::new(if trend == Some(dimension) { grid.trend } else { 0 });
        Self {
            narrow: &scope.narrow,
            selection: scope.selection,
            trend,
            all: Totals::new(buckets),
            panel: Totals::new(buckets),
            types: Totals::new(buckets),
            words: WORDS.map(words),
        }
    }

    /// Takes a count that nobody has summed up yet into everything that it belongs to.
    fn add(&mut self, key: &Key, bucket: usize, count: u64) {
        self.all.add(key.counted, key.event_type, bucket, count);
        let narrow = self.narrow;
        self.add_words(key, bucket, count, |dimension| narrow.leaves_whole(dimension));
        if !self.narrow.is_open() {
            self.add_narrowed(key, bucket, count);
        }
    }

    /// Takes a count into what filters narrow, as far as they let it.
    fn add_narrowed(&mut self, key: &Key, bucket: usize, count: u64) {
        let refusals = self.narrow.refusals(key);
        if refusals.none() {
            self.panel.add(key.counted, key.event_type, bucket, count);
        }
        if refusals.none_besides(Dimension::EventType) {
            self.types.add(key.counted, key.event_type, bucket, count);
        }
        let narrow = self.narrow;
        let is_in = |dimension| !narrow.leaves_whole(dimension) && refusals.none_besides(dimension);
        self.add_words(key, bucket, count, is_in);
    }

    fn add_words(&mut self, key: &Key, bucket: usize, count: u64, is_in: impl Fn(Dimension) -> bool) {
        if self.selection.takes(key.counted) {
            let numbers = [key.name, key.version, key.library];
            for ((dimension, words), number) in WORDS.into_iter().zip(&mut self.words).zip(numbers) {
                if is_in(dimension) {
                    words.add(number, bucket, count);
                }
            }
        }
    }

    /// The table whose trend is shown, if sums tell it.
    fn summed_trend(&self) -> Option<Dimension> {
        self.trend.filter(|dimension| self.narrow.leaves_whole(*dimension))
    }

    /// The tables that sums of the whole window tell.
    fn summed_whole(&self) -> [bool; 3] {
        WORDS.map(|dimension| self.trend != Some(dimension) && self.narrow.leaves_whole(dimension))
    }

    /// Reads a segment's sums: the totals, and the words whose trend is shown.
    async fn take_sums(
        &mut self,
        connection: &mut SqliteConnection,
        source: SourceNumber,
        grid: Grid,
        segment: Segment,
    ) -> Result<(), StoreError> {
        let trend = self.summed_trend();
        let sql = match trend {
            Some(Dimension::EventName) => sums!("names"),
            Some(Dimension::AppVersion) => sums!("versions"),
            Some(Dimension::Library) => sums!("libraries"),
            Some(Dimension::Reason | Dimension::EventType) | None => sums!("null"),
        };
        for row in rows(connection, sql, source, segment).await? {
            let bucket = grid.index(Timestamp(row.try_get(0)?));
            let Self { selection, all, words, .. } = self;
            counts::totals(row.try_get(1)?, |counted, event_type, count| all.add(counted, event_type, bucket, count))?;
            for (_, words) in WORDS.into_iter().zip(words).filter(|(dimension, _)| trend == Some(*dimension)) {
                let takes = |counted| selection.takes(counted);
                counts::words(row.try_get(2)?, takes, |word, count| words.add(word, bucket, count))?;
            }
        }
        Ok(())
    }

    /// Reads a segment's words, of those tables alone.
    async fn take_whole(
        &mut self,
        connection: &mut SqliteConnection,
        source: SourceNumber,
        segment: Segment,
        tables: [bool; 3],
    ) -> Result<(), StoreError> {
        let sql = "select names, versions, libraries from rollup_block
             where source = $1 and tier_ms = $2 and bucket_ms >= $3 and bucket_ms < $4";
        for row in rows(connection, sql, source, segment).await? {
            let Self { selection, words, .. } = self;
            for (column, words) in words.iter_mut().enumerate().filter(|(column, _)| tables[*column]) {
                let takes = |counted| selection.takes(counted);
                counts::words(row.try_get(column)?, takes, |word, count| words.add(word, 0, count))?;
            }
        }
        Ok(())
    }

    /// Reads a segment's keys, as far as a narrowed table has use for them.
    async fn take_keys(
        &mut self,
        connection: &mut SqliteConnection,
        source: SourceNumber,
        grid: Grid,
        segment: Segment,
    ) -> Result<(), StoreError> {
        let sql = "select bucket_ms, keys from rollup_block
             where source = $1 and tier_ms = $2 and bucket_ms >= $3 and bucket_ms < $4";
        let narrow = self.narrow;
        for row in rows(connection, sql, source, segment).await? {
            let bucket = grid.index(Timestamp(row.try_get(0)?));
            counts::keys_where(
                row.try_get(1)?,
                |event_type| narrow.wants_type(event_type),
                |event_type, name| narrow.wants_name(event_type, name),
                |key, count| self.add_narrowed(&key, bucket, count),
            )?;
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

async fn rows(
    connection: &mut SqliteConnection,
    sql: &'static str,
    source: SourceNumber,
    segment: Segment,
) -> Result<Vec<SqliteRow>, StoreError> {
    let query = sqlx::query(sql).bind(source.0).bind(segment.tier_ms).bind(segment.from.0).bind(segment.until.0);
    Ok(query.fetch_all(connection).await?)
}

impl Scope {
    pub fn new(
        source: SourceNumber,
        window: Window,
        selection: Selection,
        dimension: Dimension,
        narrow: Narrow,
        now: Timestamp,
    ) -> Self {
        let buckets = window.bucket_count();
        let last = i64::try_from(buckets).unwrap_or(1) - 1;
        let from_ms = window.grid_from().0;
        let shown = Grid { window, from_ms, last, trend: buckets };
        let compared = Grid { window: window.previous(), from_ms: from_ms - window.shift_ms, last, trend: 0 };
        Self { source, selection, dimension, now, narrow, shown, compared }
    }

    /// Reads both windows.
    pub async fn read(&self, connection: &mut SqliteConnection, tail: &[TailRow]) -> Result<Scans<'_>, StoreError> {
        Ok(Scans {
            scope: self,
            now: self.scan(&mut *connection, self.shown, tail).await?,
            previous: self.scan(connection, self.compared, tail).await?,
        })
    }

    async fn scan(
        &self,
        connection: &mut SqliteConnection,
        grid: Grid,
        tail: &[TailRow],
    ) -> Result<Scan<'_>, StoreError> {
        let mut scan = Scan::new(self, grid);
        let segments = grid.window.segments(self.now);
        for segment in &segments {
            scan.take_sums(&mut *connection, self.source, grid, *segment).await?;
            if !self.narrow.is_open() {
                scan.take_keys(&mut *connection, self.source, grid, *segment).await?;
            }
        }
        let tables = scan.summed_whole();
        if tables.contains(&true) {
            for segment in grid.window.whole_segments(self.now) {
                scan.take_whole(&mut *connection, self.source, segment, tables).await?;
            }
        }
        for row in tail.iter().filter(|row| segments.iter().any(|part| part.from <= row.at && row.at < part.until)) {
            let bucket = grid.index(row.at);
            counts::keys(&row.counts, |key, count| scan.add(&key, bucket, count))?;
        }
        Ok(scan)
    }
}

/// Both windows of a question, read.
pub(super) struct Scans<'a> {
    scope: &'a Scope,
    now: Scan<'a>,
    previous: Scan<'a>,
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
        match self.word_ids(dimension) {
            Some(ids) => ids.len(),
            None => self.rows_of_totals(dimension).len(),
        }
    }

    /// The numbers of the dictionary in a table; `None` for the two that have none.
    pub fn word_ids(&self, dimension: Dimension) -> Option<Vec<i64>> {
        Some(Words::of_both(self.now.words(dimension)?, self.previous.words(dimension)?))
    }

    /// The rows of a table of words, `texts` being what the dictionary says of them.
    pub fn rows_of_words(&self, dimension: Dimension, ids: &[i64], texts: &FxHashMap<i64, Arc<str>>) -> Vec<Row> {
        match (self.now.words(dimension), self.previous.words(dimension)) {
            (Some(now), Some(previous)) => Words::rows(now, previous, ids, texts, dimension),
            _ => Vec::new(),
        }
    }

    /// The rows of one of the two other tables.
    pub fn rows_of_totals(&self, dimension: Dimension) -> Vec<Row> {
        let (now, previous) = (self.now.totals(dimension), self.previous.totals(dimension));
        Totals::rows(now, previous, self.scope.selection, dimension)
    }
}
