//! The page for addresses that lead nowhere, and for things that are gone. Its status is 404.

use crate::href;
use crate::ui::button::{ButtonLook, LinkButton};
use crate::ui::empty::{EmptyHeading, EmptyMark, EmptyState};
use crate::wire;
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_location;

/// Nothing at this address.
#[component]
pub fn NotFound() -> impl IntoView {
    #[cfg(feature = "ssr")]
    let _status_is_set = crate::error::AppError::not_found();
    // As the server saw it: browsers write some addresses differently.
    let address = wire::shared(|| use_location().pathname.get_untracked());
    let text = format!("No page or source has the address “{address}”. It may have been renamed or deleted.");
    view! {
        <Title text="Page not found" />
        <div class="frame__content frame__content--top">
            <section class="panel">
                <EmptyState mark=EmptyMark::Gap title="Nothing at this address" heading=EmptyHeading::H1 text=text>
                    <LinkButton href=href::sources() look=ButtonLook::Primary>"Go to Sources"</LinkButton>
                </EmptyState>
            </section>
        </div>
    }
}
