//! The numbers of a page, and what was counted since the server answered.

use super::super::api::{LastEvent, Numbers, TablePage};
use super::super::words::at_clock;
use crate::ui::moment::{Moment, ago};
use domain::breakdown::RowKey;
use domain::clock::Timestamp;
use domain::live::{LiveCount, LiveCounts};
use domain::overview::{Counted, Selection};
use domain::time_range::Window;
use std::sync::Arc;

/// Why numbers have to be read anew to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in super::super) enum Stale {
    /// A row appeared that this page of the table may have to show.
    Row,
    /// A bucket ended, or counts are missing.
    Counts,
}

/// What a page shows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Shown {
    /// What the server answered.
    pub answered: Arc<Numbers>,
    /// The same, and what was counted since.
    pub numbers: Arc<Numbers>,
    /// Whether the numbers have to be read anew to go on.
    pub stale: Option<Stale>,
    /// When the newest of the events counted since was seen.
    seen: Option<(Timestamp, u64)>,
}

impl Shown {
    /// What the server answered, and nothing else.
    pub fn answered(numbers: Arc<Numbers>) -> Self {
        Self { answered: numbers.clone(), numbers, stale: None, seen: None }
    }

    /// The same brought up to date. Where counts cannot do that, what was shown `before` stays until it is read anew.
    pub fn with(answered: Arc<Numbers>, counts: Option<&LiveCounts>, before: Option<&Self>) -> Self {
        let before = before.filter(|before| Arc::ptr_eq(&before.answered, &answered));
        let (Some(page), Some(counts)) = (answered.live.as_ref(), counts) else { return Self::answered(answered) };
        if !counts.go_on_from(page) {
            return Self::answered(answered);
        }
        let Some(more) = counts.more_than(page) else {
            let before = before.cloned().unwrap_or_else(|| Self::answered(answered));
            return Self { stale: Some(Stale::Counts), ..before };
        };
        let mut numbers = Numbers::clone(&answered);
        let stale = numbers.grow(&more);
        numbers.counted_until(counts);
        let received =
            more.iter().filter(|count| count.key.counted == Counted::Received).map(|count| count.count).sum();
        let seen = before.and_then(|before| before.seen).filter(|(_, before)| *before == received);
        let seen = seen.or_else(|| (received > 0).then_some((counts.now, received)));
        Self { answered, numbers: Arc::new(numbers), stale, seen }
    }

    /// When the source's last event arrived, as told from the last update.
    pub fn last_event(&self, answered: Option<LastEvent>) -> Option<LastEvent> {
        let (at_answer, now) = (self.answered.window.now, self.numbers.window.now);
        let Some((at, _)) = self.seen else {
            return answered.map(|last| {
                let at = at_answer.plus_ms(-last.age_ms);
                let age_ms = now.since_ms(at);
                let ago = if now > at_answer { ago(at, now) } else { last.moment.ago };
                LastEvent { moment: Moment { ago, ..last.moment }, age_ms }
            });
        };
        let full = at_clock(self.numbers.labels.offsets.local(at));
        let moment = Moment { ago: ago(at, now), datetime: at.to_utc_text(), full };
        Some(LastEvent { moment, age_ms: now.since_ms(at) })
    }
}

impl Numbers {
    /// Adds what was counted since, as far as the window and this page of the table have a place for it.
    fn grow(&mut self, more: &[LiveCount]) -> Option<Stale> {
        let of_table = self.filters.besides(self.dimension);
        let mut stale = None;
        for LiveCount { at, key, count } in more {
            let Some(bucket) = bucket_of(&self.window, *at) else {
                stale = Some(Stale::Counts);
                continue;
            };
            add(&mut self.pipeline.series_of(key.counted).now, bucket, *count);
            let Counted::Judged(verdict) = key.counted else { continue };
            if key.passes(Selection::default(), &self.filters) {
                self.fate.add(verdict, *count);
            }
            if key.passes(self.selection, &self.filters) {
                add(&mut self.series.now, bucket, *count);
            }
            let row = key.row(self.dimension).filter(|_| key.passes(self.selection, &of_table));
            if let (Some(row), Ok(table)) = (row, &mut self.table)
                && !table.grow(&row, bucket, *count)
            {
                stale = stale.max(Some(Stale::Row));
            }
        }
        stale
    }

    fn counted_until(&mut self, counts: &LiveCounts) {
        self.last_minute = counts.last_minute;
        self.window.now = counts.now;
        self.labels.complete_until.ago = at_clock(self.labels.offsets.local(counts.now));
        self.labels.complete_until.datetime = counts.now.to_utc_text();
    }
}

/// The window's bucket that holds a moment.
fn bucket_of(window: &Window, at: Timestamp) -> Option<usize> {
    let inside = at < window.until && window.from < at.plus_ms(domain::live::LIVE_BUCKET_MS);
    let bucket = usize::try_from(at.since_ms(window.bucket_start(0)).max(0) / window.bucket_ms).ok()?;
    (inside && bucket < window.bucket_count()).then_some(bucket)
}

impl TablePage {
    /// Counts more events in a row; `false` if it may be a row that nobody has seen yet.
    fn grow(&mut self, key: &RowKey, bucket: usize, count: u64) -> bool {
        let Some(row) = self.rows.iter_mut().find(|row| row.key == *key) else {
            // On another page of the table, or left out by the search; or new, which only the server can tell apart.
            let is_elsewhere = self.row_count > self.rows.len() as u64 && self.unsought_count == self.row_count;
            if is_elsewhere {
                self.rest.now += count;
                self.total.now += count;
            }
            return is_elsewhere;
        };
        row.counts.now += count;
        add(&mut row.trend, bucket, count);
        self.largest = self.largest.max(row.counts.now);
        self.total.now += count;
        true
    }
}

fn add(values: &mut [u64], at: usize, count: u64) {
    if let Some(value) = values.get_mut(at) {
        *value += count;
    }
}
