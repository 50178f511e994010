//! The words of the sources list: what is written where, decided from the numbers.

use crate::pages::sources::api::Totals;
use domain::number_format::{count, share};
use domain::tally::{OTHER_KEYS, Tally, TallyKind};

/// From this share of failed events on, in percent, the list marks a source: most sources have a few.
const FAILED_PERCENT_MARKED: u64 = 1;

/// Most keys that a note names; the rest is summed.
const KEYS_NAMED_MAX: usize = 5;

/// How much a source's failed events want to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum FailedLook {
    /// Nothing failed, or nothing came.
    Quiet,
    /// A few.
    Plain,
    /// Look.
    Marked,
}

/// The share of failed events, and how it is shown.
pub(super) fn failed(received: u64, failed: u64) -> (String, FailedLook) {
    let look = match failed {
        0 => FailedLook::Quiet,
        _ if failed.saturating_mul(100) >= received.saturating_mul(FAILED_PERCENT_MARKED) => FailedLook::Marked,
        _ => FailedLook::Plain,
    };
    (share(failed, received), look)
}

/// One sentence over the list.
pub(super) fn summary(all: Totals) -> String {
    let sources = match all.sources {
        1 => "1 source".to_owned(),
        n => format!("{} sources", count(n)),
    };
    match all.received {
        0 => format!("{sources} · no events in the last 24 hours"),
        received => format!(
            "{sources} · {} events in the last 24 hours · {} failed on ingest",
            count(received),
            share(all.failed, received)
        ),
    }
}

/// How many requests named no source, and which keys they named instead; nothing if there were none.
pub(super) fn unattributed(tallies: &[Tally]) -> Option<(String, String)> {
    let tallies: Vec<&Tally> = tallies.iter().filter(|tally| tally.kind.is_unattributed()).collect();
    let sum = |tallies: &[&Tally]| tallies.iter().map(|tally| tally.requests).sum::<u64>();
    let (named, rest) = tallies.split_at(tallies.len().min(KEYS_NAMED_MAX));
    let mut keys: Vec<String> =
        named.iter().map(|tally| format!("{} ({})", key(tally), count(tally.requests))).collect();
    if !rest.is_empty() {
        keys.push(format!("{} more ({})", rest.len(), count(sum(rest))));
    }
    let title = format!("{} in the last 24 hours named no source", requests(sum(&tallies)));
    (!tallies.is_empty()).then(|| (title, keys.join(", ")))
}

/// How many requests were sent away for the moment; nothing if there were none.
pub(super) fn unavailable(tallies: &[Tally]) -> Option<String> {
    let sent_away = tallies.iter().filter(|tally| tally.kind == TallyKind::Unavailable);
    let n: u64 = sent_away.map(|tally| tally.requests).sum();
    let were = if n == 1 { "was" } else { "were" };
    (n > 0).then(|| format!("{} in the last 24 hours {were} told to come back later", requests(n)))
}

fn requests(n: u64) -> String {
    if n == 1 { "1 request".to_owned() } else { format!("{} requests", count(n)) }
}

/// What a request said for a key, masked.
fn key(tally: &Tally) -> String {
    match (tally.kind, tally.key_hint.as_str()) {
        (TallyKind::WriteKeyMissing, _) | (_, "") => "no key".to_owned(),
        (_, OTHER_KEYS) => OTHER_KEYS.to_owned(),
        (_, "…") => "keys too short to show".to_owned(),
        (_, hint) => format!("key {hint}"),
    }
}

#[cfg(test)]
mod tests {
    use super::{FailedLook, OTHER_KEYS, Tally, TallyKind, Totals, failed, summary, unattributed, unavailable};
    use domain::clock::Timestamp;

    #[test]
    fn failed_events_are_marked_from_one_percent_on() {
        for (received, n, text, look) in [
            (480_919, 15_672, "3.3%", FailedLook::Marked),
            (131_204, 214, "0.2%", FailedLook::Plain),
            (86_951, 9, "<0.1%", FailedLook::Plain),
            (100, 1, "1.0%", FailedLook::Marked),
            (20_482, 0, "0.0%", FailedLook::Quiet),
            (0, 0, "–", FailedLook::Quiet),
        ] {
            assert_eq!(failed(received, n), (text.to_owned(), look));
        }
    }

    #[test]
    fn the_summary_counts_and_never_divides_by_nothing() {
        assert_eq!(summary(Totals { sources: 1, received: 0, failed: 0 }), "1 source · no events in the last 24 hours");
        assert_eq!(
            summary(Totals { sources: 2, received: 851_601, failed: 16_300 }),
            "2 sources · 851,601 events in the last 24 hours · 1.9% failed on ingest"
        );
    }

    fn tally(kind: TallyKind, key_hint: &str, requests: u64) -> Tally {
        Tally { kind, key_hint: key_hint.to_owned(), requests, last_at: Timestamp(0) }
    }

    #[test]
    fn requests_that_named_no_source_are_told_by_the_key_they_named() {
        use TallyKind::{LibraryMetrics, Unavailable, WriteKeyMissing, WriteKeyUnknown};
        let metrics = tally(LibraryMetrics, "abcd…wxyz", 900);
        assert_eq!(unattributed(&[]), None);
        assert_eq!(unattributed(&[metrics.clone(), tally(Unavailable, "", 12)]), None);
        let told = |tallies: &[Tally]| unattributed(tallies).expect("a note");
        let both = [metrics, tally(WriteKeyUnknown, "abcd…wxyz", 1_030), tally(WriteKeyMissing, "", 7)];
        assert_eq!(told(&both).0, "1,037 requests in the last 24 hours named no source");
        assert_eq!(told(&both).1, "key abcd…wxyz (1,030), no key (7)");
        let odd = [tally(WriteKeyUnknown, "…", 1)];
        assert_eq!(told(&odd).0, "1 request in the last 24 hours named no source");
        assert_eq!(told(&odd).1, "keys too short to show (1)");
        let many: Vec<Tally> = (0..8).map(|i| tally(WriteKeyUnknown, &format!("aaa{i}…zzzz"), 2)).collect();
        assert!(told(&many).1.ends_with("key aaa4…zzzz (2), 3 more (6)"), "{}", told(&many).1);
        assert_eq!(told(&[tally(WriteKeyUnknown, OTHER_KEYS, 3)]).1, "other keys (3)");
    }

    #[test]
    fn requests_that_were_sent_away_are_told() {
        use TallyKind::{Unavailable, WriteKeyMissing};
        assert_eq!(unavailable(&[tally(WriteKeyMissing, "", 7)]), None);
        let text = unavailable(&[tally(Unavailable, "", 11), tally(Unavailable, "abcd…wxyz", 1)]);
        assert_eq!(text.as_deref(), Some("12 requests in the last 24 hours were told to come back later"));
    }
}
