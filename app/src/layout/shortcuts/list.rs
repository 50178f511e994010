//! What the open dialog of the shortcuts lists.

use leptos::prelude::*;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

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

/// The list.
#[wasm_split(dialogs, fallible)]
pub(super) fn list() -> Result<AnyView, SplitLoaderError> {
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
    Ok(groups.collect_view().into_any())
}
