//! Deduplication: the same messageId from the same source within 24 hours is the same event, across restarts too. Ids
//! are remembered as keyed hashes of 59 bits; two of the most that are remembered meet with a chance of one in 115 a day. The
//! latest are in memory (`id_table`), all others on disk with a filter in memory (`run`); `spill` takes them there, `load` finds
//! out after a start which are missing there. What is on disk is a copy of what blocks and tail say: what a commit keeps is
//! remembered by the commit itself.

mod filter;
mod id_table;
mod load;
mod pages;
mod remembered;
mod run;
mod spill;

use crate::error::StoreError;
use domain::clock::{HOUR_MS, Timestamp};
use domain::source::SourceNumber;
use id_table::IdTable;
use run::Run;
use siphasher::sip::SipHasher13;
use spill::Spill;
use sqlx::SqliteConnection;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::hash::Hasher;
use std::ops::Range;

pub(crate) use pages::SLICE_BYTES;
pub use run::Found;
pub(crate) use spill::step;

/// An id is remembered in the hour it came and in so many hours after it: at least 24 hours, less than 25.
pub const REMEMBERED_HOURS: i64 = 24;
/// Most ids remembered, 1,150 a second around the clock: they then take about 130 MB in memory and 1 GB on disk.
/// Past it the oldest run is forgotten first, so that deduplication reaches less far back instead of failing.
pub const REMEMBERED_IDS_MAX: usize = 100_000_000;
/// Ids in memory from which on they go to disk: 13 MB.
pub const RECENT_IDS_MAX: usize = 1_000_000;

/// Under which ids are hashed, so that nobody outside can construct two that meet.
pub struct Secret(pub [u8; 16]);

impl Secret {
    /// The database's own.
    pub(crate) async fn load(connection: &mut SqliteConnection) -> Result<Self, StoreError> {
        let secret: Vec<u8> =
            sqlx::query_scalar("select key from deduplication_key where id = 1").fetch_one(connection).await?;
        <[u8; 16]>::try_from(secret).map(Self).map_err(|_| StoreError::Corrupt("a deduplication key"))
    }

    /// Of a source's messageId.
    pub(crate) fn hash(&self, source: SourceNumber, message_id: &str) -> u64 {
        let mut hasher = SipHasher13::new_with_key(&self.0);
        hasher.write_i64(source.0);
        hasher.write(message_id.as_bytes());
        hasher.finish()
    }
}

/// The messageIds of the last 24 hours.
pub struct SeenIds {
    ids_max: usize,
    recent_max: usize,
    recent: IdTable,
    /// How many of the recent ones belong to each hour.
    recent_hours: BTreeMap<i32, usize>,
    /// On its way from memory to disk, or from small runs to a large one.
    spill: Option<Spill>,
    runs: Vec<Run>,
    /// The number of the next run.
    next_run: i64,
    /// Rows on disk that are of no use any more.
    dropped: Vec<Range<i64>>,
    /// How many are not recent, and the latest of their hours.
    older: usize,
    older_newest: Option<i32>,
}

/// A message id in one hour.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SeenId {
    /// Of source and messageId.
    pub hash: u64,
    /// Counted from 1970.
    pub hour: i32,
}

/// What is known of an id that comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// It is new, and remembered from now on.
    First,
    /// It came in the 24 hours before (or after: clocks of parallel requests differ a little).
    Again,
    /// Nobody knows: it is of an hour that is not remembered any more, as where a clock was set back.
    TooOld,
}

/// The hour of a moment, counted from 1970.
#[must_use]
pub fn hour_of(at: Timestamp) -> i32 {
    i32::try_from(at.0.div_euclid(HOUR_MS)).unwrap_or(i32::MAX)
}

impl SeenIds {
    /// Remembers nothing yet, never more than `ids_max` at a time, and in memory not many more than `recent_max`.
    #[must_use]
    pub fn new(ids_max: usize, recent_max: usize) -> Self {
        Self {
            ids_max,
            recent_max,
            recent: IdTable::default(),
            recent_hours: BTreeMap::new(),
            spill: None,
            runs: Vec::new(),
            next_run: 1,
            dropped: Vec::new(),
            older: 0,
            older_newest: None,
        }
    }

    /// Looks on disk for these ids, as far as memory does not know that they are not there.
    pub(crate) async fn find(&self, connection: &mut SqliteConnection, ids: &[SeenId]) -> Result<Found, StoreError> {
        run::find(connection, &self.runs, ids).await
    }

    /// Whether looking on disk can find anything.
    pub(crate) fn is_on_disk(&self) -> bool {
        !self.runs.is_empty()
    }

    /// Makes looking at these ids quick, which is for the most part waiting for memory.
    pub(crate) fn fetch(&self, ids: impl Iterator<Item = SeenId>) {
        self.recent.fetch(ids.map(|id| id.hash));
    }

    /// Looks at an id, of which was found on disk what there is; remembers it if it is new, and forgets what is too old beside it.
    pub fn see(&mut self, id: SeenId, found: &Found) -> Sight {
        let newest = match self.newest() {
            Some(newest) if newest >= id.hour => newest,
            Some(_) | None => {
                self.forget_before(i64::from(id.hour) - REMEMBERED_HOURS);
                id.hour
            }
        };
        if self.older_hour(id.hash, found).is_some_and(|hour| Self::reaches(hour, newest)) {
            return Sight::Again;
        }
        if !Self::reaches(id.hour, newest) {
            return if self.recent.hour(id.hash, newest).is_some() { Sight::Again } else { Sight::TooOld };
        }
        if !self.recent.insert(id.hash, id.hour) {
            return Sight::Again;
        }
        *self.recent_hours.entry(id.hour).or_default() += 1;
        if self.len() > self.ids_max {
            self.forget_oldest();
        }
        Sight::First
    }

    /// The hour of an id that is not recent.
    fn older_hour(&self, hash: u64, found: &Found) -> Option<i32> {
        let in_memory = self.spill.as_ref().and_then(|spill| spill.in_memory()?.hour(hash, spill.newest()));
        in_memory.max(found.hour(hash))
    }

    /// Whether an id that came in the hour `seen` is still remembered in the hour `now`.
    pub(crate) fn reaches(seen: i32, now: i32) -> bool {
        i64::from(seen) + REMEMBERED_HOURS >= i64::from(now)
    }

    /// Forgets an id that was not stored after all.
    pub fn forget(&mut self, id: SeenId) {
        let Some(newest) = self.newest() else { return };
        if let Some(hour) = self.recent.remove(id.hash, newest)
            && let Entry::Occupied(mut ids) = self.recent_hours.entry(hour)
        {
            *ids.get_mut() -= 1;
            // An hour of a clock that went wrong must not stay the newest.
            if *ids.get() == 0 {
                ids.remove();
            }
        }
    }

    /// The latest hour of all.
    fn newest(&self) -> Option<i32> {
        self.recent_hours.last_key_value().map(|(hour, _)| *hour).max(self.older_newest)
    }

    /// How many ids are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.recent.len() + self.older
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn forget_oldest(&mut self) {
        if let Some(oldest) = self.runs.iter().min_by_key(|run| run.newest()).map(Run::id) {
            self.drop_runs(|run| run.id() == oldest);
        } else if let Some(oldest) = self.recent_hours.first_key_value().map(|(hour, _)| *hour) {
            self.forget_before(i64::from(oldest) + 1);
        }
    }

    fn forget_before(&mut self, hour: i64) {
        let is_before = |of: i32| i64::from(of) < hour;
        if let Some(newest) = self.newest()
            && self.recent_hours.first_key_value().is_some_and(|(first, _)| is_before(*first))
        {
            self.recent.forget_before(hour, newest);
            self.recent_hours.retain(|seen, _| !is_before(*seen));
        }
        if self.runs.iter().any(|run| run.newest().is_none_or(is_before)) {
            self.drop_runs(|run| run.newest().is_none_or(is_before));
        }
    }

    fn drop_runs(&mut self, is_dropped: impl Fn(&Run) -> bool) {
        let dropped = self.runs.extract_if(.., |run| is_dropped(run));
        self.dropped.extend(dropped.map(|run| run.rows()));
        self.sum_up();
    }

    /// Counts what is not recent.
    fn sum_up(&mut self) {
        let spilled = self.spill.as_ref().and_then(|spill| Some((spill.in_memory()?.len(), spill.newest())));
        let (spilled, spilled_newest) = spilled.unzip();
        self.older = spilled.unwrap_or(0) + self.runs.iter().map(Run::len).sum::<usize>();
        self.older_newest = self.runs.iter().filter_map(Run::newest).max().max(spilled_newest);
    }
}

#[cfg(test)]
mod tests {
    use super::pages::Pages;
    use super::remembered::Remembered;
    use super::run::{Run, Slice};
    use super::{Found, HOUR_MS, Secret, SeenId, SeenIds, Sight, SourceNumber, Timestamp, hour_of};

    const HOUR: i64 = HOUR_MS;

    /// All in memory.
    fn seen(ids_max: usize) -> SeenIds {
        SeenIds::new(ids_max, usize::MAX)
    }

    fn see(seen: &mut SeenIds, id: SeenId) -> Sight {
        seen.see(id, &Found::default())
    }

    fn id_of(source: i64, message_id: &str, at: Timestamp) -> SeenId {
        SeenId { hash: Secret([7; 16]).hash(SourceNumber(source), message_id), hour: hour_of(at) }
    }

    #[test]
    fn an_id_is_remembered_for_24_hours_and_per_source() {
        let at = |hours: i64| Timestamp(1_000 * HOUR + hours * HOUR + 1_234);
        for (source, id, hours, sight) in [
            (1, "a", 0, Sight::Again),
            (1, "a", 24, Sight::Again),
            (1, "a", 25, Sight::First),
            (1, "a", -3, Sight::Again),
            (1, "a", -25, Sight::Again),
            (1, "b", 0, Sight::First),
            (1, "b", -25, Sight::TooOld),
            (2, "a", 0, Sight::First),
        ] {
            let mut seen = seen(100);
            assert_eq!(see(&mut seen, id_of(1, "a", at(0))), Sight::First);
            assert_eq!(
                see(&mut seen, id_of(source, id, at(hours))),
                sight,
                "source {source}, {id}, {hours} hours later"
            );
        }
    }

    #[test]
    fn the_old_are_forgotten_when_a_new_hour_begins() {
        let mut seen = seen(100);
        for hour in 0..60 {
            let id = id_of(1, &format!("id {hour}"), Timestamp(hour * HOUR));
            assert_eq!((see(&mut seen, id), see(&mut seen, id)), (Sight::First, Sight::Again));
        }
        assert_eq!(seen.len(), 25, "the newest hour and 24 before it");
        see(&mut seen, id_of(1, "late", Timestamp(HOUR)));
        assert_eq!(seen.len(), 25, "what is too old already is not taken in");
    }

    #[test]
    fn past_the_limit_the_oldest_hour_goes_first() {
        let mut seen = seen(10);
        let id = |n: i64| id_of(1, &n.to_string(), Timestamp(n / 6 * HOUR));
        for n in 0..11 {
            assert_eq!(see(&mut seen, id(n)), Sight::First);
        }
        assert_eq!(seen.len(), 5);
        for n in 6..11 {
            assert_eq!(see(&mut seen, id(n)), Sight::Again, "hour 1 stays");
        }
        assert_eq!(see(&mut seen, id(0)), Sight::First, "hour 0 is gone");
    }

    #[test]
    fn past_the_limit_the_oldest_run_goes_first() {
        let mut seen = seen(10);
        for (number, hour) in [(1, 7), (2, 6), (3, 8)] {
            let ids = [1, 2, 3].map(|n| Remembered::new((number as u64 * 10 + n) << 20, hour));
            let mut run = Run::new(Pages::for_ids(number, 3));
            run.add(Slice::of(&ids, hour));
            seen.runs.push(run);
        }
        seen.sum_up();
        let id = |n: u64| SeenId { hash: n << 20, hour: 8 };
        assert_eq!((see(&mut seen, id(100)), seen.len()), (Sight::First, 10));
        assert_eq!((see(&mut seen, id(101)), seen.len()), (Sight::First, 8), "three are gone");
        assert_eq!(seen.runs.iter().map(Run::id).collect::<Vec<_>>(), [1, 3]);
        assert_eq!(seen.dropped, [Pages::for_ids(2, 3).rows()]);
    }

    #[test]
    fn what_was_not_stored_is_as_if_it_never_came() {
        let mut seen = seen(100);
        let (id, wrong) = (id_of(1, "a", Timestamp(HOUR)), id_of(1, "b", Timestamp(1_000 * HOUR)));
        for id in [id, id_of(1, "c", Timestamp(2 * HOUR)), wrong] {
            assert_eq!(see(&mut seen, id), Sight::First);
            seen.forget(id);
        }
        seen.forget(wrong);
        assert!(seen.is_empty());
        assert_eq!(
            (see(&mut seen, id), see(&mut seen, id)),
            (Sight::First, Sight::Again),
            "a wrong hour is not the newest for ever"
        );
    }
}
