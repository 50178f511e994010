//! What works today, honestly: how to connect it, or what to do as long as it can't be connected.

use crate::href;
use crate::ui::button::{ButtonLook, LinkButton};
use crate::ui::icon::Icon;
use domain::catalog::{CatalogEntry, CatalogKind, Support};
use leptos::prelude::*;

/// The entry that takes what nothing else takes.
const FALLBACK: &str = "http-api";

#[component]
pub(super) fn Today(entry: CatalogEntry) -> impl IntoView {
    let name = entry.name.clone();
    let content = match (entry.support, entry.kind) {
        (Support::Connects, _) => view! { <Connects entry=entry /> }.into_any(),
        (Support::Webhook, CatalogKind::Website | CatalogKind::Mobile | CatalogKind::Server | CatalogKind::Http) => {
            view! { <NoRecipe name=name /> }.into_any()
        }
        (Support::Webhook | Support::NotYet, kind) => view! { <ByRequest name=name kind=kind /> }.into_any(),
    };
    view! {
        <section class="panel panel__body entry__today" aria-labelledby="today">
            <h2 id="today">"What works today"</h2>
            {content}
        </section>
    }
}

#[component]
fn Connects(entry: CatalogEntry) -> impl IntoView {
    let how = match entry.kind {
        CatalogKind::Http => "It needs no library: whatever can send a request can use it.",
        CatalogKind::Website
        | CatalogKind::Mobile
        | CatalogKind::Server
        | CatalogKind::CloudEvent
        | CatalogKind::CloudObject
        | CatalogKind::ReverseEtl => {
            "Its library for Segment works unchanged: it is told this server’s address and the key of a source."
        }
    };
    view! {
        <p>"Connects now. "{how}</p>
        <ol class="entry__steps">
            <li>"Add a source. It is enabled at once and has a write key."</li>
            <li>"Put the key and this server’s address into your code; "<a href=href::tracking_api_part("libraries")>"each library’s lines"</a>" are in the docs."</li>
            <li>"Watch the first event arrive on the source’s page."</li>
        </ol>
        <p>
            <LinkButton href=href::new_source(&entry.slug) look=ButtonLook::Primary icon=Icon::Plus>
                {format!("Add a {} source", entry.name)}
            </LinkButton>
        </p>
    }
}

/// A library or an app of a shop, whose host can't be changed or has not been tried.
#[component]
fn NoRecipe(name: String) -> impl IntoView {
    view! {
        <p>{format!("Headwater can’t connect {name} yet: we know of no way to point it at another server that we could vouch for.")}</p>
        <p>"What works now: send the same events from code that you control, through the HTTP API or another library of the catalog."</p>
        <Alternatives />
    }
}

/// A service that sends no Tracking API calls by itself.
#[component]
fn ByRequest(name: String, kind: CatalogKind) -> impl IntoView {
    let (not_yet, now) = match kind {
        CatalogKind::CloudObject => (
            format!("Headwater can’t fetch objects from {name} yet."),
            "What works now: a scheduled program of yours reads them there and sends what changed as identify or track \
             calls, up to 2,500 in a batch.",
        ),
        CatalogKind::ReverseEtl => (
            format!("Headwater can’t read rows from {name} yet."),
            "What works now: a scheduled query of yours, whose rows a program sends as identify or track calls, up to \
             2,500 in a batch.",
        ),
        CatalogKind::Website
        | CatalogKind::Mobile
        | CatalogKind::Server
        | CatalogKind::Http
        | CatalogKind::CloudEvent => (
            format!("Headwater has no connector for {name} yet, so nothing of it arrives by itself."),
            "What works now: where its webhooks let you choose address, headers and body, point them at /v1/track with \
             the key of an HTTP API source, and write the body as a track call. Where the body is fixed, a few lines of \
             yours in between turn it into one.",
        ),
    };
    view! {
        <p>{not_yet}</p>
        <p>{now}</p>
        <Alternatives />
    }
}

#[component]
fn Alternatives() -> impl IntoView {
    view! {
        <p class="entry__actions">
            <LinkButton href=href::new_source(FALLBACK) look=ButtonLook::Primary icon=Icon::Plus>
                "Add an HTTP API source"
            </LinkButton>
            <LinkButton href=href::tracking_api() icon=Icon::Book>"How calls look"</LinkButton>
        </p>
    }
}
