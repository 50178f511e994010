//! The tail of versions before 0008: a row for each event. They are packed once, and their table goes.

use super::{TAIL_EVENTS_MAX, TailBuilder};
use crate::block::{LineFacts, bit_of};
use crate::database::has_table;
use crate::error::StoreError;
use crate::event::Envelope;
use crate::script::Script;
use crate::writer::Failure;
use domain::clock::Timestamp;
use domain::source::SourceNumber;
use sqlx::SqliteConnection;

/// Packs what is still there.
pub(crate) async fn pack(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    if !has_table(&mut *connection, "event_tail_rows").await? {
        return Ok(());
    }
    let mut script = Script::default();
    let mut after = i64::MIN;
    loop {
        let rows: Vec<(i64, i64, i64, i64, String)> =
            sqlx::query_as("select id, source, at, hash, line from event_tail_rows where id > $1 order by id limit $2")
                .bind(after)
                .bind(i64::try_from(TAIL_EVENTS_MAX).unwrap_or(i64::MAX))
                .fetch_all(&mut *connection)
                .await?;
        let Some((last, ..)) = rows.last() else { break };
        after = *last;
        let mut builder = TailBuilder::default();
        for (_, source, at, hash, line) in rows {
            let envelope: Option<Envelope<'_>> = serde_json::from_str(&line).ok();
            // A line that cannot say counts as any.
            let bits = |code: fn(&Envelope<'_>) -> i64| envelope.as_ref().map_or(-1, code);
            let facts = LineFacts {
                at: Timestamp(at),
                hash: hash.cast_unsigned(),
                verdict_bits: bits(|envelope| bit_of(&envelope.code)),
                type_bits: bits(|envelope| bit_of(&envelope.event_type)),
            };
            builder.line(SourceNumber(source), line.as_bytes(), facts);
        }
        script.keep_tail(None, builder.pack()?);
    }
    script.statement("drop table event_tail_rows");
    script.commit(connection).await.map_err(Failure::into_error)
}
