//! The contents of a long page, beside it; above it on phones. Links lead to parts of the same page, so they work without
//! JavaScript; with it, the part that is being read is marked.

use leptos::prelude::*;

/// A part of the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RailLink {
    /// The part's `id`.
    pub anchor: String,
    /// What it is called.
    pub title: String,
    /// How much is in it, as written.
    pub count: Option<String>,
    /// Whether it is part of the part above.
    pub nested: bool,
}

/// The contents of a page.
#[component]
pub fn Rail(
    /// The parts, in the order of the page.
    links: Vec<RailLink>,
) -> impl IntoView {
    let read = RwSignal::new(None::<usize>);
    let anchors: Vec<String> = links.iter().map(|link| link.anchor.clone()).collect();
    // Not in the first pass: the server does not know how far somebody has scrolled.
    Effect::new(move |_| follow(anchors.clone(), read));
    let links = links.into_iter().enumerate().map(|(i, link)| {
        let class = if link.nested { "rail__link rail__link--nested" } else { "rail__link" };
        let current = move || (read.get() == Some(i)).then_some("true");
        view! {
            <a class=class href=format!("#{}", link.anchor) rel="external" aria-current=current>
                {link.title}
                {link.count.map(|count| view! { <span class="rail__count">{count}</span> })}
            </a>
        }
    });
    view! { <nav class="rail" aria-label="On this page">{links.collect_view()}</nav> }
}

/// A part is read from where its head is this far below the window's upper edge, in pixels.
#[cfg(feature = "hydrate")]
const HEAD_PX: f64 = 96.0;

/// Keeps `read` at the last part whose head has been reached.
#[cfg(feature = "hydrate")]
fn follow(anchors: Vec<String>, read: RwSignal<Option<usize>>) {
    let reached = move || {
        let top = |anchor: &String| Some(document().get_element_by_id(anchor)?.get_bounding_client_rect().top());
        let last = anchors.iter().rposition(|anchor| top(anchor).is_some_and(|top| top <= HEAD_PX));
        let last = Some(last.unwrap_or(0));
        if read.get_untracked() != last {
            read.set(last);
        }
    };
    reached();
    let handle = window_event_listener(leptos::ev::scroll, move |_| reached());
    on_cleanup(move || handle.remove());
}

#[cfg(not(feature = "hydrate"))]
fn follow(_anchors: Vec<String>, _read: RwSignal<Option<usize>>) {}
