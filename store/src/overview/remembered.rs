//! Columns of buckets in memory, for all who ask about them next. SQLite keeps pages, too, but forgets all of them with each
//! commit of another connection: while events come, a question would read hundreds of pages of the file anew.

use super::packed::Column;
use domain::clock::Timestamp;
use domain::source::SourceNumber;
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes of a generation; there are two at a time.
const GENERATION_BYTES: usize = 16 * 1024 * 1024;
/// What an entry takes beside its bytes.
const ENTRY_BYTES: usize = 128;

/// Where a column of a bucket lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct ColumnPlace {
    pub source: SourceNumber,
    pub tier_ms: i64,
    pub at: Timestamp,
    pub column: Column,
}

/// A column of a bucket, and the totals that its bucket had then. Counts are only ever added to a bucket, and each of them is
/// in its totals: as long as these are the same, so is the column.
#[derive(Clone, Debug)]
pub(super) struct BucketColumn {
    /// The totals, then the column.
    bytes: Arc<[u8]>,
    totals: usize,
}

impl BucketColumn {
    pub fn new(totals: &[u8], column: &[u8]) -> Self {
        Self { bytes: [totals, column].concat().into(), totals: totals.len() }
    }

    pub fn totals(&self) -> &[u8] {
        &self.bytes[..self.totals]
    }

    pub fn column(&self) -> &[u8] {
        &self.bytes[self.totals..]
    }
}

/// What was read of late. When a generation is full, what nobody asked for since the one before began is forgotten.
#[derive(Debug, Default)]
pub(crate) struct RememberedColumns(Mutex<Generations>);

#[derive(Debug, Default)]
struct Generations {
    young: FxHashMap<ColumnPlace, BucketColumn>,
    young_bytes: usize,
    old: FxHashMap<ColumnPlace, BucketColumn>,
}

impl RememberedColumns {
    /// What is known of each of those places.
    pub(super) fn of(&self, places: impl Iterator<Item = ColumnPlace>) -> Vec<Option<BucketColumn>> {
        let mut generations = self.lock();
        places.map(|place| generations.get(place)).collect()
    }

    /// Remembers, in place of what was known before.
    pub(super) fn learn(&self, columns: impl Iterator<Item = (ColumnPlace, BucketColumn)>) {
        let mut generations = self.lock();
        columns.for_each(|(place, column)| generations.insert(place, column));
    }

    /// Forgets.
    pub(super) fn forget(&self, places: impl Iterator<Item = ColumnPlace>) {
        let mut generations = self.lock();
        places.for_each(|place| drop(generations.young.remove(&place).or_else(|| generations.old.remove(&place))));
    }

    fn lock(&self) -> MutexGuard<'_, Generations> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Generations {
    fn get(&mut self, place: ColumnPlace) -> Option<BucketColumn> {
        if let Some(column) = self.young.get(&place) {
            return Some(column.clone());
        }
        let column = self.old.remove(&place)?;
        self.insert(place, column.clone());
        Some(column)
    }

    fn insert(&mut self, place: ColumnPlace, column: BucketColumn) {
        let bytes = column.bytes.len() + ENTRY_BYTES;
        if self.young_bytes + bytes > GENERATION_BYTES {
            self.old = std::mem::take(&mut self.young);
            self.young_bytes = 0;
        }
        self.young_bytes += bytes;
        self.young.insert(place, column);
    }
}

#[cfg(test)]
mod tests {
    use super::{
        BucketColumn, Column, ColumnPlace, ENTRY_BYTES, GENERATION_BYTES, RememberedColumns, SourceNumber, Timestamp,
    };

    fn place(at: i64) -> ColumnPlace {
        ColumnPlace { source: SourceNumber(1), tier_ms: 1, at: Timestamp(at), column: Column::Names }
    }

    #[test]
    fn what_is_asked_for_stays_and_the_rest_goes() {
        let memory = RememberedColumns::default();
        let column = BucketColumn::new(b"totals", &vec![7; GENERATION_BYTES / 4 - ENTRY_BYTES]);
        for at in 0..20 {
            memory.learn(std::iter::once((place(at), column.clone())));
            let [first] = &memory.of(std::iter::once(place(0)))[..] else { panic!("asked for one") };
            let first = first.as_ref().expect("is remembered");
            assert_eq!((first.totals(), first.column().len()), (&b"totals"[..], column.column().len()));
        }
        let known = memory.of((0..20).map(place)).iter().filter(|known| known.is_some()).count();
        assert!(known < 10, "{known} are remembered");
        memory.forget(std::iter::once(place(0)));
        assert!(memory.of(std::iter::once(place(0)))[0].is_none());
    }
}
