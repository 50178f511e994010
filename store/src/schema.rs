//! A source's schema controls: the names it discards.

use crate::audit::{self, AuditLine};
use crate::database::Store;
use crate::error::StoreError;
use domain::audit::Actor;
use domain::clock::Timestamp;
use serde_json::json;

/// Discards track events of this name from now on. Blocking a blocked name changes nothing, and leaves no audit line.
///
/// # Errors
/// The database fails, or there is no such source.
pub async fn block_event(store: &Store, source_id: &str, name: &str, now: Timestamp) -> Result<(), StoreError> {
    let mut transaction = store.begin_write().await?;
    let blocked = sqlx::query(
        "insert into blocked_events (source_id, name, created_at) values ($1, $2, $3)
         on conflict (source_id, name) do nothing",
    )
    .bind(source_id)
    .bind(name)
    .bind(now.0)
    .execute(&mut *transaction)
    .await?;
    if blocked.rows_affected() > 0 {
        let detail = json!({ "name": name });
        let line =
            AuditLine { at: now, actor: Actor::Local, action: "schema.block_event", resource: source_id, detail };
        audit::write(&mut transaction, line).await?;
    }
    transaction.commit().await?;
    Ok(())
}
