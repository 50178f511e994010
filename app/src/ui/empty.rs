//! What stands where there is nothing to show: nothing yet, nothing found, or a fault; and what to do about it.

use crate::ui::icon::{Icon, IconView};
use leptos::prelude::*;

/// The drawing above the words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum EmptyMark {
    /// A small icon: inside a panel that has other content.
    Icon(Icon),
    /// Streams that join: nothing there yet.
    Springs,
    /// A river that ends: nothing at this address.
    Gap,
    /// A river with a stop in it: a fault of ours.
    Fault,
}

/// How deep the heading stands in the page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EmptyHeading {
    /// It is the whole page.
    H1,
    /// It is a panel.
    #[default]
    H2,
    /// It is part of a panel that has a heading.
    H3,
}

/// An empty or failed state.
#[component]
pub fn EmptyState(
    /// The drawing.
    mark: EmptyMark,
    /// What is the case, in a few words.
    #[prop(into)]
    title: String,
    /// How deep it stands.
    #[prop(optional)]
    heading: EmptyHeading,
    /// A sentence or two: why, and what then.
    #[prop(into)]
    text: String,
    /// What to do: links and buttons.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    let title = match heading {
        EmptyHeading::H1 => view! { <h1>{title}</h1> }.into_any(),
        EmptyHeading::H2 => view! { <h2>{title}</h2> }.into_any(),
        EmptyHeading::H3 => view! { <h3>{title}</h3> }.into_any(),
    };
    view! {
        <div class="empty">
            <Mark mark=mark />
            {title}
            <p class="empty__text">{text}</p>
            {children.map(|children| view! { <div class="empty__actions">{children()}</div> })}
        </div>
    }
}

#[component]
fn Mark(mark: EmptyMark) -> impl IntoView {
    let drawing = match mark {
        EmptyMark::Icon(icon) => return view! { <IconView icon=icon /> }.into_any(),
        EmptyMark::Springs => SPRINGS,
        EmptyMark::Gap => GAP,
        EmptyMark::Fault => FAULT,
    };
    view! { <svg class="empty__art" viewBox="0 0 256 96" fill="none" aria-hidden="true" inner_html=drawing></svg> }
        .into_any()
}

const SPRINGS: &str = r#"<g class="empty__river"><path d="M8 14c62 0 66 28 132 28" stroke-width="4"/><path d="M8 48h132" stroke-width="6"/><path d="M8 82c62 0 66-28 132-28" stroke-width="4"/><path d="M139 48h109" stroke-width="16"/></g><g class="empty__spring"><circle cx="8" cy="14" r="5"/><circle cx="8" cy="48" r="5"/><circle cx="8" cy="82" r="5"/></g>"#;
const GAP: &str = r#"<g class="empty__river" stroke-width="14"><path d="M8 48h110"/><path d="M158 48H248" stroke-dasharray="3 9"/></g>"#;
const FAULT: &str = r#"<g class="empty__river" stroke-width="14"><path d="M8 48h150"/><path d="M166 48H248"/></g><g class="empty__stop"><circle cx="162" cy="48" r="14"/><path d="M162 42v7M162 53v.5"/></g>"#;
