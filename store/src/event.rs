//! Events as they come in and go out, and the JSON line in between. `writer` stores them, `reader` gives them back.

use crate::database::Store;
use crate::error::StoreError;
use crate::lookup;
use crate::reader::{EventReader, Scope};
use domain::clock::Timestamp;
use domain::event::{EventType, Library};
use domain::source::SourceNumber;
use domain::verdict::Verdict;
use memchr::memchr2;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::net::IpAddr;

pub use crate::batch::{Batch, Packer};
pub use crate::maintenance::Maintenance;
pub use crate::reader::Wanted;
pub use crate::writer::{Caps, EventWriter};

/// An event with its verdict, ready to be packed (`Packer`).
#[derive(Clone, Debug)]
pub struct JudgedEvent<'a> {
    /// Whose.
    pub source: SourceNumber,
    /// When it arrived; decides its buckets and its age.
    pub received_at: Timestamp,
    /// When it happened, the sender's clock corrected (`domain::clock::without_skew`).
    pub occurred_at: Timestamp,
    /// The client's, or ours where it sent none. The same one again within 24 hours is a duplicate.
    pub message_id: Cow<'a, str>,
    /// The call, if it was one of the six.
    pub event_type: Option<EventType>,
    /// Name of a track event; `None` for everything else.
    pub name: Option<Cow<'a, str>>,
    /// `context.app.version`
    pub version: Option<Cow<'a, str>>,
    /// `context.library`
    pub library: Option<Library<'a>>,
    /// Where it came from, for an event that asked for it (`context.direct`) and names no `context.ip` itself.
    pub ip: Option<IpAddr>,
    /// What became of it.
    pub verdict: Verdict,
    /// JSON pointer of what was wrong with it; empty for an eligible event and for a fault of the whole.
    pub pointer: Cow<'a, str>,
    /// The event's JSON as it was sent, with its batch's `context` and `integrations` merged in; or a JSON string that
    /// holds the beginning of an unreadable body.
    pub line: Cow<'a, str>,
}

impl JudgedEvent<'_> {
    /// The same, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> JudgedEvent<'static> {
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        JudgedEvent {
            message_id: owned(self.message_id),
            name: self.name.map(owned),
            version: self.version.map(owned),
            library: self.library.map(Library::into_owned),
            pointer: owned(self.pointer),
            line: owned(self.line),
            source: self.source,
            received_at: self.received_at,
            occurred_at: self.occurred_at,
            event_type: self.event_type,
            ip: self.ip,
            verdict: self.verdict,
        }
    }
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
    /// When it happened, the sender's clock corrected.
    pub occurred_at: Timestamp,
    /// Its messageId.
    pub message_id: Box<str>,
    /// What became of it.
    pub verdict: Verdict,
    /// JSON pointer of what was wrong with it; empty if nothing was, or the whole.
    pub pointer: Box<str>,
    /// The call, if it was one of the six.
    pub event_type: Option<EventType>,
    /// `context.library`
    pub library: Option<Library<'static>>,
    /// Where it came from, if that was kept.
    pub ip: Option<IpAddr>,
    /// Its JSON; see [`JudgedEvent::line`].
    pub line: Box<str>,
}

/// A source's last `limit` wanted events that arrived in `[from, until)`, newest first.
///
/// # Errors
/// The database fails, or holds what cannot be read.
pub async fn latest(
    store: &Store,
    source: SourceNumber,
    from: Timestamp,
    until: Timestamp,
    wanted: Wanted,
    limit: usize,
) -> Result<Vec<StoredEvent>, StoreError> {
    let mut reader = EventReader::open(store, Scope { source, from, until, wanted }).await?;
    let mut events = Vec::new();
    while events.len() < limit {
        let Some(event) = reader.next().await? else { break };
        events.push(event);
    }
    Ok(events)
}

/// The event that a source keeps under that messageId. Where the id came again after more than 24 hours, and so as a new
/// event, the latest one.
///
/// # Errors
/// The database fails, or holds what cannot be read.
pub async fn find(store: &Store, source: SourceNumber, message_id: &str) -> Result<Option<StoredEvent>, StoreError> {
    lookup::find(store, source, message_id).await
}

/// A stored line: what is to be known beside the event's own JSON. What that says itself is left out: an id that stands there
/// twice is a fortieth of the packed bytes, and a twentieth of the time that packing takes.
#[derive(Serialize, Deserialize)]
pub(crate) struct Envelope<'a> {
    /// Arrival, in milliseconds.
    pub at: i64,
    /// When it happened, if that is another moment.
    #[serde(default)]
    pub ts: Option<i64>,
    /// messageId; none if the event says it, and then its library as well ([`Said`]).
    #[serde(borrow, default)]
    pub id: Option<Cow<'a, str>>,
    /// Code of the event type, empty if none.
    #[serde(rename = "type", borrow)]
    pub event_type: Cow<'a, str>,
    /// Code of the verdict.
    #[serde(borrow)]
    pub code: Cow<'a, str>,
    /// JSON pointer of the fault, if it is not the whole.
    #[serde(borrow, default)]
    pub pointer: Option<Cow<'a, str>>,
    /// Library.
    #[serde(borrow, default)]
    pub lib: Option<Cow<'a, str>>,
    /// Its version.
    #[serde(borrow, default)]
    pub libv: Option<Cow<'a, str>>,
    /// Address of the sender, if it was wanted.
    #[serde(default)]
    pub ip: Option<IpAddr>,
    /// As sent.
    #[serde(borrow)]
    pub event: &'a RawValue,
}

/// What an event's own JSON says of it.
struct Said<'a> {
    id: Cow<'a, str>,
    library: Option<Library<'a>>,
}

/// Of a key that stands twice, the last one counts.
type Members<'a> = BTreeMap<Cow<'a, str>, &'a RawValue>;

impl<'a> Said<'a> {
    /// Reads what [`Self::is_all_of`] left out.
    fn read(json: &'a str) -> Option<Self> {
        let mut event: Members<'a> = serde_json::from_str(json).ok()?;
        let members = |value: &'a RawValue| serde_json::from_str::<Members<'a>>(value.get()).ok();
        let text = |value: &'a RawValue| {
            let text: Text<'a> = serde_json::from_str(value.get()).ok()?;
            Some(text.0).filter(|text| !text.is_empty())
        };
        let id = text(event.remove("messageId")?)?;
        let mut library =
            event.remove("context").and_then(members).and_then(|mut context| members(context.remove("library")?));
        let mut of_library = |key: &str| library.as_mut()?.remove(key).and_then(text);
        let library = of_library("name").map(|name| Library { name, version: of_library("version") });
        Some(Self { id, library })
    }

    /// Whether id and library were taken from the event's JSON, each as the whole of a string in it, so that they can be taken from
    /// there again.
    fn is_all_of(event: &JudgedEvent<'_>) -> bool {
        let json = &*event.line;
        let is_said = |text: &Cow<'_, str>| {
            let Cow::Borrowed(text) = text else { return false };
            let start = text.as_ptr().addr().wrapping_sub(json.as_ptr().addr());
            let is_quote = |at: usize| json.as_bytes().get(at) == Some(&b'"');
            !text.is_empty() && is_quote(start.wrapping_sub(1)) && is_quote(start.wrapping_add(text.len()))
        };
        let is_library_said =
            |library: &Library<'_>| is_said(&library.name) && library.version.as_ref().is_none_or(is_said);
        is_said(&event.message_id) && event.library.as_ref().is_none_or(is_library_said)
    }
}

/// A string, borrowed where it has no escapes.
#[derive(Deserialize)]
struct Text<'a>(#[serde(borrow)] Cow<'a, str>);

/// Appends the event's stored line, without a line end. The raw JSON is copied, not parsed.
pub(crate) fn encode(event: &JudgedEvent<'_>, into: &mut Vec<u8>) -> Result<(), StoreError> {
    fn value<T: Serialize + ?Sized>(key: &str, value: &T, into: &mut Vec<u8>) -> Result<(), StoreError> {
        into.extend_from_slice(key.as_bytes());
        serde_json::to_writer(into, value).map_err(|_| StoreError::Corrupt("what an event says"))
    }
    value("{\"at\":", &event.received_at.0, into)?;
    if event.occurred_at != event.received_at {
        value(",\"ts\":", &event.occurred_at.0, into)?;
    }
    if !Said::is_all_of(event) {
        value(",\"id\":", &*event.message_id, into)?;
        if let Some(library) = &event.library {
            value(",\"lib\":", &*library.name, into)?;
            if let Some(version) = &library.version {
                value(",\"libv\":", &**version, into)?;
            }
        }
    }
    value(",\"type\":", type_code(event.event_type), into)?;
    value(",\"code\":", event.verdict.code(), into)?;
    if !event.pointer.is_empty() {
        value(",\"pointer\":", &*event.pointer, into)?;
    }
    if let Some(ip) = event.ip {
        value(",\"ip\":", &ip, into)?;
    }
    into.extend_from_slice(b",\"event\":");
    let start = into.len();
    into.extend_from_slice(event.line.as_bytes());
    // Inside JSON a raw line end can only be white space between tokens; it would split the stored line in two.
    if memchr2(b'\n', b'\r', &into[start..]).is_some() {
        for byte in into.iter_mut().skip(start).filter(|byte| matches!(byte, b'\n' | b'\r')) {
            *byte = b' ';
        }
    }
    into.push(b'}');
    Ok(())
}

/// Reads a stored line.
pub(crate) fn decode(line: &str) -> Result<StoredEvent, StoreError> {
    let envelope: Envelope<'_> = serde_json::from_str(line).map_err(|_| StoreError::Corrupt("an event"))?;
    let Said { id, library } = match envelope.id {
        Some(id) => Said { id, library: envelope.lib.map(|name| Library { name, version: envelope.libv }) },
        None => Said::read(envelope.event.get()).ok_or(StoreError::Corrupt("an event"))?,
    };
    Ok(StoredEvent {
        received_at: Timestamp(envelope.at),
        occurred_at: Timestamp(envelope.ts.unwrap_or(envelope.at)),
        verdict: Verdict::from_code(&envelope.code)
            .ok_or_else(|| StoreError::UnknownCode { what: "verdict", code: envelope.code.to_string() })?,
        pointer: envelope.pointer.unwrap_or_default().into(),
        event_type: type_from_code(&envelope.event_type)?,
        library: library.map(Library::into_owned),
        ip: envelope.ip,
        message_id: id.into(),
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
    use super::{Cow, JudgedEvent, Library, SourceNumber, Timestamp, Verdict, decode, encode};
    use domain::discard::DiscardReason;
    use domain::event::EventType;

    #[test]
    fn a_line_comes_back_as_it_was_sent() {
        let event = JudgedEvent {
            source: SourceNumber(3),
            received_at: Timestamp(1_762_435_927_250),
            occurred_at: Timestamp(1_762_435_900_000),
            message_id: "a\"b\\c\u{1F600}\n".into(),
            event_type: Some(EventType::Screen),
            name: None,
            version: None,
            library: Some(Library { name: "my \"lib\"".into(), version: Some("1.0".into()) }),
            ip: Some([203, 0, 113, 7].into()),
            verdict: Verdict::Discarded(DiscardReason::NameNotString),
            pointer: "/name".into(),
            line: "{\"type\" : \"screen\",\r\n\"name\":1}".into(),
        };
        let mut line = Vec::new();
        encode(&event, &mut line).expect("encodes");
        let line = String::from_utf8(line).expect("UTF-8");
        assert!(!line.contains(['\n', '\r']), "a stored line is one line");
        let read = decode(&line).expect("decodes");
        assert_eq!((read.received_at, read.occurred_at), (event.received_at, event.occurred_at));
        assert_eq!((&*read.message_id, read.library, read.ip), (&*event.message_id, event.library, event.ip));
        assert_eq!((read.verdict, &*read.pointer, read.event_type), (event.verdict, &*event.pointer, event.event_type));
        assert_eq!(&*read.line, "{\"type\" : \"screen\",  \"name\":1}");
    }

    fn said(json: &'static str, id: &str, library: Option<(&str, Option<&str>)>) -> JudgedEvent<'static> {
        let part = |text: &str| Cow::Borrowed(&json[json.rfind(text).expect("a part")..][..text.len()]);
        JudgedEvent {
            source: SourceNumber(3),
            received_at: Timestamp(5),
            occurred_at: Timestamp(5),
            message_id: part(id),
            event_type: None,
            name: None,
            version: None,
            library: library.map(|(name, version)| Library { name: part(name), version: version.map(part) }),
            ip: None,
            verdict: Verdict::Eligible,
            pointer: "".into(),
            line: json.into(),
        }
    }

    #[test]
    fn what_the_event_says_is_kept_once() {
        let (named, of) = (Some(("go", None)), Some(("go", Some("3.1"))));
        for (json, id, library, is_left_out) in [
            (r#"{"messageId":"m1"}"#, "m1", None, true),
            (r#"{"messageId":"m0", "messageId" : "m1","context":{"messageId":"m2"}}"#, "m1", None, true),
            (r#"{"context":7,"messageId":"é1"}"#, "é1", None, true),
            (r#"{"context":{"library":{"name":"go","version":"3.1"}},"messageId":"m1"}"#, "m1", of, true),
            (r#"{"context":{"library":{"name":"go","version":null}},"messageId":"m1"}"#, "m1", named, true),
            (
                r#"{"context":{"library":{"name":"js"}},"context":{"library":{"name":"go"}},"messageId":"m1"}"#,
                "m1",
                named,
                true,
            ),
            (r#"{"context":{"library":{"name":"go","version":3.1}},"messageId":"m1"}"#, "m1", of, false),
            (r#"{"messageId":"m1 and so on"}"#, "m1", None, false),
        ] {
            let event = said(json, id, library);
            let mut line = Vec::new();
            encode(&event, &mut line).expect("encodes");
            let line = String::from_utf8(line).expect("UTF-8");
            assert_eq!(!line.contains("\"id\":"), is_left_out, "{line}");
            let read = decode(&line).expect("decodes");
            assert_eq!((&*read.message_id, read.library, &*read.line), (id, event.library, json));
        }
        assert!(decode(r#"{"at":5,"type":"","code":"","event":{"messageId":7}}"#).is_err());
    }

    #[test]
    fn a_line_of_an_earlier_version_is_read() {
        let read = decode(r#"{"at":5,"id":"m","type":"track","code":"","event":{}}"#).expect("decodes");
        assert_eq!((read.occurred_at, read.library, &*read.pointer), (Timestamp(5), None, ""));
    }
}
