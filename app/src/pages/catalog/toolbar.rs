//! The toolbar: the search, and the tiers with what they mean. It stays as it is while answers come and go.

use super::query::{CatalogQuery, SEARCH_CHARS_MAX};
use crate::href;
use crate::ui::icon::{Icon, IconView};
use crate::ui::popover::{Popover, PopoverState};
use crate::ui::search_field::SearchField;
use domain::catalog::Tier;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

#[component]
pub(super) fn Toolbar(query: Memo<CatalogQuery>) -> impl IntoView {
    let navigate = use_navigate();
    let seek = Callback::new(move |text: String| {
        let href = query.get_untracked().with_search(text.trim()).href();
        // Each pause replaces the last one's address: Back leads to before the search.
        navigate(&href, NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
    });
    let kind = move || query.get().kind.map(|kind| kind.code());
    let category = move || query.get().category;
    let tier = move || query.get().tier.map(|tier| tier.code());
    view! {
        <div class="toolbar">
            <SearchField
                label="Search the catalog"
                placeholder="Search by name or what it does"
                action=href::catalog()
                value=Signal::derive(move || query.get().search)
                chars_max=SEARCH_CHARS_MAX
                on_search=seek
            >
                // Without JavaScript the form carries the rest of the state along.
                <input type="hidden" name="kind" value=kind disabled=move || kind().is_none() />
                <input type="hidden" name="category" value=category disabled=move || category().is_none() />
                <input type="hidden" name="tier" value=tier disabled=move || tier().is_none() />
            </SearchField>
            <span class="toolbar__spacer"></span>
            <nav class="segmented" aria-label="Library tier">
                <TierLink tier=None query=query />
                {Tier::ALL.map(|tier| view! { <TierLink tier=Some(tier) query=query /> }).collect_view()}
            </nav>
            <TierMeanings />
        </div>
    }
}

#[component]
fn TierLink(tier: Option<Tier>, query: Memo<CatalogQuery>) -> impl IntoView {
    let current = move || (query.get().tier == tier).then_some("true");
    view! {
        <a class="segmented__item" href=move || query.get().with_tier(tier).href() aria-current=current data-noscroll="">
            {tier.map_or("All tiers", Tier::title)}
        </a>
    }
}

#[component]
fn TierMeanings() -> impl IntoView {
    let state = PopoverState::new();
    let button = view! { <IconView icon=Icon::Info /><span class="sr-only">"What the tiers mean"</span> };
    let rows = Tier::ALL.map(|tier| view! { <div><dt>{tier.title()}</dt><dd>{tier.meaning()}</dd></div> });
    view! {
        <Popover state=state name="catalog" class="button button--plain button--icon" button=button.into_any()>
            <div class="popover__panel meanings" role="group" aria-label="What the tiers mean">
                <dl>{rows.collect_view()}</dl>
                <p class="muted">"Entries without a tier are not libraries, or nobody has given them one."</p>
            </div>
        </Popover>
    }
}
