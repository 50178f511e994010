//! A form with changes that are not saved: it counts them, and the browser asks before they are lost. Where such a change
//! is at stake, a link to another of our pages is left to the browser, which then asks as it does when a tab is closed: there
//! is one question for both. Only the browser's side; without JavaScript a form is a form.

use leptos::ev;
use leptos::html::Form;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Event, EventTarget, FormData, HtmlAnchorElement, Node};

/// Whether anything on the open page is not saved. Whoever leads to another page without a link asks here first.
#[derive(Clone, Copy, Debug, Default)]
pub struct UnsavedPage(RwSignal<bool>);

impl UnsavedPage {
    /// For the frame, which provides it to its pages as context.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Whether the browser has to be the one who leaves the page.
    #[must_use]
    pub fn holds(self) -> bool {
        self.0.get_untracked()
    }
}

/// A form whose changes are counted.
#[derive(Clone, Copy)]
pub struct Unsaved {
    form: NodeRef<Form>,
    saved: StoredValue<Vec<(&'static str, String)>>,
    /// `None` before scripts are awake.
    count: RwSignal<Option<usize>>,
    page: UnsavedPage,
}

impl Unsaved {
    /// For a form with fields of these names, and what is saved of each.
    #[must_use]
    pub fn new(saved: Vec<(&'static str, String)>) -> Self {
        let page = use_context::<UnsavedPage>().unwrap_or_default();
        let state = Self { form: NodeRef::new(), saved: StoredValue::new(saved), count: RwSignal::new(None), page };
        // Windows are the browser's alone.
        Effect::new(move |_| {
            state.form.track();
            state.look();
        });
        Effect::new(move |_| {
            let asks = window_event_listener(ev::beforeunload, move |event| {
                if state.page.holds() {
                    event.prevent_default();
                }
            });
            on_cleanup(move || asks.remove());
        });
        state.lead_away();
        on_cleanup(move || {
            let _is_gone = state.page.0.try_set(false);
        });
        state
    }

    /// Takes the form.
    #[must_use]
    pub fn form(self) -> NodeRef<Form> {
        self.form
    }

    /// Looks at the fields again; for the form's `on:input`.
    pub fn look(self) {
        let Some(data) = self.form.get_untracked().and_then(|form| FormData::new_with_form(&form).ok()) else { return };
        let now = |name: &str| data.get(name).as_string().map(|text| text.replace("\r\n", "\n"));
        let differs = |(name, saved): &&(&str, String)| now(name).is_some_and(|now| now != *saved);
        let count = self.saved.with_value(|saved| saved.iter().filter(differs).count());
        self.count.set(Some(count));
        self.page.0.set(count > 0);
    }

    /// The changes are saved or given up: nothing is to be asked.
    pub fn let_go(self) {
        self.page.0.set(false);
    }

    /// How many fields differ from what is saved, in words; nothing where none does.
    #[must_use]
    pub fn words(self) -> Option<String> {
        match self.count.get()? {
            0 => None,
            1 => Some("1 change not saved".to_owned()),
            count => Some(format!("{count} changes not saved")),
        }
    }

    /// Whether there is nothing to be saved.
    #[must_use]
    pub fn is_clean(self) -> bool {
        self.count.get() == Some(0)
    }

    /// Takes links away from the router while something is not saved.
    fn lead_away(self) {
        Effect::new(move |_| {
            let click = Listener::new(document().into(), "click", move |event| {
                let here = window().location().pathname().unwrap_or_default();
                if self.page.holds() && linked_path(event).is_some_and(|path| path != here) {
                    // The router listens at the window, which is next.
                    event.stop_propagation();
                }
            });
            // Kept until the effect's owner goes; made here, because the server hands pages from thread to thread.
            let _listeners = StoredValue::new_local(click);
        });
    }
}

/// Where a click leads to on this server, if it is on a link.
fn linked_path(event: &Event) -> Option<String> {
    let node = event.target()?.dyn_into::<Node>().ok()?;
    let element = node.dyn_ref::<web_sys::Element>().cloned().or_else(|| node.parent_element())?;
    let link = element.closest("a[href]").ok()??.dyn_into::<HtmlAnchorElement>().ok()?;
    Some(link.pathname())
}

/// Something listened to, for as long as this lives.
struct Listener {
    target: EventTarget,
    name: &'static str,
    call: Closure<dyn FnMut(Event)>,
}

impl Listener {
    fn new(target: EventTarget, name: &'static str, mut take: impl FnMut(&Event) + 'static) -> Self {
        let call = Closure::new(move |event: Event| take(&event));
        let _is_heard = target.add_event_listener_with_callback(name, call.as_ref().unchecked_ref());
        Self { target, name, call }
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        let call = self.call.as_ref().unchecked_ref();
        let _is_gone = self.target.remove_event_listener_with_callback(self.name, call);
    }
}
