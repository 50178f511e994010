//! One commit: sift out duplicates, decide under which keys the rest counts, keep the lines, write the counts. All in
//! one transaction; what it teaches goes into memory after it.

use crate::block::{self, BLOCK_BYTES_MAX, BLOCK_EVENTS_MIN, BlockBuilder, LineFacts, bit_of};
use crate::cardinality::Admission;
use crate::deduplication::{HashMapOfHashes, SeenId, SeenIds};
use crate::dictionary::{self, LearnedWords};
use crate::error::StoreError;
use crate::event::{self, CommitOutcome, JudgedEvent, type_code};
use crate::mark::NewVersions;
use crate::rollup::counts::Key;
use crate::rollup::{Increments, fold, tail as rollup_tail};
use crate::tail::{SourceHour, TailBuilder, TailSize};
use crate::write_key::KeyUses;
use crate::writer::{self, Failure, Memory, Session};
use domain::clock::Timestamp;
use domain::event::Library;
use domain::overview::Counted;
use domain::source::SourceNumber;
use domain::time_range::TIERS;
use rustc_hash::FxHashSet;
use sqlx::SqliteConnection;
use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasherDefault;
use std::sync::Arc;

/// An event that was not seen before.
struct Fresh<'a> {
    event: &'a JudgedEvent,
    id: SeenId,
    library: Option<Arc<str>>,
}

impl Fresh<'_> {
    /// What its line is about.
    fn facts(&self) -> LineFacts {
        LineFacts {
            at: self.event.received_at,
            hash: self.id.hash,
            verdict_bits: bit_of(self.event.verdict.code()),
            type_bits: bit_of(type_code(self.event.event_type)),
        }
    }
}

/// What memory learns from a commit.
struct Learned {
    ids: Vec<SeenId>,
    words: LearnedWords,
    keys: BTreeMap<SourceHour, FxHashSet<Key>>,
    tail: TailSize,
    versions: NewVersions,
    counted: rollup_tail::Added,
    folded: Vec<SourceNumber>,
}

/// Runs the commit.
pub(crate) async fn run(
    session: &mut Session,
    events: &[JudgedEvent],
    key_uses: &KeyUses,
    now: Timestamp,
    keys_max: usize,
) -> Result<Vec<CommitOutcome>, Failure> {
    let Session { connection, memory } = session;
    let (outcomes, fresh) = sift(&memory.seen, events);
    let mut increments = Increments::default();
    for (event, _) in events.iter().zip(&outcomes).filter(|(_, outcome)| **outcome == CommitOutcome::Duplicate) {
        increments.beside(event.source, event.received_at, Counted::Duplicate, 1);
    }
    let mut transaction = writer::begin(connection).await?;
    let written = match key_uses.write(&mut transaction).await {
        Ok(()) => write(&mut transaction, memory, &fresh, increments, now, keys_max).await,
        Err(error) => Err(error),
    };
    let learned = writer::end(transaction, written).await?;
    for id in learned.ids {
        memory.seen.remember(id);
    }
    memory.dictionary.learn(learned.words);
    memory.keys.learn(learned.keys);
    memory.versions.learn(learned.versions);
    memory.counted.learn(learned.counted, &learned.folded);
    memory.tail = memory.tail.plus(learned.tail);
    Ok(outcomes)
}

/// Tells first from again, against memory and within the batch.
fn sift<'a>(seen: &SeenIds, events: &'a [JudgedEvent]) -> (Vec<CommitOutcome>, Vec<Fresh<'a>>) {
    let mut batch = HashMapOfHashes::with_capacity_and_hasher(events.len(), BuildHasherDefault::default());
    let mut labels: HashMap<&Library, Arc<str>> = HashMap::new();
    let mut fresh = Vec::with_capacity(events.len());
    let mut outcomes = Vec::with_capacity(events.len());
    for event in events {
        let id = seen.id_of(event.source, &event.message_id, event.received_at);
        let is_again = seen.contains(id) || batch.get(&id.hash).is_some_and(|hour| SeenIds::reaches(*hour, id.hour));
        if is_again {
            outcomes.push(CommitOutcome::Duplicate);
        } else {
            batch.insert(id.hash, id.hour);
            let label =
                |library| Arc::clone(labels.entry(library).or_insert_with_key(|library| library.label().into()));
            fresh.push(Fresh { event, id, library: event.library.as_ref().map(label) });
            outcomes.push(CommitOutcome::Stored);
        }
    }
    (outcomes, fresh)
}

async fn write(
    connection: &mut SqliteConnection,
    memory: &Memory,
    fresh: &[Fresh<'_>],
    mut increments: Increments,
    now: Timestamp,
    keys_max: usize,
) -> Result<Learned, StoreError> {
    // Collected: a lazy iterator with a closure, held across an await, would make the future not `Send`.
    let texts: Vec<&str> = fresh.iter().flat_map(texts_of).flatten().collect();
    let mut words = memory.dictionary.look_up(&mut *connection, texts.into_iter()).await?;
    let hours: Vec<SourceHour> =
        fresh.iter().map(|fresh| SourceHour::of(fresh.event.source, fresh.event.received_at)).collect();
    let mut admission = Admission::open(&mut *connection, &memory.keys, hours.into_iter(), keys_max).await?;
    let mut versions = NewVersions::default();
    for one @ Fresh { event, .. } in fresh {
        let key = admission.admit(event, texts_of(one), &mut words);
        increments.judged(event.source, event.received_at, key, 1);
        versions.see(&memory.versions, event.source, key.version, event.received_at);
    }
    let tail = keep_lines(&mut *connection, fresh, &mut increments).await?;
    let words = words.write(&mut *connection).await?;
    versions.write(&mut *connection).await?;
    let counted = increments.write(&mut *connection, now).await?;
    let folded = memory.counted.full_with(&counted);
    for source in &folded {
        fold::fold(&mut *connection, *source, now).await?;
    }
    write_last_events(connection, fresh).await?;
    let ids = fresh.iter().map(|fresh| fresh.id).collect();
    Ok(Learned { ids, words, keys: admission.learned(), tail, versions, counted, folded })
}

/// The dictionary's texts that an event is counted under.
fn texts_of<'a>(Fresh { event, library, .. }: &'a Fresh<'_>) -> [Option<&'a str>; 3] {
    [event.name.as_deref(), event.version.as_deref(), library.as_deref()].map(dictionary::entry)
}

/// Writes blocks and tail. Received is counted here, from what is kept, and so apart from the verdicts: the ledger's two
/// sides come from two places.
async fn keep_lines(
    connection: &mut SqliteConnection,
    fresh: &[Fresh<'_>],
    increments: &mut Increments,
) -> Result<TailSize, StoreError> {
    let mut hours: BTreeMap<SourceHour, Vec<&Fresh<'_>>> = BTreeMap::new();
    for one in fresh {
        hours.entry(SourceHour::of(one.event.source, one.event.received_at)).or_default().push(one);
    }
    let mut tail = TailBuilder::default();
    for (hour, events) in hours {
        if events.len() >= BLOCK_EVENTS_MIN {
            keep_as_blocks(&mut *connection, hour.source, &events).await?;
        } else {
            for fresh in &events {
                event::encode(fresh.event, tail.lines())?;
                tail.line_added(hour.source, fresh.facts());
            }
        }
        let bucket = |fresh: &Fresh<'_>| fresh.event.received_at.floor_to(TIERS[0].width_ms);
        for together in events.chunk_by(|a, b| bucket(a) == bucket(b)) {
            increments.beside(hour.source, bucket(together[0]), Counted::Received, together.len() as u64);
        }
    }
    tail.write(connection).await
}

async fn keep_as_blocks(
    connection: &mut SqliteConnection,
    source: SourceNumber,
    events: &[&Fresh<'_>],
) -> Result<(), StoreError> {
    let mut builder = BlockBuilder::default();
    for (place, fresh) in events.iter().enumerate() {
        event::encode(fresh.event, builder.lines())?;
        builder.line_added(fresh.facts());
        let is_last = place + 1 == events.len();
        if is_last || builder.bytes() >= BLOCK_BYTES_MAX {
            block::insert(&mut *connection, std::mem::take(&mut builder).finish(source)?).await?;
        }
    }
    Ok(())
}

async fn write_last_events(connection: &mut SqliteConnection, fresh: &[Fresh<'_>]) -> Result<(), StoreError> {
    let mut last: BTreeMap<SourceNumber, Timestamp> = BTreeMap::new();
    for Fresh { event, .. } in fresh {
        let at = last.entry(event.source).or_insert(event.received_at);
        *at = event.received_at.max(*at);
    }
    let last: Vec<[i64; 2]> = last.into_iter().map(|(source, at)| [source.0, at.0]).collect();
    sqlx::query(
        "insert into last_event (source, at) select value ->> 0, value ->> 1 from json_each($1) where true
         on conflict (source) do update set at = max(at, excluded.at)",
    )
    .bind(serde_json::json!(last).to_string())
    .execute(connection)
    .await?;
    Ok(())
}
