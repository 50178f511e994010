//! The server's half: look up the source, read its numbers, put times into words.

use super::super::labels::labels;
use super::super::query::{OverviewParams, OverviewQuery};
use super::origin;
use super::{AppError, Comparison, Content, LastEvent, Moment, Numbers, OverviewPage, SourceHead, TablePage};
use crate::request;
use crate::state::AppState;
use domain::breakdown::{BREAKDOWN_PAGE_ROWS, Breakdown};
use domain::clock::Timestamp;
use domain::filter::Filters;
use domain::overview::Question;
use domain::source::{SOURCE_SLUG_CHARS_MAX, Source};
use domain::write_key::WriteKey;
use jiff::tz::TimeZone;

/// Who may read is decided here once there is sign-in; until then the server listens on loopback only.
pub(super) async fn page(slug: &str, params: &OverviewParams) -> Result<OverviewPage, AppError> {
    let state = request::state()?;
    let (zone, origin) = (request::reader_zone(), origin::of_request());
    if slug.chars().count() > SOURCE_SLUG_CHARS_MAX {
        return Err(AppError::not_found());
    }
    let source = store::source::by_slug(&state.store, slug).await?;
    let source = source.ok_or_else(AppError::not_found)?;
    let workspace = store::workspace::get(&state.store).await?;
    let zone = zone.or_workspace(workspace.as_ref().map_or("", |workspace| workspace.zone.as_str()));
    let write_key = store::write_key::of_source(&state.store, &source.id).await?;
    let last_event_at = store::source::last_event_at(&state.store, source.number).await?;
    let now = (state.now)();
    let (query, _) = OverviewQuery::parse(|name| params.get(name));
    let content = match last_event_at {
        None => Content::NoEvents { origin },
        Some(_) => match numbers(&state, &source, query, now, &zone).await {
            Ok(numbers) => Content::Numbers(Box::new(numbers)),
            Err(error) => Content::Failed(error),
        },
    };
    let last_event =
        last_event_at.map(|at| LastEvent { moment: Moment::new(at, now, &zone), age_ms: now.since_ms(at).max(0) });
    let write_key = write_key.as_ref().map(WriteKey::as_str).map(str::to_owned);
    Ok(OverviewPage { head: SourceHead { source, write_key, last_event }, content })
}

async fn numbers(
    state: &AppState,
    source: &Source,
    query: OverviewQuery,
    now: Timestamp,
    zone: &TimeZone,
) -> Result<Numbers, AppError> {
    let window = query.range.resolve(now);
    let filters = Filters::default();
    let question = Question { window, selection: query.selection(), filters, dimension: query.by };
    let overview = store::overview::read(&state.store, source.number, question, now).await?;
    Ok(Numbers {
        table: table_page(overview.breakdown, query.page),
        labels: labels(query.range, &overview.window, zone),
        window: overview.window,
        pipeline: overview.pipeline,
        selection: overview.selection,
        series: overview.series,
        tabs: overview.tabs.into_iter().filter(|(dimension, _)| query.offers(*dimension)).collect(),
        dimension: overview.dimension,
        last_minute: overview.last_minute,
    })
}

/// Cuts one page out of a breakdown; a page past the end is the last one.
fn table_page(breakdown: Breakdown, page: u32) -> TablePage {
    let total = breakdown.total();
    let row_count = breakdown.rows.len();
    let pages = row_count.div_ceil(BREAKDOWN_PAGE_ROWS).max(1);
    let page = usize::try_from(page).unwrap_or(pages).clamp(1, pages);
    let largest = breakdown.rows.iter().map(|row| row.counts.now).max().unwrap_or(0);
    let rows: Vec<_> =
        breakdown.rows.into_iter().skip((page - 1) * BREAKDOWN_PAGE_ROWS).take(BREAKDOWN_PAGE_ROWS).collect();
    let shown = rows.iter().fold(Comparison::default(), |mut sum, row| {
        sum += row.counts;
        sum
    });
    TablePage {
        rows,
        page: u32::try_from(page).unwrap_or(1),
        row_count: row_count as u64,
        rest: Comparison { now: total.now - shown.now, previous: total.previous - shown.previous },
        total,
        largest,
    }
}

#[cfg(test)]
mod tests {
    use super::{Breakdown, Comparison, table_page};
    use domain::breakdown::{Row, RowKey};

    fn breakdown(rows: u64) -> Breakdown {
        let row = |i: u64| Row {
            key: RowKey::Name(format!("event {i}")),
            counts: Comparison { now: 100 - i, previous: 1 },
            trend: vec![100 - i],
        };
        Breakdown { rows: (0..rows).map(row).collect() }
    }

    #[test]
    fn a_page_says_what_it_leaves_out() {
        let page = table_page(breakdown(28), 2);
        assert_eq!((page.rows.len(), page.page, page.row_count, page.largest), (10, 2, 28, 100));
        assert_eq!(page.rest.previous, 18);
        let shown: u64 = page.rows.iter().map(|row| row.counts.now).sum();
        assert_eq!(shown + page.rest.now, page.total.now);
    }

    #[test]
    fn pages_past_the_end_are_the_last_one() {
        let page = table_page(breakdown(28), u32::MAX);
        assert_eq!((page.page, page.rows.len(), page.rest.previous), (3, 8, 20));
        let nothing = table_page(Breakdown::default(), 7);
        assert_eq!((nothing.page, nothing.rows.len(), nothing.total.now, nothing.largest), (1, 0, 0, 0));
    }
}
