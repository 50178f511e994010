//! The ledger below the pipeline: the law of the house in one line, and a callout should it ever be broken.

use super::api::Numbers;
use super::flow::flow_of;
use crate::ui::callout::{Callout, CalloutTone};
use domain::number_format::count;
use leptos::prelude::*;
use std::sync::Arc;

/// A page whose numbers took longer to read than this says so, in milliseconds.
const SLOW_MS: i64 = 1_000;

/// The law of the house in one line: nothing that was received is missing. Duplicates stand beside it.
#[component]
pub(super) fn Ledger(numbers: Arc<Numbers>) -> impl IntoView {
    let flow = flow_of(&numbers.pipeline);
    let sum = format!(
        "failed {} + filtered {} + eligible {}",
        count(flow.failed),
        count(flow.filtered),
        count(flow.eligible)
    );
    if !numbers.pipeline.adds_up() {
        let sentence = format!(
            "Received {} is not {sum} in every part of this range. This is a fault of Headwater, please report it.",
            count(flow.received)
        );
        return view! {
            <div class="ledger" role="alert">
                <Callout tone=CalloutTone::Danger title="The numbers do not add up">{sentence}</Callout>
            </div>
        }
        .into_any();
    }
    let duplicates = match numbers.pipeline.duplicates.total().now {
        0 => "no duplicates".to_owned(),
        1 => "1 duplicate, counted apart".to_owned(),
        n => format!("{} duplicates, counted apart", count(n)),
    };
    let complete = numbers.labels.complete_until.clone();
    let slow = (numbers.took_ms >= SLOW_MS).then(|| {
        let tenths = numbers.took_ms / 100;
        view! { <span>{format!("read in {}.{} s", tenths / 10, tenths % 10)}</span> }
    });
    view! {
        <p class="ledger">
            <span>{format!("Received {} = {sum}", count(flow.received))}</span>
            <span>{duplicates}</span>
            <span>"complete to "<time datetime=complete.datetime title=complete.full>{complete.ago}</time></span>
            {slow}
        </p>
    }
    .into_any()
}
