//! Whatever arrives, decoding and judging answer with events: no panic, nothing lost, and lines that can be kept.

mod checks;

use domain::event::EventType;
use pipeline::ingest::decode::Route;
use pipeline::ingest::inflate::inflate;
use proptest::collection::vec;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof, proptest};
use proptest::sample::{Index, select};

fn check(route: Route, body: &[u8]) {
    if let Ok(body) = inflate(body, None, 1 << 20) {
        checks::judged(route, &body);
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
        "\"integrations\"",
        "\"timestamp\"",
        "\"2015-2-02\"",
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
        "\"context\":{\"app\":",
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
    fn any_query(query in vec(any::<u8>(), 0..300)) {
        checks::pixel(&query);
    }

    #[test]
    fn nearly_queries(query in "(data=|[a-c.]{0,4}=|&|%2[0-9B]|[+]|eyJhIjoxfQ|writeKey=k|context.app){0,20}") {
        checks::pixel(query.as_bytes());
    }

    #[test]
    fn anything_packed(bytes in vec(any::<u8>(), 0..600)) {
        checks::packed(&bytes);
    }

    #[test]
    fn a_real_batch_with_one_byte_wrong(at in any::<Index>(), byte in any::<u8>()) {
        let mut body = br#"{"batch":[{"type":"track","event":"E","userId":"u","context":{"app":{"version":"1"}}},
            {"type":"group","groupId":"g","userId":"u","traits":{"a":[1,{"b":null}]}}],"writeKey":"k",
            "context":{"app":{"version":"2","build":3},"direct":true},"integrations":{"All":false}}"#.to_vec();
        let at = at.index(body.len());
        body[at] = byte;
        check(Route::Batch, &body);
        check(Route::Batch, &body[..at]);
    }
}
