//! The latest counts of a source, by everything that is told apart: what open pages are kept up to date with.

use super::packed::Packed;
use super::tally::word_key;
use crate::database::Store;
use crate::error::StoreError;
use crate::rollup::counts::Key;
use crate::rollup::keys::keys as each_key;
use domain::breakdown::Dimension;
use domain::clock::{MINUTE_MS, Timestamp};
use domain::live::{LIVE_BUCKET_MS, LIVE_COUNTS_MAX, LiveCount, LiveFrame, LiveKey};
use domain::overview::Counted;
use domain::source::SourceNumber;
use domain::time_range::Segment;
use rustc_hash::FxHashMap;
use sqlx::SqliteConnection;
use std::ops::Range;

/// The latest counts, their words still numbers of the dictionary.
pub(super) struct Latest {
    source: SourceNumber,
    now: Timestamp,
    since: Timestamp,
    counts: FxHashMap<(Timestamp, Key), u64>,
    is_cut: bool,
    /// Events received in the last whole minute.
    pub last_minute: u64,
}

/// Where the last so many buckets lie, that in progress included, and those of the last whole minute.
pub(super) fn segment(buckets: i64, now: Timestamp) -> Segment {
    let from = since(buckets, now).min(last_minute(now).start);
    Segment { tier_ms: LIVE_BUCKET_MS, from, until: Timestamp(i64::MAX) }
}

fn since(buckets: i64, now: Timestamp) -> Timestamp {
    now.floor_to(LIVE_BUCKET_MS).plus_ms((1 - buckets) * LIVE_BUCKET_MS)
}

fn last_minute(now: Timestamp) -> Range<Timestamp> {
    let current = now.floor_to(LIVE_BUCKET_MS);
    current.plus_ms(-MINUTE_MS)..current
}

impl Latest {
    /// The last so many buckets, and the last whole minute's sum, of what was read of [`segment`].
    pub fn of(packed: &Packed, source: SourceNumber, buckets: i64, now: Timestamp) -> Result<Self, StoreError> {
        let (since, minute) = (since(buckets, now), last_minute(now));
        let mut counts: FxHashMap<(Timestamp, Key), u64> = FxHashMap::default();
        let mut last_minute = 0;
        let mut add = |at, packed: &[u8]| {
            each_key(packed, |key, count| {
                if minute.contains(&at) && key.counted == Counted::Received {
                    last_minute += count;
                }
                if at >= since {
                    *counts.entry((at, key)).or_default() += count;
                }
            })
        };
        packed.latest(&mut add)?;
        packed.tail()?.iter().try_for_each(|row| add(row.at, row.counts))?;
        let is_cut = counts.len() > LIVE_COUNTS_MAX;
        if is_cut {
            counts.clear();
        }
        Ok(Self { source, now, since, counts, is_cut, last_minute })
    }

    /// The same in words.
    pub async fn named(self, connection: &mut SqliteConnection, store: &Store) -> Result<LiveFrame, StoreError> {
        let counts: Vec<((Timestamp, Key), u64)> = self.counts.into_iter().collect();
        let ids: Vec<i64> = counts.iter().flat_map(|((_, key), _)| [key.name, key.version, key.library]).collect();
        let texts = store.texts().of(connection, &ids).await?;
        let (texts, _) = texts.as_chunks();
        let counts = counts.into_iter().zip(texts).map(|(((at, key), count), [name, version, library])| {
            let key = LiveKey {
                counted: key.counted,
                event_type: key.event_type,
                name: word_key(Dimension::EventName, key.name, name.as_ref()),
                version: word_key(Dimension::AppVersion, key.version, version.as_ref()),
                library: word_key(Dimension::Library, key.library, library.as_ref()),
            };
            LiveCount { at, key, count }
        });
        let Self { source, now, since, is_cut, last_minute, .. } = self;
        Ok(LiveFrame { source, now, since: Some(since), counts: counts.collect(), is_cut, last_minute })
    }
}
