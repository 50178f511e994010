//! Which write key a request names outside its body. Headers come first: Jitsu masks the key in its bodies, and whoever
//! set a header meant it.

use axum::http::{HeaderMap, header::AUTHORIZATION};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::write_key::WRITE_KEY_CHARS_MAX;

/// The key of the `Authorization` header, else of `X-Write-Key`, else of the query's `writeKey`.
#[must_use]
pub fn write_key(headers: &HeaderMap, query: Option<&str>) -> Option<String> {
    basic(headers).or_else(|| x_write_key(headers)).or_else(|| query.and_then(in_query))
}

/// Basic: the key as user and an empty password. Segment takes a key without its colon, too. A bearer token (OAuth) says
/// nothing of the source; such requests carry their key in the body.
fn basic(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    usable(before_colon(&decoded))
}

/// Jitsu's header holds `id:secret`, of which the id is the key.
fn x_write_key(headers: &HeaderMap) -> Option<String> {
    usable(before_colon(headers.get("x-write-key")?.to_str().ok()?.trim()))
}

fn in_query(query: &str) -> Option<String> {
    let mut pairs = form_urlencoded::parse(query.as_bytes());
    pairs.find(|(name, _)| name == "writeKey").and_then(|(_, key)| usable(&key))
}

/// No key has a colon in it: Basic could not carry it.
fn before_colon(text: &str) -> &str {
    text.split_once(':').map_or(text, |(key, _)| key)
}

/// A key that may be looked up: not empty, not absurdly long.
#[must_use]
pub fn usable(key: &str) -> Option<String> {
    (!key.is_empty() && key.len() <= WRITE_KEY_CHARS_MAX).then(|| key.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{AUTHORIZATION, HeaderMap, write_key};

    #[test]
    fn the_first_place_that_names_a_key_counts() {
        let long = format!("writeKey={}", "k".repeat(129));
        for (authorization, header, query, key) in [
            ("Basic YWJjMTIzOg==", "", "", Some("abc123")),
            ("basic YWJjMTIzOg==", "", "", Some("abc123")),
            ("Basic YWJjMTIz", "", "", Some("abc123")),
            ("Basic YWJjMTIzOg==", "x", "writeKey=q", Some("abc123")),
            ("Basic Og==", "x", "writeKey=q", Some("x")),
            ("Basic ???", "", "", None),
            ("Bearer abc123", "", "", None),
            ("Bearer abc123", "", "writeKey=q", Some("q")),
            ("Basic", "", "", None),
            ("", "id:secret", "", Some("id")),
            ("", "id", "writeKey=q", Some("id")),
            ("", ":secret", "", None),
            ("", "", "v=1&writeKey=a%2Bb&writeKey=c", Some("a+b")),
            ("", "", "writekey=q", None),
            ("", "", "writeKey=", None),
            ("", "", &long, None),
        ] {
            let mut headers = HeaderMap::new();
            for (name, value) in [(AUTHORIZATION.as_str(), authorization), ("x-write-key", header)] {
                if !value.is_empty() {
                    headers.insert(name, value.parse().expect("a header value"));
                }
            }
            let query = Some(query).filter(|query| !query.is_empty());
            assert_eq!(write_key(&headers, query).as_deref(), key, "{authorization} {header} {query:?}");
        }
    }
}
