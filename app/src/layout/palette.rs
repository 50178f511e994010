//! The palette: ⌘K or Ctrl K anywhere, and the button in the navigation. A search of sources, pages and the catalog in
//! which the arrow keys choose and Enter goes; a pasted write key finds its source. Without JavaScript the button leads to
//! the catalog's search.

pub mod api;

use crate::href;
use crate::ui::icon::{Icon, IconView};
use crate::ui::unsaved::UnsavedPage;
use api::{Hit, HitGroup, HitKind, palette};
use domain::write_key::WRITE_KEY_CHARS_MAX;
use leptos::ev::{self, KeyboardEvent};
use leptos::html::{Dialog, Input};
use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::*;
use leptos::task;
use leptos_router::hooks::use_navigate;
use std::time::Duration;

/// How long nobody must have typed before it is looked for.
const TYPING_PAUSE: Duration = Duration::from_millis(80);
/// Longest text, in characters: any write key has room in it.
const SEARCH_CHARS_MAX: usize = WRITE_KEY_CHARS_MAX;

/// The palette, as the frame and its button hold it.
#[derive(Clone, Copy)]
pub struct PaletteState {
    dialog: NodeRef<Dialog>,
    open: RwSignal<bool>,
    /// What was found, and for what; nothing before the first answer.
    found: RwSignal<Option<Found>>,
    /// Which hit Enter goes to, counted over all groups.
    chosen: RwSignal<usize>,
    asked: StoredValue<u32>,
    pause: StoredValue<Option<TimeoutHandle>>,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Found {
    q: String,
    /// None if there was no answer.
    groups: Option<Vec<HitGroup>>,
}

impl Found {
    fn hits(&self) -> impl Iterator<Item = &Hit> {
        self.groups.iter().flatten().flat_map(|group| &group.hits)
    }
}

impl PaletteState {
    /// A closed palette, which the keys open.
    #[must_use]
    pub fn new() -> Self {
        let state = Self {
            dialog: NodeRef::new(),
            open: RwSignal::new(false),
            found: RwSignal::new(None),
            chosen: RwSignal::new(0),
            asked: StoredValue::new(0),
            pause: StoredValue::new(None),
        };
        // Windows are the browser's alone.
        Effect::new(move |_| {
            let keys = window_event_listener(ev::keydown, move |event| {
                let is_chord = (event.meta_key() || event.ctrl_key()) && !event.alt_key() && !event.shift_key();
                if is_chord && event.key().eq_ignore_ascii_case("k") {
                    event.prevent_default();
                    state.toggle();
                }
            });
            on_cleanup(move || keys.remove());
        });
        state
    }

    /// Opens it; what had the focus gets it back when it closes.
    pub fn show(self) {
        if let Some(dialog) = self.dialog.get_untracked().filter(|dialog| !dialog.open()) {
            self.found.set(None);
            self.open.set(true);
            // Fails only for a dialog that is open or not in the page.
            let _shown = dialog.show_modal();
            self.ask(String::new());
        }
    }

    fn close(self) {
        if let Some(dialog) = self.dialog.get_untracked() {
            dialog.close();
        }
    }

    fn toggle(self) {
        if self.open.get_untracked() { self.close() } else { self.show() }
    }

    fn typed(self, q: String) {
        if let Some(pause) = self.pause.try_update_value(Option::take).flatten() {
            pause.clear();
        }
        self.pause.set_value(set_timeout_with_handle(move || self.ask(q), TYPING_PAUSE).ok());
    }

    /// Only the latest answer counts.
    fn ask(self, q: String) {
        let asked = self.asked.get_value() + 1;
        self.asked.set_value(asked);
        task::spawn_local(async move {
            let groups = palette(q.clone()).await.ok();
            if self.asked.try_get_value() == Some(asked) {
                self.chosen.set(0);
                self.found.set(Some(Found { q, groups }));
            }
        });
    }

    fn hit_count(self) -> usize {
        self.found.with_untracked(|found| found.as_ref().map_or(0, |found| found.hits().count()))
    }

    /// Chooses the hit that many places on, round the ends.
    fn step(self, by: isize) {
        let count = self.hit_count();
        if let Some(last) = count.checked_sub(1) {
            let now = self.chosen.get_untracked();
            let next = match now.checked_add_signed(by) {
                Some(next) if next < count => next,
                Some(_) => 0,
                None => last,
            };
            self.chosen.set(next);
            bring_into_view(next);
        }
    }
}

impl Default for PaletteState {
    fn default() -> Self {
        Self::new()
    }
}

/// The button that opens it.
#[component]
pub fn PaletteButton(
    /// What it opens.
    state: PaletteState,
) -> impl IntoView {
    let open = move |event: ev::MouseEvent| {
        event.prevent_default();
        state.show();
    };
    // What the keyboard has is known in the browser only.
    let chord = RwSignal::new("Ctrl K");
    Effect::new(move |_| {
        let platform = window().navigator().platform().unwrap_or_default();
        if ["Mac", "iP"].iter().any(|apple| platform.starts_with(apple)) {
            chord.set("⌘K");
        }
    });
    view! {
        <a class="nav__search" href=href::catalog() aria-keyshortcuts="Control+K Meta+K" on:click=open>
            <IconView icon=Icon::Search />
            "Search or jump to"
            <kbd class="with-script">{chord}</kbd>
        </a>
    }
}

/// The palette itself: a dialog that is empty while it is closed.
#[component]
pub fn Palette(
    /// Its state.
    state: PaletteState,
) -> impl IntoView {
    view! {
        <dialog
            class="dialog palette"
            closedby="any"
            aria-label="Search or jump to"
            node_ref=state.dialog
            on:close=move |_| state.open.set(false)
        >
            <Show when=move || state.open.get()>
                <Inside state=state />
            </Show>
        </dialog>
    }
}

#[component]
fn Inside(state: PaletteState) -> impl IntoView {
    let (navigate, unsaved) = (use_navigate(), use_context::<UnsavedPage>().unwrap_or_default());
    let go = Callback::new(move |href: String| {
        state.close();
        if unsaved.holds() {
            // The browser asks before it goes.
            let _is_asked = window().location().assign(&href);
        } else {
            navigate(&href, leptos_router::NavigateOptions::default());
        }
    });
    let input = NodeRef::<Input>::new();
    Effect::new(move |_| {
        if let Some(input) = input.get() {
            // An element that is in the page takes the focus.
            let _done = input.focus();
        }
    });
    let key = move |event: KeyboardEvent| match event.key().as_str() {
        // Somebody who writes with an input method ends a word with it.
        _ if event.is_composing() => {}
        "ArrowDown" => {
            event.prevent_default();
            state.step(1);
        }
        "ArrowUp" => {
            event.prevent_default();
            state.step(-1);
        }
        "Enter" => {
            event.prevent_default();
            let place = state.chosen.get_untracked();
            let href = state.found.with_untracked(|found| Some(found.as_ref()?.hits().nth(place)?.href.clone()));
            if let Some(href) = href {
                go.run(href);
            }
        }
        _ => {}
    };
    let any = move || state.found.with(|found| found.as_ref().is_some_and(|found| found.hits().next().is_some()));
    view! {
        <div class="palette__field">
            <IconView icon=Icon::Search />
            <input
                class="palette__input"
                role="combobox"
                aria-expanded=move || any().to_string()
                aria-controls="palette-list"
                aria-activedescendant=move || any().then(|| option_id(state.chosen.get()))
                aria-autocomplete="list"
                aria-label="Search or jump to"
                placeholder="Sources, pages, write keys, kinds of source"
                autocomplete="off"
                autocapitalize="none"
                spellcheck="false"
                maxlength=SEARCH_CHARS_MAX.to_string()
                node_ref=input
                on:input=move |event| state.typed(event_target_value(&event))
                on:keydown=key
            />
            <button class="button button--plain button--icon button--sm" type="button" aria-label="Close" on:click=move |_| state.close()>
                <IconView icon=Icon::X />
            </button>
        </div>
        <div class="palette__list" id="palette-list" role="listbox" aria-label="Results">
            {move || state.found.get().map(|found| view! { <Groups found=found state=state go=go /> })}
        </div>
        {move || state.found.get().and_then(|found| nothing(&found)).map(|text| view! { <p class="palette__nothing">{text}</p> })}
        <p class="palette__foot">
            <span><kbd class="key">"↑"</kbd>" "<kbd class="key">"↓"</kbd>" choose"</span>
            <span><kbd class="key">"Enter"</kbd>" open"</span>
            <span><kbd class="key">"Esc"</kbd>" close"</span>
        </p>
        <p class="sr-only" role="status">{move || state.found.get().map(|found| results(found.hits().count()))}</p>
    }
}

/// What to say in place of hits.
fn nothing(found: &Found) -> Option<String> {
    match &found.groups {
        None => Some("Headwater did not answer. Check the connection and type again.".to_owned()),
        Some(groups) if groups.is_empty() => Some(format!("Nothing matches “{}”.", found.q.trim())),
        Some(_) => None,
    }
}

fn results(count: usize) -> String {
    if count == 1 { "1 result".to_owned() } else { format!("{count} results") }
}

#[component]
fn Groups(found: Found, state: PaletteState, go: Callback<String>) -> impl IntoView {
    let mut first = 0;
    let groups = found.groups.unwrap_or_default().into_iter().map(|group| {
        let start = first;
        first += group.hits.len();
        view! { <Group group=group start=start state=state go=go /> }
    });
    groups.collect_view()
}

#[component]
fn Group(group: HitGroup, start: usize, state: PaletteState, go: Callback<String>) -> impl IntoView {
    let (title, icon) = match group.kind {
        HitKind::Source => ("Sources", Icon::Activity),
        HitKind::Page => ("Pages", Icon::ArrowRight),
        HitKind::Catalog => ("Catalog", Icon::LayoutGrid),
    };
    let options = group.hits.into_iter().enumerate().map(|(i, hit)| {
        let place = start + i;
        let Hit { name: [before, marked, after], meta, href } = hit;
        view! {
            <div
                class="palette__option"
                role="option"
                id=option_id(place)
                aria-selected=move || (state.chosen.get() == place).to_string()
                on:click=move |_| go.run(href.clone())
                on:pointermove=move |_| state.chosen.set(place)
            >
                <IconView icon=icon />
                <span class="palette__text">
                    {before}
                    {(!marked.is_empty()).then(|| view! { <mark>{marked}</mark> })}
                    {after}
                </span>
                <span class="palette__meta">{meta}</span>
            </div>
        }
    });
    let label = format!("palette-{}", title.to_lowercase());
    view! {
        <div class="palette__group" role="group" aria-labelledby=label>
            <p class="palette__label" id=label.clone() role="presentation">{title}</p>
            {options.collect_view()}
        </div>
    }
}

fn option_id(place: usize) -> String {
    format!("palette-option-{place}")
}

#[cfg(feature = "hydrate")]
fn bring_into_view(place: usize) {
    use web_sys::{ScrollIntoViewOptions, ScrollLogicalPosition};
    if let Some(option) = document().get_element_by_id(&option_id(place)) {
        let options = ScrollIntoViewOptions::new();
        options.set_block(ScrollLogicalPosition::Nearest);
        option.scroll_into_view_with_scroll_into_view_options(&options);
    }
}

#[cfg(not(feature = "hydrate"))]
fn bring_into_view(_place: usize) {}
