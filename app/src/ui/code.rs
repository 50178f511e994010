//! Code: a block that can be copied, and a name or path within text.

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

/// A name or a path of ours. Where there is no room for it, it is broken between its words.
#[component]
pub fn CodeName(
    /// The name, which holds nothing that is markup.
    name: &'static str,
) -> impl IntoView {
    view! { <code inner_html=name.replace('_', "_<wbr>").replace('/', "/<wbr>")></code> }
}
