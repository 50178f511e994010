//! The audit trail: one line for every change of state, written in the change's own transaction.

use crate::error::StoreError;
use domain::clock::Timestamp;
use sqlx::SqliteConnection;
use uuid::{NoContext, Uuid};

/// Who acts until there are members: whoever can reach the machine.
const ACTOR_LOCAL: &str = "local";

/// A change of state.
pub(crate) struct AuditLine<'a> {
    /// When.
    pub at: Timestamp,
    /// What was done, e.g. `source.create`.
    pub action: &'static str,
    /// The id of what it was done to.
    pub resource: &'a str,
    /// What changed.
    pub detail: serde_json::Value,
}

/// Writes the line.
pub(crate) async fn write(connection: &mut SqliteConnection, line: AuditLine<'_>) -> Result<(), StoreError> {
    sqlx::query("insert into audit (id, at, actor, action, resource, detail) values ($1, $2, $3, $4, $5, $6)")
        .bind(new_id(line.at))
        .bind(line.at.0)
        .bind(ACTOR_LOCAL)
        .bind(line.action)
        .bind(line.resource)
        .bind(line.detail.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

/// A UUID v7 of that moment: ids sort by time.
pub(crate) fn new_id(at: Timestamp) -> String {
    let ms = u64::try_from(at.0).unwrap_or(0);
    let nanos = u32::try_from(ms % 1_000).unwrap_or(0) * 1_000_000;
    Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, ms / 1_000, nanos)).to_string()
}
