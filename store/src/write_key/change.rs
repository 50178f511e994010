//! The life of a source's keys. Every change is written with its audit line; neither ever holds a key itself.

use super::{KeyRow, key_of};
use crate::audit::{self, AuditLine};
use crate::database::Store;
use crate::error::StoreError;
use domain::audit::Actor;
use domain::clock::Timestamp;
use domain::write_key::{Grace, KeyName, KeyState, LIVE_KEYS_MAX, SourceKey, WriteKey};
use serde_json::{Value, json};
use sqlx::SqliteConnection;

/// Why a key was not changed.
#[derive(Debug, thiserror::Error)]
pub enum KeyChangeError {
    /// The source has no such key, or is gone.
    #[error("there is no such key")]
    NotFound,
    /// Somebody renamed it since it was called that; this is what it is called now.
    #[error("somebody else renamed the key to “{0}”")]
    Renamed(String),
    /// It was revoked or replaced already, perhaps by somebody else just now.
    #[error("the key is not active any more")]
    NotActive,
    /// The source's only key without an end: its senders would all be refused.
    #[error("the only active key cannot be revoked")]
    OnlyActive,
    /// [`LIVE_KEYS_MAX`] keys of the source work.
    #[error("the source has {LIVE_KEYS_MAX} keys that work")]
    TooMany,
    /// The key already belongs to a source.
    #[error("this write key is already in use")]
    KeyTaken,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for KeyChangeError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Adds a key beside the others.
///
/// # Errors
/// Why it was not added.
pub async fn add(
    store: &Store,
    source_id: &str,
    name: &KeyName,
    key: &WriteKey,
    actor: Actor,
    now: Timestamp,
) -> Result<SourceKey, KeyChangeError> {
    let mut transaction = store.begin_write().await?;
    let added = insert_checked(&mut transaction, source_id, name, key, now).await?;
    let detail = json!({ "key": added.id, "name": added.name });
    let line = AuditLine { at: now, actor, action: "write_key.create", resource: source_id, detail };
    audit::write(&mut transaction, line).await?;
    transaction.commit().await?;
    Ok(added)
}

/// Calls a key something else, if it is still called what whoever asks for it had read. What changes nothing leaves no audit
/// line.
///
/// # Errors
/// Why nothing was changed.
pub async fn rename(
    store: &Store,
    source_id: &str,
    key_id: &str,
    (read, name): (&str, &KeyName),
    actor: Actor,
    now: Timestamp,
) -> Result<(), KeyChangeError> {
    let mut transaction = store.begin_write().await?;
    let key = find(&mut transaction, source_id, key_id).await?;
    if key.name == name.as_str() {
        return Ok(());
    }
    if key.name != read {
        return Err(KeyChangeError::Renamed(key.name));
    }
    sqlx::query("update write_keys set name = $1 where id = $2")
        .bind(name.as_str())
        .bind(&key.id)
        .execute(&mut *transaction)
        .await?;
    let detail = json!({ "key": key.id, "before": { "name": key.name }, "after": { "name": name.as_str() } });
    let line = AuditLine { at: now, actor, action: "write_key.rename", resource: source_id, detail };
    audit::write(&mut transaction, line).await?;
    transaction.commit().await?;
    Ok(())
}

/// Puts a new key of the same name in the place of an active one, which goes on working for the grace time.
///
/// # Errors
/// Why nothing was changed.
pub async fn rotate(
    store: &Store,
    source_id: &str,
    key_id: &str,
    grace: Grace,
    new_key: &WriteKey,
    actor: Actor,
    now: Timestamp,
) -> Result<SourceKey, KeyChangeError> {
    let mut transaction = store.begin_write().await?;
    let old = find(&mut transaction, source_id, key_id).await?;
    if old.state(now) != KeyState::Active {
        return Err(KeyChangeError::NotActive);
    }
    let name = KeyName::parse(&old.name).map_err(|_| StoreError::Corrupt("a key's name"))?;
    let new = insert_checked(&mut transaction, source_id, &name, new_key, now).await?;
    let (column, end) = match grace {
        Grace::None => ("revoked_at", now),
        Grace::Day | Grace::ThreeDays | Grace::ThirtyDays => ("expires_at", now.plus_ms(grace.ms())),
    };
    let update = match grace {
        Grace::None => "update write_keys set revoked_at = $1 where id = $2",
        Grace::Day | Grace::ThreeDays | Grace::ThirtyDays => "update write_keys set expires_at = $1 where id = $2",
    };
    sqlx::query(update).bind(end.0).bind(&old.id).execute(&mut *transaction).await?;
    let detail = json!({
        "key": old.id, "name": old.name, "grace": grace.code(),
        "before": { column: Value::Null }, "after": { column: end.0, "replaced_by": new.id },
    });
    let line = AuditLine { at: now, actor, action: "write_key.rotate", resource: source_id, detail };
    audit::write(&mut transaction, line).await?;
    transaction.commit().await?;
    Ok(new)
}

/// Ends a key at once. Doing it twice changes nothing, and leaves no audit line.
///
/// # Errors
/// Why nothing was changed.
pub async fn revoke(
    store: &Store,
    source_id: &str,
    key_id: &str,
    actor: Actor,
    now: Timestamp,
) -> Result<(), KeyChangeError> {
    let mut transaction = store.begin_write().await?;
    let key = find(&mut transaction, source_id, key_id).await?;
    match key.state(now) {
        KeyState::Revoked(_) => return Ok(()),
        KeyState::Active if active(&mut transaction, source_id).await? <= 1 => {
            return Err(KeyChangeError::OnlyActive);
        }
        KeyState::Active | KeyState::Grace(_) | KeyState::Expired(_) => {}
    }
    sqlx::query("update write_keys set revoked_at = $1 where id = $2")
        .bind(now.0)
        .bind(&key.id)
        .execute(&mut *transaction)
        .await?;
    let detail = json!({
        "key": key.id, "name": key.name, "before": { "revoked_at": Value::Null }, "after": { "revoked_at": now.0 },
    });
    let line = AuditLine { at: now, actor, action: "write_key.revoke", resource: source_id, detail };
    audit::write(&mut transaction, line).await?;
    transaction.commit().await?;
    Ok(())
}

async fn find(connection: &mut SqliteConnection, source_id: &str, key_id: &str) -> Result<SourceKey, KeyChangeError> {
    let row: Option<KeyRow> = sqlx::query_as(
        "select write_keys.id, write_keys.name, write_keys.key, write_keys.created_at, write_keys.last_used_at,
            write_keys.expires_at, write_keys.revoked_at
         from write_keys join sources on sources.id = write_keys.source_id
         where write_keys.id = $1 and write_keys.source_id = $2 and sources.deleted_at is null",
    )
    .bind(key_id)
    .bind(source_id)
    .fetch_optional(connection)
    .await?;
    row.map(key_of).ok_or(KeyChangeError::NotFound)
}

/// How many keys of the source have no end.
async fn active(connection: &mut SqliteConnection, source_id: &str) -> Result<i64, StoreError> {
    let count = sqlx::query_scalar(
        "select count(*) from write_keys where source_id = $1 and revoked_at is null and expires_at is null",
    )
    .bind(source_id)
    .fetch_one(connection)
    .await?;
    Ok(count)
}

async fn insert_checked(
    connection: &mut SqliteConnection,
    source_id: &str,
    name: &KeyName,
    key: &WriteKey,
    now: Timestamp,
) -> Result<SourceKey, KeyChangeError> {
    let (sources, live): (i64, i64) = sqlx::query_as(
        "select (select count(*) from sources where id = $1 and deleted_at is null),
            (select count(*) from write_keys
             where source_id = $1 and revoked_at is null and (expires_at is null or expires_at > $2))",
    )
    .bind(source_id)
    .bind(now.0)
    .fetch_one(&mut *connection)
    .await?;
    if sources == 0 {
        return Err(KeyChangeError::NotFound);
    }
    if live >= LIVE_KEYS_MAX {
        return Err(KeyChangeError::TooMany);
    }
    let id = super::insert(connection, source_id, name, key, now).await?.ok_or(KeyChangeError::KeyTaken)?;
    Ok(key_of((id, name.as_str().to_owned(), key.as_str().to_owned(), now.0, None, None, None)))
}
