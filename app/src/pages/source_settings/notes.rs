//! What came of the last form: said once, over the panels.

use super::api::SettingsForm;
use crate::ui::callout::{Callout, CalloutTone};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// What a form did, by the word that stands in the address after it.
fn done(word: &str) -> Option<(&'static str, &'static str)> {
    Some(match word {
        "created" => ("The source was added", "It is enabled. Send its first event with the write key below."),
        "saved" => ("Saved", "Everybody sees it from now on. Links with an earlier slug go on leading here."),
        "enabled" => ("The source is enabled", "Its events are taken again."),
        "disabled" => ("The source is disabled", "From now on its events fail with source_disabled."),
        "key_added" => ("The key was created", "It works at once, beside the others."),
        "key_renamed" => ("The key was renamed", "It goes on working as it is."),
        "key_rotated" => ("The key was rotated", "The new one works at once. Put it where the old one is."),
        "key_revoked" => ("The key was revoked", "Senders that still use it are answered with 401."),
        _ => return None,
    })
}

#[component]
pub(super) fn Notes(form: SettingsForm, enabled: bool) -> impl IntoView {
    let word = use_query_map().with_untracked(|query| query.get("done")).unwrap_or_default();
    let failure = form.failure.map(|(_, sentence)| {
        view! { <div role="alert"><Callout tone=CalloutTone::Danger title="Nothing was changed">{sentence}</Callout></div> }
    });
    let stale = form.is_stale.then(|| {
        view! {
            <div role="alert">
                <Callout tone=CalloutTone::Warning title="Somebody changed this source since you opened it">
                    "Nothing of yours was saved, and nothing is lost: the form holds what you typed, with what is saved now beside it; what you had left alone is as they saved it. Save again to put yours in its place."
                </Callout>
            </div>
        }
    });
    let done = done(&word).map(|(title, text)| {
        view! { <div role="status"><Callout tone=CalloutTone::Success title=title>{text}</Callout></div> }
    });
    let disabled = (!enabled && word != "disabled").then(|| {
        view! {
            <Callout tone=CalloutTone::Warning title="This source is disabled">
                "Events sent to it fail with "<code>"source_disabled"</code>"."
            </Callout>
        }
    });
    view! { {failure} {stale} {done} {disabled} }
}
