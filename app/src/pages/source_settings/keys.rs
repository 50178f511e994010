//! A source's write keys: masked, each with what can be done with it. The address says which one is shown whole.

use super::api::{KeyLook, KeyRow};
use crate::href;
use crate::ui::badge::{Badge, BadgeTone};
use crate::ui::button::LinkButton;
use crate::ui::copy::CopyButton;
use crate::ui::icon::{Icon, IconView};
use crate::ui::moment::{Moment, MomentView};
use domain::source::Source;
use domain::write_key::WriteKey;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

#[component]
pub(super) fn Keys(keys: Vec<KeyRow>, source: Source) -> impl IntoView {
    let add = href::source_settings_dialog(&source.slug, "add_key", "1");
    let only_active = keys.iter().filter(|key| key.state == KeyLook::Active).count() == 1;
    let slug = source.slug.clone();
    let rows = keys.into_iter().map(move |key| {
        let can_end = key.state != KeyLook::Active || !only_active;
        view! { <Row key=key slug=slug.clone() can_end=can_end /> }
    });
    view! {
        <section class="panel" id="keys" aria-labelledby="keys-title">
            <div class="panel__head">
                <h2 id="keys-title">"Write keys"</h2>
                <LinkButton href=add icon=Icon::Plus stays=true>"Create key"</LinkButton>
            </div>
            <div class="table-box"><table class="table">
                <caption class="sr-only">"Write keys of "{source.name}</caption>
                <thead>
                    <tr>
                        <th scope="col">"Name"</th>
                        <th scope="col" class="cell-s">"Key"</th>
                        <th scope="col" class="cell-m">"Created"</th>
                        <th scope="col" class="cell-s">"Last used"</th>
                        <th scope="col" class="cell-s">"State"</th>
                        <th scope="col"><span class="sr-only">"Actions"</span></th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table></div>
            <p class="table-foot">
                <IconView icon=Icon::Info />
                <span>"A key lets a sender write to this source and read nothing. Calls with a key that does not work are answered with 401, and stand over the list of sources as requests that named no source."</span>
            </p>
        </section>
    }
}

#[component]
fn Row(key: KeyRow, slug: String, can_end: bool) -> impl IntoView {
    let KeyRow { id, name, key, created, last_used, state } = key;
    let is_live = matches!(state, KeyLook::Active | KeyLook::Grace(_));
    let is_active = state == KeyLook::Active;
    let query = use_query_map();
    let shown = {
        let id = id.clone();
        Memo::new(move |_| query.with(|query| query.get("show")).is_some_and(|shown| shown == id))
    };
    let dialog = |dialog: &str| href::source_settings_dialog(&slug, dialog, &id);
    let (rename, rotate, revoke) = (dialog("rename"), dialog("rotate"), dialog("revoke"));
    let (show, hide) = (dialog("show"), href::source_settings(&slug));
    let (text, end) = (key.clone(), name.clone());
    view! {
        <tr>
            <th scope="row">
                <span dir="auto">{name.clone()}</span>
                <span class="cell-sub">
                    <KeyText key=key.clone() shown=shown /><br />
                    <State state=state.clone() /><br />
                    "Used: "<LastUsed moment=last_used.clone() />
                </span>
            </th>
            <td class="cell-s keys__key"><KeyText key=key shown=shown /></td>
            <td class="nowrap cell-m"><MomentView moment=created /></td>
            <td class="nowrap cell-s"><LastUsed moment=last_used /></td>
            <td class="cell-s"><State state=state /></td>
            <td>
                <div class="row-actions">
                    {is_live.then(|| view! {
                        <CopyButton text=text label=format!("Copy key {name}") class="button button--plain button--sm button--icon" />
                        <a
                            class="button button--plain button--sm button--icon"
                            href=move || if shown.get() { hide.clone() } else { show.clone() }
                            aria-label=move || format!("{} key {name}", if shown.get() { "Hide" } else { "Show" })
                            data-noscroll="true"
                        >
                            <span class="keys__eye" hidden=move || shown.get()><IconView icon=Icon::Eye /></span>
                            <span class="keys__eye" hidden=move || !shown.get()><IconView icon=Icon::EyeOff /></span>
                        </a>
                    })}
                    {is_live.then(|| view! { <Ask href=rename label=format!("Rename key {end}") icon=Icon::Pencil /> })}
                    {is_active.then(|| view! { <Ask href=rotate label=format!("Rotate key {end}") icon=Icon::RotateCw /> })}
                    {(is_live && can_end).then(|| view! { <Ask href=revoke label=format!("Revoke key {end}") icon=Icon::Ban /> })}
                </div>
            </td>
        </tr>
    }
}

/// Opens a dialog.
#[component]
fn Ask(href: String, label: String, icon: Icon) -> impl IntoView {
    view! {
        <a class="button button--plain button--sm button--icon" href=href aria-label=label.clone() title=label data-noscroll="true">
            <IconView icon=icon />
        </a>
    }
}

#[component]
fn KeyText(key: String, shown: Memo<bool>) -> impl IntoView {
    let (head, tail) = WriteKey::from_text(key.as_str()).ends();
    view! {
        <code hidden=move || !shown.get()>{move || if shown.get() { key.clone() } else { String::new() }}</code>
        <code hidden=move || shown.get()>
            {head} <span aria-hidden="true">"••••••••"</span> <span class="sr-only">" hidden "</span> {tail}
        </code>
    }
}

#[component]
fn LastUsed(moment: Option<Moment>) -> impl IntoView {
    match moment {
        Some(moment) => view! { <MomentView moment=moment /> }.into_any(),
        None => view! { <span class="quiet">"Not yet"</span> }.into_any(),
    }
}

#[component]
fn State(state: KeyLook) -> impl IntoView {
    let (text, tone, icon) = match state {
        KeyLook::Active => ("Active".to_owned(), BadgeTone::Positive, Icon::CircleCheck),
        KeyLook::Grace(until) => (format!("Grace until {until}"), BadgeTone::Warning, Icon::Hourglass),
        KeyLook::Expired(at) => (format!("Ended {at}"), BadgeTone::Neutral, Icon::Hourglass),
        KeyLook::Revoked(at) => (format!("Revoked {at}"), BadgeTone::Neutral, Icon::Ban),
    };
    view! { <Badge text=text tone=tone icon=icon /> }
}
