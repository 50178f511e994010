//! Marks on the chart: facts in the data, and changes of settings, that explain a line. Where they come from: the first sight of
//! an app version and the audit trail (`store::mark`), and silence, which is read off the line itself.

use crate::clock::Timestamp;
use crate::time_range::Window;
use serde::{Deserialize, Serialize};

/// Most marks that travel: those that are not drawn are listed with the chart's table.
pub const MARKS_MAX: usize = 50;
/// Buckets before a silence that say how much was to be expected.
const BEFORE_BUCKETS: usize = 12;
/// Of those, at least so many must be there.
const BEFORE_BUCKETS_MIN: usize = 3;
/// So many events must be missing. Where they come at random, a gap of a dozen is chance once in 160,000 times.
const MISSED_EVENTS_MIN: u64 = 12;

/// Something that happened at a moment of the chart.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mark {
    /// When.
    pub at: Timestamp,
    /// What.
    pub what: Marked,
}

/// What a mark says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Marked {
    /// The source was sending and fell silent; until then, or still.
    Silence {
        /// Its end.
        until: Option<Timestamp>,
    },
    /// Switched off.
    Disabled,
    /// Switched on.
    Enabled,
    /// An event was blocked by name.
    SchemaChanged,
    /// A write key was added, replaced or revoked.
    KeyChanged,
    /// The first event of an app version.
    FirstSeen {
        /// The version.
        version: String,
    },
}

impl Marked {
    /// In words: `4.12.0 first seen`.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::Silence { .. } => "Silent".to_owned(),
            Self::Disabled => "Disabled".to_owned(),
            Self::Enabled => "Enabled".to_owned(),
            Self::SchemaChanged => "Schema changed".to_owned(),
            Self::KeyChanged => "Write keys changed".to_owned(),
            Self::FirstSeen { version } => format!("{version} first seen"),
        }
    }

    /// The change that an action of the audit trail is, if it explains a line.
    #[must_use]
    pub fn of_action(action: &str) -> Option<Self> {
        match action {
            "source.disable" => Some(Self::Disabled),
            "source.enable" => Some(Self::Enabled),
            "schema.block_event" => Some(Self::SchemaChanged),
            "write_key.create" | "write_key.rotate" | "write_key.revoke" => Some(Self::KeyChanged),
            _ => None,
        }
    }

    /// What explains more goes first where there is room for few.
    #[must_use]
    pub fn weight(&self) -> u8 {
        match self {
            Self::Silence { .. } => 4,
            Self::Disabled | Self::Enabled => 3,
            Self::FirstSeen { .. } => 2,
            Self::SchemaChanged => 1,
            Self::KeyChanged => 0,
        }
    }
}

/// Where a source that was sending fell silent. `received` has a value for each of the window's buckets; one that is in
/// progress is no silence yet, but ends one.
#[must_use]
pub fn silences(window: &Window, received: &[u64]) -> Vec<Mark> {
    let finished = received.len() - usize::from(window.in_progress()).min(received.len());
    let mut marks = Vec::new();
    let mut i = 0;
    while i < finished {
        let end = (i..finished).find(|j| received[*j] > 0).unwrap_or(finished);
        let before = &received[i.saturating_sub(BEFORE_BUCKETS)..i];
        let sent: u64 = before.iter().sum();
        let missed = sent.saturating_mul((end - i) as u64) / (before.len() as u64).max(1);
        let was_sending = before.len() >= BEFORE_BUCKETS_MIN && before.iter().all(|count| *count > 0);
        if end > i && was_sending && missed >= MISSED_EVENTS_MIN {
            let goes_on = end == finished && received.get(end).is_none_or(|count| *count == 0);
            let until = (!goes_on).then(|| window.bucket_start(end));
            marks.push(Mark { at: window.bucket_start(i), what: Marked::Silence { until } });
        }
        i = end.max(i + 1);
    }
    marks
}

#[cfg(test)]
mod tests {
    use super::{Mark, Marked, silences};
    use crate::clock::{MINUTE_MS, Timestamp};
    use crate::time_range::TimeRange;

    /// The last hour; the minute in progress is the last of 60.
    fn silent(received: impl Fn(usize) -> u64) -> Vec<(usize, Option<usize>)> {
        let window = TimeRange::Hour.resolve(Timestamp(1_762_435_927_250));
        let received: Vec<u64> = (0..window.bucket_count()).map(received).collect();
        let minute =
            |at: Timestamp| usize::try_from(at.since_ms(window.bucket_start(0)) / MINUTE_MS).unwrap_or(usize::MAX);
        let marks = silences(&window, &received).into_iter().map(|Mark { at, what }| match what {
            Marked::Silence { until } => (minute(at), until.map(minute)),
            _ => panic!("only silence is read off the line"),
        });
        marks.collect()
    }

    #[test]
    fn a_source_that_was_sending_and_fell_silent_is_marked() {
        let last = TimeRange::Hour.resolve(Timestamp(1_762_435_927_250)).bucket_count() - 1;
        assert_eq!(silent(|i| if (20..30).contains(&i) { 0 } else { 5 }), [(20, Some(30))]);
        assert_eq!(silent(|i| if i < 40 { 20 } else { 0 }), [(40, None)]);
        assert_eq!(
            silent(|i| if i < 40 || i == last { 20 } else { 0 }),
            [(40, Some(last))],
            "what is in progress ends it"
        );
        assert_eq!(silent(|i| if i == last { 0 } else { 20 }), [], "what is in progress is no silence yet");
    }

    #[test]
    fn chance_and_unknown_beginnings_are_not() {
        assert_eq!(silent(|_| 0), []);
        assert_eq!(silent(|i| u64::from(i > 30) * 9), [], "nothing is known of the time before");
        assert_eq!(silent(|i| u64::from(i % 3 != 0)), [], "a source that sends now and then");
        assert_eq!(silent(|i| if (20..22).contains(&i) { 0 } else { 5 }), [], "ten events are chance");
    }

    #[test]
    fn what_the_audit_trail_says_is_marked_if_it_explains_a_line() {
        assert_eq!(Marked::of_action("source.disable"), Some(Marked::Disabled));
        assert_eq!(Marked::of_action("source.update"), None);
    }
}
