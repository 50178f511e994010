//! The palette: ⌘K or Ctrl K anywhere, and the button in the navigation. A search of sources, pages and the catalog, whose
//! code is fetched when it opens (`inside`). Without JavaScript the button leads to the catalog's search.

pub mod api;
mod inside;

use crate::href;
use crate::lazy_part::drawn_when_there;
use crate::ui::icon::{Icon, IconView};
use inside::inside;
use leptos::ev;
use leptos::html::Dialog;
use leptos::prelude::*;

/// The palette, as the frame and its button hold it.
#[derive(Clone, Copy)]
pub struct PaletteState {
    dialog: NodeRef<Dialog>,
    open: RwSignal<bool>,
}

impl PaletteState {
    /// A closed palette, which the keys open.
    #[must_use]
    pub fn new() -> Self {
        let state = Self { dialog: NodeRef::new(), open: RwSignal::new(false) };
        // Windows are the browser's alone.
        Effect::new(move |_| {
            let keys = window_event_listener(ev::keydown, move |event| {
                let is_chord = (event.meta_key() || event.ctrl_key()) && !event.alt_key() && !event.shift_key();
                if is_chord && event.key().eq_ignore_ascii_case("k") {
                    event.prevent_default();
                    state.toggle();
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

    fn close(self) {
        if let Some(dialog) = self.dialog.get_untracked() {
            dialog.close();
        }
    }

    fn toggle(self) {
        if self.open.get_untracked() { self.close() } else { self.show() }
    }
}

impl Default for PaletteState {
    fn default() -> Self {
        Self::new()
    }
}

/// The button that opens it.
#[component]
pub fn PaletteButton(
    /// What it opens.
    state: PaletteState,
) -> impl IntoView {
    let open = move |event: ev::MouseEvent| {
        event.prevent_default();
        state.show();
    };
    // What the keyboard has is known in the browser only.
    let chord = RwSignal::new("Ctrl K");
    Effect::new(move |_| {
        let platform = window().navigator().platform().unwrap_or_default();
        if ["Mac", "iP"].iter().any(|apple| platform.starts_with(apple)) {
            chord.set("⌘K");
        }
    });
    view! {
        <a class="nav__search" href=href::catalog() aria-keyshortcuts="Control+K Meta+K" on:click=open>
            <IconView icon=Icon::Search />
            "Search or jump to"
            <kbd class="with-script">{chord}</kbd>
        </a>
    }
}

/// The palette itself: a dialog that is empty while it is closed.
#[component]
pub fn Palette(
    /// Its state.
    state: PaletteState,
) -> impl IntoView {
    view! {
        <dialog
            class="dialog palette"
            closedby="any"
            aria-label="Search or jump to"
            node_ref=state.dialog
            on:close=move |_| state.open.set(false)
        >
            {move || state.open.get().then(|| drawn_when_there(inside(state), not_there))}
        </dialog>
    }
}

/// Where the code of the search cannot be had.
fn not_there() -> AnyView {
    view! { <p class="palette__nothing" role="alert">"The search could not be loaded. Check the connection and open it again."</p> }
        .into_any()
}
