//! What stands where something could not be loaded: what is the case, and a way to try again.

use crate::ui::empty::{EmptyHeading, EmptyMark, EmptyState};
use crate::ui::icon::{Icon, IconView};
use leptos::prelude::*;

/// A failed state. Trying again is a link to the same page, so that it works without JavaScript; with it, only what failed
/// is fetched again.
#[component]
pub fn ErrorState(
    /// What failed, e.g. `Could not load the chart`.
    #[prop(into)]
    title: String,
    /// Why, or what is nevertheless there, in a sentence.
    #[prop(into)]
    error: String,
    /// How deep it stands in the page.
    #[prop(optional)]
    heading: EmptyHeading,
    /// The address of this page.
    #[prop(into)]
    href: String,
    /// Fetches again.
    #[prop(into)]
    retry: Callback<()>,
) -> impl IntoView {
    let retry = move |event: leptos::ev::MouseEvent| {
        event.prevent_default();
        retry.run(());
    };
    view! {
        <EmptyState mark=EmptyMark::Icon(Icon::CircleAlert) title=title heading=heading text=error>
            <a class="button" href=href rel="external" on:click=retry>
                <IconView icon=Icon::RotateCw />
                "Try again"
            </a>
        </EmptyState>
    }
}
