//! Which write key a request names in its header: Basic, the key as user and an empty password.

use axum::http::{HeaderMap, header::AUTHORIZATION};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::write_key::WRITE_KEY_CHARS_MAX;

/// The key of the `Authorization` header, if there is a readable one.
#[must_use]
pub fn header_write_key(headers: &HeaderMap) -> Option<String> {
    let value = headers.get(AUTHORIZATION)?.to_str().ok()?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let decoded = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    // Segment takes a key without its colon, too.
    let key = decoded.split_once(':').map_or(decoded.as_str(), |(user, _)| user);
    usable(key)
}

/// A key that may be looked up: not empty, not absurdly long.
#[must_use]
pub fn usable(key: &str) -> Option<String> {
    (!key.is_empty() && key.len() <= WRITE_KEY_CHARS_MAX).then(|| key.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{AUTHORIZATION, HeaderMap, header_write_key};

    #[test]
    fn basic_headers() {
        for (value, key) in [
            ("Basic YWJjMTIzOg==", Some("abc123")),
            ("basic YWJjMTIzOg==", Some("abc123")),
            ("Basic YWJjMTIz", Some("abc123")),
            ("Basic Og==", None),
            ("Basic ???", None),
            ("Bearer abc123", None),
            ("Basic", None),
        ] {
            let headers = HeaderMap::from_iter([(AUTHORIZATION, value.parse().expect("a header value"))]);
            assert_eq!(header_write_key(&headers).as_deref(), key, "{value}");
        }
        assert_eq!(header_write_key(&HeaderMap::new()), None);
    }
}
