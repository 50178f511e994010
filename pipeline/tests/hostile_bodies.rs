//! Whatever arrives, decoding and judging answer with events: no panic, nothing lost, and lines that can be kept.

use domain::clock::Timestamp;
use domain::event::EventType;
use domain::schema::SchemaControls;
use domain::source::SourceNumber;
use pipeline::ingest::decode::{Route, decode};
use pipeline::ingest::inflate::inflate;
use pipeline::ingest::judge::{Arrival, judge};
use proptest::collection::vec;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof, proptest};
use proptest::sample::{Index, select};
use serde_json::value::RawValue;
use store::write_key::SourceRules;

const ARRIVAL: Arrival = Arrival { received_at: Timestamp(1_762_435_927_250), random: || [7; 10] };

fn check(route: Route, body: &[u8]) {
    let rules = SourceRules { source: SourceNumber(1), enabled: true, controls: SchemaControls::default() };
    let Ok(body) = inflate(body, 1 << 20) else { return };
    let decoded = decode(route, &body);
    assert!(!decoded.drafts.is_empty());
    let events = judge(&decoded.drafts, &rules, ARRIVAL);
    assert_eq!(events.len(), decoded.drafts.len());
    for event in events {
        assert!(!event.line.contains(['\n', '\r']));
        assert!(serde_json::from_str::<&RawValue>(&event.line).is_ok(), "{}", event.line);
        assert!(!event.message_id.is_empty() && event.message_id.chars().count() <= 100);
        assert!(event.name.as_deref().is_none_or(|name| !name.is_empty() && name.chars().count() <= 200));
    }
}

fn route() -> impl Strategy<Value = Route> {
    prop_oneof![Just(Route::Batch), select(EventType::ALL.to_vec()).prop_map(Route::Single)]
}

/// Text that is nearly a call: its words, its punctuation, and what breaks parsers.
fn nearly_json() -> impl Strategy<Value = String> {
    let words = [
        "{",
        "}",
        "[",
        "]",
        ":",
        ",",
        "\"batch\"",
        "\"type\"",
        "\"track\"",
        "\"event\"",
        "\"userId\"",
        "\"messageId\"",
        "\"context\"",
        "\"app\"",
        "\"version\"",
        "\"writeKey\"",
        "null",
        "true",
        "1e999",
        "-0",
        "\"\\ud800\"",
        "\"\\u0000\"",
        "\"",
        "\\",
        "\u{feff}",
        "\n",
        " ",
        "{\"batch\":[",
        "]}",
        "{\"type\":\"page\",\"name\":",
    ];
    vec(select(words.to_vec()), 0..60).prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn any_bytes(route in route(), body in vec(any::<u8>(), 0..600)) {
        check(route, &body);
    }

    #[test]
    fn nearly_calls(route in route(), body in nearly_json()) {
        check(route, body.as_bytes());
    }

    #[test]
    fn a_real_batch_with_one_byte_wrong(at in any::<Index>(), byte in any::<u8>()) {
        let mut body = br#"{"batch":[{"type":"track","event":"E","userId":"u","context":{"app":{"version":"1"}}},
            {"type":"group","groupId":"g","userId":"u","traits":{"a":[1,{"b":null}]}}],"writeKey":"k"}"#.to_vec();
        let at = at.index(body.len());
        body[at] = byte;
        check(Route::Batch, &body);
        check(Route::Batch, &body[..at]);
    }
}
