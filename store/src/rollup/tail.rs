//! The rollups' tail: what commits counted and nobody has folded yet. Bounded, because whoever reads counts reads it whole.
//! A source's latest row stays open: the next commit's counts are added to it while it is small, so that a source under load
//! has a row or two, not one for each commit.

use super::counts::{Count, Key, add_up, pack_keys};
use super::fold::Folded;
use super::join_blobs;
use crate::error::StoreError;
use crate::script::Script;
use domain::clock::Timestamp;
use domain::source::SourceNumber;
use domain::time_range::TIERS;
use sqlx::SqliteConnection;
use std::collections::BTreeMap;

/// Most counts of an open row, some 3 kB packed: so much is written again by a commit.
const OPEN_COUNTS_MAX: usize = 512;
/// Rows from which on a source's tail is folded while its bucket goes on.
const ROWS_MAX: usize = 256;
/// Counts from which on it is: reading as many takes half a millisecond.
const COUNTS_MAX: usize = 16_000;

/// A bucket of a source in one tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Bucket {
    pub source: SourceNumber,
    pub tier_ms: i64,
    pub at: Timestamp,
}

/// What of a source awaits folding.
struct Pending {
    rows: usize,
    counts: usize,
    oldest: Timestamp,
    open: Option<OpenRow>,
}

/// A row that may grow.
struct OpenRow {
    id: i64,
    bucket: Bucket,
    counts: Vec<Count<Key>>,
}

/// The tail as a transaction leaves it, as far as it changes it.
pub(crate) struct Added {
    sources: BTreeMap<SourceNumber, Pending>,
    next_id: i64,
}

/// What awaits folding, by source.
pub(crate) struct Tail {
    sources: BTreeMap<SourceNumber, Pending>,
    next_id: i64,
}

impl Pending {
    fn is_due(&self, now: Timestamp) -> bool {
        let is_over = self.oldest.plus_ms(TIERS[0].width_ms) <= now;
        is_over || self.rows >= ROWS_MAX || self.counts >= COUNTS_MAX
    }

    /// The open row with these counts, if it is of that bucket and has room for them.
    fn grown(&self, bucket: Bucket, counts: &[Count<Key>]) -> Option<OpenRow> {
        let open = self.open.as_ref()?;
        let fits = open.bucket == bucket && open.counts.len() + counts.len() <= OPEN_COUNTS_MAX;
        fits.then(|| OpenRow { counts: add_up([&open.counts, counts].concat()), ..*open })
    }

    /// Without its open row.
    fn closed(&self) -> Self {
        Self { open: None, ..*self }
    }
}

impl Tail {
    /// Looks what is there.
    pub async fn load(connection: &mut SqliteConnection) -> Result<Self, StoreError> {
        let rows: Vec<(i64, i64, i64, i64)> =
            sqlx::query_as("select source, count(*), min(bucket_ms), max(id) from rollup_tail group by source")
                .fetch_all(connection)
                .await?;
        let next_id = rows.iter().map(|(.., last_id)| last_id + 1).max().unwrap_or(1);
        let pending = rows.into_iter().map(|(source, rows, oldest_ms, _)| {
            let rows = usize::try_from(rows).unwrap_or(usize::MAX);
            (SourceNumber(source), Pending { rows, counts: 0, oldest: Timestamp(oldest_ms), open: None })
        });
        Ok(Self { sources: pending.collect(), next_id })
    }

    /// Adds counts, those of a bucket added up, to open rows or as rows of their own.
    pub(super) fn add(&self, script: &mut Script, counts: Vec<(Bucket, Vec<Count<Key>>)>) -> Added {
        let mut added = Added { sources: BTreeMap::new(), next_id: self.next_id };
        let mut rows = Vec::with_capacity(counts.len());
        for (bucket, counts) in counts {
            let before = added.sources.get(&bucket.source).or_else(|| self.sources.get(&bucket.source));
            let nothing = Pending { rows: 0, counts: 0, oldest: bucket.at, open: None };
            let mut pending = before.map_or(nothing, Pending::closed);
            pending.oldest = pending.oldest.min(bucket.at);
            let row = match before.and_then(|before| before.grown(bucket, &counts)) {
                Some(row) => {
                    // What counts under a key that the row has already is no count more.
                    let open = before.and_then(|before| before.open.as_ref());
                    pending.counts += row.counts.len() - open.map_or(0, |open| open.counts.len());
                    row
                }
                None => {
                    pending.rows += 1;
                    pending.counts += counts.len();
                    added.next_id += 1;
                    OpenRow { id: added.next_id - 1, bucket, counts }
                }
            };
            rows.push(Row { id: row.id, bucket, counts: pack_keys(&row.counts) });
            pending.open = (row.counts.len() < OPEN_COUNTS_MAX).then_some(row);
            added.sources.insert(bucket.source, pending);
        }
        write_rows(script, &rows);
        added
    }

    /// A source whose tail is to be folded: a whole bucket of the finest tier, or too much.
    pub fn due(&self, now: Timestamp) -> Option<SourceNumber> {
        self.sources.iter().find(|(_, pending)| pending.is_due(now)).map(|(source, _)| *source)
    }

    /// The transaction has committed.
    pub fn learn(&mut self, added: Added) {
        self.sources.extend(added.sources);
        self.next_id = added.next_id;
    }

    /// The oldest buckets of the source's tail were folded.
    pub fn folded(&mut self, source: SourceNumber, folded: &Folded) {
        let (Some(pending), Some(oldest)) = (self.sources.get_mut(&source), folded.next) else {
            self.sources.remove(&source);
            return;
        };
        pending.rows = pending.rows.saturating_sub(folded.rows);
        pending.counts = pending.counts.saturating_sub(folded.counts);
        pending.oldest = oldest;
        pending.open.take_if(|open| open.bucket.at < oldest);
    }
}

/// A row as it is written.
struct Row {
    id: i64,
    bucket: Bucket,
    counts: Vec<u8>,
}

/// Writes new rows and what others have become. One statement with two values, whatever their number: a commit of many sources
/// is one call of SQLite like any other.
fn write_rows(script: &mut Script, rows: &[Row]) {
    if rows.is_empty() {
        return;
    }
    let (all_counts, places) = join_blobs(rows.iter().map(|row| &*row.counts));
    let row = |(Row { id, bucket, .. }, (from, length)): (&Row, _)| {
        let Bucket { source, tier_ms, at } = bucket;
        (*id, source.0, *tier_ms, at.0, from, length)
    };
    let rows: Vec<(i64, i64, i64, i64, usize, usize)> = rows.iter().zip(places).map(row).collect();
    let insert = script.statement(
        "insert into rollup_tail (id, source, tier_ms, bucket_ms, counts)
         select value ->> 0, value ->> 1, value ->> 2, value ->> 3, substr(",
    );
    insert.push_bind(all_counts).push(", value ->> 4, value ->> 5) from json_each(");
    insert.push_bind(serde_json::json!(rows).to_string());
    insert.push(") where true on conflict (id) do update set counts = excluded.counts");
}

#[cfg(test)]
mod tests {
    use super::{BTreeMap, Bucket, COUNTS_MAX, Key, Script, SourceNumber, TIERS, Tail, Timestamp};
    use domain::overview::Counted;

    #[test]
    fn a_source_that_counts_the_same_again_and_again_has_one_row_until_its_bucket_is_over() {
        let source = SourceNumber(1);
        let bucket = Bucket { source, tier_ms: TIERS[0].width_ms, at: Timestamp(0) };
        let key = |name| Key { counted: Counted::Received, event_type: None, name, version: 0, library: 0 };
        let mut tail = Tail { sources: BTreeMap::new(), next_id: 1 };
        for _ in 0..COUNTS_MAX / 100 {
            let counts = (0..150).map(|name| (key(name), 1)).collect();
            let added = tail.add(&mut Script::new(), vec![(bucket, counts)]);
            tail.learn(added);
        }
        assert_eq!(tail.sources[&source].rows, 1);
        assert_eq!(tail.sources[&source].counts, 150);
        assert_eq!(tail.due(Timestamp(1)), None);
        assert_eq!(tail.due(Timestamp(TIERS[0].width_ms)), Some(source));
    }
}
