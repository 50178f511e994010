//! The head of a page: where it stands, what it is about, and what can be done there.

use crate::ui::tabs::{Tab, Tabs};
use crate::ui::tile::{Tile, TileSize};
use leptos::prelude::*;

/// A step of the way to the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Crumb {
    /// What it is called.
    pub title: String,
    /// Where it leads; the page itself leads nowhere.
    pub href: Option<String>,
}

impl Crumb {
    /// A page above this one.
    pub fn link(title: impl Into<String>, href: impl Into<String>) -> Self {
        Self { title: title.into(), href: Some(href.into()) }
    }

    /// This page.
    pub fn here(title: impl Into<String>) -> Self {
        Self { title: title.into(), href: None }
    }
}

/// The head of a page.
#[component]
pub fn PageHead(
    /// The page's one `h1`.
    #[prop(into)]
    title: String,
    /// The way to the page, itself last.
    #[prop(optional)]
    crumbs: Vec<Crumb>,
    /// Two to four characters for a large tile.
    #[prop(default = None, into)]
    monogram: Option<String>,
    /// Beside the title: a status badge.
    #[prop(default = None, into)]
    badge: Option<AnyView>,
    /// Under the title: what the thing is, in words with dots between.
    #[prop(optional)]
    meta: Vec<String>,
    /// Under the title: one sentence.
    #[prop(optional, into)]
    lead: Option<String>,
    /// At the far side: keys, buttons.
    #[prop(default = None, into)]
    side: Option<AnyView>,
    /// The pages of the thing.
    #[prop(optional)]
    tabs: Vec<Tab>,
) -> impl IntoView {
    let class = if tabs.is_empty() { "page-head page-head--plain" } else { "page-head" };
    let title_row = match badge {
        Some(badge) => {
            view! { <div class="page-head__title"><h1 dir="auto">{title.clone()}</h1>{badge}</div> }.into_any()
        }
        None => view! { <h1 dir="auto">{title.clone()}</h1> }.into_any(),
    };
    view! {
        <header class=class>
            <div class="page-head__inner">
                {(!crumbs.is_empty()).then(|| view! { <Crumbs crumbs=crumbs /> })}
                <div class="page-head__row">
                    {monogram.map(|monogram| view! { <Tile monogram=monogram size=TileSize::Large /> })}
                    <div class="page-head__id">
                        {title_row}
                        {(!meta.is_empty()).then(|| view! { <Meta words=meta /> })}
                        {lead.map(|lead| view! { <p class="muted">{lead}</p> })}
                    </div>
                    {side.map(|side| view! { <div class="page-head__side">{side}</div> })}
                </div>
                {(!tabs.is_empty()).then(|| view! { <Tabs label=title tabs=tabs /> })}
            </div>
        </header>
    }
}

#[component]
fn Crumbs(crumbs: Vec<Crumb>) -> impl IntoView {
    let items = crumbs.into_iter().map(|crumb| match crumb.href {
        Some(href) => view! { <li><a href=href>{crumb.title}</a></li> }.into_any(),
        None => view! { <li><span aria-current="page" dir="auto">{crumb.title}</span></li> }.into_any(),
    });
    view! { <nav aria-label="Breadcrumb"><ol class="crumbs">{items.collect_view()}</ol></nav> }
}

#[component]
fn Meta(words: Vec<String>) -> impl IntoView {
    let words = words.into_iter().map(|word| view! { <span>{word}</span> });
    view! { <p class="page-head__meta">{words.collect_view()}</p> }
}
