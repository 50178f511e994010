//! The cap on rollup keys: a source whose names or versions never repeat would make the rollups as large as its events.
//! Past the cap new keys are counted under "Other", visibly; the decision falls once per event, so that tiers agree.

use crate::batch::Alike;
use crate::dictionary::{NONE, OTHER, Words};
use crate::error::StoreError;
use crate::rollup::block;
use crate::rollup::counts::Key;
use crate::rollup::keys::keys;
use crate::rollup::latest;
use crate::tail::SourceHour;
use domain::clock::{HOUR_MS, Timestamp};
use domain::overview::Counted;
use domain::time_range::{Segment, TIERS};
use rustc_hash::FxHashSet;
use sqlx::SqliteConnection;
use std::collections::BTreeMap;

/// Most keys of a source in an hour: 2,000 names in 20 versions, each with each, and as many again as a real tracking plan
/// has. Packed they take 350 kB.
pub const KEYS_PER_HOUR_MAX: usize = 50_000;
/// Hours kept for each source: the current one, and the one before it for events that arrive around the full hour.
const HOURS_PER_SOURCE: usize = 2;
/// Most keys kept over all sources, some 64 bytes each; past it all are dropped and read again from the rollups.
const KEYS_MAX: usize = 500_000;

/// The keys of the hours at hand.
#[derive(Default)]
pub(crate) struct KeySets {
    // Ordered by source, then hour.
    sets: BTreeMap<(i64, i64), FxHashSet<Key>>,
}

impl KeySets {
    fn get(&self, hour: SourceHour) -> Option<&FxHashSet<Key>> {
        self.sets.get(&(hour.source.0, hour.hour_ms))
    }

    /// The transaction has committed.
    pub fn learn(&mut self, learned: BTreeMap<SourceHour, FxHashSet<Key>>) {
        if learned.is_empty() {
            return;
        }
        for (hour, keys) in learned {
            self.sets.entry((hour.source.0, hour.hour_ms)).or_default().extend(keys);
            let of_source = (hour.source.0, i64::MIN)..=(hour.source.0, i64::MAX);
            while self.sets.range(of_source.clone()).count() > HOURS_PER_SOURCE {
                let Some(oldest) = self.sets.range(of_source.clone()).next().map(|(oldest, _)| *oldest) else { break };
                self.sets.remove(&oldest);
            }
        }
        if self.sets.values().map(FxHashSet::len).sum::<usize>() > KEYS_MAX {
            self.sets.clear();
        }
    }
}

/// The keys as one transaction sees them: what was committed before, and what it adds.
pub(crate) struct Admission<'a> {
    known: &'a KeySets,
    added: BTreeMap<SourceHour, FxHashSet<Key>>,
    keys_max: usize,
}

impl<'a> Admission<'a> {
    /// Reads the hours that memory does not hold back from the rollups.
    pub async fn open(
        connection: &mut SqliteConnection,
        known: &'a KeySets,
        hours: impl Iterator<Item = SourceHour>,
        keys_max: usize,
    ) -> Result<Self, StoreError> {
        let mut added = BTreeMap::new();
        for hour in hours {
            if known.get(hour).is_none() && !added.contains_key(&hour) {
                added.insert(hour, keys_of(&mut *connection, hour).await?);
            }
        }
        Ok(Self { known, added, keys_max })
    }

    /// The key that counts these events: their own, or past the cap the one in which "Other" stands for name, version and
    /// library.
    pub fn admit(&mut self, alike: &Alike<'_>, words: &mut Words<'_>) -> Key {
        let (hour, texts) = (SourceHour::of(alike.source, alike.bucket), alike.texts);
        let known = self.known.get(hour);
        let added = self.added.get(&hour);
        let is_full = known.map_or(0, FxHashSet::len) + added.map_or(0, FxHashSet::len) >= self.keys_max;
        let key = |[name, version, library]: [i64; 3]| Key {
            counted: Counted::Judged(alike.verdict),
            event_type: alike.event_type,
            name,
            version,
            library,
        };
        let known_numbers = texts.map(|text| text.map_or(Some(NONE), |text| words.get(text)));
        if let [Some(name), Some(version), Some(library)] = known_numbers {
            let own = key([name, version, library]);
            if [known, added].into_iter().flatten().any(|keys| keys.contains(&own)) {
                return own;
            }
        }
        if is_full {
            return key(texts.map(|text| text.map_or(NONE, |_| OTHER)));
        }
        let own = key(texts.map(|text| text.map_or(NONE, |text| words.get_or_add(text))));
        self.added.entry(hour).or_default().insert(own);
        own
    }

    /// What to remember once the transaction has committed.
    pub fn learned(self) -> BTreeMap<SourceHour, FxHashSet<Key>> {
        self.added
    }
}

/// The keys that an hour has in the rollups, those past the cap aside.
async fn keys_of(connection: &mut SqliteConnection, hour: SourceHour) -> Result<FxHashSet<Key>, StoreError> {
    // The coarsest tier whose buckets lie inside an hour.
    let tiers = TIERS.into_iter().map(|tier| tier.width_ms).filter(|width| HOUR_MS % width == 0);
    let tier_ms = tiers.max().unwrap_or(HOUR_MS);
    let (from, until) = (Timestamp(hour.hour_ms), Timestamp(hour.hour_ms + HOUR_MS));
    let mut packed: Vec<Vec<u8>> =
        sqlx::query_scalar("select counts from rollup_tail where source = $1 and bucket_ms >= $2 and bucket_ms < $3")
            .bind(hour.source.0)
            .bind(from.0)
            .bind(until.0)
            .fetch_all(&mut *connection)
            .await?;
    for section in latest::of_source(&latest::read(&mut *connection).await?, hour.source) {
        let latest::Section { bucket, counts, .. } = section?;
        if from <= bucket.at && bucket.at < until {
            packed.push(counts.to_vec());
        }
    }
    packed.extend(block::all_keys(connection, hour.source, &[Segment { tier_ms, from, until }]).await?);
    let mut found = FxHashSet::default();
    for packed in packed {
        keys(&packed, |key, _| {
            let is_counted_as_itself = ![key.name, key.version, key.library].contains(&OTHER);
            if is_counted_as_itself && matches!(key.counted, Counted::Judged(_)) {
                found.insert(key);
            }
        })?;
    }
    Ok(found)
}
