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
use live::Latest;
use narrow::Narrow;
use scan::{Scans, Scope};
use sqlx::SqliteConnection;
use std::collections::BTreeMap;

/// What the page shows of a source in a window.
pub struct Page {
    /// Its numbers.
    pub overview: Overview,
    /// What has the dictionary's words in it. Read apart: numbers are no less true where the words cannot be had.
    pub named: Result<Named, StoreError>,
}

/// What of a page has words in it.
pub struct Named {
    /// The open tab's rows.
    pub breakdown: Breakdown,
    /// The latest counts by everything that is told apart: what live numbers go on from. `None` where the window ends in
    /// the past.
    pub live: Option<LiveFrame>,
}

/// Everything the page shows of a source in a window.
///
/// # Errors
/// The database fails.
pub async fn read(store: &Store, source: SourceNumber, question: Question, now: Timestamp) -> Result<Page, StoreError> {
    let Question { window, selection, filters, dimension } = question;
    let dimension = usable(dimension, selection);
    let mut transaction = store.begin_read().await?;
    let narrow = Narrow::to(&mut transaction, &filters).await?;
    let scope = Scope::new(source, window, selection, dimension, narrow, now);
    let tail = scan::tail(&mut transaction, source).await?;
    let scans = scope.read(&mut transaction, &tail).await?;
    let latest = live::read(&mut transaction, source, &tail, LIVE_PAGE_BUCKETS, now).await?;
    let last_minute = latest.last_minute;
    let named = name(&mut transaction, store, &scans, dimension, window.in_progress().then_some(latest)).await;
    transaction.commit().await?;
    let rows_of_open = named.as_ref().ok().map(|named| named.breakdown.rows.len());
    let tabs = Dimension::ALL.into_iter().filter(|tab| usable(*tab, selection) == *tab);
    let row_count = |tab| rows_of_open.filter(|_| tab == dimension).unwrap_or_else(|| scans.row_count(tab));
    let tabs = tabs.map(|tab| (tab, u64::try_from(row_count(tab)).unwrap_or(u64::MAX))).collect();
    let (pipeline, series, fate) = (scans.pipeline(), scans.series(), scans.fate());
    let previous = window.previous();
    let overview =
        Overview { window, previous, pipeline, selection, filters, series, fate, tabs, dimension, last_minute };
    Ok(Page { overview, named })
}

async fn name(
    connection: &mut SqliteConnection,
    store: &Store,
    scans: &Scans<'_>,
    dimension: Dimension,
    latest: Option<Latest>,
) -> Result<Named, StoreError> {
    let breakdown = table(connection, store, scans, dimension).await?;
    let live = match latest {
        Some(latest) => Some(latest.named(connection, store).await?),
        None => None,
    };
    Ok(Named { breakdown, live })
}

/// The latest counts of a source, for the stream that open pages follow.
///
/// # Errors
/// The database fails.
pub async fn live(store: &Store, source: SourceNumber, now: Timestamp) -> Result<LiveFrame, StoreError> {
    let mut transaction = store.begin_read().await?;
    let tail = scan::tail(&mut transaction, source).await?;
    let latest = live::read(&mut transaction, source, &tail, LIVE_STREAM_BUCKETS, now).await?;
    let frame = latest.named(&mut transaction, store).await?;
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
