//! Where the reader is: a source and the state of its page. Parts make their links from it.

use super::query::{Metric, OverviewQuery};
use crate::href;
use std::sync::Arc;

/// A source's page in one state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    slug: Arc<str>,
    /// The state that is drawn.
    pub query: OverviewQuery,
}

impl Place {
    /// That source's page in that state.
    pub fn new(slug: &str, query: OverviewQuery) -> Self {
        Self { slug: slug.into(), query }
    }

    /// Whether this is that source's page.
    pub fn is_of(&self, slug: &str) -> bool {
        *self.slug == *slug
    }

    /// The address of this state.
    pub fn here(&self) -> String {
        self.query.href(&self.slug)
    }

    /// The address of another state of the same page.
    pub fn href(&self, query: OverviewQuery) -> String {
        query.href(&self.slug)
    }

    /// Where all rows of the shown table can be had, as `csv` or `json`.
    pub fn export(&self, extension: &str) -> String {
        let whole = self.query.with_metric(Metric::Counts).with_page(1);
        href::with_query(&href::source_overview_export(&self.slug, extension), &whole.fields())
    }

    /// Where forms send a period in local times.
    pub fn period_action(&self) -> String {
        href::source_overview_period(&self.slug)
    }

    /// Where the open reason's samples can be had.
    pub fn samples_export(&self) -> String {
        let whole = self.query.with_metric(Metric::Counts).with_samples(1);
        href::with_query(&href::source_samples(&self.slug), &whole.fields())
    }

    /// The address without any state: where forms are sent to.
    pub fn action(&self) -> String {
        OverviewQuery::default().href(&self.slug)
    }
}
