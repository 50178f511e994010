//! The lines of one library; the others are links.

use super::api::LibraryLink;
use crate::href;
use crate::library::{HttpsOnly, LibrarySample};
use crate::ui::code::CodeBlock;
use crate::ui::copy::CopyWords;
use crate::ui::icon::Icon;
use crate::ui::tabs::{Tab, Tabs, TabsOf};
use leptos::prelude::*;

#[component]
pub(super) fn Install(
    slug: String,
    is_https: bool,
    library: String,
    sample: LibrarySample,
    libraries: Vec<LibraryLink>,
) -> impl IntoView {
    let tabs = libraries.into_iter().map(|link| Tab {
        href: href::source_setup_library(&slug, &link.slug),
        current: link.slug == library,
        title: link.name,
        count: None,
    });
    let LibrarySample { name, package, install, https_only, is_run, code } = sample;
    let note = (https_only && !is_https).then(|| view! { <HttpsOnly names=name.clone() many=false /> });
    let added = (!install.is_empty()).then(|| {
        view! {
            <p class="muted">"Add the library:"</p>
            <CodeBlock text=install label=format!("{name} dependency") />
        }
    });
    let lead = if added.is_some() { "Then:" } else { "Nothing to install:" };
    view! {
        <section class="panel" aria-labelledby="setup-install">
            <div class="panel__head setup__head">
                <h2 id="setup-install">"Install"</h2>
                <span class="quiet">{package}</span>
                <CopyWords text=code.clone() words="Copy snippet" icon=Icon::Copy />
            </div>
            <div class="setup__libraries"><Tabs label="Library" tabs=tabs.collect() of=TabsOf::Views /></div>
            <div class="panel__body setup__block">
                {note} {added}
                <p class="muted">{lead}</p>
                <CodeBlock text=code label=format!("{name} snippet") />
                {(!is_run).then(|| view! {
                    <p class="muted">
                        "Which options lead the library to this server is read from its own source. Headwater’s tests do not run it: send one event and see it arrive here before you rely on it."
                    </p>
                })}
                <p class="muted">
                    "The write key in it lets a sender write to this source and read nothing. "
                    <a href=href::source_settings(&slug)>"Settings"</a>" has all keys of the source."
                </p>
            </div>
        </section>
    }
}
