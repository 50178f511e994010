//! The numbers of the Source Overview page: pipeline, panel, breakdown. `store` reads cells (sums per bucket) from the
//! rollups; this file puts them together, fills the gaps and checks the ledger.

use crate::discard::DiscardReason;
use crate::event::EventType;
use crate::step::Step;
use crate::time_range::Window;
use crate::verdict::Verdict;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Rows of a breakdown table on one page.
pub const BREAKDOWN_PAGE_ROWS: usize = 10;

/// A count and what it was in the compared window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// In the shown window.
    pub now: u64,
    /// In the compared window.
    pub previous: u64,
}

impl std::ops::AddAssign for Comparison {
    fn add_assign(&mut self, other: Self) {
        self.now += other.now;
        self.previous += other.previous;
    }
}

/// What one rollup row counts. `Received` is written by the commit itself, apart from the verdicts, so that the ledger
/// can be checked rather than assumed; duplicates stand beside the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Counted {
    /// Events taken, whatever became of them.
    Received,
    /// The same messageId again; not an event.
    Duplicate,
    /// Events with this verdict.
    Judged(Verdict),
}

impl Counted {
    /// What is stored.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Duplicate => "duplicate",
            Self::Judged(verdict) => verdict.code(),
        }
    }

    /// What that code counts.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "received" => Some(Self::Received),
            "duplicate" => Some(Self::Duplicate),
            other => Verdict::from_code(other).map(Self::Judged),
        }
    }
}

/// By what a step is broken down: the tabs of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Dimension {
    /// Why events were stopped; discard steps only.
    Reason,
    /// The six calls.
    EventType,
    /// Names of track events.
    EventName,
    /// `context.app.version`.
    AppVersion,
}

impl Dimension {
    /// All tabs, in the order of the page.
    pub const ALL: [Self; 4] = [Self::Reason, Self::EventType, Self::EventName, Self::AppVersion];

    /// The word in URLs.
    #[must_use]
    pub fn slug(self) -> &'static str {
        match self {
            Self::Reason => "reason",
            Self::EventType => "type",
            Self::EventName => "name",
            Self::AppVersion => "version",
        }
    }

    /// The tab with that URL word.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|dimension| dimension.slug() == slug)
    }

    /// As shown on a tab and a column head.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Reason => "Discard reason",
            Self::EventType => "Event type",
            Self::EventName => "Event name",
            Self::AppVersion => "App version",
        }
    }

    /// Several of them, inside a sentence.
    #[must_use]
    pub fn plural(self) -> &'static str {
        match self {
            Self::Reason => "discard reasons",
            Self::EventType => "event types",
            Self::EventName => "event names",
            Self::AppVersion => "app versions",
        }
    }
}

/// A row of a breakdown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum RowKey {
    /// A discard reason.
    Reason(DiscardReason),
    /// A call.
    Type(EventType),
    /// Events whose type was missing or unknown, and requests that could not be read as events.
    NoType,
    /// Track events of this name.
    Name(String),
    /// Everything without a name of its own.
    Unnamed,
    /// An app version.
    Version(String),
    /// Events that said no app version.
    NoVersion,
    /// Names or versions past the cap on a source's keys.
    Other,
}

impl RowKey {
    /// As shown.
    #[must_use]
    pub fn label(&self) -> &str {
        match self {
            Self::Reason(reason) => reason.title(),
            Self::Type(event_type) => event_type.title(),
            Self::NoType => "Unknown type",
            Self::Name(text) | Self::Version(text) => text,
            Self::Unnamed => "Unnamed or batched events",
            Self::NoVersion => "Not set",
            Self::Other => "Other",
        }
    }

    /// As exported: the code where there is one.
    #[must_use]
    pub fn code(&self) -> &str {
        match self {
            Self::Reason(reason) => reason.code(),
            Self::Type(event_type) => event_type.code(),
            Self::NoType => "unknown",
            Self::Name(_) | Self::Unnamed | Self::Version(_) | Self::NoVersion | Self::Other => self.label(),
        }
    }
}

/// Which events the panel looks at: a step, or one reason of a discard step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selection {
    /// The selected step; `Eligible` cannot be selected on the page.
    pub step: Step,
    /// One reason of that step.
    pub reason: Option<DiscardReason>,
}

impl Selection {
    /// Whether events with this verdict are looked at.
    #[must_use]
    pub fn includes(self, verdict: Verdict) -> bool {
        match self.reason {
            Some(reason) => verdict == Verdict::Discarded(reason),
            None => self.step == Step::Received || verdict.step() == self.step,
        }
    }

    /// Every verdict that is looked at.
    #[must_use]
    pub fn verdicts(self) -> Vec<Verdict> {
        let discards = DiscardReason::ALL.iter().copied().map(Verdict::Discarded);
        std::iter::once(Verdict::Eligible).chain(discards).filter(|verdict| self.includes(*verdict)).collect()
    }
}

/// A sum of rollup rows: what, in which bucket of which window, how many.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cell<K> {
    /// What is counted.
    pub key: K,
    /// Index of the window's bucket.
    pub bucket: usize,
    /// How many.
    pub count: u64,
}

/// A line: one value a bucket, and the compared window's.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Series {
    /// Shown window, one value a bucket.
    pub now: Vec<u64>,
    /// Compared window, one value a bucket.
    pub previous: Vec<u64>,
}

impl Series {
    fn empty(buckets: usize) -> Self {
        Self { now: vec![0; buckets], previous: vec![0; buckets] }
    }

    /// Sums of both.
    #[must_use]
    pub fn total(&self) -> Comparison {
        Comparison { now: self.now.iter().sum(), previous: self.previous.iter().sum() }
    }
}

/// The four steps over time, and what stands beside the ledger.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pipeline {
    /// Received, counted on its own.
    pub received: Series,
    /// Failed on ingest.
    pub failed: Series,
    /// Filtered at source.
    pub filtered: Series,
    /// Eligible.
    pub eligible: Series,
    /// The same messageId again: not in any step.
    pub duplicates: Comparison,
}

impl Pipeline {
    /// Puts the cells of both windows together.
    #[must_use]
    pub fn assemble(buckets: usize, now: &[Cell<Counted>], previous: &[Cell<Counted>]) -> Self {
        let empty = || Series::empty(buckets);
        let mut pipeline = Self {
            received: empty(),
            failed: empty(),
            filtered: empty(),
            eligible: empty(),
            duplicates: Comparison::default(),
        };
        for cell in now {
            match pipeline.series_of(cell.key) {
                Some(series) => add(&mut series.now, cell.bucket, cell.count),
                None => pipeline.duplicates.now += cell.count,
            }
        }
        for cell in previous {
            match pipeline.series_of(cell.key) {
                Some(series) => add(&mut series.previous, cell.bucket, cell.count),
                None => pipeline.duplicates.previous += cell.count,
            }
        }
        pipeline
    }

    fn series_of(&mut self, counted: Counted) -> Option<&mut Series> {
        match counted {
            Counted::Duplicate => None,
            Counted::Received => Some(&mut self.received),
            Counted::Judged(verdict) => match verdict.step() {
                Step::FailedOnIngest => Some(&mut self.failed),
                Step::FilteredAtSource => Some(&mut self.filtered),
                Step::Received | Step::Eligible => Some(&mut self.eligible),
            },
        }
    }

    /// A step over time.
    #[must_use]
    pub fn step(&self, step: Step) -> &Series {
        match step {
            Step::Received => &self.received,
            Step::FailedOnIngest => &self.failed,
            Step::FilteredAtSource => &self.filtered,
            Step::Eligible => &self.eligible,
        }
    }

    /// A step's totals.
    #[must_use]
    pub fn total(&self, step: Step) -> Comparison {
        self.step(step).total()
    }

    /// The law: received = failed + filtered + eligible, in every bucket.
    #[must_use]
    pub fn adds_up(&self) -> bool {
        let judged = self.failed.now.iter().zip(&self.filtered.now).zip(&self.eligible.now);
        self.received
            .now
            .iter()
            .zip(judged)
            .all(|(received, ((failed, filtered), eligible))| *received == failed + filtered + eligible)
    }
}

/// A row of the breakdown table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// What the row counts.
    pub key: RowKey,
    /// How many, and how many before.
    pub counts: Comparison,
    /// The shown window, one value a bucket.
    pub trend: Vec<u64>,
}

/// A whole breakdown, largest rows first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breakdown {
    /// All rows; equal counts in the order of their keys.
    pub rows: Vec<Row>,
}

impl Breakdown {
    /// Puts the cells of both windows together. Rows that were only in the compared window stay, with 0 now.
    #[must_use]
    pub fn assemble(buckets: usize, now: Vec<Cell<RowKey>>, previous: Vec<Cell<RowKey>>) -> Self {
        let mut rows: BTreeMap<RowKey, (Comparison, Vec<u64>)> = BTreeMap::new();
        for cell in now {
            let (counts, trend) = rows.entry(cell.key).or_insert_with(|| (Comparison::default(), vec![0; buckets]));
            counts.now += cell.count;
            add(trend, cell.bucket, cell.count);
        }
        for cell in previous {
            let (counts, _) = rows.entry(cell.key).or_insert_with(|| (Comparison::default(), vec![0; buckets]));
            counts.previous += cell.count;
        }
        let mut rows: Vec<Row> = rows.into_iter().map(|(key, (counts, trend))| Row { key, counts, trend }).collect();
        rows.sort_by(|a, b| b.counts.now.cmp(&a.counts.now).then(b.counts.previous.cmp(&a.counts.previous)));
        Self { rows }
    }

    /// The sum of all rows.
    #[must_use]
    pub fn total(&self) -> Comparison {
        self.rows.iter().fold(Comparison::default(), |mut sum, row| {
            sum += row.counts;
            sum
        })
    }
}

fn add(values: &mut [u64], bucket: usize, count: u64) {
    if let Some(value) = values.get_mut(bucket) {
        *value += count;
    }
}

/// Everything that the page shows of one source in one window, read at one instant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Overview {
    /// The shown window.
    pub window: Window,
    /// The compared window.
    pub previous: Window,
    /// The four steps.
    pub pipeline: Pipeline,
    /// What the panel looks at.
    pub selection: Selection,
    /// The selection over time.
    pub series: Series,
    /// How many rows each tab has, in the order of the tabs; no `Reason` where nothing is discarded.
    pub tabs: Vec<(Dimension, u64)>,
    /// Which tab is open.
    pub dimension: Dimension,
    /// The open tab's rows.
    pub breakdown: Breakdown,
    /// Events received in the last whole minute.
    pub last_minute: u64,
}

/// The same numbers without a page around them: every breakdown of what was received, read at one instant.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The window.
    pub window: Window,
    /// The four steps.
    pub pipeline: Pipeline,
    /// Received by call.
    pub event_type: Breakdown,
    /// Received by name.
    pub event_name: Breakdown,
    /// Received by app version.
    pub app_version: Breakdown,
    /// Failed and filtered by reason.
    pub reasons: Breakdown,
}

#[cfg(test)]
mod tests {
    use super::{Breakdown, Cell, Counted, DiscardReason, Pipeline, RowKey, Selection, Step, Verdict};

    fn cell<K>(key: K, bucket: usize, count: u64) -> Cell<K> {
        Cell { key, bucket, count }
    }

    #[test]
    fn cells_become_steps_and_the_ledger_is_checked() {
        let failed = Counted::Judged(Verdict::Discarded(DiscardReason::IdNotString));
        let eligible = Counted::Judged(Verdict::Eligible);
        let mut now = vec![cell(Counted::Received, 0, 5), cell(failed, 0, 2), cell(eligible, 0, 3)];
        now.push(cell(Counted::Duplicate, 1, 7));
        let pipeline = Pipeline::assemble(2, &now, &[cell(eligible, 1, 4)]);
        assert_eq!((pipeline.failed.now.as_slice(), pipeline.eligible.previous.as_slice()), (&[2, 0][..], &[0, 4][..]));
        assert_eq!(pipeline.duplicates.now, 7);
        assert!(pipeline.adds_up());
        now.push(cell(eligible, 1, 1));
        assert!(!Pipeline::assemble(2, &now, &[]).adds_up(), "one judged event too many must show");
    }

    #[test]
    fn rows_are_sorted_and_vanished_ones_stay() {
        let name = |text: &str| RowKey::Name(text.to_owned());
        let now = vec![cell(name("b"), 0, 1), cell(name("a"), 0, 1), cell(name("c"), 1, 9)];
        let breakdown = Breakdown::assemble(2, now, vec![cell(name("gone"), 0, 3)]);
        let labels: Vec<_> = breakdown.rows.iter().map(|row| row.key.label()).collect();
        assert_eq!(labels, ["c", "a", "b", "gone"]);
        assert_eq!((breakdown.total().now, breakdown.total().previous), (11, 3));
    }

    #[test]
    fn a_selection_is_a_step_or_one_of_its_reasons() {
        let all = Selection::default().verdicts();
        assert_eq!(all.len(), DiscardReason::ALL.len() + 1);
        let filtered = Selection { step: Step::FilteredAtSource, reason: None }.verdicts();
        assert_eq!(filtered, [Verdict::Discarded(DiscardReason::EventSetting)]);
        let one = Selection { step: Step::FailedOnIngest, reason: Some(DiscardReason::NameTooLong) };
        assert_eq!(one.verdicts(), [Verdict::Discarded(DiscardReason::NameTooLong)]);
    }

    #[test]
    fn codes_lead_back() {
        for counted in [Counted::Received, Counted::Duplicate, Counted::Judged(Verdict::Eligible)] {
            assert_eq!(Counted::from_code(counted.code()), Some(counted));
        }
        assert_eq!(Counted::from_code("no_such_code"), None);
    }
}
