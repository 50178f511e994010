//! The rail: kinds and categories, each with how many entries it would show. Links, so that it works without JavaScript.

use super::api::CategoryCount;
use super::query::CatalogQuery;
use domain::catalog::CatalogKind;
use leptos::prelude::*;

#[component]
pub(super) fn KindRail(
    any_kind: u64,
    kinds: Vec<(CatalogKind, u64)>,
    categories: Vec<CategoryCount>,
    query: CatalogQuery,
) -> impl IntoView {
    let is_any = query.kind.is_none() && query.category.is_none();
    let all = view! { <RailLink title="All" count=any_kind href=query.with_kind(None).href() current=is_any /> };
    let kinds = kinds.into_iter().map(|(kind, count)| {
        let href = query.with_kind(Some(kind)).href();
        view! { <RailLink title=kind.title() count=count href=href current=query.kind == Some(kind) /> }
    });
    let kinds = kinds.collect_view();
    let chosen = query.category.clone();
    let categories = (!categories.is_empty()).then(|| {
        let links = categories.into_iter().map(|category| {
            let current = chosen.as_ref() == Some(&category.slug);
            // The chosen one is taken off by the same link.
            let href = query.with_category((!current).then_some(category.slug)).href();
            view! { <RailLink title=category.title count=category.count href=href current=current /> }
        });
        view! {
            <p class="rail__label">"Category"</p>
            {links.collect_view()}
        }
    });
    view! {
        <nav class="rail catalog__rail" aria-label="Kinds and categories">
            {all}
            {kinds}
            {categories}
        </nav>
    }
}

#[component]
fn RailLink(#[prop(into)] title: String, count: u64, href: String, current: bool) -> impl IntoView {
    view! {
        <a class="rail__link" href=href aria-current=current.then_some("true") data-noscroll="">
            {title}
            <span class="rail__count">{count.to_string()}</span>
        </a>
    }
}
