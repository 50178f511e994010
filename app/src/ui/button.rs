//! Buttons and links that look like them.

use crate::ui::icon::{Icon, IconView};
use leptos::prelude::*;

/// How much a button wants to be pressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonLook {
    /// One of several.
    #[default]
    Normal,
    /// The one thing to do here.
    Primary,
    /// Destroys something.
    Danger,
    /// Beside content, without a frame.
    Plain,
}

/// How large a button is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonSize {
    /// As high as a field.
    #[default]
    Medium,
    /// In a table's foot.
    Small,
}

/// What pressing does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ButtonKind {
    /// Sends its form.
    #[default]
    Submit,
    /// Sends its form; shown only where there is no scripting, because with it the form sends itself.
    SubmitWithoutScript,
    /// Runs `on:click`; hidden where there is no scripting.
    Script,
}

fn class(look: ButtonLook, size: ButtonSize) -> String {
    let look = match look {
        ButtonLook::Normal => "",
        ButtonLook::Primary => " button--primary",
        ButtonLook::Danger => " button--danger",
        ButtonLook::Plain => " button--plain",
    };
    let size = match size {
        ButtonSize::Medium => "",
        ButtonSize::Small => " button--sm",
    };
    format!("button{look}{size}")
}

/// A link that looks like a button.
#[component]
pub fn LinkButton(
    /// Where to; from `href`.
    #[prop(into)]
    href: String,
    /// How much it wants to be pressed.
    #[prop(optional)]
    look: ButtonLook,
    /// How large.
    #[prop(optional)]
    size: ButtonSize,
    /// In front of the words.
    #[prop(default = None, into)]
    icon: Option<Icon>,
    /// The page is loaded anew, even if it is open: nothing that was typed remains.
    #[prop(optional)]
    external: bool,
    /// The page stays where it is scrolled to.
    #[prop(optional)]
    stays: bool,
    /// The words.
    children: Children,
) -> impl IntoView {
    let (rel, noscroll) = (external.then_some("external"), stays.then_some("true"));
    view! { <a class=class(look, size) href=href rel=rel data-noscroll=noscroll>{icon.map(|icon| view! { <IconView icon=icon /> })}{children()}</a> }
}

/// A button; give it `on:click` where it is used.
#[component]
pub fn Button(
    /// What pressing does.
    #[prop(optional)]
    kind: ButtonKind,
    /// How much it wants to be pressed.
    #[prop(optional)]
    look: ButtonLook,
    /// How large.
    #[prop(optional)]
    size: ButtonSize,
    /// In front of the words.
    #[prop(default = None, into)]
    icon: Option<Icon>,
    /// The words.
    children: Children,
) -> impl IntoView {
    let (kind, only) = match kind {
        ButtonKind::Submit => ("submit", ""),
        ButtonKind::SubmitWithoutScript => ("submit", " without-script"),
        ButtonKind::Script => ("button", " with-script"),
    };
    view! {
        <button class=class(look, size) + only type=kind>
            {icon.map(|icon| view! { <IconView icon=icon /> })} {children()}
        </button>
    }
}
