//! The laws of merging what a batch says for all into its events, over JSON as people write it.

mod checks;

use pipeline::ingest::decode::{Route, decode};
use pipeline::ingest::merge::Shared;
use proptest::collection::vec;
use proptest::prelude::{ProptestConfig, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};
use proptest::sample::select;
use serde_json::Value;

fn merged(event: &str, context: &str) -> String {
    Shared::of([("\"context\"", context)].into_iter()).expect("something to share").merged_into(event)
}

fn tree(json: &str) -> Value {
    serde_json::from_str(json).expect(json)
}

/// White space, equal keys, escapes, numbers that a float would not hold.
fn any_json() -> impl Strategy<Value = String> {
    let words = ["null", "true", "12345678901234567890123", "1.50", "-0", "\"\\u0041\"", "[ ]"];
    let leaf = prop_oneof![
        select(words.to_vec()).prop_map(str::to_owned),
        any::<String>().prop_map(|text| Value::from(text).to_string()),
    ];
    leaf.prop_recursive(4, 30, 4, |inner| {
        prop_oneof![vec(inner.clone(), 0..3).prop_map(|items| format!("[{}]", items.join(" , "))), object(inner)]
    })
}

fn object(value: impl Strategy<Value = String>) -> impl Strategy<Value = String> {
    let key = select(vec!["\"context\"", "\"a\"", "\"b\"", "\"\\u0061\"", "\"é\"", "\"\\\"\\\\\"", "\"\""]);
    vec((key, value), 0..5).prop_map(|members| {
        let members: Vec<_> = members.into_iter().map(|(key, value)| format!("{key}: {value}")).collect();
        format!("{{{}}}", members.join(",\n"))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn merging_is_what_a_tree_would_do(event in object(any_json()), context in object(any_json())) {
        let mut expected = tree(&event);
        checks::merge_naively(&mut expected, &tree(&format!(r#"{{"context":{context}}}"#)));
        prop_assert_eq!(tree(&merged(&event, &context)), expected);
    }

    #[test]
    fn merging_again_changes_nothing(event in object(any_json()), context in object(any_json())) {
        let once = merged(&event, &context);
        prop_assert_eq!(tree(&merged(&once, &context)), tree(&once));
    }

    #[test]
    fn the_event_wins(own in object(any_json()), context in object(any_json())) {
        let merged = tree(&merged(&format!(r#"{{"context":{own}}}"#), &context));
        for (key, value) in tree(&own).as_object().expect("an object") {
            prop_assert!(value.is_null() || value.is_object() || merged["context"][key] == *value);
        }
    }

    #[test]
    fn merging_adds_no_more_than_it_says(event in object(any_json()), context in object(any_json())) {
        let shared = Shared::of([("\"context\"", context.as_str())].into_iter()).expect("something to share");
        prop_assert!(shared.merged_into(&event).len() <= event.len() + shared.bytes());
    }

    #[test]
    fn without_anything_to_share_events_stay_to_the_byte(event in object(any_json()), other in any_json()) {
        let shared = if other.starts_with('{') { "null" } else { &other };
        let body = format!(r#"{{"batch":[ {event} ],"context":{shared},"integrations":{shared}}}"#);
        let decoded = decode(Route::Batch, body.as_bytes());
        prop_assert_eq!(decoded.drafts[0].raw.as_ref(), event.as_str());
    }
}
