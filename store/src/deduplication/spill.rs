//! From memory to disk: when there are many ids in memory they become a run, and many small runs become a large one. Slice by
//! slice, between commits; what is under way stays where it was until the last slice is written.

use super::SeenIds;
use super::id_table::IdTable;
use super::pages::Pages;
use super::remembered::Remembered;
use super::run::Run;
use crate::error::StoreError;
use crate::maintenance::Maintenance;
use crate::script::Script;
use crate::writer::{Failure, Session};
use sqlx::SqliteConnection;
use std::ops::Range;

/// So many small runs become one: each is looked into for every id that comes.
const MERGED_RUNS: usize = 8;
/// A run is small with fewer ids than so many times those that fill memory.
const SMALL: usize = MERGED_RUNS / 2;
/// Rows of what is of no use any more that are deleted at a time.
const DROPPED_ROWS: i64 = 256;

/// A run in the making.
pub(super) struct Spill {
    run: Run,
    /// None of its ids is of a later hour.
    newest: i32,
    origin: Origin,
}

/// Where its ids are until it is whole.
enum Origin {
    Memory(IdTable),
    /// The runs with these ids.
    Runs(Vec<i64>),
}

impl Spill {
    /// Those that are neither in memory any more nor in a whole run.
    pub fn in_memory(&self) -> Option<&IdTable> {
        match &self.origin {
            Origin::Memory(ids) => Some(ids),
            Origin::Runs(_) => None,
        }
    }

    pub fn newest(&self) -> i32 {
        self.newest
    }

    /// The ids that come next.
    async fn ids(
        &self,
        connection: &mut SqliteConnection,
        runs: &[Run],
        ids: Range<u64>,
    ) -> Result<Vec<Remembered>, StoreError> {
        let sources = match &self.origin {
            Origin::Memory(table) => return Ok(table.range(ids).collect()),
            Origin::Runs(sources) => sources,
        };
        let mut all = Vec::new();
        for run in runs.iter().filter(|run| sources.contains(&run.id())) {
            let Some(newest) = run.newest() else { continue };
            let found = run.read(&mut *connection, &ids).await?;
            all.extend(found.into_iter().filter(|seen| SeenIds::reaches(seen.hour(newest), self.newest)));
        }
        // Of an id that came again after more than a day, the later one.
        let age = |seen: &Remembered| self.newest - seen.hour(self.newest);
        all.sort_by_key(|seen| (seen.id(), age(seen)));
        all.dedup_by_key(|seen| seen.id());
        Ok(all)
    }
}

impl SeenIds {
    /// Whether ids are to be taken a step further on their way to the disk.
    pub(crate) fn is_due(&self) -> bool {
        self.spill.is_some() || self.is_full() || !self.dropped.is_empty() || self.small_runs().is_some()
    }

    fn is_full(&self) -> bool {
        self.recent.len() >= self.recent_max
    }

    /// Whether there are ids in memory alone.
    pub(crate) fn is_in_memory(&self) -> bool {
        self.recent.len() > 0 || self.spill.as_ref().is_some_and(|spill| spill.in_memory().is_some())
    }

    /// Has what is in memory alone go to disk, however little it is. Merging is given up: the small runs are still there.
    pub(crate) fn empty_memory(&mut self) {
        if self.spill.as_ref().is_some_and(|spill| spill.in_memory().is_none()) {
            self.spill = None;
        }
        self.recent_max = 1;
    }

    fn small_runs(&self) -> Option<Vec<&Run>> {
        let small: Vec<&Run> = self.runs.iter().filter(|run| run.len() < SMALL * self.recent_max).collect();
        (small.len() >= MERGED_RUNS).then_some(small)
    }

    /// What is to be written next.
    fn start(&mut self) -> Option<Spill> {
        let (ids, newest, origin) = if self.is_full() {
            let newest = self.newest()?;
            self.recent_hours.clear();
            let recent = std::mem::take(&mut self.recent);
            (recent.len(), newest, Origin::Memory(recent))
        } else {
            let small = self.small_runs()?;
            let newest = small.iter().filter_map(|run| run.newest()).max()?;
            let runs = small.iter().map(|run| run.id()).collect();
            (small.iter().map(|run| run.len()).sum(), newest, Origin::Runs(runs))
        };
        let run = Run::new(Pages::for_ids(self.next_run, ids));
        self.next_run += 1;
        Some(Spill { run, newest, origin })
    }

    /// The run is whole.
    fn finish(&mut self, spill: Spill) {
        if let Origin::Runs(sources) = spill.origin {
            self.drop_runs(|run| sources.contains(&run.id()));
        }
        self.runs.push(spill.run);
        self.sum_up();
    }
}

/// Takes a step.
pub(crate) async fn step(session: &mut Session) -> Result<Maintenance, Failure> {
    let Session { connection, memory } = session;
    let seen = &mut memory.seen;
    if seen.spill.is_none()
        && !seen.is_full()
        && let Some(rows) = seen.dropped.last_mut()
    {
        let mut script = Script::default();
        let until = (rows.start + DROPPED_ROWS).min(rows.end);
        script.statement("delete from seen_run where id = ").push_bind(Pages::run_of(rows.start));
        for table in ["delete from seen_page", "delete from seen_filter"] {
            let delete = script.statement(table).push(" where id >= ").push_bind(rows.start);
            delete.push(" and id < ").push_bind(until);
        }
        script.commit(connection).await?;
        rows.start = until;
        seen.dropped.retain(|rows| !rows.is_empty());
        return Ok(Maintenance { more: true, ..Maintenance::default() });
    }
    if seen.spill.is_none() {
        seen.spill = seen.start();
        seen.sum_up();
    }
    let Some(spill) = &mut seen.spill else { return Ok(Maintenance::default()) };
    let Some(next) = spill.run.next() else { return Ok(Maintenance::default()) };
    let ids = spill.ids(connection, &seen.runs, next).await.map_err(Failure::RolledBack)?;
    let mut script = Script::default();
    let slice = spill.run.write(&ids, spill.newest, &mut script);
    let is_last = spill.run.is_nearly_whole();
    if is_last {
        spill.run.write_head(&slice, &mut script);
        if let Origin::Runs(sources) = &spill.origin {
            for source in sources {
                script.statement("delete from seen_run where id = ").push_bind(*source);
            }
        }
    }
    script.commit(connection).await?;
    spill.run.add(slice);
    if is_last && let Some(spill) = seen.spill.take() {
        seen.finish(spill);
    }
    let moved_ids = u64::try_from(ids.len()).unwrap_or(u64::MAX);
    Ok(Maintenance { more: true, moved_ids, ..Maintenance::default() })
}
