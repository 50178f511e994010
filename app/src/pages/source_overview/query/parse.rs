//! Reads a query string. What cannot be used falls back to its default and is said on the page.

use super::{FILTER_NAMES, Metric, OverviewQuery, SAMPLES_PAGES_MAX, SEARCH_CHARS_MAX, tab};
use crate::pages::source_overview::words::lower_first;
use domain::breakdown::{Dimension, RowKey, Sort, SortBy};
use domain::discard::DiscardReason;
use domain::event::EVENT_NAME_CHARS_MAX;
use domain::step::Step;
use domain::time_range::{Compare, TimeRange};

/// Longest piece of a bad value that is repeated on the page, in characters.
const ECHO_CHARS_MAX: usize = 40;
/// Longest value that is looked at, in bytes: the longest event name, its characters four bytes each, and its mark.
const VALUE_BYTES_MAX: usize = EVENT_NAME_CHARS_MAX * 4 + 1;

impl OverviewQuery {
    /// Reads a query string's parameters; the sentences say what could not be used. Not generic: each kind of `get` would be
    /// another nine kilobytes of the browser half.
    #[must_use]
    pub fn parse(get: &dyn Fn(&str) -> Option<String>) -> (Self, Vec<String>) {
        let mut reader = Reader { get, sentences: Vec::new() };
        let mut query = Self::default();
        reader.read("range", &mut |value| {
            let shown = lower_first(TimeRange::default().title());
            query.range =
                TimeRange::from_text(value).map_err(|fault| format!("{}. Showing {shown}.", fault.objection()))?;
            Ok(())
        });
        reader.read("compare", &mut |value| {
            query.compare =
                Compare::from_text(value).ok_or("is nothing to compare with. Comparing with the period before.")?;
            Ok(())
        });
        reader.read("as", &mut |value| {
            query.metric = Metric::from_slug(value).ok_or("is not a way to show metrics. Showing counts.")?;
            Ok(())
        });
        reader.read("step", &mut |value| {
            query.step = step_of(value)?;
            Ok(())
        });
        reader.read("reason", &mut |value| {
            query.reason = Some(reason_of(value, query.step)?);
            Ok(())
        });
        for (name, dimension) in FILTER_NAMES {
            reader.read(name, &mut |value| {
                let row = RowKey::from_word(dimension, value);
                let row =
                    row.ok_or_else(|| format!("is no {}. Showing all of them.", lower_first(dimension.title())))?;
                query.filters = std::mem::take(&mut query.filters).with(dimension, Some(row));
                Ok(())
            });
        }
        query.by = tab(query.step, query.reason);
        reader.read("by", &mut |value| {
            let by = Dimension::from_slug(value).filter(|by| query.offers(*by));
            query.by =
                by.ok_or_else(|| format!("is not a breakdown of this. Showing {}.", lower_first(query.by.title())))?;
            Ok(())
        });
        reader.read("q", &mut |value| {
            query.search = value.trim().chars().take(SEARCH_CHARS_MAX).collect();
            Ok(())
        });
        reader.read("sort", &mut |value| {
            let sort =
                Sort::from_text(value).filter(|sort| query.compare != Compare::Nothing || sort.by != SortBy::Change);
            query.sort = sort.ok_or("is no order of the table. Showing the largest first.")?;
            Ok(())
        });
        reader.read("page", &mut |value| {
            let page = value.parse().ok().filter(|page| *page >= 1);
            query.page = page.ok_or("is not a page number. Showing the first page.")?;
            Ok(())
        });
        reader.read("open", &mut |value| {
            query.open = Some(reason_of(value, query.step)?);
            Ok(())
        });
        reader.read("samples", &mut |value| {
            let samples = value.parse().ok().filter(|page| (1..=SAMPLES_PAGES_MAX).contains(page));
            query.samples = samples.ok_or("is not a page of samples. Showing the newest.")?;
            Ok(())
        });
        (query, reader.sentences)
    }
}

fn step_of(value: &str) -> Result<Step, String> {
    let received = lower_first(Step::Received.title());
    match Step::from_slug(value) {
        Some(Step::Eligible) => Err(format!("can’t be selected, it is read-only. Showing {received}.")),
        Some(step) => Ok(step),
        None => Err(format!("is not a step of the pipeline. Showing {received}.")),
    }
}

fn reason_of(value: &str, step: Step) -> Result<DiscardReason, String> {
    let shown = lower_first(step.title());
    let reason = DiscardReason::from_code(value).ok_or_else(|| format!("is not a discard reason. Showing {shown}."))?;
    if reason.step() == step { Ok(reason) } else { Err(format!("is no reason of this step. Showing {shown}.")) }
}

struct Reader<'a> {
    get: &'a dyn Fn(&str) -> Option<String>,
    sentences: Vec<String>,
}

impl Reader<'_> {
    /// Hands a parameter that is there to `take`; what that objects to becomes a sentence.
    fn read(&mut self, name: &str, take: &mut dyn FnMut(&str) -> Result<(), String>) {
        let Some(value) = (self.get)(name).filter(|value| !value.is_empty()) else { return };
        let taken = if value.len() > VALUE_BYTES_MAX { Err("is too long.".to_owned()) } else { take(&value) };
        if let Err(objection) = taken {
            let echo: String = value.chars().filter(|c| !c.is_control()).take(ECHO_CHARS_MAX).collect();
            let cut = if value.chars().count() > ECHO_CHARS_MAX { "…" } else { "" };
            self.sentences.push(format!("“{echo}{cut}” {objection}"));
        }
    }
}
