//! A dialog over the page that asks before something is done. The server writes it open, so that it works without
//! JavaScript; with it the dialog is modal and Esc goes back to the page below, as the links out of it do.
//! Keyboard: Esc closes; Tab stays inside.

use crate::ui::icon::{Icon, IconView};
use leptos::html::{Dialog as DialogElement, H2};
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

/// What a dialog is about to do.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DialogRole {
    /// Something that can be undone.
    #[default]
    Plain,
    /// Something that cannot.
    Alert,
}

/// A dialog. It is open for as long as it is drawn.
#[component]
pub fn Dialog(
    /// What is asked.
    #[prop(into)]
    title: String,
    /// What it is about to do.
    #[prop(optional)]
    role: DialogRole,
    /// The address of the page below.
    #[prop(into)]
    close_href: String,
    /// What it holds: a form with a `dialog__body` and a `dialog__foot`.
    children: Children,
) -> impl IntoView {
    let (dialog, heading) = (NodeRef::<DialogElement>::new(), NodeRef::<H2>::new());
    let is_leaving = StoredValue::new(false);
    Effect::new(move |_| {
        let (Some(dialog), Some(heading)) = (dialog.get(), heading.get()) else { return };
        // A dialog that is open already can't become modal.
        let _was_open = dialog.remove_attribute("open");
        let _is_modal = dialog.show_modal();
        let _has_focus = heading.focus();
    });
    on_cleanup(move || {
        let _ = is_leaving.try_update_value(|leaving| *leaving = true);
        if let Some(dialog) = dialog.try_get_untracked().flatten() {
            dialog.close();
        }
    });
    let go = use_navigate();
    let back = close_href.clone();
    let closed = move |_| {
        // It is also closed when it leaves the page; that is nobody's wish.
        if is_leaving.try_get_value() == Some(false) {
            go(&back, leptos_router::NavigateOptions { scroll: false, ..Default::default() });
        }
    };
    let role = match role {
        DialogRole::Plain => None,
        DialogRole::Alert => Some("alertdialog"),
    };
    view! {
        <dialog class="dialog" open="" role=role aria-labelledby="dialog-title" node_ref=dialog on:close=closed>
            <div class="dialog__head">
                // A browser that runs scripts moves the focus itself, after it has made the dialog modal.
                <h2 id="dialog-title" dir="auto" tabindex="-1" autofocus=is_server().then_some("") node_ref=heading>{title}</h2>
                <a class="button button--plain button--icon button--sm" href=close_href aria-label="Close" data-noscroll="true">
                    <IconView icon=Icon::X />
                </a>
            </div>
            {children()}
        </dialog>
    }
}
