//! The cap on rollup keys: a source whose names or versions never repeat would make the rollups as large as its events.
//! Past the cap new keys are counted under "Other", visibly; the decision falls once per event, so that tiers agree.

use crate::dictionary::{self, OTHER, Words};
use crate::error::StoreError;
use crate::event::{JudgedEvent, type_from_code};
use crate::tail::SourceHour;
use domain::clock::HOUR_MS;
use domain::event::EventType;
use domain::overview::Selection;
use domain::verdict::Verdict;
use sqlx::SqliteConnection;
use std::collections::{BTreeMap, HashSet};

/// Most keys of a source in an hour. Fifty times what a real tracking plan reaches (some 100 keys); two weeks of hours
/// full of them are 1.7 million rows, which an overview can still sum.
pub const KEYS_PER_HOUR_MAX: usize = 5_000;
/// Hours kept for each source: the current one, and the one before it for events that arrive around the full hour.
const HOURS_PER_SOURCE: usize = 2;
/// Most hours kept over all sources, 200 kB each when full; past it all are dropped and read again from the rollups.
const HOURS_MAX: usize = 1_000;

/// What a rollup row counts, beside its source and its bucket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    pub verdict: Verdict,
    pub event_type: Option<EventType>,
    pub name: i64,
    pub version: i64,
}

/// The keys of the hours at hand.
#[derive(Default)]
pub(crate) struct KeySets {
    // Ordered by source, then hour.
    sets: BTreeMap<(i64, i64), HashSet<Key>>,
}

impl KeySets {
    fn get(&self, hour: SourceHour) -> Option<&HashSet<Key>> {
        self.sets.get(&(hour.source.0, hour.hour_ms))
    }

    /// The transaction has committed.
    pub fn learn(&mut self, learned: BTreeMap<SourceHour, HashSet<Key>>) {
        for (hour, keys) in learned {
            self.sets.entry((hour.source.0, hour.hour_ms)).or_default().extend(keys);
            let of_source = (hour.source.0, i64::MIN)..=(hour.source.0, i64::MAX);
            while self.sets.range(of_source.clone()).count() > HOURS_PER_SOURCE {
                let Some(oldest) = self.sets.range(of_source.clone()).next().map(|(oldest, _)| *oldest) else { break };
                self.sets.remove(&oldest);
            }
        }
        if self.sets.len() > HOURS_MAX {
            self.sets.clear();
        }
    }
}

/// The keys as one transaction sees them: what was committed before, and what it adds.
pub(crate) struct Admission<'a> {
    known: &'a KeySets,
    added: BTreeMap<SourceHour, HashSet<Key>>,
    keys_max: usize,
}

impl<'a> Admission<'a> {
    /// Reads the hours that memory does not hold back from the hour tier.
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

    /// The key that counts this event: its own, or past the cap the one in which "Other" stands for name and version.
    pub fn admit(&mut self, event: &JudgedEvent, words: &mut Words<'_>) -> Key {
        let name = dictionary::entry(event.name.as_deref());
        let version = dictionary::entry(event.version.as_deref());
        let hour = SourceHour::of(event.source, event.received_at);
        let known = self.known.get(hour);
        let added = self.added.entry(hour).or_default();
        let is_full = known.map_or(0, HashSet::len) + added.len() >= self.keys_max;
        let key = |name: i64, version: i64| Key { verdict: event.verdict, event_type: event.event_type, name, version };
        let number = |text: Option<&str>| text.map_or(Some(dictionary::NONE), |text| words.get(text));
        if let (Some(name), Some(version)) = (number(name), number(version)) {
            let own = key(name, version);
            if known.is_some_and(|known| known.contains(&own)) || added.contains(&own) {
                return own;
            }
        }
        if is_full {
            return key(name.map_or(dictionary::NONE, |_| OTHER), version.map_or(dictionary::NONE, |_| OTHER));
        }
        let mut number = |text: Option<&str>| text.map_or(dictionary::NONE, |text| words.get_or_add(text));
        let own = key(number(name), number(version));
        added.insert(own);
        own
    }

    /// What to remember once the transaction has committed.
    pub fn learned(self) -> BTreeMap<SourceHour, HashSet<Key>> {
        self.added
    }
}

/// The keys that an hour has in the rollups, those past the cap aside.
async fn keys_of(connection: &mut SqliteConnection, hour: SourceHour) -> Result<HashSet<Key>, StoreError> {
    let codes: Vec<&str> = Selection::default().verdicts().into_iter().map(Verdict::code).collect();
    let codes = serde_json::to_string(&codes).map_err(|_| StoreError::Corrupt("a list of codes"))?;
    let rows: Vec<(String, String, i64, i64)> = sqlx::query_as(include_str!("../queries/rollup.keys.sql"))
        .bind(hour.source.0)
        .bind(HOUR_MS)
        .bind(hour.hour_ms)
        .bind(codes)
        .bind(OTHER)
        .fetch_all(connection)
        .await?;
    rows.into_iter()
        .map(|(counted, event_type, name, version)| {
            let verdict = Verdict::from_code(&counted)
                .ok_or_else(|| StoreError::UnknownCode { what: "verdict", code: counted.clone() })?;
            Ok(Key { verdict, event_type: type_from_code(&event_type)?, name, version })
        })
        .collect()
}
