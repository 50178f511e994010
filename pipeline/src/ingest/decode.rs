//! A request's body becomes drafts: the same ones whichever route it came by. Decoding never fails: what cannot be read
//! becomes one draft that says so, because every request of a known source is counted.

use super::draft::Draft;
use super::field::FieldText;
use domain::discard::DiscardReason;
use domain::event::{BATCH_EVENTS_MAX, EventType};
use serde::Deserialize;
use serde_json::value::RawValue;

/// By which route a body came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// One event; the path says which call.
    Single(EventType),
    /// `{"batch": [...]}`; each item says its own type.
    Batch,
}

/// A body, read.
#[derive(Clone, Debug)]
pub struct Decoded<'a> {
    /// The top-level `writeKey`, which counts where no header names one.
    pub write_key: Option<String>,
    /// Its events, at least one.
    pub drafts: Vec<Draft<'a>>,
    /// Why the request as a whole could not be read as events, if it could not.
    pub refused: Option<DiscardReason>,
}

impl<'a> Decoded<'a> {
    /// A request that could not be read as events: one draft stands for it, because it is counted all the same.
    #[must_use]
    pub fn unreadable(body: &'a [u8], reason: DiscardReason, write_key: Option<String>) -> Self {
        Self { write_key, drafts: vec![Draft::unreadable(body, reason)], refused: Some(reason) }
    }
}

/// Reads an inflated body.
#[must_use]
pub fn decode(route: Route, body: &[u8]) -> Decoded<'_> {
    let Ok(text) = std::str::from_utf8(body) else {
        return Decoded::unreadable(body, DiscardReason::InvalidJson, None);
    };
    match route {
        Route::Single(call) => decode_single(call, text),
        Route::Batch => decode_batch(text),
    }
}

fn decode_single(call: EventType, text: &str) -> Decoded<'_> {
    let draft = Draft::read(text, Some(call));
    if draft.unreadable.is_some() {
        return Decoded::unreadable(text.as_bytes(), DiscardReason::InvalidJson, None);
    }
    Decoded { write_key: draft.payload.write_key.text().map(str::to_owned), drafts: vec![draft], refused: None }
}

#[derive(Deserialize)]
struct Envelope<'a> {
    #[serde(borrow, default)]
    batch: Option<&'a RawValue>,
    #[serde(borrow, default, rename = "writeKey")]
    write_key: FieldText<'a>,
}

fn decode_batch(text: &str) -> Decoded<'_> {
    // Asked for, because serde would read a list as the envelope's fields in order.
    if !text.trim_start().starts_with('{') {
        return Decoded::unreadable(text.as_bytes(), DiscardReason::InvalidJson, None);
    }
    let Ok(envelope) = serde_json::from_str::<Envelope<'_>>(text) else {
        return Decoded::unreadable(text.as_bytes(), DiscardReason::InvalidJson, None);
    };
    let write_key = envelope.write_key.text().map(str::to_owned);
    let items: Vec<&RawValue> =
        envelope.batch.and_then(|batch| serde_json::from_str(batch.get()).ok()).unwrap_or_default();
    if items.is_empty() {
        return Decoded::unreadable(text.as_bytes(), DiscardReason::EmptyBatch, write_key);
    }
    if items.len() > BATCH_EVENTS_MAX {
        return Decoded::unreadable(text.as_bytes(), DiscardReason::BatchTooManyEvents, write_key);
    }
    let drafts = items.into_iter().map(|item| Draft::read(item.get(), None)).collect();
    Decoded { write_key, drafts, refused: None }
}

#[cfg(test)]
mod tests {
    use super::{DiscardReason, EventType, Route, decode};
    use domain::validation::Field;

    #[test]
    fn a_batch_becomes_drafts_with_name_version_and_id() {
        let body = br#"{"batch":[
            {"type":"track","event":"Order \"Completed\"","messageId":"m1","context":{"app":{"version":"1.0.0"}}},
            {"type":"page","name":"Home","context":{"app":{"version":2.5}}},
            {"type":"identify","context":null}],"writeKey":"k"}"#;
        let decoded = decode(Route::Batch, body);
        assert_eq!(decoded.write_key.as_deref(), Some("k"));
        let read: Vec<_> = decoded
            .drafts
            .iter()
            .map(|draft| (draft.event_type, draft.event_name(), draft.app_version(), draft.message_id()))
            .collect();
        assert_eq!(
            read,
            [
                (Some(EventType::Track), Some("Order \"Completed\""), Some("1.0.0".to_owned()), Some("m1")),
                (Some(EventType::Page), None, Some("2.5".to_owned()), None),
                (Some(EventType::Identify), None, None, None),
            ]
        );
    }

    #[test]
    fn what_cannot_be_read_is_one_draft_that_says_why() {
        let too_many = format!(r#"{{"batch":[{}]}}"#, vec!["{}"; 2_501].join(","));
        let cases: [(&[u8], DiscardReason); 9] = [
            (b"", DiscardReason::InvalidJson),
            (b"{\"batch\":[", DiscardReason::InvalidJson),
            (b"\xff\xfe", DiscardReason::InvalidJson),
            (b"[]", DiscardReason::InvalidJson),
            (b"null", DiscardReason::InvalidJson),
            (b"{}", DiscardReason::EmptyBatch),
            (b"{\"batch\":[]}", DiscardReason::EmptyBatch),
            (b"{\"batch\":{\"0\":{}}}", DiscardReason::EmptyBatch),
            (too_many.as_bytes(), DiscardReason::BatchTooManyEvents),
        ];
        for (body, reason) in cases {
            let decoded = decode(Route::Batch, body);
            assert_eq!(decoded.refused, Some(reason), "{}", String::from_utf8_lossy(body));
        }
        assert_eq!(decode(Route::Single(EventType::Track), b"3").refused, Some(DiscardReason::InvalidJson));
    }

    #[test]
    fn one_bad_item_leaves_the_others_alone() {
        let decoded = decode(Route::Batch, br#"{"batch":[7,{"type":"track"},{"userId":"\ud800"}]}"#);
        let reasons: Vec<_> = decoded.drafts.iter().map(|draft| draft.unreadable).collect();
        assert_eq!(reasons, [Some(DiscardReason::MultiUserError), None, Some(DiscardReason::InvalidJson)]);
        assert_eq!(decoded.refused, None);
    }

    #[test]
    fn deep_nesting_is_read_without_a_crash() {
        let deep = format!(r#"{{"properties":{}1{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
        let call = Route::Single(EventType::Track);
        assert_eq!(decode(call, deep.as_bytes()).drafts[0].fields().properties, Field::List);
        let batch = format!(r#"{{"batch":[{deep}]}}"#);
        assert_eq!(decode(Route::Batch, batch.as_bytes()).drafts[0].unreadable, None);
        assert_eq!(decode(call, &deep.as_bytes()[..50_000]).refused, Some(DiscardReason::InvalidJson));
    }
}
