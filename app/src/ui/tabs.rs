//! Tabs are links: every tab is an address of its own, so they work without JavaScript.

use leptos::prelude::*;

/// One tab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tab {
    /// What it is called.
    pub title: String,
    /// Where it leads.
    pub href: String,
    /// How much there is, as written.
    pub count: Option<String>,
    /// Whether it is open.
    pub current: bool,
}

/// What the tabs switch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TabsOf {
    /// The pages of one thing.
    #[default]
    Pages,
    /// Views of one panel: the page stays where it is.
    Views,
}

/// Tabs.
#[component]
pub fn Tabs(
    /// What they are tabs of, for those who do not see it.
    #[prop(into)]
    label: String,
    /// The tabs.
    tabs: Vec<Tab>,
    /// What they switch.
    #[prop(optional)]
    of: TabsOf,
) -> impl IntoView {
    let (word, noscroll) = match of {
        TabsOf::Pages => ("page", None),
        TabsOf::Views => ("true", Some("true")),
    };
    let links = tabs.into_iter().map(|tab| {
        view! {
            <a class="tabs__link" href=tab.href aria-current=tab.current.then_some(word) data-noscroll=noscroll>
                {tab.title}
                {tab.count.map(|count| view! { <span class="tabs__count">{count}</span> })}
            </a>
        }
    });
    view! { <nav class="tabs" aria-label=label>{links.collect_view()}</nav> }
}
