//! The steps of a way that has several pages.

use crate::ui::icon::{Icon, IconView};
use leptos::prelude::*;

/// Where somebody is on the way.
#[component]
pub fn Steps(
    /// What each step is called.
    steps: Vec<&'static str>,
    /// Which one this page is, from 0.
    current: usize,
) -> impl IntoView {
    let items = steps.into_iter().enumerate().map(|(i, title)| {
        let mark = if i < current {
            view! { <IconView icon=Icon::Check /><span class="sr-only">"Done:"</span> }.into_any()
        } else {
            (i + 1).to_string().into_any()
        };
        view! {
            <li class="steps__item" aria-current=(i == current).then_some("step") data-done=(i < current).then_some("")>
                <span class="steps__n">{mark}</span>
                {title}
            </li>
        }
    });
    view! { <ol class="steps" aria-label="Progress">{items.collect_view()}</ol> }
}
