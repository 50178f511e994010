//! The frame: skip link, navigation at the left (a sheet on phones), the page at the right.

use crate::href;
use crate::layout::api::{degradation, frame};
use crate::layout::banner::Banner;
use crate::layout::nav::Nav;
use crate::layout::palette::Palette;
use crate::layout::shortcuts::Shortcuts;
use crate::ui::icon::{Icon, IconView};
use crate::ui::later::later;
use crate::ui::lazy_dialog::LazyDialog;
use crate::ui::tile::{Tile, TileLook, TileSize};
use crate::ui::unsaved::UnsavedPage;
use crate::wire;
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The frame around every page.
#[component]
pub fn Frame(
    /// The page.
    children: Children,
) -> impl IntoView {
    // Once for the whole visit: the frame outlives its pages.
    let data = wire::resource(|| (), |()| frame());
    // Once for every page.
    let pathname = use_location().pathname;
    let health = wire::resource(move || pathname.get(), |_| degradation());
    provide_context(UnsavedPage::new());
    let palette = LazyDialog::new();
    let shortcuts = LazyDialog::new();
    let ask = Callback::new(move |()| health.refetch());
    view! {
        <a class="skip" href="#main" rel="external">"Skip to content"</a>
        <div class="frame">
            <header class="topbar">
                <a class="topbar__menu" href="#nav" rel="external" aria-label="Open menu"><IconView icon=Icon::Menu /></a>
                <span class="topbar__brand"><Brand /></span>
                <Suspense>
                    {move || Suspend::new(async move {
                        data.await.ok().and_then(|data| data.workspace).map(|workspace| view! {
                            <Tile monogram=initials(&workspace.name) size=TileSize::Small look=TileLook::Accent />
                        })
                    })}
                </Suspense>
            </header>
            <div class="frame__nav" id="nav">
                <Suspense>
                    {move || Suspend::new(async move {
                        let data = data.await.ok();
                        later(move || view! { <Nav data=data palette=palette shortcuts=shortcuts /> }.into_any())
                    })}
                </Suspense>
            </div>
            <main class="frame__main" id="main">
                <Transition>
                    {move || Suspend::new(async move {
                        health.await.ok().flatten().map(|degraded| view! { <Banner degraded=degraded ask=ask /> })
                    })}
                </Transition>
                {children()}
            </main>
            <Palette dialog=palette />
            <Shortcuts dialog=shortcuts />
        </div>
    }
}

/// The name and the mark: three streams that join.
#[component]
pub fn Brand() -> impl IntoView {
    view! {
        <a class="brand" href=href::sources()>
            <svg class="brand__mark" viewBox="0 0 24 24" aria-hidden="true">
                <path d="M4 4c0 8 8 6 8 16M20 4c0 8-8 6-8 16M12 3v17"></path>
            </svg>
            "Headwater"
        </a>
    }
}

/// Two letters for the workspace's tile: of its first and last word.
pub(crate) fn initials(name: &str) -> String {
    let mut words = name.split_whitespace();
    let first = words.next().and_then(|word| word.chars().next());
    let last = words.next_back().and_then(|word| word.chars().next());
    first.into_iter().chain(last).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn a_workspace_has_initials() {
        let cases = [("Acme Outfitters", "AO"), ("headwater", "H"), ("a b c", "AC"), ("", ""), ("école 9", "É9")];
        for (name, expected) in cases {
            assert_eq!(initials(name), expected);
        }
    }
}
