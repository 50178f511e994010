//! A search: while somebody types, or without JavaScript with Enter. The address says what is sought; what somebody is
//! typing right now goes before it.

use crate::ui::button::{Button, ButtonKind};
use crate::ui::icon::{Icon, IconView};
use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::*;
use leptos::{ev, html};
use std::time::Duration;

/// How long nobody must have typed before it is looked for.
const TYPING_PAUSE: Duration = Duration::from_millis(150);

/// A search field in a form of its own. Its parameter is `q`.
#[component]
pub fn SearchField(
    /// What is searched, e.g. `Search the catalog`.
    label: &'static str,
    /// Stands in it while it is empty.
    placeholder: &'static str,
    /// Where the form goes without JavaScript.
    action: &'static str,
    /// What the address says.
    value: Signal<String>,
    /// Longest text, in characters.
    chars_max: usize,
    /// Looks for a text.
    on_search: Callback<String>,
    /// The rest of the form: hidden fields.
    children: Children,
) -> impl IntoView {
    let input = NodeRef::<html::Input>::new();
    Effect::new(move |_| {
        let sought = value.get();
        let typing = |input: &web_sys::HtmlInputElement| document().active_element().as_ref() == Some(input.as_ref());
        if let Some(input) = input.get().filter(|input| !typing(input)) {
            input.set_value(&sought);
        }
    });
    let pause = StoredValue::new(None::<TimeoutHandle>);
    let stop = move || {
        if let Some(pause) = pause.try_update_value(Option::take).flatten() {
            pause.clear();
        }
    };
    let typed = move |event: ev::Event| {
        let text = event_target_value(&event);
        stop();
        pause.set_value(set_timeout_with_handle(move || on_search.run(text), TYPING_PAUSE).ok());
    };
    let sent = move |event: ev::SubmitEvent| {
        event.prevent_default();
        stop();
        if let Some(input) = input.get_untracked() {
            on_search.run(input.value());
        }
    };
    on_cleanup(stop);
    view! {
        <form class="search" method="get" action=action role="search" aria-label=label autocomplete="off" on:submit=sent>
            <IconView icon=Icon::Search />
            <input
                class="input"
                type="search"
                name="q"
                maxlength=chars_max.to_string()
                aria-label=label
                placeholder=placeholder
                value=value.get_untracked()
                node_ref=input
                on:input=typed
            />
            {children()}
            <Button kind=ButtonKind::SubmitWithoutScript>"Search"</Button>
        </form>
    }
}
