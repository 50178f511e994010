//! The sources list: two statements, however many sources there are.

use super::{SourceRow, source_columns};
use crate::database::Store;
use crate::error::StoreError;
use domain::clock::{HOUR_MS, Timestamp};
use domain::discard::DiscardReason;
use domain::overview::Counted;
use domain::source::{Source, SourceSummary};
use domain::step::Step;
use serde_json::json;
use sqlx::Row;
use std::collections::HashMap;

/// Hours of a summary's trend.
const TREND_HOURS: usize = 24;

/// Most sources that are read where all are wanted: names of that many are searched in a few milliseconds.
const ALL_MAX: i64 = 1_000;

/// The first [`ALL_MAX`] sources by name, without what came for them; not the deleted ones.
///
/// # Errors
/// The database fails.
pub async fn all(store: &Store) -> Result<Vec<Source>, StoreError> {
    let rows: Vec<SourceRow> = sqlx::query_as(concat!(
        "select ",
        source_columns!(),
        " from sources where sources.deleted_at is null order by lower(sources.name), sources.slug limit $1",
    ))
    .bind(ALL_MAX)
    .fetch_all(store.pool())
    .await?;
    Ok(rows.into_iter().map(|SourceRow(source)| source).collect())
}

/// All sources by name, each with its last event and its last 24 hours; not the deleted ones.
///
/// # Errors
/// The database fails.
pub async fn list(store: &Store, now: Timestamp) -> Result<Vec<SourceSummary>, StoreError> {
    let first_hour = now.floor_to(HOUR_MS).plus_ms(-23 * HOUR_MS);
    let mut transaction = store.begin_read().await?;
    let rows = sqlx::query(concat!(
        "select ",
        source_columns!(),
        ", last_event.at as last_event_at
         from sources left join last_event on last_event.source = sources.number
         where sources.deleted_at is null
         order by lower(sources.name), sources.slug",
    ))
    .fetch_all(&mut *transaction)
    .await?;
    let volumes: Vec<(i64, i64, i64, i64)> = sqlx::query_as(include_str!("../../queries/source.volume.sql"))
        .bind(HOUR_MS)
        .bind(first_hour.0)
        .bind(first_hour.0 + 24 * HOUR_MS)
        .bind(failed_codes())
        .fetch_all(&mut *transaction)
        .await?;
    transaction.commit().await?;
    let mut summaries = Vec::with_capacity(rows.len());
    for row in &rows {
        let SourceRow(source) = sqlx::FromRow::from_row(row)?;
        let last_event_at = row.try_get::<Option<i64>, _>("last_event_at")?.map(Timestamp);
        summaries.push(SourceSummary { source, last_event_at, trend: vec![0; TREND_HOURS], received: 0, failed: 0 });
    }
    add_volumes(&mut summaries, volumes, first_hour);
    Ok(summaries)
}

/// Adds (source, bucket, received, failed) to the summaries of their sources.
fn add_volumes(summaries: &mut [SourceSummary], volumes: Vec<(i64, i64, i64, i64)>, first_hour: Timestamp) {
    let places: HashMap<i64, usize> =
        summaries.iter().enumerate().map(|(place, summary)| (summary.source.number.0, place)).collect();
    for (number, bucket_ms, received, failed) in volumes {
        let Some(summary) = places.get(&number).and_then(|place| summaries.get_mut(*place)) else { continue };
        let received = u64::try_from(received).unwrap_or(0);
        let hour = usize::try_from((bucket_ms - first_hour.0) / HOUR_MS).unwrap_or(0);
        if let Some(value) = summary.trend.get_mut(hour) {
            *value += received;
        }
        summary.received += received;
        summary.failed += u64::try_from(failed).unwrap_or(0);
    }
}

/// `received` and every reason of the step "failed on ingest", as a JSON list.
fn failed_codes() -> String {
    let reasons = DiscardReason::ALL.iter().filter(|reason| reason.step() == Step::FailedOnIngest);
    let codes: Vec<&str> =
        std::iter::once(Counted::Received.code()).chain(reasons.map(|reason| reason.code())).collect();
    json!(codes).to_string()
}
