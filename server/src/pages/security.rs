//! Headers that keep pages to themselves: a content security policy with a nonce for each answer, no framing, no sniffing.

use crate::clock::random;
use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, header};
use axum::middleware::Next;
use axum::response::Response;
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use std::sync::Arc;

/// The nonce that this answer's scripts carry.
#[derive(Clone)]
pub struct PageNonce(pub Arc<str>);

/// Mints the nonce, and sets the headers once the page is made.
pub async fn headers(mut request: Request, next: Next) -> Response {
    let nonce: Arc<str> = STANDARD_NO_PAD.encode(random::<16>()).into();
    request.extensions_mut().insert(PageNonce(Arc::clone(&nonce)));
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy(&nonce)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    for (name, value) in FIXED {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // Numbers are of this second, and hydration needs the markup untouched.
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("private, no-store, no-transform"));
    response
}

const FIXED: [(HeaderName, &str); 3] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
];

/// `style-src-attr`: computed numbers are custom properties in `style` attributes, and nothing else is inline.
fn policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         style-src-attr 'unsafe-inline'; img-src 'self' data:; font-src 'self'; connect-src 'self'; form-action 'self'; \
         base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
    )
}
