//! The page's state, which is its query string: read, checked, written. Defaults stay out of the address; what can't be
//! read falls back to its default and is said on the page. Filters, sorting, search and custom ranges join here.

use crate::href;
use domain::breakdown::Dimension;
use domain::discard::DiscardReason;
use domain::overview::Selection;
use domain::step::Step;
use domain::time_range::TimeRange;
use serde::{Deserialize, Serialize};

/// Longest piece of a bad value that is repeated on the page, in characters.
const ECHO_CHARS_MAX: usize = 40;
/// Longest value that is looked at, in bytes: the longest code has under 32.
const VALUE_BYTES_MAX: usize = 128;

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
    /// `page=`
    pub page: Option<String>,
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
            "page" => self.page.clone(),
            _ => None,
        }
    }
}

/// What the page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverviewQuery {
    /// The selected step; never `Eligible`.
    pub step: Step,
    /// One reason of a discard step.
    pub reason: Option<DiscardReason>,
    /// The open tab.
    pub by: Dimension,
    /// The shown range.
    pub range: TimeRange,
    /// Counts or percentages.
    pub metric: Metric,
    /// The table's page, from 1.
    pub page: u32,
}

impl Default for OverviewQuery {
    fn default() -> Self {
        let step = Step::default();
        let range = TimeRange::default();
        Self { step, reason: None, by: tab(step, None), range, metric: Metric::default(), page: 1 }
    }
}

impl OverviewQuery {
    /// Reads a query string's parameters; the sentences say what could not be used.
    #[must_use]
    pub fn parse(get: impl Fn(&str) -> Option<String>) -> (Self, Vec<String>) {
        let mut reader = Reader { get, sentences: Vec::new() };
        let mut query = Self::default();
        reader.read("range", |value| {
            query.range = TimeRange::from_slug(value)
                .ok_or_else(|| format!("is not a time range. Showing {}.", lower(TimeRange::default().title())))?;
            Ok(())
        });
        reader.read("as", |value| {
            query.metric = Metric::from_slug(value).ok_or("is not a way to show metrics. Showing counts.")?;
            Ok(())
        });
        reader.read("step", |value| {
            query.step = step_of(value)?;
            Ok(())
        });
        reader.read("reason", |value| {
            query.reason = Some(reason_of(value, query.step)?);
            Ok(())
        });
        query.by = tab(query.step, query.reason);
        reader.read("by", |value| {
            let by = Dimension::from_slug(value).filter(|by| query.offers(*by));
            query.by = by.ok_or_else(|| format!("is not a breakdown of this. Showing {}.", lower(query.by.title())))?;
            Ok(())
        });
        reader.read("page", |value| {
            let page = value.parse().ok().filter(|page| *page >= 1);
            query.page = page.ok_or("is not a page number. Showing the first page.")?;
            Ok(())
        });
        (query, reader.sentences)
    }

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
            Dimension::EventType | Dimension::EventName | Dimension::AppVersion => true,
        }
    }

    /// What the server needs to know of it.
    #[must_use]
    pub fn params(&self) -> OverviewParams {
        let value = |name: &str| self.fields().into_iter().find(|(key, _)| *key == name).map(|(_, value)| value);
        OverviewParams {
            step: value("step"),
            reason: value("reason"),
            by: value("by"),
            range: value("range"),
            page: value("page"),
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
        if let Some(range) = self.range.slug().filter(|_| self.range != default.range) {
            fields.push(("range", range.to_owned()));
        }
        if self.metric != default.metric {
            fields.push(("as", self.metric.slug().to_owned()));
        }
        if self.page != default.page {
            fields.push(("page", self.page.to_string()));
        }
        fields
    }

    /// The address of this state of a source's page.
    #[must_use]
    pub fn href(&self, slug: &str) -> String {
        // Codes, slugs and numbers: nothing in them needs escaping.
        let fields: Vec<String> = self.fields().into_iter().map(|(key, value)| format!("{key}={value}")).collect();
        let path = href::source_overview(slug);
        if fields.is_empty() { path } else { format!("{path}?{}", fields.join("&")) }
    }

    /// Another step, from its beginning.
    #[must_use]
    pub fn with_step(&self, step: Step) -> Self {
        Self { step, reason: None, by: tab(step, None), page: 1, ..*self }
    }

    /// One reason of this step, or all.
    #[must_use]
    pub fn with_reason(&self, reason: Option<DiscardReason>) -> Self {
        Self { reason, by: tab(self.step, reason), page: 1, ..*self }
    }

    /// Another tab.
    #[must_use]
    pub fn with_by(&self, by: Dimension) -> Self {
        Self { by, page: 1, ..*self }
    }

    /// Another range.
    #[must_use]
    pub fn with_range(&self, range: TimeRange) -> Self {
        Self { range, page: 1, ..*self }
    }

    /// Counts or percentages.
    #[must_use]
    pub fn with_metric(&self, metric: Metric) -> Self {
        Self { metric, ..*self }
    }

    /// Another page of the table.
    #[must_use]
    pub fn with_page(&self, page: u32) -> Self {
        Self { page, ..*self }
    }
}

/// The tab that is open unless the address says otherwise.
fn tab(step: Step, reason: Option<DiscardReason>) -> Dimension {
    if step.is_discard() && reason.is_none() { Dimension::Reason } else { Dimension::EventType }
}

fn step_of(value: &str) -> Result<Step, String> {
    let received = lower(Step::Received.title());
    match Step::from_slug(value) {
        Some(Step::Eligible) => Err(format!("can’t be selected, it is read-only. Showing {received}.")),
        Some(step) => Ok(step),
        None => Err(format!("is not a step of the pipeline. Showing {received}.")),
    }
}

fn reason_of(value: &str, step: Step) -> Result<DiscardReason, String> {
    let shown = lower(step.title());
    let reason = DiscardReason::from_code(value).ok_or_else(|| format!("is not a discard reason. Showing {shown}."))?;
    if reason.step() == step { Ok(reason) } else { Err(format!("is no reason of this step. Showing {shown}.")) }
}

fn lower(text: &str) -> String {
    super::words::lower_first(text)
}

struct Reader<F> {
    get: F,
    sentences: Vec<String>,
}

impl<F: Fn(&str) -> Option<String>> Reader<F> {
    /// Hands a parameter that is there to `take`; what that objects to becomes a sentence.
    fn read(&mut self, name: &str, take: impl FnOnce(&str) -> Result<(), String>) {
        let Some(value) = (self.get)(name).filter(|value| !value.is_empty()) else { return };
        let taken = if value.len() > VALUE_BYTES_MAX { Err("is too long.".to_owned()) } else { take(&value) };
        if let Err(objection) = taken {
            let echo: String = value.chars().filter(|c| !c.is_control()).take(ECHO_CHARS_MAX).collect();
            let cut = if value.chars().count() > ECHO_CHARS_MAX { "…" } else { "" };
            self.sentences.push(format!("“{echo}{cut}” {objection}"));
        }
    }
}

#[cfg(test)]
mod tests;
