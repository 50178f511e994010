//! The keyboard shortcuts: `?` anywhere but in a field, and the button in the navigation. A dialog that lists them; the list's
//! code is fetched when it opens (`list`).

mod list;

use crate::lazy_part::drawn_when_there;
use crate::ui::icon::{Icon, IconView};
use leptos::ev::{self, KeyboardEvent};
use leptos::html::Dialog;
use leptos::prelude::*;
use list::list;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// The list, as the frame and its button hold it.
#[derive(Clone, Copy, Debug)]
pub struct ShortcutsState {
    dialog: NodeRef<Dialog>,
    open: RwSignal<bool>,
}

impl ShortcutsState {
    /// A closed list, which its key opens.
    #[must_use]
    pub fn new() -> Self {
        let state = Self { dialog: NodeRef::new(), open: RwSignal::new(false) };
        // Windows are the browser's alone.
        Effect::new(move |_| {
            let keys = window_event_listener(ev::keydown, move |event| {
                if event.key() == "?" && !is_typing(&event) {
                    event.prevent_default();
                    state.show();
                }
            });
            on_cleanup(move || keys.remove());
        });
        state
    }

    /// Opens it; what had the focus gets it back when it closes.
    pub fn show(self) {
        if let Some(dialog) = self.dialog.get_untracked().filter(|dialog| !dialog.open()) {
            self.open.set(true);
            // Fails only for a dialog that is open or not in the page.
            let _shown = dialog.show_modal();
        }
    }
}

impl Default for ShortcutsState {
    fn default() -> Self {
        Self::new()
    }
}

/// Whether the key is a letter of what somebody writes, or part of another shortcut.
fn is_typing(event: &KeyboardEvent) -> bool {
    let field = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let in_field =
        field.is_some_and(|field| field.matches("input, textarea, select, [contenteditable]").unwrap_or(false));
    in_field || event.ctrl_key() || event.meta_key() || event.alt_key()
}

/// The list: a dialog that is empty while it is closed.
#[component]
pub fn Shortcuts(
    /// Its state.
    state: ShortcutsState,
) -> impl IntoView {
    view! {
        <dialog
            class="dialog shortcuts"
            closedby="any"
            aria-labelledby="shortcuts-title"
            node_ref=state.dialog
            on:close=move |_| state.open.set(false)
        >
            <div class="dialog__head">
                <h2 id="shortcuts-title">"Keyboard shortcuts"</h2>
                <form method="dialog">
                    <button class="button button--plain button--icon button--sm" aria-label="Close"><IconView icon=Icon::X /></button>
                </form>
            </div>
            <div class="dialog__body">{move || state.open.get().then(|| drawn_when_there(list(), not_there))}</div>
        </dialog>
    }
}

/// Where the code of the list cannot be had.
fn not_there() -> AnyView {
    view! { <p role="alert">"The list could not be loaded. Check the connection and open it again."</p> }.into_any()
}
