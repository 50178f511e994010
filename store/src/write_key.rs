//! Write keys, and what an arriving event's key decides. `server` caches the rules; this file only reads them.

use crate::database::Store;
use crate::error::StoreError;
use domain::schema::SchemaControls;
use domain::source::SourceNumber;
use domain::write_key::WriteKey;

/// What the ingest needs to know of a source to judge its events.
#[derive(Clone, Debug)]
pub struct SourceRules {
    /// The source.
    pub source: SourceNumber,
    /// Whether it takes events.
    pub enabled: bool,
    /// Which events it lets through.
    pub controls: SchemaControls,
}

/// A source's newest key.
///
/// # Errors
/// The database fails.
pub async fn of_source(store: &Store, source_id: &str) -> Result<Option<WriteKey>, StoreError> {
    let key: Option<String> =
        sqlx::query_scalar("select key from write_keys where source_id = $1 order by created_at desc, key limit 1")
            .bind(source_id)
            .fetch_optional(store.pool())
            .await?;
    Ok(key.map(WriteKey::from_text))
}

/// The rules of the source with that key; `None` if no source has it.
///
/// # Errors
/// The database fails.
pub async fn rules(store: &Store, key: &str) -> Result<Option<SourceRules>, StoreError> {
    let rows: Vec<(i64, bool, Option<String>)> = sqlx::query_as(
        "select sources.number, sources.enabled, blocked_events.name
         from write_keys
         join sources on sources.id = write_keys.source_id
         left join blocked_events on blocked_events.source_id = sources.id
         where write_keys.key = $1",
    )
    .bind(key)
    .fetch_all(store.pool())
    .await?;
    let Some(&(number, enabled, _)) = rows.first() else { return Ok(None) };
    let blocked_events = rows.into_iter().filter_map(|(_, _, name)| name).collect();
    Ok(Some(SourceRules { source: SourceNumber(number), enabled, controls: SchemaControls { blocked_events } }))
}
