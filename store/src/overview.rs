//! The Source Overview's numbers, all read at one instant: `scan` reads the rollups of both windows once, `tally` adds them
//! up, for the pipeline, the panel and every table.

mod live;
mod narrow;
mod scan;
mod tally;

use crate::database::Store;
use crate::error::StoreError;
use crate::rollup;
use domain::breakdown::{Breakdown, Dimension};
use domain::clock::{MINUTE_MS, Timestamp};
use domain::filter::Filters;
use domain::live::{LIVE_PAGE_BUCKETS, LIVE_STREAM_BUCKETS, LiveFrame};
use domain::overview::{Counted, Overview, Question, Report, Selection};
use domain::source::SourceNumber;
use domain::time_range::Window;
use narrow::Narrow;
use scan::{Scans, Scope};
use sqlx::SqliteConnection;
use std::collections::BTreeMap;

/// Everything the page shows of a source in a window.
///
/// # Errors
/// The database fails.
pub async fn read(
    store: &Store,
    source: SourceNumber,
    question: Question,
    now: Timestamp,
) -> Result<Overview, StoreError> {
    let Question { window, selection, filters, dimension } = question;
    let dimension = usable(dimension, selection);
    let mut transaction = store.begin_read().await?;
    let narrow = Narrow::to(&mut transaction, &filters).await?;
    let scope = Scope::new(source, window, selection, dimension, narrow, now);
    let tail = scan::tail(&mut transaction, source).await?;
    let scans = scope.read(&mut transaction, &tail).await?;
    let breakdown = table(&mut transaction, store, &scans, dimension).await?;
    let tabs = Dimension::ALL.into_iter().filter(|tab| usable(*tab, selection) == *tab);
    let row_count = |tab| if tab == dimension { breakdown.rows.len() } else { scans.row_count(tab) };
    let tabs = tabs.map(|tab| (tab, u64::try_from(row_count(tab)).unwrap_or(u64::MAX))).collect();
    let (pipeline, series, fate) = (scans.pipeline(), scans.series(), scans.fate());
    let live = live::read(&mut transaction, store, source, &tail, LIVE_PAGE_BUCKETS, now).await?;
    transaction.commit().await?;
    let last_minute = live.last_minute;
    let live = window.in_progress().then_some(live);
    let previous = window.previous();
    Ok(Overview {
        window,
        previous,
        pipeline,
        selection,
        filters,
        series,
        fate,
        tabs,
        dimension,
        breakdown,
        live,
        last_minute,
    })
}

/// The latest counts of a source, for the stream that open pages follow.
///
/// # Errors
/// The database fails.
pub async fn live(store: &Store, source: SourceNumber, now: Timestamp) -> Result<LiveFrame, StoreError> {
    let mut transaction = store.begin_read().await?;
    let tail = scan::tail(&mut transaction, source).await?;
    let frame = live::read(&mut transaction, store, source, &tail, LIVE_STREAM_BUCKETS, now).await?;
    transaction.commit().await?;
    Ok(frame)
}

/// One table of the page on its own.
///
/// # Errors
/// The database fails.
pub async fn breakdown(
    store: &Store,
    source: SourceNumber,
    question: Question,
    now: Timestamp,
) -> Result<Breakdown, StoreError> {
    let Question { window, selection, filters, dimension } = question;
    let dimension = usable(dimension, selection);
    let mut transaction = store.begin_read().await?;
    let narrow = Narrow::to(&mut transaction, &filters).await?;
    let scope = Scope::new(source, window, selection, dimension, narrow, now);
    let tail = scan::tail(&mut transaction, source).await?;
    let scans = scope.read(&mut transaction, &tail).await?;
    let breakdown = table(&mut transaction, store, &scans, dimension).await?;
    transaction.commit().await?;
    Ok(breakdown)
}

async fn table(
    connection: &mut SqliteConnection,
    store: &Store,
    scans: &Scans<'_>,
    dimension: Dimension,
) -> Result<Breakdown, StoreError> {
    let Some(ids) = scans.word_ids(dimension) else { return Ok(Breakdown::of(scans.rows_of_totals(dimension))) };
    let texts = store.texts().of(connection, &ids).await?;
    Ok(Breakdown::of(scans.rows_of_words(dimension, &ids, &texts)))
}

/// Every breakdown of a source in a window, for the command line.
///
/// # Errors
/// The database fails.
pub async fn report(store: &Store, source: SourceNumber, window: Window, now: Timestamp) -> Result<Report, StoreError> {
    let mut transaction = store.begin_read().await?;
    let narrow = Narrow::to(&mut transaction, &Filters::default()).await?;
    let scope = Scope::new(source, window, Selection::default(), Dimension::EventType, narrow, now);
    let tail = scan::tail(&mut transaction, source).await?;
    let scans = scope.read(&mut transaction, &tail).await?;
    let mut tables = BTreeMap::new();
    for dimension in Dimension::ALL {
        tables.insert(dimension.slug(), table(&mut transaction, store, &scans, dimension).await?);
    }
    transaction.commit().await?;
    let mut table = |dimension: Dimension| tables.remove(dimension.slug()).unwrap_or_default();
    Ok(Report {
        window,
        pipeline: scans.pipeline(),
        event_type: table(Dimension::EventType),
        event_name: table(Dimension::EventName),
        app_version: table(Dimension::AppVersion),
        library: table(Dimension::Library),
        reasons: table(Dimension::Reason),
    })
}

/// The minutes of a source at which received is not the sum of the verdicts. Empty: the law holds.
///
/// # Errors
/// The database fails.
pub async fn check_ledger(store: &Store, source: SourceNumber) -> Result<Vec<Timestamp>, StoreError> {
    let mut transaction = store.begin_read().await?;
    let mut minutes: BTreeMap<Timestamp, i64> = BTreeMap::new();
    rollup::totals(&mut transaction, source, MINUTE_MS, Timestamp(0), |at, counted, count| {
        let minute = minutes.entry(at.floor_to(MINUTE_MS)).or_default();
        match counted {
            Counted::Received => *minute += count.cast_signed(),
            Counted::Judged(_) => *minute -= count.cast_signed(),
            Counted::Duplicate => {}
        }
    })
    .await?;
    transaction.commit().await?;
    Ok(minutes.into_iter().filter(|(_, difference)| *difference != 0).map(|(minute, _)| minute).collect())
}

/// Reasons only where events are stopped, and not where one reason is chosen already.
fn usable(dimension: Dimension, selection: Selection) -> Dimension {
    match dimension {
        Dimension::Reason if !selection.step.is_discard() || selection.reason.is_some() => Dimension::EventType,
        usable => usable,
    }
}
