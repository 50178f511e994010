//! A state with its dot, for tables: the word says it, the dot repeats it.

use leptos::prelude::*;

/// How a thing is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StatusLook {
    /// Working.
    On,
    /// Working, but look.
    Warn,
    /// Switched off.
    Off,
}

impl StatusLook {
    fn class(self) -> &'static str {
        match self {
            Self::On => "status status--on",
            Self::Warn => "status status--warn",
            Self::Off => "status status--off",
        }
    }
}

/// A state with its dot.
#[component]
pub fn Status(
    /// How it is doing.
    look: StatusLook,
    /// The state in words.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    view! { <span class=look.class()><span class="status__dot" aria-hidden="true"></span>{text}</span> }
}
