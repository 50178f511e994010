//! The address at which this server was reached, for commands that people copy.

use http::request::Parts;
use leptos::prelude::use_context;

/// Stands in where a request names no host that can be pasted into a shell.
const FALLBACK: &str = "127.0.0.1:3000";
/// Longest host that is repeated, in bytes: the longest domain name and a port.
const HOST_BYTES_MAX: usize = 253 + 6;

/// `http://127.0.0.1:3000`, from the request's `Host` (or the authority of its address). A proxy is believed when it names
/// another, and when it says that it was reached over TLS: whoever reaches this server is on this machine.
#[must_use]
pub fn origin() -> String {
    let parts = use_context::<Parts>();
    let header = |name: &str| parts.as_ref()?.headers.get(name)?.to_str().ok();
    let authority = || parts.as_ref()?.uri.authority().map(http::uri::Authority::as_str);
    let last = |list: &str| list.rsplit(',').map(str::trim).find(|entry| !entry.is_empty()).map(str::to_owned);
    let (proto, forwarded) = (header("x-forwarded-proto").and_then(last), header("x-forwarded-host").and_then(last));
    of(proto.as_deref(), forwarded.as_deref().or(header("host")).or_else(authority))
}

/// The headers are the client's own: only what a host is made of is repeated.
fn of(proto: Option<&str>, host: Option<&str>) -> String {
    let usable = |host: &&str| {
        !host.is_empty()
            && host.len() <= HOST_BYTES_MAX
            && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']'))
    };
    let scheme = if proto.is_some_and(|proto| proto.eq_ignore_ascii_case("https")) { "https" } else { "http" };
    format!("{scheme}://{}", host.filter(usable).unwrap_or(FALLBACK))
}

#[cfg(test)]
mod tests {
    use super::of;

    #[test]
    fn only_hosts_are_repeated() {
        assert_eq!(of(None, Some("localhost:4000")), "http://localhost:4000");
        assert_eq!(of(None, Some("[::1]:4000")), "http://[::1]:4000");
        for host in [None, Some(""), Some("a;rm -rf"), Some("$(x)"), Some("\"")] {
            assert_eq!(of(None, host), "http://127.0.0.1:3000");
        }
    }

    #[test]
    fn a_proxy_says_that_it_was_reached_over_tls() {
        assert_eq!(of(Some("https"), Some("hw.example")), "https://hw.example");
        assert_eq!(of(Some("http"), Some("hw.example")), "http://hw.example");
        assert_eq!(of(Some("javascript"), Some("hw.example")), "http://hw.example");
    }
}
