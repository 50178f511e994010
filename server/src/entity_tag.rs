//! Entity tags: what a client shows to learn that it has the newest already.

use axum::http::{HeaderMap, header};
use std::hash::{DefaultHasher, Hasher};

/// The tag of these bytes.
#[must_use]
pub fn of(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    format!("\"{:016x}\"", hasher.finish())
}

/// Whether the client has what has this tag. `If-None-Match` compares weakly (RFC 9110, 13.1.2): a `W/` that a proxy put
/// in front does not count.
#[must_use]
pub fn is_known(request: &HeaderMap, tag: &str) -> bool {
    let known = request.get(header::IF_NONE_MATCH).and_then(|value| value.to_str().ok()).unwrap_or_default();
    known.split(',').map(str::trim).any(|one| one == "*" || one.strip_prefix("W/").unwrap_or(one) == tag)
}

#[cfg(test)]
mod tests {
    use super::{HeaderMap, header, is_known, of};

    #[test]
    fn tags_compare_weakly() {
        let request =
            |known: &'static str| HeaderMap::from_iter([(header::IF_NONE_MATCH, known.parse().expect("a value"))]);
        for known in ["\"ab\"", "W/\"ab\"", "\"x\", W/\"ab\"", "*"] {
            assert!(is_known(&request(known), "\"ab\""), "{known}");
        }
        for known in ["", "ab", "\"abc\"", "W/"] {
            assert!(!is_known(&request(known), "\"ab\""), "{known}");
        }
        assert!(!is_known(&HeaderMap::new(), "\"ab\""));
        assert_ne!(of(b"a"), of(b"b"));
    }
}
