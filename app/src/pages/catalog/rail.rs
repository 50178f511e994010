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
    /// The kind whose categories these are.
    kind: Option<CatalogKind>,
    /// What the address asks for. Links lead on from that, not from the answer that is drawn: whoever chooses a tier and at
    /// once a kind wants both.
    asked: Memo<CatalogQuery>,
) -> impl IntoView {
    let all = view! {
        <RailLink
            title="All"
            count=any_kind
            href=move || asked.get().with_kind(None).href()
            current=move || asked.with(|asked| asked.kind.is_none() && asked.category.is_none())
        />
    };
    let kinds = kinds.into_iter().map(|(kind, count)| {
        let href = move || asked.get().with_kind(Some(kind)).href();
        let current = move || asked.with(|asked| asked.kind == Some(kind));
        view! { <RailLink title=kind.title() count=count href=href current=current /> }
    });
    let kinds = kinds.collect_view();
    let categories = (!categories.is_empty()).then(|| {
        let links = categories.into_iter().map(|category| {
            let CategoryCount { slug, title, count } = category;
            let current = {
                let slug = slug.clone();
                move || asked.with(|asked| asked.kind == kind && asked.category.as_ref() == Some(&slug))
            };
            // The chosen one is taken off by the same link.
            let href = {
                let current = current.clone();
                move || asked.get().with_kind(kind).with_category((!current()).then(|| slug.clone())).href()
            };
            view! { <RailLink title=title count=count href=href current=current /> }
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
fn RailLink(
    #[prop(into)] title: String,
    count: u64,
    #[prop(into)] href: Signal<String>,
    #[prop(into)] current: Signal<bool>,
) -> impl IntoView {
    view! {
        <a class="rail__link" href=href aria-current=move || current.get().then_some("true") data-noscroll="">
            {title}
            <span class="rail__count">{count.to_string()}</span>
        </a>
    }
}
