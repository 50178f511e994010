//! The wasm entry: wakes the page that the server rendered. Everything it wakes lives in `app`.

use wasm_bindgen::prelude::wasm_bindgen;

/// Called once by the page's own script, after the module has loaded.
#[wasm_bindgen]
pub fn hydrate() {
    // A panic in wasm is a bare "unreachable" otherwise; the browser tests fail on any console message.
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_body(app::App);
}
