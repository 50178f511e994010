//! The rollups' tail: what commits counted and nobody has folded yet. Bounded, because whoever reads counts reads it whole.
//! A commit adds a row for each source: those of one commit lie side by side, so that a commit of many sources writes few
//! pages. When a source has so many rows of a bucket, they become one, so that whoever reads meets few.

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

/// Rows of a source and bucket that become one.
const PARTS_MAX: usize = 16;
/// Counts from which on a row is left as it is, some 3 kB packed.
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
    open: Option<Open>,
}

/// A source's latest rows, which are to become one.
struct Open {
    bucket: Bucket,
    ids: Vec<i64>,
    /// Of all of them.
    counts: Vec<Count<Key>>,
}

/// What a transaction adds to the tail.
pub(crate) struct Added(Vec<Row>);

/// A row that a commit writes.
struct Row {
    id: i64,
    bucket: Bucket,
    counts: Vec<Count<Key>>,
    /// Whether it stands for the open rows of its bucket, which go, as well.
    is_whole: bool,
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

    fn open_of(&self, bucket: Bucket) -> Option<&Open> {
        self.open.as_ref().filter(|open| open.bucket == bucket)
    }

    /// The transaction that wrote the row has committed.
    fn learn(&mut self, row: Row) {
        let Row { id, bucket, counts, is_whole } = row;
        self.oldest = self.oldest.min(bucket.at);
        let taken = self.open.take_if(|open| is_whole || open.bucket != bucket);
        if let Some(open) = taken.filter(|open| open.bucket == bucket) {
            self.rows -= open.ids.len();
            self.counts -= open.counts.len();
        }
        self.rows += 1;
        self.counts += counts.len();
        let open = self.open.get_or_insert_with(|| Open { bucket, ids: Vec::new(), counts: Vec::new() });
        open.ids.push(id);
        open.counts.extend(counts);
        self.open.take_if(|open| open.ids.len() == 1 && open.counts.len() >= OPEN_COUNTS_MAX);
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

    /// Adds counts, those of a bucket added up.
    pub(super) fn add(&self, script: &mut Script, counts: Vec<(Bucket, Vec<Count<Key>>)>) -> Added {
        let (mut rows, mut gone) = (Vec::with_capacity(counts.len()), Vec::new());
        for ((bucket, counts), id) in counts.into_iter().zip(self.next_id..) {
            let open = self.sources.get(&bucket.source).and_then(|pending| pending.open_of(bucket));
            let row = match open.filter(|open| open.ids.len() >= PARTS_MAX) {
                Some(Open { ids, counts: parts, .. }) => {
                    gone.extend_from_slice(ids);
                    Row { id, bucket, counts: add_up([parts.as_slice(), &counts].concat()), is_whole: true }
                }
                None => Row { id, bucket, counts, is_whole: false },
            };
            rows.push(row);
        }
        remove_rows(script, &gone);
        write_rows(script, &rows);
        Added(rows)
    }

    /// A source whose tail is to be folded: a whole bucket of the finest tier, or too much.
    pub fn due(&self, now: Timestamp) -> Option<SourceNumber> {
        self.sources.iter().find(|(_, pending)| pending.is_due(now)).map(|(source, _)| *source)
    }

    /// The transaction has committed.
    pub fn learn(&mut self, added: Added) {
        for row in added.0 {
            self.next_id = row.id + 1;
            let nothing = Pending { rows: 0, counts: 0, oldest: row.bucket.at, open: None };
            self.sources.entry(row.bucket.source).or_insert(nothing).learn(row);
        }
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

fn remove_rows(script: &mut Script, ids: &[i64]) {
    if !ids.is_empty() {
        let delete = script.statement("delete from rollup_tail where id in (select value from json_each(");
        delete.push_bind(serde_json::json!(ids).to_string()).push("))");
    }
}

/// Writes new rows. One statement with two values, whatever their number: a commit of many sources is one call of SQLite like
/// any other.
fn write_rows(script: &mut Script, rows: &[Row]) {
    if rows.is_empty() {
        return;
    }
    let packed: Vec<Vec<u8>> = rows.iter().map(|row| pack_keys(&row.counts)).collect();
    let (all_counts, places) = join_blobs(packed.iter().map(|counts| &**counts));
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
    insert.push_bind(serde_json::json!(rows).to_string()).push(")");
}

#[cfg(test)]
mod tests {
    use super::{BTreeMap, Bucket, COUNTS_MAX, Key, PARTS_MAX, Pending, Script, SourceNumber, TIERS, Tail, Timestamp};
    use domain::overview::Counted;

    #[test]
    fn a_source_that_counts_the_same_again_and_again_has_few_rows_until_its_bucket_is_over() {
        let source = SourceNumber(1);
        let bucket = Bucket { source, tier_ms: TIERS[0].width_ms, at: Timestamp(0) };
        let key = |name| Key { counted: Counted::Received, event_type: None, name, version: 0, library: 0 };
        let mut tail = Tail { sources: BTreeMap::new(), next_id: 1 };
        for _ in 0..2 * COUNTS_MAX / 150 {
            let counts = (0..150).map(|name| (key(name), 1)).collect();
            let added = tail.add(&mut Script::new(), vec![(bucket, counts)]);
            tail.learn(added);
            let Pending { rows, counts, .. } = tail.sources[&source];
            assert!(rows <= PARTS_MAX && counts <= rows * 150, "{rows} rows, {counts} counts");
        }
        assert_eq!(tail.due(Timestamp(1)), None);
        assert_eq!(tail.due(Timestamp(TIERS[0].width_ms)), Some(source));
    }
}
