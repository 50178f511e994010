//! Events as they come in and go out, and the JSON line in between. `writer` stores them, `reader` gives them back.

use crate::database::Store;
use crate::error::StoreError;
use crate::reader::EventReader;
use domain::clock::Timestamp;
use domain::event::EventType;
use domain::source::SourceNumber;
use domain::verdict::Verdict;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;

pub use crate::maintenance::Maintenance;
pub use crate::writer::EventWriter;

/// An event with its verdict, ready to be kept.
#[derive(Clone, Debug)]
pub struct JudgedEvent {
    /// Whose.
    pub source: SourceNumber,
    /// When it arrived; decides its buckets and its age.
    pub received_at: Timestamp,
    /// The client's, or ours where it sent none. The same one again within 24 hours is a duplicate.
    pub message_id: Box<str>,
    /// The call, if it was one of the six.
    pub event_type: Option<EventType>,
    /// Name of a track event; `None` for everything else.
    pub name: Option<Box<str>>,
    /// `context.app.version`
    pub version: Option<Box<str>>,
    /// What became of it.
    pub verdict: Verdict,
    /// The event's JSON as it was sent, or a JSON string that holds an unreadable body.
    pub line: Box<str>,
}

/// What a commit did with an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommitOutcome {
    /// Kept and counted.
    Stored,
    /// Its messageId had been seen: counted as a duplicate, not kept.
    Duplicate,
}

/// An event read back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredEvent {
    /// When it arrived.
    pub received_at: Timestamp,
    /// Its messageId.
    pub message_id: Box<str>,
    /// What became of it.
    pub verdict: Verdict,
    /// The call, if it was one of the six.
    pub event_type: Option<EventType>,
    /// The JSON as it was sent.
    pub line: Box<str>,
}

/// A source's first `limit` events that arrived in `[from, until)`, in the order of their arrival.
///
/// # Errors
/// The database fails, or holds what cannot be read.
pub async fn read(
    store: &Store,
    source: SourceNumber,
    from: Timestamp,
    until: Timestamp,
    limit: usize,
) -> Result<Vec<StoredEvent>, StoreError> {
    let mut reader = EventReader::open(store, source, from, until).await?;
    let mut events = Vec::new();
    while events.len() < limit {
        let Some(event) = reader.next().await? else { break };
        events.push(event);
    }
    Ok(events)
}

/// A stored line: what the tables need to know beside the event's own JSON.
#[derive(Serialize, Deserialize)]
pub(crate) struct Envelope<'a> {
    /// Milliseconds.
    pub at: i64,
    /// messageId
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// Code of the event type, empty if none.
    #[serde(rename = "type", borrow)]
    pub event_type: Cow<'a, str>,
    /// Code of the verdict.
    #[serde(borrow)]
    pub code: Cow<'a, str>,
    /// As sent.
    #[serde(borrow)]
    pub event: &'a RawValue,
}

/// Appends the event's stored line, without a line end. The raw JSON is copied, not parsed.
pub(crate) fn encode(event: &JudgedEvent, into: &mut Vec<u8>) -> Result<(), StoreError> {
    let unwritable = |_| StoreError::Corrupt("a messageId");
    into.extend_from_slice(b"{\"at\":");
    into.extend_from_slice(event.received_at.0.to_string().as_bytes());
    into.extend_from_slice(b",\"id\":");
    serde_json::to_writer(&mut *into, &event.message_id).map_err(unwritable)?;
    into.extend_from_slice(b",\"type\":\"");
    into.extend_from_slice(type_code(event.event_type).as_bytes());
    into.extend_from_slice(b"\",\"code\":\"");
    into.extend_from_slice(event.verdict.code().as_bytes());
    into.extend_from_slice(b"\",\"event\":");
    let start = into.len();
    into.extend_from_slice(event.line.as_bytes());
    // Inside JSON a raw line end can only be white space between tokens; it would split the stored line in two.
    for byte in into.iter_mut().skip(start).filter(|byte| matches!(byte, b'\n' | b'\r')) {
        *byte = b' ';
    }
    into.push(b'}');
    Ok(())
}

/// Reads a stored line.
pub(crate) fn decode(line: &str) -> Result<StoredEvent, StoreError> {
    let envelope: Envelope<'_> = serde_json::from_str(line).map_err(|_| StoreError::Corrupt("an event"))?;
    Ok(StoredEvent {
        received_at: Timestamp(envelope.at),
        verdict: Verdict::from_code(&envelope.code)
            .ok_or_else(|| StoreError::UnknownCode { what: "verdict", code: envelope.code.to_string() })?,
        event_type: type_from_code(&envelope.event_type)?,
        message_id: envelope.id.into(),
        line: envelope.event.get().into(),
    })
}

/// The stored code of an event type: empty for none.
pub(crate) fn type_code(event_type: Option<EventType>) -> &'static str {
    event_type.map_or("", EventType::code)
}

/// The event type of a stored code.
pub(crate) fn type_from_code(code: &str) -> Result<Option<EventType>, StoreError> {
    if code.is_empty() {
        return Ok(None);
    }
    let unknown = || StoreError::UnknownCode { what: "event type", code: code.to_owned() };
    EventType::from_code(code).map(Some).ok_or_else(unknown)
}

#[cfg(test)]
mod tests {
    use super::{JudgedEvent, SourceNumber, Timestamp, Verdict, decode, encode};
    use domain::discard::DiscardReason;
    use domain::event::EventType;

    #[test]
    fn a_line_comes_back_as_it_was_sent() {
        let event = JudgedEvent {
            source: SourceNumber(3),
            received_at: Timestamp(1_762_435_927_250),
            message_id: "a\"b\\c\u{1F600}\n".into(),
            event_type: Some(EventType::Screen),
            name: None,
            version: None,
            verdict: Verdict::Discarded(DiscardReason::NameNotString),
            line: "{\"type\" : \"screen\",\n \"name\":1}".into(),
        };
        let mut line = Vec::new();
        encode(&event, &mut line).expect("encodes");
        let line = String::from_utf8(line).expect("UTF-8");
        assert!(!line.contains('\n'), "a stored line is one line");
        let read = decode(&line).expect("decodes");
        assert_eq!((read.received_at, read.message_id), (event.received_at, event.message_id));
        assert_eq!((read.verdict, read.event_type), (event.verdict, event.event_type));
        assert_eq!(&*read.line, "{\"type\" : \"screen\",  \"name\":1}");
    }
}
