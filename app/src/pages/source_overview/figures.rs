//! Which numbers a card, a fact or a row shows, in counts and in percentages (rules: DESIGN.md, "Numbers and time").

use super::query::Metric;
use domain::number_format::{self, Tone};
use domain::overview::Comparison;
use domain::step::Step;

/// A number of events that belong to a step, seen beside everything received.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figure {
    /// The step: it decides whether more is good news.
    pub step: Step,
    /// The events.
    pub part: Comparison,
    /// Everything received.
    pub received: Comparison,
}

/// A change in words: `+8,475` with the badge `+117.8%`, or `count +117.8%` with `+1.7 pp`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Beside the badge.
    pub text: String,
    /// On the badge.
    pub badge: String,
    /// How it is meant.
    pub tone: Tone,
}

impl Figure {
    /// Whether this is everything received: its share is always 100%, so it is told in counts.
    fn is_whole(self) -> bool {
        self.step == Step::Received && self.part == self.received
    }

    /// The number itself: a count, or the share of the events received.
    #[must_use]
    pub fn headline(self, metric: Metric) -> String {
        match metric {
            Metric::Counts => number_format::card_count(self.part.now),
            Metric::Percentages => self.share(),
        }
    }

    /// The share of the events received.
    #[must_use]
    pub fn share(self) -> String {
        number_format::share(self.part.now, self.received.now)
    }

    /// The same in the compared window.
    #[must_use]
    pub fn previous_share(self) -> String {
        number_format::share(self.part.previous, self.received.previous)
    }

    /// The change of the share, in percentage points.
    #[must_use]
    pub fn share_change(self) -> String {
        share_change((self.part.now, self.received.now), (self.part.previous, self.received.previous))
    }

    /// The change since the compared window.
    #[must_use]
    pub fn change(self, metric: Metric) -> Change {
        if metric == Metric::Counts || self.is_whole() {
            return Change {
                text: number_format::difference(self.part),
                badge: number_format::change(self.part),
                tone: number_format::tone(self.step, self.part),
            };
        }
        let (now, previous) = ((self.part.now, self.received.now), (self.part.previous, self.received.previous));
        Change {
            // "New" says no more than the badge does: the count itself does.
            text: match self.part.previous {
                0 => number_format::difference(self.part),
                _ => number_format::change(self.part),
            },
            badge: share_change(now, previous),
            tone: number_format::share_tone(self.step, now, previous),
        }
    }

    /// The same for a card, where a bare percentage would be taken for the share's.
    #[must_use]
    pub fn card_change(self, metric: Metric) -> Change {
        let change = self.change(metric);
        if metric == Metric::Percentages && !self.is_whole() {
            Change { text: format!("count {}", change.text), ..change }
        } else {
            change
        }
    }
}

/// The difference of two shares; `New` where there was nothing to have a share of.
#[must_use]
pub fn share_change(now: (u64, u64), previous: (u64, u64)) -> String {
    if previous.1 == 0 && now.0 > 0 { "New".to_owned() } else { number_format::share_change(now, previous) }
}

/// Events a second, from those of a whole minute: `7.0 events/s`. Spaces as wide as digits stand in for those that it may get
/// yet, so that nothing moves when it does.
#[must_use]
pub fn rate(last_minute: u64) -> String {
    const FIGURE_SPACE: char = '\u{2007}';
    let tenths = (last_minute.saturating_mul(10) + 30) / 60;
    let whole = number_format::count(tenths / 10);
    let room: String = std::iter::repeat_n(FIGURE_SPACE, 3_usize.saturating_sub(whole.len())).collect();
    format!("{room}{whole}.{} events/s", tenths % 10)
}

#[cfg(test)]
mod tests {
    use super::{Change, Comparison, Figure, Metric, Step, Tone, rate};

    const RECEIVED: Comparison = Comparison { now: 480_919, previous: 460_384 };

    fn figure(step: Step, now: u64, previous: u64) -> Figure {
        Figure { step, part: Comparison { now, previous }, received: RECEIVED }
    }

    fn change(text: &str, badge: &str, tone: Tone) -> Change {
        Change { text: text.to_owned(), badge: badge.to_owned(), tone }
    }

    /// The cards of the design, in both modes.
    #[test]
    fn cards() {
        let failed = figure(Step::FailedOnIngest, 15_672, 7_197);
        assert_eq!(failed.headline(Metric::Counts), "15,672");
        assert_eq!(failed.card_change(Metric::Counts), change("+8,475", "+117.8%", Tone::Negative));
        assert_eq!(failed.headline(Metric::Percentages), "3.3%");
        assert_eq!(failed.card_change(Metric::Percentages), change("count +117.8%", "+1.7 pp", Tone::Negative));
        assert_eq!((failed.previous_share(), failed.share_change()), ("1.6%".to_owned(), "+1.7 pp".to_owned()));
        let filtered = figure(Step::FilteredAtSource, 45_682, 45_273);
        assert_eq!(filtered.card_change(Metric::Percentages), change("count +0.9%", "−0.3 pp", Tone::Neutral));
        let eligible = figure(Step::Eligible, 419_565, 407_914);
        assert_eq!(eligible.card_change(Metric::Percentages), change("count +2.9%", "−1.4 pp", Tone::Negative));
    }

    #[test]
    fn received_keeps_its_count_change() {
        let received = Figure { step: Step::Received, part: RECEIVED, received: RECEIVED };
        assert_eq!(received.headline(Metric::Percentages), "100.0%");
        assert_eq!(received.card_change(Metric::Percentages), change("+20,535", "+4.5%", Tone::Positive));
    }

    #[test]
    fn nothing_before_is_new() {
        let counts = Comparison { now: 5, previous: 0 };
        let figure = Figure { step: Step::FailedOnIngest, part: counts, received: Comparison { now: 10, previous: 0 } };
        assert_eq!(figure.card_change(Metric::Percentages), change("count +5", "New", Tone::Negative));
        assert_eq!(figure.change(Metric::Counts).badge, "New");
        let nothing = Figure { step: Step::Eligible, part: Comparison::default(), received: Comparison::default() };
        assert_eq!((nothing.headline(Metric::Percentages).as_str(), nothing.share_change().as_str()), ("–", "0.0 pp"));
    }

    #[test]
    fn rates() {
        assert_eq!(
            [0, 2, 3, 420, 900, 60_000].map(rate).each_ref().map(|rate| rate.trim_start()),
            ["0.0 events/s", "0.0 events/s", "0.1 events/s", "7.0 events/s", "15.0 events/s", "1,000.0 events/s"]
        );
        assert!([2, 420, 900, 59_000].map(|events| rate(events).chars().count()).iter().all(|length| *length == 14));
    }
}
