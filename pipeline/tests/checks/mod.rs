//! What must hold whatever arrives. The fuzz targets of `fuzz/`, the corpus they found (`corpus.rs`) and the properties
//! of `hostile_bodies.rs` and `merge.rs` all run these same functions.

#![allow(dead_code, reason = "every test and every target uses some of them")]

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::clock::Timestamp;
use domain::event::{BATCH_BYTES_MAX, EVENT_BYTES_MAX, EVENT_DEPTH_MAX, EventType};
use domain::schema::SchemaControls;
use domain::source::SourceNumber;
use domain::verdict::Verdict;
use flate2::Compression;
use flate2::read::{DeflateEncoder, GzEncoder, ZlibEncoder};
use pipeline::ingest::decode::{Decoded, Route, decode};
use pipeline::ingest::draft::Draft;
use pipeline::ingest::inflate::inflate;
use pipeline::ingest::judge::{Arrival, judge};
use pipeline::ingest::object::is_object;
use pipeline::ingest::pixel::{QUERY_BYTES_MAX, body_of};
use serde_json::Value;
use serde_json::value::RawValue;
use std::io::Read;
use std::net::{IpAddr, Ipv4Addr};
use store::event::JudgedEvent;
use store::write_key::SourceRules;

/// A fuzz target: a function over any bytes that panics where something does not hold.
pub type Check = fn(&[u8]);

/// Every target, by the name that its folder of the corpus has.
pub const TARGETS: [(&str, Check); 3] = [("decode_json", decode_json), ("inflate", packed), ("pixel", pixel)];

const ARRIVAL: Arrival = Arrival {
    received_at: Timestamp(1_762_435_927_250),
    random: || [7; 10],
    ip: Some(IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7))),
};

/// A body, by both kinds of route.
pub fn decode_json(body: &[u8]) {
    let call = EventType::ALL[body.len() % EventType::ALL.len()];
    judged(Route::Single(call), body);
    judged(Route::Batch, body);
}

/// Every request becomes at least one event, each fit to be kept; what is read is what a tree of the whole would say.
pub fn judged(route: Route, body: &[u8]) -> Vec<JudgedEvent<'static>> {
    let rules = SourceRules::without_key(SourceNumber(1), SchemaControls::default());
    let decoded = decode(route, body);
    assert!(!decoded.drafts.is_empty());
    if let Some(reason) = decoded.refused {
        let faults: Vec<_> =
            decoded.drafts.iter().map(|draft| draft.fault.as_ref().map(|fault| fault.reason)).collect();
        assert_eq!(faults, [Some(reason)]);
    }
    let events = judge(&decoded.drafts, &rules, ARRIVAL);
    assert_eq!(events.len(), decoded.drafts.len());
    for event in &events {
        can_be_kept(event);
    }
    agrees_with_tree(route, body, &decoded);
    events.into_iter().map(JudgedEvent::into_owned).collect()
}

fn can_be_kept(event: &JudgedEvent<'_>) {
    let chars = |text: &str| text.chars().count();
    let line: &RawValue = serde_json::from_str(&event.line).expect("a line is JSON");
    assert!((1..=100).contains(&chars(&event.message_id)));
    assert!(event.name.as_deref().is_none_or(|name| (1..=200).contains(&chars(name))));
    assert!(event.version.as_deref().is_none_or(|version| (1..=64).contains(&chars(version))));
    if let Some(library) = &event.library {
        assert!((1..=64).contains(&chars(&library.name)));
        assert!(library.version.as_deref().is_none_or(|version| (1..=64).contains(&chars(version))));
    }
    assert!(event.pointer.is_empty() || event.pointer.starts_with('/'), "{}", event.pointer);
    let mut escapes = event.pointer.split('~').skip(1);
    assert!(escapes.all(|rest| rest.starts_with(['0', '1'])), "{}", event.pointer);
    if event.verdict == Verdict::Eligible {
        assert!(event.pointer.is_empty() && event.event_type.is_some());
        assert!(is_object(line) && event.line.len() <= EVENT_BYTES_MAX);
    }
    assert!(event.ip.is_none() || event.line.contains("direct") || event.line.contains("\\u"));
}

/// The second opinion: `serde_json::Value`, which is slower and reads less, but leaves no room for cleverness.
fn agrees_with_tree(route: Route, body: &[u8], decoded: &Decoded<'_>) {
    // That crate's own mark for raw text means something else to its tree.
    let is_marked = body.windows(12).any(|bytes| bytes == b"serde_json::");
    let Ok(Value::Object(tree)) = serde_json::from_slice(body) else { return };
    if is_marked {
        return;
    }
    let tree = Value::Object(tree);
    let written = |field: &Value| field.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    assert_eq!(decoded.write_key.as_deref(), tree["writeKey"].as_str());
    match (route, decoded.refused) {
        (Route::Single(call), refused) => {
            assert_eq!((refused, decoded.drafts[0].event_type), (None, Some(call)));
            same_event(&decoded.drafts[0], &tree, &written);
        }
        (Route::Batch, Some(reason)) => assert_ne!(reason.code(), "invalid_json"),
        (Route::Batch, None) => {
            let items = tree["batch"].as_array().expect("a batch that was not refused is a list");
            assert_eq!(items.len(), decoded.drafts.len());
            for (item, draft) in items.iter().zip(&decoded.drafts).filter(|(item, _)| item.is_object()) {
                let mut item = item.clone();
                for key in ["context", "integrations"] {
                    if tree[key].is_object() {
                        merge_naively(
                            &mut item,
                            &Value::Object([(key.to_owned(), tree[key].clone())].into_iter().collect()),
                        );
                    }
                }
                assert_eq!(draft.event_type, item["type"].as_str().and_then(EventType::from_code));
                same_event(draft, &item, &written);
            }
        }
    }
}

fn same_event(draft: &Draft<'_>, tree: &Value, written: &dyn Fn(&Value) -> Option<String>) {
    assert_eq!(draft.fault, None);
    let extent = draft.fields().extent;
    if extent.depth <= EVENT_DEPTH_MAX {
        let raw: Value = serde_json::from_str(&draft.raw).expect("a tree of what a tree was made of");
        assert_eq!(&raw, tree);
    }
    let context = &tree["context"];
    assert_eq!(draft.message_id().map(str::to_owned), written(&tree["messageId"]));
    assert_eq!(draft.payload.user_id.text(), tree["userId"].as_str());
    if !context["app"]["version"].is_number() {
        assert_eq!(draft.app_version().map(str::to_owned), written(&context["app"]["version"]));
    }
    let library = draft.payload.context.0.library().map(|(name, _)| name.to_owned());
    if !context["library"]["name"].is_number() {
        assert_eq!(library, written(&context["library"]["name"]));
    }
    assert_eq!(draft.payload.context.0.wants_ip(), context["direct"] == true && context["ip"].is_null());
}

/// Merging as its definition says: the event's own values win, `null` is none.
pub fn merge_naively(own: &mut Value, shared: &Value) {
    let (Value::Object(own), Value::Object(shared)) = (own, shared) else { return };
    for (key, value) in shared {
        match own.get_mut(key) {
            Some(Value::Null) | None => {
                own.insert(key.clone(), value.clone());
            }
            Some(own) => merge_naively(own, value),
        }
    }
}

/// Inflating is bounded, and gives back what was packed.
pub fn packed(bytes: &[u8]) {
    const BYTES_MAX: usize = 64 * 1024;
    for label in [None, Some("gzip"), Some("deflate"), Some("br")] {
        if let Ok(inflated) = inflate(bytes, label, BYTES_MAX) {
            assert!(inflated.len() <= BYTES_MAX);
        }
    }
    // A body starts with a brace or white space; deflate without a header is told apart by that.
    if !bytes.first().is_some_and(u8::is_ascii) || bytes.len() > BATCH_BYTES_MAX {
        return;
    }
    let level = Compression::new(u32::from(bytes[bytes.len() - 1] % 10));
    let streams: [(&mut dyn Read, _); 3] = [
        (&mut GzEncoder::new(bytes, level), None),
        (&mut ZlibEncoder::new(bytes, level), None),
        (&mut DeflateEncoder::new(bytes, level), Some("deflate")),
    ];
    for (stream, label) in streams {
        let mut packed = Vec::new();
        stream.read_to_end(&mut packed).expect("packing in memory");
        assert_eq!(inflate(&packed, label, bytes.len()).as_deref(), Ok(bytes));
        assert!(inflate(&packed, label, bytes.len() - 1).is_err());
    }
}

/// A pixel's query becomes a body that is bounded and can be decoded, and base64 gives back what was put in.
pub fn pixel(query: &[u8]) {
    let call = Route::Single(EventType::Track);
    if let Ok(body) = body_of(&String::from_utf8_lossy(query)) {
        let json: &RawValue = serde_json::from_slice(&body).expect("a body is JSON");
        assert!(is_object(json) && body.len() <= 8 * (query.len() + 1) * 3);
        judged(call, &body);
    }
    let encoded = format!("data={}", URL_SAFE_NO_PAD.encode(query));
    let is_call = serde_json::from_slice::<&RawValue>(query).is_ok_and(is_object);
    if !query.is_empty() && encoded.len() <= QUERY_BYTES_MAX {
        assert_eq!(body_of(&encoded).ok().as_deref(), is_call.then_some(query));
    }
}
