//! The table's search and its export, at the right of the tabs.

use super::api::Numbers;
use super::place::Place;
use super::query::SEARCH_CHARS_MAX;
use super::toolbar::in_place;
use crate::ui::button::{Button, ButtonKind};
use crate::ui::empty::{EmptyHeading, EmptyMark, EmptyState};
use crate::ui::icon::{Icon, IconView};
use leptos::leptos_dom::helpers::{TimeoutHandle, set_timeout_with_handle};
use leptos::prelude::*;
use leptos::{ev, html};
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;
use std::time::Duration;

/// How long nobody must have typed before the rows are asked for.
const TYPING_PAUSE: Duration = Duration::from_millis(150);

/// Searches the rows of the open tab: while somebody types, or without JavaScript with Enter.
#[component]
pub(super) fn RowSearch(numbers: std::sync::Arc<Numbers>, place: Place) -> impl IntoView {
    let label = format!("Search {}", numbers.dimension.plural());
    let placeholder = label.clone();
    let kept = place.query.with_search("").fields().into_iter();
    let kept = kept.map(|(name, value)| view! { <input type="hidden" name=name value=value /> }).collect_view();
    let (navigate, action, search) = (use_navigate(), place.action(), place.query.search.clone());
    let input = NodeRef::<html::Input>::new();
    let sought = search.clone();
    Effect::new(move |_| {
        // What somebody is typing goes before what the address says: it will say so in a moment.
        let typing = |input: &web_sys::HtmlInputElement| document().active_element().as_ref() == Some(input.as_ref());
        if let Some(input) = input.get().filter(|input| !typing(input)) {
            input.set_value(&sought);
        }
    });
    let pause = StoredValue::new(None::<TimeoutHandle>);
    let seek = move |event: ev::Event| {
        let text = event_target_value(&event);
        let (navigate, place) = (navigate.clone(), place.clone());
        if let Some(pause) = pause.get_value() {
            pause.clear();
        }
        let go = move || {
            let href = place.href(place.query.with_search(text.trim()));
            // Each pause replaces the last one's address: Back leads to before the search.
            navigate(&href, NavigateOptions { replace: true, ..in_place() });
        };
        pause.set_value(set_timeout_with_handle(go, TYPING_PAUSE).ok());
    };
    view! {
        <form class="search" method="get" action=action role="search" aria-label=label.clone() autocomplete="off">
            <IconView icon=Icon::Search />
            <input
                class="input"
                type="search"
                name="q"
                id="row-search"
                maxlength=SEARCH_CHARS_MAX.to_string()
                aria-label=label.clone()
                placeholder=placeholder
                value=search
                node_ref=input
                on:input=seek
            />
            {kept}
            <Button kind=ButtonKind::SubmitWithoutScript>"Search"</Button>
        </form>
    }
}

/// The search found no row.
#[component]
pub(super) fn NoMatch(numbers: std::sync::Arc<Numbers>, place: Place) -> impl IntoView {
    let title = format!("No {} matches “{}”", super::words::lower_first(numbers.dimension.title()), place.query.search);
    let href = place.href(place.query.with_search(""));
    view! {
        <EmptyState mark=EmptyMark::Icon(Icon::Search) title=title heading=EmptyHeading::H3 text="">
            <a class="button" href=href data-noscroll="">"Clear search"</a>
        </EmptyState>
    }
}
