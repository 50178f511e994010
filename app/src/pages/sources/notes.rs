//! What came for no source: whoever sends to a wrong key must show up somewhere.

use crate::href;
use crate::pages::sources::labels;
use crate::ui::callout::{Callout, CalloutTone};
use crate::ui::moment::{Moment, MomentView};
use domain::tally::Tally;
use leptos::prelude::*;

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
