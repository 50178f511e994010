//! The palette: ⌘K or Ctrl K anywhere, and the button in the navigation. A search of sources, pages and the catalog, whose
//! code is fetched when it opens (`inside`). Without JavaScript the button leads to the catalog's search.

pub mod api;
mod inside;

use crate::href;
use crate::ui::icon::{Icon, IconView};
use crate::ui::lazy_dialog::LazyDialog;
use inside::inside;
use leptos::ev;
use leptos::prelude::*;

/// The button that opens it.
#[component]
pub fn PaletteButton(
    /// The palette's.
    dialog: LazyDialog,
) -> impl IntoView {
    let open = move |event: ev::MouseEvent| {
        event.prevent_default();
        dialog.show();
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

/// The palette itself, which its keys open and close.
#[component]
pub fn Palette(
    /// Its dialog.
    dialog: LazyDialog,
) -> impl IntoView {
    // Windows are the browser's alone.
    Effect::new(move |_| {
        let keys = window_event_listener(ev::keydown, move |event| {
            let is_chord = (event.meta_key() || event.ctrl_key()) && !event.alt_key() && !event.shift_key();
            if is_chord && event.key().eq_ignore_ascii_case("k") {
                event.prevent_default();
                dialog.toggle();
            }
        });
        on_cleanup(move || keys.remove());
    });
    view! {
        <dialog
            class="dialog palette"
            closedby="any"
            aria-label="Search or jump to"
            node_ref=dialog.node
            on:close=move |_| dialog.closed()
        >
            {dialog.inside(move || inside(dialog), not_there)}
        </dialog>
    }
}

/// Where the code of the search cannot be had.
fn not_there() -> AnyView {
    view! { <p class="palette__nothing" role="alert">"The search could not be loaded. Check the connection and open it again."</p> }
        .into_any()
}
