//! Live numbers: what a source counted lately, in buckets of the finest tier. An open page holds the counts that its numbers
//! were made with; by what later ones have more it says what to add where. Counts travel whole, never as differences, so
//! that one that comes twice or late does no harm.

use crate::breakdown::{Dimension, RowKey};
use crate::clock::Timestamp;
use crate::event::EventType;
use crate::filter::Filters;
use crate::overview::{Counted, Selection};
use crate::source::SourceNumber;
use crate::time_range::TIERS;
use crate::verdict::Verdict;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Width of the buckets that travel, in milliseconds.
pub const LIVE_BUCKET_MS: i64 = TIERS[0].width_ms;
/// How far the counts of a page reach back: the bucket in progress, and the one before for events that were received in it
/// and committed after it.
pub const LIVE_PAGE_BUCKETS: i64 = 2;
/// How far those of a stream do: a page is some seconds old before its stream begins.
pub const LIVE_STREAM_BUCKETS: i64 = 6;
/// Most counts that travel at once: some 100 kB. A source that counts under more keys in a minute is marked, and its pages
/// read their numbers anew from time to time.
pub const LIVE_COUNTS_MAX: usize = 1_000;

/// Under which key something counts.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct LiveKey {
    /// Received, a duplicate, or what became of an event.
    pub counted: Counted,
    /// The call.
    pub event_type: Option<EventType>,
    /// Its row in the table by name.
    pub name: RowKey,
    /// Its row in the table by version.
    pub version: RowKey,
    /// Its row in the table by library.
    pub library: RowKey,
}

impl LiveKey {
    /// Its row in the table by that dimension; `None` for the reason of an event that was not stopped.
    #[must_use]
    pub fn row(&self, dimension: Dimension) -> Option<RowKey> {
        match dimension {
            Dimension::Reason => match self.counted {
                Counted::Judged(Verdict::Discarded(reason)) => Some(RowKey::Reason(reason)),
                Counted::Judged(Verdict::Eligible) | Counted::Received | Counted::Duplicate => None,
            },
            Dimension::EventType => Some(self.event_type.map_or(RowKey::NoType, RowKey::Type)),
            Dimension::EventName => Some(self.name.clone()),
            Dimension::AppVersion => Some(self.version.clone()),
            Dimension::Library => Some(self.library.clone()),
        }
    }

    /// Whether the panel looks at it.
    #[must_use]
    pub fn passes(&self, selection: Selection, filters: &Filters) -> bool {
        selection.takes(self.counted)
            && filters.pinned().all(|(dimension, row)| self.row(dimension).as_ref() == Some(row))
    }
}

/// How often something counted in one bucket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveCount {
    /// The bucket's start.
    pub at: Timestamp,
    /// What.
    pub key: LiveKey,
    /// How often.
    pub count: u64,
}

/// Counts of a source: all from a moment on, or those that changed since the frame before.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LiveFrame {
    /// Whose they are.
    pub source: SourceNumber,
    /// Up to when it was counted.
    pub now: Timestamp,
    /// The start of the first bucket of which everything is here; `None` if this only says what changed.
    pub since: Option<Timestamp>,
    /// The counts; none if there are more than [`LIVE_COUNTS_MAX`].
    pub counts: Vec<LiveCount>,
    /// Whether there are more counts than travel.
    pub is_cut: bool,
    /// Events received in the last whole minute.
    pub last_minute: u64,
}

/// All counts that are known from frames.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LiveCounts {
    source: SourceNumber,
    /// Up to when they were counted.
    pub now: Timestamp,
    /// Events received in the last whole minute.
    pub last_minute: u64,
    since: Timestamp,
    is_cut: bool,
    counts: BTreeMap<(Timestamp, LiveKey), u64>,
}

impl LiveCounts {
    /// Starts from a whole frame; `None` for one that only says what changed.
    #[must_use]
    pub fn of(frame: LiveFrame) -> Option<Self> {
        let LiveFrame { source, now, since, counts, is_cut, last_minute } = frame;
        let counts = counts.into_iter().map(|LiveCount { at, key, count }| ((at, key), count)).collect();
        Some(Self { source, now, last_minute, since: since?, is_cut, counts })
    }

    /// Whether anything was counted lately.
    #[must_use]
    pub fn has_any(&self) -> bool {
        !self.counts.is_empty()
    }

    /// Takes the next frame in; a whole one starts anew.
    pub fn take(&mut self, frame: LiveFrame) {
        if frame.since.is_some() {
            if let Some(anew) = Self::of(frame) {
                *self = anew;
            }
            return;
        }
        self.now = self.now.max(frame.now);
        self.last_minute = frame.last_minute;
        self.is_cut |= frame.is_cut;
        self.counts.extend(frame.counts.into_iter().map(|LiveCount { at, key, count }| ((at, key), count)));
    }

    /// Forgets buckets that start before `at`.
    pub fn forget_before(&mut self, at: Timestamp) {
        if at > self.since {
            self.since = at;
            self.counts.retain(|(bucket, _), _| *bucket >= at);
        }
    }

    /// Whether they say anything that `page` does not: they may be older, or another source's, whose last frame comes when
    /// the page already shows this one.
    #[must_use]
    pub fn go_on_from(&self, page: &LiveFrame) -> bool {
        self.source == page.source && self.now > page.now
    }

    /// What was counted after `page` was made; `None` if that cannot be told: then the numbers have to be read anew.
    #[must_use]
    pub fn more_than(&self, page: &LiveFrame) -> Option<Vec<LiveCount>> {
        if !self.go_on_from(page) {
            return Some(Vec::new());
        }
        let since = page.since.filter(|since| *since >= self.since && !self.is_cut && !page.is_cut)?;
        let mut earlier: BTreeMap<(Timestamp, &LiveKey), u64> =
            page.counts.iter().map(|LiveCount { at, key, count }| ((*at, key), *count)).collect();
        let mut more = Vec::new();
        for ((at, key), count) in self.counts.iter().filter(|((at, _), _)| *at >= since) {
            // Counts never shrink: less means that the two do not belong together.
            let count = count.checked_sub(earlier.remove(&(*at, key)).unwrap_or(0))?;
            if count > 0 {
                more.push(LiveCount { at: *at, key: key.clone(), count });
            }
        }
        earlier.is_empty().then_some(more)
    }

    /// The frame that brings whoever knows `self` to what `later` knows; a whole one where changes do not say it.
    #[must_use]
    pub fn changes_to(&self, later: &LiveFrame) -> LiveFrame {
        if later.is_cut || self.is_cut {
            return later.clone();
        }
        let changed = |count: &&LiveCount| self.counts.get(&(count.at, count.key.clone())) != Some(&count.count);
        LiveFrame { since: None, counts: later.counts.iter().filter(changed).cloned().collect(), ..*later }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::discard::DiscardReason;
    use crate::step::Step;

    fn key(name: &str, verdict: Verdict) -> LiveKey {
        let name = RowKey::Name(name.into());
        LiveKey {
            counted: Counted::Judged(verdict),
            event_type: Some(EventType::Track),
            name,
            version: RowKey::NoVersion,
            library: RowKey::NoLibrary,
        }
    }

    fn count(at_s: i64, name: &str, count: u64) -> LiveCount {
        LiveCount { at: Timestamp(at_s * 1_000), key: key(name, Verdict::Eligible), count }
    }

    fn frame(now_s: i64, since_s: Option<i64>, counts: Vec<LiveCount>) -> LiveFrame {
        let since = since_s.map(|since_s| Timestamp(since_s * 1_000));
        LiveFrame {
            source: SourceNumber(1),
            now: Timestamp(now_s * 1_000),
            since,
            counts,
            is_cut: false,
            last_minute: 0,
        }
    }

    #[test]
    fn later_counts_say_what_to_add_to_a_page() {
        let page = frame(25, Some(10), vec![count(10, "a", 2), count(20, "a", 1)]);
        let mut counts = LiveCounts::of(frame(24, Some(0), vec![count(0, "a", 9)])).expect("a whole frame");
        assert_eq!(counts.more_than(&page), Some(vec![]), "an older frame is part of the page");
        counts.take(frame(27, Some(0), vec![count(0, "a", 9), count(10, "a", 2), count(20, "a", 4)]));
        assert_eq!(counts.more_than(&page), Some(vec![count(20, "a", 3)]));
        // What changed comes whole, and twice is once.
        counts.take(frame(31, None, vec![count(20, "a", 5), count(30, "b", 1)]));
        counts.take(frame(31, None, vec![count(20, "a", 5), count(30, "b", 1)]));
        assert_eq!(counts.more_than(&page), Some(vec![count(20, "a", 4), count(30, "b", 1)]));
        counts.forget_before(Timestamp(10_000));
        assert_eq!(counts.more_than(&page), Some(vec![count(20, "a", 4), count(30, "b", 1)]));
        counts.forget_before(Timestamp(20_000));
        assert_eq!(counts.more_than(&page), None, "forgotten");
    }

    #[test]
    fn what_cannot_be_told_is_not_guessed() {
        let counts = LiveCounts::of(frame(30, Some(0), vec![count(10, "a", 1)])).expect("a whole frame");
        assert_eq!(counts.more_than(&frame(25, Some(0), vec![count(10, "a", 2)])), None, "counts never shrink");
        assert_eq!(counts.more_than(&frame(25, Some(0), vec![count(10, "b", 1)])), None, "a key is gone");
        assert_eq!(
            counts.more_than(&LiveFrame { is_cut: true, ..frame(25, Some(0), vec![]) }),
            None,
            "counts are missing"
        );
        assert_eq!(LiveCounts::of(frame(30, None, vec![])), None, "not a whole frame");
        let of_another = LiveFrame { source: SourceNumber(2), ..frame(25, Some(0), vec![]) };
        assert_eq!(counts.more_than(&of_another), Some(vec![]), "nothing of one source is added to another");
    }

    #[test]
    fn the_changes_of_a_frame_bring_others_to_the_same_counts() {
        let first = frame(21, Some(0), vec![count(10, "a", 1), count(20, "a", 1)]);
        let second = frame(22, Some(0), vec![count(10, "a", 1), count(20, "a", 2), count(20, "b", 1)]);
        let mut counts = LiveCounts::of(first).expect("a whole frame");
        let changes = counts.changes_to(&second);
        assert_eq!(changes, frame(22, None, vec![count(20, "a", 2), count(20, "b", 1)]));
        counts.take(changes);
        assert_eq!(Some(counts), LiveCounts::of(second));
    }

    #[test]
    fn a_key_is_in_a_row_of_each_table_and_passes_its_own_pins() {
        let failed = Selection { step: Step::FailedOnIngest, reason: None };
        let reason = DiscardReason::IdNotString;
        let key = key("a", Verdict::Discarded(reason));
        assert_eq!(key.row(Dimension::Reason), Some(RowKey::Reason(reason)));
        assert_eq!(key.row(Dimension::EventType), Some(RowKey::Type(EventType::Track)));
        let pinned = |name: &str| {
            let row = Some(RowKey::Name(name.into()));
            Filters::default().with(Dimension::EventName, row)
        };
        assert!(key.passes(failed, &pinned("a")) && !key.passes(failed, &pinned("b")));
        assert!(!key.passes(Selection { step: Step::FilteredAtSource, reason: None }, &Filters::default()));
        assert!(!LiveKey { counted: Counted::Received, ..key }.passes(Selection::default(), &Filters::default()));
    }
}
