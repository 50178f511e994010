//! The pages of a run: where which ids lie.

use super::remembered::ID_BITS;
use std::ops::Range;

/// Ids of a page, by and large: chance puts up to a fifth more into one, and SQLite's pages hold 504.
const PAGE_IDS: usize = 420;
/// Pages that are written together and have one filter: the larger it is, the fewer bits it takes for each id.
const SLICE_PAGES: u32 = 64;
/// What they take on disk.
pub(crate) const SLICE_BYTES: usize = SLICE_PAGES as usize * 4_096;
/// Bits of a page's place in its run.
const PAGE_BITS: u32 = 24;
const PAGES_MAX: u32 = 1 << PAGE_BITS;

/// A run's pages: of all ids that there can be, each holds as many.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pages {
    run: i64,
    count: u32,
}

impl Pages {
    /// For so many ids.
    pub fn for_ids(run: i64, ids: usize) -> Self {
        let count = u32::try_from(ids.div_ceil(PAGE_IDS)).unwrap_or(u32::MAX);
        Self { run, count: count.clamp(1, PAGES_MAX) }
    }

    /// As a stored run says; `None` if it cannot have so many.
    pub fn of_run(run: i64, count: i64) -> Option<Self> {
        let count = u32::try_from(count).ok().filter(|count| (1..=PAGES_MAX).contains(count))?;
        Some(Self { run, count })
    }

    pub fn run(self) -> i64 {
        self.run
    }

    pub fn count(self) -> i64 {
        self.count.into()
    }

    /// The run to which a row belongs.
    pub fn run_of(row: i64) -> i64 {
        row >> PAGE_BITS
    }

    /// The rows that a run may have.
    pub fn rows_of(run: i64) -> Range<i64> {
        run << PAGE_BITS..(run + 1) << PAGE_BITS
    }

    /// The rows of all of them.
    pub fn rows(self) -> Range<i64> {
        self.row(0)..self.row(0) + self.count()
    }

    pub fn page(self, id: u64) -> u32 {
        let page = (u128::from(id) * u128::from(self.count)) >> ID_BITS;
        u32::try_from(page).unwrap_or(u32::MAX).min(self.count - 1)
    }

    pub fn row(self, page: u32) -> i64 {
        self.run << PAGE_BITS | i64::from(page)
    }

    /// The least id of a page.
    fn first_id(self, page: u32) -> u64 {
        let id = (u128::from(page) << ID_BITS).div_ceil(u128::from(self.count));
        u64::try_from(id).unwrap_or(u64::MAX)
    }

    /// The slice of a page.
    pub fn slice_of(page: u32) -> usize {
        usize::try_from(page / SLICE_PAGES).unwrap_or(usize::MAX)
    }

    /// How many slices.
    pub fn slices(self) -> usize {
        Self::slice_of(self.count - 1) + 1
    }

    /// The row of a slice's filter: that of its first page.
    pub fn slice_row(self, slice: usize) -> i64 {
        self.row(u32::try_from(slice).unwrap_or(u32::MAX).saturating_mul(SLICE_PAGES))
    }

    /// The ids of a slice, if there is one.
    pub fn slice(self, slice: usize) -> Option<Range<u64>> {
        let first = u32::try_from(slice).ok()?.checked_mul(SLICE_PAGES).filter(|first| *first < self.count)?;
        Some(self.first_id(first)..self.first_id((first + SLICE_PAGES).min(self.count)))
    }
}

#[cfg(test)]
mod tests {
    use super::super::remembered::Remembered;
    use super::{ID_BITS, Pages};
    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

    proptest! {
        #[test]
        fn slices_hold_every_id_once(ids_max in 0..30_000_000_usize, hash in any::<u64>()) {
            let pages = Pages::for_ids(7, ids_max);
            let slices: Vec<_> = (0..).map_while(|slice| pages.slice(slice)).collect();
            prop_assert_eq!(slices.len(), pages.slices());
            prop_assert_eq!((slices[0].start, slices[slices.len() - 1].end), (0, 1 << ID_BITS));
            prop_assert!(slices.windows(2).all(|pair| pair[0].end == pair[1].start));
            let id = Remembered::new(hash, 0).id();
            let slice = slices.iter().position(|ids| ids.contains(&id));
            prop_assert_eq!(slice, Some(Pages::slice_of(pages.page(id))));
            prop_assert!(pages.rows().contains(&pages.row(pages.page(id))));
        }
    }
}
