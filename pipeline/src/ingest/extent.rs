//! How large an event is, by a pass over its bytes.

use super::field::unescape;
use domain::event::{EVENT_DEPTH_MAX, EVENT_KEYS_MAX};
use domain::validation::Extent;
use std::ops::Range;

/// The extent of an event that is known to be JSON. Nearly all events hold so few brackets and colons that no limit can
/// be exceeded, whatever they stand for; then it is not worth ten times the work to tell which of them are inside of
/// strings, and depth and keys are at most what is said here.
#[must_use]
pub fn of(json: &str) -> Extent {
    let (brackets, colons) = count(json);
    if brackets > EVENT_DEPTH_MAX || colons > EVENT_KEYS_MAX {
        return measured(json);
    }
    Extent { bytes: json.len(), depth: brackets, deepest_under: None, keys: colons }
}

/// Opening brackets and colons, summed up in bytes first, which lets the compiler look at many at once.
fn count(json: &str) -> (usize, usize) {
    let few = |bytes: &[u8]| {
        bytes.iter().fold((0_u8, 0_u8), |(brackets, colons), &byte| {
            (brackets + u8::from(matches!(byte, b'{' | b'[')), colons + u8::from(byte == b':'))
        })
    };
    json.as_bytes().chunks(usize::from(u8::MAX)).map(few).fold(
        (0, 0),
        |(brackets, colons), (more_brackets, more_colons)| {
            (brackets + usize::from(more_brackets), colons + usize::from(more_colons))
        },
    )
}

/// In valid JSON a colon outside of strings stands for one key, and the last string at the top level is the key of
/// whatever opens next.
fn measured(json: &str) -> Extent {
    let bytes = json.as_bytes();
    let (mut at, mut depth, mut keys, mut deepest) = (0, 0_usize, 0, 0);
    let (mut top_key, mut deepest_under) = (0..0, None);
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'"' => {
                let start = at;
                at = string_end(bytes, at);
                if depth == 1 {
                    top_key = start..at;
                }
                continue;
            }
            b':' => keys += 1,
            b'{' | b'[' => {
                depth += 1;
                if depth > deepest {
                    deepest = depth;
                    deepest_under = (depth > EVENT_DEPTH_MAX).then(|| top_key.clone());
                }
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        at += 1;
    }
    let key = |range: Range<usize>| unescape(json.get(range)?).ok().map(|key| key.into_owned());
    Extent { bytes: json.len(), depth: deepest, deepest_under: deepest_under.and_then(key), keys }
}

/// Where the string that starts here has ended.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        at += match byte {
            b'"' => return at + 1,
            b'\\' => 2,
            _ => 1,
        };
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::{Extent, measured, of};
    use domain::event::{EVENT_DEPTH_MAX, EVENT_KEYS_MAX};
    use proptest::prelude::{Just, Strategy, any, prop_assert_eq, prop_oneof, proptest};
    use serde_json::Value;

    #[test]
    fn levels_and_keys_are_counted_outside_of_strings() {
        for (json, depth, keys) in [
            ("{}", 1, 0),
            (r#" { "a" : 1 } "#, 1, 1),
            (r#"{"a":{"b":[{"c":null}]},"d":[]}"#, 4, 4),
            (r#"{"a:{[":"}:{[","b\"{":"\\","c\\":{}}"#, 2, 3),
            (r#"["a",["b"]]"#, 2, 0),
            ("7", 0, 0),
            (r#"{"open":"#, 1, 1),
            (r#"{"torn\"#, 1, 0),
        ] {
            let extent = measured(json);
            assert_eq!((extent.depth, extent.keys, extent.bytes), (depth, keys, json.len()), "{json}");
            assert_eq!(extent.deepest_under, None);
        }
    }

    #[test]
    fn what_is_too_deep_is_named() {
        let deep = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
        let json = format!(r#"{{"x":"{{","a\n":{},"b":{},"c":[]}}"#, deep(64), deep(70));
        let extent = of(&json);
        assert_eq!((extent.depth, extent.deepest_under.as_deref()), (71, Some("b")));
        let json = format!(r#"{{"a\u00e9":{},"b":"v"}}"#, deep(64));
        assert_eq!(of(&json).deepest_under.as_deref(), Some("aé"));
        assert_eq!(of(&format!(r#"{{"a":{}}}"#, deep(63))).deepest_under, None);
    }

    #[test]
    fn a_quick_count_decides_only_where_nothing_can_be_over() {
        let exceeds = |extent: &Extent| (extent.depth > EVENT_DEPTH_MAX, extent.keys > EVENT_KEYS_MAX);
        for brackets in [0, 62, 63, 64, 100] {
            for colons in [0, 1_998, 1_999, 2_000, 2_001] {
                let text = "[{:".repeat(brackets) + &":".repeat(colons);
                let keys = vec!["\"\":0"; colons].join(",");
                let nested = format!("{}{}", "[".repeat(brackets), "]".repeat(brackets));
                for json in [format!("[{text:?}]"), format!("{{{keys}}}"), format!("[{nested},{{{keys}}}]")] {
                    assert_eq!(exceeds(&of(&json)), exceeds(&measured(&json)), "{brackets} {colons}");
                }
            }
        }
    }

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf =
            prop_oneof![Just(Value::Null), any::<i32>().prop_map(Value::from), any::<String>().prop_map(Value::from)];
        leaf.prop_recursive(6, 60, 5, |inner| {
            prop_oneof![
                proptest::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                proptest::collection::btree_map(any::<String>(), inner, 0..5).prop_map(|map| map.into_iter().collect()),
            ]
        })
    }

    fn count(value: &Value) -> (usize, usize) {
        let (inner, own): (Vec<&Value>, usize) = match value {
            Value::Object(map) => (map.values().collect(), map.len()),
            Value::Array(list) => (list.iter().collect(), 0),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => return (0, 0),
        };
        let counts = inner.into_iter().map(count);
        counts
            .fold((1, own), |(depth, keys), (inner_depth, inner_keys)| (depth.max(inner_depth + 1), keys + inner_keys))
    }

    proptest! {
        #[test]
        fn the_pass_agrees_with_a_tree(value in any_value()) {
            for json in [value.to_string(), format!("{value:#}")] {
                let extent = measured(&json);
                prop_assert_eq!((extent.depth, extent.keys), count(&value), "{}", json);
            }
        }
    }
}
