//! A drawer over the page: a dialog that the server writes open, so that it works without JavaScript. With it the dialog
//! is modal: the page behind is inert, Esc closes, and the focus goes to the title and back again.
//! Keyboard: Esc closes; Tab stays inside.

use crate::ui::icon::{Icon, IconView};
use leptos::ev::{KeyboardEvent, MouseEvent};
use leptos::html::{Dialog, H2};
use leptos::prelude::*;

/// A drawer. It is open for as long as it is drawn.
#[component]
pub fn Drawer(
    /// What it is about.
    #[prop(into)]
    title: String,
    /// Below the title.
    meta: AnyView,
    /// The step whose colour its figures have.
    step: &'static str,
    /// The address without the drawer.
    #[prop(into)]
    close_href: Signal<String>,
    /// Goes to that address.
    #[prop(into)]
    on_close: Callback<()>,
    /// Keys pressed in it.
    #[prop(into)]
    on_key: Callback<KeyboardEvent>,
    /// The dialog, for those who look into it.
    node_ref: NodeRef<Dialog>,
    /// What it holds: a `drawer__body`, and a `drawer__foot` if there is one.
    children: Children,
) -> impl IntoView {
    let heading = NodeRef::<H2>::new();
    // The dialog is also closed when it leaves the page; that is nobody's wish to close it.
    let is_leaving = StoredValue::new(false);
    Effect::new(move |_| {
        let (Some(dialog), Some(heading)) = (node_ref.get(), heading.get()) else { return };
        // A dialog that is open already can't become modal.
        let _was_open = dialog.remove_attribute("open");
        let _is_modal = dialog.show_modal();
        let _has_focus = heading.focus();
    });
    on_cleanup(move || {
        let _ = is_leaving.try_update_value(|leaving| *leaving = true);
        if let Some(dialog) = node_ref.try_get_untracked().flatten() {
            dialog.close();
        }
    });
    let close = move |event: MouseEvent| {
        if let Some(dialog) = node_ref.get_untracked() {
            event.prevent_default();
            dialog.close();
        }
    };
    let closed = move |_| {
        if is_leaving.try_get_value() == Some(false) {
            on_close.run(());
        }
    };
    view! {
        <dialog
            class="drawer"
            open=""
            closedby="any"
            data-step=step
            aria-labelledby="drawer-title"
            node_ref=node_ref
            on:close=closed
            on:keydown=move |event| on_key.run(event)
        >
            <div class="drawer__head">
                <div class="drawer__title-row">
                    // A browser that runs scripts moves the focus itself, after it has made the dialog modal.
                    <h2 id="drawer-title" tabindex="-1" autofocus=is_server().then_some("") node_ref=heading>{title}</h2>
                    <a class="button button--plain button--icon" href=close_href aria-label="Close" data-noscroll="" on:click=close>
                        <IconView icon=Icon::X />
                    </a>
                </div>
                {meta}
            </div>
            {children()}
        </dialog>
    }
}
