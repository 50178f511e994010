//! Badges: a change, a state, in a few characters. The sign, icon or word carries the meaning; colour repeats it.

use crate::ui::icon::{Icon, IconView};
use domain::number_format::Tone;
use leptos::prelude::*;

/// How the badge is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BadgeTone {
    /// Neither good nor bad.
    #[default]
    Neutral,
    /// Good news.
    Positive,
    /// Bad news.
    Negative,
    /// Needs attention.
    Warning,
    /// Marked.
    Accent,
}

impl BadgeTone {
    fn class(self) -> &'static str {
        match self {
            Self::Neutral => "badge badge--neutral",
            Self::Positive => "badge badge--positive",
            Self::Negative => "badge badge--negative",
            Self::Warning => "badge badge--warning",
            Self::Accent => "badge badge--accent",
        }
    }
}

impl From<Tone> for BadgeTone {
    fn from(tone: Tone) -> Self {
        match tone {
            Tone::Positive => Self::Positive,
            Tone::Negative => Self::Negative,
            Tone::Neutral => Self::Neutral,
        }
    }
}

/// A badge.
#[component]
pub fn Badge(
    /// What it says.
    #[prop(into)]
    text: String,
    /// How it is meant.
    #[prop(optional, into)]
    tone: BadgeTone,
    /// In front of the text.
    #[prop(default = None, into)]
    icon: Option<Icon>,
) -> impl IntoView {
    view! { <span class=tone.class()>{icon.map(|icon| view! { <IconView icon=icon /> })}{text}</span> }
}

/// A bordered note that names a property, e.g. `Read-only`.
#[component]
pub fn Tag(
    /// What it says.
    #[prop(into)]
    text: String,
    /// In front of the text.
    #[prop(default = None, into)]
    icon: Option<Icon>,
) -> impl IntoView {
    view! { <span class="tag">{icon.map(|icon| view! { <IconView icon=icon /> })}{text}</span> }
}
