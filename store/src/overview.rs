//! The Source Overview's numbers, all read at one instant: `scope` says which rollups a question looks at, `packed` reads them
//! in one statement, but for what `columns` finds in memory (`remembered`); `scan` puts them into the chart's buckets and `tally`
//! adds them up, for the pipeline, the panel and every table.

mod columns;
mod live;
mod narrow;
mod packed;
pub(crate) mod remembered;
mod scan;
mod scope;
mod tally;

use crate::database::Store;
use crate::error::StoreError;
use crate::rollup;
use crate::source::Head;
use columns::ColumnReader;
use domain::breakdown::{Breakdown, Dimension, Enough, Row, Sort};
use domain::clock::{MINUTE_MS, Timestamp};
use domain::filter::Filters;
use domain::live::{LIVE_PAGE_BUCKETS, LIVE_STREAM_BUCKETS, LiveFrame};
use domain::mark::Mark;
use domain::overview::{Counted, Overview, Question, Report, Selection};
use domain::source::SourceNumber;
use domain::time_range::Window;
use live::Latest;
use narrow::Narrow;
use packed::{Around, Packed, Wanted};
use scan::Scans;
use scope::Scope;
use sqlx::SqliteConnection;
use std::collections::BTreeMap;

/// What the page shows of a source in a window.
pub struct Page<T> {
    /// Its numbers.
    pub overview: Overview,
    /// What has the dictionary's words in it. Read apart: numbers are no less true where the words cannot be had.
    pub named: Result<Named<T>, StoreError>,
}

/// What of a page has words in it.
pub struct Named<T> {
    /// What is shown of the open tab's rows.
    pub table: T,
    /// The latest counts by everything that is told apart: what live numbers go on from. `None` where the window ends in
    /// the past.
    pub live: Option<LiveFrame>,
}

/// A page, and what stands around its numbers.
pub struct Whole<T> {
    /// Whose it is.
    pub head: Head,
    /// What happened to the source meanwhile.
    pub marks: Vec<Mark>,
    /// The numbers.
    pub page: Page<T>,
}

/// The whole page of the source with that slug, in one statement. `None` where it is not known yet whose slug it is, or it is
/// not that source's any more: then the head must be read first. As it must if this fails: it is not said then what failed.
/// Rows past those that are `enough` may be left out of what is `cut`.
///
/// # Errors
/// The database fails.
pub async fn whole<T: AsMut<[Row]>>(
    store: &Store,
    slug: &str,
    question: Question,
    enough: Option<Enough>,
    now: Timestamp,
    cut: impl FnOnce(Breakdown) -> T,
) -> Result<Option<Whole<T>>, StoreError> {
    let Some(source) = store.found_sources().get(slug) else { return Ok(None) };
    let around = Around { slug: slug.to_owned(), window: question.window };
    let (page, around) = read_around(store, source, question, enough, now, cut, Some(around)).await?;
    let around = around.filter(|(head, _)| head.source.number == source);
    Ok(around.map(|(head, marks)| Whole { head, marks, page }))
}

/// Everything the page shows of a source in a window. `cut` leaves of the open tab's rows those that are shown: only their
/// trends are added up.
///
/// # Errors
/// The database fails.
pub async fn read<T: AsMut<[Row]>>(
    store: &Store,
    source: SourceNumber,
    question: Question,
    now: Timestamp,
    cut: impl FnOnce(Breakdown) -> T,
) -> Result<Page<T>, StoreError> {
    Ok(read_around(store, source, question, None, now, cut, None).await?.0)
}

async fn read_around<T: AsMut<[Row]>>(
    store: &Store,
    source: SourceNumber,
    question: Question,
    enough: Option<Enough>,
    now: Timestamp,
    cut: impl FnOnce(Breakdown) -> T,
    around: Option<Around>,
) -> Result<(Page<T>, Option<(Head, Vec<Mark>)>), StoreError> {
    let Question { window, selection, filters, dimension } = question;
    let dimension = selection.usable(dimension);
    let mut connection = store.take_connection().await?;
    // The dictionary's texts never change: they need not be of the same instant.
    let narrow = Narrow::to(&mut connection, store, &filters).await?;
    let scope = Scope::new(window, selection, dimension, narrow, now);
    let reader = ColumnReader { remembered: store.columns(), source, now };
    let (has_around, latest) = (around.is_some(), vec![live::segment(LIVE_PAGE_BUCKETS, now)]);
    let wanted = Wanted { around, latest, ..scope.wanted() };
    let (packed, columns) = reader.read(&mut connection, wanted, &scope.needs(true)).await?;
    let around = if has_around { packed.around()? } else { None };
    let scans = Scans::read(&scope, &packed, &columns)?;
    let latest = Latest::of(&packed, source, LIVE_PAGE_BUCKETS, now)?;
    let last_minute = latest.last_minute;
    let latest = window.in_progress().then_some(latest);
    let named = name(&mut connection, store, &scans, latest, enough, cut).await;
    if named.is_ok() {
        store.give_back(connection);
    }
    let tabs = Dimension::ALL.into_iter().filter(|tab| selection.usable(*tab) == *tab);
    let tabs = tabs.map(|tab| (tab, u64::try_from(scans.row_count(tab)).unwrap_or(u64::MAX))).collect();
    let (pipeline, series, fate) = (scans.pipeline(), scans.series(), scans.fate());
    let previous = window.previous();
    let overview =
        Overview { window, previous, pipeline, selection, filters, series, fate, tabs, dimension, last_minute };
    Ok((Page { overview, named }, around))
}

async fn name<T: AsMut<[Row]>>(
    connection: &mut SqliteConnection,
    store: &Store,
    scans: &Scans<'_>,
    latest: Option<Latest>,
    enough: Option<Enough>,
    cut: impl FnOnce(Breakdown) -> T,
) -> Result<Named<T>, StoreError> {
    let dimension = scans.dimension();
    let table = match scans.counted_words(dimension, enough) {
        None => cut(scans.rows_of_totals(dimension).into()),
        Some(words) => {
            let texts = store.texts().of(connection, &words.ids).await?;
            let mut table = cut(words.rows(dimension, &texts));
            let mut shown = Vec::new();
            for row in table.as_mut() {
                shown.push((narrow::number_of(connection, store, &row.key).await?, row));
            }
            scans.add_trends(shown)?;
            table
        }
    };
    let live = match latest {
        Some(latest) => Some(latest.named(connection, store).await?),
        None => None,
    };
    Ok(Named { table, live })
}

/// The latest counts of a source, for the stream that open pages follow.
///
/// # Errors
/// The database fails.
pub async fn live(store: &Store, source: SourceNumber, now: Timestamp) -> Result<LiveFrame, StoreError> {
    let mut connection = store.take_connection().await?;
    let wanted = Wanted { tail: true, latest: vec![live::segment(LIVE_STREAM_BUCKETS, now)], ..Wanted::default() };
    let packed = Packed::read(&mut connection, source, &wanted).await?;
    let frame = Latest::of(&packed, source, LIVE_STREAM_BUCKETS, now)?.named(&mut connection, store).await?;
    store.give_back(connection);
    Ok(frame)
}

/// One table of the page on its own: all of its rows, without the trends of words.
///
/// # Errors
/// The database fails.
pub async fn breakdown(
    store: &Store,
    source: SourceNumber,
    question: Question,
    now: Timestamp,
) -> Result<Breakdown, StoreError> {
    let Question { window, selection, filters, dimension } = question;
    let dimension = selection.usable(dimension);
    let mut connection = store.take_connection().await?;
    let narrow = Narrow::to(&mut connection, store, &filters).await?;
    let scope = Scope::new(window, selection, dimension, narrow, now);
    let reader = ColumnReader { remembered: store.columns(), source, now };
    let (packed, columns) = reader.read(&mut connection, scope.wanted(), &scope.needs(false)).await?;
    let table = table(&mut connection, store, &Scans::read(&scope, &packed, &columns)?, dimension).await?;
    store.give_back(connection);
    Ok(table)
}

async fn table(
    connection: &mut SqliteConnection,
    store: &Store,
    scans: &Scans<'_>,
    dimension: Dimension,
) -> Result<Breakdown, StoreError> {
    let Some(words) = scans.counted_words(dimension, None) else { return Ok(scans.rows_of_totals(dimension).into()) };
    let texts = store.texts().of(connection, &words.ids).await?;
    Ok(words.rows(dimension, &texts))
}

/// Every breakdown of a source in a window, for the command line.
///
/// # Errors
/// The database fails.
pub async fn report(store: &Store, source: SourceNumber, window: Window, now: Timestamp) -> Result<Report, StoreError> {
    let mut connection = store.pool().acquire().await?;
    let narrow = Narrow::to(&mut connection, store, &Filters::default()).await?;
    let scope = Scope::new(window, Selection::default(), Dimension::EventType, narrow, now).of_report();
    let reader = ColumnReader { remembered: store.columns(), source, now };
    let (packed, columns) = reader.read(&mut connection, scope.wanted(), &scope.needs(false)).await?;
    let scans = Scans::read(&scope, &packed, &columns)?;
    let mut tables = BTreeMap::new();
    for dimension in Dimension::ALL {
        let table = table(&mut connection, store, &scans, dimension).await?;
        tables.insert(dimension.slug(), table.sorted(Sort::default(), None));
    }
    let mut table = |dimension: Dimension| tables.remove(dimension.slug()).unwrap_or_default();
    Ok(Report {
        window,
        pipeline: scans.pipeline(),
        event_type: table(Dimension::EventType),
        event_name: table(Dimension::EventName),
        app_version: table(Dimension::AppVersion),
        library: table(Dimension::Library),
        reasons: table(Dimension::Reason),
    })
}

/// The minutes of a source at which received is not the sum of the verdicts. Empty: the law holds.
///
/// # Errors
/// The database fails.
pub async fn check_ledger(store: &Store, source: SourceNumber) -> Result<Vec<Timestamp>, StoreError> {
    let mut transaction = store.begin_read().await?;
    let mut minutes: BTreeMap<Timestamp, i64> = BTreeMap::new();
    rollup::totals(&mut transaction, source, MINUTE_MS, Timestamp(0), |at, counted, count| {
        let minute = minutes.entry(at.floor_to(MINUTE_MS)).or_default();
        match counted {
            Counted::Received => *minute += count.cast_signed(),
            Counted::Judged(_) => *minute -= count.cast_signed(),
            Counted::Duplicate => {}
        }
    })
    .await?;
    Ok(minutes.into_iter().filter(|(_, difference)| *difference != 0).map(|(minute, _)| minute).collect())
}
