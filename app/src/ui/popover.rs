//! A `<details>` that opens over the page, without JavaScript too. With it, Escape closes it and gives the focus back, and so
//! does a click, or the focus, that goes elsewhere.

use leptos::ev;
use leptos::html::{Details, Summary};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::Node;

/// A popover as its owner holds it.
#[derive(Clone, Copy)]
pub struct PopoverState {
    details: NodeRef<Details>,
    summary: NodeRef<Summary>,
    open: RwSignal<bool>,
}

impl PopoverState {
    /// One that is closed. It outlives a redrawing of the element if its owner does.
    #[must_use]
    pub fn new() -> Self {
        let state = Self { details: NodeRef::new(), summary: NodeRef::new(), open: RwSignal::new(false) };
        Effect::new(move |_| {
            state.details.track();
            state.follow();
        });
        Effect::new(move |_| {
            let elsewhere = window_event_listener(ev::pointerdown, move |event| {
                if state.open.get_untracked() && !state.holds(event.target()) {
                    state.close();
                }
            });
            on_cleanup(move || elsewhere.remove());
        });
        state
    }

    /// Whether it is open, or opens with this very click: what only shows then can wait until then.
    #[must_use]
    pub fn is_open(self) -> bool {
        self.open.get()
    }

    /// Closes it.
    pub fn close(self) {
        if let Some(details) = self.details.get_untracked() {
            details.set_open(false);
        }
    }

    /// Closes it; whoever worked in it goes on at its button.
    pub fn close_and_return(self) {
        self.close();
        if let Some(summary) = self.summary.get_untracked() {
            // An element that is in the page takes the focus.
            let _done = summary.focus();
        }
    }

    /// Takes what the element says, which a reader can open before scripts run. It may speak once more after its page is
    /// left.
    fn follow(self) {
        let open = self.details.try_get_untracked().flatten().is_some_and(|details| details.open());
        if self.open.try_get_untracked().is_some_and(|was_open| was_open != open) {
            self.open.set(open);
        }
    }

    fn holds(self, target: Option<web_sys::EventTarget>) -> bool {
        let node = target.and_then(|target| target.dyn_into::<Node>().ok());
        self.details.get_untracked().is_some_and(|details| details.contains(node.as_ref()))
    }
}

impl Default for PopoverState {
    fn default() -> Self {
        Self::new()
    }
}

/// A button and what it opens.
#[component]
pub fn Popover(
    /// Its state.
    state: PopoverState,
    /// Of those with one name, one is open at a time.
    name: &'static str,
    /// The button's look.
    class: &'static str,
    /// What stands on the button.
    button: AnyView,
    /// The panel.
    children: Children,
) -> impl IntoView {
    let escape = move |event: ev::KeyboardEvent| {
        if event.key() == "Escape" && state.open.get_untracked() {
            event.stop_propagation();
            state.close_and_return();
        }
    };
    let left = move |event: ev::FocusEvent| {
        // Nowhere is where the focus goes with the window, too.
        if event.related_target().is_some_and(|target| !state.holds(Some(target))) {
            state.close();
        }
    };
    view! {
        <details
            class="popover"
            name=name
            node_ref=state.details
            on:toggle=move |_| state.follow()
            on:keydown=escape
            on:focusout=left
        >
            <summary class=class node_ref=state.summary on:click=move |_| state.open.set(true)>
                {button}
            </summary>
            {children()}
        </details>
    }
}
