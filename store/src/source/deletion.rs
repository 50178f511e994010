//! Deleting a source: it is gone for everybody at once, its keys with it, and can be restored until `DELETED_KEEP_MS` are
//! over; then maintenance takes away its events, counts and rows, a slice at a time, the source itself last.

use super::{SourceRow, source_columns};
use crate::audit::{self, AuditLine};
use crate::database::Store;
use crate::error::StoreError;
use domain::audit::Actor;
use domain::clock::Timestamp;
use domain::source::{DELETED_KEEP_MS, Source};
use serde_json::{Value, json};
use sqlx::SqliteConnection;

/// Blocks taken away in one slice.
const PURGED_BLOCKS: i64 = 64;
/// Rows of another table taken away in one slice: some ten milliseconds.
const PURGED_ROWS: i64 = 5_000;

/// Buckets of counts taken away in one slice: those with many names have some dozen chunks each.
const PURGED_BUCKETS: i64 = 200;

/// What a source leaves behind, in slices: what is large first. `$1` is its number, `$2` the size of a slice.
const PURGED_IN_SLICES: [(&str, i64); 3] = [
    ("delete from event_block where id in (select id from event_block where source = $1 limit $2)", PURGED_BLOCKS),
    ("delete from rollup_tail where id in (select id from rollup_tail where source = $1 limit $2)", PURGED_ROWS),
    ("delete from rollup_block where id in (select id from rollup_block where source = $1 limit $2)", PURGED_BUCKETS),
];

/// The few rows that go with the source itself. `$1` is its id.
const PURGED_AT_LAST: [&str; 7] = [
    "delete from unsettled_hour where source = (select number from sources where id = $1)",
    "delete from version_seen where source = (select number from sources where id = $1)",
    "delete from last_event where source = (select number from sources where id = $1)",
    "delete from blocked_events where source_id = $1",
    "delete from write_keys where source_id = $1",
    "delete from source_slugs where source_id = $1",
    "delete from sources where id = $1",
];

/// Deletes a source; whether there was one. Its keys are like unknown ones from now on.
///
/// # Errors
/// The database fails.
pub async fn delete(store: &Store, source_id: &str, actor: Actor, now: Timestamp) -> Result<bool, StoreError> {
    let mut transaction = store.begin_write().await?;
    let deleted = sqlx::query("update sources set deleted_at = $1 where id = $2 and deleted_at is null")
        .bind(now.0)
        .bind(source_id)
        .execute(&mut *transaction)
        .await?;
    if deleted.rows_affected() == 0 {
        return Ok(false);
    }
    let detail = json!({
        "before": { "deleted_at": Value::Null },
        "after": { "deleted_at": now.0, "purge_at": now.plus_ms(DELETED_KEEP_MS).0 },
    });
    audit::write(&mut transaction, AuditLine { at: now, actor, action: "source.delete", resource: source_id, detail })
        .await?;
    transaction.commit().await?;
    Ok(true)
}

/// Takes the deletion back, with everything as it was; `None` if there is nothing to restore any more.
///
/// # Errors
/// The database fails.
pub async fn restore(
    store: &Store,
    source_id: &str,
    actor: Actor,
    now: Timestamp,
) -> Result<Option<Source>, StoreError> {
    let mut transaction = store.begin_write().await?;
    // Past its time it may be half gone.
    let row: Option<SourceRow> = sqlx::query_as(concat!(
        "select ",
        source_columns!(),
        " from sources where sources.id = $1 and sources.deleted_at > $2",
    ))
    .bind(source_id)
    .bind(now.plus_ms(-DELETED_KEEP_MS).0)
    .fetch_optional(&mut *transaction)
    .await?;
    let Some(SourceRow(source)) = row else { return Ok(None) };
    sqlx::query("update sources set deleted_at = null where id = $1")
        .bind(source_id)
        .execute(&mut *transaction)
        .await?;
    let detail = json!({ "before": { "deleted_at": source.deleted_at }, "after": { "deleted_at": Value::Null } });
    audit::write(&mut transaction, AuditLine { at: now, actor, action: "source.restore", resource: source_id, detail })
        .await?;
    transaction.commit().await?;
    Ok(Some(Source { deleted_at: None, ..source }))
}

/// The sources that can be restored, the last deleted first.
///
/// # Errors
/// The database fails.
pub async fn deleted(store: &Store, now: Timestamp) -> Result<Vec<Source>, StoreError> {
    let rows: Vec<SourceRow> = sqlx::query_as(concat!(
        "select ",
        source_columns!(),
        " from sources where sources.deleted_at > $1 order by sources.deleted_at desc, sources.id",
    ))
    .bind(now.plus_ms(-DELETED_KEEP_MS).0)
    .fetch_all(store.pool())
    .await?;
    Ok(rows.into_iter().map(|SourceRow(source)| source).collect())
}

/// Takes away a slice of a source whose time to be restored is over; whether there was one.
pub(crate) async fn purge_slice(connection: &mut SqliteConnection, now: Timestamp) -> Result<bool, StoreError> {
    let due: Option<(String, i64, String)> =
        sqlx::query_as("select id, number, name from sources where deleted_at <= $1 order by deleted_at limit 1")
            .bind(now.plus_ms(-DELETED_KEEP_MS).0)
            .fetch_optional(&mut *connection)
            .await?;
    let Some((id, number, name)) = due else { return Ok(false) };
    for (statement, limit) in PURGED_IN_SLICES {
        let purged = sqlx::query(statement).bind(number).bind(limit).execute(&mut *connection).await?;
        if purged.rows_affected() > 0 {
            return Ok(true);
        }
    }
    for statement in PURGED_AT_LAST {
        sqlx::query(statement).bind(&id).execute(&mut *connection).await?;
    }
    let detail = json!({ "name": name });
    audit::write(
        connection,
        AuditLine { at: now, actor: Actor::System, action: "source.purge", resource: &id, detail },
    )
    .await?;
    Ok(true)
}
