//! Which address a source gets. The unique constraint decides, not a look beforehand: looking first would race. A source
//! keeps the slugs that it had before, so that links to it go on working; nobody else gets them while it is there.

use super::{CreateError, NewSource};
use crate::database::Store;
use crate::error::StoreError;
use domain::clock::Timestamp;
use domain::source::{FORMER_SLUGS_MAX, SourceName, SourceSlug};
use sqlx::SqliteConnection;

/// How many slugs are tried for one name: a thousand sources of one name are a script gone wrong.
pub const SLUG_ATTEMPTS_MAX: u32 = 1_000;

/// Whether nobody has this slug at the moment. For showing it beside a form; `create` and `update` find out for themselves.
///
/// # Errors
/// The database fails.
pub async fn slug_is_free(store: &Store, slug: &SourceSlug) -> Result<bool, StoreError> {
    let mut connection = store.pool().acquire().await?;
    is_free(&mut connection, slug).await
}

/// The slug that a source of this name would get at the moment.
///
/// # Errors
/// The database fails.
pub async fn propose_slug(store: &Store, name: &SourceName) -> Result<SourceSlug, StoreError> {
    let mut connection = store.pool().acquire().await?;
    first_free(&mut connection, &name.slug()).await
}

async fn is_free(connection: &mut SqliteConnection, slug: &SourceSlug) -> Result<bool, StoreError> {
    let taken: Option<i64> = sqlx::query_scalar("select 1 from source_slugs where slug = $1")
        .bind(slug.as_str())
        .fetch_optional(connection)
        .await?;
    Ok(taken.is_none())
}

/// The first free slug after this one; the last that was tried if there is none, which then is refused as taken.
pub(super) async fn first_free(
    connection: &mut SqliteConnection,
    wanted: &SourceSlug,
) -> Result<SourceSlug, StoreError> {
    for attempt in 1..SLUG_ATTEMPTS_MAX {
        let slug = wanted.attempt(attempt);
        if is_free(&mut *connection, &slug).await? {
            return Ok(slug);
        }
    }
    Ok(wanted.attempt(SLUG_ATTEMPTS_MAX))
}

/// Gives a new source its slug: the one it asks for, else the first free one of its name.
pub(super) async fn claim_for_new(
    connection: &mut SqliteConnection,
    source_id: &str,
    new: &NewSource,
    now: Timestamp,
) -> Result<String, CreateError> {
    if let Some(slug) = &new.slug {
        if claim(&mut *connection, source_id, slug, now).await? {
            return Ok(slug.as_str().to_owned());
        }
        let free = first_free(connection, slug).await?.as_str().to_owned();
        return Err(CreateError::SlugTaken { slug: slug.as_str().to_owned(), free });
    }
    let proposed = new.name.slug();
    for attempt in 1..=SLUG_ATTEMPTS_MAX {
        let slug = proposed.attempt(attempt);
        if claim(&mut *connection, source_id, &slug, now).await? {
            return Ok(slug.as_str().to_owned());
        }
    }
    Err(CreateError::NameExhausted)
}

/// Makes the slug lead to the source, unless it leads to another one.
pub(super) async fn claim(
    connection: &mut SqliteConnection,
    source_id: &str,
    slug: &SourceSlug,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let claimed = sqlx::query(
        "insert into source_slugs (slug, source_id, since) values ($1, $2, $3)
         on conflict (slug) do update set since = excluded.since where source_slugs.source_id = excluded.source_id",
    )
    .bind(slug.as_str())
    .bind(source_id)
    .bind(now.0)
    .execute(connection)
    .await?;
    Ok(claimed.rows_affected() > 0)
}

/// Lets go of all former slugs but the latest [`FORMER_SLUGS_MAX`].
pub(super) async fn forget_old(connection: &mut SqliteConnection, source_id: &str) -> Result<(), StoreError> {
    sqlx::query(
        "delete from source_slugs where source_id = $1 and slug not in (
            select slug from source_slugs where source_id = $1 order by since desc, slug limit $2
         ) and slug <> (select slug from sources where id = $1)",
    )
    .bind(source_id)
    .bind(FORMER_SLUGS_MAX + 1)
    .execute(connection)
    .await?;
    Ok(())
}
