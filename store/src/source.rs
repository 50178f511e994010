//! Sources: their rows, and the sources list with everyone's last 24 hours.

use crate::audit::{self, AuditLine};
use crate::database::Store;
use crate::error::StoreError;
use domain::clock::{HOUR_MS, Timestamp};
use domain::discard::DiscardReason;
use domain::overview::Counted;
use domain::source::{Source, SourceName, SourceNumber, SourceSummary};
use domain::step::Step;
use domain::write_key::WriteKey;
use serde_json::json;
use sqlx::SqliteConnection;
use std::collections::HashMap;

/// How many slugs are tried for one name: a thousand sources of one name are a script gone wrong.
pub const SLUG_ATTEMPTS_MAX: u32 = 1_000;
/// Hours of a summary's trend.
const TREND_HOURS: usize = 24;

type SourceRow = (String, i64, String, String, String, bool, i64);
/// A source, and when its last event arrived.
type ListRow = (String, i64, String, String, String, bool, i64, Option<i64>);

fn source_of((id, number, name, slug, kind, enabled, created_at): SourceRow) -> Source {
    Source { id, number: SourceNumber(number), name, slug, kind, enabled, created_at: Timestamp(created_at) }
}

/// Creates a source with its first write key. The slug is the name's first free one.
///
/// # Errors
/// The database fails, the key is taken, or [`SLUG_ATTEMPTS_MAX`] sources have this name.
pub async fn create(
    store: &Store,
    name: &SourceName,
    kind: &str,
    write_key: &WriteKey,
    now: Timestamp,
) -> Result<Source, StoreError> {
    let mut transaction = store.begin_write().await?;
    let number: i64 = sqlx::query_scalar(
        "insert into counter (name, value) values ('source', 1)
         on conflict (name) do update set value = counter.value + 1 returning value",
    )
    .fetch_one(&mut *transaction)
    .await?;
    let mut source = Source {
        id: audit::new_id(now),
        number: SourceNumber(number),
        name: name.as_str().to_owned(),
        slug: String::new(),
        kind: kind.to_owned(),
        enabled: true,
        created_at: now,
    };
    insert_with_free_slug(&mut transaction, &mut source, name).await?;
    let keyed = sqlx::query(
        "insert into write_keys (key, source_id, created_at) values ($1, $2, $3) on conflict (key) do nothing",
    )
    .bind(write_key.as_str())
    .bind(&source.id)
    .bind(now.0)
    .execute(&mut *transaction)
    .await?;
    if keyed.rows_affected() == 0 {
        return Err(StoreError::KeyTaken);
    }
    let detail = json!({ "name": source.name, "slug": source.slug, "kind": source.kind });
    let line = AuditLine { at: now, action: "source.create", resource: &source.id, detail };
    audit::write(&mut transaction, line).await?;
    transaction.commit().await?;
    Ok(source)
}

/// Lets the unique constraint decide which slug is free: looking first would race.
async fn insert_with_free_slug(
    connection: &mut SqliteConnection,
    source: &mut Source,
    name: &SourceName,
) -> Result<(), StoreError> {
    for attempt in 1..=SLUG_ATTEMPTS_MAX {
        source.slug = name.slug(attempt);
        let inserted = sqlx::query(
            "insert into sources (id, number, name, slug, kind, enabled, created_at)
             values ($1, $2, $3, $4, $5, $6, $7) on conflict (slug) do nothing",
        )
        .bind(&source.id)
        .bind(source.number.0)
        .bind(&source.name)
        .bind(&source.slug)
        .bind(&source.kind)
        .bind(source.enabled)
        .bind(source.created_at.0)
        .execute(&mut *connection)
        .await?;
        if inserted.rows_affected() > 0 {
            return Ok(());
        }
    }
    Err(StoreError::NameTaken)
}

/// The source with that slug.
///
/// # Errors
/// The database fails.
pub async fn by_slug(store: &Store, slug: &str) -> Result<Option<Source>, StoreError> {
    let row: Option<SourceRow> =
        sqlx::query_as("select id, number, name, slug, kind, enabled, created_at from sources where slug = $1")
            .bind(slug)
            .fetch_optional(store.pool())
            .await?;
    Ok(row.map(source_of))
}

/// How many sources there are.
///
/// # Errors
/// The database fails.
pub async fn count(store: &Store) -> Result<u64, StoreError> {
    let count: i64 = sqlx::query_scalar("select count(*) from sources").fetch_one(store.pool()).await?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Switches a source on or off. Setting what is already set changes nothing, and leaves no audit line.
///
/// # Errors
/// The database fails.
pub async fn set_enabled(store: &Store, source_id: &str, enabled: bool, now: Timestamp) -> Result<(), StoreError> {
    let mut transaction = store.begin_write().await?;
    let changed = sqlx::query("update sources set enabled = $1 where id = $2 and enabled <> $1")
        .bind(enabled)
        .bind(source_id)
        .execute(&mut *transaction)
        .await?;
    if changed.rows_affected() > 0 {
        let action = if enabled { "source.enable" } else { "source.disable" };
        let line = AuditLine { at: now, action, resource: source_id, detail: json!({}) };
        audit::write(&mut transaction, line).await?;
    }
    transaction.commit().await?;
    Ok(())
}

/// When the source's last event arrived, refused ones included.
///
/// # Errors
/// The database fails.
pub async fn last_event_at(store: &Store, source: SourceNumber) -> Result<Option<Timestamp>, StoreError> {
    let at: Option<i64> = sqlx::query_scalar("select at from last_event where source = $1")
        .bind(source.0)
        .fetch_optional(store.pool())
        .await?;
    Ok(at.map(Timestamp))
}

/// All sources by name, each with its last event and its last 24 hours.
///
/// # Errors
/// The database fails.
pub async fn list(store: &Store, now: Timestamp) -> Result<Vec<SourceSummary>, StoreError> {
    let first_hour = now.floor_to(HOUR_MS).plus_ms(-23 * HOUR_MS);
    let mut transaction = store.begin_read().await?;
    let rows: Vec<ListRow> =
        sqlx::query_as(include_str!("../queries/source.list.sql")).fetch_all(&mut *transaction).await?;
    let volumes: Vec<(i64, i64, i64, i64)> = sqlx::query_as(include_str!("../queries/source.volume.sql"))
        .bind(HOUR_MS)
        .bind(first_hour.0)
        .bind(first_hour.0 + 24 * HOUR_MS)
        .bind(failed_codes())
        .fetch_all(&mut *transaction)
        .await?;
    transaction.commit().await?;
    let mut summaries: Vec<SourceSummary> = rows
        .into_iter()
        .map(|(id, number, name, slug, kind, enabled, created_at, last_event_at)| SourceSummary {
            source: source_of((id, number, name, slug, kind, enabled, created_at)),
            last_event_at: last_event_at.map(Timestamp),
            trend: vec![0; TREND_HOURS],
            received: 0,
            failed: 0,
        })
        .collect();
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
    Ok(summaries)
}

/// `received` and every reason of the step "failed on ingest", as a JSON list.
fn failed_codes() -> String {
    let reasons = DiscardReason::ALL.iter().filter(|reason| reason.step() == Step::FailedOnIngest);
    let codes: Vec<&str> =
        std::iter::once(Counted::Received.code()).chain(reasons.map(|reason| reason.code())).collect();
    json!(codes).to_string()
}
