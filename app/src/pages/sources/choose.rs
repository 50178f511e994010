//! The server's half of the list: which sources an address asks for, in which order. Everything is decided from the one
//! list that the store reads, however many sources there are.

use super::query::{Column, SourcesQuery, SourcesTab, StatusFilter};
use domain::catalog::KindLabel;
use domain::clock::{HOUR_MS, Timestamp};
use domain::label::Label;
use domain::source::SourceSummary;
use std::cmp::Ordering;
use std::collections::BTreeSet;

/// An enabled source that had events, and none for this long, is called silent.
pub(super) const SILENT_AFTER_MS: i64 = 3 * HOUR_MS;
/// From this share of failed events on, in percent, a source is to be looked at: most have a few.
const FAILED_PERCENT_MARKED: u64 = 1;
/// Rows of a page.
pub(super) const PAGE_ROWS: usize = 50;

/// How a source is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Doing {
    /// Takes events.
    Well,
    /// Takes events, many of which fail.
    Failing,
    /// Had its last event that long ago, in milliseconds.
    Silent(i64),
    /// Takes none.
    Disabled,
}

impl Doing {
    pub fn of(summary: &SourceSummary, now: Timestamp) -> Self {
        let silent_ms = summary.last_event_at.map(|at| now.since_ms(at)).filter(|ms| *ms >= SILENT_AFTER_MS);
        let fails = summary.failed > 0
            && summary.failed.saturating_mul(100) >= summary.received.saturating_mul(FAILED_PERCENT_MARKED);
        match silent_ms {
            _ if !summary.source.enabled => Self::Disabled,
            Some(ms) => Self::Silent(ms),
            None if fails => Self::Failing,
            None => Self::Well,
        }
    }

    fn passes(self, filter: StatusFilter) -> bool {
        match filter {
            StatusFilter::All => true,
            StatusFilter::Enabled => self != Self::Disabled,
            StatusFilter::Attention => matches!(self, Self::Failing | Self::Silent(_)),
            StatusFilter::Disabled => self == Self::Disabled,
        }
    }
}

/// What is shown of all sources.
pub(super) struct Chosen {
    /// Of the page, in order.
    pub rows: Vec<(SourceSummary, KindLabel, Doing)>,
    /// How many sources each tab has.
    pub tabs: [u64; 3],
    /// How many of the tab pass each status.
    pub statuses: [u64; 4],
    /// The kinds in the tab.
    pub kinds: Vec<KindLabel>,
    /// The labels in the tab.
    pub labels: Vec<Label>,
    /// How many match, and what they received and failed.
    pub matching: (u64, u64, u64),
    /// How many pages those are; at least one.
    pub pages: u32,
}

/// Chooses. `of_key`: the source whose write key is searched for.
pub(super) fn choose(all: Vec<SourceSummary>, query: &SourcesQuery, of_key: Option<&str>, now: Timestamp) -> Chosen {
    let all: Vec<(SourceSummary, KindLabel, Doing)> = all
        .into_iter()
        .map(|summary| {
            let (kind, doing) = (KindLabel::of(&summary.source.kind), Doing::of(&summary, now));
            (summary, kind, doing)
        })
        .collect();
    let in_tab = |tab: SourcesTab| all.iter().filter(move |(_, kind, _)| SourcesTab::of(kind.kind) == tab);
    let tabs = SourcesTab::ALL.map(|tab| in_tab(tab).count() as u64);
    let statuses =
        StatusFilter::ALL.map(|status| in_tab(query.tab).filter(|(_, _, doing)| doing.passes(status)).count() as u64);
    let mut kinds: Vec<KindLabel> = in_tab(query.tab).map(|(_, kind, _)| kind.clone()).collect();
    kinds.sort_by(|a, b| (&a.name, &a.slug).cmp(&(&b.name, &b.slug)));
    kinds.dedup();
    let labels: BTreeSet<Label> =
        in_tab(query.tab).flat_map(|(summary, _, _)| summary.source.labels.iter().cloned()).collect();
    let mut rows: Vec<_> = all
        .into_iter()
        .filter(|(_, kind, _)| SourcesTab::of(kind.kind) == query.tab)
        .filter(|(_, _, doing)| doing.passes(query.status))
        .filter(|(_, kind, _)| query.kind.as_ref().is_none_or(|wanted| *wanted == kind.slug))
        .filter(|(summary, _, _)| query.label.as_ref().is_none_or(|label| summary.source.labels.contains(label)))
        .filter(|(summary, kind, _)| of_key == Some(&summary.source.id) || is_found(summary, kind, &query.q))
        .collect();
    rows.sort_by(|a, b| compared(a, b, query));
    let sum = |count: fn(&SourceSummary) -> u64| rows.iter().map(|(summary, _, _)| count(summary)).sum();
    let matching = (rows.len() as u64, sum(|summary| summary.received), sum(|summary| summary.failed));
    let pages = rows.len().div_ceil(PAGE_ROWS).max(1);
    let page = usize::try_from(query.page).unwrap_or(1).clamp(1, pages);
    let rows = rows.into_iter().skip((page - 1) * PAGE_ROWS).take(PAGE_ROWS).collect();
    let pages = u32::try_from(pages).unwrap_or(u32::MAX);
    Chosen { rows, tabs, statuses, kinds, labels: labels.into_iter().collect(), matching, pages }
}

/// Whether the text stands in a name, slug, kind or label, whatever the case.
fn is_found(summary: &SourceSummary, kind: &KindLabel, text: &str) -> bool {
    let wanted = text.to_lowercase();
    let has = |text: &str| text.to_lowercase().contains(&wanted);
    let source = &summary.source;
    has(&source.name)
        || has(&source.slug)
        || has(&kind.name)
        || source.labels.iter().any(|label| has(&label.to_string()))
}

type Row = (SourceSummary, KindLabel, Doing);

/// The store's order, by name, decides between equals.
fn compared((a, a_kind, a_doing): &Row, (b, b_kind, b_doing): &Row, query: &SourcesQuery) -> Ordering {
    let name = |summary: &SourceSummary| summary.source.name.to_lowercase();
    let ordering = match query.sort.by {
        None | Some(Column::Labels) => name(a).cmp(&name(b)),
        Some(Column::Status) => a_doing.cmp(b_doing),
        Some(Column::Volume) => a.received.cmp(&b.received),
        // a / b < c / d, without dividing.
        Some(Column::Failed) => {
            let share =
                |of: &SourceSummary, other: &SourceSummary| u128::from(of.failed) * u128::from(other.received.max(1));
            share(a, b).cmp(&share(b, a))
        }
        Some(Column::LastEvent) => a.last_event_at.cmp(&b.last_event_at),
        Some(Column::Category) => {
            let title = |kind: &KindLabel| kind.kind.map(|kind| kind.title());
            title(a_kind).cmp(&title(b_kind))
        }
        Some(Column::Created) => a.source.created_at.cmp(&b.source.created_at),
    };
    if query.sort.falling { ordering.reverse() } else { ordering }
}

#[cfg(test)]
mod tests {
    use super::{Doing, PAGE_ROWS, SourcesQuery, SourcesTab, StatusFilter, choose};
    use crate::pages::sources::query::{Column, Sort};
    use domain::clock::{HOUR_MS, Timestamp};
    use domain::label::{Label, Labels};
    use domain::source::{Source, SourceNumber, SourceSummary};

    const NOW: Timestamp = Timestamp(1_762_435_927_250);

    fn source(number: i64, name: &str, kind: &str, labels: &str) -> SourceSummary {
        let source = Source {
            id: format!("id {number}"),
            number: SourceNumber(number),
            name: name.to_owned(),
            slug: format!("slug-{number}"),
            kind: kind.to_owned(),
            enabled: true,
            created_at: NOW.plus_ms(-number),
            description: String::new(),
            website: String::new(),
            labels: Labels::parse(labels).expect("labels"),
            version: 1,
            deleted_at: None,
        };
        SourceSummary { source, last_event_at: None, trend: Vec::new(), received: 0, failed: 0 }
    }

    fn some() -> Vec<SourceSummary> {
        let mut web = source(1, "Web <b>", "javascript", "env:production");
        (web.received, web.failed, web.last_event_at) = (100, 1, Some(NOW));
        let mut api = source(2, "متجر API", "node-js", "env:dev team:web");
        (api.received, api.last_event_at) = (7, Some(NOW.plus_ms(-5 * HOUR_MS)));
        let mut old = source(3, "Old", "javascript", "");
        old.source.enabled = false;
        vec![api, old, web]
    }

    fn names(query: &SourcesQuery, of_key: Option<&str>) -> Vec<String> {
        choose(some(), query, of_key, NOW).rows.into_iter().map(|(summary, _, _)| summary.source.name).collect()
    }

    #[test]
    fn sources_are_found_by_what_they_are_called_and_by_their_key() {
        let q = |q: &str| SourcesQuery { q: q.to_owned(), ..SourcesQuery::default() };
        for (text, expected) in [
            ("", vec!["Old", "Web <b>", "متجر API"]),
            ("WEB", vec!["Web <b>", "متجر API"]),
            ("<b>", vec!["Web <b>"]),
            ("متجر", vec!["متجر API"]),
            ("slug-3", vec!["Old"]),
            ("node.js", vec!["متجر API"]),
            ("env:dev", vec!["متجر API"]),
            ("% _", vec![]),
        ] {
            assert_eq!(names(&q(text), None), expected, "{text}");
        }
        assert_eq!(names(&q("a whole key"), Some("id 3")), ["Old"]);
    }

    #[test]
    fn sources_are_narrowed_and_put_in_order() {
        let base = SourcesQuery::default();
        let status = |status| SourcesQuery { status, ..SourcesQuery::default() };
        assert_eq!(names(&status(StatusFilter::Enabled), None), ["Web <b>", "متجر API"]);
        assert_eq!(names(&status(StatusFilter::Attention), None), ["Web <b>", "متجر API"]);
        assert_eq!(names(&status(StatusFilter::Disabled), None), ["Old"]);
        let label = Label::parse("team:web").ok();
        assert_eq!(names(&SourcesQuery { label, ..base.clone() }, None), ["متجر API"]);
        assert_eq!(names(&SourcesQuery { kind: Some("javascript".into()), ..base.clone() }, None), ["Old", "Web <b>"]);
        assert!(names(&SourcesQuery { tab: SourcesTab::CloudApps, ..base.clone() }, None).is_empty());
        let by = |by, falling| SourcesQuery { sort: Sort { by: Some(by), falling }, ..SourcesQuery::default() };
        assert_eq!(names(&by(Column::Volume, true), None), ["Web <b>", "متجر API", "Old"]);
        assert_eq!(names(&by(Column::Failed, true), None)[0], "Web <b>");
        assert_eq!(names(&by(Column::Created, false), None), ["Old", "متجر API", "Web <b>"]);
        assert_eq!(names(&by(Column::LastEvent, false), None), ["Old", "متجر API", "Web <b>"]);
        let chosen = choose(some(), &base, None, NOW);
        assert_eq!((chosen.tabs, chosen.statuses, chosen.matching), ([3, 0, 0], [3, 2, 2, 1], (3, 107, 1)));
        assert_eq!((chosen.kinds.len(), chosen.labels.len(), chosen.pages), (2, 3, 1));
        assert_eq!(Doing::of(&some()[0], NOW), Doing::Silent(5 * HOUR_MS));
    }

    #[test]
    fn pages_hold_so_many_and_the_last_the_rest() {
        let many: Vec<SourceSummary> =
            (0..PAGE_ROWS as i64 + 3).map(|n| source(n, &format!("{n:03}"), "go", "")).collect();
        let page = |page| choose(many.clone(), &SourcesQuery { page, ..SourcesQuery::default() }, None, NOW);
        assert_eq!((page(1).rows.len(), page(2).rows.len(), page(99).rows.len()), (PAGE_ROWS, 3, 3));
        assert_eq!((page(1).pages, page(1).matching.0), (2, PAGE_ROWS as u64 + 3));
    }
}
