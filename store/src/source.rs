//! Sources: creating and finding them. `slug` decides which address is free, `change` and `deletion` are the rest of a
//! source's life, `list` is the sources list with everyone's last 24 hours.

mod change;
mod deletion;
mod list;
mod slug;

use crate::audit::{self, AuditLine};
use crate::database::Store;
use crate::error::StoreError;
use crate::rollup::{self, latest};
use crate::write_key;
use domain::audit::Actor;
use domain::clock::{MINUTE_MS, Timestamp};
use domain::label::Labels;
use domain::overview::Counted;
use domain::source::{Source, SourceName, SourceNumber, SourceSlug, Website};
use domain::write_key::{FIRST_KEY_NAME, KeyName, WriteKey};
use serde_json::json;
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, Row};
use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

pub use change::{Basics, ChangeError, Labelled, SetEnabled, label_many, set_enabled, set_enabled_many, update};
pub(crate) use deletion::purge_slice;
pub use deletion::{delete, deleted, restore};
pub use list::{all, list};
pub use slug::{SLUG_ATTEMPTS_MAX, propose_slug, slug_is_free};

/// The tier that says how much came for a source in the last day: its buckets fit into hours.
const VOLUME_TIER_MS: i64 = 15 * MINUTE_MS;

/// Slugs kept in memory; when there are more all are forgotten and found again.
const FOUND_MAX: usize = 10_000;

/// The columns of a source, for [`SourceRow`].
macro_rules! source_columns {
    () => {
        "sources.id, sources.number, sources.name, sources.slug, sources.kind, sources.enabled, sources.created_at, \
         sources.description, sources.website, sources.labels, sources.version, sources.deleted_at"
    };
}
use source_columns;

/// Where the source is whose slug is the given parameter.
macro_rules! from_slug {
    ($slug:literal) => {
        concat!(
            " from source_slugs join sources on sources.id = source_slugs.source_id
              where source_slugs.slug = ",
            $slug,
            " and sources.deleted_at is null"
        )
    };
}

/// The columns of a [`Head`], but for the latest counts.
macro_rules! head_columns {
    () => {
        concat!(
            source_columns!(),
            ", (",
            write_key::newest_key!("sources.id"),
            ") as write_key, (select at from last_event where source = sources.number) as last_event_at,
                (select zone from workspace where id = 1) as zone"
        )
    };
}

/// What a statement that reads something else has besides to have a [`Head`], too: the one of the source with the slug `$2`, or
/// nulls if there is none. Columns, and what they are read from, with all of `sources`; the latest counts must be among the other
/// columns.
pub(crate) const HEAD_BESIDE: (&str, &str) =
    (head_columns!(), concat!(" from (select 1) left join (select sources.*", from_slug!("$2"), ") as sources"));

/// A row of `sources`.
struct SourceRow(Source);

impl FromRow<'_, SqliteRow> for SourceRow {
    fn from_row(row: &SqliteRow) -> Result<Self, sqlx::Error> {
        let labels: String = row.try_get("labels")?;
        let labels: Labels = serde_json::from_str(&labels).map_err(|error| sqlx::Error::Decode(error.into()))?;
        Ok(Self(Source {
            id: row.try_get("id")?,
            number: SourceNumber(row.try_get("number")?),
            name: row.try_get("name")?,
            slug: row.try_get("slug")?,
            kind: row.try_get("kind")?,
            enabled: row.try_get("enabled")?,
            created_at: Timestamp(row.try_get("created_at")?),
            description: row.try_get("description")?,
            website: row.try_get("website")?,
            labels,
            version: row.try_get("version")?,
            deleted_at: row.try_get::<Option<i64>, _>("deleted_at")?.map(Timestamp),
        }))
    }
}

/// What a new source is to be.
#[derive(Clone, Debug)]
pub struct NewSource {
    /// Others may have the same.
    pub name: SourceName,
    /// `None` takes the first free one of the name.
    pub slug: Option<SourceSlug>,
    /// Slug of the catalog entry; not checked here.
    pub kind: String,
    /// Where its visitors go.
    pub website: Website,
    /// What it belongs to.
    pub labels: Labels,
    /// Who adds it.
    pub actor: Actor,
}

impl NewSource {
    /// With nothing but a name and a kind.
    #[must_use]
    pub fn named(name: SourceName, kind: impl Into<String>) -> Self {
        let (website, labels) = (Website::default(), Labels::default());
        Self { name, slug: None, kind: kind.into(), website, labels, actor: Actor::Local }
    }
}

/// A source that was added.
#[derive(Clone, Debug)]
pub struct Created {
    /// Enabled, and takes events at once.
    pub source: Source,
    /// Its first key.
    pub write_key: WriteKey,
}

/// Why a source was not added.
#[derive(Debug, thiserror::Error)]
pub enum CreateError {
    /// Another source has that slug, or had it and still answers to it.
    #[error("the slug “{slug}” is taken; “{free}” is free")]
    SlugTaken {
        /// As asked for.
        slug: String,
        /// One that nobody has at the moment.
        free: String,
    },
    /// [`SLUG_ATTEMPTS_MAX`] sources have this name.
    #[error("too many sources have this name")]
    NameExhausted,
    /// The write key already belongs to a source.
    #[error("this write key is already in use")]
    KeyTaken,
    /// The database failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<sqlx::Error> for CreateError {
    fn from(error: sqlx::Error) -> Self {
        Self::Store(error.into())
    }
}

/// Adds a source with its first write key, made from `random`; its audit line is written with it.
///
/// # Errors
/// Its slug is taken, or the database fails; nothing was added.
pub async fn create(
    store: &Store,
    new: NewSource,
    now: Timestamp,
    random: [u8; domain::write_key::WRITE_KEY_CHARS],
) -> Result<Created, CreateError> {
    create_with_key(store, new, WriteKey::from_random(random), now).await
}

/// [`create`] with a key that exists already, for whoever moves here with their keys.
///
/// # Errors
/// Its slug or the key is taken, or the database fails; nothing was added.
pub async fn create_with_key(
    store: &Store,
    new: NewSource,
    write_key: WriteKey,
    now: Timestamp,
) -> Result<Created, CreateError> {
    let mut transaction = store.begin_write().await?;
    let number: i64 = sqlx::query_scalar(
        "insert into counter (name, value) values ('source', 1)
         on conflict (name) do update set value = counter.value + 1 returning value",
    )
    .fetch_one(&mut *transaction)
    .await?;
    let id = audit::new_id(now);
    let slug = slug::claim_for_new(&mut transaction, &id, &new, now).await?;
    let source = Source {
        id,
        number: SourceNumber(number),
        name: new.name.as_str().to_owned(),
        slug,
        kind: new.kind,
        enabled: true,
        created_at: now,
        description: String::new(),
        website: new.website.as_str().to_owned(),
        labels: new.labels,
        version: 1,
        deleted_at: None,
    };
    sqlx::query(
        "insert into sources (id, number, name, slug, kind, enabled, created_at, website, labels)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(&source.id)
    .bind(source.number.0)
    .bind(&source.name)
    .bind(&source.slug)
    .bind(&source.kind)
    .bind(source.enabled)
    .bind(now.0)
    .bind(&source.website)
    .bind(json!(source.labels).to_string())
    .execute(&mut *transaction)
    .await?;
    let first = KeyName::parse(FIRST_KEY_NAME).map_err(|_| StoreError::Corrupt("a key's name"))?;
    if write_key::insert(&mut transaction, &source.id, &first, &write_key, now).await?.is_none() {
        return Err(CreateError::KeyTaken);
    }
    let detail = json!({
        "name": source.name, "slug": source.slug, "kind": source.kind, "website": source.website, "labels": source.labels,
    });
    let line = AuditLine { at: now, actor: new.actor, action: "source.create", resource: &source.id, detail };
    audit::write(&mut transaction, line).await?;
    transaction.commit().await?;
    Ok(Created { source, write_key })
}

/// The source with that slug, now or until it was renamed; not a deleted one.
///
/// # Errors
/// The database fails.
pub async fn by_slug(store: &Store, slug: &str) -> Result<Option<Source>, StoreError> {
    let row: Option<SourceRow> = sqlx::query_as(concat!("select ", source_columns!(), from_slug!("$1"),))
        .bind(slug)
        .fetch_optional(store.pool())
        .await?;
    Ok(row.map(|SourceRow(source)| source))
}

/// The sources with these numbers by their ids, deleted ones included; of those that there are.
///
/// # Errors
/// The database fails.
pub async fn ids(store: &Store, numbers: &[i64]) -> Result<Vec<(i64, String)>, StoreError> {
    let ids = sqlx::query_as(
        "select number, id from sources where number in (select value from json_each($1)) order by number",
    )
    .bind(json!(numbers).to_string())
    .fetch_all(store.pool())
    .await?;
    Ok(ids)
}

/// How many sources there are, deleted ones not counted.
///
/// # Errors
/// The database fails.
pub async fn count(store: &Store) -> Result<u64, StoreError> {
    let count: i64 =
        sqlx::query_scalar("select count(*) from sources where deleted_at is null").fetch_one(store.pool()).await?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// How many events a source received since then, to the hour before it.
///
/// # Errors
/// The database fails.
pub async fn received_since(store: &Store, source: SourceNumber, since: Timestamp) -> Result<u64, StoreError> {
    let mut received = 0;
    let mut transaction = store.begin_read().await?;
    rollup::totals(&mut transaction, source, VOLUME_TIER_MS, since.floor_to(VOLUME_TIER_MS), |_, counted, count| {
        if counted == Counted::Received {
            received += count;
        }
    })
    .await?;
    Ok(received)
}

/// What stands above every page of a source.
#[derive(Clone, Debug)]
pub struct Head {
    /// The source.
    pub source: Source,
    /// Its newest key that has no end.
    pub write_key: Option<WriteKey>,
    /// When its last event arrived.
    pub last_event_at: Option<Timestamp>,
    /// The workspace's time zone; empty before it is set up.
    pub zone: String,
}

impl Head {
    /// Of a row with its columns, and the latest counts.
    pub(crate) fn of(row: &SqliteRow, latest: &[u8]) -> Result<Self, StoreError> {
        let SourceRow(source) = SourceRow::from_row(row)?;
        let write_key = row.try_get::<Option<String>, _>("write_key")?.map(WriteKey::from_text);
        let last_event_at = last_event_of(source.number, row, latest)?;
        let zone = row.try_get::<Option<String>, _>("zone")?.unwrap_or_default();
        Ok(Self { source, write_key, last_event_at, zone })
    }
}

/// The head of the source with that slug, as [`by_slug`] finds it; one statement, because every page waits for it.
///
/// # Errors
/// The database fails.
pub async fn head(store: &Store, slug: &str) -> Result<Option<Head>, StoreError> {
    let row =
        sqlx::query(concat!("select ", head_columns!(), ", (", latest::latest!(), ") as latest", from_slug!("$1")))
            .bind(slug)
            .fetch_optional(store.pool())
            .await?;
    let head = row.map(|row| Head::of(&row, row.try_get("latest")?)).transpose()?;
    if let Some(Head { source, .. }) = &head {
        store.found_sources().learn(slug, source.number);
    }
    Ok(head)
}

/// Sources by the slugs under which their heads were last found. By now a slug may be another's, or nobody's.
#[derive(Debug, Default)]
pub(crate) struct FoundSources(Mutex<HashMap<Box<str>, SourceNumber>>);

impl FoundSources {
    /// The source that had that slug.
    pub fn get(&self, slug: &str) -> Option<SourceNumber> {
        self.lock().get(slug).copied()
    }

    fn learn(&self, slug: &str, source: SourceNumber) {
        let mut found = self.lock();
        if found.len() >= FOUND_MAX {
            found.clear();
        }
        found.insert(slug.into(), source);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<Box<str>, SourceNumber>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// When the source's last event arrived, refused ones included.
///
/// # Errors
/// The database fails.
pub async fn last_event_at(store: &Store, source: SourceNumber) -> Result<Option<Timestamp>, StoreError> {
    let row = sqlx::query(concat!(
        "select (select at from last_event where source = $1) as last_event_at, (",
        latest::latest!(),
        ") as latest",
    ))
    .bind(source.0)
    .fetch_one(store.pool())
    .await?;
    last_event_of(source, &row, row.try_get("latest")?)
}

/// The later of the source's `last_event_at` and of what the latest counts say.
fn last_event_of(source: SourceNumber, row: &SqliteRow, latest: &[u8]) -> Result<Option<Timestamp>, StoreError> {
    let kept = row.try_get::<Option<i64>, _>("last_event_at")?.map(Timestamp);
    Ok(kept.max(latest::last_event(latest, source)?))
}
