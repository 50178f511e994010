//! What the sources list shows, as its address says it. What an address says wrong is as if it were not there.

use crate::href;
use domain::catalog::CatalogKind;
use domain::label::Label;
use serde::{Deserialize, Serialize};

/// Longest text to search for, in characters: a write key may be pasted.
pub const SEARCH_CHARS_MAX: usize = 128;
/// Most sources that one form changes.
pub const SELECTED_MAX: usize = 100;

/// The kinds of source that the tabs tell apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum SourcesTab {
    /// Whatever sends events itself.
    #[default]
    EventStreams,
    /// Other services.
    CloudApps,
    /// Rows of a warehouse.
    ReverseEtl,
}

impl SourcesTab {
    /// In the order of the page.
    pub const ALL: [Self; 3] = [Self::EventStreams, Self::CloudApps, Self::ReverseEtl];

    /// In addresses.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::EventStreams => "event-streams",
            Self::CloudApps => "cloud-apps",
            Self::ReverseEtl => "reverse-etl",
        }
    }

    /// As shown.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::EventStreams => "Event streams",
            Self::CloudApps => "Cloud apps",
            Self::ReverseEtl => "Reverse ETL",
        }
    }

    /// Where sources of that kind stand; those of one that the catalog does not know send events themselves.
    #[must_use]
    pub fn of(kind: Option<CatalogKind>) -> Self {
        match kind {
            None | Some(CatalogKind::Website | CatalogKind::Mobile | CatalogKind::Server | CatalogKind::Http) => {
                Self::EventStreams
            }
            Some(CatalogKind::CloudEvent | CatalogKind::CloudObject) => Self::CloudApps,
            Some(CatalogKind::ReverseEtl) => Self::ReverseEtl,
        }
    }
}

/// How the sources are doing that are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum StatusFilter {
    /// However they are.
    #[default]
    All,
    /// Those that take events.
    Enabled,
    /// Those that take events, and fall silent or fail.
    Attention,
    /// Those that do not.
    Disabled,
}

impl StatusFilter {
    /// In the order of the page.
    pub const ALL: [Self; 4] = [Self::All, Self::Enabled, Self::Attention, Self::Disabled];

    /// In addresses.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Enabled => "enabled",
            Self::Attention => "attention",
            Self::Disabled => "disabled",
        }
    }

    /// As shown.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::All => "All",
            Self::Enabled => "Enabled",
            Self::Attention => "Needs attention",
            Self::Disabled => "Disabled",
        }
    }
}

/// A column that can be left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Column {
    /// Whether it takes events.
    Status,
    /// Received in 24 hours.
    Volume,
    /// Of those, failed.
    Failed,
    /// Its last event.
    LastEvent,
    /// Its labels.
    Labels,
    /// Where its events come from.
    Category,
    /// When it was added.
    Created,
}

impl Column {
    /// In the order of the table.
    pub const ALL: [Self; 7] =
        [Self::Status, Self::Volume, Self::Failed, Self::LastEvent, Self::Labels, Self::Category, Self::Created];
    /// What is shown to those who did not choose.
    pub const DEFAULT: [Self; 5] = [Self::Status, Self::Volume, Self::Failed, Self::LastEvent, Self::Labels];

    /// In addresses.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Status => "status",
            Self::Volume => "events",
            Self::Failed => "failed",
            Self::LastEvent => "last",
            Self::Labels => "labels",
            Self::Category => "category",
            Self::Created => "created",
        }
    }

    /// As shown.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Status => "Status",
            Self::Volume => "Events, 24 h",
            Self::Failed => "Failed",
            Self::LastEvent => "Last event",
            Self::Labels => "Labels",
            Self::Category => "Category",
            Self::Created => "Created",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|column| column.code() == code)
    }
}

/// What decides the order: a column, or the name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sort {
    /// `None` for the name.
    pub by: Option<Column>,
    /// The largest, the latest, the end of the alphabet first.
    pub falling: bool,
}

impl Sort {
    fn code(self) -> String {
        format!("{}{}", if self.falling { "-" } else { "" }, self.by.map_or("name", Column::code))
    }

    fn from_code(code: &str) -> Option<Self> {
        let (falling, code) = code.strip_prefix('-').map_or((false, code), |code| (true, code));
        match code {
            "name" => Some(Self { by: None, falling }),
            code => Column::from_code(code).filter(|by| *by != Column::Labels).map(|by| Self { by: Some(by), falling }),
        }
    }

    /// After a click on that column's head: what is counted begins with the most.
    #[must_use]
    pub fn clicked(self, by: Option<Column>) -> Self {
        let falls_first = matches!(by, Some(Column::Volume | Column::Failed | Column::LastEvent | Column::Created));
        Self { by, falling: if self.by == by { !self.falling } else { falls_first } }
    }
}

/// What is shown.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct SourcesQuery {
    /// Part of a name, slug, kind or label; or a whole write key.
    pub q: String,
    /// How they are doing.
    pub status: StatusFilter,
    /// Those with that label.
    pub label: Option<Label>,
    /// Those of that entry of the catalog.
    pub kind: Option<String>,
    /// Those of that tab.
    pub tab: SourcesTab,
    /// In that order.
    pub sort: Sort,
    /// From 1.
    pub page: u32,
    /// Chosen columns; empty for the default.
    pub columns: Vec<Column>,
    /// Numbers of sources about to be disabled.
    pub disable: Vec<i64>,
}

impl SourcesQuery {
    /// Reads the address; `get` returns all values of a name.
    pub fn parse(get: impl Fn(&str) -> Vec<String>) -> Self {
        let one = |name: &str| get(name).into_iter().next().unwrap_or_default();
        let numbers = one("disable");
        let numbers = numbers.split('.').filter_map(|number| number.parse().ok()).take(SELECTED_MAX);
        Self {
            q: one("q").trim().chars().take(SEARCH_CHARS_MAX).collect(),
            status: StatusFilter::ALL.into_iter().find(|status| status.code() == one("status")).unwrap_or_default(),
            label: Label::parse(&one("label")).ok(),
            kind: Some(one("kind")).filter(|kind| !kind.is_empty() && kind.len() <= SEARCH_CHARS_MAX),
            tab: SourcesTab::ALL.into_iter().find(|tab| tab.code() == one("tab")).unwrap_or_default(),
            sort: Sort::from_code(&one("sort")).unwrap_or_default(),
            page: one("page").parse().unwrap_or(1).max(1),
            columns: Column::ALL
                .into_iter()
                .filter(|column| get("col").iter().any(|code| code == column.code()))
                .collect(),
            disable: numbers.collect(),
        }
    }

    /// The fields of its address; what is as it is without them is left out.
    #[must_use]
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let default = Self::default();
        let mut fields = Vec::new();
        let mut add = |name: &'static str, value: String, is_default: bool| {
            if !is_default {
                fields.push((name, value));
            }
        };
        add("tab", self.tab.code().to_owned(), self.tab == default.tab);
        add("q", self.q.clone(), self.q.is_empty());
        add("status", self.status.code().to_owned(), self.status == default.status);
        add("label", self.label.as_ref().map(ToString::to_string).unwrap_or_default(), self.label.is_none());
        add("kind", self.kind.clone().unwrap_or_default(), self.kind.is_none());
        add("sort", self.sort.code(), self.sort == default.sort);
        for column in &self.columns {
            add("col", column.code().to_owned(), false);
        }
        add("page", self.page.to_string(), self.page <= 1);
        let numbers: Vec<String> = self.disable.iter().map(ToString::to_string).collect();
        add("disable", numbers.join("."), numbers.is_empty());
        fields
    }

    /// Its address.
    #[must_use]
    pub fn href(&self) -> String {
        href::with_query(href::sources(), &self.fields())
    }

    /// This with something else, from the first page on.
    #[must_use]
    pub fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut query = Self { page: 1, disable: Vec::new(), ..self.clone() };
        change(&mut query);
        query
    }

    /// Whether a column is shown.
    #[must_use]
    pub fn shows(&self, column: Column) -> bool {
        if self.columns.is_empty() { Column::DEFAULT.contains(&column) } else { self.columns.contains(&column) }
    }

    /// Whether anything but the tab narrows the list.
    #[must_use]
    pub fn is_narrowed(&self) -> bool {
        !self.q.is_empty() || self.status != StatusFilter::All || self.label.is_some() || self.kind.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::{Column, Sort, SourcesQuery};

    fn parse(address: &[(&str, &str)]) -> SourcesQuery {
        let get = |name: &str| {
            let values = address.iter().filter(|(field, _)| *field == name);
            values.map(|(_, value)| (*value).to_owned()).collect::<Vec<String>>()
        };
        SourcesQuery::parse(get)
    }

    #[test]
    fn an_address_is_read_and_written() {
        let address = [
            ("tab", "cloud-apps"),
            ("q", "متجر & <b>"),
            ("status", "attention"),
            ("label", "env:production"),
            ("kind", "node-js"),
            ("sort", "-failed"),
            ("col", "events"),
            ("col", "created"),
            ("page", "2"),
            ("disable", "3.4"),
        ];
        let query = parse(&address);
        let written: Vec<(&str, String)> = query.fields();
        assert_eq!(written.iter().map(|(name, value)| (*name, value.as_str())).collect::<Vec<_>>(), address);
        assert!(query.shows(Column::Created) && !query.shows(Column::Status));
        assert_eq!(parse(&[]).href(), "/sources");
        let wrong = [("tab", "x"), ("status", "x"), ("label", "x"), ("sort", "labels"), ("col", "x"), ("page", "-1")];
        assert_eq!(parse(&wrong), SourcesQuery { page: 1, ..SourcesQuery::default() });
    }

    #[test]
    fn a_click_on_a_head_turns_the_order_round() {
        let by_name = Sort::default();
        let by_volume = by_name.clicked(Some(Column::Volume));
        assert_eq!((by_volume.falling, by_volume.clicked(Some(Column::Volume)).falling), (true, false));
        assert!(by_name.clicked(None).falling);
    }
}
