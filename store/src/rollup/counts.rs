//! Counts as bytes: sorted by key and packed, a few bytes for each. Codes are written as text, once for all counts under
//! them; numbers of the dictionary and counts as varints (LEB128, as in <https://en.wikipedia.org/wiki/LEB128>).

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
    /// By name alone, whatever became of the events: most pages ask for no more. Follows from `names`, so nobody who adds to
    /// a bucket reads it.
    #[sqlx(skip)]
    pub received_names: Vec<u8>,
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
            words_where(packed, |_| true, |counted, word, count| into.push(((counted, word), count)))
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
            versions: pack_words(&self.versions),
            libraries: pack_words(&self.libraries),
            names: pack_words(&self.names),
            received_names: pack_words(&add_up(received.collect())),
        }
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

fn pack_words(words: &[Count<(Counted, i64)>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for group in words.chunk_by(|((a, _), _), ((b, _), _)| a == b) {
        let mut body = Vec::with_capacity(group.len() * 3);
        let mut last = 0;
        for ((_, word), count) in group {
            varint(word.abs_diff(last), &mut body);
            varint(*count, &mut body);
            last = *word;
        }
        text(group[0].0.0.code(), &mut bytes);
        varint(body.len() as u64, &mut bytes);
        bytes.append(&mut body);
    }
    bytes
}

/// Packs counts that [`add_up`] gave, by everything. Each name says how many bytes are counted under it, and so does what
/// is counted of each type: who looks for one passes over the others.
pub(crate) fn pack_keys(counts: &[Count<Key>]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(counts.len() * 6);
    let (mut body, mut run) = (Vec::new(), Vec::new());
    for group in counts.chunk_by(|(a, _), (b, _)| (a.counted, a.event_type) == (b.counted, b.event_type)) {
        let mut last = 0;
        for named in group.chunk_by(|(a, _), (b, _)| a.name == b.name) {
            for (key, count) in named {
                varint(key.version.unsigned_abs(), &mut run);
                varint(key.library.unsigned_abs(), &mut run);
                varint(*count, &mut run);
            }
            let (Key { name, .. }, _) = named[0];
            varint(name.abs_diff(last), &mut body);
            varint(run.len() as u64, &mut body);
            body.append(&mut run);
            last = name;
        }
        let (first, _) = &group[0];
        text(first.counted.code(), &mut bytes);
        text(type_code(first.event_type), &mut bytes);
        varint(body.len() as u64, &mut bytes);
        bytes.append(&mut body);
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

/// Reads words of [`PackedSums`], of what is wanted.
pub(crate) fn words(
    bytes: &[u8],
    wanted: impl Fn(Counted) -> bool,
    mut each: impl FnMut(i64, u64),
) -> Result<(), StoreError> {
    words_where(bytes, wanted, |_, word, count| each(word, count))
}

/// Reads a few words (in their order) of [`PackedSums`], of what is wanted. `each` is called with a word's place among them.
pub(crate) fn words_of(
    bytes: &[u8],
    wanted: impl Fn(Counted) -> bool,
    few: &[i64],
    mut each: impl FnMut(usize, u64),
) -> Result<(), StoreError> {
    each_run(bytes, wanted, |_, mut run| {
        let (mut word, mut place) = (0, 0);
        while let Some(next) = few.get(place)
            && !run.0.is_empty()
        {
            if let Some(before) = run.four_before(word, *next).or_else(|| run.one_before(word, *next)) {
                word = before;
                continue;
            }
            word = run.after(word).ok_or(Bytes::CORRUPT)?;
            if word < *next {
                run.skip().ok_or(Bytes::CORRUPT)?;
                continue;
            }
            let count = run.varint()?;
            place += few[place..].iter().take_while(|few| **few < word).count();
            if few.get(place) == Some(&word) {
                each(place, count);
                place += 1;
            }
        }
        Ok(())
    })
}

fn words_where(
    bytes: &[u8],
    wanted: impl Fn(Counted) -> bool,
    mut each: impl FnMut(Counted, i64, u64),
) -> Result<(), StoreError> {
    each_run(bytes, wanted, |counted, mut run| {
        let mut word = 0;
        while !run.0.is_empty() {
            let (Some(next), Some(count)) = (run.after(word), run.next()) else { return Err(Bytes::CORRUPT) };
            word = next;
            each(counted, word, count);
        }
        Ok(())
    })
}

/// The words of whatever is wanted, in their order, each followed by its count.
fn each_run(
    bytes: &[u8],
    wanted: impl Fn(Counted) -> bool,
    mut each: impl FnMut(Counted, Bytes<'_>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut bytes = Bytes(bytes);
    while !bytes.0.is_empty() {
        let (counted, run) = (bytes.counted()?, bytes.part()?);
        if wanted(counted) {
            each(counted, run)?;
        }
    }
    Ok(())
}

/// Reads what [`pack_keys`] gave, all of it.
pub(crate) fn keys(bytes: &[u8], each: impl FnMut(Key, u64)) -> Result<(), StoreError> {
    keys_where(bytes, |_| true, |_, _| true, each)
}

/// Reads those of wanted types, and of these those of wanted names.
pub(crate) fn keys_where(
    bytes: &[u8],
    wants_type: impl Fn(Option<EventType>) -> bool,
    wants_name: impl Fn(Option<EventType>, i64) -> bool,
    mut each: impl FnMut(Key, u64),
) -> Result<(), StoreError> {
    let mut bytes = Bytes(bytes);
    while !bytes.0.is_empty() {
        let (counted, event_type) = (bytes.counted()?, bytes.event_type()?);
        let mut body = bytes.part()?;
        if !wants_type(event_type) {
            continue;
        }
        let mut name = 0;
        while !body.0.is_empty() {
            let (Some(next), Some(mut run)) = (body.after(name), body.next_part()) else { return Err(Bytes::CORRUPT) };
            name = next;
            if !wants_name(event_type, name) {
                continue;
            }
            while !run.0.is_empty() {
                let (Some(version), Some(library), Some(count)) = (run.number(), run.number(), run.next()) else {
                    return Err(Bytes::CORRUPT);
                };
                each(Key { counted, event_type, name, version, library }, count);
            }
        }
    }
    Ok(())
}

fn varint(mut value: u64, into: &mut Vec<u8>) {
    while value >= 0x80 {
        into.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    into.push(value.to_le_bytes()[0]);
}

fn text(text: &str, into: &mut Vec<u8>) {
    varint(text.len() as u64, into);
    into.extend_from_slice(text.as_bytes());
}

/// What is left to read.
pub(super) struct Bytes<'a>(pub &'a [u8]);

impl<'a> Bytes<'a> {
    pub const CORRUPT: StoreError = StoreError::Corrupt("packed counts");

    pub fn varint(&mut self) -> Result<u64, StoreError> {
        self.next().ok_or(Self::CORRUPT)
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

    /// Passes over four words and their counts at once, if each is of one byte and all come before a word. The last one.
    #[inline]
    fn four_before(&mut self, word: i64, next: i64) -> Option<i64> {
        let (eight, rest) = self.0.split_first_chunk()?;
        let eight = u64::from_le_bytes(*eight);
        if eight & 0x8080_8080_8080_8080 != 0 {
            return None;
        }
        // The distances are every other byte. The product's highest sixteen bits are their sum.
        let distance = (eight & 0x00ff_00ff_00ff_00ff).wrapping_mul(0x0001_0001_0001_0001) >> 48;
        let fourth = word.checked_add_unsigned(distance).filter(|fourth| *fourth < next)?;
        self.0 = rest;
        Some(fourth)
    }

    /// Passes over a word, of one byte as most are, and its count, if it comes before a word. That one.
    #[inline]
    fn one_before(&mut self, word: i64, next: i64) -> Option<i64> {
        let eight = u64::from_le_bytes(*self.0.first_chunk()?);
        // The count ends at the first byte that says so.
        let ends = (!eight >> 8) & 0x0080_8080_8080_8080;
        let bytes = usize::try_from(ends.trailing_zeros() / 8).ok()? + 2;
        let before = word.checked_add_unsigned(eight & 0x7f).filter(|before| eight & 0x80 == 0 && *before < next)?;
        self.0 = self.0.get(bytes..).filter(|_| bytes <= 8)?;
        Some(before)
    }

    /// Passes over a varint.
    #[inline]
    fn skip(&mut self) -> Option<()> {
        let end = match *self.0 {
            [byte, ..] if byte < 0x80 => 1,
            [_, byte, ..] if byte < 0x80 => 2,
            _ => self.0.iter().position(|byte| *byte < 0x80)? + 1,
        };
        self.0 = self.0.get(end..)?;
        Some(())
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
    fn next_part(&mut self) -> Option<Self> {
        let length = usize::try_from(self.next()?).ok()?;
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(Self(taken))
    }

    fn part(&mut self) -> Result<Self, StoreError> {
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
    use super::{Count, Counted, EventType, Key, Sums, add_up, keys, pack_keys, pack_words, totals, words, words_of};
    use domain::discard::DiscardReason;
    use domain::verdict::Verdict;
    use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, proptest};
    use std::collections::BTreeMap;

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
            words(&packed.received_names, |_| true, |name, count| *by_name.entry(name).or_default() += count)
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
                words(bytes, eligible, |word, count| *sums.entry(word).or_default() += count).expect("reads");
                let mut recount: BTreeMap<i64, u64> = BTreeMap::new();
                for (key, count) in expected.iter().filter(|(key, _)| eligible(key.counted)) {
                    *recount.entry(word(key)).or_default() += count;
                }
                prop_assert_eq!(sums, recount);
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
        fn a_few_words_are_found_among_many(
            steps in proptest::collection::vec((1..5_i64, 1..90_u64, any::<bool>()), 0..200),
            far in proptest::collection::vec((0..800_i64, 1..90_000_u64), 0..8),
        ) {
            // Mostly neighbours with small counts, as names have them; some far away, or with large counts.
            let (mut word, mut few) = (0, Vec::new());
            let near = steps.into_iter().map(|(step, count, is_wanted)| {
                word += step;
                few.extend(is_wanted.then_some(word));
                ((Counted::Received, word), count)
            });
            let many = add_up(near.chain(far.into_iter().map(|(word, count)| ((Counted::Received, word), count))).collect());
            let mut expected: Vec<_> = many.iter().map(|((_, word), count)| (*word, *count)).collect();
            expected.retain(|(word, _)| few.contains(word));
            let mut found = Vec::new();
            words_of(&pack_words(&many), |_| true, &few, |place, count| found.push((few[place], count))).expect("reads");
            prop_assert_eq!(found, expected);
        }

        #[test]
        fn broken_bytes_are_refused(bytes in proptest::collection::vec(any::<u8>(), 0..60), cut in 0..400_usize) {
            // Whatever they are: an answer, never a panic.
            let _ = keys(&bytes, |_, _| ());
            let _ = totals(&bytes, |_, _, _| ());
            let _ = words(&bytes, |_| true, |_, _| ());
            let _ = words_of(&bytes, |_| true, &[1, 300], |_, _| ());
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
