//! The latest counts of a source, by everything that is told apart: what open pages are kept up to date with.

use super::scan::{all_codes, word_key};
use crate::error::StoreError;
use crate::event::type_from_code;
use domain::breakdown::Dimension;
use domain::clock::Timestamp;
use domain::live::{LIVE_BUCKET_MS, LIVE_COUNTS_MAX, LiveCount, LiveFrame, LiveKey};
use domain::overview::Counted;
use domain::source::SourceNumber;
use sqlx::SqliteConnection;

type LiveRow = (i64, String, String, i64, Option<String>, i64, Option<String>, i64);

/// Reads the last so many buckets, that in progress included. One row more than travel says that there are more.
pub(super) async fn read(
    connection: &mut SqliteConnection,
    source: SourceNumber,
    buckets: i64,
    last_minute: u64,
    now: Timestamp,
) -> Result<LiveFrame, StoreError> {
    let since = now.floor_to(LIVE_BUCKET_MS).plus_ms((1 - buckets) * LIVE_BUCKET_MS);
    let rows: Vec<LiveRow> = sqlx::query_as(include_str!("../../queries/rollup.live.sql"))
        .bind(source.0)
        .bind(LIVE_BUCKET_MS)
        .bind(since.0)
        .bind(all_codes())
        .bind(i64::try_from(LIVE_COUNTS_MAX + 1).unwrap_or(i64::MAX))
        .fetch_all(connection)
        .await?;
    let is_cut = rows.len() > LIVE_COUNTS_MAX;
    let rows = if is_cut { Vec::new() } else { rows };
    let counts = rows.into_iter().map(count).collect::<Result<_, _>>()?;
    Ok(LiveFrame { source, now, since: Some(since), counts, is_cut, last_minute })
}

fn count(row: LiveRow) -> Result<LiveCount, StoreError> {
    let (bucket_ms, code, event_type, name, name_text, version, version_text, count) = row;
    let counted = Counted::from_code(&code).ok_or_else(|| StoreError::UnknownCode { what: "count", code })?;
    let key = LiveKey {
        counted,
        event_type: type_from_code(&event_type)?,
        name: word_key(Dimension::EventName, name, name_text),
        version: word_key(Dimension::AppVersion, version, version_text),
    };
    Ok(LiveCount { at: Timestamp(bucket_ms), key, count: u64::try_from(count).unwrap_or(0) })
}
