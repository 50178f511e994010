//! Deduplication: the same messageId from the same source within 24 hours is the same event, across restarts too. Ids
//! are remembered as keyed hashes of 59 bits; two of the most that are remembered meet with a chance of one in 1,400 a day.

mod id_table;

use crate::error::StoreError;
use crate::rollup::latest;
use crate::tail;
use domain::clock::{HOUR_MS, Timestamp};
use domain::source::SourceNumber;
use id_table::{IdTable, PARTS};
use siphasher::sip::SipHasher13;
use sqlx::SqliteConnection;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::hash::Hasher;

/// An id is remembered in the hour it came and in so many hours after it: at least 24 hours, less than 25.
pub const REMEMBERED_HOURS: i64 = 24;
/// Most ids remembered, 335 a second around the clock: they then take about 310 MB.
/// Past it the oldest hour is forgotten first, so that deduplication reaches less far back instead of failing.
pub const REMEMBERED_IDS_MAX: usize = 29_000_000;

/// Blocks whose ids are read back at a time: of some thousands each, a few megabytes.
const BLOCKS_AT_A_TIME: i64 = 64;

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
    ids: IdTable,
    /// How many belong to each hour.
    ids_in_hour: BTreeMap<i32, usize>,
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
    /// Remembers nothing yet, and never more than `ids_max` at a time.
    #[must_use]
    pub fn new(ids_max: usize) -> Self {
        Self { ids_max, ids: IdTable::default(), ids_in_hour: BTreeMap::new() }
    }

    /// Makes looking at these ids quick, which is for the most part waiting for memory.
    pub(crate) fn fetch(&self, ids: impl Iterator<Item = SeenId>) {
        self.ids.fetch(ids.map(|id| id.hash));
    }

    /// Looks at an id, remembers it if it is new, and forgets what is too old beside it.
    pub fn see(&mut self, id: SeenId) -> Sight {
        let newest = self.newest().unwrap_or(id.hour);
        if id.hour > newest {
            self.forget_before(i64::from(id.hour) - REMEMBERED_HOURS);
        } else if !Self::reaches(id.hour, newest) {
            return if self.ids.contains(id.hash) { Sight::Again } else { Sight::TooOld };
        }
        if !self.ids.insert(id.hash, id.hour) {
            return Sight::Again;
        }
        *self.ids_in_hour.entry(id.hour).or_default() += 1;
        if self.ids.len() > self.ids_max {
            self.forget_oldest_hour();
        }
        Sight::First
    }

    /// Whether an id that came in the hour `seen` is still remembered in the hour `now`.
    pub(crate) fn reaches(seen: i32, now: i32) -> bool {
        i64::from(seen) + REMEMBERED_HOURS >= i64::from(now)
    }

    /// Forgets an id that was not stored after all.
    pub fn forget(&mut self, id: SeenId) {
        let Some(newest) = self.newest() else { return };
        if let Some(hour) = self.ids.remove(id.hash, newest)
            && let Entry::Occupied(mut ids) = self.ids_in_hour.entry(hour)
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
        self.ids_in_hour.last_key_value().map(|(hour, _)| *hour)
    }

    /// How many ids are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.ids.len() == 0
    }

    fn forget_oldest_hour(&mut self) {
        if let Some(oldest) = self.ids_in_hour.first_key_value().map(|(hour, _)| *hour) {
            self.forget_before(i64::from(oldest) + 1);
        }
    }

    fn forget_before(&mut self, hour: i64) {
        if let Some(newest) = self.newest()
            && self.ids_in_hour.first_key_value().is_some_and(|(first, _)| i64::from(*first) < hour)
        {
            self.ids.forget_before(hour, newest);
            self.ids_in_hour.retain(|seen, _| i64::from(*seen) >= hour);
        }
    }

    /// Reads the last 24 hours back from blocks and tail. The 24 hours end at `now`, or at the newest
    /// event where that is older: a load of history that was interrupted goes on in the past.
    pub(crate) async fn load(connection: &mut SqliteConnection, now: Timestamp) -> Result<Self, StoreError> {
        let mut seen = Self::new(REMEMBERED_IDS_MAX);
        let kept: Option<i64> =
            sqlx::query_scalar("select max(at) from last_event").fetch_one(&mut *connection).await?;
        let mut newest = kept.map(Timestamp);
        for section in latest::sections(&latest::read(&mut *connection).await?) {
            newest = newest.max(section?.last_event);
        }
        let Some(newest) = newest else { return Ok(seen) };
        let since_ms = now.min(newest).floor_to(HOUR_MS).0 - REMEMBERED_HOURS * HOUR_MS;
        let mut read = ReadIds::new(seen.ids_max);
        for row in tail::read(&mut *connection, Timestamp(since_ms), Timestamp(i64::MAX)).await? {
            for (_, facts) in row.facts() {
                read.add(SeenId { hash: facts.hash, hour: hour_of(facts.at) });
            }
        }
        // Hour by hour, newest first: memory stays bounded, and past the limit the oldest are the ones left out.
        let hours: Vec<i64> =
            sqlx::query_scalar("select distinct hour_ms from event_block where hour_ms >= $1 order by hour_ms desc")
                .bind(since_ms)
                .fetch_all(&mut *connection)
                .await?;
        for hour_ms in hours {
            if !read.read_hour(&mut *connection, hour_ms).await? {
                break;
            }
        }
        seen.take(read);
        Ok(seen)
    }

    /// Remembers ids when it has none yet: part after part, so that one part's table at a time lies in the processor's cache.
    fn take(&mut self, read: ReadIds) {
        let newest = read.parts.iter().filter_map(|hours| hours.keys().next_back()).max().copied();
        let Some(newest) = newest else { return };
        // After a clock that went wrong there may be later hours than now, and so earlier ones than are remembered.
        let is_remembered = |hour: i32| i64::from(hour) >= i64::from(newest) - REMEMBERED_HOURS;
        for (part, hours) in read.parts.into_iter().enumerate() {
            self.ids.reserve(part, hours.values().map(Vec::len).sum());
            for (hour, hashes) in hours.into_iter().rev().filter(|(hour, _)| is_remembered(*hour)) {
                let before = self.ids.len();
                // Hours come newest first, and an id that is there already stays: it was stored later.
                for hash in hashes {
                    self.ids.insert(hash, hour);
                }
                *self.ids_in_hour.entry(hour).or_default() += self.ids.len() - before;
            }
        }
        self.ids_in_hour.retain(|_, ids| *ids > 0);
    }
}

/// Ids as they are read back, by part and hour.
struct ReadIds {
    ids_max: usize,
    parts: Vec<BTreeMap<i32, Vec<u64>>>,
    len: usize,
}

impl ReadIds {
    /// None yet, and never more than `ids_max`.
    fn new(ids_max: usize) -> Self {
        Self { ids_max, parts: vec![BTreeMap::new(); PARTS], len: 0 }
    }

    /// Adds an id; says whether there was room for it.
    fn add(&mut self, id: SeenId) -> bool {
        let has_room = self.len < self.ids_max;
        if has_room {
            self.parts[IdTable::part(id.hash)].entry(id.hour).or_default().push(id.hash);
            self.len += 1;
        }
        has_room
    }

    /// Reads the ids of one hour's blocks; says whether there is room for another hour.
    async fn read_hour(&mut self, connection: &mut SqliteConnection, hour_ms: i64) -> Result<bool, StoreError> {
        let hour = hour_of(Timestamp(hour_ms));
        let mut after = 0;
        loop {
            let blocks: Vec<(i64, Vec<u8>)> = sqlx::query_as(
                "select id, hashes from event_block where hour_ms = $1 and id > $2 order by id limit $3",
            )
            .bind(hour_ms)
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
    use super::{HOUR_MS, ReadIds, Secret, SeenId, SeenIds, Sight, SourceNumber, Timestamp, hour_of};

    const HOUR: i64 = HOUR_MS;

    fn seen(ids_max: usize) -> SeenIds {
        SeenIds::new(ids_max)
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
            assert_eq!(seen.see(id_of(1, "a", at(0))), Sight::First);
            assert_eq!(seen.see(id_of(source, id, at(hours))), sight, "source {source}, {id}, {hours} hours later");
        }
    }

    #[test]
    fn the_old_are_forgotten_when_a_new_hour_begins() {
        let mut seen = seen(100);
        for hour in 0..60 {
            let id = id_of(1, &format!("id {hour}"), Timestamp(hour * HOUR));
            assert_eq!((seen.see(id), seen.see(id)), (Sight::First, Sight::Again));
        }
        assert_eq!(seen.len(), 25, "the newest hour and 24 before it");
        seen.see(id_of(1, "late", Timestamp(HOUR)));
        assert_eq!(seen.len(), 25, "what is too old already is not taken in");
    }

    #[test]
    fn past_the_limit_the_oldest_hour_goes_first() {
        let mut seen = seen(10);
        let id = |n: i64| id_of(1, &n.to_string(), Timestamp(n / 6 * HOUR));
        for n in 0..11 {
            assert_eq!(seen.see(id(n)), Sight::First);
        }
        assert_eq!(seen.len(), 5);
        for n in 6..11 {
            assert_eq!(seen.see(id(n)), Sight::Again, "hour 1 stays");
        }
        assert_eq!(seen.see(id(0)), Sight::First, "hour 0 is gone");
    }

    #[test]
    fn what_was_not_stored_is_as_if_it_never_came() {
        let mut seen = seen(100);
        let (id, wrong) = (id_of(1, "a", Timestamp(HOUR)), id_of(1, "b", Timestamp(1_000 * HOUR)));
        for id in [id, id_of(1, "c", Timestamp(2 * HOUR)), wrong] {
            assert_eq!(seen.see(id), Sight::First);
            seen.forget(id);
        }
        seen.forget(wrong);
        assert!(seen.is_empty());
        assert_eq!(
            (seen.see(id), seen.see(id)),
            (Sight::First, Sight::Again),
            "a wrong hour is not the newest for ever"
        );
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
                came.see(id);
                read.add(id);
            }
            let mut back = seen(100);
            back.take(read);
            assert_eq!((back.len(), &back.ids_in_hour), (came.len(), &came.ids_in_hour));
            for id in ids(hours) {
                assert_eq!(back.see(id), came.see(id), "{id:?}");
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
        assert_eq!((back.len(), back.ids_in_hour.into_iter().collect::<Vec<_>>()), (2, vec![(495, 2)]));
    }
}
