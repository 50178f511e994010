//! What the asset handler says about a file; the choice of encoding is tested beside it.

use super::*;
use rust_embed::utils::read_file_from_fs;

const MANIFEST: &[u8] = br#"{"pkg/headwater.js":"/pkg/headwater.0a1b.js","favicon.svg":"/favicon.svg"}"#;

/// A real file, read as rust-embed reads them.
fn some_file() -> EmbeddedFile {
    read_file_from_fs(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml").as_ref()).unwrap()
}

#[test]
fn the_manifest_tells_lasting_names_from_changing_ones() {
    let manifest = Manifest::parse(MANIFEST).unwrap();
    assert_eq!(manifest.url("pkg/headwater.js"), Some("/pkg/headwater.0a1b.js"));
    assert_eq!(manifest.is_hashed("/pkg/headwater.0a1b.js"), Some(true));
    assert_eq!(manifest.is_hashed("/favicon.svg"), Some(false));
}

#[test]
fn only_what_the_manifest_names_is_served() {
    let manifest = Manifest::parse(MANIFEST).unwrap();
    for url in ["/pkg/headwater.js", "/pkg/headwater.0a1b.js.br", "/manifest.json", "/pkg/../manifest.json", "/"] {
        assert_eq!(manifest.is_hashed(url), None, "{url}");
    }
    assert!(Manifest::parse(b"[]").is_err());
}

#[test]
fn a_hashed_wasm_file_is_kept_for_ever() {
    let response = respond("/pkg/headwater.0a1b.wasm", true, Encoding::Brotli, some_file(), &HeaderMap::new());
    assert_eq!(response.status(), StatusCode::OK);
    let headers = response.headers();
    assert_eq!(headers[header::CONTENT_TYPE], "application/wasm");
    assert_eq!(headers[header::CONTENT_ENCODING], "br");
    assert_eq!(headers[header::CACHE_CONTROL], "public, max-age=31536000, immutable");
    assert_eq!(headers[header::VARY], "accept-encoding");
}

#[test]
fn a_lasting_name_is_asked_for_again_and_answered_with_304() {
    let first = respond("/favicon.svg", false, Encoding::Identity, some_file(), &HeaderMap::new());
    assert_eq!(first.headers()[header::CACHE_CONTROL], "public, no-cache");
    assert!(!first.headers().contains_key(header::CONTENT_ENCODING));

    let mut request = HeaderMap::new();
    request.insert(header::IF_NONE_MATCH, first.headers()[header::ETAG].clone());
    let second = respond("/favicon.svg", false, Encoding::Identity, some_file(), &request);
    assert_eq!(second.status(), StatusCode::NOT_MODIFIED);
}

#[tokio::test]
async fn an_unknown_path_is_not_found() {
    for path in ["/pkg/nothing.js", "/pkg/%2e%2e/manifest.json", "/manifest.json"] {
        let response = serve(Uri::from_static(path), HeaderMap::new()).await;
        assert_eq!(response.status(), StatusCode::NOT_FOUND, "{path}");
    }
}
