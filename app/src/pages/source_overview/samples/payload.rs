//! What is shown of a stored event: its JSON, or the text of a body that could not be read. Write keys are masked, because
//! samples are copied into tickets.

use super::json::{self, Place, locate};
use domain::discard::DiscardReason;
use domain::write_key::WriteKey;
use std::ops::Range;
use store::event::StoredEvent;

/// Shortest write key that is looked for in a text without fields; a shorter one would be found in anything.
const KEY_CHARS_MIN: usize = 12;

/// A payload, ready to be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Payload {
    /// The text.
    pub text: String,
    /// Whether it is JSON.
    pub is_json: bool,
}

impl Payload {
    /// Of a stored event.
    #[must_use]
    pub fn of(event: &StoredEvent, reason: DiscardReason) -> Self {
        // An item of a batch may be a string itself; for every other reason a string is a body that was not read.
        if event.line.starts_with('"') && reason != DiscardReason::MultiUserError {
            let text = json::unescape(&event.line).unwrap_or_default();
            let is_json = json::check(&text).is_ok();
            return Self { text, is_json };
        }
        Self { text: event.line.trim().to_owned(), is_json: true }
    }
}

/// A stored line with its write keys masked: what names itself one, and in a body that was not read the source's own.
#[must_use]
pub fn without_keys(line: &str, key: Option<&WriteKey>) -> String {
    if line.starts_with('"') {
        return match key.filter(|key| key.as_str().len() >= KEY_CHARS_MIN) {
            Some(key) => line.replace(key.as_str(), &masked(key)),
            None => line.to_owned(),
        };
    }
    let mut masked_line = line.to_owned();
    for value in values_of(line, "writeKey").into_iter().rev() {
        if let Some(key) = json::unescape(&line[value.clone()]) {
            masked_line.replace_range(value, &format!("\"{}\"", masked(&WriteKey::from_text(key))));
        }
    }
    masked_line
}

/// The values of a top-level key, which may stand more than once.
fn values_of(text: &str, name: &str) -> Vec<Range<usize>> {
    if !text.starts_with('{') {
        return Vec::new();
    }
    let (members, _) = json::members(text, 0);
    let is_named = |key: &Range<usize>| json::unescape(&text[key.clone()]).as_deref() == Some(name);
    members.into_iter().filter(|member| member.key.as_ref().is_some_and(is_named)).map(|member| member.value).collect()
}

/// Its ends, as the page's head shows them. Only of characters that need no escaping in JSON.
fn masked(key: &WriteKey) -> String {
    let (head, tail) = key.ends();
    let plain = |end: String| end.chars().filter(char::is_ascii_alphanumeric).collect::<String>();
    format!("{}••••••••{}", plain(head), plain(tail))
}

/// Where a fault lies in a payload. An item of a batch is kept without its batch: the fault is the whole item.
#[must_use]
pub fn place(payload: &Payload, reason: DiscardReason, pointer: &str) -> Place {
    let pointer = if reason == DiscardReason::MultiUserError { "" } else { pointer };
    locate(&payload.text, pointer)
}

#[cfg(test)]
pub(super) mod tests {
    use super::{DiscardReason, Payload, StoredEvent, WriteKey, without_keys};
    use domain::clock::Timestamp;
    use domain::event::EventType;
    use domain::verdict::Verdict;

    /// An event as the store gives it back.
    pub fn stored(reason: DiscardReason, pointer: &str, line: &str) -> StoredEvent {
        StoredEvent {
            received_at: Timestamp(1_762_435_927_250),
            occurred_at: Timestamp(1_762_435_927_250),
            message_id: "m1".into(),
            verdict: Verdict::Discarded(reason),
            pointer: pointer.into(),
            event_type: json_type(line),
            library: None,
            ip: None,
            line: line.into(),
        }
    }

    fn json_type(line: &str) -> Option<EventType> {
        EventType::from_code(&super::json::unescape(super::json::value_at(line, "/type")?)?)
    }

    #[test]
    fn keys_are_masked_and_the_rest_is_as_it_was_sent() {
        let key = WriteKey::from_text("abcdefgh12345678");
        for (line, shown) in [
            (
                r#"{"b":1.50, "writeKey":"abcdefgh12345678", "writeKey" : "k","a":{"writeKey":7}}"#,
                r#"{"b":1.50, "writeKey":"abcd••••••••5678", "writeKey" : "••••••••","a":{"writeKey":7}}"#,
            ),
            (r#"{"writeKey":7}"#, r#"{"writeKey":7}"#),
            (r#""{\"writeKey\":\"abcdefgh12345678\",""#, r#""{\"writeKey\":\"abcd••••••••5678\",""#),
            ("7", "7"),
        ] {
            assert_eq!(without_keys(line, Some(&key)), shown);
        }
        assert_eq!(without_keys("\"k\"", Some(&WriteKey::from_text("k"))), "\"k\"");
    }

    #[test]
    fn an_unreadable_body_is_its_text_and_an_item_is_itself() {
        use DiscardReason as R;
        for (reason, line, text, is_json) in [
            (R::InvalidJson, r#""{\n\"batch\":[""#, "{\n\"batch\":[", false),
            (R::EmptyBatch, r#""{\"batch\":[]}""#, r#"{"batch":[]}"#, true),
            (R::MultiUserError, r#""{}""#, r#""{}""#, true),
            (R::IdNotString, r#" {"a":1} "#, r#"{"a":1}"#, true),
        ] {
            let payload = Payload::of(&stored(reason, "", line), reason);
            assert_eq!((payload.text.as_str(), payload.is_json), (text, is_json));
        }
    }
}
