//! The wasm entry: wakes the page that the server rendered. Everything it wakes lives in `app`.

use leptos::prelude::window;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::spawn_local;

/// Called once by the page's own script, after the module has loaded.
#[wasm_bindgen]
pub fn hydrate() {
    // A panic in wasm is a bare "unreachable" otherwise; the browser tests fail on any console message.
    console_error_panic_hook::set_once();
    spawn_local(async {
        let path = window().location().pathname().unwrap_or_default();
        app::lazy_page::prepare(&path).await;
        app::wake();
    });
}
