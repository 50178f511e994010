//! Deduplication: the same messageId from the same source within 24 hours is the same event, across restarts too. Ids
//! are remembered as keyed hashes of 59 bits; two of the most that are remembered meet with a chance of one in 1,400 a day.

use crate::error::StoreError;
use crate::rollup::latest;
use crate::tail;
use domain::clock::{HOUR_MS, Timestamp};
use domain::source::SourceNumber;
use siphasher::sip::SipHasher13;
use sqlx::SqliteConnection;
use std::collections::{BTreeMap, HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hash, Hasher};

/// An id is remembered in the hour it came and in so many hours after it: at least 24 hours, less than 25.
pub const REMEMBERED_HOURS: i64 = 24;
/// Most ids remembered, 335 a second around the clock: they then take 300 MB, and their next step would be double.
/// Past it the oldest hour is forgotten first, so that deduplication reaches less far back instead of failing.
pub const REMEMBERED_IDS_MAX: usize = 29_000_000;

/// The hashes are random already.
#[derive(Default)]
pub(crate) struct NoHasher(u64);

impl Hasher for NoHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, value: u64) {
        self.0 = value;
    }
}

/// By hashes under a [`Secret`].
pub(crate) type HashMapOfHashes = HashMap<u64, i32, BuildHasherDefault<NoHasher>>;

/// An id and the hour it was last stored in, in eight bytes: ids are what fills memory. The low bits of the hash give way to
/// the hour, of which so many bits are enough: those that are remembered lie less than 32 hours apart.
#[derive(Clone, Copy, Debug)]
struct Remembered(u64);

/// Bits of the hour in a [`Remembered`].
const HOUR_BITS: u32 = 5;
const HOURS: i32 = 1 << HOUR_BITS;

impl Remembered {
    fn new(id: SeenId) -> Self {
        let hour = u64::try_from(id.hour.rem_euclid(HOURS)).unwrap_or(0);
        Self(id.hash >> HOUR_BITS << HOUR_BITS | hour)
    }

    fn id(self) -> u64 {
        self.0 >> HOUR_BITS
    }

    /// The hour, where none is later than `newest`.
    fn hour(self, newest: i32) -> i32 {
        let hour = i32::try_from(self.0 % u64::from(HOURS.unsigned_abs())).unwrap_or(0);
        newest - (newest - hour).rem_euclid(HOURS)
    }
}

impl PartialEq for Remembered {
    fn eq(&self, other: &Self) -> bool {
        self.id() == other.id()
    }
}

impl Eq for Remembered {}

impl Hash for Remembered {
    /// A set looks at the lowest bits, and at the highest, of which this one has too few.
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.id() ^ self.id() << 32);
    }
}

type Part = HashSet<Remembered, BuildHasherDefault<NoHasher>>;

/// So many sets in one. A set that is full moves all it holds into one of twice the size, and a commit would wait for that;
/// each of these holds little, and they are not full at the same time.
const PARTS: usize = 256;
/// Blocks whose ids are read back at a time: of some thousands each, a few megabytes.
const BLOCKS_AT_A_TIME: i64 = 64;

/// Hashes and the hours they were last stored in.
struct Hours {
    parts: Vec<Part>,
    len: usize,
    /// The latest hour of all.
    newest: i32,
}

impl Default for Hours {
    fn default() -> Self {
        Self { parts: (0..PARTS).map(|_| Part::default()).collect(), len: 0, newest: i32::MIN }
    }
}

impl Hours {
    /// By bits that a set does not look at itself.
    fn part(hash: u64) -> usize {
        (hash >> 45) as usize % PARTS
    }

    fn get(&self, id: SeenId) -> Option<i32> {
        let seen = self.parts[Self::part(id.hash)].get(&Remembered::new(id))?;
        Some(seen.hour(self.newest))
    }

    /// Sets the hour unless a later one is there; what was there before, if it is replaced, or whether there was nothing.
    fn raise(&mut self, id: SeenId) -> Raised {
        self.newest = self.newest.max(id.hour);
        let (part, new) = (&mut self.parts[Self::part(id.hash)], Remembered::new(id));
        if part.insert(new) {
            self.len += 1;
            return Raised::New;
        }
        match part.get(&new).map(|seen| seen.hour(self.newest)) {
            Some(hour) if hour < id.hour => {
                part.replace(new);
                Raised::From(hour)
            }
            Some(_) | None => Raised::Not,
        }
    }

    fn forget_before(&mut self, hour: i64) {
        let newest = self.newest;
        for part in &mut self.parts {
            part.retain(|seen| i64::from(seen.hour(newest)) >= hour);
        }
        self.len = self.parts.iter().map(HashSet::len).sum();
    }
}

/// What became of an id's hour.
enum Raised {
    New,
    From(i32),
    Not,
}

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
    hours: Hours,
    /// How many hashes belong to each hour.
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

/// The hour of a moment, counted from 1970.
#[must_use]
pub fn hour_of(at: Timestamp) -> i32 {
    i32::try_from(at.0.div_euclid(HOUR_MS)).unwrap_or(i32::MAX)
}

impl SeenIds {
    /// Remembers nothing yet, and never more than `ids_max` at a time.
    #[must_use]
    pub fn new(ids_max: usize) -> Self {
        Self { ids_max, hours: Hours::default(), ids_in_hour: BTreeMap::new() }
    }

    /// Whether it was seen in the 24 hours before it (or after it: clocks of parallel requests differ a little).
    #[must_use]
    pub fn contains(&self, id: SeenId) -> bool {
        self.hours.get(id).is_some_and(|seen| Self::reaches(seen, id.hour))
    }

    /// Whether an id that came in the hour `seen` is still remembered in the hour `now`.
    pub(crate) fn reaches(seen: i32, now: i32) -> bool {
        i64::from(seen) + REMEMBERED_HOURS >= i64::from(now)
    }

    /// Remembers it, and forgets what is too old beside it.
    pub fn remember(&mut self, id: SeenId) {
        let newest = self.ids_in_hour.last_key_value().map_or(id.hour, |(hour, _)| *hour);
        if id.hour > newest {
            self.forget_before(i64::from(id.hour) - REMEMBERED_HOURS);
        } else if i64::from(id.hour) < i64::from(newest) - REMEMBERED_HOURS {
            return;
        }
        let raised = self.hours.raise(id);
        if let Raised::From(hour) = raised
            && let Some(count) = self.ids_in_hour.get_mut(&hour)
        {
            *count -= 1;
        }
        if !matches!(raised, Raised::Not) {
            *self.ids_in_hour.entry(id.hour).or_default() += 1;
        }
        if self.hours.len > self.ids_max {
            self.forget_oldest_hour();
        }
    }

    /// How many ids are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.hours.len
    }

    /// Whether none is.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.hours.len == 0
    }

    fn forget_oldest_hour(&mut self) {
        if let Some(oldest) = self.ids_in_hour.first_key_value().map(|(hour, _)| *hour) {
            self.forget_before(i64::from(oldest) + 1);
        }
    }

    fn forget_before(&mut self, hour: i64) {
        if self.ids_in_hour.first_key_value().is_some_and(|(first, _)| i64::from(*first) < hour) {
            self.hours.forget_before(hour);
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
        let mut read = ReadIds::default();
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
            if !read.read_hour(&mut *connection, hour_ms, seen.ids_max).await? {
                break;
            }
        }
        seen.take(read);
        Ok(seen)
    }

    /// Remembers ids when it has none yet: part after part, so that one part's set at a time lies in the processor's cache.
    fn take(&mut self, read: ReadIds) {
        let newest = read.parts.iter().filter_map(|hours| hours.keys().next_back()).max().copied();
        let Some(newest) = newest else { return };
        self.hours.newest = newest;
        // After a clock that went wrong there may be later hours than now, and so earlier ones than are remembered.
        let is_remembered = |hour: i32| i64::from(hour) >= i64::from(newest) - REMEMBERED_HOURS;
        for (part, hours) in self.hours.parts.iter_mut().zip(read.parts) {
            part.reserve(hours.values().map(Vec::len).sum());
            for (hour, hashes) in hours.into_iter().rev().filter(|(hour, _)| is_remembered(*hour)) {
                let before = part.len();
                // Hours come newest first, and an id that is there already stays: it was stored later.
                part.extend(hashes.into_iter().map(|hash| Remembered::new(SeenId { hash, hour })));
                *self.ids_in_hour.entry(hour).or_default() += part.len() - before;
            }
        }
        self.hours.len = self.hours.parts.iter().map(HashSet::len).sum();
        self.ids_in_hour.retain(|_, ids| *ids > 0);
    }
}

/// Ids as they are read back, by part and hour.
struct ReadIds {
    parts: Vec<BTreeMap<i32, Vec<u64>>>,
    len: usize,
}

impl Default for ReadIds {
    fn default() -> Self {
        Self { parts: vec![BTreeMap::new(); PARTS], len: 0 }
    }
}

impl ReadIds {
    fn add(&mut self, id: SeenId) {
        self.parts[Hours::part(id.hash)].entry(id.hour).or_default().push(id.hash);
        self.len += 1;
    }

    /// Reads the ids of one hour's blocks; says whether there is room for another hour.
    async fn read_hour(
        &mut self,
        connection: &mut SqliteConnection,
        hour_ms: i64,
        ids_max: usize,
    ) -> Result<bool, StoreError> {
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
                if self.len >= ids_max {
                    return Ok(false);
                }
                self.add(SeenId { hash: u64::from_le_bytes(*hash), hour });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{
        HOUR_MS, REMEMBERED_HOURS, ReadIds, Remembered, Secret, SeenId, SeenIds, SourceNumber, Timestamp, hour_of,
    };

    const HOUR: i64 = HOUR_MS;

    fn seen(ids_max: usize) -> SeenIds {
        SeenIds::new(ids_max)
    }

    fn id_of(source: i64, message_id: &str, at: Timestamp) -> SeenId {
        SeenId { hash: Secret([7; 16]).hash(SourceNumber(source), message_id), hour: hour_of(at) }
    }

    #[test]
    fn an_id_is_remembered_for_24_hours_and_per_source() {
        let mut seen = seen(100);
        let at = |hours: i64| Timestamp(1_000 * HOUR + hours * HOUR + 1_234);
        let first = id_of(1, "a", at(0));
        assert!(!seen.contains(first));
        seen.remember(first);
        for (source, id, hours, duplicate) in [
            (1, "a", 0, true),
            (1, "a", 24, true),
            (1, "a", 25, false),
            (1, "a", -3, true),
            (1, "b", 0, false),
            (2, "a", 0, false),
        ] {
            let id = id_of(source, id, at(hours));
            assert_eq!(seen.contains(id), duplicate, "source {source}, {hours} hours later");
        }
    }

    #[test]
    fn the_old_are_forgotten_when_a_new_hour_begins() {
        let mut seen = seen(100);
        for hour in 0..60 {
            let id = id_of(1, &format!("id {hour}"), Timestamp(hour * HOUR));
            seen.remember(id);
            assert!(seen.contains(id));
        }
        assert_eq!(seen.len(), 25, "the newest hour and 24 before it");
        let past = id_of(1, "late", Timestamp(HOUR));
        seen.remember(past);
        assert_eq!(seen.len(), 25, "what is too old already is not taken in");
    }

    #[test]
    fn past_the_limit_the_oldest_hour_goes_first() {
        let mut seen = seen(10);
        let id = |n: i64| id_of(1, &n.to_string(), Timestamp(n / 6 * HOUR));
        for n in 0..11 {
            let id = id(n);
            seen.remember(id);
        }
        assert!(!seen.contains(id(0)) && !seen.contains(id(5)), "hour 0 is gone");
        assert!(seen.contains(id(6)) && seen.contains(id(10)), "hour 1 stays");
        assert_eq!(seen.len(), 5);
    }

    #[test]
    fn what_is_read_back_is_remembered_as_if_it_came_now() {
        let ids = |hours: &[i32]| -> Vec<SeenId> {
            let id = |(n, hour): (usize, &i32)| SeenId { hash: (n as u64 + 1) << 20, hour: *hour };
            hours.iter().enumerate().map(id).collect()
        };
        for hours in [&[500, 499, 476, 475, 430][..], &[7, 7, 7], &[]] {
            let (mut came, mut read) = (seen(100), ReadIds::default());
            for id in ids(hours) {
                came.remember(id);
                read.add(id);
            }
            let mut back = seen(100);
            back.take(read);
            assert_eq!((back.len(), &back.ids_in_hour), (came.len(), &came.ids_in_hour));
            for id in ids(hours) {
                assert_eq!(back.hours.get(id), came.hours.get(id), "{id:?}");
            }
        }
    }

    #[test]
    fn the_later_of_two_hours_is_read_back() {
        let (mut back, mut read) = (seen(100), ReadIds::default());
        for hour in [490, 495, 492] {
            read.add(SeenId { hash: 1 << 20, hour });
        }
        back.take(read);
        assert_eq!((back.len(), back.hours.get(SeenId { hash: 1 << 20, hour: 0 })), (1, Some(495)));
    }

    #[test]
    fn an_hour_is_told_from_its_last_bits() {
        for newest in [0, 31, 32, 490_000] {
            for age in 0..=i32::try_from(REMEMBERED_HOURS).expect("small") {
                let id = SeenId { hash: u64::MAX, hour: newest - age };
                assert_eq!(Remembered::new(id).hour(newest), newest - age);
            }
        }
    }

    #[test]
    fn seen_again_later_counts_from_then() {
        let mut seen = seen(10);
        let early = id_of(1, "a", Timestamp(0));
        let late = id_of(1, "a", Timestamp(20 * HOUR));
        seen.remember(early);
        seen.remember(late);
        assert!(seen.contains(id_of(1, "a", Timestamp(44 * HOUR))));
        assert_eq!(seen.len(), 1);
    }
}
