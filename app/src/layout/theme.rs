//! The theme: as the system says, light or dark. The choice lives in a cookie, so that the server writes it into the page.
//! Without JavaScript the button posts a form (`server` answers it); with it the page changes in place.

use crate::href;
use crate::ui::icon::{Icon, IconView};
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos_router::hooks::use_location;
use serde::{Deserialize, Serialize};

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// As sent in the form and kept in the cookie.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::System => "system",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }

    /// The theme of that code; anything else is the system's.
    #[must_use]
    pub fn from_code(code: &str) -> Self {
        match code {
            "light" => Self::Light,
            "dark" => Self::Dark,
            _ => Self::System,
        }
    }

    /// As shown.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::System => "System",
            Self::Light => "Light",
            Self::Dark => "Dark",
        }
    }

    /// What the button changes to.
    #[must_use]
    pub fn next(self) -> Self {
        match self {
            Self::System => Self::Light,
            Self::Light => Self::Dark,
            Self::Dark => Self::System,
        }
    }

    /// The attribute `data-theme` of the document: absent where the system decides.
    #[must_use]
    pub fn attribute(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light | Self::Dark => Some(self.code()),
        }
    }

    /// The cookie that keeps it: for a year, for the whole site, sent with links from elsewhere too.
    #[must_use]
    pub fn cookie(self) -> String {
        format!("theme={}; Path=/; Max-Age=31536000; SameSite=Lax", self.code())
    }
}

/// The button that changes the theme: to the next of three.
#[component]
pub fn ThemeButton(
    /// What the cookie said when the page was made.
    theme: Theme,
) -> impl IntoView {
    let theme = RwSignal::new(theme);
    let location = use_location();
    let back = move || {
        let search = location.search.get();
        location.pathname.get() + if search.is_empty() { "" } else { "?" } + search.trim_start_matches('?')
    };
    let change = move |event: SubmitEvent| {
        event.prevent_default();
        theme.update(|theme| *theme = theme.next());
        apply(theme.get_untracked());
    };
    view! {
        <form method="post" action=href::theme() on:submit=change>
            <input type="hidden" name="theme" value=move || theme.get().next().code() />
            <input type="hidden" name="back" value=back />
            <button class="nav__link" type="submit">
                <IconView icon=Icon::SunMoon />
                "Theme"
                <span class="nav__count">{move || theme.get().title()}</span>
            </button>
        </form>
    }
}

#[cfg(feature = "hydrate")]
fn apply(theme: Theme) {
    use wasm_bindgen::JsCast;
    let document = document();
    if let Some(root) = document.document_element() {
        // Both only fail for names that the DOM does not allow; these are fixed.
        let _done = match theme.attribute() {
            Some(code) => root.set_attribute("data-theme", code),
            None => root.remove_attribute("data-theme"),
        };
    }
    if let Some(document) = document.dyn_ref::<web_sys::HtmlDocument>() {
        // Fails only where cookies are forbidden; the theme then lasts as long as the page.
        let _kept = document.set_cookie(&theme.cookie());
    }
}

#[cfg(not(feature = "hydrate"))]
fn apply(_theme: Theme) {}

#[cfg(test)]
mod tests {
    use super::Theme;

    #[test]
    fn the_button_goes_round_and_codes_lead_back() {
        for theme in [Theme::System, Theme::Light, Theme::Dark] {
            assert_eq!(Theme::from_code(theme.code()), theme);
            assert_eq!(theme.next().next().next(), theme);
        }
        assert_eq!(Theme::from_code("plaid"), Theme::System);
        assert_eq!(Theme::System.attribute(), None);
    }
}
