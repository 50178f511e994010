//! What the page asks for: one call, one answer. The window is resolved here, once, on the server; of a breakdown with
//! thousands of rows only the shown page travels.

use super::labels::Labels;
use super::query::OverviewParams;
use crate::error::AppError;
use crate::ui::moment::Moment;
use crate::wire::Wire;
use domain::breakdown::{Dimension, Row};
use domain::catalog::KindLabel;
use domain::filter::Filters;
use domain::live::LiveFrame;
use domain::overview::{Comparison, Fate, Pipeline, Selection, Series};
use domain::source::Source;
use domain::time_range::{Compare, TimeRange, Window};
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

/// Everything on the page of one source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverviewPage {
    /// Which source, and how it is doing.
    pub head: SourceHead,
    /// What stands below the head.
    pub content: Content,
}

/// Which source, and how it is doing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceHead {
    /// The source.
    pub source: Source,
    /// What its kind is called.
    pub kind: KindLabel,
    /// Its newest write key.
    pub write_key: Option<String>,
    /// When its last event arrived.
    pub last_event: Option<LastEvent>,
}

/// When a source's last event arrived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LastEvent {
    /// In words.
    pub moment: Moment,
    /// How many milliseconds before the page was made.
    pub age_ms: i64,
}

/// What stands below the head.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Content {
    /// The source never had an event.
    NoEvents,
    /// The numbers could not be read.
    Failed(AppError),
    /// The numbers.
    Numbers(Box<Numbers>),
}

/// The numbers of one window, and the shown page of the breakdown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbers {
    /// The shown range: the wanted one as far as counts are kept of it, else the default.
    pub range: TimeRange,
    /// With what it is compared: what was wanted if it lies before the range, else the default.
    pub compare: Compare,
    /// Why these are not the wanted ones, in sentences.
    pub notes: Vec<String>,
    /// The shown window.
    pub window: Window,
    /// The four steps.
    pub pipeline: Pipeline,
    /// What the panel looks at.
    pub selection: Selection,
    /// What narrows the panel.
    pub filters: Filters,
    /// The selection over time, as far as the filters let it through.
    pub series: Series,
    /// What became of everything that the filters let through.
    pub fate: Fate,
    /// The tabs and how many rows each has.
    pub tabs: Vec<(Dimension, u64)>,
    /// The open tab.
    pub dimension: Dimension,
    /// Its shown page, or why it is missing.
    pub table: Result<TablePage, AppError>,
    /// The latest counts: what live numbers go on from. `None` where the range ended in the past or the table is missing.
    pub live: Option<LiveFrame>,
    /// Events received in the last whole minute.
    pub last_minute: u64,
    /// How long it took to read them, in milliseconds.
    pub took_ms: i64,
    /// Times in words.
    pub labels: Labels,
    /// Whether the chart lacks the marks of what happened to the source, because they could not be read.
    pub lacks_marks: bool,
}

impl OverviewPage {
    /// Whether there is something to follow. A source without events is: the first one turns the page.
    #[must_use]
    pub fn is_live(&self) -> bool {
        match &self.content {
            Content::Numbers(numbers) => numbers.live.is_some(),
            Content::NoEvents => true,
            Content::Failed(_) => false,
        }
    }
}

impl Numbers {
    /// Values of complete buckets only: without the one in progress.
    #[must_use]
    pub fn finished<'a>(&self, values: &'a [u64]) -> &'a [u64] {
        match values.split_last() {
            Some((_, finished)) if self.window.in_progress() => finished,
            Some(_) | None => values,
        }
    }
}

/// A page of the breakdown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TablePage {
    /// The shown rows.
    pub rows: Vec<Row>,
    /// Which page this is, from 1.
    pub page: u32,
    /// How many rows there are on all pages: those that the search found.
    pub row_count: u64,
    /// How many there are without the search.
    pub unsought_count: u64,
    /// The sum of the rows on other pages.
    pub rest: Comparison,
    /// The sum of the rows that the search left out.
    pub unsought: Comparison,
    /// The sum of all rows.
    pub total: Comparison,
    /// The largest row of all: bars are relative to it.
    pub largest: u64,
}

impl AsMut<[Row]> for TablePage {
    fn as_mut(&mut self) -> &mut [Row] {
        &mut self.rows
    }
}

/// Reads everything that the page of a source shows.
#[server(prefix = "/_app", endpoint = "source_overview", input = GetUrl, output = Wire)]
pub async fn source_overview(
    #[doc = "The source's slug."] slug: String,
    #[doc = "The address's query."]
    #[server(default)]
    params: OverviewParams,
) -> Result<OverviewPage, AppError> {
    read::page(&slug, &params).await
}

#[cfg(feature = "ssr")]
pub(crate) mod read;
