//! The workspace's one row.

use crate::database::Store;
use crate::error::StoreError;
use domain::workspace::Workspace;

/// The workspace, if it was set up.
///
/// # Errors
/// The database fails.
pub async fn get(store: &Store) -> Result<Option<Workspace>, StoreError> {
    let row: Option<(String, String, String)> =
        sqlx::query_as("select name, slug, zone from workspace where id = 1").fetch_optional(store.pool()).await?;
    Ok(row.map(|(name, slug, zone)| Workspace { name, slug, zone }))
}

/// Sets it up, or changes it.
///
/// # Errors
/// The database fails.
pub async fn put(store: &Store, workspace: &Workspace) -> Result<(), StoreError> {
    sqlx::query(
        "insert into workspace (id, name, slug, zone) values (1, $1, $2, $3)
         on conflict (id) do update set name = excluded.name, slug = excluded.slug, zone = excluded.zone",
    )
    .bind(&workspace.name)
    .bind(&workspace.slug)
    .bind(&workspace.zone)
    .execute(store.pool())
    .await?;
    Ok(())
}
