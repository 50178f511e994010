//! The keyboard shortcuts: `?` anywhere but in a field, and the button in the navigation. A dialog that lists them; the list's
//! code is fetched when it opens (`list`).

mod list;

use crate::ui::icon::{Icon, IconView};
use crate::ui::lazy_dialog::LazyDialog;
use leptos::ev::{self, KeyboardEvent};
use leptos::prelude::*;
use list::list;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// Whether the key is a letter of what somebody writes, or part of another shortcut.
fn is_typing(event: &KeyboardEvent) -> bool {
    let field = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let in_field =
        field.is_some_and(|field| field.matches("input, textarea, select, [contenteditable]").unwrap_or(false));
    in_field || event.ctrl_key() || event.meta_key() || event.alt_key()
}

/// The list, which its key opens.
#[component]
pub fn Shortcuts(
    /// Its dialog.
    dialog: LazyDialog,
) -> impl IntoView {
    // Windows are the browser's alone.
    Effect::new(move |_| {
        let keys = window_event_listener(ev::keydown, move |event| {
            if event.key() == "?" && !is_typing(&event) {
                event.prevent_default();
                dialog.show();
            }
        });
        on_cleanup(move || keys.remove());
    });
    view! {
        <dialog
            class="dialog shortcuts"
            closedby="any"
            aria-labelledby="shortcuts-title"
            node_ref=dialog.node
            on:close=move |_| dialog.closed()
        >
            <div class="dialog__head">
                <h2 id="shortcuts-title">"Keyboard shortcuts"</h2>
                <form method="dialog">
                    <button class="button button--plain button--icon button--sm" aria-label="Close"><IconView icon=Icon::X /></button>
                </form>
            </div>
            <div class="dialog__body">{dialog.inside(list, not_there)}</div>
        </dialog>
    }
}

/// Where the code of the list cannot be had.
fn not_there() -> AnyView {
    view! { <p role="alert">"The list could not be loaded. Check the connection and open it again."</p> }.into_any()
}
