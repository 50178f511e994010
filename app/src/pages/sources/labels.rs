//! The words of the sources list: what is written where, decided from the numbers.

use crate::pages::sources::api::SourceRow;
use domain::catalog::event_stream_kind;
use domain::number_format::{NOTHING, count, share};

/// From this share of failed events on, in percent, the list marks a source: most sources have a few.
const FAILED_PERCENT_MARKED: u64 = 1;

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

/// A kind's tile and name; a kind that the catalog no longer has keeps its slug.
pub(super) fn kind(slug: &str) -> (String, String) {
    match event_stream_kind(slug) {
        Some(kind) => (kind.monogram.to_owned(), kind.name.to_owned()),
        None => (NOTHING.to_owned(), slug.to_owned()),
    }
}

/// Received and failed over all sources.
pub(super) fn totals(rows: &[SourceRow]) -> (u64, u64) {
    rows.iter().fold((0, 0), |(received, failed), row| (received + row.received, failed + row.failed))
}

/// One sentence over the list.
pub(super) fn summary(rows: &[SourceRow]) -> String {
    let sources = match rows.len() {
        1 => "1 source".to_owned(),
        n => format!("{n} sources"),
    };
    match totals(rows) {
        (0, _) => format!("{sources} · no events in the last 24 hours"),
        (received, failed) => {
            format!(
                "{sources} · {} events in the last 24 hours · {} failed on ingest",
                count(received),
                share(failed, received)
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FailedLook, SourceRow, failed, kind, summary};

    fn row(received: u64, failed: u64) -> SourceRow {
        SourceRow {
            slug: "shop".to_owned(),
            name: "Shop".to_owned(),
            kind: "javascript".to_owned(),
            enabled: true,
            received,
            failed,
            trend: Vec::new(),
            last_event: None,
        }
    }

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
        assert_eq!(summary(&[row(0, 0)]), "1 source · no events in the last 24 hours");
        assert_eq!(
            summary(&[row(851_000, 16_300), row(601, 0)]),
            "2 sources · 851,601 events in the last 24 hours · 1.9% failed on ingest"
        );
    }

    #[test]
    fn a_kind_that_is_gone_keeps_its_slug() {
        assert_eq!(kind("node-js"), ("NJS".to_owned(), "Node.js".to_owned()));
        assert_eq!(kind("gone"), ("–".to_owned(), "gone".to_owned()));
    }
}
