//! The filter chips: what narrows the panel, each with the link that takes it away.

use super::place::Place;
use crate::ui::icon::{Icon, IconView};
use domain::breakdown::Dimension;
use leptos::prelude::*;

/// One chip for each pinned row, reason first. Nothing pinned: nothing is drawn.
#[component]
pub(super) fn Chips(place: Place) -> impl IntoView {
    let query = &place.query;
    let reason =
        query.reason.map(|reason| (Dimension::Reason, reason.title().to_owned(), place.href(query.with_reason(None))));
    let pinned = query
        .filters
        .pinned()
        .map(|(dimension, row)| (dimension, row.label().to_owned(), place.href(query.with_filter(dimension, None))));
    let chips: Vec<_> = reason.into_iter().chain(pinned).collect();
    let all = (chips.len() > 1).then(|| {
        view! { <a class="inspect__clear" href=place.href(query.without_filters()) data-noscroll="">"Clear all"</a> }
    });
    let any = !chips.is_empty();
    let chips =
        chips.into_iter().map(|(dimension, value, href)| view! { <Chip dimension=dimension value=value href=href /> });
    let chips = chips.collect_view();
    any.then(|| view! { <div class="inspect__filters">{chips} {all}</div> })
}

#[component]
fn Chip(dimension: Dimension, value: String, href: String) -> impl IntoView {
    let key = dimension.title();
    view! {
        <span class="chip">
            <IconView icon=Icon::Pin />
            <span><span class="chip__key">{format!("{key}:")}</span>" "<span class="chip__value">{value.clone()}</span></span>
            <a class="chip__remove" href=href data-noscroll="" aria-label=format!("Remove filter {key}: {value}")>
                <IconView icon=Icon::X />
            </a>
        </span>
    }
}
