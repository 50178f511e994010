//! The page's head: which source this is, how it is doing, its key.

use super::api::{LastEvent, SourceHead};
use crate::href;
use crate::pages::source_tabs::{SourceTab, source_tabs};
use crate::ui::badge::{Badge, BadgeTone};
use crate::ui::icon::Icon;
use crate::ui::moment::MomentView;
use crate::ui::page_head::{Crumb, PageHead};
use crate::ui::secret::Secret;
use domain::clock::MINUTE_MS;
use leptos::prelude::*;

/// A source whose last event is no older than this is drawn as alive.
const ALIVE_MS: i64 = 5 * MINUTE_MS;

#[component]
pub(crate) fn Head(
    head: SourceHead,
    href: String,
    #[prop(optional)] tab: SourceTab,
    /// When the last event arrived, where that changes; else it is what the head says.
    #[prop(optional)]
    seen: Option<AnyView>,
) -> impl IntoView {
    let tabs = source_tabs(&head.source.slug, tab, &href);
    let seen =
        seen.or_else(|| head.last_event.clone().map(|last_event| view! { <Seen last_event=last_event /> }.into_any()));
    let SourceHead { source, kind, .. } = head;
    let meta = std::iter::once(kind.name).chain(kind.kind.map(|kind| kind.title().to_owned()));
    let meta = meta.chain(source.labels.iter().map(ToString::to_string)).collect();
    let badge = if source.enabled {
        view! { <Badge text="Enabled" tone=BadgeTone::Positive icon=Icon::CircleCheck /> }
    } else {
        view! { <Badge text="Disabled" tone=BadgeTone::Negative icon=Icon::CircleX /> }
    };
    let side = view! {
        {seen}
        {head.write_key.map(|key| view! { <Secret label="Write key" value=key /> })}
    };
    view! {
        <PageHead
            title=source.name.clone()
            crumbs=vec![Crumb::link("Sources", href::sources()), Crumb::here(source.name)]
            monogram=kind.monogram
            badge=badge.into_any()
            meta=meta
            side=side.into_any()
            tabs=tabs
        />
    }
}

/// How alive a source is.
#[component]
pub(super) fn Seen(last_event: LastEvent) -> impl IntoView {
    let dot = if last_event.age_ms <= ALIVE_MS { "pulse" } else { "status__dot" };
    view! {
        <span class="page-head__seen">
            <span class=dot aria-hidden="true"></span>
            <span>"last event "<MomentView moment=last_event.moment /></span>
        </span>
    }
}
