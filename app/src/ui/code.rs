//! A block of code that can be copied.

use crate::ui::copy::CopyButton;
use leptos::prelude::*;

/// A block of code.
#[component]
pub fn CodeBlock(
    /// The code.
    #[prop(into)]
    text: String,
    /// What it is, for those who do not see it, e.g. `JavaScript snippet`.
    #[prop(into)]
    label: String,
) -> impl IntoView {
    view! {
        <div class="code-block">
            <pre class="code" tabindex="0" role="region" aria-label=label.clone()>
                <code>{text.clone()}</code>
            </pre>
            <CopyButton text=text label=format!("Copy {label}") class="code-block__copy" />
        </div>
    }
}
