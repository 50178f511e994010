//! The browser's half of the site: wasm, script, styles, fonts, as `cargo xtask` put them into `target/site`.
//! A release binary carries them inside; a debug binary reads them from disk. Pages link through [`manifest`],
//! whose names change with their content, so that browsers may keep them for ever.

mod encoding;

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock};

use crate::entity_tag;
use app::AssetUrls;
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use rust_embed::{Embed, EmbeddedFile};

use encoding::Encoding;

/// What `xtask` built: the files named by content, their `.br` and `.gz` siblings, and `manifest.json`.
#[derive(Embed)]
#[folder = "$HEADWATER_SITE"]
#[allow_missing = true]
struct Site;

/// Where each asset is served: logical name (`pkg/headwater.js`, `fonts/inter.woff2`, `favicon.svg`) to its URL path.
#[derive(Debug, Default)]
pub struct Manifest {
    url_by_name: BTreeMap<String, String>,
    name_by_url: HashMap<String, String>,
}

impl Manifest {
    fn parse(json: &[u8]) -> Result<Self, serde_json::Error> {
        let url_by_name: BTreeMap<String, String> = serde_json::from_slice(json)?;
        let name_by_url = url_by_name.iter().map(|(name, url)| (url.clone(), name.clone())).collect();
        Ok(Self { url_by_name, name_by_url })
    }

    /// The URL path of a logical name, or `None` if the site has no such asset (or is not built yet).
    pub fn url(&self, name: &str) -> Option<&str> {
        self.url_by_name.get(name).map(String::as_str)
    }

    /// Whether the name at this URL changes with the content, or `None` if nothing is served there.
    fn is_hashed(&self, url: &str) -> Option<bool> {
        self.name_by_url.get(url).map(|name| url.strip_prefix('/') != Some(name))
    }
}

/// The site's manifest, read once. Empty when the site has not been built: pages then come without script and style.
pub fn manifest() -> &'static Manifest {
    static MANIFEST: LazyLock<Manifest> = LazyLock::new(|| {
        let Some(file) = Site::get("manifest.json") else {
            tracing::warn!("the site is not built; `cargo xtask run` builds it");
            return Manifest::default();
        };
        Manifest::parse(&file.data).unwrap_or_else(|error| {
            tracing::error!(%error, "the site's manifest.json cannot be read");
            Manifest::default()
        })
    });
    &MANIFEST
}

/// The assets that every page links to. An unbuilt site has links that lead nowhere; `manifest` has said so.
pub fn urls() -> AssetUrls {
    let url = |name: &str| manifest().url(name).map_or_else(|| format!("/{name}"), str::to_owned);
    AssetUrls {
        css: url("pkg/headwater.css"),
        rest_css: url("pkg/rest.css"),
        js: url("pkg/headwater.js"),
        loader: url("pkg/loader.js"),
        wasm: url("pkg/headwater.wasm"),
        lazy: Arc::clone(lazy()),
        favicon: url("favicon.svg"),
        // The one that every page uses; a browser complains about fonts fetched early and not used.
        fonts: manifest().url("fonts/inter.woff2").map(str::to_owned).into_iter().collect(),
    }
}

/// The wasm files of each lazy page, as URLs.
fn lazy() -> &'static Arc<BTreeMap<String, Vec<String>>> {
    static LAZY: LazyLock<Arc<BTreeMap<String, Vec<String>>>> = LazyLock::new(|| {
        let file = manifest().url("pkg/files.json").and_then(|url| Site::get(url.trim_start_matches('/')));
        let names: BTreeMap<String, Vec<String>> =
            file.and_then(|file| serde_json::from_slice(&file.data).ok()).unwrap_or_default();
        let url = |name: String| manifest().url(&format!("pkg/{name}")).map(str::to_owned);
        Arc::new(names.into_iter().map(|(page, names)| (page, names.into_iter().filter_map(url).collect())).collect())
    });
    &LAZY
}

/// The asset routes; the rest of the site's URLs are in `router`.
pub fn router() -> Router {
    Router::new()
        .route("/pkg/{*path}", get(serve))
        .route("/fonts/{*path}", get(serve))
        .route("/favicon.svg", get(serve))
}

/// Serves what the manifest names, and nothing else: 200, 304 (`If-None-Match`) or 404, in the smallest encoding that
/// the client accepts and the build made.
async fn serve(uri: Uri, headers: HeaderMap) -> Response {
    let Some(hashed) = manifest().is_hashed(uri.path()) else {
        return (StatusCode::NOT_FOUND, "no such asset\n").into_response();
    };
    let Some((encoding, file)) = best_variant(uri.path(), &headers) else {
        return (StatusCode::NOT_FOUND, "this asset was removed by a newer build; restart the server\n")
            .into_response();
    };
    respond(uri.path(), hashed, encoding, file, &headers)
}

/// The asset of that logical name, or `None` if this build has none.
pub fn named(name: &str, request: &HeaderMap) -> Option<Response> {
    let url = manifest().url(name)?;
    let (encoding, file) = best_variant(url, request)?;
    Some(respond(url, false, encoding, file, request))
}

fn best_variant(url: &str, request: &HeaderMap) -> Option<(Encoding, EmbeddedFile)> {
    let accepted = request.get(header::ACCEPT_ENCODING).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let path = url.trim_start_matches('/');
    encoding::preferred(accepted).find_map(|encoding| {
        let file = Site::get(&format!("{path}{}", encoding.suffix()))?;
        Some((encoding, file))
    })
}

fn respond(url: &str, hashed: bool, encoding: Encoding, file: EmbeddedFile, request: &HeaderMap) -> Response {
    // The tag is made from the bytes sent, so two encodings of one file never share it.
    let tag = etag(&file.metadata.sha256_hash());
    let mut response = if entity_tag::is_known(request, &tag) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        match file.data {
            Cow::Borrowed(bytes) => Body::from(bytes),
            Cow::Owned(bytes) => Body::from(bytes),
        }
        .into_response()
    };

    let cache = if hashed { "public, max-age=31536000, immutable" } else { "public, no-cache" };
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type(url)));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(header::ETAG, tag);
    }
    if let Some(name) = encoding.content_encoding() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
    }
    response
}

/// Half of the hash, in hex, between the quotes that an entity tag needs.
fn etag(hash: &[u8; 32]) -> String {
    let hex: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hex}\"")
}

fn content_type(url: &str) -> &'static str {
    match url.rsplit('.').next() {
        Some("wasm") => "application/wasm",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("woff2") => "font/woff2",
        Some("svg") => "image/svg+xml",
        Some("png") => "image/png",
        Some("ico") => "image/x-icon",
        Some("json" | "webmanifest") => "application/json",
        Some("txt") => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests;
