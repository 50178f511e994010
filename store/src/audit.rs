//! The audit trail: one line for every change of state, written in the change's own transaction.

use crate::error::StoreError;
use domain::audit::Actor;
use domain::clock::Timestamp;
use serde_json::{Value, json};
use sqlx::SqliteConnection;
use uuid::{NoContext, Uuid};

/// A change of state.
pub(crate) struct AuditLine<'a> {
    /// When.
    pub at: Timestamp,
    /// Who.
    pub actor: Actor,
    /// What was done, e.g. `source.create`.
    pub action: &'static str,
    /// The id of what it was done to.
    pub resource: &'a str,
    /// What changed, never with a secret: a change from something into something as [`change`].
    pub detail: Value,
}

/// Writes the line.
pub(crate) async fn write(connection: &mut SqliteConnection, line: AuditLine<'_>) -> Result<(), StoreError> {
    sqlx::query("insert into audit (id, at, actor, action, resource, detail) values ($1, $2, $3, $4, $5, $6)")
        .bind(new_id(line.at))
        .bind(line.at.0)
        .bind(line.actor.code())
        .bind(line.action)
        .bind(line.resource)
        .bind(line.detail.to_string())
        .execute(connection)
        .await?;
    Ok(())
}

/// What was and what is, of the fields that differ.
pub(crate) fn change(before: &Value, after: &Value) -> Value {
    let differing = |of: &Value, other: &Value| -> Value {
        let fields = of.as_object().into_iter().flatten();
        let fields = fields.filter(|(name, value)| other.get(name.as_str()) != Some(value));
        Value::Object(fields.map(|(name, value)| (name.clone(), value.clone())).collect())
    };
    json!({ "before": differing(before, after), "after": differing(after, before) })
}

/// A UUID v7 of that moment: ids sort by time.
pub(crate) fn new_id(at: Timestamp) -> String {
    let ms = u64::try_from(at.0).unwrap_or(0);
    let nanos = u32::try_from(ms % 1_000).unwrap_or(0) * 1_000_000;
    Uuid::new_v7(uuid::Timestamp::from_unix(NoContext, ms / 1_000, nanos)).to_string()
}
