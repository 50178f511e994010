//! Every discard reason, from the one list of them: a row each, with an address of its own.

use crate::href;
use crate::ui::code::CodeName;
use domain::discard::DiscardReason;
use domain::step::Step;
use leptos::prelude::*;

/// The steps at which events are stopped, each with its anchor and its reasons.
pub(super) fn groups() -> impl Iterator<Item = (Step, String, Vec<DiscardReason>)> {
    Step::ALL.into_iter().filter(|step| step.is_discard()).map(|step| {
        let reasons = DiscardReason::ALL.iter().copied().filter(|reason| reason.step() == step);
        (step, format!("reasons-{}", step.slug()), reasons.collect())
    })
}

#[component]
pub(super) fn Reasons() -> impl IntoView {
    let groups = groups().map(|(step, anchor, reasons)| {
        let rows = reasons.into_iter().map(|reason| view! { <Reason reason=reason /> });
        view! {
            <h3 id=anchor>{step.title()}</h3>
            <div class="panel"><div class="table-box"><table class="table docs__table" data-step=step.slug()>
                <caption class="sr-only">{step.title()}</caption>
                <thead>
                    <tr>
                        <th scope="col" class="docs__col-reason">"Discard reason"</th>
                        <th scope="col" class="cell-s">"When"</th>
                        <th scope="col">"What to do"</th>
                    </tr>
                </thead>
                <tbody>{rows.collect_view()}</tbody>
            </table></div></div>
        }
    });
    view! {
        <p>
            "All "{DiscardReason::ALL.len()}" reasons for which an event can end at a source. What was stopped is counted and kept whole, and stands on the source’s Overview under its reason."
        </p>
        {groups.collect_view()}
    }
}

#[component]
fn Reason(reason: DiscardReason) -> impl IntoView {
    let anchor = href::discard_reason_anchor(reason);
    view! {
        <tr id=anchor.clone()>
            <th scope="row">
                <a class="docs__anchor" href=format!("#{anchor}") rel="external">{reason.title()}</a>
                <span class="row-name__desc"><CodeName name=reason.code() /></span>
                <span class="cell-sub">{reason.explanation()}</span>
            </th>
            <td class="cell-s muted">{reason.explanation()}</td>
            <td>{reason.remedy()}</td>
        </tr>
    }
}
