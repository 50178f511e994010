//! What an entry is, beside the page: its kind, its categories, its tier with what that means.

use crate::pages::catalog::query::CatalogQuery;
use domain::catalog::{CatalogEntry, CatalogStatus};
use leptos::prelude::*;

#[component]
pub(super) fn Facts(entry: CatalogEntry) -> impl IntoView {
    let kind = view! {
        <a href=CatalogQuery::default().with_kind(Some(entry.kind)).href()>{entry.kind.title()}</a>
    };
    let categories = (!entry.categories.is_empty()).then(|| {
        view! { <div class="facts__row"><dt>"Used for"</dt><dd>{entry.categories.join(", ")}</dd></div> }
    });
    let status = match entry.status {
        CatalogStatus::Live | CatalogStatus::Withdrawn => None,
        CatalogStatus::Beta => Some(("Beta", "New: it may still change.")),
        CatalogStatus::Deprecated { .. } => Some(("Deprecated", "It still sends; it is not mended any more.")),
    };
    view! {
        <aside class="panel setup__aside" aria-labelledby="about">
            <h2 id="about">"About it"</h2>
            <dl class="facts">
                <div class="facts__row"><dt>"Kind"</dt><dd>{kind}</dd></div>
                {categories}
                <div class="facts__row"><dt>"In Headwater"</dt><dd>{entry.support.title()}</dd></div>
            </dl>
            {entry.tier.map(|tier| view! { <Meaning title=tier.title() text=tier.meaning() /> })}
            {status.map(|(title, text)| view! { <Meaning title=title text=text /> })}
        </aside>
    }
}

#[component]
fn Meaning(title: &'static str, text: &'static str) -> impl IntoView {
    view! { <p><strong>{title}</strong>" "<span class="muted">{text}</span></p> }
}
