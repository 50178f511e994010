//! The rollups' tail: what commits counted and nobody has folded yet. Bounded, because whoever reads counts reads it whole.

use crate::error::StoreError;
use domain::clock::Timestamp;
use domain::source::SourceNumber;
use domain::time_range::TIERS;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use std::collections::BTreeMap;

/// Rows of one insert statement, as a power of two: 4 values each, far below SQLite's 32,766.
const INSERT_ROWS_LOG2: u32 = 8;
/// A source's tail is folded by the commit that brings it to so many rows or counts: reading as much takes half a
/// millisecond.
const ROWS_MAX: usize = 256;
/// See [`ROWS_MAX`].
const COUNTS_MAX: usize = 16_000;

/// A bucket of a source in one tier.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Bucket {
    pub source: SourceNumber,
    pub tier_ms: i64,
    pub at: Timestamp,
}

/// A row of `rollup_tail`.
pub(crate) struct TailRow {
    pub bucket: Bucket,
    /// How many counts it holds.
    pub keys: usize,
    pub counts: Vec<u8>,
}

/// How much awaits folding.
#[derive(Clone, Copy)]
struct Pending {
    rows: usize,
    counts: usize,
    oldest: Timestamp,
}

/// What a transaction appended.
#[derive(Default)]
pub(crate) struct Added(BTreeMap<SourceNumber, Pending>);

/// What awaits folding, by source.
#[derive(Default)]
pub(crate) struct Tail(BTreeMap<SourceNumber, Pending>);

impl Pending {
    fn plus(self, other: Self) -> Self {
        Self { rows: self.rows + other.rows, counts: self.counts + other.counts, oldest: self.oldest.min(other.oldest) }
    }

    fn is_full(self) -> bool {
        self.rows >= ROWS_MAX || self.counts >= COUNTS_MAX
    }
}

impl Tail {
    /// Looks what is there.
    pub async fn load(connection: &mut SqliteConnection) -> Result<Self, StoreError> {
        let rows: Vec<(i64, i64, i64)> =
            sqlx::query_as("select source, count(*), min(bucket_ms) from rollup_tail group by source")
                .fetch_all(connection)
                .await?;
        let pending = rows.into_iter().map(|(source, rows, oldest_ms)| {
            let rows = usize::try_from(rows).unwrap_or(usize::MAX);
            (SourceNumber(source), Pending { rows, counts: 0, oldest: Timestamp(oldest_ms) })
        });
        Ok(Self(pending.collect()))
    }

    /// The sources whose tail is too long with what a transaction adds.
    pub fn full_with(&self, added: &Added) -> Vec<SourceNumber> {
        let all = |source: &SourceNumber, added: Pending| self.0.get(source).map_or(added, |there| there.plus(added));
        added.0.iter().filter(|(source, added)| all(source, **added).is_full()).map(|(source, _)| *source).collect()
    }

    /// A source of which a whole bucket of the finest tier awaits folding.
    pub fn due(&self, now: Timestamp) -> Option<SourceNumber> {
        let is_over = |pending: &Pending| pending.oldest.plus_ms(TIERS[0].width_ms) <= now;
        self.0.iter().find(|(_, pending)| is_over(pending)).map(|(source, _)| *source)
    }

    /// The transaction has committed.
    pub fn learn(&mut self, added: Added, folded: &[SourceNumber]) {
        for (source, added) in added.0 {
            self.0.entry(source).and_modify(|there| *there = there.plus(added)).or_insert(added);
        }
        for source in folded {
            self.0.remove(source);
        }
    }
}

/// Appends rows.
pub(super) async fn append(connection: &mut SqliteConnection, mut rows: Vec<TailRow>) -> Result<Added, StoreError> {
    let mut added = Added::default();
    while !rows.is_empty() {
        // Powers of two, so that there are few statements to prepare.
        let chunk = rows.drain(..1 << rows.len().ilog2().min(INSERT_ROWS_LOG2));
        let mut query = QueryBuilder::<Sqlite>::new("insert into rollup_tail (source, tier_ms, bucket_ms, counts) ");
        query.push_values(chunk, |mut values, row| {
            let TailRow { bucket, keys, counts } = row;
            let pending = Pending { rows: 1, counts: keys, oldest: bucket.at };
            added.0.entry(bucket.source).and_modify(|there| *there = there.plus(pending)).or_insert(pending);
            values.push_bind(bucket.source.0).push_bind(bucket.tier_ms).push_bind(bucket.at.0).push_bind(counts);
        });
        query.build().execute(&mut *connection).await?;
    }
    Ok(added)
}
