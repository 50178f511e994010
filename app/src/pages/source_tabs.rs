//! The pages of a source, in one list: each shows the others as its tabs.

use crate::href;
use crate::ui::tabs::Tab;

/// A page of a source.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SourceTab {
    /// What it sent, and what became of it.
    #[default]
    Overview,
    /// How events are sent to it.
    Setup,
    /// What it is, its keys, its end.
    Settings,
}

impl SourceTab {
    /// In the order of the tabs.
    const ALL: [Self; 3] = [Self::Overview, Self::Setup, Self::Settings];

    fn title(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Setup => "Setup",
            Self::Settings => "Settings",
        }
    }

    fn href(self, slug: &str) -> String {
        match self {
            Self::Overview => href::source_overview(slug),
            Self::Setup => href::source_setup(slug),
            Self::Settings => href::source_settings(slug),
        }
    }
}

/// All tabs of a source. The open one leads to the address that is open, with all that it says.
#[must_use]
pub fn source_tabs(slug: &str, current: SourceTab, here: &str) -> Vec<Tab> {
    let tab = |tab: SourceTab| {
        let is_current = tab == current;
        let href = if is_current { here.to_owned() } else { tab.href(slug) };
        Tab { title: tab.title().to_owned(), href, count: None, current: is_current }
    };
    SourceTab::ALL.map(tab).into()
}
