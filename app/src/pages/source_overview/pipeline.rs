//! The pipeline: four step cards joined by the river, and the ledger below. Received, failed and filtered are one group of
//! radios; eligible can't be selected.

use super::api::Numbers;
use super::flow::{River, flow_of};
use super::ledger::Ledger;
use super::place::Place;
use super::query::Metric;
use super::step_card::{EligibleCard, StepCard};
use crate::ui::button::{Button, ButtonKind};
use domain::step::Step;
use leptos::prelude::*;
use std::sync::Arc;

#[component]
pub(super) fn PipelineView(numbers: Arc<Numbers>, place: Place) -> impl IntoView {
    // Without JavaScript, too, a new step keeps everything but the reason and the table's own state.
    let kept = place.query.with_step(Step::Received).fields();
    let kept = kept.into_iter();
    let kept = kept.map(|(name, value)| view! { <input type="hidden" name=name value=value /> });
    let card = |step: Step| view! { <StepCard step=step numbers=numbers.clone() place=place.clone() /> }.into_any();
    // Boxed: the server resolves a view as nested futures, and those of a whole pipeline are too much for one stack.
    let river = view! { <River flow=flow_of(&numbers.pipeline) /> }.into_any();
    let eligible = view! { <EligibleCard numbers=numbers.clone() metric=place.query.metric /> }.into_any();
    let ledger = view! { <Ledger numbers=numbers.clone() /> }.into_any();
    let percentages = (place.query.metric == Metric::Percentages).then_some("percentages");
    view! {
        <form class="pipeline" method="get" action=place.action() aria-label="Pipeline view" data-as=percentages autocomplete="off">
            <fieldset class="pipeline__set">
                <legend class="sr-only">"Pipeline step to inspect"</legend>
                {card(Step::Received)}
                {river}
                {card(Step::FailedOnIngest)}
                {card(Step::FilteredAtSource)}
                {eligible}
            </fieldset>
            {kept.collect_view()}
            <Button kind=ButtonKind::SubmitWithoutScript>"Show step"</Button>
            {ledger}
        </form>
    }
}
