//! The rollup rows of one question, read and put into the chart's buckets.

use super::narrow::Narrow;
use crate::dictionary::{NONE, OTHER};
use crate::error::StoreError;
use crate::event::type_from_code;
use domain::breakdown::{Breakdown, Dimension, RowKey};
use domain::clock::Timestamp;
use domain::event::EventType;
use domain::filter::Filters;
use domain::overview::{Cell, Counted, Fate, Pipeline, Selection, Series};
use domain::source::SourceNumber;
use domain::time_range::Window;
use domain::verdict::Verdict;
use serde_json::json;
use sqlx::SqliteConnection;
use std::collections::HashSet;

/// Which rollup rows a page looks at: a window's and its compared window's.
pub(super) struct Scope {
    source: SourceNumber,
    selection: Selection,
    now: Timestamp,
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
}

impl Grid {
    /// The chart's bucket that holds the rollup bucket. What lies over an edge (a window cut finer than its rollups are
    /// kept, a compared window that starts inside a bucket) belongs to the bucket at that edge: it counts all the same.
    fn index(&self, bucket_ms: i64) -> usize {
        let index = (bucket_ms - self.from_ms).div_euclid(self.window.bucket_ms);
        usize::try_from(index.clamp(0, self.last)).unwrap_or(0)
    }
}

/// One window's counts by bucket, by what is counted, and by type.
pub(super) struct Totals(Vec<Cell<(Counted, Option<EventType>)>>);

/// Both windows'.
pub(super) struct BothTotals {
    pub now: Totals,
    pub previous: Totals,
}

impl BothTotals {
    pub fn pipeline(&self, buckets: usize) -> Pipeline {
        Pipeline::assemble(buckets, &self.now.counted(), &self.previous.counted())
    }

    pub fn series(&self, buckets: usize, selection: Selection) -> Series {
        Series { now: self.now.line(buckets, selection), previous: self.previous.line(buckets, selection) }
    }
}

/// The scans of one question: each set of filters is scanned once, whoever asks for it.
#[derive(Default)]
pub(super) struct Scans(Vec<(Filters, BothTotals)>);

impl Scans {
    pub async fn of(
        &mut self,
        connection: &mut SqliteConnection,
        scope: &Scope,
        filters: &Filters,
    ) -> Result<&BothTotals, StoreError> {
        let place = match self.0.iter().position(|(scanned, _)| scanned == filters) {
            Some(place) => place,
            None => {
                self.0.push((filters.clone(), scope.totals(connection, filters).await?));
                self.0.len() - 1
            }
        };
        Ok(&self.0[place].1)
    }
}

impl Totals {
    /// What became of all of them.
    pub fn fate(&self) -> Fate {
        let mut fate = Fate::default();
        for cell in &self.0 {
            if let Counted::Judged(verdict) = cell.key.0 {
                fate.add(verdict, cell.count);
            }
        }
        fate
    }

    fn counted(&self) -> Vec<Cell<Counted>> {
        self.0.iter().map(|cell| Cell { key: cell.key.0, bucket: cell.bucket, count: cell.count }).collect()
    }

    fn selected(&self, selection: Selection) -> impl Iterator<Item = (Verdict, &Cell<(Counted, Option<EventType>)>)> {
        self.0.iter().filter_map(move |cell| match cell.key.0 {
            Counted::Judged(verdict) if selection.includes(verdict) => Some((verdict, cell)),
            Counted::Judged(_) | Counted::Received | Counted::Duplicate => None,
        })
    }

    fn line(&self, buckets: usize, selection: Selection) -> Vec<u64> {
        let mut line = vec![0; buckets];
        for (_, cell) in self.selected(selection) {
            if let Some(value) = line.get_mut(cell.bucket) {
                *value += cell.count;
            }
        }
        line
    }

    /// The cells of the two dimensions that need no dictionary; names and versions have none here.
    fn cells(&self, selection: Selection, dimension: Dimension) -> Vec<Cell<RowKey>> {
        let key = |verdict: Verdict, event_type: Option<EventType>| match (dimension, verdict) {
            (Dimension::Reason, Verdict::Discarded(reason)) => Some(RowKey::Reason(reason)),
            (Dimension::EventType, _) => Some(event_type.map_or(RowKey::NoType, RowKey::Type)),
            (Dimension::Reason | Dimension::EventName | Dimension::AppVersion, _) => None,
        };
        self.selected(selection)
            .filter_map(|(verdict, cell)| {
                Some(Cell { key: key(verdict, cell.key.1)?, bucket: cell.bucket, count: cell.count })
            })
            .collect()
    }
}

impl Scope {
    pub fn new(source: SourceNumber, window: Window, selection: Selection, now: Timestamp) -> Self {
        let last = i64::try_from(window.bucket_count()).unwrap_or(1) - 1;
        let from_ms = window.grid_from().0;
        let shown = Grid { window, from_ms, last };
        let compared = Grid { window: window.previous(), from_ms: from_ms - window.shift_ms, last };
        Self { source, selection, now, shown, compared }
    }

    async fn totals(&self, connection: &mut SqliteConnection, filters: &Filters) -> Result<BothTotals, StoreError> {
        let narrow = Narrow::to(&mut *connection, filters).await?;
        Ok(BothTotals {
            now: self.totals_of(&mut *connection, self.shown, &narrow).await?,
            previous: self.totals_of(connection, self.compared, &narrow).await?,
        })
    }

    async fn totals_of(
        &self,
        connection: &mut SqliteConnection,
        grid: Grid,
        narrow: &Narrow,
    ) -> Result<Totals, StoreError> {
        let mut cells = Vec::new();
        for segment in grid.window.segments(self.now) {
            let rows: Vec<(String, i64, String, i64)> = sqlx::query_as(include_str!("../../queries/rollup.totals.sql"))
                .bind(self.source.0)
                .bind(segment.tier_ms)
                .bind(segment.from.0)
                .bind(segment.until.0)
                .bind(all_codes())
                .bind(narrow.event_type)
                .bind(narrow.name)
                .bind(narrow.version)
                .fetch_all(&mut *connection)
                .await?;
            for (counted, bucket_ms, event_type, count) in rows {
                let counted = Counted::from_code(&counted)
                    .ok_or_else(|| StoreError::UnknownCode { what: "count", code: counted.clone() })?;
                cells.push(Cell {
                    key: (counted, type_from_code(&event_type)?),
                    bucket: grid.index(bucket_ms),
                    count: u64::try_from(count).unwrap_or(0),
                });
            }
        }
        Ok(Totals(cells))
    }

    pub async fn breakdown(
        &self,
        connection: &mut SqliteConnection,
        dimension: Dimension,
        filters: &Filters,
        scans: &mut Scans,
    ) -> Result<Breakdown, StoreError> {
        let filters = filters.besides(dimension);
        let (now, previous) = match dimension {
            Dimension::Reason | Dimension::EventType => {
                let totals = scans.of(connection, self, &filters).await?;
                (totals.now.cells(self.selection, dimension), totals.previous.cells(self.selection, dimension))
            }
            Dimension::EventName | Dimension::AppVersion => {
                let narrow = Narrow::to(&mut *connection, &filters).await?;
                (
                    self.words(&mut *connection, dimension, self.shown, &narrow).await?,
                    self.words(connection, dimension, self.compared, &narrow).await?,
                )
            }
        };
        Ok(Breakdown::assemble(self.shown.window.bucket_count(), now, previous))
    }

    /// Names or versions of the selected events by bucket.
    async fn words(
        &self,
        connection: &mut SqliteConnection,
        dimension: Dimension,
        grid: Grid,
        narrow: &Narrow,
    ) -> Result<Vec<Cell<RowKey>>, StoreError> {
        let sql = if dimension == Dimension::EventName {
            include_str!("../../queries/rollup.names.sql")
        } else {
            include_str!("../../queries/rollup.versions.sql")
        };
        let mut cells = Vec::new();
        for segment in grid.window.segments(self.now) {
            let rows: Vec<(i64, Option<String>, i64, i64)> = sqlx::query_as(sql)
                .bind(self.source.0)
                .bind(segment.tier_ms)
                .bind(segment.from.0)
                .bind(segment.until.0)
                .bind(self.selected_codes())
                .bind(grid.from_ms)
                .bind(grid.window.bucket_ms)
                .bind(narrow.event_type)
                .bind(narrow.name)
                .bind(narrow.version)
                .fetch_all(&mut *connection)
                .await?;
            cells.extend(rows.into_iter().map(|(id, text, index, count)| Cell {
                key: word_key(dimension, id, text),
                bucket: usize::try_from(index.clamp(0, grid.last)).unwrap_or(0),
                count: u64::try_from(count).unwrap_or(0),
            }));
        }
        Ok(cells)
    }

    /// How many rows the breakdown by that dimension has.
    pub async fn row_count(
        &self,
        connection: &mut SqliteConnection,
        dimension: Dimension,
        filters: &Filters,
        scans: &mut Scans,
    ) -> Result<usize, StoreError> {
        let filters = filters.besides(dimension);
        let sql = match dimension {
            Dimension::Reason | Dimension::EventType => {
                let totals = scans.of(connection, self, &filters).await?;
                let both = [&totals.now, &totals.previous].into_iter();
                let cells = both.flat_map(|totals| totals.cells(self.selection, dimension));
                return Ok(cells.map(|cell| cell.key).collect::<HashSet<_>>().len());
            }
            Dimension::EventName => include_str!("../../queries/rollup.distinct_names.sql"),
            Dimension::AppVersion => include_str!("../../queries/rollup.distinct_versions.sql"),
        };
        let narrow = Narrow::to(&mut *connection, &filters).await?;
        let mut ids: HashSet<i64> = HashSet::new();
        for window in [self.shown.window, self.compared.window] {
            for segment in window.segments(self.now) {
                let found: Vec<i64> = sqlx::query_scalar(sql)
                    .bind(self.source.0)
                    .bind(segment.tier_ms)
                    .bind(segment.from.0)
                    .bind(segment.until.0)
                    .bind(self.selected_codes())
                    .bind(narrow.event_type)
                    .bind(narrow.name)
                    .bind(narrow.version)
                    .fetch_all(&mut *connection)
                    .await?;
                ids.extend(found);
            }
        }
        Ok(ids.len())
    }

    fn selected_codes(&self) -> String {
        let codes: Vec<&str> = self.selection.verdicts().into_iter().map(Verdict::code).collect();
        json!(codes).to_string()
    }
}

/// Everything that rollups count, as a JSON list of codes.
pub(super) fn all_codes() -> String {
    let everything = Selection::default().verdicts().into_iter().map(Counted::Judged);
    let codes: Vec<&str> = everything.chain([Counted::Received, Counted::Duplicate]).map(Counted::code).collect();
    json!(codes).to_string()
}

/// The row of a number of the dictionary.
pub(super) fn word_key(dimension: Dimension, id: i64, text: Option<String>) -> RowKey {
    let is_name = dimension == Dimension::EventName;
    match (id, text) {
        (NONE, _) if is_name => RowKey::Unnamed,
        (NONE, _) => RowKey::NoVersion,
        (OTHER, _) | (_, None) => RowKey::Other,
        (_, Some(text)) if is_name => RowKey::Name(text),
        (_, Some(text)) => RowKey::Version(text),
    }
}
