//! Numbers of the dictionary as bytes, in their order, with a count each or without. A source's names, versions and libraries
//! are mostly neighbours there, so up to sixty-four are packed together (a page): which are there as the bits of one word,
//! then their counts, all of one width. Whoever asks what is there need not read counts, whoever adds up reads no numbers one
//! by one, and whoever asks for one passes over the others.

use super::counts::{Bytes, Count, text, varint};
use crate::error::StoreError;
use domain::overview::Counted;

/// Numbers of a page.
pub(crate) const PAGE: usize = 64;
const PAGE_BITS: u32 = PAGE.trailing_zeros();

/// What stands after a page's distance from the one before: a single number's place in its page, or one of these.
const SOME: u64 = 64;
const ALL: u64 = 65;
/// A page with fewer is written number by number, in less room than its bits take.
const SOME_MIN: u32 = 5;

/// The page of a number, and its place there.
pub(crate) fn split(number: i64) -> (i64, usize) {
    (number >> PAGE_BITS, usize::from(number.to_le_bytes()[0]) % PAGE)
}

/// The numbers of a page with these bits.
pub(crate) fn numbers(page: i64, bits: u64) -> impl Iterator<Item = i64> {
    places(bits).map(move |place| page << PAGE_BITS | i64::from(place))
}

fn places(mut bits: u64) -> impl Iterator<Item = u32> {
    std::iter::from_fn(move || {
        let place = bits.trailing_zeros();
        // Without its lowest bit.
        bits &= bits.checked_sub(1)?;
        Some(place)
    })
}

/// Counts of a page, in the order of its numbers.
#[derive(Clone, Copy)]
pub(crate) enum PageCounts<'a> {
    /// Of a single number.
    One(u64),
    /// So many bytes each.
    Width1(&'a [u8]),
    Width2(&'a [[u8; 2]]),
    Width4(&'a [[u8; 4]]),
    Width8(&'a [[u8; 8]]),
}

impl PageCounts<'_> {
    fn get(self, index: usize) -> Option<u64> {
        match self {
            Self::One(count) => (index == 0).then_some(count),
            Self::Width1(counts) => counts.get(index).copied().map(u64::from),
            Self::Width2(counts) => counts.get(index).map(|count| u16::from_le_bytes(*count).into()),
            Self::Width4(counts) => counts.get(index).map(|count| u32::from_le_bytes(*count).into()),
            Self::Width8(counts) => counts.get(index).map(|count| u64::from_le_bytes(*count)),
        }
    }

    /// Adds them to the sums of the page's numbers.
    pub fn add_to(self, sums: &mut [u64; PAGE], bits: u64) {
        match self {
            Self::One(count) => add(sums, bits, std::iter::once(count)),
            Self::Width1(counts) => add(sums, bits, counts.iter().copied().map(u64::from)),
            Self::Width2(counts) => add(sums, bits, counts.iter().map(|count| u16::from_le_bytes(*count).into())),
            Self::Width4(counts) => add(sums, bits, counts.iter().map(|count| u32::from_le_bytes(*count).into())),
            Self::Width8(counts) => add(sums, bits, counts.iter().map(|count| u64::from_le_bytes(*count))),
        }
    }
}

#[inline]
fn add(sums: &mut [u64; PAGE], bits: u64, counts: impl Iterator<Item = u64>) {
    if bits == u64::MAX {
        for (sum, count) in sums.iter_mut().zip(counts) {
            *sum += count;
        }
        return;
    }
    for (place, count) in places(bits).zip(counts) {
        sums[place as usize % PAGE] += count;
    }
}

/// Packs counts that `add_up` gave: for each of what is counted its numbers.
pub(super) fn pack_counts(words: &[Count<(Counted, i64)>]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for group in words.chunk_by(|((a, _), _), ((b, _), _)| a == b) {
        let mut body = Vec::with_capacity(group.len() * 2);
        let of_page = |words: &[Count<(Counted, i64)>], body: &mut Vec<u8>| {
            let widest = words.iter().map(|(_, count)| *count).max().unwrap_or(0);
            let width = width(widest);
            body.push(width.to_le_bytes()[0]);
            words.iter().for_each(|(_, count)| body.extend_from_slice(&count.to_le_bytes()[..width]));
        };
        pack(group, |((_, word), _)| *word, &mut body, |(_, count), body| varint(*count, body), of_page);
        text(group[0].0.0.code(), &mut bytes);
        varint(body.len() as u64, &mut bytes);
        bytes.append(&mut body);
    }
    bytes
}

/// Packs numbers, each once and in their order.
pub(super) fn pack_set(numbers: &[i64]) -> Vec<u8> {
    let mut bytes = Vec::new();
    pack(numbers, |number| *number, &mut bytes, |_, _| (), |_, _| ());
    bytes
}

/// Bytes that a count of that size takes.
fn width(count: u64) -> usize {
    match count {
        0..0x100 => 1,
        0x100..0x1_0000 => 2,
        0x1_0000..0x1_0000_0000 => 4,
        _ => 8,
    }
}

fn pack<W>(
    words: &[W],
    number: impl Fn(&W) -> i64,
    bytes: &mut Vec<u8>,
    one: impl Fn(&W, &mut Vec<u8>),
    many: impl Fn(&[W], &mut Vec<u8>),
) {
    let mut last = 0;
    for words in words.chunk_by(|a, b| split(number(a)).0 == split(number(b)).0) {
        let (page, _) = split(number(&words[0]));
        let bits = words.iter().fold(0_u64, |bits, word| bits | 1 << split(number(word)).1);
        if bits.count_ones() < SOME_MIN {
            for word in words {
                varint(page.abs_diff(last), bytes);
                varint(split(number(word)).1 as u64, bytes);
                one(word, bytes);
                last = page;
            }
            continue;
        }
        varint(page.abs_diff(last), bytes);
        last = page;
        if bits == u64::MAX {
            varint(ALL, bytes);
        } else {
            varint(SOME, bytes);
            bytes.extend_from_slice(&bits.to_le_bytes());
        }
        many(words, bytes);
    }
}

/// Reads what [`pack_set`] gave, page by page.
pub(crate) fn set(bytes: &[u8], mut each: impl FnMut(i64, u64)) -> Result<(), StoreError> {
    let (mut bytes, mut page) = (Bytes(bytes), 0);
    while !bytes.0.is_empty() {
        let Some(bits) = next_bits(&mut bytes, &mut page) else { return Err(Bytes::CORRUPT) };
        each(page, bits);
    }
    Ok(())
}

/// Reads what [`pack_counts`] gave, page by page, of what is wanted.
pub(crate) fn counts<'a>(
    bytes: &'a [u8],
    wanted: impl Fn(Counted) -> bool,
    mut each: impl FnMut(Counted, i64, u64, PageCounts<'a>),
) -> Result<(), StoreError> {
    let mut bytes = Bytes(bytes);
    while !bytes.0.is_empty() {
        let (counted, mut body) = (bytes.counted()?, bytes.part()?);
        if !wanted(counted) {
            continue;
        }
        let mut page = 0;
        while !body.0.is_empty() {
            let next = next_bits(&mut body, &mut page).and_then(|bits| Some((bits, next_counts(&mut body, bits)?)));
            // No error made and dropped for each of thousands.
            let Some((bits, counts)) = next else { return Err(Bytes::CORRUPT) };
            each(counted, page, bits, counts);
        }
    }
    Ok(())
}

/// The same number by number.
pub(crate) fn each_count(
    bytes: &[u8],
    wanted: impl Fn(Counted) -> bool,
    mut each: impl FnMut(Counted, i64, u64),
) -> Result<(), StoreError> {
    counts(bytes, wanted, |counted, page, bits, counts| {
        for (index, number) in numbers(page, bits).enumerate() {
            each(counted, number, counts.get(index).unwrap_or_default());
        }
    })
}

/// Reads the counts of a few numbers, given in their order. `each` is called with a number's place among them.
pub(crate) fn counts_of(
    bytes: &[u8],
    wanted: impl Fn(Counted) -> bool,
    few: &[i64],
    mut each: impl FnMut(usize, u64),
) -> Result<(), StoreError> {
    // The first of them that is not behind the page, which may begin anew with each of what is counted.
    let (mut from, mut last) = (0, 0);
    counts(bytes, wanted, |_, page, bits, counts| {
        if page < last {
            from = 0;
        }
        last = page;
        while from < few.len() && split(few[from]).0 < page {
            from += 1;
        }
        for (place, number) in few.iter().enumerate().skip(from).take_while(|(_, number)| split(**number).0 == page) {
            let bit = 1_u64 << split(*number).1;
            if bits & bit != 0 {
                let before = (bits & (bit - 1)).count_ones();
                each(place, counts.get(before as usize).unwrap_or_default());
            }
        }
    })
}

/// Which numbers of the next page there are; `None` where it is cut off or its numbers would be too large.
#[inline]
fn next_bits(bytes: &mut Bytes<'_>, page: &mut i64) -> Option<u64> {
    *page = bytes.after(*page).filter(|page| *page <= i64::MAX >> PAGE_BITS)?;
    match bytes.next()? {
        place @ 0..SOME => Some(1 << place),
        SOME => Some(u64::from_le_bytes(*take(bytes)?)),
        ALL => Some(u64::MAX),
        _ => None,
    }
}

#[inline]
fn next_counts<'a>(bytes: &mut Bytes<'a>, bits: u64) -> Option<PageCounts<'a>> {
    let numbers = bits.count_ones();
    if numbers == 1 {
        return Some(PageCounts::One(bytes.next()?));
    }
    let [width] = *take(bytes)?;
    let (counts, rest) = bytes.0.split_at_checked(usize::from(width) * numbers as usize)?;
    bytes.0 = rest;
    match width {
        1 => Some(PageCounts::Width1(counts)),
        2 => Some(PageCounts::Width2(counts.as_chunks().0)),
        4 => Some(PageCounts::Width4(counts.as_chunks().0)),
        8 => Some(PageCounts::Width8(counts.as_chunks().0)),
        _ => None,
    }
}

#[inline]
fn take<'a, const N: usize>(bytes: &mut Bytes<'a>) -> Option<&'a [u8; N]> {
    let (taken, rest) = bytes.0.split_first_chunk()?;
    bytes.0 = rest;
    Some(taken)
}

#[cfg(test)]
mod tests {
    use super::{PAGE, counts, counts_of, each_count, numbers, pack_counts, pack_set, set};
    use crate::rollup::counts::{Count, add_up};
    use domain::overview::Counted;
    use domain::verdict::Verdict;
    use proptest::prelude::{Strategy, any, prop_assert, prop_assert_eq, proptest};
    use std::collections::BTreeMap;

    /// Runs of neighbours, as a source's names are, of every density; some far away. Counts of every width.
    fn words() -> impl Strategy<Value = Vec<Count<(Counted, i64)>>> {
        let run = (any::<bool>(), 0..3_000_i64, 1..200_i64, 1..4_usize, 0..5_u32);
        let run = run.prop_flat_map(|(is_eligible, from, length, step, bytes)| {
            let counted = if is_eligible { Counted::Judged(Verdict::Eligible) } else { Counted::Received };
            let most = 1_u64 << (8 * bytes);
            proptest::collection::vec(0..=most, 200).prop_map(move |counts| {
                let numbers = (from..from + length).step_by(step);
                numbers.zip(counts).map(|(number, count)| ((counted, number), count + 1)).collect::<Vec<_>>()
            })
        });
        let far = (0..=i64::MAX, any::<u32>()).prop_map(|(n, count)| ((Counted::Received, n), u64::from(count) + 1));
        (proptest::collection::vec(run, 0..5), proptest::collection::vec(far, 0..3))
            .prop_map(|(runs, far)| add_up(runs.into_iter().flatten().chain(far).collect()))
    }

    proptest! {
        #[test]
        fn counts_come_back(all in words()) {
            let packed = pack_counts(&all);
            let mut read = Vec::new();
            each_count(&packed, |_| true, |counted, number, count| read.push(((counted, number), count))).expect("reads");
            prop_assert_eq!(&read, &all);

            let mut sums: BTreeMap<i64, [u64; PAGE]> = BTreeMap::new();
            let is_wanted = |counted| counted == Counted::Received;
            counts(&packed, is_wanted, |_, page, bits, counts| {
                counts.add_to(sums.entry(page).or_insert([0; PAGE]), bits);
            })
            .expect("reads");
            let sums = sums.into_iter().flat_map(|(page, sums)| numbers(page, u64::MAX).zip(sums));
            let received = all.iter().filter(|((counted, _), _)| is_wanted(*counted));
            let received: Vec<_> = received.map(|((_, number), count)| (*number, *count)).collect();
            prop_assert_eq!(sums.filter(|(_, sum)| *sum > 0).collect::<Vec<_>>(), received);
        }

        #[test]
        fn a_few_are_found_among_many(all in words(), few in proptest::collection::btree_set(0..3_200_i64, 0..40)) {
            let few: Vec<i64> = few.into_iter().collect();
            let mut found = Vec::new();
            let is_wanted = |counted| counted == Counted::Received;
            counts_of(&pack_counts(&all), is_wanted, &few, |place, count| found.push((few[place], count))).expect("reads");
            let expected = all.iter().filter(|((counted, number), _)| is_wanted(*counted) && few.contains(number));
            prop_assert_eq!(found, expected.map(|((_, number), count)| (*number, *count)).collect::<Vec<_>>());
        }

        #[test]
        fn sets_come_back(all in words()) {
            let all: Vec<i64> = all.into_iter().filter(|((counted, _), _)| *counted == Counted::Received)
                .map(|((_, number), _)| number).collect();
            let mut read = Vec::new();
            set(&pack_set(&all), |page, bits| read.extend(numbers(page, bits))).expect("reads");
            prop_assert_eq!(read, all);
        }

        #[test]
        fn broken_bytes_are_refused(
            bytes in proptest::collection::vec(any::<u8>(), 0..60),
            all in words(),
            cut in 0..4_000_usize,
        ) {
            // Whatever they are: an answer, never a panic.
            let _ = set(&bytes, |page, bits| numbers(page, bits).for_each(drop));
            let _ = each_count(&bytes, |_| true, |_, _, _| ());
            // As of one thing that was counted, so that its numbers are read.
            let mut body = vec![0, bytes.len().to_le_bytes()[0]];
            body.extend_from_slice(&bytes);
            // Each page by itself: counts that nobody wrote may be too large to be added up.
            let _ = counts(&body, |_| true, |_, _, bits, counts| counts.add_to(&mut [0; PAGE], bits));
            let _ = counts_of(&body, |_| true, &[1, 300], |_, _| ());
            let packed = pack_counts(&all);
            if !packed.is_empty() && all.iter().all(|((counted, _), _)| *counted == Counted::Received) {
                let cut = cut % packed.len();
                prop_assert!(cut == 0 || each_count(&packed[..cut], |_| true, |_, _, _| ()).is_err());
            }
        }
    }
}
