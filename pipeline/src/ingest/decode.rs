//! A request's body becomes drafts: the same ones whichever route it came by. Decoding never fails: what cannot be read
//! becomes one draft that says so, because every request of a known source is counted.

use super::draft::Draft;
use super::envelope::Envelope;
use super::merge::Shared;
use super::object::is_object;
use domain::discard::DiscardReason;
use domain::event::{BATCH_EVENTS_MAX, EventType, MERGED_BYTES_MAX};
use domain::verdict::Fault;
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
        let is_about_batch = matches!(reason, DiscardReason::EmptyBatch | DiscardReason::EmptyBatchResult);
        let fault = Fault::at(reason, if is_about_batch { "/batch" } else { "" });
        Self { write_key, drafts: vec![Draft::unreadable(body, fault)], refused: Some(reason) }
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
    if draft.fault.is_some() {
        return Decoded::unreadable(text.as_bytes(), DiscardReason::InvalidJson, None);
    }
    Decoded { write_key: draft.payload.write_key.text().map(str::to_owned), drafts: vec![draft], refused: None }
}

fn decode_batch(text: &str) -> Decoded<'_> {
    let Some(envelope) = Envelope::read(text) else {
        return Decoded::unreadable(text.as_bytes(), DiscardReason::InvalidJson, None);
    };
    let write_key = envelope.write_key.text().map(str::to_owned);
    let shared = envelope.shared();
    let items = &envelope.batch.0.0;
    if let Some(reason) = refusal(items, shared.as_ref(), text.len()) {
        return Decoded::unreadable(text.as_bytes(), reason, write_key);
    }
    let mut drafts: Vec<Draft<'_>> = items.iter().map(|item| draft(item, shared.as_ref())).collect();
    let sent_at = envelope.sent_at();
    for (i, draft) in drafts.iter_mut().enumerate() {
        draft.sent_at = draft.sent_at.or(sent_at);
        if let Some(fault) = &mut draft.fault {
            *fault = Fault { reason: DiscardReason::MultiUserError, pointer: format!("/batch/{i}").into() };
        }
    }
    Decoded { write_key, drafts, refused: None }
}

/// Why a batch is refused as a whole.
fn refusal(items: &[&RawValue], shared: Option<&Shared<'_>>, body_bytes: usize) -> Option<DiscardReason> {
    let merged_bytes = shared.map_or(0, |shared| items.len().saturating_mul(shared.bytes()).saturating_add(body_bytes));
    if items.is_empty() {
        Some(DiscardReason::EmptyBatch)
    } else if items.len() > BATCH_EVENTS_MAX {
        Some(DiscardReason::BatchTooManyEvents)
    } else if !items.iter().any(|item| is_object(item)) {
        Some(DiscardReason::EmptyBatchResult)
    } else if merged_bytes > MERGED_BYTES_MAX {
        Some(DiscardReason::BatchTooLarge)
    } else {
        None
    }
}

fn draft<'a>(item: &'a RawValue, shared: Option<&Shared<'_>>) -> Draft<'a> {
    match shared {
        Some(shared) if is_object(item) => Draft::read_merged(shared.merged_into(item.get())),
        Some(_) | None => Draft::read(item.get(), None),
    }
}

#[cfg(test)]
mod tests {
    use super::{Decoded, DiscardReason, Draft, EventType, MERGED_BYTES_MAX, Route, decode};
    use domain::clock::Timestamp;
    use domain::validation::Field;

    const TRACK: Route = Route::Single(EventType::Track);

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
                (Some(EventType::Track), Some("Order \"Completed\""), Some("1.0.0"), Some("m1")),
                (Some(EventType::Page), None, Some("2.5"), None),
                (Some(EventType::Identify), None, None, None),
            ]
        );
    }

    fn faults<'a>(decoded: &'a Decoded<'_>) -> Vec<Option<(DiscardReason, &'a str)>> {
        let fault = |draft: &'a Draft<'_>| draft.fault.as_ref().map(|fault| (fault.reason, fault.pointer.as_ref()));
        decoded.drafts.iter().map(fault).collect()
    }

    #[test]
    fn what_cannot_be_read_is_one_draft_that_says_why_and_where() {
        use DiscardReason::{BatchTooManyEvents, EmptyBatch, EmptyBatchResult, InvalidJson};
        let too_many = format!(r#"{{"batch":[{}]}}"#, vec!["{}"; 2_501].join(","));
        let cases: [(&[u8], DiscardReason, &str); 13] = [
            (b"", InvalidJson, ""),
            (b"{\"batch\":[", InvalidJson, ""),
            (b"{\"batch\":[{}]}x", InvalidJson, ""),
            (b"\xff\xfe", InvalidJson, ""),
            (b"[{\"batch\":[{}]}]", InvalidJson, ""),
            (b"null", InvalidJson, ""),
            (b"{}", EmptyBatch, "/batch"),
            (b"{\"batch\":[]}", EmptyBatch, "/batch"),
            (b"{\"batch\":null}", EmptyBatch, "/batch"),
            (b"{\"batch\":{\"0\":{}}}", EmptyBatch, "/batch"),
            (b"{\"batch\":[{}],\"batch\":[]}", EmptyBatch, "/batch"),
            (b"{\"batch\":[null,\"{}\",[{}],7]}", EmptyBatchResult, "/batch"),
            (too_many.as_bytes(), BatchTooManyEvents, ""),
        ];
        for (body, reason, pointer) in cases {
            let decoded = decode(Route::Batch, body);
            let said = (decoded.refused, faults(&decoded));
            assert_eq!(said, (Some(reason), vec![Some((reason, pointer))]), "{}", String::from_utf8_lossy(body));
        }
        for body in [&b"3"[..], b"[{\"event\":\"E\"}]", b"null", b"{\"userId\":\"\\ud800\"}", b"{} {}"] {
            let decoded = decode(TRACK, body);
            assert_eq!((decoded.refused, faults(&decoded)), (Some(InvalidJson), vec![Some((InvalidJson, ""))]));
        }
    }

    #[test]
    fn one_bad_item_leaves_the_others_alone() {
        let decoded = decode(Route::Batch, br#"{"batch":[7,{"type":"track"},{"userId":"\ud800"}]}"#);
        let bad = |pointer| Some((DiscardReason::MultiUserError, pointer));
        assert_eq!(faults(&decoded), [bad("/batch/0"), None, bad("/batch/2")]);
        assert_eq!((decoded.refused, decoded.drafts[0].raw.as_ref()), (None, "7"));
    }

    #[test]
    fn of_a_key_that_stands_twice_the_last_one_counts() {
        let body = br#"{"batch":[],"writeKey":"a","batch":[{"event":7,"type":"page","type":"track","event":"E",
            "context":{"app":{"version":"1"}},"context":{"app":{"version":"2"}},"userId":"u","userId":null}],"writeKey":"b"}"#;
        let decoded = decode(Route::Batch, body);
        let draft = &decoded.drafts[0];
        assert_eq!(decoded.write_key.as_deref(), Some("b"));
        assert_eq!((draft.event_name(), draft.app_version()), (Some("E"), Some("2")));
        assert_eq!(draft.fields().user_id, Field::Absent);
    }

    #[test]
    fn a_single_call_takes_its_type_from_the_path() {
        let decoded = decode(TRACK, br#"{"type":"page","event":"E","writeKey":"k","sentAt":"2015-02-02T00:00:01Z"}"#);
        let draft = &decoded.drafts[0];
        assert_eq!((draft.event_type, draft.event_name()), (Some(EventType::Track), Some("E")));
        assert_eq!(decoded.write_key.as_deref(), Some("k"));
        assert_eq!(draft.sent_at, Some(Timestamp(1_422_835_201_000)));
    }

    #[test]
    fn times_are_the_events_own_first() {
        const DAY: i64 = 1_422_835_200_000;
        let at = |ms: i64| Some(Timestamp(DAY + ms));
        let invalid = |draft: &Draft<'_>| draft.fields().invalid_time;
        for (event, sent, happened, unreadable) in [
            ("{}", at(9_000), None, None),
            (r#"{"timestamp":"2015-2-2T00:00:01Z"}"#, at(9_000), at(1_000), None),
            (r#"{"originalTimestamp":"2015-02-02T00:00:02Z","timestamp":null}"#, at(9_000), at(2_000), None),
            (
                r#"{"originalTimestamp":"2015-02-02T00:00:02Z","timestamp":"2015-02-02T00:00:03Z"}"#,
                at(9_000),
                at(3_000),
                None,
            ),
            (r#"{"sentAt":"2015-02-02T00:00:04Z"}"#, at(4_000), None, None),
            (r#"{"sentAt":"then"}"#, at(9_000), None, None),
            (r#"{"sentAt":1422835204}"#, at(9_000), None, None),
            (r#"{"timestamp":1422835204000}"#, at(9_000), None, Some("/timestamp")),
            (r#"{"timestamp":""}"#, at(9_000), None, Some("/timestamp")),
            (r#"{"timestamp":{},"originalTimestamp":"2015-02-02"}"#, at(9_000), None, Some("/timestamp")),
            (r#"{"originalTimestamp":"yesterday"}"#, at(9_000), None, Some("/originalTimestamp")),
        ] {
            let body = format!(r#"{{"sentAt":"2015-02-02T00:00:09Z","timestamp":"2015-02-03","batch":[{event}]}}"#);
            let decoded = decode(Route::Batch, body.as_bytes());
            let draft = &decoded.drafts[0];
            assert_eq!((draft.sent_at, draft.happened_at(), invalid(draft)), (sent, happened, unreadable), "{event}");
        }
        assert_eq!(decode(Route::Batch, br#"{"sentAt":null,"batch":[{}]}"#).drafts[0].sent_at, None);
    }

    #[test]
    fn what_the_batch_says_for_all_is_in_each_event_before_it_is_read() {
        let body = br#"{"context":{"app":{"version":"9"},"direct":true,"library":{"name":"go"}},
            "integrations":{"All":false},"sentAt":"2015-02-02T00:00:09Z","batch":[
            {"type":"track","event":"E"}, 5, {"type":"page","context":{"app":{"version":"1"},"ip":"::1"}},
            {"type":"page","integrations":null,"context":"none"}]}"#;
        let decoded = decode(Route::Batch, body);
        let drafts = &decoded.drafts;
        assert_eq!(
            drafts[0].raw,
            r#"{"type":"track","event":"E","context":{"app":{"version":"9"},"direct":true,"library":{"name":"go"}},"integrations":{"All":false}}"#
        );
        assert_eq!((drafts[0].event_name(), drafts[0].sent_at), (Some("E"), Some(Timestamp(1_422_835_209_000))));
        assert_eq!(drafts[1].raw, "5");
        let versions: Vec<_> = drafts.iter().map(Draft::app_version).collect();
        assert_eq!(versions, [Some("9"), None, Some("1"), None]);
        let wants_ip: Vec<_> = drafts.iter().map(|draft| draft.payload.context.0.wants_ip()).collect();
        assert_eq!(wants_ip, [true, false, false, false]);
        assert_eq!(drafts[3].raw, r#"{"type":"page","integrations":{"All":false},"context":"none"}"#);
    }

    #[test]
    fn what_is_no_object_for_all_is_left_out() {
        for shared in ["null", "[]", "7", "\"{}\""] {
            let body = format!(r#"{{"context":{shared},"integrations":{shared},"batch":[{{ "type" : "page" }}]}}"#);
            let decoded = decode(Route::Batch, body.as_bytes());
            assert!(matches!(&decoded.drafts[0].raw, std::borrow::Cow::Borrowed(r#"{ "type" : "page" }"#)), "{shared}");
        }
    }

    #[test]
    fn merging_may_not_make_a_small_batch_huge() {
        let body = |shared_bytes: usize| {
            let shared = "x".repeat(shared_bytes);
            format!(r#"{{"context":{{"a":"{shared}"}},"batch":[{}]}}"#, vec!["{}"; 100].join(","))
        };
        let fits = body(80_000);
        let merged = decode(Route::Batch, fits.as_bytes()).drafts;
        assert!(merged.iter().map(|draft| draft.raw.len()).sum::<usize>() <= MERGED_BYTES_MAX);
        assert_eq!(merged[99].fields().extent.bytes, 80_020);
        let too_large = body(MERGED_BYTES_MAX / 100);
        assert_eq!(decode(Route::Batch, too_large.as_bytes()).refused, Some(DiscardReason::BatchTooLarge));
        // One event that names its context many times over gets it once.
        let shared = "x".repeat(80_000);
        let own = vec![r#""context":{}"#; 20_000].join(",");
        let body = format!(r#"{{"context":{{"a":"{shared}"}},"batch":[{{{own}}}]}}"#);
        assert!(decode(Route::Batch, body.as_bytes()).drafts[0].raw.len() < body.len() + 100);
    }

    #[test]
    fn deep_nesting_is_read_without_a_crash() {
        let deep = format!(r#"{{"properties":{}1{}}}"#, "[".repeat(100_000), "]".repeat(100_000));
        let decoded = decode(TRACK, deep.as_bytes());
        assert_eq!(decoded.drafts[0].fields().properties, Field::List);
        let batch = format!(r#"{{"batch":[{deep}]}}"#);
        assert_eq!(decode(Route::Batch, batch.as_bytes()).drafts[0].fault, None);
        assert_eq!(decode(TRACK, &deep.as_bytes()[..50_000]).refused, Some(DiscardReason::InvalidJson));
        let objects = format!("{}1{}", r#"{"a":"#.repeat(40_000), "}".repeat(40_000));
        let batch = format!(r#"{{"context":{objects},"batch":[{{"context":{objects}}}]}}"#);
        assert_eq!(decode(Route::Batch, batch.as_bytes()).drafts[0].fields().extent.depth, 40_001);
    }
}
