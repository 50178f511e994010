//! Write keys: what an arriving event's key decides, and the keys of a source. `change` adds, renames, rotates and revokes them,
//! `last_used` notes their use with the commits. `pipeline` caches the rules; this file only reads them.

mod change;
mod last_used;

use crate::audit;
use crate::database::Store;
use crate::error::StoreError;
use domain::clock::Timestamp;
use domain::schema::SchemaControls;
use domain::source::SourceNumber;
use domain::write_key::{KeyName, SourceKey, WriteKey};
use sqlx::SqliteConnection;
use std::sync::Arc;

pub use change::{KeyChangeError, add, rename, revoke, rotate};
pub(crate) use last_used::KeyUses;

/// Most keys of a source that are listed, the working ones first.
const LISTED_MAX: i64 = 100;

/// What the ingest needs to know of a source to judge its events.
#[derive(Clone, Debug)]
pub struct SourceRules {
    /// The source.
    pub source: SourceNumber,
    /// Whether it takes events.
    pub enabled: bool,
    /// Which events it lets through.
    pub controls: SchemaControls,
    /// The key that led here.
    pub key_id: Arc<str>,
    /// When that key stops working; from then on it is like one that nobody has.
    pub key_expires_at: Option<Timestamp>,
}

impl SourceRules {
    /// Of an enabled source whose events came under no key: Headwater made them itself.
    #[must_use]
    pub fn without_key(source: SourceNumber, controls: SchemaControls) -> Self {
        Self { source, enabled: true, controls, key_id: "".into(), key_expires_at: None }
    }

    /// Whether the key that led here works at that moment.
    #[must_use]
    pub fn key_works(&self, now: Timestamp) -> bool {
        self.key_expires_at.is_none_or(|end| now < end)
    }
}

/// The statement that reads [`of_source`].
macro_rules! newest_key {
    ($source_id:literal) => {
        concat!(
            "select key from write_keys where source_id = ",
            $source_id,
            " and revoked_at is null and expires_at is null order by created_at desc, key limit 1"
        )
    };
}
pub(crate) use newest_key;

/// A source's newest key that has no end.
///
/// # Errors
/// The database fails.
pub async fn of_source(store: &Store, source_id: &str) -> Result<Option<WriteKey>, StoreError> {
    let key: Option<String> =
        sqlx::query_scalar(newest_key!("$1")).bind(source_id).fetch_optional(store.pool()).await?;
    Ok(key.map(WriteKey::from_text))
}

/// A key's row: id, name, key, created, last used, expires, revoked.
type KeyRow = (String, String, String, i64, Option<i64>, Option<i64>, Option<i64>);

fn key_of((id, name, key, created_at, last_used_at, expires_at, revoked_at): KeyRow) -> SourceKey {
    SourceKey {
        id,
        name,
        key: WriteKey::from_text(key),
        created_at: Timestamp(created_at),
        last_used_at: last_used_at.map(Timestamp),
        expires_at: expires_at.map(Timestamp),
        revoked_at: revoked_at.map(Timestamp),
    }
}

/// A source's keys: those without an end, those with one, those that somebody ended; newest first.
///
/// # Errors
/// The database fails.
pub async fn list(store: &Store, source_id: &str) -> Result<Vec<SourceKey>, StoreError> {
    let rows: Vec<KeyRow> = sqlx::query_as(
        "select id, name, key, created_at, last_used_at, expires_at, revoked_at from write_keys where source_id = $1
         order by revoked_at is not null, expires_at is not null, created_at desc, id desc limit $2",
    )
    .bind(source_id)
    .bind(LISTED_MAX)
    .fetch_all(store.pool())
    .await?;
    Ok(rows.into_iter().map(key_of).collect())
}

/// The id of the source that has or had this key, unless it is deleted: for finding a source by its key.
///
/// # Errors
/// The database fails.
pub async fn owner(store: &Store, key: &str) -> Result<Option<String>, StoreError> {
    let id = sqlx::query_scalar(
        "select sources.id from write_keys join sources on sources.id = write_keys.source_id
         where write_keys.key = $1 and sources.deleted_at is null",
    )
    .bind(key)
    .fetch_optional(store.pool())
    .await?;
    Ok(id)
}

/// A source's number, whether it is enabled, one of its blocked events; the key's id and end.
type RulesRow = (i64, bool, Option<String>, String, Option<i64>);

/// The rules of the source with that key; `None` if no source has it, or only a deleted one, or it was revoked. Whether its
/// grace time is over is for the caller to decide: see [`SourceRules::key_works`].
///
/// # Errors
/// The database fails.
pub async fn rules(store: &Store, key: &str) -> Result<Option<SourceRules>, StoreError> {
    let rows: Vec<RulesRow> = sqlx::query_as(
        "select sources.number, sources.enabled, blocked_events.name, write_keys.id, write_keys.expires_at
         from write_keys
         join sources on sources.id = write_keys.source_id
         left join blocked_events on blocked_events.source_id = sources.id
         where write_keys.key = $1 and write_keys.revoked_at is null and sources.deleted_at is null",
    )
    .bind(key)
    .fetch_all(store.pool())
    .await?;
    let Some((number, enabled, _, key_id, expires_at)) = rows.first().cloned() else { return Ok(None) };
    let blocked_events = rows.into_iter().filter_map(|(_, _, name, _, _)| name).collect();
    Ok(Some(SourceRules {
        source: SourceNumber(number),
        enabled,
        controls: SchemaControls { blocked_events },
        key_id: key_id.into(),
        key_expires_at: expires_at.map(Timestamp),
    }))
}

/// Adds a key; its id, or `None` if a source has or had it.
pub(crate) async fn insert(
    connection: &mut SqliteConnection,
    source_id: &str,
    name: &KeyName,
    key: &WriteKey,
    now: Timestamp,
) -> Result<Option<String>, StoreError> {
    let id = audit::new_id(now);
    let inserted = sqlx::query(
        "insert into write_keys (key, source_id, created_at, id, name) values ($1, $2, $3, $4, $5)
         on conflict (key) do nothing",
    )
    .bind(key.as_str())
    .bind(source_id)
    .bind(now.0)
    .bind(&id)
    .bind(name.as_str())
    .execute(connection)
    .await?;
    Ok((inserted.rows_affected() > 0).then_some(id))
}
