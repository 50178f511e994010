//! The latest counts: what the last commits counted, of all sources, and when each source's last event came. One row, which
//! each commit writes anew, because a row for each source and its place in an index would cost a commit of many sources more
//! than everything else it writes. When the row is long, or a bucket in it is over, the tail gets its counts (`tail`).

use super::Bucket;
use super::counts::{Bytes, Count, Key, add_up, measured, varint};
use super::keys::{keys, write_keys};
use crate::error::StoreError;
use crate::script::Script;
use domain::clock::Timestamp;
use domain::source::SourceNumber;
use sqlx::SqliteConnection;

/// The statement that reads the row; whoever reads counts reads it with the tail, at one instant.
macro_rules! latest {
    () => {
        "select sections from rollup_latest"
    };
}
pub(crate) use latest;

/// Bytes from which on the tail gets the counts: six pages of the file. Commits of 200 sources were slower with a quarter and
/// with twice as much.
const ROW_BYTES_MAX: usize = 24 * 1024;

/// A bucket's counts in the row, still packed.
pub(crate) struct Section<'a> {
    pub bucket: Bucket,
    /// When the last event in it came; `None` if there are only duplicates.
    pub last_event: Option<Timestamp>,
    /// As [`write_keys`] writes them.
    pub counts: &'a [u8],
}

/// Takes the row apart.
pub(crate) fn sections(row: &[u8]) -> impl Iterator<Item = Result<Section<'_>, StoreError>> {
    let mut rest = Bytes(row);
    std::iter::from_fn(move || {
        let section = (!rest.0.is_empty()).then(|| section(&mut rest))?;
        if section.is_err() {
            rest = Bytes(&[]);
        }
        Some(section)
    })
}

fn section<'a>(bytes: &mut Bytes<'a>) -> Result<Section<'a>, StoreError> {
    let mut number = || bytes.number().ok_or(Bytes::CORRUPT);
    let (source, tier_ms, at, after_ms) = (SourceNumber(number()?), number()?, Timestamp(number()?), number()?);
    let last_event = (after_ms > 0).then(|| at.plus_ms(after_ms - 1));
    Ok(Section { bucket: Bucket { source, tier_ms, at }, last_event, counts: bytes.part()?.0 })
}

/// Those of one source.
pub(crate) fn of_source(row: &[u8], source: SourceNumber) -> impl Iterator<Item = Result<Section<'_>, StoreError>> {
    sections(row).filter(move |section| section.as_ref().map_or(true, |section| section.bucket.source == source))
}

/// When the source's last event came, as far as the row knows.
pub(crate) fn last_event(row: &[u8], source: SourceNumber) -> Result<Option<Timestamp>, StoreError> {
    of_source(row, source).try_fold(None, |last, section| Ok(last.max(section?.last_event)))
}

/// Reads the row.
pub(crate) async fn read(connection: &mut SqliteConnection) -> Result<Vec<u8>, StoreError> {
    Ok(sqlx::query_scalar(latest!()).fetch_one(connection).await?)
}

/// What the writer knows of the row.
#[derive(Default)]
pub(super) struct Latest {
    /// In their order; few enough for one row.
    buckets: Vec<(Bucket, Counts)>,
    /// Bytes of all sections.
    length: usize,
}

/// A bucket's counts.
#[derive(Clone)]
pub(crate) struct Counts {
    pub all: Vec<Count<Key>>,
    pub last_event: Option<Timestamp>,
    /// Its section.
    bytes: Vec<u8>,
}

impl Counts {
    fn new(bucket: Bucket, all: Vec<Count<Key>>, last_event: Option<Timestamp>) -> Self {
        let mut bytes = Vec::with_capacity(32 + all.len() * 8);
        let Bucket { source, tier_ms, at } = bucket;
        let after_ms = last_event.map_or(0, |last| last.since_ms(at) + 1);
        for number in [source.0, tier_ms, at.0, after_ms] {
            varint(number.unsigned_abs(), &mut bytes);
        }
        measured(&mut bytes, |bytes| write_keys(&all, bytes));
        Self { all, last_event, bytes }
    }
}

impl Latest {
    /// Looks what is there.
    pub async fn load(connection: &mut SqliteConnection) -> Result<Self, StoreError> {
        let row = read(connection).await?;
        let mut buckets = Vec::new();
        for section in sections(&row) {
            let Section { bucket, last_event, counts } = section?;
            let mut all = Vec::new();
            keys(counts, |key, count| all.push((key, count)))?;
            buckets.push((bucket, Counts::new(bucket, all, last_event)));
        }
        let mut latest = Self::default();
        latest.learn(buckets);
        Ok(latest)
    }

    pub fn is_empty(&self) -> bool {
        self.buckets.is_empty()
    }

    /// The start of its oldest bucket.
    pub fn oldest(&self) -> Option<Timestamp> {
        self.buckets.iter().map(|(bucket, _)| bucket.at).min()
    }

    fn get(&self, bucket: Bucket) -> Option<&Counts> {
        let place = self.buckets.binary_search_by_key(&bucket, |(bucket, _)| *bucket).ok()?;
        Some(&self.buckets[place].1)
    }

    /// A bucket's counts with more of them, added up.
    pub fn plus(&self, bucket: Bucket, more: Vec<Count<Key>>, last_event: Option<Timestamp>) -> Counts {
        match self.get(bucket) {
            Some(there) => {
                let all = add_up([there.all.as_slice(), &more].concat());
                Counts::new(bucket, all, there.last_event.max(last_event))
            }
            None => Counts::new(bucket, more, last_event),
        }
    }

    /// All of it in the order of the buckets, of which these are new.
    pub fn with<'a>(&'a self, new: &'a [(Bucket, Counts)]) -> impl Iterator<Item = &'a (Bucket, Counts)> {
        let (mut there, mut new) = (self.buckets.iter().peekable(), new.iter().peekable());
        std::iter::from_fn(move || match (there.peek(), new.peek()) {
            (Some((bucket, _)), Some((next, _))) if bucket == next => {
                there.next();
                new.next()
            }
            (Some((bucket, _)), Some((next, _))) if bucket > next => new.next(),
            (None, _) => new.next(),
            (Some(_), _) => there.next(),
        })
    }

    /// Writes the row with these buckets anew, which are in their order, unless it would be too long; whether it was written.
    pub fn write_with(&self, new: &[(Bucket, Counts)], script: &mut Script) -> bool {
        let more: usize = new.iter().map(|(_, counts)| counts.bytes.len()).sum();
        let less: usize = new.iter().filter_map(|(bucket, _)| self.get(*bucket)).map(|before| before.bytes.len()).sum();
        let length = self.length + more - less;
        let fits = length < ROW_BYTES_MAX;
        if fits {
            let mut row = Vec::with_capacity(length);
            self.with(new).for_each(|(_, counts)| row.extend_from_slice(&counts.bytes));
            script.keep_latest(row);
        }
        fits
    }

    /// The transaction that wrote these buckets has committed.
    pub fn learn(&mut self, new: Vec<(Bucket, Counts)>) {
        for (bucket, counts) in new {
            self.length += counts.bytes.len();
            match self.buckets.binary_search_by_key(&bucket, |(bucket, _)| *bucket) {
                Ok(place) => {
                    self.length -= self.buckets[place].1.bytes.len();
                    self.buckets[place].1 = counts;
                }
                Err(place) => self.buckets.insert(place, (bucket, counts)),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Bucket, Counts, Key, SourceNumber, Timestamp, last_event, of_source, sections};
    use domain::overview::Counted;

    #[test]
    fn a_row_is_taken_apart_as_it_was_put_together() {
        let key = Key { counted: Counted::Received, event_type: None, name: 300, version: 2, library: 3 };
        let bucket = |source, at| Bucket { source: SourceNumber(source), tier_ms: 10_000, at: Timestamp(at) };
        let first = Counts::new(bucket(1, 1_762_435_920_000), vec![(key, 7)], Some(Timestamp(1_762_435_920_000)));
        let second = Counts::new(bucket(70_000, 1_762_435_930_000), vec![(key, 1)], None);
        let third = Counts::new(bucket(1, 1_762_435_930_000), vec![(key, 1)], Some(Timestamp(1_762_435_939_999)));
        let row = [first.bytes, second.bytes, third.bytes].concat();
        let read: Vec<_> = sections(&row)
            .map(|section| section.map(|section| (section.bucket, section.last_event)).expect("reads"))
            .collect();
        assert_eq!(read[0], (bucket(1, 1_762_435_920_000), Some(Timestamp(1_762_435_920_000))));
        assert_eq!(read[1], (bucket(70_000, 1_762_435_930_000), None));
        assert_eq!((of_source(&row, SourceNumber(1)).count(), read.len()), (2, 3));
        assert_eq!(last_event(&row, SourceNumber(1)).expect("reads"), Some(Timestamp(1_762_435_939_999)));
        for cut in 1..row.len() {
            // An answer, never a panic and no end of errors.
            assert!(sections(&row[..cut]).filter(Result::is_err).count() <= 1);
        }
    }
}
