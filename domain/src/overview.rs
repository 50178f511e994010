//! The numbers of the Source Overview page: pipeline and panel; the table is in `breakdown`. `store` reads cells (sums per
//! bucket) from the rollups; this file puts them together, fills the gaps and checks the ledger.

use crate::breakdown::{Breakdown, Dimension};
use crate::discard::DiscardReason;
use crate::filter::Filters;
use crate::step::Step;
use crate::time_range::Window;
use crate::verdict::Verdict;
use serde::{Deserialize, Serialize};

/// A count and what it was in the compared window.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Comparison {
    /// In the shown window.
    pub now: u64,
    /// In the compared window.
    pub previous: u64,
}

impl Comparison {
    /// Now less before.
    #[must_use]
    pub fn difference(self) -> i64 {
        self.now.cast_signed().saturating_sub(self.previous.cast_signed())
    }
}

impl std::ops::AddAssign for Comparison {
    fn add_assign(&mut self, other: Self) {
        self.now += other.now;
        self.previous += other.previous;
    }
}

/// What one rollup row counts. `Received` is written by the commit itself, apart from the verdicts, so that the ledger
/// can be checked rather than assumed; duplicates stand beside the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
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

/// Which events the panel looks at: a step, or one reason of a discard step.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Selection {
    /// The selected step; `Eligible` cannot be selected on the page.
    pub step: Step,
    /// One reason of that step.
    pub reason: Option<DiscardReason>,
}

impl Selection {
    /// The table that opens where this one is asked for: reasons only where events are stopped, and not where one reason is
    /// chosen already.
    #[must_use]
    pub fn usable(self, dimension: Dimension) -> Dimension {
        match dimension {
            Dimension::Reason if !self.step.is_discard() || self.reason.is_some() => Dimension::EventType,
            usable => usable,
        }
    }

    /// Whether events with this verdict are looked at.
    #[must_use]
    pub fn includes(self, verdict: Verdict) -> bool {
        match self.reason {
            Some(reason) => verdict == Verdict::Discarded(reason),
            None => self.step == Step::Received || verdict.step() == self.step,
        }
    }

    /// Whether counts under this are looked at: what is counted beside the verdicts never is.
    #[must_use]
    pub fn takes(self, counted: Counted) -> bool {
        matches!(counted, Counted::Judged(verdict) if self.includes(verdict))
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
    pub duplicates: Series,
}

impl Pipeline {
    /// Puts the cells of both windows together.
    #[must_use]
    pub fn assemble(buckets: usize, now: &[Cell<Counted>], previous: &[Cell<Counted>]) -> Self {
        let empty = || Series::empty(buckets);
        let mut pipeline =
            Self { received: empty(), failed: empty(), filtered: empty(), eligible: empty(), duplicates: empty() };
        for cell in now {
            add(&mut pipeline.series_of(cell.key).now, cell.bucket, cell.count);
        }
        for cell in previous {
            add(&mut pipeline.series_of(cell.key).previous, cell.bucket, cell.count);
        }
        pipeline
    }

    /// Where events that count as this are counted.
    pub fn series_of(&mut self, counted: Counted) -> &mut Series {
        match counted {
            Counted::Duplicate => &mut self.duplicates,
            Counted::Received => &mut self.received,
            Counted::Judged(verdict) => match verdict.step() {
                Step::FailedOnIngest => &mut self.failed,
                Step::FilteredAtSource => &mut self.filtered,
                Step::Received | Step::Eligible => &mut self.eligible,
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

/// Adds to a bucket that the window has.
pub(crate) fn add(values: &mut [u64], bucket: usize, count: u64) {
    if let Some(value) = values.get_mut(bucket) {
        *value += count;
    }
}

/// What somebody wants to see of a source.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// Of which time.
    pub window: Window,
    /// Which step or reason the panel looks at.
    pub selection: Selection,
    /// What narrows the panel.
    pub filters: Filters,
    /// The open tab.
    pub dimension: Dimension,
}

/// What became of the events that the filters let through, in the shown window: the panel's own ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fate {
    /// Failed on ingest.
    pub failed: u64,
    /// Filtered at source.
    pub filtered: u64,
    /// Eligible.
    pub eligible: u64,
}

impl Fate {
    /// Counts events with a verdict.
    pub fn add(&mut self, verdict: Verdict, count: u64) {
        match verdict.step() {
            Step::FailedOnIngest => self.failed += count,
            Step::FilteredAtSource => self.filtered += count,
            Step::Received | Step::Eligible => self.eligible += count,
        }
    }

    /// All of them.
    #[must_use]
    pub fn received(&self) -> u64 {
        self.failed + self.filtered + self.eligible
    }
}

/// Every number that the page shows of one source in one window, read at one instant; its table's rows stand beside it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Overview {
    /// The shown window.
    pub window: Window,
    /// The compared window.
    pub previous: Window,
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
    /// How many rows each tab has, in the order of the tabs; no `Reason` where nothing is discarded.
    pub tabs: Vec<(Dimension, u64)>,
    /// Which tab is open.
    pub dimension: Dimension,
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
    /// By library.
    pub library: Breakdown,
    /// Failed and filtered by reason.
    pub reasons: Breakdown,
}

#[cfg(test)]
mod tests {
    use super::{Cell, Counted, DiscardReason, Pipeline, Selection, Step, Verdict};

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
        assert_eq!(pipeline.duplicates.now, [0, 7]);
        assert!(pipeline.adds_up());
        now.push(cell(eligible, 1, 1));
        assert!(!Pipeline::assemble(2, &now, &[]).adds_up(), "one judged event too many must show");
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
