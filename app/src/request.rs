//! What a server function or a page asks of the request it belongs to: the state, the reader's zone, the theme, the
//! address at which it came.
//! Call these before the first await: the context is gone after it.

mod origin;

pub use origin::origin;

use crate::error::AppError;
use crate::layout::theme::Theme;
use crate::state::AppState;
use jiff::tz::TimeZone;
use leptos::prelude::use_context;

/// Longest cookie value that is looked at, in bytes: the longest zone name has 38.
const COOKIE_BYTES_MAX: usize = 64;

/// The store, the clock, randomness.
///
/// # Errors
/// `Internal` if the server did not provide them.
pub fn state() -> Result<AppState, AppError> {
    use_context::<AppState>().ok_or_else(|| AppError::internal("AppState is missing from the context"))
}

/// What a reader's browser says about its zone. Read it before the first await, resolve it when the workspace is known.
#[derive(Clone, Debug)]
pub struct ReaderZone(Option<TimeZone>);

/// The browser's own zone (cookie `tz`), if it named one that exists.
#[must_use]
pub fn reader_zone() -> ReaderZone {
    ReaderZone(cookie("tz").and_then(|name| TimeZone::get(&name).ok()))
}

impl ReaderZone {
    /// The zone in which times are written: the browser's own, else the workspace's, else UTC.
    #[must_use]
    pub fn or_workspace(self, zone: &str) -> TimeZone {
        self.0.or_else(|| TimeZone::get(zone).ok()).unwrap_or(TimeZone::UTC)
    }
}

/// The page's path and query.
#[must_use]
pub fn address() -> Option<(String, String)> {
    let uri = use_context::<http::request::Parts>()?.uri;
    Some((uri.path().to_owned(), uri.query().unwrap_or_default().to_owned()))
}

/// The theme that this reader chose.
#[must_use]
pub fn theme() -> Theme {
    cookie("theme").as_deref().map_or(Theme::System, Theme::from_code)
}

fn cookie(name: &str) -> Option<String> {
    let parts = use_context::<http::request::Parts>()?;
    let mut headers = parts.headers.get_all(http::header::COOKIE).iter().filter_map(|header| header.to_str().ok());
    headers.find_map(|header| cookie_value(header, name))
}

/// The value of a cookie, percent-decoded.
fn cookie_value(header: &str, name: &str) -> Option<String> {
    let pairs = header.split(';').filter_map(|pair| pair.trim().split_once('='));
    let (_, value) = pairs.into_iter().find(|(key, _)| *key == name)?;
    (value.len() <= COOKIE_BYTES_MAX).then(|| percent_decode(value))
}

fn percent_decode(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, tail)) = rest.split_first() {
        let escaped = text.get(text.len() - tail.len()..).and_then(|tail| tail.get(..2));
        match escaped.and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
            Some(byte) if first == b'%' => {
                bytes.push(byte);
                rest = &tail[2..];
            }
            Some(_) | None => {
                bytes.push(first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::cookie_value;

    #[test]
    fn cookies_are_found_and_decoded() {
        let header = "theme=dark; tz=America%2FNew_York; broken; x=100%";
        assert_eq!(cookie_value(header, "tz").as_deref(), Some("America/New_York"));
        assert_eq!(cookie_value(header, "theme").as_deref(), Some("dark"));
        assert_eq!(cookie_value(header, "x").as_deref(), Some("100%"));
        assert_eq!(cookie_value(header, "missing"), None);
        assert_eq!(cookie_value(&format!("tz={}", "a".repeat(65)), "tz"), None);
    }
}
