//! A key, masked, with a button that copies it. Without JavaScript the key can be opened instead.

use crate::ui::copy::CopyButton;
use domain::write_key::WriteKey;
use leptos::prelude::*;

/// A masked key.
#[component]
pub fn Secret(
    /// What the key is, e.g. `Write key`.
    #[prop(into)]
    label: String,
    /// The whole key.
    #[prop(into)]
    value: String,
) -> impl IntoView {
    let (head, tail) = WriteKey::from_text(value.as_str()).ends();
    let copy_label = format!("Copy {}", label.to_lowercase());
    view! {
        <div class="secret">
            <span class="secret__label">{label}</span>
            <details class="secret__open without-script">
                <summary class="secret__show">"Show"</summary>
                <code class="secret__whole">{value.clone()}</code>
            </details>
            <code class="secret__value">
                {head} <span aria-hidden="true">"••••••••"</span> <span class="sr-only">" hidden "</span> {tail}
            </code>
            <CopyButton text=value label=copy_label class="secret__copy" />
        </div>
    }
}
