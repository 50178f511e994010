//! The documentation: how to send events to this server, and what becomes of them. Limits and reasons come from `domain`,
//! so that they cannot say something else than the rules.

mod answers;
pub mod api;
mod endpoints;
mod libraries;
mod limits;
mod reasons;
mod semantics;

use crate::href;
use crate::ui::callout::{Callout, CalloutTone};
use crate::ui::code::CodeBlock;
use crate::ui::error_state::ErrorState;
use crate::ui::page_head::{Crumb, PageHead};
use crate::ui::rail::{Rail, RailLink};
use crate::wire;
use answers::Answers;
use api::{DocsPage, docs};
use domain::discard::DiscardReason;
use endpoints::{ENDPOINTS, Endpoints};
use leptos::prelude::*;
use leptos_meta::Title;
use libraries::Libraries;
use limits::{LIMITS, Limits};
use reasons::Reasons;
use semantics::{Authentication, Batches, Duplicates, Receipts, Times};

/// How to send events, and what becomes of them.
#[component]
pub fn TrackingApi() -> impl IntoView {
    let page = wire::resource(|| (), |()| docs());
    let retry = Callback::new(move |()| page.refetch());
    let lead = concat!(
        "Send events from any language. This page comes with your Headwater and fits version ",
        env!("CARGO_PKG_VERSION"),
        "."
    );
    view! {
        <Title text="Docs: Tracking API" />
        <PageHead
            title="Tracking API"
            crumbs=vec![Crumb::link("Docs", href::docs()), Crumb::here("Tracking API")]
            lead=lead
        />
        <div class="frame__content frame__content--top">
            <Transition>
                {move || Suspend::new(async move {
                    match page.await {
                        Ok(page) => view! { <Content page=page /> }.into_any(),
                        Err(error) => view! {
                            <section class="panel">
                                <ErrorState title="Could not load this page" error=error href=href::tracking_api() retry=retry />
                            </section>
                        }.into_any(),
                    }
                })}
            </Transition>
        </div>
    }
}

/// The parts of the page, in its order.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Part {
    Send,
    Libraries,
    Endpoints,
    Authentication,
    Limits,
    Answers,
    Receipts,
    Batches,
    Times,
    Duplicates,
    Reasons,
}

impl Part {
    const ALL: [Self; 11] = [
        Self::Send,
        Self::Libraries,
        Self::Endpoints,
        Self::Authentication,
        Self::Limits,
        Self::Answers,
        Self::Receipts,
        Self::Batches,
        Self::Times,
        Self::Duplicates,
        Self::Reasons,
    ];

    fn anchor(self) -> &'static str {
        match self {
            Self::Send => "send",
            Self::Libraries => "libraries",
            Self::Endpoints => "endpoints",
            Self::Authentication => "authentication",
            Self::Limits => "limits",
            Self::Answers => "answers",
            Self::Receipts => "receipts",
            Self::Batches => "batches",
            Self::Times => "times",
            Self::Duplicates => "duplicates",
            Self::Reasons => "reasons",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::Send => "Send an event",
            Self::Libraries => "Libraries",
            Self::Endpoints => "Endpoints",
            Self::Authentication => "Authentication",
            Self::Limits => "Limits",
            Self::Answers => "Answers",
            Self::Receipts => "Receipts",
            Self::Batches => "Batches",
            Self::Times => "Times and wrong clocks",
            Self::Duplicates => "Duplicates",
            Self::Reasons => "Discard reasons",
        }
    }

    fn count(self, page: &DocsPage) -> Option<usize> {
        match self {
            Self::Libraries => Some(page.libraries.len()),
            Self::Endpoints => Some(ENDPOINTS.len()),
            Self::Limits => Some(LIMITS),
            Self::Reasons => Some(DiscardReason::ALL.len()),
            Self::Send
            | Self::Authentication
            | Self::Answers
            | Self::Receipts
            | Self::Batches
            | Self::Times
            | Self::Duplicates => None,
        }
    }
}

fn contents(page: &DocsPage) -> Vec<RailLink> {
    let link = |anchor: String, title: &str, count: Option<usize>, nested| RailLink {
        anchor,
        title: title.to_owned(),
        count: count.map(|count| count.to_string()),
        nested,
    };
    let parts = Part::ALL.map(|part| link(part.anchor().to_owned(), part.title(), part.count(page), false));
    let groups = reasons::groups().map(|(step, anchor, reasons)| link(anchor, step.title(), Some(reasons.len()), true));
    parts.into_iter().chain(groups).collect()
}

#[component]
fn Content(page: DocsPage) -> impl IntoView {
    let parts = Part::ALL.map(|part| view! { <Section part=part page=page.clone() /> });
    view! {
        <div class="railed">
            <Rail links=contents(&page) />
            <div class="docs">{parts.collect_view()}</div>
        </div>
    }
}

#[component]
fn Section(part: Part, page: DocsPage) -> impl IntoView {
    let origin = page.origin.clone();
    let content = match part {
        Part::Send => view! { <Send origin=origin curl=page.curl /> }.into_any(),
        Part::Libraries => view! { <Libraries origin=origin libraries=page.libraries /> }.into_any(),
        Part::Endpoints => view! { <Endpoints origin=origin /> }.into_any(),
        Part::Authentication => view! { <Authentication /> }.into_any(),
        Part::Limits => view! { <Limits page=page /> }.into_any(),
        Part::Answers => view! { <Answers /> }.into_any(),
        Part::Receipts => view! { <Receipts origin=origin events_keep_days=page.events_keep_days /> }.into_any(),
        Part::Batches => view! { <Batches /> }.into_any(),
        Part::Times => view! { <Times /> }.into_any(),
        Part::Duplicates => view! { <Duplicates remembered_hours=page.remembered_hours /> }.into_any(),
        Part::Reasons => view! { <Reasons /> }.into_any(),
    };
    let heading = format!("{}-heading", part.anchor());
    view! {
        <section class="docs__section" id=part.anchor() aria-labelledby=heading>
            <h2 id=heading.clone()>{part.title()}</h2>
            {content}
        </section>
    }
}

#[component]
fn Send(origin: String, curl: String) -> impl IntoView {
    view! {
        <p>
            "One POST with the write key of a source, which you get by "<a href=href::catalog()>"adding one"</a>
            ". The answer comes once the event is on disk."
        </p>
        <CodeBlock text=curl label="curl command" />
        <Callout tone=CalloutTone::Info title="Already sending to Segment?">
            "Change the host to "<code>{origin}</code>" and the write key to one from here. Everything else stays."
        </Callout>
    }
}
