//! The Source Overview's numbers, all read at one instant. One scan of the window's rollups gives the pipeline, the
//! panel's line, the types and the reasons (a second one where filters narrow the panel); names and versions are grouped
//! in SQL, because they can be thousands.

mod live;
mod narrow;
mod scan;

use crate::database::Store;
use crate::error::StoreError;
use domain::breakdown::{Breakdown, Dimension};
use domain::clock::{MINUTE_MS, Timestamp};
use domain::filter::Filters;
use domain::live::{LIVE_PAGE_BUCKETS, LIVE_STREAM_BUCKETS, LiveFrame};
use domain::overview::{Counted, Overview, Question, Report, Selection};
use domain::source::SourceNumber;
use domain::time_range::{TIERS, Window};
use scan::{Scans, Scope};
use sqlx::SqliteConnection;

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
    let scope = Scope::new(source, window, selection, now);
    let mut scans = Scans::default();
    let pipeline = scans.of(&mut transaction, &scope, &Filters::default()).await?.pipeline(window.bucket_count());
    let narrowed = scans.of(&mut transaction, &scope, &filters).await?;
    let (series, fate) = (narrowed.series(window.bucket_count(), selection), narrowed.now.fate());
    let breakdown = scope.breakdown(&mut transaction, dimension, &filters, &mut scans).await?;
    let mut tabs = Vec::new();
    for tab in Dimension::ALL.into_iter().filter(|tab| usable(*tab, selection) == *tab) {
        let rows = if tab == dimension {
            breakdown.rows.len()
        } else {
            scope.row_count(&mut transaction, tab, &filters, &mut scans).await?
        };
        tabs.push((tab, u64::try_from(rows).unwrap_or(u64::MAX)));
    }
    let last_minute = received_in_last_minute(&mut transaction, source, now).await?;
    let live = if window.in_progress() {
        Some(live::read(&mut transaction, source, LIVE_PAGE_BUCKETS, last_minute, now).await?)
    } else {
        None
    };
    transaction.commit().await?;
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
    let last_minute = received_in_last_minute(&mut transaction, source, now).await?;
    let frame = live::read(&mut transaction, source, LIVE_STREAM_BUCKETS, last_minute, now).await?;
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
    let mut transaction = store.begin_read().await?;
    let scope = Scope::new(source, window, selection, now);
    let mut scans = Scans::default();
    let breakdown = scope.breakdown(&mut transaction, usable(dimension, selection), &filters, &mut scans).await?;
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
    let (all, mut scans) = (Filters::default(), Scans::default());
    let event_type = scope.breakdown(&mut transaction, Dimension::EventType, &all, &mut scans).await?;
    let event_name = scope.breakdown(&mut transaction, Dimension::EventName, &all, &mut scans).await?;
    let app_version = scope.breakdown(&mut transaction, Dimension::AppVersion, &all, &mut scans).await?;
    let reasons = scope.breakdown(&mut transaction, Dimension::Reason, &all, &mut scans).await?;
    let pipeline = scans.of(&mut transaction, &scope, &all).await?.pipeline(window.bucket_count());
    transaction.commit().await?;
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
