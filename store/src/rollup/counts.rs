//! Counts as bytes: sorted by key and packed, a few bytes for each. Codes are written as text, once for all counts under
//! them; numbers of the dictionary and counts as varints (LEB128, as in <https://en.wikipedia.org/wiki/LEB128>).

use super::words;
use crate::error::StoreError;
use crate::event::{type_code, type_from_code};
use domain::event::EventType;
use domain::overview::Counted;
use sqlx::FromRow;

/// What is counted, beside its source and its bucket. Name, version and library are numbers of the dictionary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key {
    pub counted: Counted,
    pub event_type: Option<EventType>,
    pub name: i64,
    pub version: i64,
    pub library: i64,
}

/// A count of something.
pub(crate) type Count<K> = (K, u64);

/// Sorts the counts and adds up those of one key.
pub(crate) fn add_up<K: Ord + Copy>(mut counts: Vec<Count<K>>) -> Vec<Count<K>> {
    // Stable: what comes in sorted runs, as it does here, is merged rather than sorted.
    counts.sort_by_key(|(key, _)| *key);
    counts.dedup_by(|(key, count), (kept, sum)| {
        let is_same = key == kept;
        if is_same {
            *sum += *count;
        }
        is_same
    });
    counts
}

/// One bucket's sums, for whoever asks for less than everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Sums {
    /// By what is counted and type.
    pub totals: Vec<Count<(Counted, Option<EventType>)>>,
    /// By what is counted and version; of events only.
    pub versions: Vec<Count<(Counted, i64)>>,
    /// By what is counted and library; of events only.
    pub libraries: Vec<Count<(Counted, i64)>>,
    /// By what is counted and name; of events only.
    pub names: Vec<Count<(Counted, i64)>>,
}

/// The same as bytes.
#[derive(FromRow)]
pub(crate) struct PackedSums {
    pub totals: Vec<u8>,
    pub versions: Vec<u8>,
    pub libraries: Vec<u8>,
    pub names: Vec<u8>,
    /// By name alone, whatever became of the events: most pages ask for no more. This and the next follow from the others, so
    /// nobody who adds to a bucket reads them.
    #[sqlx(skip)]
    pub received_names: Vec<u8>,
    /// Which names, versions and libraries there are, in the order of [`present`]: what tabs show the number of.
    #[sqlx(skip)]
    pub present: Vec<u8>,
}

impl Sums {
    /// Of these counts.
    pub fn of(counts: &[Count<Key>]) -> Self {
        let words = |word: fn(&Key) -> i64| {
            let events = counts.iter().filter(|(key, _)| matches!(key.counted, Counted::Judged(_)));
            add_up(events.map(|(key, count)| ((key.counted, word(key)), *count)).collect())
        };
        Self {
            totals: add_up(counts.iter().map(|(key, count)| ((key.counted, key.event_type), *count)).collect()),
            versions: words(|key| key.version),
            libraries: words(|key| key.library),
            names: words(|key| key.name),
        }
    }

    /// With what is packed already.
    pub fn plus(mut self, packed: &PackedSums) -> Result<Self, StoreError> {
        totals(&packed.totals, |counted, event_type, count| self.totals.push(((counted, event_type), count)))?;
        let read = |packed: &[u8], into: &mut Vec<Count<(Counted, i64)>>| {
            words::each_count(packed, |_| true, |counted, word, count| into.push(((counted, word), count)))
        };
        read(&packed.versions, &mut self.versions)?;
        read(&packed.libraries, &mut self.libraries)?;
        read(&packed.names, &mut self.names)?;
        let Self { totals, versions, libraries, names } = self;
        let (versions, libraries, names) = (add_up(versions), add_up(libraries), add_up(names));
        Ok(Self { totals: add_up(totals), versions, libraries, names })
    }

    /// Packs them.
    pub fn pack(&self) -> PackedSums {
        let received = self.names.iter().map(|((_, name), count)| ((Counted::Received, *name), *count));
        PackedSums {
            totals: pack_totals(&self.totals),
            versions: words::pack_counts(&self.versions),
            libraries: words::pack_counts(&self.libraries),
            names: words::pack_counts(&self.names),
            received_names: words::pack_counts(&add_up(received.collect())),
            present: self.present(),
        }
    }

    fn present(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for words in [&self.names, &self.versions, &self.libraries] {
            let mut numbers: Vec<i64> = words.iter().map(|((_, word), _)| *word).collect();
            numbers.sort_unstable();
            numbers.dedup();
            part(&words::pack_set(&numbers), &mut bytes);
        }
        bytes
    }
}

fn pack_totals(totals: &[Count<(Counted, Option<EventType>)>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for ((counted, event_type), count) in totals {
        text(counted.code(), &mut bytes);
        text(type_code(*event_type), &mut bytes);
        varint(*count, &mut bytes);
    }
    bytes
}

/// Reads [`PackedSums::totals`].
pub(crate) fn totals(bytes: &[u8], mut each: impl FnMut(Counted, Option<EventType>, u64)) -> Result<(), StoreError> {
    let mut bytes = Bytes(bytes);
    while !bytes.0.is_empty() {
        let (counted, event_type) = (bytes.counted()?, bytes.event_type()?);
        each(counted, event_type, bytes.varint()?);
    }
    Ok(())
}

/// Reads [`PackedSums::present`]: names, versions and libraries, each packed by itself.
pub(crate) fn present(bytes: &[u8]) -> Result<[&[u8]; 3], StoreError> {
    let mut bytes = Bytes(bytes);
    let [names, versions, libraries] = [bytes.part()?, bytes.part()?, bytes.part()?];
    Ok([names.0, versions.0, libraries.0])
}

pub(super) fn varint(mut value: u64, into: &mut Vec<u8>) {
    while value >= 0x80 {
        into.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    into.push(value.to_le_bytes()[0]);
}

pub(super) fn text(text: &str, into: &mut Vec<u8>) {
    part(text.as_bytes(), into);
}

pub(super) fn part(bytes: &[u8], into: &mut Vec<u8>) {
    varint(bytes.len() as u64, into);
    into.extend_from_slice(bytes);
}

/// What `write` writes, and before it how many bytes that is.
pub(super) fn measured(into: &mut Vec<u8>, write: impl FnOnce(&mut Vec<u8>)) {
    let start = into.len();
    // Mostly one byte says it.
    into.push(0);
    write(into);
    let length = into.len() - start - 1;
    match u8::try_from(length) {
        Ok(length @ ..0x80) => into[start] = length,
        Ok(_) | Err(_) => {
            let mut longer = Vec::new();
            varint(length as u64, &mut longer);
            into.splice(start..=start, longer);
        }
    }
}

/// What is left to read.
pub(super) struct Bytes<'a>(pub &'a [u8]);

impl<'a> Bytes<'a> {
    pub const CORRUPT: StoreError = StoreError::Corrupt("packed counts");

    pub fn varint(&mut self) -> Result<u64, StoreError> {
        match self.next() {
            Some(value) => Ok(value),
            None => Err(Self::CORRUPT),
        }
    }

    /// A varint; `None` where there is no whole one. Most are of one byte or two, and a page reads hundreds of thousands.
    #[inline]
    pub fn next(&mut self) -> Option<u64> {
        match *self.0 {
            [byte, ref rest @ ..] if byte < 0x80 => {
                self.0 = rest;
                Some(u64::from(byte))
            }
            [low, high, ref rest @ ..] if high < 0x80 => {
                self.0 = rest;
                Some(u64::from(low & 0x7f) | u64::from(high) << 7)
            }
            _ => self.next_long(),
        }
    }

    fn next_long(&mut self) -> Option<u64> {
        let mut value = 0;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    /// A number of the dictionary.
    #[inline]
    pub fn number(&mut self) -> Option<i64> {
        i64::try_from(self.next()?).ok()
    }

    /// A number, of which its distance from the last one is written.
    #[inline]
    pub fn after(&mut self, last: i64) -> Option<i64> {
        last.checked_add(self.number()?)
    }

    /// As many bytes as it says first; `None` where there are fewer.
    #[inline]
    pub fn next_part(&mut self) -> Option<Self> {
        let length = usize::try_from(self.next()?).ok()?;
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(Self(taken))
    }

    pub fn part(&mut self) -> Result<Self, StoreError> {
        self.next_part().ok_or(Self::CORRUPT)
    }

    fn text(&mut self) -> Result<&'a str, StoreError> {
        std::str::from_utf8(self.part()?.0).map_err(|_| Self::CORRUPT)
    }

    pub fn counted(&mut self) -> Result<Counted, StoreError> {
        let code = self.text()?;
        Counted::from_code(code).ok_or_else(|| StoreError::UnknownCode { what: "count", code: code.to_owned() })
    }

    pub fn event_type(&mut self) -> Result<Option<EventType>, StoreError> {
        type_from_code(self.text()?)
    }
}

#[cfg(test)]
mod tests {
    use super::super::keys::{keys, pack_keys};
    use super::{Count, Counted, EventType, Key, Sums, add_up, present, totals, words};
    use domain::discard::DiscardReason;
    use domain::verdict::Verdict;
    use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, proptest};
    use std::collections::{BTreeMap, BTreeSet};

    fn count() -> impl Strategy<Value = Count<Key>> {
        let number = || 0..5_000_000_000_i64;
        let counted = (0..DiscardReason::ALL.len() + 3).prop_map(|n| match n {
            0 => Counted::Received,
            1 => Counted::Duplicate,
            2 => Counted::Judged(Verdict::Eligible),
            n => Counted::Judged(Verdict::Discarded(DiscardReason::ALL[n - 3])),
        });
        let event_type = (0..7_usize).prop_map(|n| EventType::ALL.get(n).copied());
        (counted, event_type, 0..4_i64, number(), number(), any::<u32>()).prop_map(
            |(counted, event_type, name, version, library, count)| {
                (Key { counted, event_type, name, version, library: library % 3 }, u64::from(count))
            },
        )
    }

    proptest! {
        #[test]
        fn counts_come_back_under_every_key(all in proptest::collection::vec(count(), 0..60)) {
            let mut expected: BTreeMap<Key, u64> = BTreeMap::new();
            for (key, count) in &all {
                *expected.entry(*key).or_default() += count;
            }
            let all = add_up(all);
            let packed = Sums::of(&all).pack();
            let mut read = Vec::new();
            keys(&pack_keys(&all), |key, count| read.push((key, count))).expect("reads");
            prop_assert_eq!(&read, &all);
            prop_assert_eq!(read.into_iter().collect::<BTreeMap<_, _>>(), expected.clone());

            let mut sums: BTreeMap<_, u64> = BTreeMap::new();
            totals(&packed.totals, |counted, event_type, count| *sums.entry((counted, event_type)).or_default() += count)
                .expect("reads");
            let mut recount: BTreeMap<_, u64> = BTreeMap::new();
            for (key, count) in &expected {
                *recount.entry((key.counted, key.event_type)).or_default() += count;
            }
            prop_assert_eq!(sums, recount);

            let mut by_name: BTreeMap<i64, u64> = BTreeMap::new();
            words::each_count(&packed.received_names, |_| true, |_, name, count| *by_name.entry(name).or_default() += count)
                .expect("reads");
            let mut recount: BTreeMap<i64, u64> = BTreeMap::new();
            for (key, count) in expected.iter().filter(|(key, _)| matches!(key.counted, Counted::Judged(_))) {
                *recount.entry(key.name).or_default() += count;
            }
            prop_assert_eq!(by_name, recount);

            let eligible = |counted: Counted| counted == Counted::Judged(Verdict::Eligible);
            for (bytes, word) in [
                (&packed.names, (|key: &Key| key.name) as fn(&Key) -> i64),
                (&packed.versions, |key: &Key| key.version),
                (&packed.libraries, |key: &Key| key.library),
            ] {
                let mut sums: BTreeMap<i64, u64> = BTreeMap::new();
                words::each_count(bytes, eligible, |_, word, count| *sums.entry(word).or_default() += count).expect("reads");
                let mut recount: BTreeMap<i64, u64> = BTreeMap::new();
                for (key, count) in expected.iter().filter(|(key, _)| eligible(key.counted)) {
                    *recount.entry(word(key)).or_default() += count;
                }
                prop_assert_eq!(sums, recount);
            }

            let words_of: [fn(&Key) -> i64; 3] = [|key| key.name, |key| key.version, |key| key.library];
            for (packed, word) in present(&packed.present).expect("reads").into_iter().zip(words_of) {
                let mut there = Vec::new();
                words::set(packed, |page, bits| there.extend(words::numbers(page, bits))).expect("reads");
                let events = expected.keys().filter(|key| matches!(key.counted, Counted::Judged(_)));
                prop_assert_eq!(there, events.map(word).collect::<BTreeSet<_>>().into_iter().collect::<Vec<_>>());
            }
        }

        #[test]
        fn sums_add_up_wherever_they_are_cut(
            all in proptest::collection::vec(count(), 0..60),
            cut in 0..60_usize,
        ) {
            let (packed, more) = all.split_at(cut.min(all.len()));
            let sum = Sums::of(&add_up(more.to_vec())).plus(&Sums::of(&add_up(packed.to_vec())).pack());
            prop_assert_eq!(sum.expect("reads"), Sums::of(&add_up(all)));
        }

        #[test]
        fn broken_bytes_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..60), cut in 0..400_usize) {
            // Whatever they are: an answer, never a panic.
            let _ = keys(&bytes, |_, _| ());
            let _ = totals(&bytes, |_, _, _| ());
            let _ = present(&bytes);
            let key = Key {
                counted: Counted::Judged(Verdict::Eligible),
                event_type: Some(EventType::Track),
                name: 300,
                version: 2,
                library: 3,
            };
            let packed = pack_keys(&[(key, 1_000)]);
            let cut = cut % packed.len();
            prop_assert!(cut == 0 || keys(&packed[..cut], |_, _| ()).is_err());
        }
    }
}
