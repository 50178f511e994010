//! What the drawer asks for: one call, one answer. The server reads, groups, marks and writes; the browser only draws.

use crate::error::AppError;
use crate::pages::source_overview::query::OverviewParams;
use crate::ui::moment::Moment;
use crate::wire::Wire;
use domain::overview::Comparison;
use leptos::prelude::*;
use leptos::server_fn::codec::GetUrl;
use serde::{Deserialize, Serialize};

/// Samples on one page.
pub const SAMPLES_PAGE: u32 = 10;
/// Most samples that one download holds.
pub const SAMPLES_EXPORTED_MAX: u32 = 1_000;

/// Everything in the drawer of a discard reason.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SamplesPage {
    /// Its events, as far as the filters let them through.
    pub counts: Comparison,
    /// Whether there is a window to compare with.
    pub is_compared: bool,
    /// Those of its whole step, likewise.
    pub step_count: u64,
    /// How a sample could be mended.
    pub diff: Option<Vec<DiffLine>>,
    /// The values where the fault lies.
    pub arrived: Vec<Split>,
    /// Of how many events those are.
    pub arrived_of: u64,
    /// Its events by app version: all of them.
    pub versions: Vec<Split>,
    /// Which page this is, from 1.
    pub page: u32,
    /// The shown samples.
    pub samples: Vec<Sample>,
    /// Whether there are older ones.
    pub has_older: bool,
    /// What the reader should know about them, in a sentence.
    pub note: Option<String>,
    /// How many days samples are kept.
    pub kept_days: i64,
}

/// A line of a diff.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiffLine {
    /// Added, or else removed.
    pub is_added: bool,
    /// The line.
    pub text: String,
}

/// A row of a small breakdown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Split {
    /// The field in question where there are several; else empty.
    pub field: String,
    /// A value of a client's, as it was written.
    pub value: Option<String>,
    /// What it is called; after a value, what it is.
    pub title: String,
    /// How many.
    pub count: u64,
}

impl Split {
    /// The row in words.
    #[must_use]
    pub fn words(&self) -> String {
        let mut words = String::new();
        if !self.field.is_empty() {
            words = format!("{}: ", self.field);
        }
        if let Some(value) = &self.value {
            words += value;
            words += " ";
        }
        words + &self.title
    }

    /// At most so many rows: the last one stands for the rest.
    #[must_use]
    pub fn with_rest(mut rows: Vec<Self>, rows_max: usize, title: impl FnOnce(usize) -> String) -> Vec<Self> {
        if rows.len() > rows_max {
            let rest = rows.split_off(rows_max - 1);
            let count = rest.iter().map(|row| row.count).sum();
            rows.push(Self { field: String::new(), value: None, title: title(rest.len()), count });
        }
        rows
    }
}

/// A kept event.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// When it arrived; `ago` is its time of day, with the date where the range is long.
    pub moment: Moment,
    /// `track`; empty where there was no such call.
    pub call: String,
    /// messageId
    pub message_id: String,
    /// `analytics.js 2.11.1`
    pub library: Option<String>,
    /// What arrived, in a word or two.
    pub arrived: String,
    /// The payload in lines, the offending one marked.
    pub parts: Vec<Part>,
    /// The payload as it was sent, to be copied.
    pub text: Option<String>,
    /// A command that sends it again.
    pub curl: Option<String>,
}

/// Lines of a payload.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// What opens them, if they are folded.
    pub title: Option<String>,
    /// Whether they are too many to be sent along.
    pub is_left_out: bool,
    /// The lines. Written by the server, everything of a client's escaped.
    pub html: String,
}

/// Reads the samples of the reason that the address opens.
#[server(prefix = "/_app", endpoint = "discard_samples", input = GetUrl, output = Wire)]
pub async fn discard_samples(
    #[doc = "The source's slug."] slug: String,
    #[doc = "The address's query, `open` and `samples` included."]
    #[server(default)]
    params: OverviewParams,
) -> Result<SamplesPage, AppError> {
    super::read::page(&slug, &params).await
}
