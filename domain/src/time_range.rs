//! Which stretch of time a page shows: a range (what somebody chose) is resolved once, on the server, into a window
//! (absolute times and buckets). Buckets are counted in UTC and labelled in the reader's zone.

use crate::clock::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, Timestamp};
use serde::{Deserialize, Serialize};

/// Most points a chart draws: more would be narrower than what a reader can tell apart.
pub const BUCKETS_MAX: i64 = 60;

/// Widths that a custom range's buckets may have, in milliseconds.
const BUCKET_WIDTHS_MS: [i64; 13] = [
    10 * SECOND_MS,
    30 * SECOND_MS,
    MINUTE_MS,
    5 * MINUTE_MS,
    15 * MINUTE_MS,
    30 * MINUTE_MS,
    HOUR_MS,
    3 * HOUR_MS,
    6 * HOUR_MS,
    12 * HOUR_MS,
    DAY_MS,
    7 * DAY_MS,
    28 * DAY_MS,
];

/// A tier of the rollups: counts per bucket of one width, kept for some time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tier {
    /// Width of its buckets in milliseconds.
    pub width_ms: i64,
    /// How long its rows are kept, in milliseconds.
    pub keep_ms: i64,
}

/// The tiers, finest first. The minute tier outlives the two-week range, so that its compared window can be cut to the
/// minute; the 10-second tier serves the shortest ranges and their compared windows. The chart of each preset reads some 50 to
/// 110 buckets of one of them, and that of a year 400; the widest is for tables with thousands of names, which are summed up
/// over a whole range.
pub const TIERS: [Tier; 6] = [
    Tier { width_ms: 10 * SECOND_MS, keep_ms: 3 * HOUR_MS },
    Tier { width_ms: MINUTE_MS, keep_ms: 15 * DAY_MS },
    Tier { width_ms: 15 * MINUTE_MS, keep_ms: 400 * DAY_MS },
    Tier { width_ms: 3 * HOUR_MS, keep_ms: 400 * DAY_MS },
    Tier { width_ms: DAY_MS, keep_ms: 400 * DAY_MS },
    Tier { width_ms: 5 * DAY_MS, keep_ms: 400 * DAY_MS },
];

/// The finest of the tiers that reach back as far as any.
const OLDEST: Tier = TIERS[2];

/// A stretch of one tier: whole buckets from `from` (included) to `until` (excluded).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Width of the tier's buckets in milliseconds.
    pub tier_ms: i64,
    /// Start of the first bucket.
    pub from: Timestamp,
    /// End of the last bucket.
    pub until: Timestamp,
}

/// What somebody chose to look at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum TimeRange {
    /// The last 10 minutes.
    TenMinutes,
    /// The last hour.
    Hour,
    /// The last 24 hours.
    #[default]
    Day,
    /// The last 7 days.
    Week,
    /// The last two weeks.
    TwoWeeks,
    /// From one moment to another, the second excluded.
    Custom {
        /// First moment.
        from: Timestamp,
        /// End, later than `from`.
        until: Timestamp,
    },
}

impl TimeRange {
    /// The five presets, shortest first.
    pub const PRESETS: [Self; 5] = [Self::TenMinutes, Self::Hour, Self::Day, Self::Week, Self::TwoWeeks];

    /// A preset's word in URLs and on the command line; `None` for a custom range.
    #[must_use]
    pub fn slug(self) -> Option<&'static str> {
        match self {
            Self::TenMinutes => Some("10m"),
            Self::Hour => Some("1h"),
            Self::Day => Some("24h"),
            Self::Week => Some("7d"),
            Self::TwoWeeks => Some("14d"),
            Self::Custom { .. } => None,
        }
    }

    /// The preset with that word.
    #[must_use]
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::PRESETS.into_iter().find(|range| range.slug() == Some(slug))
    }

    /// As in addresses: a preset's word, or `2026-11-05T09:00:00Z..2026-11-05T12:00:00Z`.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            Self::Custom { from, until } => format!("{}..{}", from.to_utc_text(), until.to_utc_text()),
            preset => preset.slug().unwrap_or_default().to_owned(),
        }
    }

    /// Reads it back.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn from_text(text: &str) -> Result<Self, RangeFault> {
        if let Some(preset) = Self::from_slug(text) {
            return Ok(preset);
        }
        let (from, until) = text.split_once("..").ok_or(RangeFault::Unreadable)?;
        let moment = |text: &str| Timestamp::from_utc_text(text).ok_or(RangeFault::Unreadable);
        let (from, until) = (moment(from)?, moment(until)?);
        if from < until { Ok(Self::Custom { from, until }) } else { Err(RangeFault::EndsBeforeStart) }
    }

    /// The part of it that can have been counted: what lies in the future or before counts are kept is cut off.
    ///
    /// # Errors
    /// Nothing of it is left.
    pub fn within_kept(self, now: Timestamp) -> Result<Self, RangeFault> {
        let Self::Custom { from, until } = self else { return Ok(self) };
        let (from, until) = (from.max(kept_since(now)), until.min(Timestamp(now.0 + 1).ceil_to(TIERS[0].width_ms)));
        if from < until { Ok(Self::Custom { from, until }) } else { Err(RangeFault::NotKept) }
    }

    /// As shown in the toolbar and the legend, e.g. `Last 24 hours`.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::TenMinutes => "Last 10 minutes",
            Self::Hour => "Last hour",
            Self::Day => "Last 24 hours",
            Self::Week => "Last 7 days",
            Self::TwoWeeks => "Last 2 weeks",
            Self::Custom { .. } => "Custom range",
        }
    }

    /// Absolute times and buckets, seen from `now`; compared with the same length just before.
    #[must_use]
    pub fn resolve(self, now: Timestamp) -> Window {
        self.resolve_compared(now, Compare::Previous)
    }

    /// Absolute times and buckets, seen from `now`. Buckets are no finer than what is still kept of the compared window.
    #[must_use]
    pub fn resolve_compared(self, now: Timestamp, compare: Compare) -> Window {
        let (length_ms, bucket_ms) = match self {
            Self::TenMinutes => (10 * MINUTE_MS, 10 * SECOND_MS),
            Self::Hour => (HOUR_MS, MINUTE_MS),
            Self::Day => (DAY_MS, 30 * MINUTE_MS),
            Self::Week => (7 * DAY_MS, 3 * HOUR_MS),
            Self::TwoWeeks => (14 * DAY_MS, 6 * HOUR_MS),
            Self::Custom { from, until } => return Window::custom(from, until, now, compare),
        };
        let shift_ms = compare.shift_ms(now.plus_ms(-length_ms), length_ms);
        let kept_ms = finest_kept(now.plus_ms(-length_ms - shift_ms), now).width_ms;
        let fits = |width: &i64| *width >= bucket_ms && *width % kept_ms == 0 && length_ms % *width == 0;
        let bucket_ms = if bucket_ms % kept_ms == 0 {
            bucket_ms
        } else {
            BUCKET_WIDTHS_MS.into_iter().find(fits).unwrap_or(length_ms)
        };
        // Whole buckets, the last one in progress: it ends at or after now.
        let until = Timestamp(now.0 + 1).ceil_to(bucket_ms);
        let from = until.plus_ms(-length_ms);
        Window { from, until, bucket_ms, now, length_ms, shift_ms: compare.shift_ms(from, length_ms) }
    }
}

/// Since when counts are kept.
#[must_use]
pub fn kept_since(now: Timestamp) -> Timestamp {
    now.plus_ms(-OLDEST.keep_ms)
}

/// Why a range can't be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RangeFault {
    /// It is neither a preset nor two moments.
    Unreadable,
    /// Its start is not before its end.
    EndsBeforeStart,
    /// It lies in the future, or before anything that is kept.
    NotKept,
}

impl RangeFault {
    /// The end of a sentence that begins with the range.
    #[must_use]
    pub fn objection(self) -> &'static str {
        match self {
            Self::Unreadable => "is not a time range",
            Self::EndsBeforeStart => "ends before it starts",
            Self::NotKept => "lies outside of what is kept: 400 days back from now",
        }
    }
}

/// With what the shown window is compared: always a window of the same length.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Compare {
    /// The one just before.
    #[default]
    Previous,
    /// The same days of the week: so many weeks earlier that the two don't overlap.
    WeekBefore,
    /// The one that starts then, before the shown one does.
    From(Timestamp),
    /// With nothing: the page leaves comparisons out.
    Nothing,
}

impl Compare {
    /// The word in addresses; a chosen start is its moment.
    #[must_use]
    pub fn text(self) -> String {
        match self {
            Self::Previous => "previous".to_owned(),
            Self::WeekBefore => "week".to_owned(),
            Self::From(start) => start.to_utc_text(),
            Self::Nothing => "none".to_owned(),
        }
    }

    /// Reads it back.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        match text {
            "previous" => Some(Self::Previous),
            "week" => Some(Self::WeekBefore),
            "none" => Some(Self::Nothing),
            other => Timestamp::from_utc_text(other).map(Self::From),
        }
    }

    /// Itself where it lies before the range, else the period before: a chosen window starts before the shown one does.
    #[must_use]
    pub fn before(self, range: TimeRange, now: Timestamp) -> Self {
        match self {
            Self::From(start) if start >= range.resolve(now).from => Self::default(),
            usable => usable,
        }
    }

    /// The window with which `shown` is compared, if it is and all of its counts are still kept.
    #[must_use]
    pub fn window(self, shown: &Window) -> Option<Window> {
        let (compared, kept) = (shown.previous(), kept_since(shown.now).floor_to(OLDEST.width_ms));
        (self != Self::Nothing && compared.from >= kept).then_some(compared)
    }

    /// How far before the shown window, which starts at `from`, the compared one lies, in milliseconds.
    fn shift_ms(self, from: Timestamp, length_ms: i64) -> i64 {
        const WEEK_MS: i64 = 7 * DAY_MS;
        match self {
            Self::Previous | Self::Nothing => length_ms,
            Self::WeekBefore => Timestamp(length_ms).ceil_to(WEEK_MS).0,
            Self::From(start) => from.since_ms(start).max(1),
        }
    }
}

/// A resolved range: `[from, until)` in buckets of `bucket_ms`, of which the last may still be in progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Window {
    /// First moment.
    pub from: Timestamp,
    /// End. Later than `now` while the last bucket is in progress.
    pub until: Timestamp,
    /// Width of a bucket in milliseconds.
    pub bucket_ms: i64,
    /// The moment at which the range was resolved: nothing after it is counted yet.
    pub now: Timestamp,
    /// Length of the range in milliseconds; the compared window has the same.
    pub length_ms: i64,
    /// How far before this window the compared one lies, in milliseconds.
    pub shift_ms: i64,
}

impl Window {
    /// Snapped outwards to what the kept tiers can cut, so that the window says exactly what it counts.
    fn custom(from: Timestamp, until: Timestamp, now: Timestamp, compare: Compare) -> Self {
        let from = from.floor_to(finest_kept(from, now).width_ms);
        let until = until.ceil_to(finest_kept(until, now).width_ms);
        let length_ms = until.since_ms(from).max(1);
        let shift_ms = compare.shift_ms(from, length_ms);
        // No finer than the counts are kept, all the way back to the start of the compared window.
        let finest_ms = finest_kept(from.plus_ms(-shift_ms), now).width_ms;
        let fits = |width: &i64| {
            *width % finest_ms == 0 && until.ceil_to(*width).since_ms(from.floor_to(*width)) / width <= BUCKETS_MAX
        };
        let bucket_ms = BUCKET_WIDTHS_MS.into_iter().find(fits).unwrap_or(28 * DAY_MS);
        Self { from, until, bucket_ms, now, length_ms, shift_ms }
    }

    /// Start of the first bucket: at or before `from`.
    #[must_use]
    pub fn grid_from(&self) -> Timestamp {
        self.from.floor_to(self.bucket_ms)
    }

    /// How many buckets the window touches.
    #[must_use]
    pub fn bucket_count(&self) -> usize {
        let grid_ms = self.until.ceil_to(self.bucket_ms).since_ms(self.grid_from());
        usize::try_from(grid_ms / self.bucket_ms).unwrap_or(0)
    }

    /// Start of bucket `i`.
    #[must_use]
    pub fn bucket_start(&self, i: usize) -> Timestamp {
        self.grid_from().plus_ms(i64::try_from(i).unwrap_or(0) * self.bucket_ms)
    }

    /// Whether the last bucket has not ended yet.
    #[must_use]
    pub fn in_progress(&self) -> bool {
        self.now < self.until
    }

    /// The end of what can have been counted: `until`, or `now` while the last bucket is in progress.
    #[must_use]
    pub fn counted_until(&self) -> Timestamp {
        self.until.min(self.now)
    }

    /// The compared window: the same length earlier, cut at the same elapsed part of the last bucket. The cut falls on a
    /// minute (10 s for ranges of an hour and less). Its ends lie on what is still kept of that time, so that it says
    /// exactly what it counts.
    #[must_use]
    pub fn previous(&self) -> Self {
        let cut_ms = if self.length_ms <= HOUR_MS { TIERS[0].width_ms } else { TIERS[1].width_ms };
        let kept_ms = |at: Timestamp| finest_kept(at, self.now).width_ms;
        let from = self.from.plus_ms(-self.shift_ms);
        let until = self.counted_until().plus_ms(-self.shift_ms);
        let cut_ms = if self.in_progress() { cut_ms.max(kept_ms(until)) } else { kept_ms(until) };
        let (from, until) = (from.floor_to(kept_ms(from)), until.ceil_to(cut_ms));
        Self { from, until, now: until, ..*self }
    }

    /// Which stretches of which tiers hold this window's counts by its own buckets: the coarsest that fits into one, finer
    /// ones at the edges. Edges that no kept tier can cut are moved outwards to the nearest bucket.
    #[must_use]
    pub fn segments(&self, now: Timestamp) -> Vec<Segment> {
        self.segments_of(|tier| self.bucket_ms % tier.width_ms == 0, now)
    }

    /// The same for whoever asks for the window as a whole: as few buckets as there are.
    #[must_use]
    pub fn whole_segments(&self, now: Timestamp) -> Vec<Segment> {
        self.segments_of(|_| true, now)
    }

    fn segments_of(&self, is_usable: impl Fn(&Tier) -> bool, now: Timestamp) -> Vec<Segment> {
        let from = self.from.floor_to(finest_kept(self.from, now).width_ms);
        let until = self.until.ceil_to(finest_kept(self.until, now).width_ms);
        let usable: Vec<Tier> = TIERS.into_iter().filter(is_usable).collect();
        let mut segments = Vec::new();
        cover(from, until, &usable, now, &mut segments);
        segments
    }
}

/// The finest tier that still has that moment's counts.
fn finest_kept(at: Timestamp, now: Timestamp) -> Tier {
    let age_ms = now.since_ms(at);
    TIERS.into_iter().find(|tier| tier.keep_ms >= age_ms).unwrap_or(OLDEST)
}

/// Covers `[from, until)` with the last (coarsest) of `tiers` in the middle and the finer ones at both edges.
fn cover(from: Timestamp, until: Timestamp, tiers: &[Tier], now: Timestamp, into: &mut Vec<Segment>) {
    let Some((coarsest, finer)) = tiers.split_last() else { return };
    if from >= until {
        return;
    }
    // A finer tier serves an edge only as long as its buckets are kept; or where the coarser one reaches back no further.
    let serves = |at: Timestamp| {
        let is_kept =
            |tier: &Tier| now.since_ms(at) <= tier.keep_ms + tier.width_ms || tier.keep_ms >= coarsest.keep_ms;
        finer.last().is_some_and(is_kept)
    };
    let width_ms = coarsest.width_ms;
    let middle_from = if serves(from) { from.ceil_to(width_ms) } else { from.floor_to(width_ms) };
    let mut middle_until = if serves(until) { until.floor_to(width_ms) } else { until.ceil_to(width_ms) };
    if middle_from >= middle_until {
        if serves(from) {
            return cover(from, until, finer, now, into);
        }
        middle_until = until.ceil_to(width_ms);
    }
    cover(from, middle_from, finer, now, into);
    into.push(Segment { tier_ms: width_ms, from: middle_from, until: middle_until });
    cover(middle_until, until, finer, now, into);
}

#[cfg(test)]
mod tests {
    use super::{
        BUCKETS_MAX, Compare, DAY_MS, HOUR_MS, MINUTE_MS, RangeFault, SECOND_MS, Segment, TIERS, TimeRange, Timestamp,
    };
    use proptest::prelude::{ProptestConfig, prop_assert, prop_assert_eq, proptest};

    /// 2025-11-06T13:32:07.250Z
    const NOW: Timestamp = Timestamp(1_762_435_927_250);

    #[test]
    fn presets_snap_to_whole_buckets_and_end_in_the_one_in_progress() {
        for (range, bucket_ms, buckets) in [
            (TimeRange::TenMinutes, 10 * SECOND_MS, 60),
            (TimeRange::Hour, MINUTE_MS, 60),
            (TimeRange::Day, 30 * MINUTE_MS, 48),
            (TimeRange::Week, 3 * HOUR_MS, 56),
            (TimeRange::TwoWeeks, 6 * HOUR_MS, 56),
        ] {
            let window = range.resolve(NOW);
            assert_eq!((window.bucket_ms, window.bucket_count()), (bucket_ms, buckets), "{range:?}");
            assert!(window.in_progress() && window.until.since_ms(NOW) <= bucket_ms);
            assert_eq!(window.from, window.from.floor_to(bucket_ms));
            assert_eq!(TimeRange::from_slug(range.slug().unwrap_or_default()), Some(range));
        }
    }

    #[test]
    fn ranges_and_comparisons_have_a_text() {
        let custom = TimeRange::Custom { from: Timestamp(0), until: Timestamp(60_000) };
        assert_eq!(custom.text(), "1970-01-01T00:00:00Z..1970-01-01T00:01:00Z");
        for range in TimeRange::PRESETS.into_iter().chain([custom]) {
            assert_eq!(TimeRange::from_text(&range.text()), Ok(range));
        }
        assert_eq!(TimeRange::from_text("2y"), Err(RangeFault::Unreadable));
        let backwards = "1970-01-01T00:01:00Z..1970-01-01T00:01:00Z";
        assert_eq!(TimeRange::from_text(backwards), Err(RangeFault::EndsBeforeStart));
        for compare in [Compare::Previous, Compare::WeekBefore, Compare::From(Timestamp(1_000)), Compare::Nothing] {
            assert_eq!(Compare::from_text(&compare.text()), Some(compare));
        }
    }

    #[test]
    fn a_range_is_cut_to_what_is_kept() {
        let custom = |from_ms: i64, until_ms: i64| TimeRange::Custom {
            from: NOW.plus_ms(from_ms),
            until: NOW.plus_ms(until_ms),
        };
        assert_eq!(custom(-HOUR_MS, -MINUTE_MS).within_kept(NOW), Ok(custom(-HOUR_MS, -MINUTE_MS)));
        let Ok(TimeRange::Custom { from, until }) = custom(-900 * DAY_MS, DAY_MS).within_kept(NOW) else {
            panic!("part of it is kept");
        };
        assert_eq!(NOW.since_ms(from), 400 * DAY_MS);
        assert!(until > NOW && until.since_ms(NOW) <= 10 * SECOND_MS);
        for (from, until) in [(MINUTE_MS, DAY_MS), (-900 * DAY_MS, -800 * DAY_MS)] {
            assert_eq!(custom(from, until).within_kept(NOW), Err(RangeFault::NotKept));
        }
        assert_eq!(TimeRange::Week.within_kept(NOW), Ok(TimeRange::Week));
    }

    #[test]
    fn a_bucket_boundary_starts_a_new_bucket() {
        let window = TimeRange::Hour.resolve(Timestamp(60 * MINUTE_MS));
        assert_eq!((window.from.0, window.until.0), (MINUTE_MS, 61 * MINUTE_MS));
    }

    #[test]
    fn the_compared_window_is_cut_at_the_same_elapsed_part() {
        let window = TimeRange::Day.resolve(NOW);
        let previous = window.previous();
        assert_eq!(previous.from, window.from.plus_ms(-DAY_MS));
        assert_eq!(previous.until, NOW.plus_ms(-DAY_MS).ceil_to(MINUTE_MS));
        assert!(!previous.in_progress());
    }

    #[test]
    fn the_week_before_is_the_same_days_and_no_finer_than_it_is_kept() {
        for (range, shift_days, bucket_ms) in [
            (TimeRange::TenMinutes, 7, MINUTE_MS),
            (TimeRange::Hour, 7, MINUTE_MS),
            (TimeRange::Day, 7, 30 * MINUTE_MS),
            (TimeRange::Week, 7, 3 * HOUR_MS),
            (TimeRange::TwoWeeks, 14, 6 * HOUR_MS),
        ] {
            let window = range.resolve_compared(NOW, Compare::WeekBefore);
            assert_eq!((window.shift_ms, window.bucket_ms), (shift_days * DAY_MS, bucket_ms), "{range:?}");
            assert_eq!(window.previous().from, window.from.plus_ms(-shift_days * DAY_MS), "{range:?}");
        }
    }

    #[test]
    fn nothing_is_compared_with_what_is_not_kept() {
        let custom = |days: i64| TimeRange::Custom { from: NOW.plus_ms(-days * DAY_MS), until: NOW.plus_ms(-DAY_MS) };
        let compared = |days: i64, compare: Compare| compare.window(&custom(days).resolve_compared(NOW, compare));
        assert!(compared(200, Compare::Previous).is_some());
        assert_eq!(compared(201, Compare::Previous), None);
        assert!(compared(392, Compare::From(NOW.plus_ms(-399 * DAY_MS))).is_some());
        assert_eq!(compared(392, Compare::From(NOW.plus_ms(-401 * DAY_MS))), None);
        assert_eq!(compared(2, Compare::Nothing), None);
        let from = custom(2).resolve(NOW).from;
        assert_eq!(Compare::From(from.plus_ms(-1)).before(custom(2), NOW), Compare::From(from.plus_ms(-1)));
        assert_eq!(Compare::From(from).before(custom(2), NOW), Compare::Previous);
        assert_eq!(Compare::WeekBefore.before(custom(2), NOW), Compare::WeekBefore);
    }

    #[test]
    fn a_chosen_window_of_long_ago_lies_on_what_is_kept_of_it() {
        let start = NOW.plus_ms(-60 * DAY_MS);
        let window = TimeRange::Hour.resolve_compared(NOW, Compare::From(start));
        let compared = window.previous();
        assert_eq!(window.bucket_ms, 15 * MINUTE_MS);
        assert_eq!(compared.from, start.floor_to(15 * MINUTE_MS));
        for edge in [compared.from, compared.until] {
            assert_eq!(edge, edge.floor_to(15 * MINUTE_MS));
        }
    }

    #[test]
    fn a_day_reads_quarter_hours_and_its_compared_window_minutes_only_at_the_edge() {
        let window = TimeRange::Day.resolve(NOW);
        assert_eq!(
            window.segments(NOW),
            vec![Segment { tier_ms: 15 * MINUTE_MS, from: window.from, until: window.until }]
        );
        let previous = window.previous();
        let edge = Timestamp(previous.until.0).floor_to(15 * MINUTE_MS);
        assert_eq!(
            previous.segments(NOW),
            vec![
                Segment { tier_ms: 15 * MINUTE_MS, from: previous.from, until: edge },
                Segment { tier_ms: MINUTE_MS, from: edge, until: previous.until },
            ]
        );
    }

    #[test]
    fn a_short_range_of_the_past_has_buckets_as_fine_as_its_counts_are_kept() {
        for (ago_ms, bucket_ms) in [(HOUR_MS, 10 * SECOND_MS), (2 * DAY_MS, MINUTE_MS), (20 * DAY_MS, 15 * MINUTE_MS)] {
            let from = NOW.floor_to(HOUR_MS).plus_ms(-ago_ms);
            let window = TimeRange::Custom { from, until: from.plus_ms(10 * MINUTE_MS) }.resolve(NOW);
            assert_eq!(window.bucket_ms, bucket_ms);
            for segment in window.segments(NOW).into_iter().chain(window.previous().segments(NOW)) {
                let tier = TIERS.into_iter().find(|tier| tier.width_ms == segment.tier_ms);
                assert!(tier.is_some_and(|tier| tier.keep_ms >= NOW.since_ms(segment.from)), "{segment:?}");
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(512))]

        #[test]
        fn segments_cover_the_window_once(from_ago in 1..900 * DAY_MS, length in 1..120 * DAY_MS) {
            let from = NOW.plus_ms(-from_ago);
            let until = from.plus_ms(length);
            let window = TimeRange::Custom { from, until }.resolve(NOW);
            prop_assert!(i64::try_from(window.bucket_count()).unwrap_or(i64::MAX) <= BUCKETS_MAX);
            let (segments, whole) = (window.segments(NOW), window.whole_segments(NOW));
            prop_assert_eq!((whole.first().map(|part| part.from), whole.last().map(|part| part.until)),
                (segments.first().map(|part| part.from), segments.last().map(|part| part.until)));
            prop_assert!(whole.windows(2).all(|pair| pair[0].until == pair[1].from));
            prop_assert!(!segments.is_empty());
            prop_assert!(segments.windows(2).all(|pair| pair[0].until == pair[1].from));
            let (first, last) = (segments[0], segments[segments.len() - 1]);
            prop_assert!(first.from <= from && from.since_ms(first.from) < HOUR_MS);
            prop_assert!(last.until >= until && last.until.since_ms(until) < HOUR_MS);
            for segment in segments {
                prop_assert!(TIERS.iter().any(|tier| tier.width_ms == segment.tier_ms));
                prop_assert_eq!(window.bucket_ms % segment.tier_ms, 0);
                prop_assert_eq!(segment.from, segment.from.floor_to(segment.tier_ms));
                prop_assert_eq!(segment.until, segment.until.floor_to(segment.tier_ms));
            }
        }
    }
}
