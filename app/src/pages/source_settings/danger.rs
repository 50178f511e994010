//! The end of a source.

use crate::href;
use crate::ui::button::{ButtonLook, LinkButton};
use crate::ui::icon::Icon;
use domain::clock::DAY_MS;
use domain::source::{DELETED_KEEP_MS, Source};
use leptos::prelude::*;

#[component]
pub(super) fn Danger(source: Source) -> impl IntoView {
    let days = DELETED_KEEP_MS / DAY_MS;
    view! {
        <section class="panel panel--danger" id="danger" aria-labelledby="danger-title">
            <div class="panel__head"><h2 id="danger-title">"Danger zone"</h2></div>
            <div class="panel__body">
                <div class="danger">
                    <div>
                        <b>"Delete this source"</b>
                        <p class="muted">
                            {format!("Its write keys stop working at once. It can be restored for {days} days; then all its events and counts are gone.")}
                        </p>
                    </div>
                    <LinkButton href=href::source_settings_dialog(&source.slug, "delete", "1") look=ButtonLook::Danger icon=Icon::Trash stays=true>
                        "Delete source…"
                    </LinkButton>
                </div>
            </div>
        </section>
    }
}
