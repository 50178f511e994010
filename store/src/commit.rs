//! One commit: sift out duplicates, decide under which keys the rest counts, keep the lines, write the counts. All in
//! one transaction; what it teaches goes into memory after it.

use crate::block::{self, BLOCK_BYTES_MAX, BLOCK_EVENTS_MIN, Block, BlockBuilder, LineFacts, bit_of};
use crate::cardinality::Admission;
use crate::deduplication::{HashMapOfHashes, SeenId, SeenIds};
use crate::dictionary::{self, LearnedWords};
use crate::error::StoreError;
use crate::event::{self, CommitOutcome, JudgedEvent, type_code};
use crate::mark::NewVersions;
use crate::rollup::counts::Key;
use crate::rollup::{Increments, tail as rollup_tail};
use crate::script::Script;
use crate::tail::{SourceHour, TailBuilder, TailSize};
use crate::write_key::KeyUses;
use crate::writer::{Failure, Memory, Session};
use domain::clock::Timestamp;
use domain::event::{EventType, Library};
use domain::overview::Counted;
use domain::source::SourceNumber;
use domain::time_range::TIERS;
use domain::verdict::Verdict;
use rustc_hash::{FxHashMap, FxHashSet};
use sqlx::SqliteConnection;
use std::collections::{BTreeMap, HashMap};
use std::hash::BuildHasherDefault;
use std::sync::Arc;

/// What stands around an event's line when it is kept, by and large.
const ENVELOPE_BYTES: usize = 160;

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
    /// Of all lines, packed.
    bytes: usize,
    versions: NewVersions,
    counted: rollup_tail::Added,
}

/// What came of a commit.
pub(crate) struct Done {
    /// Of each event.
    pub outcomes: Vec<CommitOutcome>,
    /// What its lines take.
    pub bytes: usize,
}

/// Runs the commit.
pub(crate) async fn run(
    session: &mut Session,
    events: &[JudgedEvent],
    key_uses: &KeyUses,
    now: Timestamp,
    keys_max: usize,
) -> Result<Done, Failure> {
    let Session { connection, memory } = session;
    // What was prepared beside the last commits. Where that failed, the next round of maintenance says why.
    let sealed = match memory.sealing.take_if(|sealing| sealing.is_prepared()) {
        Some(sealing) => sealing.prepared().await.ok(),
        None => None,
    };
    let (outcomes, fresh) = sift(&memory.seen, events);
    let mut increments = Increments::default();
    for (event, _) in events.iter().zip(&outcomes).filter(|(_, outcome)| **outcome == CommitOutcome::Duplicate) {
        increments.beside(event.source, event.received_at, Counted::Duplicate, 1);
    }
    let mut script = Script::new();
    key_uses.write(&mut script);
    let tail_before = match sealed {
        Some((sealed, newer)) => sealed.write(&mut script).plus(newer),
        None => memory.tail,
    };
    let learned = plan(connection, memory, &fresh, increments, now, keys_max, &mut script).await;
    let learned = learned.map_err(Failure::RolledBack)?;
    script.commit(connection).await?;
    for id in learned.ids {
        memory.seen.remember(id);
    }
    memory.dictionary.learn(learned.words);
    memory.keys.learn(learned.keys);
    memory.versions.learn(learned.versions);
    memory.counted.learn(learned.counted);
    memory.tail = tail_before.plus(learned.tail);
    if let Some(sealing) = &mut memory.sealing {
        sealing.newer = sealing.newer.plus(learned.tail);
    }
    Ok(Done { outcomes, bytes: learned.bytes })
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

/// Reads what memory does not hold, and writes the script. Nobody else writes what is read here, so it need not be read in
/// the transaction.
async fn plan(
    connection: &mut SqliteConnection,
    memory: &Memory,
    fresh: &[Fresh<'_>],
    mut increments: Increments,
    now: Timestamp,
    keys_max: usize,
    script: &mut Script,
) -> Result<Learned, StoreError> {
    let groups = groups(fresh);
    // Collected: a lazy iterator with a closure, held across an await, would make the future not `Send`.
    let texts: Vec<&str> = groups.iter().flat_map(|group| group.alike.texts).flatten().collect();
    let mut words = memory.dictionary.look_up(&mut *connection, texts.into_iter()).await?;
    let hours: Vec<SourceHour> =
        groups.iter().map(|group| SourceHour::of(group.alike.source, group.alike.bucket)).collect();
    let mut admission = Admission::open(connection, &memory.keys, hours.into_iter(), keys_max).await?;
    let mut versions = NewVersions::default();
    for Group { alike, first_at, events } in groups {
        let key = admission.admit(&alike, &mut words);
        increments.judged(alike.source, alike.bucket, key, events);
        versions.see(&memory.versions, alike.source, key.version, first_at);
    }
    let (tail, bytes) = keep_lines(script, fresh, &mut increments)?;
    let words = words.write(script);
    versions.write(script);
    for Fresh { event, .. } in fresh {
        increments.came(event.source, event.received_at);
    }
    let counted = increments.write(script, &memory.counted, now);
    let ids = fresh.iter().map(|fresh| fresh.id).collect();
    Ok(Learned { ids, words, keys: admission.learned(), tail, bytes, versions, counted })
}

/// Events of a commit that count alike.
struct Group<'a> {
    alike: Alike<'a>,
    first_at: Timestamp,
    events: u64,
}

/// Under what an event counts.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Alike<'a> {
    pub source: SourceNumber,
    /// Of the finest tier.
    pub bucket: Timestamp,
    pub verdict: Verdict,
    pub event_type: Option<EventType>,
    /// The dictionary's: name, version and library.
    pub texts: [Option<&'a str>; 3],
}

/// Puts together what counts alike, in the order of their first ones: a commit has thousands of events and some dozen of
/// keys.
fn groups<'a>(fresh: &'a [Fresh<'_>]) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut places: FxHashMap<Alike<'a>, usize> = FxHashMap::default();
    for Fresh { event, library, .. } in fresh {
        let alike = Alike {
            source: event.source,
            bucket: event.received_at.floor_to(TIERS[0].width_ms),
            verdict: event.verdict,
            event_type: event.event_type,
            texts: [event.name.as_deref(), event.version.as_deref(), library.as_deref()].map(dictionary::entry),
        };
        let place = *places.entry(alike).or_insert_with(|| {
            groups.push(Group { alike, first_at: event.received_at, events: 0 });
            groups.len() - 1
        });
        groups[place].events += 1;
        groups[place].first_at = event.received_at.min(groups[place].first_at);
    }
    groups
}

/// Writes blocks and tail; what the tail grew by, and the bytes of all. Received is counted here, from what is kept, and so
/// apart from the verdicts: the ledger's two sides come from two places.
fn keep_lines(
    script: &mut Script,
    fresh: &[Fresh<'_>],
    increments: &mut Increments,
) -> Result<(TailSize, usize), StoreError> {
    let mut hours: BTreeMap<SourceHour, Vec<&Fresh<'_>>> = BTreeMap::new();
    for one in fresh {
        hours.entry(SourceHour::of(one.event.source, one.event.received_at)).or_default().push(one);
    }
    let (mut tail, mut blocks) = (TailBuilder::default(), Vec::new());
    for (hour, events) in hours {
        if events.len() >= BLOCK_EVENTS_MIN {
            keep_as_blocks(&mut blocks, hour.source, &events)?;
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
    let tail = tail.pack()?;
    let (size, bytes) = (tail.size, blocks.iter().map(|block| block.lines.len()).sum::<usize>() + tail.lines.len());
    block::insert(script, blocks);
    tail.write(script, None);
    Ok((size, bytes))
}

fn keep_as_blocks(blocks: &mut Vec<Block>, source: SourceNumber, events: &[&Fresh<'_>]) -> Result<(), StoreError> {
    let mut builder = BlockBuilder::default();
    let bytes: usize = events.iter().map(|fresh| fresh.event.line.len() + ENVELOPE_BYTES).sum();
    builder.lines().reserve(bytes.min(BLOCK_BYTES_MAX));
    for (place, fresh) in events.iter().enumerate() {
        event::encode(fresh.event, builder.lines())?;
        builder.line_added(fresh.facts());
        let is_last = place + 1 == events.len();
        if is_last || builder.bytes() >= BLOCK_BYTES_MAX {
            blocks.push(std::mem::take(&mut builder).finish(source)?);
        }
    }
    Ok(())
}
