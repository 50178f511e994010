//! The server's half: look up the source, read its numbers, put times into words.

use super::super::labels::labels;
use super::super::query::{OverviewParams, OverviewQuery};
use super::super::words::lower_first;
use super::{AppError, Comparison, Content, LastEvent, Moment, Numbers, OverviewPage, SourceHead, TablePage};
use crate::request::{self, ReaderZone};
use crate::state::AppState;
use domain::breakdown::{BREAKDOWN_PAGE_ROWS, Breakdown, Enough, RowKey, SortBy};
use domain::catalog::KindLabel;
use domain::clock::Timestamp;
use domain::mark::{Mark, silences};
use domain::overview::Question;
use domain::source::{SOURCE_SLUG_CHARS_MAX, Source};
use domain::time_range::{Compare, TimeRange, Window};
use domain::write_key::WriteKey;
use futures_util::future::join;
use jiff::tz::TimeZone;
use store::overview::{Named, Page, Whole};
use store::source::Head;

/// The source with that slug, and how it is doing at that moment.
pub(crate) async fn head(
    state: &AppState,
    slug: &str,
    zone: ReaderZone,
    now: Timestamp,
) -> Result<(SourceHead, TimeZone), AppError> {
    if slug.chars().count() > SOURCE_SLUG_CHARS_MAX {
        return Err(AppError::not_found());
    }
    let head = store::source::head(&state.store, slug).await?;
    Ok(head_in_words(head.ok_or_else(AppError::not_found)?, zone, now))
}

fn head_in_words(head: Head, zone: ReaderZone, now: Timestamp) -> (SourceHead, TimeZone) {
    let Head { source, write_key, last_event_at, zone: workspace_zone } = head;
    let zone = zone.or_workspace(&workspace_zone);
    let last_event =
        last_event_at.map(|at| LastEvent { moment: Moment::new(at, now, &zone), age_ms: now.since_ms(at).max(0) });
    let write_key = write_key.as_ref().map(WriteKey::as_str).map(str::to_owned);
    let kind = KindLabel::of(&source.kind);
    (SourceHead { source, kind, write_key, last_event }, zone)
}

/// Who may read is decided here once there is sign-in; until then the server listens on loopback only.
pub(super) async fn page(slug: &str, params: &OverviewParams) -> Result<OverviewPage, AppError> {
    let state = request::state()?;
    let zone = request::reader_zone();
    let now = (state.now)();
    let (query, _) = OverviewQuery::parse(&|name| params.get(name));
    let asked = Asked::of(query, now);
    let cut = |rows| asked.table_page(rows);
    let whole = store::overview::whole(&state.store, slug, asked.question(), asked.enough(), now, cut).await;
    let ((head, zone), known) = match whole {
        Ok(Some(Whole { head, marks, page })) => (head_in_words(head, zone, now), Some((page, Ok(marks)))),
        // Part by part: what can be had is shown.
        Ok(None) | Err(_) => (head(&state, slug, zone, now).await?, None),
    };
    if head.last_event.is_none() {
        return Ok(OverviewPage { head, content: Content::NoEvents });
    }
    let counted = match known {
        Some(known) => Ok(known),
        None => asked.read(&state, &head.source, now).await,
    };
    let took_ms = (state.now)().since_ms(now);
    let content = match counted {
        Ok((page, marks)) => Content::Numbers(Box::new(asked.in_words(page, marks, took_ms, &zone))),
        Err(error) => Content::Failed(error),
    };
    Ok(OverviewPage { head, content })
}

/// What happened to a source, if that is to be had.
type Marks = Result<Vec<Mark>, AppError>;

/// What a page is asked for, as far as there is any of it.
struct Asked {
    query: OverviewQuery,
    range: TimeRange,
    compare: Compare,
    window: Window,
    /// What of it there is not.
    notes: Vec<String>,
}

impl Asked {
    fn of(query: OverviewQuery, now: Timestamp) -> Self {
        let mut notes = Vec::new();
        let range = query.range.within_kept(now).unwrap_or_else(|fault| {
            let shown = lower_first(TimeRange::default().title());
            notes.push(format!("The range {}. Showing {shown}.", fault.objection()));
            TimeRange::default()
        });
        let compare = query.compare.before(range, now);
        if compare != query.compare {
            let note = "The compared period must start before the shown one. Comparing with the period before.";
            notes.push(note.to_owned());
        }
        Self { query, range, compare, window: range.resolve_compared(now, compare), notes }
    }

    fn question(&self) -> Question {
        let Self { query, window, .. } = self;
        let (selection, filters) = (query.selection(), query.filters.clone());
        Question { window: *window, selection, filters, dimension: query.by }
    }

    /// Which rows the table shows, if that does not depend on what they are called.
    fn enough(&self) -> Option<Enough> {
        let OverviewQuery { sort, search, page, .. } = &self.query;
        let rows = usize::try_from(*page).unwrap_or(usize::MAX).saturating_mul(BREAKDOWN_PAGE_ROWS);
        (search.is_empty() && sort.by != SortBy::Label).then_some(Enough { sort: *sort, rows })
    }

    fn table_page(&self, breakdown: Breakdown) -> TablePage {
        let pinned = self.query.filters.get(self.query.selection().usable(self.query.by));
        table_page(breakdown, &self.query, pinned)
    }

    async fn read(
        &self,
        state: &AppState,
        source: &Source,
        now: Timestamp,
    ) -> Result<(Page<TablePage>, Marks), AppError> {
        let cut = |rows| self.table_page(rows);
        // Beside each other: what takes time is the way to SQLite's threads and back.
        let (page, marks) = join(
            store::overview::read(&state.store, source.number, self.question(), now, cut),
            store::mark::of_source(&state.store, source, &self.window),
        )
        .await;
        Ok((page?, marks.map_err(AppError::of_part)))
    }

    fn in_words(self, page: Page<TablePage>, marks: Marks, took_ms: i64, zone: &TimeZone) -> Numbers {
        let Self { query, range, compare, notes, .. } = self;
        let Page { overview, named } = page;
        let mut happened = silences(&overview.window, &overview.pipeline.received.now);
        let lacks_marks = marks.is_err();
        happened.extend(marks.into_iter().flatten());
        happened.sort_by_key(|mark| std::cmp::Reverse(mark.at));
        let (table, live) = match named.map_err(AppError::of_part) {
            Ok(Named { table, live }) => (Ok(table), live),
            Err(error) => (Err(error), None),
        };
        Numbers {
            table,
            labels: labels(range, &overview.window, compare, &happened, zone),
            range,
            compare,
            notes,
            window: overview.window,
            pipeline: overview.pipeline,
            selection: overview.selection,
            filters: overview.filters,
            series: overview.series,
            fate: overview.fate,
            tabs: overview.tabs.into_iter().filter(|(dimension, _)| query.offers(*dimension)).collect(),
            dimension: overview.dimension,
            live,
            last_minute: overview.last_minute,
            took_ms,
            lacks_marks,
        }
    }
}

/// Cuts one page out of a breakdown; a page past the end is the last one.
fn table_page(breakdown: Breakdown, query: &OverviewQuery, pinned: Option<&RowKey>) -> TablePage {
    let (total, unsought_count, largest) = (breakdown.total(), breakdown.row_count(), breakdown.largest());
    let breakdown = breakdown.matching(&query.search);
    let (found, row_count) = (breakdown.total(), breakdown.row_count());
    let pages = usize::try_from(row_count).unwrap_or(usize::MAX).div_ceil(BREAKDOWN_PAGE_ROWS).max(1);
    let page = usize::try_from(query.page).unwrap_or(pages).clamp(1, pages);
    let rows = breakdown.page(query.sort, pinned, (page - 1) * BREAKDOWN_PAGE_ROWS, BREAKDOWN_PAGE_ROWS);
    let shown = rows.iter().fold(Comparison::default(), |mut sum, row| {
        sum += row.counts;
        sum
    });
    TablePage {
        rows,
        page: u32::try_from(page).unwrap_or(1),
        row_count,
        unsought_count,
        rest: Comparison { now: found.now - shown.now, previous: found.previous - shown.previous },
        unsought: Comparison { now: total.now - found.now, previous: total.previous - found.previous },
        total,
        largest,
    }
}

#[cfg(test)]
mod tests {
    use super::{Breakdown, Comparison, OverviewQuery, RowKey, table_page};
    use domain::breakdown::Row;

    fn breakdown(rows: u64) -> Breakdown {
        let row = |i: u64| Row {
            key: RowKey::Name(format!("event {i}").into()),
            counts: Comparison { now: 100 - i, previous: 1 },
            trend: vec![100 - i],
        };
        (0..rows).map(row).collect::<Vec<_>>().into()
    }

    fn at_page(page: u32) -> OverviewQuery {
        OverviewQuery { page, ..OverviewQuery::default() }
    }

    #[test]
    fn what_a_search_leaves_out_is_still_in_the_total() {
        let pinned = RowKey::Name("event 13".into());
        let page = table_page(breakdown(28), &OverviewQuery::default().with_search("EVENT 1"), Some(&pinned));
        assert_eq!((page.row_count, page.unsought_count, page.largest), (11, 28, 100));
        assert_eq!(page.rows[0].key, pinned);
        let shown: u64 = page.rows.iter().map(|row| row.counts.now).sum();
        assert_eq!(shown + page.rest.now + page.unsought.now, page.total.now);
    }

    #[test]
    fn a_page_says_what_it_leaves_out() {
        let page = table_page(breakdown(28), &at_page(2), None);
        assert_eq!((page.rows.len(), page.page, page.row_count, page.largest), (10, 2, 28, 100));
        assert_eq!(page.rest.previous, 18);
        let shown: u64 = page.rows.iter().map(|row| row.counts.now).sum();
        assert_eq!(shown + page.rest.now, page.total.now);
    }

    #[test]
    fn pages_past_the_end_are_the_last_one() {
        let page = table_page(breakdown(28), &at_page(u32::MAX), None);
        assert_eq!((page.page, page.rows.len(), page.rest.previous), (3, 8, 20));
        let nothing = table_page(Breakdown::default(), &at_page(7), None);
        assert_eq!((nothing.page, nothing.rows.len(), nothing.total.now, nothing.largest), (1, 0, 0, 0));
    }
}
