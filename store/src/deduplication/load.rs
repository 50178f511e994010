//! What is remembered after a start: runs as they are on disk, and the ids of those hours of which runs do not hold as many as
//! blocks and tail do, read back from these.

use super::id_table::{IdTable, PARTS};
use super::pages::Pages;
use super::remembered::Remembered;
use super::run::{self, Run};
use super::{REMEMBERED_HOURS, REMEMBERED_IDS_MAX, SeenId, SeenIds, hour_of};
use crate::error::StoreError;
use crate::rollup::latest;
use crate::tail::{self, TailRow};
use domain::clock::{HOUR_MS, Timestamp};
use sqlx::SqliteConnection;
use std::collections::{BTreeMap, BTreeSet};

/// Most ids that are read back: they take 310 MB until they are on disk. Past it those of the oldest hours are left out.
const READ_BACK_IDS_MAX: usize = 29_000_000;
/// Blocks whose ids are read back at a time: of some thousands each, a few megabytes.
const BLOCKS_AT_A_TIME: i64 = 64;

impl SeenIds {
    /// Finds out what the last 24 hours have left. The 24 hours end at `now`, or at the newest
    /// event where that is older: a load of history that was interrupted goes on in the past.
    pub(crate) async fn load(
        connection: &mut SqliteConnection,
        now: Timestamp,
        recent_max: usize,
    ) -> Result<Self, StoreError> {
        let mut seen = Self::new(REMEMBERED_IDS_MAX, recent_max);
        let since_ms = match newest_event(connection).await? {
            Some(newest) => now.min(newest).floor_to(HOUR_MS).0 - REMEMBERED_HOURS * HOUR_MS,
            None => i64::MAX,
        };
        let since = hour_of(Timestamp(since_ms));
        let mut runs = Run::load_all(connection).await?;
        runs.retain(|run| run.newest().is_some_and(|hour| hour >= since));
        seen.dropped = run::useless(connection, &runs).await?;
        let rows = seen.dropped.iter().map(|rows| Pages::run_of(rows.start)).chain(runs.iter().map(Run::id));
        seen.next_run = rows.max().unwrap_or(0) + 1;
        let tail = tail::read(&mut *connection, Timestamp(since_ms), Timestamp(i64::MAX)).await?;
        let missing = hours_missing(connection, since_ms, &tail, &runs).await?;
        let mut read = ReadIds::read(connection, &missing, &tail).await?;
        for run in &runs {
            read.take_out(connection, run, &missing).await?;
        }
        seen.take(read);
        seen.runs = runs;
        seen.sum_up();
        Ok(seen)
    }

    /// Remembers ids when it has none yet: part after part, so that one part's table at a time lies in the processor's cache.
    fn take(&mut self, read: ReadIds) {
        let newest = read.parts.iter().filter_map(|hours| hours.keys().next_back()).max().copied();
        let Some(newest) = newest else { return };
        // After a clock that went wrong there may be later hours than now, and so earlier ones than are remembered.
        let is_remembered = |hour: i32| i64::from(hour) >= i64::from(newest) - REMEMBERED_HOURS;
        for (part, hours) in read.parts.into_iter().enumerate() {
            self.recent.reserve(part, hours.values().map(Vec::len).sum());
            for (hour, ids) in hours.into_iter().rev().filter(|(hour, _)| is_remembered(*hour)) {
                let before = self.recent.len();
                // Hours come newest first, and an id that is there already stays: it was stored later.
                for seen in ids {
                    self.recent.insert(seen.hash(), hour);
                }
                *self.recent_hours.entry(hour).or_default() += self.recent.len() - before;
            }
        }
        self.recent_hours.retain(|_, ids| *ids > 0);
    }
}

/// When the newest event came.
async fn newest_event(connection: &mut SqliteConnection) -> Result<Option<Timestamp>, StoreError> {
    let kept: Option<i64> = sqlx::query_scalar("select max(at) from last_event").fetch_one(&mut *connection).await?;
    let mut newest = kept.map(Timestamp);
    for section in latest::sections(&latest::read(connection).await?) {
        newest = newest.max(section?.last_event);
    }
    Ok(newest)
}

/// The hours of which runs do not hold as many ids as there are events.
async fn hours_missing(
    connection: &mut SqliteConnection,
    since_ms: i64,
    tail: &[TailRow],
    runs: &[Run],
) -> Result<BTreeSet<i32>, StoreError> {
    let mut missing: BTreeMap<i32, i64> = BTreeMap::new();
    let blocks: Vec<(i64, i64)> =
        sqlx::query_as("select hour_ms, sum(events) from event_block where hour_ms >= $1 group by hour_ms")
            .bind(since_ms)
            .fetch_all(connection)
            .await?;
    for (hour_ms, events) in blocks {
        missing.insert(hour_of(Timestamp(hour_ms)), events);
    }
    // A row may begin earlier.
    for (_, facts) in tail.iter().flat_map(TailRow::facts).filter(|(_, facts)| facts.at.0 >= since_ms) {
        *missing.entry(hour_of(facts.at)).or_default() += 1;
    }
    for (hour, ids) in runs.iter().flat_map(Run::hours) {
        if let Some(missing) = missing.get_mut(hour) {
            *missing -= i64::try_from(*ids).unwrap_or(i64::MAX);
        }
    }
    Ok(missing.into_iter().filter(|(_, missing)| *missing != 0).map(|(hour, _)| hour).collect())
}

/// Ids as they are read back, by part and hour.
struct ReadIds {
    ids_max: usize,
    parts: Vec<BTreeMap<i32, Vec<Remembered>>>,
    len: usize,
}

impl ReadIds {
    /// None yet, and never more than `ids_max`.
    fn new(ids_max: usize) -> Self {
        Self { ids_max, parts: vec![BTreeMap::new(); PARTS], len: 0 }
    }

    /// Reads those of the hours that are missing, newest first: past the bound the oldest are the ones left out.
    async fn read(
        connection: &mut SqliteConnection,
        missing: &BTreeSet<i32>,
        tail: &[TailRow],
    ) -> Result<Self, StoreError> {
        let mut read = Self::new(READ_BACK_IDS_MAX);
        for (_, facts) in tail.iter().flat_map(TailRow::facts) {
            let id = SeenId { hash: facts.hash, hour: hour_of(facts.at) };
            if missing.contains(&id.hour) {
                read.add(id);
            }
        }
        for hour in missing.iter().rev() {
            if !read.read_hour(&mut *connection, *hour).await? {
                break;
            }
        }
        read.parts.iter_mut().flat_map(BTreeMap::values_mut).for_each(|ids| ids.sort_unstable());
        Ok(read)
    }

    /// Takes out what a run holds of the hours that are missing.
    async fn take_out(
        &mut self,
        connection: &mut SqliteConnection,
        run: &Run,
        missing: &BTreeSet<i32>,
    ) -> Result<(), StoreError> {
        let Some(newest) = run.newest().filter(|_| run.hours().keys().any(|hour| missing.contains(hour))) else {
            return Ok(());
        };
        for ids in run.slices() {
            let mut found = run.read(&mut *connection, &ids).await?;
            found.retain(|seen| missing.contains(&seen.hour(newest)));
            let part = |seen: &Remembered| IdTable::part(seen.hash());
            for found in found.chunk_by(|a, b| part(a) == part(b)) {
                for ids in self.parts[part(&found[0])].values_mut() {
                    let mut found = found.iter().peekable();
                    ids.retain(|seen| {
                        while found.next_if(|found| *found < seen).is_some() {}
                        found.peek() != Some(&seen)
                    });
                }
            }
        }
        Ok(())
    }

    /// Adds an id; says whether there was room for it.
    fn add(&mut self, id: SeenId) -> bool {
        let has_room = self.len < self.ids_max;
        if has_room {
            let ids = self.parts[IdTable::part(id.hash)].entry(id.hour).or_default();
            ids.push(Remembered::new(id.hash, id.hour));
            self.len += 1;
        }
        has_room
    }

    /// Reads the ids of one hour's blocks; says whether there is room for another hour.
    async fn read_hour(&mut self, connection: &mut SqliteConnection, hour: i32) -> Result<bool, StoreError> {
        let mut after = 0;
        loop {
            let blocks: Vec<(i64, Vec<u8>)> = sqlx::query_as(
                "select id, hashes from event_block where hour_ms = $1 and id > $2 order by id limit $3",
            )
            .bind(i64::from(hour) * HOUR_MS)
            .bind(after)
            .bind(BLOCKS_AT_A_TIME)
            .fetch_all(&mut *connection)
            .await?;
            let Some((last, _)) = blocks.last() else { return Ok(true) };
            after = *last;
            for hash in blocks.iter().flat_map(|(_, hashes)| hashes.as_chunks::<8>().0) {
                if !self.add(SeenId { hash: u64::from_le_bytes(*hash), hour }) {
                    return Ok(false);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::Found;
    use super::{ReadIds, SeenId, SeenIds};

    fn seen(ids_max: usize) -> SeenIds {
        SeenIds::new(ids_max, usize::MAX)
    }

    #[test]
    fn what_is_read_back_is_remembered_as_if_it_came_now() {
        let ids = |hours: &[i32]| -> Vec<SeenId> {
            let id = |(n, hour): (usize, &i32)| SeenId { hash: (n as u64 + 1) << 20, hour: *hour };
            hours.iter().enumerate().map(id).collect()
        };
        for hours in [&[500, 499, 476, 475, 430][..], &[7, 7, 7], &[]] {
            let (mut came, mut read) = (seen(100), ReadIds::new(100));
            for id in ids(hours) {
                came.see(id, &Found::default());
                read.add(id);
            }
            let mut back = seen(100);
            back.take(read);
            assert_eq!((back.len(), &back.recent_hours), (came.len(), &came.recent_hours));
            for id in ids(hours) {
                assert_eq!(back.see(id, &Found::default()), came.see(id, &Found::default()), "{id:?}");
            }
        }
    }

    #[test]
    fn the_later_of_two_hours_is_read_back_and_what_comes_past_the_bound_left_out() {
        let (mut back, mut read) = (seen(100), ReadIds::new(4));
        let taken = [(1, 490), (1, 495), (1, 492), (2, 495), (3, 489)]
            .map(|(n, hour)| read.add(SeenId { hash: n << 20, hour }));
        assert_eq!(taken, [true, true, true, true, false]);
        back.take(read);
        assert_eq!((back.len(), back.recent_hours.into_iter().collect::<Vec<_>>()), (2, vec![(495, 2)]));
    }
}
