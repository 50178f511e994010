//! The document around the site, made on the server only: head, styles, the scripts that wake the page up.

use crate::App;
use crate::lazy_page;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_meta::MetaTags;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Keeps the reader's time zone in a cookie for the next page: the server writes all times.
const ZONE_SCRIPT: &str = "document.cookie = 'tz=' \
    + encodeURIComponent(Intl.DateTimeFormat().resolvedOptions().timeZone) \
    + '; Path=/; Max-Age=31536000; SameSite=Lax';";

/// Where this build's files are, with their hashed names. The server provides it as context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetUrls {
    /// The stylesheet.
    pub css: String,
    /// The bindings: a module that loads the wasm.
    pub js: String,
    /// A module that loads the lazy pages' wasm.
    pub loader: String,
    /// The wasm that every page needs.
    pub wasm: String,
    /// More of it for the lazy pages, by the name of their file.
    pub lazy: Arc<BTreeMap<String, Vec<String>>>,
    /// The icon.
    pub favicon: String,
    /// Fonts to fetch early.
    pub fonts: Vec<String>,
}

/// The document. Without `AssetUrls` in the context it is plain and still works.
pub fn shell() -> impl IntoView {
    let assets = use_context::<AssetUrls>();
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=crate::request::theme().attribute()>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                {assets.map(|assets| view! { <Assets assets=assets /> })}
                <script nonce=use_nonce()>{ZONE_SCRIPT}</script>
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// Styles and scripts. A page whose scripts never arrive is whole and works.
#[component]
fn Assets(assets: AssetUrls) -> impl IntoView {
    let start = format!(
        "import start, {{ hydrate }} from {:?};\nawait start({{ module_or_path: {:?} }});\nhydrate();",
        assets.js, assets.wasm
    );
    let (path, search) = crate::request::address().unwrap_or_default();
    let lazy = lazy_page::files_of(&path, &search).filter_map(|file| assets.lazy.get(file)).flatten();
    // Files of two names may share some.
    let mut wasm = vec![&assets.wasm];
    lazy.for_each(|file| {
        if !wasm.contains(&file) {
            wasm.push(file);
        }
    });
    // By script, so that readers without JavaScript do not fetch what they cannot use.
    let preload = format!(
        "for (const href of {wasm:?}) document.head.append(Object.assign(document.createElement('link'), \
         {{ rel: 'preload', as: 'fetch', type: 'application/wasm', crossOrigin: 'anonymous', href }}));"
    );
    let fonts = assets.fonts.into_iter().map(|font| {
        view! { <link rel="preload" href=font r#as="font" r#type="font/woff2" crossorigin="anonymous" /> }
    });
    view! {
        <link rel="icon" href=assets.favicon r#type="image/svg+xml" />
        {fonts.collect_view()}
        <link rel="stylesheet" href=assets.css />
        <link rel="modulepreload" href=assets.js nonce=use_nonce() />
        <link rel="modulepreload" href=assets.loader nonce=use_nonce() />
        <script nonce=use_nonce()>{preload}</script>
        <script type="module" nonce=use_nonce()>{start}</script>
    }
}
