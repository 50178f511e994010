//! What is asked before it is done. The address says which dialog is open, so that it opens and works without JavaScript.

use super::api::{KeyLook, KeyRow, SettingsForm, SettingsPage};
use super::basic::Theirs;
use crate::href;
use crate::ui::button::{Button, ButtonLook, LinkButton};
use crate::ui::callout::{Callout, CalloutTone};
use crate::ui::dialog::{Dialog, DialogRole};
use crate::ui::field::FieldStack;
use crate::ui::icon::Icon;
use crate::ui::moment::{Moment, MomentView};
use domain::number_format::count;
use domain::write_key::{Grace, KEY_NAME_CHARS_MAX};
use leptos::prelude::*;
use leptos_router::params::ParamsMap;

#[component]
pub(super) fn Dialogs(page: SettingsPage, form: SettingsForm, asked: ParamsMap) -> impl IntoView {
    let asked = |name: &str| asked.get(name);
    let active = |id: String| page.keys.iter().find(|key| key.id == id && key.state == KeyLook::Active).cloned();
    let live = |id: String| {
        let is_live = |key: &&KeyRow| key.id == id && matches!(key.state, KeyLook::Active | KeyLook::Grace(_));
        page.keys.iter().find(is_live).cloned()
    };
    if asked("delete").is_some() {
        return view! { <Delete page=page form=form /> }.into_any();
    }
    if asked("disable").is_some() && page.head.source.enabled {
        return view! { <Disable page=page /> }.into_any();
    }
    if asked("add_key").is_some() {
        return view! { <AddKey page=page form=form /> }.into_any();
    }
    if let Some(key) = asked("rename").and_then(live) {
        return view! { <Rename page=page key=key form=form /> }.into_any();
    }
    if let Some(key) = asked("rotate").and_then(active) {
        return view! { <Rotate page=page key=key /> }.into_any();
    }
    if let Some(key) = asked("revoke").and_then(live) {
        return view! { <Revoke page=page key=key /> }.into_any();
    }
    ().into_any()
}

#[component]
fn Foot(close: String, children: Children) -> impl IntoView {
    view! { <div class="dialog__foot"><LinkButton href=close stays=true>"Cancel"</LinkButton>{children()}</div> }
}

#[component]
fn Rotate(page: SettingsPage, key: KeyRow) -> impl IntoView {
    let close = href::source_settings(&page.head.source.slug);
    let action = close.clone();
    let end: String = key.key.chars().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect();
    let options = page.graces.into_iter().map(|(grace, until)| {
        let hint = match grace {
            Grace::None => "For a key that has leaked. Senders with the old one fail within seconds.".to_owned(),
            Grace::Day | Grace::ThreeDays => format!("Until {until}."),
            Grace::ThirtyDays => format!("Until {until}. For mobile apps that update slowly."),
        };
        view! {
            <label class="check">
                <input type="radio" name="grace" value=grace.code() checked=grace == Grace::default() />
                <span>{grace.title()}<br /><span class="field__hint">{hint}</span></span>
            </label>
        }
    });
    view! {
        <Dialog title=format!("Rotate “{}”", key.name) close_href=close.clone()>
            <form method="post" action=action>
                <input type="hidden" name="action" value="rotate_key" />
                <input type="hidden" name="key" value=key.id />
                <div class="dialog__body">
                    <p class="muted">
                        "Headwater makes a new key now. The old one ends in "<code>{end}</code>
                        " and keeps working until the grace period is over, so you can deploy in between."
                    </p>
                    <fieldset class="options">
                        <legend class="field__label">"Old key keeps working for"</legend>
                        {options.collect_view()}
                    </fieldset>
                    <Use last_used=key.last_used received=page.received />
                </div>
                <Foot close=close><Button look=ButtonLook::Primary>"Rotate key"</Button></Foot>
            </form>
        </Dialog>
    }
}

/// What is known of how much a key is used.
#[component]
fn Use(last_used: Option<Moment>, received: u64) -> impl IntoView {
    let Some(last) = last_used else {
        return view! { <Callout tone=CalloutTone::Info title="Nobody has used this key yet" /> }.into_any();
    };
    view! {
        <Callout tone=CalloutTone::Info title=format!("This key was last used {}", last.ago)>
            {last_day(received)}" Events are counted for all keys of the source together; the list of keys goes on saying when the old one was last used, so you can watch it run dry."
        </Callout>
    }
    .into_any()
}

#[component]
fn Rename(page: SettingsPage, key: KeyRow, form: SettingsForm) -> impl IntoView {
    let slug = &page.head.source.slug;
    let (close, action) = (href::source_settings(slug), href::source_settings_dialog(slug, "rename", &key.id));
    let form = if form.input.key == key.id { form.of("rename_key") } else { SettingsForm::default() };
    let name = if form.input.action.is_empty() { key.name.clone() } else { form.input.key_name };
    let theirs = form.is_stale.then(|| view! { <Theirs text=key.name.clone() /> });
    let invalid = form.key_name_error.as_ref().map(|_| "true");
    view! {
        <Dialog title=format!("Rename “{}”", key.name) close_href=close.clone()>
            <form method="post" action=action>
                <input type="hidden" name="action" value="rename_key" />
                <input type="hidden" name="key" value=key.id />
                <input type="hidden" name="was" value=key.name />
                <div class="dialog__body">
                    <FieldStack label="Name" control_id="key-name" hint_id="key-name-hint" hint="The place where it is used, for example Tag manager. The key itself stays as it is." error=form.key_name_error>
                        <input class="input" id="key-name" name="key_name" dir="auto" required autocomplete="off" value=name
                            maxlength=KEY_NAME_CHARS_MAX.to_string() aria-invalid=invalid aria-describedby="key-name-hint" />
                        {theirs}
                    </FieldStack>
                </div>
                <Foot close=close><Button look=ButtonLook::Primary>"Rename key"</Button></Foot>
            </form>
        </Dialog>
    }
}

#[component]
fn Revoke(page: SettingsPage, key: KeyRow) -> impl IntoView {
    let close = href::source_settings(&page.head.source.slug);
    let action = close.clone();
    let used = match key.last_used {
        Some(last) => view! { "It was last used "<MomentView moment=last />"." }.into_any(),
        None => view! { "It was not used yet." }.into_any(),
    };
    view! {
        <Dialog title=format!("Revoke “{}”?", key.name) role=DialogRole::Alert close_href=close.clone()>
            <form method="post" action=action>
                <input type="hidden" name="action" value="revoke_key" />
                <input type="hidden" name="key" value=key.id />
                <div class="dialog__body">
                    <p class="muted">"Senders with this key are answered with 401 within seconds, and their events are lost. It cannot be undone. "{used}</p>
                </div>
                <Foot close=close><Button look=ButtonLook::Danger icon=Icon::Ban>"Revoke key"</Button></Foot>
            </form>
        </Dialog>
    }
}

#[component]
fn AddKey(page: SettingsPage, form: SettingsForm) -> impl IntoView {
    let slug = &page.head.source.slug;
    let (close, action) = (href::source_settings(slug), href::source_settings_dialog(slug, "add_key", "1"));
    let form = form.of("add_key");
    let invalid = form.key_name_error.as_ref().map(|_| "true");
    view! {
        <Dialog title="Create a write key" close_href=close.clone()>
            <form method="post" action=action>
                <input type="hidden" name="action" value="add_key" />
                <div class="dialog__body">
                    <FieldStack label="Name" control_id="key-name" hint_id="key-name-hint" hint="The place where it is used, for example Tag manager." error=form.key_name_error>
                        <input class="input" id="key-name" name="key_name" dir="auto" required autocomplete="off" value=form.input.key_name
                            maxlength=KEY_NAME_CHARS_MAX.to_string() aria-invalid=invalid aria-describedby="key-name-hint" />
                    </FieldStack>
                </div>
                <Foot close=close><Button look=ButtonLook::Primary>"Create key"</Button></Foot>
            </form>
        </Dialog>
    }
}

#[component]
fn Disable(page: SettingsPage) -> impl IntoView {
    let close = href::source_settings(&page.head.source.slug);
    let action = close.clone();
    view! {
        <Dialog title=format!("Disable {}?", page.head.source.name) role=DialogRole::Alert close_href=close.clone()>
            <form method="post" action=action>
                <input type="hidden" name="action" value="disable" />
                <div class="dialog__body">
                    <p class="muted">
                        "Its events go on being counted, and all fail with "<code>"source_disabled"</code>
                        " until somebody enables it again. "{last_day(page.received)}
                    </p>
                </div>
                <Foot close=close><Button look=ButtonLook::Danger>"Disable source"</Button></Foot>
            </form>
        </Dialog>
    }
}

#[component]
fn Delete(page: SettingsPage, form: SettingsForm) -> impl IntoView {
    let source = page.head.source;
    let close = href::source_settings(&source.slug);
    let action = href::source_settings_dialog(&source.slug, "delete", "1");
    let typed = RwSignal::new(form.input.confirm.clone());
    let name = source.name.clone();
    let matches = move || typed.with(|typed| typed.trim() == name);
    let is_off = {
        let matches = matches.clone();
        // Without JavaScript nobody could switch the button on again: the server looks at what was typed.
        let awake = RwSignal::new(false);
        Effect::new(move |_| awake.set(true));
        move || awake.get() && !matches()
    };
    let invalid = form.confirm_error.as_ref().map(|_| "true");
    view! {
        <Dialog title=format!("Delete {}?", source.name) role=DialogRole::Alert close_href=close.clone()>
            <form method="post" action=action>
                <input type="hidden" name="action" value="delete" />
                <div class="dialog__body">
                    <p class="muted">"Senders with its keys are answered with 401 from now on. It can be restored from the list of sources until its data is deleted."</p>
                    <dl class="facts">
                        <div class="facts__row"><dt>"Events in the last 24 hours"</dt><dd>{count(page.received)}</dd></div>
                        <div class="facts__row"><dt>"Events, counts and keys"</dt><dd>"Deleted on "{page.purge}</dd></div>
                    </dl>
                    <FieldStack label="Type the name of the source to confirm" control_id="confirm" hint_id="confirm-hint" hint="" error=form.confirm_error>
                        <p class="settings__name" dir="auto"><code>{source.name.clone()}</code></p>
                        <input class="input" id="confirm" name="confirm" dir="auto" autocomplete="off" spellcheck="false" required
                            prop:value=move || typed.get() value=form.input.confirm aria-invalid=invalid aria-describedby="confirm-hint"
                            on:input=move |event| typed.set(event_target_value(&event)) />
                    </FieldStack>
                </div>
                <div class="dialog__foot">
                    <LinkButton href=close stays=true>"Cancel"</LinkButton>
                    <button class="button button--danger" type="submit" disabled=is_off>"Delete source"</button>
                </div>
            </form>
        </Dialog>
    }
}

fn last_day(received: u64) -> String {
    match received {
        0 => "It received nothing in the last 24 hours.".to_owned(),
        1 => "It received 1 event in the last 24 hours.".to_owned(),
        received => format!("It received {} events in the last 24 hours.", count(received)),
    }
}
