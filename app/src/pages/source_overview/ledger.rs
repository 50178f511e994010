//! The ledger below the pipeline: the law of the house in one line, and a callout should it ever be broken.

use super::api::Numbers;
use super::flow::flow_of;
use crate::ui::callout::{Callout, CalloutTone};
use domain::number_format::count;
use leptos::prelude::*;
use std::sync::Arc;

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
    view! {
        <p class="ledger">
            <span>{format!("Received {} = {sum}", count(flow.received))}</span>
            <span>{duplicates}</span>
            <span>"complete to "<time datetime=complete.datetime title=complete.full>{complete.ago}</time></span>
        </p>
    }
    .into_any()
}
