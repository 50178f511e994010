//! Every internal link. Pages and parts take their links from here, so that a page can move in one place.
//! The query string of the overview is built in `pages/source_overview/query.rs`.

/// The list of sources.
#[must_use]
pub fn sources() -> &'static str {
    "/sources"
}

/// The form that adds a source; also where it is posted to.
#[must_use]
pub fn new_source() -> &'static str {
    "/sources/new"
}

/// The form with a kind of the catalog already chosen.
#[must_use]
pub fn new_source_of_kind(kind: &str) -> String {
    format!("/sources/new?kind={}", path_segment(kind))
}

/// A source's overview.
#[must_use]
pub fn source_overview(slug: &str) -> String {
    format!("/sources/{}/overview", path_segment(slug))
}

/// Where the theme form is posted to.
#[must_use]
pub fn theme() -> &'static str {
    "/theme"
}

/// Percent-encodes what a path segment can't hold as it is: slugs may carry letters of any script.
fn path_segment(text: &str) -> String {
    let mut segment = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            segment.push(char::from(byte));
        } else {
            segment.push_str(&format!("%{byte:02X}"));
        }
    }
    segment
}

#[cfg(test)]
mod tests {
    use super::source_overview;

    #[test]
    fn slugs_are_escaped() {
        assert_eq!(source_overview("storefront-web"), "/sources/storefront-web/overview");
        assert_eq!(source_overview("я/?"), "/sources/%D1%8F%2F%3F/overview");
    }
}
