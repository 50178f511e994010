//! Ids and the hours they were stored in, eight bytes each and little more: ids are what fills memory, and looking for them is
//! waiting for memory. A table holds them in the order of their hashes, each where its hash says or as near behind it as there
//! is room ("ordered hash tables", Amble and Knuth 1974, with linear probing): one line or two of the processor's cache tell
//! whether an id is there, and one that is new goes to just that place. From a fifth to a half of the places is free: with less to
//! spare, more of those behind have to make room, and tables grow more often.

use super::remembered::{HOUR_BITS, Remembered};
use std::hint::black_box;
use std::ops::Range;

/// Bits of a hash that say in which of the tables it lies.
const PART_BITS: u32 = 8;
/// So many tables: a commit may wait while one of them grows.
pub(super) const PARTS: usize = 1 << PART_BITS;

/// Places that a table has at least.
const PLACES_MIN: usize = 32;
/// Places behind the last one that a hash can say.
const PLACES_BEHIND: usize = 32;

/// One of the tables.
#[derive(Clone, Default)]
struct Part {
    slots: Vec<Remembered>,
    /// Of the slots, those that a hash can say.
    places: usize,
    len: usize,
}

impl Part {
    /// Of those, which come in their order.
    fn of(sorted: impl Iterator<Item = Remembered>, places: usize) -> Self {
        let mut part = Self { slots: vec![Remembered::NONE; places + PLACES_BEHIND], places, len: 0 };
        let mut free = 0;
        for remembered in sorted {
            let at = part.place(remembered).max(free);
            if at == part.slots.len() {
                part.more_behind();
            }
            part.slots[at] = remembered;
            part.len += 1;
            free = at + 1;
        }
        part
    }

    /// Places for so many, and for some more before a fifth is free.
    fn places_for(len: usize) -> usize {
        (len + len * 3 / 8).max(PLACES_MIN)
    }

    /// Where the hash says that it lies: it is as far through the table as its bits, without those of the part, are through
    /// all there can be.
    fn place(&self, remembered: Remembered) -> usize {
        let bits = remembered.id() << HOUR_BITS << PART_BITS;
        usize::try_from((u128::from(bits) * self.places as u128) >> u64::BITS).unwrap_or(0)
    }

    /// Where it is, or where it would be.
    fn find(&self, id: Remembered) -> Result<usize, usize> {
        let mut at = self.place(id);
        loop {
            match self.slots.get(at) {
                Some(slot) if *slot != Remembered::NONE && slot.id() < id.id() => at += 1,
                Some(slot) if slot.id() == id.id() => return Ok(at),
                Some(_) | None => return Err(at),
            }
        }
    }

    /// Whether it was not there.
    fn insert(&mut self, new: Remembered) -> bool {
        let Err(mut at) = self.find(new) else { return false };
        if self.len >= self.places - self.places / 5 {
            *self = Self::of(self.iter(), (self.places + self.places / 2).max(PLACES_MIN));
            at = self.find(new).unwrap_or_else(|at| at);
        }
        let free = self.slots[at..].iter().position(|slot| *slot == Remembered::NONE).unwrap_or_else(|| {
            self.more_behind();
            self.slots.len() - PLACES_BEHIND - at
        });
        self.slots.copy_within(at..at + free, at + 1);
        self.slots[at] = new;
        self.len += 1;
        true
    }

    /// More places behind the last, for where those there are do not do.
    fn more_behind(&mut self) {
        self.slots.resize(self.slots.len() + PLACES_BEHIND, Remembered::NONE);
    }

    fn remove(&mut self, id: Remembered) -> Option<Remembered> {
        let mut free = self.find(id).ok()?;
        let removed = self.slots[free];
        // Those behind it come nearer to their places.
        while let Some(next) = self.slots.get(free + 1).copied()
            && next != Remembered::NONE
            && self.place(next) <= free
        {
            self.slots[free] = next;
            free += 1;
        }
        self.slots[free] = Remembered::NONE;
        self.len -= 1;
        Some(removed)
    }

    fn iter(&self) -> impl Iterator<Item = Remembered> {
        self.slots.iter().copied().filter(|slot| *slot != Remembered::NONE)
    }
}

/// All of them.
pub(super) struct IdTable {
    parts: Vec<Part>,
    len: usize,
}

impl Default for IdTable {
    fn default() -> Self {
        Self { parts: vec![Part::default(); PARTS], len: 0 }
    }
}

impl IdTable {
    /// The table of a hash.
    pub fn part(hash: u64) -> usize {
        usize::try_from(hash >> (u64::BITS - PART_BITS)).unwrap_or(0)
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.len
    }

    /// The hour in which an id was stored, if it is there and none is later than `newest`.
    pub fn hour(&self, hash: u64, newest: i32) -> Option<i32> {
        let part = &self.parts[Self::part(hash)];
        let place = part.find(Remembered::new(hash, 0)).ok()?;
        Some(part.slots[place].hour(newest))
    }

    /// Those from one id until another, in their order.
    pub fn range(&self, ids: Range<u64>) -> impl Iterator<Item = Remembered> {
        let first = Self::part(ids.start << HOUR_BITS);
        let parts = self.parts[first..].iter().flat_map(|part| &part.slots).copied();
        let start = self.parts[first].find(Remembered::new(ids.start << HOUR_BITS, 0)).unwrap_or_else(|at| at);
        parts.skip(start).filter(|slot| *slot != Remembered::NONE).take_while(move |slot| slot.id() < ids.end)
    }

    /// Has the processor fetch where these ids are or would be, all at a time; one by one, it would wait for each.
    pub fn fetch(&self, hashes: impl Iterator<Item = u64>) {
        let slot = |hash: u64| {
            let part = &self.parts[Self::part(hash)];
            part.slots.get(part.place(Remembered::new(hash, 0))).map_or(0, |slot| slot.0)
        };
        black_box(hashes.fold(0, |all, hash| all ^ slot(hash)));
    }

    /// Stores an id in this hour, unless it is there; whether it was not.
    pub fn insert(&mut self, hash: u64, hour: i32) -> bool {
        let is_new = self.parts[Self::part(hash)].insert(Remembered::new(hash, hour));
        self.len += usize::from(is_new);
        is_new
    }

    /// Takes an id out; the hour it was stored in, where none is later than `newest`.
    pub fn remove(&mut self, hash: u64, newest: i32) -> Option<i32> {
        let removed = self.parts[Self::part(hash)].remove(Remembered::new(hash, 0))?;
        self.len -= 1;
        Some(removed.hour(newest))
    }

    /// Takes out those of earlier hours, where none is later than `newest`.
    pub fn forget_before(&mut self, hour: i64, newest: i32) {
        let stays = |remembered: &Remembered| i64::from(remembered.hour(newest)) >= hour;
        for part in &mut self.parts {
            let stay = part.iter().filter(stays).count();
            if stay < part.len {
                *part = Part::of(part.iter().filter(stays), Part::places_for(stay));
            }
        }
        self.len = self.parts.iter().map(|part| part.len).sum();
    }

    /// Makes room for so many in one of the tables, which is empty.
    pub fn reserve(&mut self, part: usize, ids: usize) {
        self.parts[part] = Part::of(std::iter::empty(), Part::places_for(ids));
    }
}

#[cfg(test)]
mod tests {
    use super::IdTable;
    use proptest::prelude::{Strategy, any, prop_assert_eq, prop_oneof, proptest};
    use std::collections::BTreeMap;

    /// Hashes that are far apart, next to each other, and at the ends.
    fn hash() -> impl Strategy<Value = u64> {
        prop_oneof![any::<u64>(), (0..200_u64).prop_map(|n| n << 5), (0..200_u64).prop_map(|n| u64::MAX - (n << 5))]
    }

    proptest! {
        #[test]
        fn it_holds_what_a_map_holds(
            steps in proptest::collection::vec((hash(), 490_000..490_025_i32, 0..5_u8), 0..1_000),
            since in 490_000..490_025_i32,
            (from, until) in (hash(), hash()),
        ) {
            const NEWEST: i32 = 490_024;
            let (mut table, mut expected) = (IdTable::default(), BTreeMap::<u64, i32>::new());
            for (hash, hour, step) in steps {
                let id = (hash >> 5).max(1);
                if step == 0 {
                    prop_assert_eq!(table.remove(hash, NEWEST), expected.remove(&id));
                } else {
                    prop_assert_eq!(table.insert(hash, hour), !expected.contains_key(&id));
                    expected.entry(id).or_insert(hour);
                }
                prop_assert_eq!(table.len(), expected.len());
            }
            table.forget_before(since.into(), NEWEST);
            expected.retain(|_, hour| *hour >= since);
            for ids in [0..u64::MAX, from >> 5..until >> 5] {
                let found = table.range(ids.clone()).map(|seen| (seen.id(), seen.hour(NEWEST)));
                let expected = expected.iter().filter(|(id, _)| ids.contains(id)).map(|(id, hour)| (*id, *hour));
                prop_assert_eq!(found.collect::<Vec<_>>(), expected.collect::<Vec<_>>());
            }
            for (id, hour) in expected {
                prop_assert_eq!(table.hour(id << 5, NEWEST), Some(hour));
                prop_assert_eq!(table.remove(id << 5, NEWEST), Some(hour));
            }
            prop_assert_eq!((table.len(), table.parts.iter().map(|part| part.iter().count()).sum::<usize>()), (0, 0));
        }
    }

    #[test]
    fn however_many_there_are_less_than_half_of_the_room_is_free() {
        let mut table = IdTable::default();
        let mut hash = 0_u64;
        for n in 1..=300_000 {
            // Spread evenly over all there are: https://en.wikipedia.org/wiki/Golden_ratio
            hash = hash.wrapping_add(0x9e37_79b9_7f4a_7c15);
            assert!(table.insert(hash, 1));
            if n > 150_000 && n % 1_000 == 0 {
                let slots: usize = table.parts.iter().map(|part| part.slots.capacity()).sum();
                assert!(slots < n * 2, "{slots} places for {n}");
            }
        }
    }
}
