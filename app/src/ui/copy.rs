//! A button that copies a text. It needs JavaScript and is hidden without (`with-script`).

use crate::ui::icon::{Icon, IconView};
use leptos::prelude::*;

/// How long the button says that it has copied, in milliseconds.
#[cfg(feature = "hydrate")]
const COPIED_MS: u64 = 2_000;

/// A button that copies a text.
#[component]
pub fn CopyButton(
    /// What is copied.
    #[prop(into)]
    text: String,
    /// What the button is called, e.g. `Copy write key`.
    #[prop(into)]
    label: String,
    /// Its look: the part that it belongs to has a class for it.
    class: &'static str,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    let label = move || if copied.get() { "Copied".to_owned() } else { label.clone() };
    view! {
        <button class=format!("{class} with-script") type="button" aria-label=label on:click=move |_| copy(&text, copied)>
            {move || view! { <IconView icon=if copied.get() { Icon::Check } else { Icon::Copy } /> }}
        </button>
    }
}

/// A button in words that copies a text.
#[component]
pub fn CopyWords(
    /// What is copied.
    #[prop(into)]
    text: String,
    /// What the button says, e.g. `Copy JSON`.
    words: &'static str,
    /// In front of the words.
    icon: Icon,
) -> impl IntoView {
    let copied = RwSignal::new(false);
    view! {
        <button class="button button--sm with-script" type="button" on:click=move |_| copy(&text, copied)>
            {move || view! { <IconView icon=if copied.get() { Icon::Check } else { icon } /> }}
            {move || if copied.get() { "Copied" } else { words }}
        </button>
    }
}

/// Browsers give pages the clipboard only over https and on this machine itself; elsewhere nothing happens.
#[cfg(feature = "hydrate")]
fn copy(text: &str, copied: RwSignal<bool>) {
    let window = window();
    if !window.is_secure_context() {
        return;
    }
    // Whether it worked is seen at once in what is pasted; there is nothing to do about a refusal.
    let _promise = window.navigator().clipboard().write_text(text);
    copied.set(true);
    set_timeout(move || copied.set(false), std::time::Duration::from_millis(COPIED_MS));
}

#[cfg(not(feature = "hydrate"))]
fn copy(_text: &str, _copied: RwSignal<bool>) {}
