//! The Source Overview's numbers, all read at one instant. One scan of the window's rollups gives the pipeline, the
//! panel's line, the types and the reasons; names and versions are grouped in SQL, because they can be thousands.

use crate::database::Store;
use crate::dictionary::{NONE, OTHER};
use crate::error::StoreError;
use crate::event::type_from_code;
use domain::breakdown::{Breakdown, Dimension, RowKey};
use domain::clock::{MINUTE_MS, Timestamp};
use domain::event::EventType;
use domain::overview::{Cell, Counted, Overview, Pipeline, Report, Selection, Series};
use domain::source::SourceNumber;
use domain::time_range::{TIERS, Window};
use domain::verdict::Verdict;
use serde_json::json;
use sqlx::SqliteConnection;
use std::collections::HashSet;

/// Everything the page shows of a source in a window.
///
/// # Errors
/// The database fails.
pub async fn read(
    store: &Store,
    source: SourceNumber,
    window: Window,
    selection: Selection,
    dimension: Dimension,
    now: Timestamp,
) -> Result<Overview, StoreError> {
    let dimension = usable(dimension, selection);
    let mut transaction = store.begin_read().await?;
    let scope = Scope::new(source, window, selection, now);
    let totals = scope.totals(&mut transaction).await?;
    let breakdown = scope.breakdown(&mut transaction, dimension, &totals).await?;
    let mut tabs = Vec::new();
    for tab in Dimension::ALL.into_iter().filter(|tab| usable(*tab, selection) == *tab) {
        let rows = if tab == dimension {
            breakdown.rows.len()
        } else {
            scope.row_count(&mut transaction, tab, &totals).await?
        };
        tabs.push((tab, u64::try_from(rows).unwrap_or(u64::MAX)));
    }
    let last_minute = received_in_last_minute(&mut transaction, source, now).await?;
    transaction.commit().await?;
    let buckets = window.bucket_count();
    Ok(Overview {
        window,
        previous: window.previous(),
        pipeline: Pipeline::assemble(buckets, &totals.now.counted(), &totals.previous.counted()),
        selection,
        series: Series { now: totals.now.line(buckets, selection), previous: totals.previous.line(buckets, selection) },
        tabs,
        dimension,
        breakdown,
        last_minute,
    })
}

/// One table of the page on its own.
///
/// # Errors
/// The database fails.
pub async fn breakdown(
    store: &Store,
    source: SourceNumber,
    window: Window,
    selection: Selection,
    dimension: Dimension,
    now: Timestamp,
) -> Result<Breakdown, StoreError> {
    let mut transaction = store.begin_read().await?;
    let scope = Scope::new(source, window, selection, now);
    let totals = scope.totals(&mut transaction).await?;
    let breakdown = scope.breakdown(&mut transaction, usable(dimension, selection), &totals).await?;
    transaction.commit().await?;
    Ok(breakdown)
}

/// Every breakdown of a source in a window, for the command line.
///
/// # Errors
/// The database fails.
pub async fn report(store: &Store, source: SourceNumber, window: Window, now: Timestamp) -> Result<Report, StoreError> {
    let mut transaction = store.begin_read().await?;
    let scope = Scope::new(source, window, Selection::default(), now);
    let totals = scope.totals(&mut transaction).await?;
    let event_type = scope.breakdown(&mut transaction, Dimension::EventType, &totals).await?;
    let event_name = scope.breakdown(&mut transaction, Dimension::EventName, &totals).await?;
    let app_version = scope.breakdown(&mut transaction, Dimension::AppVersion, &totals).await?;
    let reasons = scope.breakdown(&mut transaction, Dimension::Reason, &totals).await?;
    transaction.commit().await?;
    let buckets = window.bucket_count();
    let pipeline = Pipeline::assemble(buckets, &totals.now.counted(), &totals.previous.counted());
    Ok(Report { window, pipeline, event_type, event_name, app_version, reasons })
}

/// The minutes of a source at which received is not the sum of the verdicts. Empty: the law holds.
///
/// # Errors
/// The database fails.
pub async fn check_ledger(store: &Store, source: SourceNumber) -> Result<Vec<Timestamp>, StoreError> {
    let minutes: Vec<i64> = sqlx::query_scalar(include_str!("../queries/rollup.check_ledger.sql"))
        .bind(source.0)
        .bind(MINUTE_MS)
        .fetch_all(store.pool())
        .await?;
    Ok(minutes.into_iter().map(Timestamp).collect())
}

/// Reasons only where events are stopped, and not where one reason is chosen already.
fn usable(dimension: Dimension, selection: Selection) -> Dimension {
    match dimension {
        Dimension::Reason if !selection.step.is_discard() || selection.reason.is_some() => Dimension::EventType,
        Dimension::Reason | Dimension::EventType | Dimension::EventName | Dimension::AppVersion => dimension,
    }
}

async fn received_in_last_minute(
    connection: &mut SqliteConnection,
    source: SourceNumber,
    now: Timestamp,
) -> Result<u64, StoreError> {
    let tier_ms = TIERS[0].width_ms;
    let until = now.floor_to(tier_ms);
    let received: Option<i64> = sqlx::query_scalar(
        "select sum(count) from rollup
         where source = $1 and tier_ms = $2 and counted = $3 and bucket_ms >= $4 and bucket_ms < $5",
    )
    .bind(source.0)
    .bind(tier_ms)
    .bind(Counted::Received.code())
    .bind(until.plus_ms(-MINUTE_MS).0)
    .bind(until.0)
    .fetch_one(connection)
    .await?;
    Ok(received.and_then(|received| u64::try_from(received).ok()).unwrap_or(0))
}

/// Which rollup rows a page looks at: a window's and its compared window's.
struct Scope {
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
struct Totals(Vec<Cell<(Counted, Option<EventType>)>>);

/// Both windows'.
struct BothTotals {
    now: Totals,
    previous: Totals,
}

impl Totals {
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
    fn new(source: SourceNumber, window: Window, selection: Selection, now: Timestamp) -> Self {
        let last = i64::try_from(window.bucket_count()).unwrap_or(1) - 1;
        let from_ms = window.grid_from().0;
        let shown = Grid { window, from_ms, last };
        let compared = Grid { window: window.previous(), from_ms: from_ms - window.length_ms, last };
        Self { source, selection, now, shown, compared }
    }

    async fn totals(&self, connection: &mut SqliteConnection) -> Result<BothTotals, StoreError> {
        Ok(BothTotals {
            now: self.totals_of(&mut *connection, self.shown).await?,
            previous: self.totals_of(connection, self.compared).await?,
        })
    }

    async fn totals_of(&self, connection: &mut SqliteConnection, grid: Grid) -> Result<Totals, StoreError> {
        let everything = Selection::default().verdicts().into_iter().map(Counted::Judged);
        let codes: Vec<&str> = everything.chain([Counted::Received, Counted::Duplicate]).map(Counted::code).collect();
        let mut cells = Vec::new();
        for segment in grid.window.segments(self.now) {
            let rows: Vec<(String, i64, String, i64)> = sqlx::query_as(include_str!("../queries/rollup.totals.sql"))
                .bind(self.source.0)
                .bind(segment.tier_ms)
                .bind(segment.from.0)
                .bind(segment.until.0)
                .bind(json!(codes).to_string())
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

    async fn breakdown(
        &self,
        connection: &mut SqliteConnection,
        dimension: Dimension,
        totals: &BothTotals,
    ) -> Result<Breakdown, StoreError> {
        let (now, previous) = match dimension {
            Dimension::Reason | Dimension::EventType => {
                (totals.now.cells(self.selection, dimension), totals.previous.cells(self.selection, dimension))
            }
            Dimension::EventName | Dimension::AppVersion => (
                self.words(&mut *connection, dimension, self.shown).await?,
                self.words(connection, dimension, self.compared).await?,
            ),
        };
        Ok(Breakdown::assemble(self.shown.window.bucket_count(), now, previous))
    }

    /// Names or versions of the selected events by bucket.
    async fn words(
        &self,
        connection: &mut SqliteConnection,
        dimension: Dimension,
        grid: Grid,
    ) -> Result<Vec<Cell<RowKey>>, StoreError> {
        let sql = if dimension == Dimension::EventName {
            include_str!("../queries/rollup.names.sql")
        } else {
            include_str!("../queries/rollup.versions.sql")
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
    async fn row_count(
        &self,
        connection: &mut SqliteConnection,
        dimension: Dimension,
        totals: &BothTotals,
    ) -> Result<usize, StoreError> {
        let sql = match dimension {
            Dimension::Reason | Dimension::EventType => {
                let both = [&totals.now, &totals.previous].into_iter();
                let cells = both.flat_map(|totals| totals.cells(self.selection, dimension));
                return Ok(cells.map(|cell| cell.key).collect::<HashSet<_>>().len());
            }
            Dimension::EventName => include_str!("../queries/rollup.distinct_names.sql"),
            Dimension::AppVersion => include_str!("../queries/rollup.distinct_versions.sql"),
        };
        let mut ids: HashSet<i64> = HashSet::new();
        for window in [self.shown.window, self.compared.window] {
            for segment in window.segments(self.now) {
                let found: Vec<i64> = sqlx::query_scalar(sql)
                    .bind(self.source.0)
                    .bind(segment.tier_ms)
                    .bind(segment.from.0)
                    .bind(segment.until.0)
                    .bind(self.selected_codes())
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

fn word_key(dimension: Dimension, id: i64, text: Option<String>) -> RowKey {
    let is_name = dimension == Dimension::EventName;
    match (id, text) {
        (NONE, _) if is_name => RowKey::Unnamed,
        (NONE, _) => RowKey::NoVersion,
        (OTHER, _) | (_, None) => RowKey::Other,
        (_, Some(text)) if is_name => RowKey::Name(text),
        (_, Some(text)) => RowKey::Version(text),
    }
}
