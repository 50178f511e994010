//! One commit: sift out duplicates, decide under which keys the rest counts, keep the lines, write the counts. All in
//! one transaction; what it teaches goes into memory after it.

use crate::batch::{Alike, Batch, Event, Lines, Part};
use crate::block::{BLOCK_BYTES_MAX, BLOCK_EVENTS_MIN, BlockBuilder, Frame, LineFacts};
use crate::cardinality::Admission;
use crate::deduplication::{Found, SeenId, SeenIds, Sight};
use crate::dictionary::LearnedWords;
use crate::error::StoreError;
use crate::event::CommitOutcome;
use crate::mark::NewVersions;
use crate::rollup::counts::Key;
use crate::rollup::{Increments, tail as rollup_tail};
use crate::script::Script;
use crate::tail::{SourceHour, TailBuilder, TailSize};
use crate::write_key::KeyUses;
use crate::writer::{Failure, Memory, Session};
use domain::clock::Timestamp;
use domain::overview::Counted;
use domain::time_range::TIERS;
use rustc_hash::{FxHashMap, FxHashSet};
use sqlx::SqliteConnection;
use std::collections::BTreeMap;

/// A part of a batch, and what of it was not seen before.
struct Sifted<'a> {
    part: &'a Part,
    outcomes: Vec<CommitOutcome>,
    fresh: usize,
}

impl<'a> Sifted<'a> {
    /// The fresh events, and the place of each among all.
    fn fresh(&self) -> impl Iterator<Item = (usize, &'a Event)> {
        let all = self.part.events.iter().enumerate().zip(&self.outcomes);
        all.filter(|(_, outcome)| **outcome == CommitOutcome::Stored).map(|(event, _)| event)
    }

    /// Of events that are fresh, all of them, the frames in which they are packed.
    fn frames(&self) -> Option<&'a [Frame]> {
        match &self.part.lines {
            Lines::Packed(frames) if self.fresh == self.part.events.len() => Some(frames),
            Lines::Packed(_) | Lines::Plain(_) => None,
        }
    }
}

/// What memory learns from a commit.
struct Learned {
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
    /// Of each event, batch after batch.
    pub outcomes: Vec<CommitOutcome>,
    /// What its lines take.
    pub bytes: usize,
}

/// Runs the commit.
pub(crate) async fn run(
    session: &mut Session,
    batches: &[Batch],
    key_uses: &KeyUses,
    now: Timestamp,
    keys_max: usize,
) -> Result<Done, Failure> {
    let Session { connection, memory } = session;
    let found = find_ids(connection, &memory.seen, batches).await.map_err(Failure::RolledBack)?;
    // What was prepared beside the last commits. Where that failed, the next round of maintenance says why.
    let sealed = match memory.sealing.take_if(|sealing| sealing.is_prepared()) {
        Some(sealing) => sealing.prepared().await.ok(),
        None => None,
    };
    let sifted = sift(&mut memory.seen, &found, batches);
    let mut increments = Increments::default();
    for Sifted { part, outcomes, .. } in sifted.iter().filter(|sifted| sifted.fresh < sifted.part.events.len()) {
        let again = part.events.iter().zip(outcomes).filter(|(_, outcome)| **outcome == CommitOutcome::Duplicate);
        again.for_each(|(event, _)| increments.beside(part.hour.source, event.at, Counted::Duplicate, 1));
    }
    let mut script = Script::default();
    key_uses.write(&mut script);
    let left = sealed.map(|(sealed, newer)| {
        let mut left = sealed.write(&mut script);
        left.add(&newer);
        left
    });
    let learned = plan(connection, memory, &sifted, increments, now, keys_max, &mut script).await;
    let learned = match learned {
        Ok(learned) => script.commit(connection).await.map(|()| learned),
        Err(error) => Err(Failure::RolledBack(error)),
    };
    let learned = learned.inspect_err(|_| {
        sifted.iter().flat_map(Sifted::fresh).for_each(|(_, event)| memory.seen.forget(event.id()));
    })?;
    memory.dictionary.learn(learned.words);
    memory.keys.learn(learned.keys);
    memory.versions.learn(learned.versions);
    memory.counted.learn(learned.counted);
    if let Some(left) = left {
        memory.tail = left;
    }
    memory.tail.add(&learned.tail);
    if let Some(sealing) = &mut memory.sealing {
        sealing.newer.add(&learned.tail);
    }
    Ok(Done { outcomes: sifted.into_iter().flat_map(|sifted| sifted.outcomes).collect(), bytes: learned.bytes })
}

/// Looks on disk for the ids that memory does not hold any more.
async fn find_ids(connection: &mut SqliteConnection, seen: &SeenIds, batches: &[Batch]) -> Result<Found, StoreError> {
    if !seen.is_on_disk() {
        return Ok(Found::default());
    }
    let ids: Vec<SeenId> =
        batches.iter().flat_map(|batch| &batch.parts).flat_map(|part| &part.events).map(Event::id).collect();
    seen.find(connection, &ids).await
}

/// Tells first from again. Memory learns the first ones' ids at once: what the commit fails to store it must forget.
fn sift<'a>(seen: &mut SeenIds, found: &Found, batches: &'a [Batch]) -> Vec<Sifted<'a>> {
    let parts = || batches.iter().flat_map(|batch| &batch.parts);
    seen.fetch(parts().flat_map(|part| &part.events).map(Event::id));
    // Past what memory holds, first and again are told apart within the commit at least.
    let mut too_old: FxHashMap<u64, i32> = FxHashMap::default();
    let mut sift = |event: &Event| {
        let id = event.id();
        let sight = seen.see(id, found);
        let is_again = match sight {
            Sight::First => false,
            Sight::Again => true,
            Sight::TooOld => too_old.get(&id.hash).is_some_and(|hour| SeenIds::reaches(*hour, id.hour)),
        };
        if is_again {
            return CommitOutcome::Duplicate;
        }
        if sight == Sight::TooOld {
            too_old.insert(id.hash, id.hour);
        }
        CommitOutcome::Stored
    };
    let sifted = parts().map(|part| {
        let outcomes: Vec<CommitOutcome> = part.events.iter().map(&mut sift).collect();
        let fresh = outcomes.iter().filter(|outcome| **outcome == CommitOutcome::Stored).count();
        Sifted { part, outcomes, fresh }
    });
    sifted.collect()
}

/// Reads what memory does not hold, and writes the script. Nobody else writes what is read here, so it need not be read in
/// the transaction.
async fn plan(
    connection: &mut SqliteConnection,
    memory: &Memory,
    sifted: &[Sifted<'_>],
    mut increments: Increments,
    now: Timestamp,
    keys_max: usize,
    script: &mut Script,
) -> Result<Learned, StoreError> {
    let groups = groups(sifted);
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
    let (tail, bytes) = keep_lines(script, sifted, &mut increments)?;
    let words = words.write(script);
    versions.write(script);
    let counted = increments.write(script, &memory.counted, now);
    Ok(Learned { words, keys: admission.learned(), tail, bytes, versions, counted })
}

/// Events of a commit that count alike.
struct Group<'a> {
    alike: Alike<'a>,
    first_at: Timestamp,
    events: u64,
}

/// Puts together what counts alike, in the order of their first ones: a commit has thousands of events and some dozen of
/// keys.
fn groups<'a>(sifted: &'a [Sifted<'_>]) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    let mut places: FxHashMap<Alike<'a>, usize> = FxHashMap::default();
    for sifted in sifted {
        let mut of_part = vec![(0, Timestamp(i64::MAX)); sifted.part.groups.len()];
        for (_, event) in sifted.fresh() {
            let (events, first_at) = &mut of_part[event.group];
            *events += 1;
            *first_at = event.at.min(*first_at);
        }
        for (group, (events, first_at)) in sifted.part.groups.iter().zip(of_part).filter(|(_, (events, _))| *events > 0)
        {
            let alike = sifted.part.alike(group);
            let place = *places.entry(alike).or_insert_with(|| {
                groups.push(Group { alike, first_at, events: 0 });
                groups.len() - 1
            });
            groups[place].events += events;
            groups[place].first_at = first_at.min(groups[place].first_at);
        }
    }
    groups
}

/// Writes blocks and tail; what the tail grew by, and the bytes of all. Received is counted here, from what is kept, and so
/// apart from the verdicts: the ledger's two sides come from two places.
fn keep_lines(
    script: &mut Script,
    sifted: &[Sifted<'_>],
    increments: &mut Increments,
) -> Result<(TailSize, usize), StoreError> {
    let mut hours: BTreeMap<SourceHour, Vec<&Sifted<'_>>> = BTreeMap::new();
    for sifted in sifted.iter().filter(|sifted| sifted.fresh > 0) {
        hours.entry(sifted.part.hour).or_default().push(sifted);
    }
    let (mut tail, mut blocks) = (TailBuilder::default(), Vec::new());
    for (hour, parts) in hours {
        let mut received: Vec<(Timestamp, u64)> = Vec::new();
        let mut keep = |facts: LineFacts| {
            let bucket = facts.at.floor_to(TIERS[0].width_ms);
            match received.last_mut().filter(|(last, _)| *last == bucket) {
                Some((_, events)) => *events += 1,
                None => received.push((bucket, 1)),
            }
            increments.came(hour.source, facts.at);
            facts
        };
        let mut block = BlockBuilder::default();
        let loose: usize = parts.iter().filter(|part| part.frames().is_none()).map(|part| part.fresh).sum();
        for sifted in parts {
            let mut facts = sifted.fresh().map(|(_, event)| keep(sifted.part.facts(event)));
            if let Some(frames) = sifted.frames() {
                for frame in frames {
                    if block.bytes() + frame.bytes > BLOCK_BYTES_MAX {
                        blocks.extend(std::mem::take(&mut block).finish(hour.source)?);
                    }
                    block.frame(frame, facts.by_ref().take(frame.events))?;
                }
                continue;
            }
            let lines = sifted.part.lines.unpacked()?;
            for ((place, _), facts) in sifted.fresh().zip(facts) {
                let line = sifted.part.line(&lines, place);
                if loose >= BLOCK_EVENTS_MIN {
                    block.line(line, facts);
                    if block.bytes() >= BLOCK_BYTES_MAX {
                        blocks.extend(std::mem::take(&mut block).finish(hour.source)?);
                    }
                } else {
                    tail.line(hour.source, line, facts);
                }
            }
        }
        blocks.extend(block.finish(hour.source)?);
        for (bucket, events) in received {
            increments.beside(hour.source, bucket, Counted::Received, events);
        }
    }
    let tail = tail.pack()?;
    let size = tail.size.clone();
    let bytes = blocks.iter().map(|block| block.lines.len()).sum::<usize>() + tail.lines.len();
    script.keep_blocks(blocks);
    script.keep_tail(None, tail);
    Ok((size, bytes))
}
