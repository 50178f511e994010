//! What a proxy in front of us says about the client. It is believed only where the connection comes from this machine:
//! anybody else could write these headers themselves.

use axum::extract::ConnectInfo;
use axum::http::request::Parts;
use axum::http::{HeaderMap, header};
use std::net::{IpAddr, SocketAddr};

/// Longest host name that is echoed (RFC 1035: 253), with a port.
const HOST_CHARS_MAX: usize = 260;

/// Where a client reached us.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// `http` or `https`.
    pub protocol: &'static str,
    /// Name or address, with a port if it is not the protocol's own.
    pub host: String,
}

/// The client's address: the peer's, or what our proxy wrote last into `X-Forwarded-For`.
#[must_use]
pub fn client_ip(head: &Parts) -> Option<IpAddr> {
    let peer = peer(head)?;
    let forwarded = || last_entry(&head.headers, "x-forwarded-for").and_then(address);
    Some(if peer.is_loopback() { forwarded().unwrap_or(peer) } else { peer })
}

/// The address under which the client reached us, if its headers name a usable one.
#[must_use]
pub fn origin(head: &Parts) -> Option<Origin> {
    let is_behind_proxy = peer(head).is_some_and(|peer| peer.is_loopback());
    let forwarded = |name: &'static str| last_entry(&head.headers, name).filter(|_| is_behind_proxy);
    let own = || head.headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let host = forwarded("x-forwarded-host").or_else(own).filter(|host| is_host(host))?;
    let is_secure = forwarded("x-forwarded-proto").is_some_and(|protocol| protocol.eq_ignore_ascii_case("https"));
    Some(Origin { protocol: if is_secure { "https" } else { "http" }, host: host.to_owned() })
}

fn peer(head: &Parts) -> Option<IpAddr> {
    head.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip().to_canonical())
}

/// The last of a list's entries: those before it are what the proxy was told.
fn last_entry<'a>(headers: &'a HeaderMap, name: &'static str) -> Option<&'a str> {
    let line = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    line.rsplit(',').next().map(str::trim).filter(|entry| !entry.is_empty())
}

/// Some proxies add the port.
fn address(entry: &str) -> Option<IpAddr> {
    let bare = entry.trim_start_matches('[').trim_end_matches(']');
    let ip = bare.parse().ok().or_else(|| entry.parse().ok().map(|addr: SocketAddr| addr.ip()));
    ip.map(|ip: IpAddr| ip.to_canonical())
}

fn is_host(text: &str) -> bool {
    let is_usual = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_' | b':' | b'[' | b']');
    text.len() <= HOST_CHARS_MAX
        && text.bytes().all(is_usual)
        && text.bytes().next().is_some_and(|first| first.is_ascii_alphanumeric() || first == b'[')
}

#[cfg(test)]
mod tests {
    use super::{ConnectInfo, Origin, Parts, SocketAddr, client_ip, origin};
    use axum::http::Request;

    fn head(peer: &str, headers: &[(&str, &str)]) -> Parts {
        let mut request = Request::builder();
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let peer: SocketAddr = peer.parse().expect("an address");
        request.extension(ConnectInfo(peer)).body(()).expect("a request").into_parts().0
    }

    #[test]
    fn only_a_proxy_on_this_machine_is_believed() {
        const LOCAL: &str = "127.0.0.1:4000";
        for (peer, forwarded, ip) in [
            (LOCAL, "", "127.0.0.1"),
            (LOCAL, "203.0.113.7", "203.0.113.7"),
            (LOCAL, "1.2.3.4, 203.0.113.7", "203.0.113.7"),
            (LOCAL, "203.0.113.7:55001", "203.0.113.7"),
            (LOCAL, "[2001:db8::1]:443", "2001:db8::1"),
            (LOCAL, "[2001:db8::1]", "2001:db8::1"),
            (LOCAL, "unknown", "127.0.0.1"),
            ("[::1]:4000", "203.0.113.7", "203.0.113.7"),
            ("[::ffff:127.0.0.1]:4000", "203.0.113.7", "203.0.113.7"),
            ("198.51.100.1:4000", "203.0.113.7", "198.51.100.1"),
        ] {
            let ip_of = client_ip(&head(peer, &[("x-forwarded-for", forwarded)])).map(|ip| ip.to_string());
            assert_eq!(ip_of.as_deref(), Some(ip), "{peer} {forwarded}");
        }
        let twice = head(LOCAL, &[("x-forwarded-for", "1.2.3.4"), ("x-forwarded-for", "203.0.113.7")]);
        assert_eq!(client_ip(&twice).map(|ip| ip.to_string()).as_deref(), Some("203.0.113.7"));
    }

    #[test]
    fn the_origin_is_the_clients_view_of_us() {
        let (host, secure) = (("host", "127.0.0.1:3000"), ("x-forwarded-proto", "https"));
        let forwarded = ("x-forwarded-host", "events.example.com");
        let own = || Some(Origin { protocol: "http", host: "127.0.0.1:3000".to_owned() });
        let proxied = Some(Origin { protocol: "https", host: "events.example.com".to_owned() });
        assert_eq!(origin(&head("127.0.0.1:1", &[host])), own());
        assert_eq!(origin(&head("127.0.0.1:1", &[host, forwarded, secure])), proxied);
        assert_eq!(origin(&head("198.51.100.1:1", &[host, forwarded, secure])), own());
        for hostile in ["", "a b", "evil\"x", "a/b", "user@host", "-x", "<script>"] {
            assert_eq!(origin(&head("127.0.0.1:1", &[("host", hostile)])), None, "{hostile}");
        }
    }
}
