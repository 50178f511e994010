//! The page's state, which is its query string: what it holds, how it leads on, and how it is written. Defaults stay out of the
//! address. Read and checked it is in `parse`.

mod parse;

use crate::href;
use domain::breakdown::{Dimension, RowKey, Sort, SortBy};
use domain::discard::DiscardReason;
use domain::filter::Filters;
use domain::overview::Selection;
use domain::step::Step;
use domain::time_range::{Compare, TimeRange};
use serde::{Deserialize, Serialize};

/// Most pages of samples: older ones are found by an earlier range.
pub const SAMPLES_PAGES_MAX: u32 = 100;
/// Longest search, in characters.
pub const SEARCH_CHARS_MAX: usize = 100;

/// How numbers are shown: a matter of the page alone, the server sends the same for both.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Metric {
    /// Events.
    #[default]
    Counts,
    /// Shares of the events received.
    Percentages,
}

impl Metric {
    /// Both, in the order of the toolbar.
    pub const ALL: [Self; 2] = [Self::Counts, Self::Percentages];

    /// The word in URLs.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Counts => "counts",
            Self::Percentages => "percentages",
        }
    }

    /// As shown.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Counts => "Counts",
            Self::Percentages => "Percentages",
        }
    }

    fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.slug() == slug)
    }
}

/// What the page asks its server function: the query as it stands in the address, without what is the page's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct OverviewParams {
    /// `step=`
    pub step: Option<String>,
    /// `reason=`
    pub reason: Option<String>,
    /// `by=`
    pub by: Option<String>,
    /// `range=`
    pub range: Option<String>,
    /// `compare=`
    pub compare: Option<String>,
    /// `type=`
    #[serde(rename = "type")]
    pub event_type: Option<String>,
    /// `event=`
    pub event: Option<String>,
    /// `version=`
    pub version: Option<String>,
    /// `library=`
    pub library: Option<String>,
    /// `q=`
    pub q: Option<String>,
    /// `sort=`
    pub sort: Option<String>,
    /// `page=`
    pub page: Option<String>,
    /// `open=`
    pub open: Option<String>,
    /// `samples=`
    pub samples: Option<String>,
}

impl OverviewParams {
    /// The value of a parameter, as [`OverviewQuery::parse`] wants it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<String> {
        match name {
            "step" => self.step.clone(),
            "reason" => self.reason.clone(),
            "by" => self.by.clone(),
            "range" => self.range.clone(),
            "compare" => self.compare.clone(),
            "type" => self.event_type.clone(),
            "event" => self.event.clone(),
            "version" => self.version.clone(),
            "library" => self.library.clone(),
            "q" => self.q.clone(),
            "sort" => self.sort.clone(),
            "page" => self.page.clone(),
            "open" => self.open.clone(),
            "samples" => self.samples.clone(),
            _ => None,
        }
    }
}

/// What the page shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverviewQuery {
    /// The selected step; never `Eligible`.
    pub step: Step,
    /// One reason of a discard step.
    pub reason: Option<DiscardReason>,
    /// The open tab.
    pub by: Dimension,
    /// The shown range.
    pub range: TimeRange,
    /// With what it is compared.
    pub compare: Compare,
    /// What narrows the panel.
    pub filters: Filters,
    /// Which rows the table shows: those whose label holds this; empty for all.
    pub search: String,
    /// The order of the rows.
    pub sort: Sort,
    /// Counts or percentages.
    pub metric: Metric,
    /// The table's page, from 1.
    pub page: u32,
    /// The reason whose drawer is open.
    pub open: Option<DiscardReason>,
    /// The drawer's page of samples, from 1.
    pub samples: u32,
}

impl Default for OverviewQuery {
    fn default() -> Self {
        let step = Step::default();
        Self {
            step,
            reason: None,
            by: tab(step, None),
            range: TimeRange::default(),
            compare: Compare::default(),
            filters: Filters::default(),
            search: String::new(),
            sort: Sort::default(),
            metric: Metric::default(),
            page: 1,
            open: None,
            samples: 1,
        }
    }
}

impl OverviewQuery {
    /// Which events the panel looks at.
    #[must_use]
    pub fn selection(&self) -> Selection {
        Selection { step: self.step, reason: self.reason }
    }

    /// Whether there is such a tab: reasons only where events end, and not inside one of them.
    #[must_use]
    pub fn offers(&self, by: Dimension) -> bool {
        match by {
            Dimension::Reason => self.step.is_discard() && self.reason.is_none(),
            Dimension::EventType | Dimension::EventName | Dimension::AppVersion | Dimension::Library => true,
        }
    }

    /// What the server needs to know of it.
    #[must_use]
    pub fn params(&self) -> OverviewParams {
        let fields = self.fields();
        let value = |name: &str| fields.iter().find(|(key, _)| *key == name).map(|(_, value)| value.clone());
        OverviewParams {
            step: value("step"),
            reason: value("reason"),
            by: value("by"),
            range: value("range"),
            compare: value("compare"),
            event_type: value("type"),
            event: value("event"),
            version: value("version"),
            library: value("library"),
            q: value("q"),
            sort: value("sort"),
            page: value("page"),
            open: value("open"),
            samples: value("samples"),
        }
    }

    /// Everything that differs from its default, in the order of the address.
    #[must_use]
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        let default = Self::default();
        let mut fields = Vec::new();
        if self.step != default.step {
            fields.push(("step", self.step.slug().to_owned()));
        }
        if let Some(reason) = self.reason {
            fields.push(("reason", reason.code().to_owned()));
        }
        if self.by != tab(self.step, self.reason) {
            fields.push(("by", self.by.slug().to_owned()));
        }
        if self.range != default.range {
            fields.push(("range", self.range.text()));
        }
        if self.compare != default.compare {
            fields.push(("compare", self.compare.text()));
        }
        for (name, dimension) in FILTER_NAMES {
            if let Some(row) = self.filters.get(dimension) {
                fields.push((name, row.word()));
            }
        }
        if self.metric != default.metric {
            fields.push(("as", self.metric.slug().to_owned()));
        }
        if !self.search.is_empty() {
            fields.push(("q", self.search.clone()));
        }
        if self.sort != default.sort {
            fields.push(("sort", self.sort.text()));
        }
        if self.page != default.page {
            fields.push(("page", self.page.to_string()));
        }
        if let Some(reason) = self.open {
            fields.push(("open", reason.code().to_owned()));
        }
        if self.samples != default.samples {
            fields.push(("samples", self.samples.to_string()));
        }
        fields
    }

    /// The address of this state of a source's page.
    #[must_use]
    pub fn href(&self, slug: &str) -> String {
        href::with_query(&href::source_overview(slug), &self.fields())
    }

    /// Another step, from its beginning; what narrows the panel stays.
    #[must_use]
    pub fn with_step(&self, step: Step) -> Self {
        Self { step, reason: None, by: tab(step, None), ..self.clone() }.table_from_start()
    }

    /// One reason of this step, or all.
    #[must_use]
    pub fn with_reason(&self, reason: Option<DiscardReason>) -> Self {
        Self { reason, by: tab(self.step, reason), ..self.clone() }.table_from_start()
    }

    /// Another tab.
    #[must_use]
    pub fn with_by(&self, by: Dimension) -> Self {
        Self { by, ..self.clone() }.table_from_start()
    }

    /// Another range.
    #[must_use]
    pub fn with_range(&self, range: TimeRange) -> Self {
        Self { range, page: 1, ..self.clone() }
    }

    /// Another comparison; without one there is no change to sort by.
    #[must_use]
    pub fn with_compare(&self, compare: Compare) -> Self {
        let sorted_by_change = compare == Compare::Nothing && self.sort.by == SortBy::Change;
        let sort = if sorted_by_change { Sort::default() } else { self.sort };
        Self { compare, sort, ..self.clone() }
    }

    /// A row of a dimension pinned, or none.
    #[must_use]
    pub fn with_filter(&self, dimension: Dimension, row: Option<RowKey>) -> Self {
        Self { filters: self.filters.clone().with(dimension, row), page: 1, ..self.clone() }
    }

    /// Nothing pinned, reason included.
    #[must_use]
    pub fn without_filters(&self) -> Self {
        Self { filters: Filters::default(), ..self.with_reason(None) }
    }

    /// Other rows.
    #[must_use]
    pub fn with_search(&self, search: &str) -> Self {
        Self { search: search.to_owned(), page: 1, ..self.clone() }
    }

    /// Another order.
    #[must_use]
    pub fn with_sort(&self, sort: Sort) -> Self {
        Self { sort, page: 1, ..self.clone() }
    }

    /// Counts or percentages.
    #[must_use]
    pub fn with_metric(&self, metric: Metric) -> Self {
        Self { metric, ..self.clone() }
    }

    /// Another page of the table.
    #[must_use]
    pub fn with_page(&self, page: u32) -> Self {
        Self { page, ..self.clone() }
    }

    /// With the drawer of a reason.
    #[must_use]
    pub fn with_open(&self, reason: DiscardReason) -> Self {
        Self { open: Some(reason), samples: 1, ..self.clone() }
    }

    /// Another page of the drawer's samples.
    #[must_use]
    pub fn with_samples(&self, samples: u32) -> Self {
        Self { samples, ..self.clone() }
    }

    /// Without a drawer: the page itself.
    #[must_use]
    pub fn closed(&self) -> Self {
        Self { open: None, samples: 1, ..self.clone() }
    }

    /// Another table: what was sought in the last one, its order and its page mean nothing in it.
    fn table_from_start(self) -> Self {
        Self { search: String::new(), sort: Sort::default(), page: 1, ..self }
    }
}

/// The parameters of the filters.
const FILTER_NAMES: [(&str, Dimension); 4] = [
    ("type", Dimension::EventType),
    ("event", Dimension::EventName),
    ("version", Dimension::AppVersion),
    ("library", Dimension::Library),
];

/// The tab that is open unless the address says otherwise.
fn tab(step: Step, reason: Option<DiscardReason>) -> Dimension {
    if step.is_discard() && reason.is_none() { Dimension::Reason } else { Dimension::EventType }
}

#[cfg(test)]
mod tests;
