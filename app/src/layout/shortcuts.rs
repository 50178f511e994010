//! The keyboard shortcuts: `?` anywhere but in a field, and the button in the navigation. A dialog that lists them.

use crate::ui::icon::{Icon, IconView};
use leptos::ev::{self, KeyboardEvent};
use leptos::html::Dialog;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Element;

/// Where a shortcut works, its keys, what it does.
const SHORTCUTS: [(&str, &[(&str, &str)]); 5] = [
    ("Anywhere", &[("?", "Show these shortcuts"), ("Ctrl K or ⌘ K", "Find a source, a page or a catalog entry")]),
    ("Steps", &[("← →", "Look at another step")]),
    (
        "Chart",
        &[
            ("← →", "Read the bucket before or after"),
            ("Home End", "Read the first or the last one"),
            ("Shift ← →", "Mark a stretch"),
            ("Enter", "Zoom into it"),
            ("Esc", "Put the crosshair away"),
        ],
    ),
    (
        "Calendar",
        &[
            ("← → ↑ ↓", "Another day or week"),
            ("PageUp PageDown", "Another month, with Shift another year"),
            ("Enter", "Pick the day"),
        ],
    ),
    ("Drawers and dialogs", &[("Esc", "Close")]),
];

/// The list, as the frame and its button hold it.
#[derive(Clone, Copy, Debug)]
pub struct ShortcutsState(NodeRef<Dialog>);

impl ShortcutsState {
    /// A closed list, which its key opens.
    #[must_use]
    pub fn new() -> Self {
        let state = Self(NodeRef::new());
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
        if let Some(dialog) = self.0.get_untracked().filter(|dialog| !dialog.open()) {
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

/// The list.
#[component]
pub fn Shortcuts(
    /// Its state.
    state: ShortcutsState,
) -> impl IntoView {
    let groups = SHORTCUTS.map(|(place, shortcuts)| {
        let rows = shortcuts.iter().map(|(keys, what)| {
            let keys = keys.split(' ').map(|key| match key {
                "or" => view! { <span class="quiet">" or "</span> }.into_any(),
                key => view! { <kbd class="key">{key}</kbd> }.into_any(),
            });
            view! { <div class="shortcuts__row"><dt>{*what}</dt><dd>{keys.collect_view()}</dd></div> }
        });
        view! { <section><h3>{place}</h3><dl>{rows.collect_view()}</dl></section> }
    });
    view! {
        <dialog class="dialog shortcuts" closedby="any" aria-labelledby="shortcuts-title" node_ref=state.0>
            <div class="dialog__head">
                <h2 id="shortcuts-title">"Keyboard shortcuts"</h2>
                <form method="dialog">
                    <button class="button button--plain button--icon button--sm" aria-label="Close"><IconView icon=Icon::X /></button>
                </form>
            </div>
            <div class="dialog__body">{groups.collect_view()}</div>
        </dialog>
    }
}
