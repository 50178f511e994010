//! Where the reader is: a source and the state of its page. Parts make their links from it.

use super::query::OverviewQuery;
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

    /// The address without any state: where forms are sent to.
    pub fn action(&self) -> String {
        OverviewQuery::default().href(&self.slug)
    }
}
