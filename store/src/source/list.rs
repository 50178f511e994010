//! The sources list: four statements, however many sources there are.

use super::{SourceRow, VOLUME_TIER_MS, source_columns};
use crate::database::Store;
use crate::error::StoreError;
use crate::rollup::{Bucket, counts, keys, latest};
use domain::clock::{HOUR_MS, Timestamp};
use domain::overview::Counted;
use domain::source::{Source, SourceSummary};
use domain::step::Step;
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
    let blocks: Vec<(i64, i64, Vec<u8>)> = sqlx::query_as(
        "select rollup_summary.source, rollup_summary.bucket_ms, rollup_summary.totals
         from sources cross join rollup_summary
            on rollup_summary.source = sources.number
            and rollup_summary.tier_ms = $1
            and rollup_summary.bucket_ms >= $2
         where sources.deleted_at is null",
    )
    .bind(VOLUME_TIER_MS)
    .bind(first_hour.0)
    .fetch_all(&mut *transaction)
    .await?;
    let tail: Vec<(i64, i64, Vec<u8>)> =
        sqlx::query_as("select source, bucket_ms, counts from rollup_tail where bucket_ms >= $1")
            .bind(first_hour.0)
            .fetch_all(&mut *transaction)
            .await?;
    let latest = latest::read(&mut transaction).await?;
    let mut summaries = Vec::with_capacity(rows.len());
    for row in &rows {
        let SourceRow(source) = sqlx::FromRow::from_row(row)?;
        let last_event_at = row.try_get::<Option<i64>, _>("last_event_at")?.map(Timestamp);
        summaries.push(SourceSummary { source, last_event_at, trend: vec![0; TREND_HOURS], received: 0, failed: 0 });
    }
    let places: HashMap<i64, usize> =
        summaries.iter().enumerate().map(|(place, summary)| (summary.source.number.0, place)).collect();
    for (number, bucket_ms, totals) in blocks {
        let Some(summary) = places.get(&number).and_then(|place| summaries.get_mut(*place)) else { continue };
        counts::totals(&totals, |counted, _, count| add(summary, hour_of(bucket_ms, first_hour), counted, count))?;
    }
    for (number, bucket_ms, packed) in tail {
        let Some(summary) = places.get(&number).and_then(|place| summaries.get_mut(*place)) else { continue };
        keys::keys(&packed, |key, count| add(summary, hour_of(bucket_ms, first_hour), key.counted, count))?;
    }
    for section in latest::sections(&latest) {
        let latest::Section { bucket: Bucket { source, at, .. }, last_event, counts } = section?;
        let Some(summary) = places.get(&source.0).and_then(|place| summaries.get_mut(*place)) else { continue };
        summary.last_event_at = summary.last_event_at.max(last_event);
        if at >= first_hour {
            keys::keys(counts, |key, count| add(summary, hour_of(at.0, first_hour), key.counted, count))?;
        }
    }
    Ok(summaries)
}

fn hour_of(bucket_ms: i64, first_hour: Timestamp) -> usize {
    usize::try_from((bucket_ms - first_hour.0) / HOUR_MS).unwrap_or(0)
}

fn add(summary: &mut SourceSummary, hour: usize, counted: Counted, count: u64) {
    let Some(value) = summary.trend.get_mut(hour) else { return };
    match counted {
        Counted::Received => {
            *value += count;
            summary.received += count;
        }
        Counted::Judged(verdict) if verdict.step() == Step::FailedOnIngest => summary.failed += count,
        Counted::Judged(_) | Counted::Duplicate => {}
    }
}
