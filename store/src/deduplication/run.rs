//! Ids on disk: in runs, each sorted and spread over pages by its hashes, as in a log-structured merge tree (O'Neil and others
//! 1996). Memory holds a filter of each slice; what that does not rule out is looked up, which is to read one page.

use super::SeenId;
use super::filter::Filter;
use super::pages::Pages;
use super::remembered::{Remembered, id_of};
use crate::error::StoreError;
use crate::script::Script;
use futures_util::TryStreamExt;
use rustc_hash::FxHashMap;
use serde_json::json;
use sqlx::SqliteConnection;
use std::collections::BTreeMap;
use std::ops::Range;

/// Pages that are looked up at a time: 2 MB.
const PAGES_READ: usize = 512;

/// A run, whole or in the making.
#[derive(Debug)]
pub(super) struct Run {
    pages: Pages,
    /// How many of its ids belong to each hour.
    hours: BTreeMap<i32, u64>,
    /// One for each slice that is written.
    filters: Vec<Filter>,
}

/// Some of a run's ids.
pub(super) struct Slice {
    filter: Filter,
    hours: BTreeMap<i32, u64>,
}

impl Run {
    /// Nothing of it is written yet.
    pub fn new(pages: Pages) -> Self {
        Self { pages, hours: BTreeMap::new(), filters: Vec::new() }
    }

    /// Those that are whole, but for what cannot be read.
    ///
    /// # Errors
    /// The database fails.
    pub async fn load_all(connection: &mut SqliteConnection) -> Result<Vec<Self>, StoreError> {
        let heads: Vec<(i64, i64, String)> =
            sqlx::query_as("select id, pages, hours from seen_run order by id").fetch_all(&mut *connection).await?;
        let mut runs = Vec::new();
        for (run, pages, hours) in heads {
            let Some((pages, hours)) = Pages::of_run(run, pages).zip(serde_json::from_str(&hours).ok()) else {
                continue;
            };
            let rows = pages.rows();
            // One by one: all blobs of a large run together would take as much memory again as its filters do.
            let filters: Vec<Option<Filter>> = sqlx::query_scalar::<_, Option<Vec<u8>>>(
                "select filter from seen_filter where id >= $1 and id < $2 order by id",
            )
            .bind(rows.start)
            .bind(rows.end)
            .fetch(&mut *connection)
            .map_ok(|blob| Filter::from_blob(blob.as_deref()))
            .try_collect()
            .await?;
            let filters: Option<Vec<Filter>> = filters.into_iter().collect();
            runs.extend(filters.filter(|filters| filters.len() == pages.slices()).map(|filters| Self {
                pages,
                hours,
                filters,
            }));
        }
        Ok(runs)
    }

    pub fn id(&self) -> i64 {
        self.pages.run()
    }

    /// How many ids.
    pub fn len(&self) -> usize {
        usize::try_from(self.hours.values().sum::<u64>()).unwrap_or(usize::MAX)
    }

    /// How many ids of each hour.
    pub fn hours(&self) -> &BTreeMap<i32, u64> {
        &self.hours
    }

    /// The latest hour of its ids.
    pub fn newest(&self) -> Option<i32> {
        self.hours.last_key_value().map(|(hour, _)| *hour)
    }

    /// The rows of all its pages.
    pub fn rows(&self) -> Range<i64> {
        self.pages.rows()
    }

    /// Of each slice, which ids it may hold.
    pub fn slices(&self) -> impl Iterator<Item = Range<u64>> {
        (0..self.pages.slices()).filter_map(|slice| self.pages.slice(slice))
    }

    /// Which ids are to be written next.
    pub fn next(&self) -> Option<Range<u64>> {
        self.pages.slice(self.filters.len())
    }

    /// Whether those are the last ones.
    pub fn is_nearly_whole(&self) -> bool {
        self.filters.len() + 1 == self.pages.slices()
    }

    /// Writes the next ones, which come in their order; none is of a later hour than `newest`.
    pub fn write(&self, ids: &[Remembered], newest: i32, script: &mut Script) -> Slice {
        let slice = Slice::of(ids, newest);
        let page = |id: &Remembered| self.pages.page(id.id());
        let pages = ids.chunk_by(|a, b| page(a) == page(b)).map(|ids| {
            let row = self.pages.row(page(&ids[0]));
            (row, ids.iter().map(|id| id.0.to_le_bytes()).collect::<Vec<_>>().into_flattened())
        });
        script.insert("seen_page (id, ids)", pages.collect(), "", |mut values, (row, ids)| {
            values.push_bind(row).push_bind(ids);
        });
        let filter = vec![(self.pages.slice_row(self.filters.len()), slice.filter.to_blob())];
        script.insert("seen_filter (id, filter)", filter, "", |mut values, (row, filter)| {
            values.push_bind(row).push_bind(filter);
        });
        slice
    }

    /// Writes that it is whole, once the slice is, too.
    pub fn write_head(&self, last: &Slice, script: &mut Script) {
        let mut hours = self.hours.clone();
        last.hours.iter().for_each(|(hour, ids)| *hours.entry(*hour).or_default() += ids);
        let head = vec![(self.id(), self.pages.count(), json!(hours).to_string())];
        script.insert("seen_run (id, pages, hours)", head, "", |mut values, (run, pages, hours)| {
            values.push_bind(run).push_bind(pages).push_bind(hours);
        });
    }

    /// Those were written.
    pub fn add(&mut self, slice: Slice) {
        for (hour, ids) in slice.hours {
            *self.hours.entry(hour).or_default() += ids;
        }
        self.filters.push(slice.filter);
    }

    /// Of its ids those from one until another, in their order.
    ///
    /// # Errors
    /// The database fails.
    pub async fn read(
        &self,
        connection: &mut SqliteConnection,
        ids: &Range<u64>,
    ) -> Result<Vec<Remembered>, StoreError> {
        let pages: Vec<Vec<u8>> =
            sqlx::query_scalar("select ids from seen_page where id >= $1 and id <= $2 order by id")
                .bind(self.pages.row(self.pages.page(ids.start)))
                .bind(self.pages.row(self.pages.page(ids.end - 1)))
                .fetch_all(connection)
                .await?;
        let found = pages.iter().flat_map(|page| page.as_chunks::<8>().0.iter().map(seen));
        Ok(found.filter(|seen| ids.contains(&seen.id())).collect())
    }

    /// The page that may hold an id.
    fn may_hold(&self, id: u64) -> Option<i64> {
        let page = self.pages.page(id);
        let filter = self.filters.get(Pages::slice_of(page))?;
        filter.passes(id).then(|| self.pages.row(page))
    }
}

impl Slice {
    /// Of ids none of which is of a later hour than `newest`.
    pub fn of(ids: &[Remembered], newest: i32) -> Self {
        let mut hours = BTreeMap::new();
        for ids in ids.chunk_by(|a, b| a.hour(newest) == b.hour(newest)) {
            *hours.entry(ids[0].hour(newest)).or_default() += ids.len() as u64;
        }
        let ids: Vec<u64> = ids.iter().map(|seen| seen.id()).collect();
        Self { filter: Filter::of(&ids), hours }
    }
}

/// Rows of runs that are none of these, or were not finished: those of each together.
///
/// # Errors
/// The database fails.
pub(super) async fn useless(connection: &mut SqliteConnection, runs: &[Run]) -> Result<Vec<Range<i64>>, StoreError> {
    let (mut useless, mut from) = (Vec::new(), i64::MIN);
    while let Some(first) = end_row(connection, "min", from..i64::MAX).await? {
        let run = Pages::run_of(first);
        let rows = Pages::rows_of(run);
        from = rows.end;
        if !runs.iter().any(|other| other.id() == run)
            && let Some(last) = end_row(connection, "max", rows).await?
        {
            useless.push(first..last + 1);
        }
    }
    Ok(useless)
}

/// The first (`min`) or last (`max`) row of some, of a page or a filter.
async fn end_row(
    connection: &mut SqliteConnection,
    which: &'static str,
    rows: Range<i64>,
) -> Result<Option<i64>, StoreError> {
    let of = |table: &str| format!("select {which}(id) as id from {table} where id >= $1 and id < $2");
    let row = format!("select {which}(id) from ({} union all {})", of("seen_page"), of("seen_filter"));
    Ok(sqlx::query_scalar(sqlx::AssertSqlSafe(row)).bind(rows.start).bind(rows.end).fetch_one(connection).await?)
}

fn seen(bytes: &[u8; 8]) -> Remembered {
    Remembered(u64::from_le_bytes(*bytes))
}

/// What was found on disk: ids and the latest hour of each.
#[derive(Debug, Default)]
pub struct Found(FxHashMap<u64, i32>);

impl Found {
    /// The hour of an id that was found.
    pub(super) fn hour(&self, hash: u64) -> Option<i32> {
        self.0.get(&id_of(hash)).copied()
    }
}

/// Looks ids up in runs.
///
/// # Errors
/// The database fails.
pub(super) async fn find(connection: &mut SqliteConnection, runs: &[Run], ids: &[SeenId]) -> Result<Found, StoreError> {
    let mut sought: BTreeMap<i64, (i32, Vec<u64>)> = BTreeMap::new();
    for run in runs {
        let Some(newest) = run.newest() else { continue };
        for id in ids.iter().map(|id| id_of(id.hash)) {
            if let Some(row) = run.may_hold(id) {
                sought.entry(row).or_insert_with(|| (newest, Vec::new())).1.push(id);
            }
        }
    }
    let mut found = FxHashMap::default();
    let rows: Vec<i64> = sought.keys().copied().collect();
    for rows in rows.chunks(PAGES_READ) {
        let pages: Vec<(i64, Vec<u8>)> =
            sqlx::query_as("select id, ids from seen_page where id in (select value from json_each($1))")
                .bind(json!(rows).to_string())
                .fetch_all(&mut *connection)
                .await?;
        for (row, page) in pages {
            let Some((newest, ids)) = sought.get(&row) else { continue };
            let (page, _) = page.as_chunks::<8>();
            for id in ids {
                let place = page.partition_point(|bytes| seen(bytes).id() < *id);
                let Some(seen) = page.get(place).map(seen).filter(|seen| seen.id() == *id) else { continue };
                let hour = seen.hour(*newest);
                found.entry(*id).and_modify(|later: &mut i32| *later = hour.max(*later)).or_insert(hour);
            }
        }
    }
    Ok(Found(found))
}
