//! What is kept for how long, and what is taken: the same for every source, and said as it is.

use super::api::Limits;
use crate::href;
use leptos::prelude::*;

#[component]
pub(super) fn LimitsPanel(limits: Limits) -> impl IntoView {
    view! {
        <section class="panel" id="limits" aria-labelledby="limits-title">
            <div class="panel__head"><h2 id="limits-title">"Retention and limits"</h2></div>
            <dl class="setup__form">
                <Limit label="Events" value=limits.events hint="Every event with its verdict, refused ones included. The same for all sources." />
                <Limit label="Counts" value=limits.counts hint="What the overview is drawn from; the older, the coarser." />
                <Limit label="Sizes" value=limits.sizes hint="Fixed, so that every library behaves the same." />
                <Limit
                    label="Rate limit"
                    value="None of its own".to_owned()
                    hint="The whole server may have one (--rate-limit); above it senders are answered with 429 and Retry-After."
                />
            </dl>
            <p class="table-foot"><a href=href::tracking_api_part("limits") rel="external">"All limits"</a></p>
        </section>
    }
}

#[component]
fn Limit(label: &'static str, value: String, hint: &'static str) -> impl IntoView {
    view! {
        <div class="setup__row">
            <dt class="field__label">{label}</dt>
            <dd class="field"><p class="field__static">{value}</p><p class="field__hint">{hint}</p></dd>
        </div>
    }
}
