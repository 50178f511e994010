//! Rollups: counts per source and bucket in four tiers. A commit adds its increments up in memory and writes each row
//! once. The law they must keep, per source and minute: received = the sum of all verdicts.

use crate::cardinality::Key;
use crate::dictionary::NONE;
use crate::error::StoreError;
use crate::event::type_code;
use domain::clock::Timestamp;
use domain::event::EventType;
use domain::overview::Counted;
use domain::source::SourceNumber;
use domain::time_range::TIERS;
use sqlx::{QueryBuilder, Sqlite, SqliteConnection};
use std::collections::HashMap;

/// Rows of one statement: 8 values each, below SQLite's 32,766.
const UPSERT_ROWS: usize = 256;

/// Key of a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct RollupKey {
    source: SourceNumber,
    tier_ms: i64,
    bucket_ms: i64,
    counted: Counted,
    event_type: Option<EventType>,
    name: i64,
    version: i64,
}

/// What a commit adds, in buckets of the finest tier.
#[derive(Default)]
pub(crate) struct Increments(HashMap<RollupKey, i64>);

impl Increments {
    /// One event more under its verdict.
    pub fn judged(&mut self, source: SourceNumber, at: Timestamp, key: &Key) {
        let Key { verdict, event_type, name, version } = *key;
        self.add(source, at, (Counted::Judged(verdict), event_type, name, version));
    }

    /// One event more beside the verdicts: received, or a duplicate.
    pub fn beside(&mut self, source: SourceNumber, at: Timestamp, counted: Counted) {
        self.add(source, at, (counted, None, NONE, NONE));
    }

    fn add(&mut self, source: SourceNumber, at: Timestamp, what: (Counted, Option<EventType>, i64, i64)) {
        let tier_ms = TIERS[0].width_ms;
        let bucket_ms = at.floor_to(tier_ms).0;
        let (counted, event_type, name, version) = what;
        *self.0.entry(RollupKey { source, tier_ms, bucket_ms, counted, event_type, name, version }).or_default() += 1;
    }

    /// The rows of every tier, roughly in the order of the table. Rows that their tier would drop again at `now` are left out:
    /// a load of history has no use for its 10-second counts.
    fn rows(self, now: Timestamp) -> Vec<(RollupKey, i64)> {
        let mut rows: HashMap<RollupKey, i64> = HashMap::with_capacity(self.0.len() * TIERS.len());
        for tier in TIERS {
            let kept_from_ms = now.0.saturating_sub(tier.keep_ms).saturating_sub(tier.width_ms);
            for (key, count) in &self.0 {
                let bucket_ms = Timestamp(key.bucket_ms).floor_to(tier.width_ms).0;
                if bucket_ms >= kept_from_ms {
                    *rows.entry(RollupKey { tier_ms: tier.width_ms, bucket_ms, ..*key }).or_default() += count;
                }
            }
        }
        let mut rows: Vec<_> = rows.into_iter().collect();
        rows.sort_unstable_by_key(|(key, _)| (key.source, key.tier_ms, key.bucket_ms, key.name, key.version));
        rows
    }

    /// Adds them to the table.
    pub async fn write(self, connection: &mut SqliteConnection, now: Timestamp) -> Result<(), StoreError> {
        let rows = self.rows(now);
        for chunk in rows.chunks(UPSERT_ROWS) {
            let mut query = QueryBuilder::<Sqlite>::new(
                "insert into rollup (source, tier_ms, counted, bucket_ms, type, name, version, count) ",
            );
            query.push_values(chunk, |mut values, (key, count)| {
                values
                    .push_bind(key.source.0)
                    .push_bind(key.tier_ms)
                    .push_bind(key.counted.code())
                    .push_bind(key.bucket_ms)
                    .push_bind(type_code(key.event_type))
                    .push_bind(key.name)
                    .push_bind(key.version)
                    .push_bind(*count);
            });
            query.push(
                " on conflict (source, tier_ms, counted, bucket_ms, type, name, version)
                  do update set count = count + excluded.count",
            );
            query.build().execute(&mut *connection).await?;
        }
        Ok(())
    }
}
