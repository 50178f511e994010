//! The lines of every library, as the server sent them (`crate::library`).

use crate::library::{HttpsOnly, LibrarySample};
use crate::ui::code::CodeBlock;
use leptos::prelude::*;

#[component]
pub(super) fn Libraries(origin: String, libraries: Vec<LibrarySample>) -> impl IntoView {
    let (https_only, any): (Vec<_>, Vec<_>) = libraries.into_iter().partition(|library| library.https_only);
    let names: Vec<_> = https_only.iter().map(|library| library.name.clone()).collect();
    let panel = |libraries: Vec<LibrarySample>| {
        let rows = libraries.into_iter().map(|library| view! { <LibraryRow library=library /> });
        view! { <div class="panel">{rows.collect_view()}</div> }
    };
    let note = (!origin.starts_with("https://"))
        .then(|| view! { <HttpsOnly names=enumerated(&names) many={names.len() > 1} /> });
    view! {
        <p>
            "Libraries for Segment work unchanged: tell them this host, and the write key of a source. RudderStack’s libraries for Node, Python and browsers and Jitsu’s for browsers are understood, too."
        </p>
        {panel(any)}
        {note}
        {panel(https_only)}
    }
}

/// `Ruby, PHP and Swift`
fn enumerated(names: &[String]) -> String {
    match names {
        [others @ .., last] if !others.is_empty() => format!("{} and {last}", others.join(", ")),
        names => names.concat(),
    }
}

#[component]
fn LibraryRow(library: LibrarySample) -> impl IntoView {
    let LibrarySample { name, package, code, .. } = library;
    view! {
        <div class="docs__library">
            <div>
                <h3>{name.clone()}</h3>
                <p class="docs__package">{package}</p>
            </div>
            <CodeBlock text=code label=format!("{name} example") />
        </div>
    }
}
