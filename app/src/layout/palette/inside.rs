//! What the open palette shows: the field, in which the arrow keys choose and Enter goes, and what was found; a pasted write
//! key finds its source.

use super::api::{Hit, HitGroup, HitKind, palette};
use crate::ui::icon::{Icon, IconView};
use crate::ui::lazy_dialog::LazyDialog;
use crate::ui::unsaved::UnsavedPage;
use domain::write_key::WRITE_KEY_CHARS_MAX;
use leptos::ev::KeyboardEvent;
use leptos::html::Input;
use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::*;
use leptos::task;
use leptos_router::hooks::use_navigate;
use std::time::Duration;
use wasm_split_helpers::{SplitLoaderError, wasm_split};

/// How long nobody must have typed before it is looked for.
const TYPING_PAUSE: Duration = Duration::from_millis(80);
/// Longest text, in characters: any write key has room in it.
const SEARCH_CHARS_MAX: usize = WRITE_KEY_CHARS_MAX;

/// A search, from opening to closing.
#[derive(Clone, Copy)]
struct SearchState {
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

impl SearchState {
    fn new() -> Self {
        Self {
            found: RwSignal::new(None),
            chosen: RwSignal::new(0),
            asked: StoredValue::new(0),
            pause: StoredValue::new(None),
        }
    }

    fn typed(self, q: String) {
        if let Some(pause) = self.pause.try_update_value(Option::take).flatten() {
            pause.clear();
        }
        self.pause.set_value(set_timeout_with_handle(move || self.ask(q), TYPING_PAUSE).ok());
    }

    /// Only the latest answer counts.
    fn ask(self, q: String) {
        // Whoever closes the palette may have typed just before.
        let Some(asked) = self.asked.try_get_value().map(|asked| asked + 1) else { return };
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

/// The palette's inside, while it is open.
#[wasm_split(dialogs, fallible)]
pub(super) fn inside(palette: LazyDialog) -> Result<AnyView, SplitLoaderError> {
    Ok(view! { <Inside palette=palette /> }.into_any())
}

#[component]
fn Inside(palette: LazyDialog) -> impl IntoView {
    let state = SearchState::new();
    state.ask(String::new());
    let (navigate, unsaved) = (use_navigate(), use_context::<UnsavedPage>().unwrap_or_default());
    let go = Callback::new(move |href: String| {
        palette.close();
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
            <button class="button button--plain button--icon button--sm" type="button" aria-label="Close" on:click=move |_| palette.close()>
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
fn Groups(found: Found, state: SearchState, go: Callback<String>) -> impl IntoView {
    let mut first = 0;
    let groups = found.groups.unwrap_or_default().into_iter().map(|group| {
        let start = first;
        first += group.hits.len();
        view! { <Group group=group start=start state=state go=go /> }
    });
    groups.collect_view()
}

#[component]
fn Group(group: HitGroup, start: usize, state: SearchState, go: Callback<String>) -> impl IntoView {
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
