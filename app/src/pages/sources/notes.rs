//! What came for no source: whoever sends to a wrong key must show up somewhere.

use crate::href;
use crate::pages::sources::api::SourcesForm;
use crate::pages::sources::labels;
use crate::ui::callout::{Callout, CalloutTone};
use crate::ui::moment::{Moment, MomentView};
use domain::tally::Tally;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

/// What a form did, by the word that stands in the address after it.
fn done(word: &str) -> Option<(CalloutTone, &'static str)> {
    Some(match word {
        "none" => (CalloutTone::Info, "No source was chosen. Tick the boxes of those that are meant."),
        "enabled" => (CalloutTone::Success, "Enabled: their events are taken again."),
        "disabled" => (CalloutTone::Success, "Disabled: their events fail with source_disabled from now on."),
        "labelled" => (CalloutTone::Success, "The label was set."),
        "some_labelled" => {
            (CalloutTone::Warning, "The label was set, but not where a source has as many labels as it can have.")
        }
        "deleted" => {
            (CalloutTone::Success, "The source was deleted. It can be restored below, until its data is deleted.")
        }
        "restored" => (CalloutTone::Success, "The source was restored, with its keys, events and counts."),
        "gone" => (CalloutTone::Warning, "There was nothing to restore any more."),
        _ => return None,
    })
}

/// What came of the last form.
#[component]
pub(super) fn Done(form: SourcesForm) -> impl IntoView {
    let word = use_query_map().with_untracked(|query| query.get("done")).unwrap_or_default();
    let failure = form.failure.map(|(_, sentence)| {
        view! { <div role="alert"><Callout tone=CalloutTone::Danger title="Nothing was changed">{sentence}</Callout></div> }
    });
    let done = done(&word).map(|(tone, text)| view! { <div role="status"><Callout tone=tone title=text /></div> });
    let any = failure.is_some() || done.is_some();
    any.then(|| view! { <div class="sources__notes">{failure} {done}</div> })
}

/// Notes above the list; nothing where every request found its source.
#[component]
pub(super) fn Notes(
    /// Of the last 24 hours.
    tallies: Vec<Tally>,
    last_unattributed: Option<Moment>,
    last_unavailable: Option<Moment>,
) -> impl IntoView {
    let unattributed = labels::unattributed(&tallies).map(|(title, keys)| {
        view! {
            <Callout tone=CalloutTone::Warning title=title>
                "They came with "{keys}". "
                {last_unattributed.map(|last| view! { "The last one came "<MomentView moment=last />". " })}
                "Their events are on no page. Put the write key of a source into the client that sends them: it stands on the source’s page. "
                <a href=href::tracking_api_part("authentication") rel="external">"How keys are sent"</a>
            </Callout>
        }
    });
    let unavailable = labels::unavailable(&tallies).map(|title| {
        view! {
            <Callout tone=CalloutTone::Info title=title>
                "Events could not be stored at that moment. Clients that send again have lost nothing"
                {last_unavailable.map(|last| view! { "; the last time was "<MomentView moment=last /> })}
                ". "
                <a href=href::tracking_api_part("answers") rel="external">"What clients should do"</a>
            </Callout>
        }
    });
    let any = unattributed.is_some() || unavailable.is_some();
    any.then(|| view! { <div class="sources__notes">{unattributed} {unavailable}</div> })
}
