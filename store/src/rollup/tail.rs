//! The rollups' tail: what was counted and nobody has folded yet, in rows of one source and bucket each. It gets the latest
//! counts (`latest`) in portions, and those of a bucket become one row until that is long, so that whoever reads meets few.
//! Bounded, because whoever reads counts reads it whole.

use super::Bucket;
use super::counts::{Count, Key, add_up};
use super::fold::{FOLDED_BUCKETS, Folded};
use super::keys::pack_keys;
use super::latest::{Counts, Latest};
use crate::error::StoreError;
use crate::script::{Script, join_blobs};
use domain::clock::Timestamp;
use domain::source::SourceNumber;
use domain::time_range::TIERS;
use sqlx::SqliteConnection;
use std::collections::BTreeMap;

/// Counts from which on a row is left as it is, some 3 kB packed.
const OPEN_COUNTS_MAX: usize = 512;
/// Rows from which on a source's tail is folded while its bucket goes on.
const ROWS_MAX: usize = 256;
/// Counts from which on it is: reading as many takes half a millisecond.
const COUNTS_MAX: usize = 16_000;

/// What of a source awaits folding.
struct Pending {
    rows: usize,
    counts: usize,
    oldest: Timestamp,
    /// Its latest row, as long as that may get more.
    open: Option<Row>,
}

/// A row of the tail.
pub(crate) struct Row {
    id: i64,
    bucket: Bucket,
    counts: Vec<Count<Key>>,
}

/// What a transaction adds.
pub(crate) enum Added {
    /// To the latest counts: these buckets are new.
    Latest(Vec<(Bucket, Counts)>),
    /// To the tail, together with the latest counts, of which none are left.
    Tail(Vec<Row>),
}

/// What is to be done next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Due {
    /// The tail is to get the latest counts.
    Latest,
    /// The tails of these sources are to be folded.
    Sources(Vec<SourceNumber>),
}

/// What awaits folding.
pub(crate) struct Tail {
    latest: Latest,
    sources: BTreeMap<SourceNumber, Pending>,
    next_id: i64,
}

impl Pending {
    fn is_due(&self, now: Timestamp) -> bool {
        is_over(self.oldest, now) || self.rows >= ROWS_MAX || self.counts >= COUNTS_MAX
    }

    /// The transaction that wrote the row, or wrote it anew, has committed.
    fn learn(&mut self, row: Row) {
        self.oldest = self.oldest.min(row.bucket.at);
        match self.open.take().filter(|open| open.id == row.id) {
            Some(before) => self.counts -= before.counts.len(),
            None => self.rows += 1,
        }
        self.counts += row.counts.len();
        self.open = Some(row).filter(|row| row.counts.len() < OPEN_COUNTS_MAX);
    }
}

/// Whether a bucket of the finest tier is.
fn is_over(bucket: Timestamp, now: Timestamp) -> bool {
    bucket.plus_ms(TIERS[0].width_ms) <= now
}

impl Tail {
    /// Looks what is there.
    pub async fn load(connection: &mut SqliteConnection) -> Result<Self, StoreError> {
        let rows: Vec<(i64, i64, i64, i64)> =
            sqlx::query_as("select source, count(*), min(bucket_ms), max(id) from rollup_tail group by source")
                .fetch_all(&mut *connection)
                .await?;
        let next_id = rows.iter().map(|(.., last_id)| last_id + 1).max().unwrap_or(1);
        let pending = rows.into_iter().map(|(source, rows, oldest_ms, _)| {
            let rows = usize::try_from(rows).unwrap_or(usize::MAX);
            (SourceNumber(source), Pending { rows, counts: 0, oldest: Timestamp(oldest_ms), open: None })
        });
        Ok(Self { latest: Latest::load(connection).await?, sources: pending.collect(), next_id })
    }

    /// Adds counts, those of a bucket added up and the buckets in their order, and when the last events of their sources came.
    pub(super) fn add(
        &self,
        script: &mut Script,
        counts: impl Iterator<Item = (Bucket, Vec<Count<Key>>)>,
        last_event: impl Fn(SourceNumber) -> Option<Timestamp>,
    ) -> Added {
        let counts = counts.map(|(bucket, counts)| {
            let last_event = last_event(bucket.source).filter(|at| *at >= bucket.at);
            (bucket, self.latest.plus(bucket, counts, last_event))
        });
        let new: Vec<_> = counts.collect();
        if self.latest.write_with(&new, script) { Added::Latest(new) } else { self.take_latest(script, &new) }
    }

    /// Gets the latest counts, these buckets being new.
    fn take_latest(&self, script: &mut Script, new: &[(Bucket, Counts)]) -> Added {
        let (mut rows, mut next_id) = (Vec::new(), self.next_id);
        let mut last_events: BTreeMap<SourceNumber, Timestamp> = BTreeMap::new();
        for (bucket, counts) in self.latest.with(new) {
            if let Some(at) = counts.last_event {
                let last = last_events.entry(bucket.source).or_insert(at);
                *last = at.max(*last);
            }
            let pending = self.sources.get(&bucket.source);
            let row = match pending.and_then(|pending| pending.open.as_ref()).filter(|open| open.bucket == *bucket) {
                Some(open) => {
                    let counts = add_up([open.counts.as_slice(), &counts.all].concat());
                    Row { id: open.id, bucket: *bucket, counts }
                }
                None => {
                    next_id += 1;
                    Row { id: next_id - 1, bucket: *bucket, counts: counts.all.clone() }
                }
            };
            rows.push(row);
        }
        if !self.latest.is_empty() {
            script.keep_latest(Vec::new());
        }
        write_rows(script, &rows);
        write_last_events(script, &last_events);
        Added::Tail(rows)
    }

    /// The next thing to do: a bucket is over, or there is too much.
    pub fn due(&self, now: Timestamp) -> Option<Due> {
        if self.latest.oldest().is_some_and(|oldest| is_over(oldest, now)) {
            return Some(Due::Latest);
        }
        let due = self.sources.iter().filter(|(_, pending)| pending.is_due(now)).take(FOLDED_BUCKETS);
        let mut counts = 0;
        let due = due.take_while(|(_, pending)| {
            let is_first = counts == 0;
            counts += pending.counts.max(1);
            is_first || counts <= COUNTS_MAX
        });
        let due: Vec<SourceNumber> = due.map(|(source, _)| *source).collect();
        (!due.is_empty()).then_some(Due::Sources(due))
    }

    /// Does [`Due::Latest`].
    pub fn get_latest(&self, script: &mut Script) -> Added {
        self.take_latest(script, &[])
    }

    /// The transaction has committed.
    pub fn learn(&mut self, added: Added) {
        match added {
            Added::Latest(new) => self.latest.learn(new),
            Added::Tail(rows) => {
                self.latest = Latest::default();
                for row in rows {
                    self.next_id = self.next_id.max(row.id + 1);
                    let nothing = Pending { rows: 0, counts: 0, oldest: row.bucket.at, open: None };
                    self.sources.entry(row.bucket.source).or_insert(nothing).learn(row);
                }
            }
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

/// Writes rows, new ones and those that got more. One statement with two values, whatever their number.
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
    insert.push_bind(serde_json::json!(rows).to_string());
    insert.push(") where true on conflict (id) do update set counts = excluded.counts");
}

fn write_last_events(script: &mut Script, last_events: &BTreeMap<SourceNumber, Timestamp>) {
    if last_events.is_empty() {
        return;
    }
    let last_events: Vec<[i64; 2]> = last_events.iter().map(|(source, at)| [source.0, at.0]).collect();
    let insert =
        script.statement("insert into last_event (source, at) select value ->> 0, value ->> 1 from json_each(");
    insert.push_bind(serde_json::json!(last_events).to_string());
    insert.push(") where true on conflict (source) do update set at = max(at, excluded.at)");
}

#[cfg(test)]
mod tests {
    use super::{Added, BTreeMap, Bucket, Due, Key, Latest, Pending, Script, SourceNumber, TIERS, Tail, Timestamp};
    use domain::overview::Counted;

    #[test]
    fn sources_that_count_the_same_again_and_again_have_one_row_each_until_their_bucket_is_over() {
        let bucket = |source| Bucket { source: SourceNumber(source), tier_ms: TIERS[0].width_ms, at: Timestamp(0) };
        let key = |name| Key { counted: Counted::Received, event_type: None, name, version: 0, library: 0 };
        let mut tail = Tail { latest: Latest::default(), sources: BTreeMap::new(), next_id: 1 };
        let mut portions = 0;
        for round in 0..1_000 {
            let counts = |source| (bucket(source), (0..100).map(|name| (key(name), 1)).collect());
            let added = tail.add(&mut Script::default(), std::iter::once(counts(round % 100 + 1)), |_| None);
            portions += usize::from(matches!(added, Added::Tail(_)));
            tail.learn(added);
            let is_one_row = |Pending { rows, counts, .. }: &Pending| (*rows, *counts) == (1, 100);
            assert!(tail.sources.values().all(is_one_row), "round {round}");
        }
        assert!(portions > 1 && tail.sources.len() == 100, "{portions} portions, {} sources", tail.sources.len());
        assert_eq!(tail.due(Timestamp(1)), None);
        let over = Timestamp(TIERS[0].width_ms);
        if tail.due(over) == Some(Due::Latest) {
            let added = tail.get_latest(&mut Script::default());
            tail.learn(added);
        }
        let some = (1..=i64::try_from(super::FOLDED_BUCKETS).expect("few")).map(SourceNumber).collect();
        assert_eq!(tail.due(over), Some(Due::Sources(some)), "several at once, and no more than a slice takes");
    }
}
