//! The address at which this server was reached, for commands that people copy.

use leptos::prelude::use_context;

/// Stands in where a request names no host that can be pasted into a shell.
const FALLBACK: &str = "127.0.0.1:3000";
/// Longest host that is repeated, in bytes: the longest domain name and a port.
const HOST_BYTES_MAX: usize = 253 + 6;

/// `http://127.0.0.1:3000`, from the request's `Host` (or the authority of its address).
pub(super) fn of_request() -> String {
    let parts = use_context::<http::request::Parts>();
    let host = parts.as_ref().and_then(|parts| {
        let header = parts.headers.get(http::header::HOST).and_then(|host| host.to_str().ok());
        header.or_else(|| parts.uri.authority().map(http::uri::Authority::as_str))
    });
    of_host(host)
}

/// The header is the client's own: only what a host is made of is repeated.
fn of_host(host: Option<&str>) -> String {
    let usable = |host: &&str| {
        !host.is_empty()
            && host.len() <= HOST_BYTES_MAX
            && host.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b':' | b'[' | b']'))
    };
    format!("http://{}", host.filter(usable).unwrap_or(FALLBACK))
}

#[cfg(test)]
mod tests {
    use super::of_host;

    #[test]
    fn only_hosts_are_repeated() {
        assert_eq!(of_host(Some("localhost:4000")), "http://localhost:4000");
        assert_eq!(of_host(Some("[::1]:4000")), "http://[::1]:4000");
        for host in [None, Some(""), Some("a;rm -rf"), Some("$(x)"), Some("\"")] {
            assert_eq!(of_host(host), "http://127.0.0.1:3000");
        }
    }
}
