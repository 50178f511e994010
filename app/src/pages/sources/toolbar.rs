//! What narrows the list: search, status, label, kind; and which columns are shown. Each is a link or a plain form.

use super::api::SourcesPage;
use super::query::{Column, SEARCH_CHARS_MAX, SourcesQuery, SourcesTab, StatusFilter};
use crate::href;
use crate::ui::button::{Button, ButtonKind, ButtonSize, LinkButton};
use crate::ui::icon::{Icon, IconView};
use crate::ui::popover::{Popover, PopoverState};
use crate::ui::tabs::Tab;
use domain::number_format::count;
use leptos::prelude::*;

/// The tabs of the list, each with how many sources it has.
pub(super) fn tabs(page: &SourcesPage) -> Vec<Tab> {
    let tabs = SourcesTab::ALL.into_iter().zip(page.tabs);
    let tabs = tabs.map(|(tab, sources)| Tab {
        title: tab.title().to_owned(),
        href: SourcesQuery { tab, ..SourcesQuery::default() }.href(),
        count: Some(count(sources)),
        current: tab == page.query.tab,
    });
    tabs.collect()
}

#[component]
pub(super) fn Toolbar(page: SourcesPage) -> impl IntoView {
    let query = page.query.clone();
    let statuses = StatusFilter::ALL.into_iter().zip(page.statuses).map(|(status, sources)| {
        let current = (status == query.status).then_some("true");
        view! {
            <a class="segmented__item" href=query.with(|query| query.status = status).href() aria-current=current data-noscroll="true">
                {status.title()}<span class="tabs__count">{count(sources)}</span>
            </a>
        }
    });
    let statuses = statuses.collect_view();
    let by_key = page
        .found_by_key
        .then(|| view! { <p class="muted sources__by-key" role="status">"Found by its write key."</p> });
    view! {
        <div class="toolbar sources__toolbar">
            <Search query=query.clone() />
            <nav class="segmented" aria-label="Status">{statuses}</nav>
            {by_key}
            <span class="toolbar__spacer"></span>
            <Labels page=page.clone() />
            <Kinds page=page />
            <Columns query=query />
        </div>
    }
}

#[component]
fn Search(query: SourcesQuery) -> impl IntoView {
    let kept = query.with(|query| query.q.clear()).fields().into_iter();
    let kept = kept.map(|(name, value)| view! { <input type="hidden" name=name value=value /> }).collect_view();
    view! {
        <form class="sources__search" method="get" action=href::sources() role="search" aria-label="Sources" autocomplete="off">
            <span class="search">
            <IconView icon=Icon::Search />
            <input
                class="input"
                type="search"
                name="q"
                dir="auto"
                maxlength=SEARCH_CHARS_MAX.to_string()
                aria-label="Search by name or write key"
                placeholder="Search by name or write key"
                value=query.q
            />
            </span>
            {kept}
            <Button kind=ButtonKind::SubmitWithoutScript>"Search"</Button>
        </form>
    }
}

/// One of a popover's links.
#[component]
fn Choice(href: String, text: String, current: bool) -> impl IntoView {
    view! {
        <li>
            <a class="menu__item" href=href aria-current=current.then_some("true") data-noscroll="true">
                <span dir="auto">{text}</span>
                {current.then(|| view! { <IconView icon=Icon::Check /> })}
            </a>
        </li>
    }
}

fn button(icon: Icon, words: String) -> AnyView {
    view! { <IconView icon=icon /><span dir="auto">{words}</span><IconView icon=Icon::ChevronDown /> }.into_any()
}

#[component]
fn Labels(page: SourcesPage) -> impl IntoView {
    let state = PopoverState::new();
    let SourcesPage { query, labels, .. } = page;
    if labels.is_empty() && query.label.is_none() {
        return ().into_any();
    }
    let words = query.label.as_ref().map_or_else(|| "Label".to_owned(), ToString::to_string);
    let any = query.with(|query| query.label = None).href();
    let is_any = query.label.is_none();
    let choices = labels.into_iter().map(|label| {
        let current = query.label.as_ref() == Some(&label);
        let text = label.to_string();
        view! { <Choice href=query.with(|query| query.label = Some(label)).href() text=text current=current /> }
    });
    let choices = choices.collect_view();
    view! {
        <Popover state=state name="sources" class="button" button=button(Icon::Tag, words)>
            <ul class="popover__panel menu" aria-label="Label">
                <Choice href=any text="Any label".to_owned() current=is_any />
                {choices}
            </ul>
        </Popover>
    }
    .into_any()
}

#[component]
fn Kinds(page: SourcesPage) -> impl IntoView {
    let state = PopoverState::new();
    let SourcesPage { query, kinds, .. } = page;
    let chosen = kinds.iter().find(|kind| query.kind.as_ref() == Some(&kind.slug));
    let words = chosen.map_or_else(|| "Type".to_owned(), |kind| kind.name.clone());
    let any = query.with(|query| query.kind = None).href();
    let is_any = query.kind.is_none();
    let choices = kinds.into_iter().map(|kind| {
        let current = query.kind.as_ref() == Some(&kind.slug);
        view! { <Choice href=query.with(|query| query.kind = Some(kind.slug)).href() text=kind.name current=current /> }
    });
    let choices = choices.collect_view();
    view! {
        <Popover state=state name="sources" class="button" button=button(Icon::Filter, words)>
            <ul class="popover__panel menu" aria-label="Type">
                <Choice href=any text="Any type".to_owned() current=is_any />
                {choices}
            </ul>
        </Popover>
    }
}

#[component]
fn Columns(query: SourcesQuery) -> impl IntoView {
    let state = PopoverState::new();
    let kept = SourcesQuery { columns: Vec::new(), ..query.clone() }.fields().into_iter();
    let kept = kept.map(|(name, value)| view! { <input type="hidden" name=name value=value /> }).collect_view();
    let boxes = Column::ALL.map(|column| {
        view! {
            <label class="check">
                <input type="checkbox" name="col" value=column.code() checked=query.shows(column) />
                <span>{column.title()}</span>
            </label>
        }
    });
    let boxes = boxes.collect_view();
    view! {
        <Popover state=state name="sources" class="button" button=button(Icon::Menu, "Columns".to_owned())>
            <form class="popover__panel menu menu--form" method="get" action=href::sources() aria-label="Columns">
                <fieldset class="options"><legend class="sr-only">"Columns"</legend>{boxes}</fieldset>
                {kept}
                <Button size=ButtonSize::Small>"Show these"</Button>
            </form>
        </Popover>
    }
}

/// Which part of the list this is, where it has several.
#[component]
pub(super) fn Pages(page: SourcesPage) -> impl IntoView {
    let pages = page.pages;
    if pages <= 1 {
        return ().into_any();
    }
    let at = page.query.page.clamp(1, pages);
    let to = |at: u32| SourcesQuery { page: at, disable: Vec::new(), ..page.query.clone() }.href();
    let before = (at > 1).then(
        || view! { <LinkButton href=to(at - 1) size=ButtonSize::Small icon=Icon::ChevronLeft>"Previous"</LinkButton> },
    );
    let after = (at < pages).then(
        || view! { <LinkButton href=to(at + 1) size=ButtonSize::Small icon=Icon::ChevronRight>"Next"</LinkButton> },
    );
    view! {
        <nav class="table-foot" aria-label="Pages">
            <span>{format!("Page {at} of {pages} · {} sources", count(page.matching.sources))}</span>
            <span class="table-foot__pages">{before} {after}</span>
        </nav>
    }
    .into_any()
}
