//! Which source somebody needs, in four lines.

use crate::href;
use crate::ui::icon::{Icon, IconView};
use crate::ui::popover::{Popover, PopoverState};
use leptos::prelude::*;

/// What somebody has, and the entry that fits it.
const WAYS: [(&str, &str, &str); 5] = [
    ("A web site", "javascript", "JavaScript, in the browser"),
    ("An app", "react-native", "React Native, or the library of its platform"),
    ("Orders, payments, accounts", "node-js", "The library of your back end, where nothing is blocked"),
    ("Anything that can send a request", "http-api", "HTTP API"),
    ("Emails", "pixel-tracking-api", "Pixel Tracking API"),
];

#[component]
pub(super) fn WhichSource() -> impl IntoView {
    let state = PopoverState::new();
    let button = view! { <IconView icon=Icon::Book />"Which source do I need?" };
    let rows = WAYS.map(|(what, slug, title)| {
        view! { <div><dt>{what}</dt><dd><a href=href::catalog_entry(slug)>{title}</a></dd></div> }
    });
    view! {
        <Popover state=state name="catalog" class="button" button=button.into_any()>
            <div class="popover__panel meanings" role="group" aria-label="Which source do I need?">
                <dl>{rows.collect_view()}</dl>
                <p class="muted">
                    "One source for each place that sends events: a site and its back end are two, so that each can be "
                    "watched and switched off by itself."
                </p>
            </div>
        </Popover>
    }
}
