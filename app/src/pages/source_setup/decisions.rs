//! Every decision on the way of a test event.

use super::api::{CheckOutcome, TestEvent, outcome};
use super::newest::verdict_badge;
use crate::href;
use crate::ui::callout::{Callout, CalloutTone};
use crate::ui::icon::{Icon, IconView};
use crate::ui::moment::MomentView;
use domain::check::Check;
use domain::number_format::count;
use domain::source::Source;
use domain::verdict::Verdict;
use leptos::prelude::*;

#[component]
pub(super) fn Decisions(test: TestEvent, source: Source) -> impl IntoView {
    let TestEvent::Kept { message_id, bytes, arrived, verdict } = test else {
        return view! {
            <Callout tone=CalloutTone::Info title="This test event is not kept any more">
                "Send another one: it takes the way of all events."
            </Callout>
        }
        .into_any();
    };
    let checks = Check::ALL.map(|check| view! { <CheckRow check=check verdict=verdict /> });
    let key = format!("It belongs to {}.", source.name);
    let size = format!("One track call, {} bytes of JSON.", count(bytes));
    let stored = view! {
        <span>"On disk with its counts, "<MomentView moment=arrived />", as "<code>{message_id}</code>"."</span>
    };
    view! {
        <section class="panel" aria-labelledby="setup-test">
            <div class="panel__head">
                <h2 id="setup-test">"Test event"</h2>
                {verdict_badge(verdict)}
            </div>
            <ol class="panel__body decisions">
                <Decision outcome=CheckOutcome::Passed title="Write key accepted">{key}</Decision>
                <Decision outcome=CheckOutcome::Passed title="Decoded">{size}</Decision>
                {checks.collect_view()}
                <Decision outcome=CheckOutcome::Passed title="Stored">{stored}</Decision>
                <Last verdict=verdict />
            </ol>
        </section>
    }
    .into_any()
}

#[component]
fn CheckRow(check: Check, verdict: Verdict) -> impl IntoView {
    let outcome = outcome(check, verdict);
    let text = match (outcome, verdict) {
        (CheckOutcome::Refused, Verdict::Discarded(reason)) => view! {
            <span>
                <a href=href::discard_reason(reason)><code>{reason.code()}</code></a>": "{reason.explanation()}" "
                {reason.remedy()}
            </span>
        }
        .into_any(),
        (CheckOutcome::Refused | CheckOutcome::Passed, _) => check.meaning().into_any(),
        (CheckOutcome::NotReached, _) => "Not looked at: the event had been stopped.".into_any(),
    };
    view! { <Decision outcome=outcome title=check.title()>{text}</Decision> }
}

/// Where the way ends.
#[component]
fn Last(verdict: Verdict) -> impl IntoView {
    let (outcome, title) = match verdict {
        Verdict::Eligible => (CheckOutcome::Passed, "Eligible"),
        Verdict::Discarded(reason) => (CheckOutcome::Refused, reason.step().title()),
    };
    view! { <Decision outcome=outcome title=title>{verdict.step().meaning()}</Decision> }
}

#[component]
fn Decision(outcome: CheckOutcome, title: &'static str, children: Children) -> impl IntoView {
    let (mark, word, icon) = match outcome {
        CheckOutcome::Passed => ("passed", "Passed: ", Icon::CircleCheck),
        CheckOutcome::Refused => ("refused", "Refused: ", Icon::CircleX),
        CheckOutcome::NotReached => ("not-reached", "Not reached: ", Icon::Ban),
    };
    view! {
        <li class="decisions__item" data-outcome=mark>
            <IconView icon=icon />
            <div>
                <p class="decisions__title"><span class="sr-only">{word}</span>{title}</p>
                <p class="muted">{children()}</p>
            </div>
        </li>
    }
}
