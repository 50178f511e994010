//! Counts of versions before 0006: one row for each key in a table `rollup`. They are packed once, and the table goes.

use super::counts::{Count, Key, add_up};
use super::fold::add;
use crate::dictionary::NONE;
use crate::error::StoreError;
use crate::event::type_from_code;
use domain::clock::{HOUR_MS, Timestamp};
use domain::overview::Counted;
use domain::source::SourceNumber;
use domain::time_range::{TIERS, Tier};
use sqlx::{Connection, SqliteConnection};
use std::collections::BTreeMap;

type Row = (i64, String, String, i64, i64, i64);

/// Packs the table's counts, if it is still there.
pub(crate) async fn pack(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let there: i64 = sqlx::query_scalar("select count(*) from sqlite_master where type = 'table' and name = 'rollup'")
        .fetch_one(&mut *connection)
        .await?;
    if there == 0 {
        return Ok(());
    }
    let mut transaction = connection.begin_with("begin immediate").await?;
    let parts: Vec<(i64, i64)> =
        sqlx::query_as("select distinct source, tier_ms from rollup").fetch_all(&mut *transaction).await?;
    for (source, tier_ms) in parts {
        let rows: Vec<Row> = sqlx::query_as(
            "select bucket_ms, counted, type, name, version, count from rollup where source = $1 and tier_ms = $2",
        )
        .bind(source)
        .bind(tier_ms)
        .fetch_all(&mut *transaction)
        .await?;
        // The coarser ones were not there: they are made of its hours.
        let is_made = |tier: &Tier| tier.width_ms == tier_ms || (tier_ms == HOUR_MS && tier.width_ms > HOUR_MS);
        for tier in TIERS.into_iter().filter(is_made) {
            for (at, counts) in buckets(&rows, tier)? {
                add(&mut transaction, SourceNumber(source), tier, at, &add_up(counts)).await?;
            }
        }
    }
    sqlx::query("drop table rollup").execute(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(())
}

fn buckets(rows: &[Row], tier: Tier) -> Result<BTreeMap<Timestamp, Vec<Count<Key>>>, StoreError> {
    let mut buckets: BTreeMap<Timestamp, Vec<Count<Key>>> = BTreeMap::new();
    for (bucket_ms, code, event_type, name, version, count) in rows {
        let counted =
            Counted::from_code(code).ok_or_else(|| StoreError::UnknownCode { what: "count", code: code.clone() })?;
        let event_type = type_from_code(event_type)?;
        let key = Key { counted, event_type, name: *name, version: *version, library: NONE };
        let at = Timestamp(*bucket_ms).floor_to(tier.width_ms);
        buckets.entry(at).or_default().push((key, u64::try_from(*count).unwrap_or(0)));
    }
    Ok(buckets)
}
