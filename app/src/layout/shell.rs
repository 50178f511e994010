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

/// A page that is not painted by then, as one in the background, is woken all the same.
const PAINTED_WITHIN_MS: u32 = 500;

/// The file of the page that the first stylesheet is made for.
const STYLED_AT_FIRST: &str = "overview";

/// Where this build's files are, with their hashed names. The server provides it as context.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssetUrls {
    /// The stylesheet.
    pub css: String,
    /// Styles that most pages need beside it.
    pub rest_css: String,
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
    let (path, search) = crate::request::address().unwrap_or_default();
    let files: Vec<&str> = lazy_page::files_of(&path, &search).collect();
    let later = assets.as_ref().filter(|_| !needs_rest(&files)).map(|assets| assets.rest_css.clone());
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=crate::request::theme().attribute() data-styles=later>
            <head>
                <meta charset="utf-8" />
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content="light dark" />
                {assets.map(|assets| view! { <Assets assets=assets files=files /> })}
                <script nonce=use_nonce()>{ZONE_SCRIPT}</script>
                <MetaTags />
            </head>
            <body>
                <App />
            </body>
        </html>
    }
}

/// Whether a page that has these files shows what the first stylesheet lacks. Where it does not, the loader of files fetches the
/// other one before the first file that needs it; its address is `data-styles`.
fn needs_rest(files: &[&str]) -> bool {
    files.iter().any(|file| *file != STYLED_AT_FIRST)
}

/// Styles and scripts. A page whose scripts never arrive is whole and works.
#[component]
fn Assets(assets: AssetUrls, files: Vec<&'static str>) -> impl IntoView {
    let lazy = files.iter().filter_map(|file| assets.lazy.get(*file)).flatten();
    // Files of two names may share some.
    let mut wasm = vec![&assets.wasm];
    lazy.for_each(|file| {
        if !wasm.contains(&file) {
            wasm.push(file);
        }
    });
    // The page itself comes first, on slow lines for long: only when it is painted is fetched what wakes it, all at once.
    let start = format!(
        "import start, {{ hydrate }} from {:?};\n\
         await new Promise((go) => {{ new PerformanceObserver(go).observe({{ type: 'paint', buffered: true }}); \
         setTimeout(go, {PAINTED_WITHIN_MS}); }});\n\
         for (const href of {wasm:?}) document.head.append(Object.assign(document.createElement('link'), \
         {{ rel: 'preload', as: 'fetch', crossOrigin: '', href }}));\n\
         await start({{ module_or_path: {:?} }});\nhydrate();",
        assets.js, assets.wasm
    );
    let rest = view! { <link rel="stylesheet" href=assets.rest_css /> };
    let rest = match needs_rest(&files) {
        true => rest.into_any(),
        false => view! { <noscript>{rest}</noscript> }.into_any(),
    };
    let fonts = assets.fonts.into_iter().map(|font| {
        view! { <link rel="preload" href=font r#as="font" r#type="font/woff2" crossorigin="anonymous" /> }
    });
    view! {
        <link rel="icon" href=assets.favicon r#type="image/svg+xml" />
        {fonts.collect_view()}
        <link rel="stylesheet" href=assets.css />
        {rest}
        <link rel="modulepreload" href=assets.js nonce=use_nonce() />
        <link rel="modulepreload" href=assets.loader nonce=use_nonce() />
        <script type="module" nonce=use_nonce()>{start}</script>
    }
}
