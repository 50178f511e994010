//! Changing a source. What people fill in is saved under the version that they read, so that nobody overwrites what somebody
//! else saved meanwhile; a label that is added to many needs it only where it takes another one's place; switching on and off
//! says what is wanted and needs none.

use super::slug::{claim, first_free, forget_old};
use super::{SourceRow, source_columns};
use crate::audit::{self, AuditLine};
use crate::database::Store;
use crate::error::StoreError;
use domain::audit::Actor;
use domain::clock::Timestamp;
use domain::label::{Label, Labels};
use domain::source::{Description, Source, SourceName, SourceSlug, Website};
use serde_json::{Value, json};
use sqlx::SqliteConnection;

/// What people say about a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Basics {
    /// Others may have the same.
    pub name: SourceName,
    /// Another one than before leaves the old one leading here, too.
    pub slug: SourceSlug,
    /// What it is for.
    pub description: Description,
    /// Where its visitors go.
    pub website: Website,
    /// What it belongs to.
    pub labels: Labels,
}

/// Why a source was not changed.
#[derive(Debug, thiserror::Error)]
pub enum ChangeError {
    /// Somebody changed it since that version; this is how it is now.
    #[error("somebody else changed the source")]
    Stale(Box<Source>),
    /// Another source has that slug, or had it and still answers to it.
    #[error("the slug “{slug}” is taken; “{free}” is free")]
    SlugTaken {
        /// As asked for.
        slug: String,
        /// One that nobody has at the moment.
        free: String,
    },
    /// There is no such source, or it is deleted.
    #[error("there is no such source")]
    NotFound,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for ChangeError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Which way to switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SetEnabled {
    /// Takes events from now on.
    Enable,
    /// Events fail with `source_disabled` from now on.
    Disable,
}

/// Saves what was filled in by somebody who had read that version. What changes nothing leaves no audit line.
///
/// # Errors
/// Why nothing was saved.
pub async fn update(
    store: &Store,
    source_id: &str,
    version: i64,
    basics: &Basics,
    actor: Actor,
    now: Timestamp,
) -> Result<Source, ChangeError> {
    let mut transaction = store.begin_write().await?;
    let before = by_id(&mut transaction, source_id).await?.ok_or(ChangeError::NotFound)?;
    if before.version != version {
        return Err(ChangeError::Stale(Box::new(before)));
    }
    let mut after = before.clone();
    after.name = basics.name.as_str().to_owned();
    after.slug = basics.slug.as_str().to_owned();
    after.description = basics.description.as_str().to_owned();
    after.website = basics.website.as_str().to_owned();
    after.labels = basics.labels.clone();
    if after == before {
        return Ok(before);
    }
    if after.slug != before.slug && !claim(&mut transaction, source_id, &basics.slug, now).await? {
        let free = first_free(&mut transaction, &basics.slug).await?.as_str().to_owned();
        return Err(ChangeError::SlugTaken { slug: after.slug, free });
    }
    save(&mut transaction, &before, &mut after, actor, now).await?;
    forget_old(&mut transaction, source_id).await?;
    transaction.commit().await?;
    Ok(after)
}

/// Switches a source on or off. Setting what is already set changes nothing, and leaves no audit line.
///
/// # Errors
/// The database fails.
pub async fn set_enabled(
    store: &Store,
    source_id: &str,
    to: SetEnabled,
    actor: Actor,
    now: Timestamp,
) -> Result<(), StoreError> {
    set_enabled_many(store, &[source_id], to, actor, now).await.map(|_changed| ())
}

/// Switches these on or off; how many were the other way before.
///
/// # Errors
/// The database fails; none was switched.
pub async fn set_enabled_many(
    store: &Store,
    source_ids: &[&str],
    to: SetEnabled,
    actor: Actor,
    now: Timestamp,
) -> Result<usize, StoreError> {
    let (enabled, action) = match to {
        SetEnabled::Enable => (true, "source.enable"),
        SetEnabled::Disable => (false, "source.disable"),
    };
    let mut transaction = store.begin_write().await?;
    let mut changed = 0;
    for source_id in source_ids {
        let updated =
            sqlx::query("update sources set enabled = $1 where id = $2 and enabled <> $1 and deleted_at is null")
                .bind(enabled)
                .bind(source_id)
                .execute(&mut *transaction)
                .await?;
        if updated.rows_affected() > 0 {
            let detail = json!({ "before": { "enabled": !enabled }, "after": { "enabled": enabled } });
            audit::write(&mut transaction, AuditLine { at: now, actor, action, resource: source_id, detail }).await?;
            changed += 1;
        }
    }
    transaction.commit().await?;
    Ok(changed)
}

/// What became of a label for many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Labelled {
    /// They have it.
    Done {
        /// How many did not have it before.
        changed: usize,
        /// The names of those that have no room for one more.
        full: Vec<String>,
    },
    /// None was changed: these have another value for its key, and were changed since the version that was read.
    Stale(Vec<String>),
}

/// Gives these sources a label, in place of the one with its key. Each comes with the version that was read, if any was.
///
/// # Errors
/// The database fails; none was changed.
pub async fn label_many(
    store: &Store,
    chosen: &[(&str, Option<i64>)],
    label: &Label,
    actor: Actor,
    now: Timestamp,
) -> Result<Labelled, StoreError> {
    let mut transaction = store.begin_write().await?;
    let (mut changed, mut full, mut stale) = (0, Vec::new(), Vec::new());
    for (source_id, version) in chosen {
        let Some(before) = by_id(&mut transaction, source_id).await? else { continue };
        let replaces = before.labels.get(label.key()).is_some_and(|value| value != label.value());
        if replaces && version.is_some_and(|version| version != before.version) {
            stale.push(before.name);
            continue;
        }
        let mut after = before.clone();
        if after.labels.set(label.clone()).is_err() {
            full.push(after.name);
        } else if after.labels != before.labels {
            save(&mut transaction, &before, &mut after, actor, now).await?;
            changed += 1;
        }
    }
    if !stale.is_empty() {
        return Ok(Labelled::Stale(stale));
    }
    transaction.commit().await?;
    Ok(Labelled::Done { changed, full })
}

/// Writes what differs, under the next version, with its audit line.
async fn save(
    connection: &mut SqliteConnection,
    before: &Source,
    after: &mut Source,
    actor: Actor,
    now: Timestamp,
) -> Result<(), StoreError> {
    after.version = before.version + 1;
    sqlx::query(
        "update sources set name = $1, slug = $2, description = $3, website = $4, labels = $5, version = $6
         where id = $7",
    )
    .bind(&after.name)
    .bind(&after.slug)
    .bind(&after.description)
    .bind(&after.website)
    .bind(json!(after.labels).to_string())
    .bind(after.version)
    .bind(&after.id)
    .execute(&mut *connection)
    .await?;
    let detail = audit::change(&said(before), &said(after));
    audit::write(connection, AuditLine { at: now, actor, action: "source.update", resource: &after.id, detail }).await
}

/// What people say about a source, for the audit trail.
fn said(source: &Source) -> Value {
    json!({
        "name": source.name,
        "slug": source.slug,
        "description": source.description,
        "website": source.website,
        "labels": source.labels,
    })
}

/// The source with that id, if it is not deleted.
async fn by_id(connection: &mut SqliteConnection, source_id: &str) -> Result<Option<Source>, StoreError> {
    let row: Option<SourceRow> = sqlx::query_as(concat!(
        "select ",
        source_columns!(),
        " from sources where sources.id = $1 and sources.deleted_at is null",
    ))
    .bind(source_id)
    .fetch_optional(connection)
    .await?;
    Ok(row.map(|SourceRow(source)| source))
}
