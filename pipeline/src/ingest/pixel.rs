//! A pixel's query string becomes the body of a single call, so that `decode` need not know of pixels. Segment's two
//! forms: `data=` with the call's JSON in base64 (which is optional), or the call's fields one by one under dotted keys.

use super::merge::Shared;
use super::object::is_object;
use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use domain::discard::DiscardReason;
use domain::event::EVENT_DEPTH_MAX;
use serde_json::value::RawValue;
use serde_json::{Map, Value};

/// Longest query that is read, in bytes: no longer URI gets through the HTTP library.
pub const QUERY_BYTES_MAX: usize = 64 * 1024;

/// Encoders disagree on padding, and some leave bits in the last character.
const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

/// The call's JSON, its `writeKey` at the top level. Where there is `data`, of the other fields only `writeKey` counts,
/// and only if the data has none.
///
/// # Errors
/// `InvalidJson` if `data` is no JSON object, `PayloadTooLarge` for a query over [`QUERY_BYTES_MAX`].
pub fn body_of(query: &str) -> Result<Vec<u8>, DiscardReason> {
    if query.len() > QUERY_BYTES_MAX {
        return Err(DiscardReason::PayloadTooLarge);
    }
    let mut data = None;
    let mut call = Map::new();
    for (key, value) in form_urlencoded::parse(query.as_bytes()) {
        match key.as_ref() {
            "data" => data = Some(value).filter(|value| !value.is_empty()),
            "" => {}
            key => insert(&mut call, key, value.into_owned()),
        }
    }
    let Some(data) = data else { return Ok(Value::Object(call).to_string().into_bytes()) };
    let json = decoded(&data)?;
    let write_key = call.get("writeKey").filter(|key| key.is_string()).map(Value::to_string);
    let body = match Shared::of(write_key.iter().map(|key| ("\"writeKey\"", key.as_str()))) {
        Some(shared) => shared.merged_into(&json),
        None => json,
    };
    Ok(body.into_bytes())
}

/// Sets `a.b.c`. Where that path leads through a value, or ends on an object, the later parameter counts. Below the
/// deepest level that an event may have, dots are no steps any more: the call is refused anyway.
fn insert(call: &mut Map<String, Value>, path: &str, text: String) {
    let mut steps = path.splitn(EVENT_DEPTH_MAX + 1, '.').peekable();
    let mut object = call;
    while let Some(step) = steps.next() {
        let place = object.entry(step).or_insert(Value::Null);
        if steps.peek().is_none() {
            *place = Value::String(text);
            return;
        }
        if !place.is_object() {
            *place = Value::Object(Map::new());
        }
        let Value::Object(inner) = place else { return };
        object = inner;
    }
}

/// The object in `data`, whose base64 may be of either alphabet, and its `+` may have been taken for a space.
fn decoded(data: &str) -> Result<String, DiscardReason> {
    let bytes = if data.trim_start().starts_with('{') {
        data.as_bytes().to_vec()
    } else {
        let standard = |byte| match byte {
            b'-' | b' ' => b'+',
            b'_' => b'/',
            byte => byte,
        };
        let encoded: Vec<u8> = data.bytes().map(standard).collect();
        BASE64.decode(encoded).map_err(|_| DiscardReason::InvalidJson)?
    };
    let json = String::from_utf8(bytes).map_err(|_| DiscardReason::InvalidJson)?;
    let is_call = serde_json::from_str::<&RawValue>(&json).is_ok_and(is_object);
    if is_call { Ok(json) } else { Err(DiscardReason::InvalidJson) }
}

#[cfg(test)]
mod tests {
    use super::{DiscardReason, QUERY_BYTES_MAX, body_of};
    use serde_json::{Value, json};

    fn call(query: &str) -> Value {
        let body = body_of(query).expect(query);
        serde_json::from_slice(&body).expect("a body is JSON")
    }

    #[test]
    fn data_is_base64_of_any_kind() {
        // Chosen so that both characters on which the alphabets differ occur.
        let sent = json!({ "writeKey": "k", "userId": "u", "event": "Email Opened ~~~???>>>" });
        let expected = sent.clone();
        for data in [
            "eyJ3cml0ZUtleSI6ImsiLCJ1c2VySWQiOiJ1IiwiZXZlbnQiOiJFbWFpbCBPcGVuZWQgfn5+Pz8/Pj4+In0=",
            "eyJ3cml0ZUtleSI6ImsiLCJ1c2VySWQiOiJ1IiwiZXZlbnQiOiJFbWFpbCBPcGVuZWQgfn5+Pz8/Pj4+In0",
            "eyJ3cml0ZUtleSI6ImsiLCJ1c2VySWQiOiJ1IiwiZXZlbnQiOiJFbWFpbCBPcGVuZWQgfn5-Pz8_Pj4-In0",
            "eyJ3cml0ZUtleSI6ImsiLCJ1c2VySWQiOiJ1IiwiZXZlbnQiOiJFbWFpbCBPcGVuZWQgfn5-Pz8_Pj4-In0=",
            "eyJ3cml0ZUtleSI6ImsiLCJ1c2VySWQiOiJ1IiwiZXZlbnQiOiJFbWFpbCBPcGVuZWQgfn5%2BPz8%2FPj4%2BIn0%3D",
            "eyJ3cml0ZUtleSI6ImsiLCJ1c2VySWQiOiJ1IiwiZXZlbnQiOiJFbWFpbCBPcGVuZWQgfn5%20Pz8/Pj4%20In0=",
            "%7B%22writeKey%22:%22k%22,%22userId%22:%22u%22,%22event%22:%22Email+Opened+~~~???>>>%22%7D",
        ] {
            assert_eq!(call(&format!("data={data}")), expected, "{data}");
            assert_eq!(call(&format!("data=old&data={data}&event=Other&userId=x")), expected, "{data}");
        }
        assert_eq!(sent, expected);
    }

    #[test]
    fn a_plain_write_key_fills_in_for_data_without_one() {
        let without = "data=eyJ1c2VySWQiOiJ1In0"; // {"userId":"u"}
        assert_eq!(call(&format!("{without}&writeKey=k%22")), json!({ "userId": "u", "writeKey": "k\"" }));
        assert_eq!(call(&format!("writeKey.x=k&{without}")), json!({ "userId": "u" }));
        let with = "data=eyJ3cml0ZUtleSI6ImluIn0"; // {"writeKey":"in"}
        assert_eq!(call(&format!("{with}&writeKey=k")), json!({ "writeKey": "in" }));
        let null = "data=eyJ3cml0ZUtleSI6bnVsbH0"; // {"writeKey":null}
        assert_eq!(call(&format!("{null}&writeKey=k")), json!({ "writeKey": "k" }));
    }

    #[test]
    fn fields_one_by_one_become_objects() {
        for (query, expected) in [
            ("", json!({})),
            ("data=&&=x&userId=u", json!({ "userId": "u" })),
            (
                "writeKey=k&userId=u&event=Email+Opened%21&properties.subject=a%26b&context.app.version=1",
                json!({ "writeKey": "k", "userId": "u", "event": "Email Opened!",
                    "properties": { "subject": "a&b" }, "context": { "app": { "version": "1" } } }),
            ),
            ("a.b=1&a.c=2&a.b=3", json!({ "a": { "b": "3", "c": "2" } })),
            ("a=1&a.b=2", json!({ "a": { "b": "2" } })),
            ("a.b.c=1&a.b=2", json!({ "a": { "b": "2" } })),
            ("a.b=1&a=2", json!({ "a": "2" })),
            ("a..b=1&.=2&c.=3", json!({ "a": { "": { "b": "1" } }, "": { "": "2" }, "c": { "": "3" } })),
            ("a&b=%zz%ff&c=%C3%B1", json!({ "a": "", "b": "%zz\u{fffd}", "c": "ñ" })),
        ] {
            assert_eq!(call(query), expected, "{query}");
        }
    }

    #[test]
    fn what_is_no_call_is_refused_and_nothing_grows_without_bounds() {
        for query in
            ["data=e", "data=%00", "data=bm8", "data=W10", "data={", "data=%7B%22a%22:1", "data=gIA", "data=e30x"]
        {
            assert_eq!(body_of(query), Err(DiscardReason::InvalidJson), "{query}");
        }
        let long = "x".repeat(QUERY_BYTES_MAX + 1);
        assert_eq!(body_of(&long), Err(DiscardReason::PayloadTooLarge));
        let deep = body_of(&"a.".repeat(QUERY_BYTES_MAX / 2)).expect("a body");
        assert_eq!(crate::ingest::extent::of(std::str::from_utf8(&deep).expect("UTF-8")).depth, 65);
    }
}
