//! Every internal link. Pages and parts take their links from here, so that a page can move in one place.
//! The query string of the overview is built in `pages/source_overview/query.rs`.

use domain::discard::DiscardReason;

/// The list of sources.
#[must_use]
pub fn sources() -> &'static str {
    "/sources"
}

/// The list with these fields after a form was taken: it says what was done.
#[must_use]
pub fn sources_with(fields: &[(&'static str, String)], done: &str) -> String {
    let fields: Vec<_> = fields.iter().cloned().chain([("done", done.to_owned())]).collect();
    with_query(sources(), &fields)
}

/// The list after a form was taken: it says what was done.
#[must_use]
pub fn sources_after(done: &str) -> String {
    with_query(sources(), &[("done", done.to_owned())])
}

/// Above the forms that add a source; leads to the catalog.
#[must_use]
pub fn new_sources() -> &'static str {
    "/sources/new"
}

/// The form that adds a source of a kind of the catalog; also where it is posted to.
#[must_use]
pub fn new_source(kind: &str) -> String {
    format!("{}/{}", new_sources(), path_segment(kind))
}

/// The catalog: where adding a source begins.
#[must_use]
pub fn catalog() -> &'static str {
    "/catalog"
}

/// An entry of the catalog.
#[must_use]
pub fn catalog_entry(slug: &str) -> String {
    format!("{}/{}", catalog(), path_segment(slug))
}

/// A source's overview.
#[must_use]
pub fn source_overview(slug: &str) -> String {
    format!("/sources/{}/overview", path_segment(slug))
}

/// How events are sent to a source, and the first one; also where its test event is posted to.
#[must_use]
pub fn source_setup(slug: &str) -> String {
    format!("/sources/{}/setup", path_segment(slug))
}

/// The same with a library's lines.
#[must_use]
pub fn source_setup_library(slug: &str, library: &str) -> String {
    with_query(&source_setup(slug), &[("library", library.to_owned())])
}

/// The same with what became of a test event; `library` may be empty.
#[must_use]
pub fn source_setup_test(slug: &str, library: &str, message_id: &str) -> String {
    let library = (!library.is_empty()).then(|| ("library", library.to_owned()));
    let fields: Vec<_> = library.into_iter().chain([("test", message_id.to_owned())]).collect();
    with_query(&source_setup(slug), &fields)
}

/// What a source is, its keys, its end; also where its forms are posted to.
#[must_use]
pub fn source_settings(slug: &str) -> String {
    format!("/sources/{}/settings", path_segment(slug))
}

/// Any page of a source: what follows its slug in the path, and the query as it came.
#[must_use]
pub fn source_page(slug: &str, page: &str, query: Option<&str>) -> String {
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    let slash = if page.is_empty() { "" } else { "/" };
    format!("/sources/{}{slash}{page}{query}", path_segment(slug))
}

/// The settings after a form was taken: they say what was done.
#[must_use]
pub fn source_settings_after(slug: &str, done: &str) -> String {
    with_query(&source_settings(slug), &[("done", done.to_owned())])
}

/// The settings with one of their dialogs open.
#[must_use]
pub fn source_settings_dialog(slug: &str, dialog: &str, value: &str) -> String {
    with_query(&source_settings(slug), &[(dialog, value.to_owned())])
}

/// The stream of a source's live numbers.
#[must_use]
pub fn source_live(slug: &str) -> String {
    format!("/sources/{}/live", path_segment(slug))
}

/// All rows of an overview's table, as `csv` or `json`.
#[must_use]
pub fn source_overview_export(slug: &str, extension: &str) -> String {
    format!("{}.{extension}", source_overview(slug))
}

/// Where forms without JavaScript send a period in local times; leads back to the overview.
#[must_use]
pub fn source_overview_period(slug: &str) -> String {
    format!("{}/period", source_overview(slug))
}

/// The kept events of a discard reason, a line of JSON each.
#[must_use]
pub fn source_samples(slug: &str) -> String {
    format!("/sources/{}/samples.jsonl", path_segment(slug))
}

/// The documentation; leads to its first page.
#[must_use]
pub fn docs() -> &'static str {
    "/docs"
}

/// How to send events, and what becomes of them.
#[must_use]
pub fn tracking_api() -> &'static str {
    "/docs/tracking-api"
}

/// A part of that page.
#[must_use]
pub fn tracking_api_part(anchor: &str) -> String {
    format!("{}#{anchor}", tracking_api())
}

/// What a discard reason means and how to mend it.
#[must_use]
pub fn discard_reason(reason: DiscardReason) -> String {
    tracking_api_part(&discard_reason_anchor(reason))
}

/// Where on that page.
#[must_use]
pub fn discard_reason_anchor(reason: DiscardReason) -> String {
    format!("reason-{}", reason.code())
}

/// Where the theme form is posted to.
#[must_use]
pub fn theme() -> &'static str {
    "/theme"
}

/// A path with these parameters; their names need no escaping.
#[must_use]
pub fn with_query(path: &str, fields: &[(&str, String)]) -> String {
    // A time is easier to read with its colons, and a query may hold them (RFC 3986, 3.4).
    let pairs: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", escape(value, b":"))).collect();
    if pairs.is_empty() { path.to_owned() } else { format!("{path}?{}", pairs.join("&")) }
}

/// Percent-encodes what a path segment can't hold as it is: slugs may carry letters of any script.
fn path_segment(text: &str) -> String {
    escape(text, b"")
}

fn escape(text: &str, kept: &[u8]) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') || kept.contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push_str(&format!("%{byte:02X}"));
        }
    }
    escaped
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
