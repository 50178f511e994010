//! The tail: events that came too few at a time for a block, a row each, until `maintenance` seals them into one.

use crate::error::StoreError;
use domain::clock::{HOUR_MS, Timestamp};
use domain::source::SourceNumber;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use std::collections::BTreeMap;

/// Rows of one insert statement: 4 values each, far below SQLite's 32,766.
const INSERT_ROWS: usize = 256;

/// A row of `event_tail`.
pub(crate) struct TailRow {
    pub source: SourceNumber,
    pub at: Timestamp,
    pub hash: u64,
    pub line: String,
}

/// An hour of a source, oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SourceHour {
    pub hour_ms: i64,
    pub source: SourceNumber,
}

impl SourceHour {
    /// The hour of that source's event.
    pub fn of(source: SourceNumber, at: Timestamp) -> Self {
        Self { hour_ms: at.floor_to(HOUR_MS).0, source }
    }
}

/// How many rows each hour has in the tail: tells sealing what is due without asking the table.
#[derive(Default)]
pub(crate) struct TailCounts(BTreeMap<SourceHour, usize>);

impl TailCounts {
    /// Counts what is there.
    pub async fn load(connection: &mut SqliteConnection) -> Result<Self, StoreError> {
        let rows: Vec<(i64, i64, i64)> =
            sqlx::query_as("select source, at / $1 * $1 as hour_ms, count(*) from event_tail group by source, hour_ms")
                .bind(HOUR_MS)
                .fetch_all(connection)
                .await?;
        let counts = rows.into_iter().map(|(source, hour_ms, count)| {
            let hour = SourceHour { hour_ms, source: SourceNumber(source) };
            (hour, usize::try_from(count).unwrap_or(0))
        });
        Ok(Self(counts.collect()))
    }

    /// Rows were added.
    pub fn add(&mut self, hour: SourceHour, rows: usize) {
        *self.0.entry(hour).or_default() += rows;
    }

    /// Rows were sealed.
    pub fn remove(&mut self, hour: SourceHour, rows: usize) {
        if let Some(count) = self.0.get_mut(&hour) {
            *count = count.saturating_sub(rows);
            if *count == 0 {
                self.0.remove(&hour);
            }
        }
    }

    /// Sealing found an hour empty.
    pub fn forget(&mut self, hour: SourceHour) {
        self.0.remove(&hour);
    }

    /// The oldest hour that is over, else the oldest with `rows` and more.
    pub fn due(&self, over_before_ms: i64, rows: usize) -> Option<SourceHour> {
        let oldest = self.0.keys().next().filter(|hour| hour.hour_ms < over_before_ms).copied();
        oldest.or_else(|| self.0.iter().find(|(_, count)| **count >= rows).map(|(hour, _)| *hour))
    }
}

/// The first rows of an hour by arrival, with their ids.
pub(crate) async fn of_hour(
    connection: &mut SqliteConnection,
    hour: SourceHour,
    limit: i64,
) -> Result<Vec<(i64, TailRow)>, StoreError> {
    let rows: Vec<(i64, i64, i64, String)> = sqlx::query_as(
        "select id, at, hash, line from event_tail where source = $1 and at >= $2 and at < $3 order by at, id limit $4",
    )
    .bind(hour.source.0)
    .bind(hour.hour_ms)
    .bind(hour.hour_ms + HOUR_MS)
    .bind(limit)
    .fetch_all(connection)
    .await?;
    let row = |(id, at, hash, line): (i64, i64, i64, String)| {
        (id, TailRow { source: hour.source, at: Timestamp(at), hash: hash.cast_unsigned(), line })
    };
    Ok(rows.into_iter().map(row).collect())
}

/// Deletes rows.
pub(crate) async fn delete(connection: &mut SqliteConnection, ids: &[i64]) -> Result<(), StoreError> {
    let deleted = sqlx::query("delete from event_tail where id in (select value from json_each($1))")
        .bind(serde_json::json!(ids).to_string())
        .execute(connection)
        .await?;
    // Blocks made of rows that somebody else removed would count events twice.
    if deleted.rows_affected() == ids.len() as u64 { Ok(()) } else { Err(StoreError::Corrupt("a tail")) }
}

/// Writes the rows.
pub(crate) async fn insert(connection: &mut SqliteConnection, mut rows: Vec<TailRow>) -> Result<(), StoreError> {
    while !rows.is_empty() {
        let chunk = rows.drain(..rows.len().min(INSERT_ROWS));
        let mut query = QueryBuilder::<Sqlite>::new("insert into event_tail (source, at, hash, line) ");
        query.push_values(chunk, |mut values, row| {
            values.push_bind(row.source.0).push_bind(row.at.0).push_bind(row.hash.cast_signed()).push_bind(row.line);
        });
        query.build().execute(&mut *connection).await?;
    }
    Ok(())
}
