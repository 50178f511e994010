//! A note beside content: what is the case, and what to do.

use crate::ui::icon::{Icon, IconView};
use leptos::prelude::*;

/// How the note is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CalloutTone {
    /// Worth knowing.
    Info,
    /// It worked.
    Success,
    /// Needs attention.
    Warning,
    /// Something is wrong.
    Danger,
}

impl CalloutTone {
    fn look(self) -> (&'static str, Icon) {
        match self {
            Self::Info => ("callout callout--info", Icon::Info),
            Self::Success => ("callout callout--success", Icon::CircleCheck),
            Self::Warning => ("callout callout--warning", Icon::TriangleAlert),
            Self::Danger => ("callout callout--danger", Icon::CircleAlert),
        }
    }
}

/// A note.
#[component]
pub fn Callout(
    /// How it is meant.
    tone: CalloutTone,
    /// What is the case.
    #[prop(into)]
    title: String,
    /// What it means or what to do: inline content, drawn as one paragraph.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let (class, icon) = tone.look();
    view! {
        <div class=class>
            <IconView icon=icon />
            <div class="callout__text">
                <p class="callout__title">{title}</p>
                {children.map(|children| view! { <p class="muted">{children()}</p> })}
            </div>
        </div>
    }
}
