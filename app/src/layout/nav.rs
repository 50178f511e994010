//! The navigation: whose workspace, what there is, the theme. Only what exists is listed.

use crate::href;
use crate::layout::api::FrameData;
use crate::layout::frame::{Brand, initials};
use crate::layout::palette::PaletteButton;
use crate::layout::theme::ThemeButton;
use crate::ui::icon::{Icon, IconView};
use crate::ui::lazy_dialog::LazyDialog;
use crate::ui::tile::{Tile, TileLook, TileSize};
use leptos::prelude::*;
use leptos_router::hooks::use_location;

/// The navigation.
#[component]
pub fn Nav(
    /// What the server said; without it the links stay, the names and counts go.
    data: Option<FrameData>,
    /// What its search opens.
    palette: LazyDialog,
    /// What its list of shortcuts is.
    shortcuts: LazyDialog,
) -> impl IntoView {
    let source_count = data.as_ref().map(|data| data.source_count);
    let theme = data.as_ref().map(|data| data.theme).unwrap_or_default();
    let workspace = data.and_then(|data| data.workspace);
    view! {
        <nav class="nav" aria-label="Main">
            <div class="nav__top">
                <Brand />
                <a class="nav__close" href="#main" rel="external" aria-label="Close menu"><IconView icon=Icon::X /></a>
            </div>
            {workspace.map(|workspace| view! { <WorkspaceName name=workspace.name slug=workspace.slug /> })}
            <PaletteButton dialog=palette />
            <div class="nav__group">
                <p class="nav__label" id="nav-connections">"Connections"</p>
                <ul aria-labelledby="nav-connections">
                    <li><NavLink href=href::sources() icon=Icon::Activity title="Sources" count=source_count /></li>
                    <li><NavLink href=href::catalog() icon=Icon::LayoutGrid title="Catalog" count=None /></li>
                </ul>
            </div>
            <div class="nav__foot">
                <ul>
                    <li><NavLink href=href::tracking_api() icon=Icon::Book title="Docs" count=None /></li>
                    <li class="with-script">
                        <button class="nav__link" type="button" aria-keyshortcuts="?" on:click=move |_| shortcuts.show()>
                            <IconView icon=Icon::Keyboard />
                            "Shortcuts"
                            <span class="nav__count">"?"</span>
                        </button>
                    </li>
                    <li><ThemeButton theme=theme /></li>
                </ul>
            </div>
        </nav>
    }
}

#[component]
fn WorkspaceName(name: String, slug: String) -> impl IntoView {
    view! {
        <div class="nav__switch">
            <Tile monogram=initials(&name) size=TileSize::Small look=TileLook::Accent />
            <span class="nav__switch-text">
                <span class="sr-only">"Workspace: "</span>
                <span class="nav__switch-name">{name}</span>
                <span class="nav__switch-env">{slug}</span>
            </span>
        </div>
    }
}

/// A link of the navigation: current on its page and on every page that belongs to it.
#[component]
fn NavLink(href: &'static str, icon: Icon, title: &'static str, count: Option<u64>) -> impl IntoView {
    let pathname = use_location().pathname;
    let current = move || is_current(&pathname.get(), href).then_some("page");
    view! {
        <a class="nav__link" href=href aria-current=current on:click=|_| close_sheet()>
            <IconView icon=icon />
            {title}
            {count.filter(|count| *count > 0).map(|count| view! { <span class="nav__count">{count.to_string()}</span> })}
        </a>
    }
}

/// Whether a page belongs to the link: it is below it, or adds a source, which begins in the catalog.
fn is_current(pathname: &str, href: &str) -> bool {
    let home = if is_below(pathname, href::new_sources()) { href::catalog() } else { pathname };
    is_below(home, href)
}

fn is_below(pathname: &str, href: &str) -> bool {
    pathname.strip_prefix(href).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// On phones the navigation is open while the address ends in `#nav`. The router changes addresses without the browser
/// noticing that `:target` is gone, so the sheet is closed before it does.
#[cfg(feature = "hydrate")]
fn close_sheet() {
    let location = window().location();
    if location.hash().is_ok_and(|hash| hash == "#nav") {
        // Fails only for an address that is not one.
        let _closed = location.replace("#main");
    }
}

#[cfg(not(feature = "hydrate"))]
fn close_sheet() {}

#[cfg(test)]
mod tests {
    use super::is_current;

    #[test]
    fn a_link_is_current_where_a_page_belongs_to_it_and_nowhere_else() {
        for (pathname, sources, catalog) in [
            ("/sources", true, false),
            ("/sources/shop/overview", true, false),
            ("/sources/new-shop/setup", true, false),
            ("/sources/new/python", false, true),
            ("/catalog", false, true),
            ("/catalog/braze", false, true),
            ("/sources-old", false, false),
            ("/", false, false),
        ] {
            let current = [is_current(pathname, "/sources"), is_current(pathname, "/catalog")];
            assert_eq!(current, [sources, catalog], "{pathname}");
        }
    }
}
