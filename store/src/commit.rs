//! One commit: sift out duplicates, decide under which keys the rest counts, keep the lines, write the counts. All in
//! one transaction; what it teaches goes into memory after it.

use crate::block::{self, BLOCK_BYTES_MAX, BLOCK_EVENTS_MIN, BlockBuilder, LineFacts};
use crate::cardinality::Admission;
use crate::deduplication::{SeenId, SeenIds};
use crate::dictionary::{self, LearnedWords};
use crate::error::StoreError;
use crate::event::{self, CommitOutcome, JudgedEvent, type_code};
use crate::mark::NewVersions;
use crate::rollup::counts::Key;
use crate::rollup::{Increments, fold, tail as rollup_tail};
use crate::tail::{self, SourceHour, TailRow};
use crate::write_key::KeyUses;
use crate::writer::{self, Failure, Memory, Session};
use domain::clock::Timestamp;
use domain::event::Library;
use domain::overview::Counted;
use domain::source::SourceNumber;
use sqlx::SqliteConnection;
use std::collections::{BTreeMap, HashMap, HashSet};

/// An event that was not seen before.
struct Fresh<'a> {
    event: &'a JudgedEvent,
    id: SeenId,
    library: Option<String>,
}

/// What memory learns from a commit.
struct Learned {
    ids: Vec<SeenId>,
    words: LearnedWords,
    keys: BTreeMap<SourceHour, HashSet<Key>>,
    tail: BTreeMap<SourceHour, usize>,
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
    for (hour, rows) in learned.tail {
        memory.tail.add(hour, rows);
    }
    Ok(outcomes)
}

/// Tells first from again, against memory and within the batch.
fn sift<'a>(seen: &SeenIds, events: &'a [JudgedEvent]) -> (Vec<CommitOutcome>, Vec<Fresh<'a>>) {
    let mut batch: HashMap<u64, i32> = HashMap::with_capacity(events.len());
    let mut fresh = Vec::with_capacity(events.len());
    let mut outcomes = Vec::with_capacity(events.len());
    for event in events {
        let id = seen.id_of(event.source, &event.message_id, event.received_at);
        let is_again = seen.contains(id) || batch.get(&id.hash).is_some_and(|hour| SeenIds::reaches(*hour, id.hour));
        if is_again {
            outcomes.push(CommitOutcome::Duplicate);
        } else {
            batch.insert(id.hash, id.hour);
            fresh.push(Fresh { event, id, library: event.library.as_ref().map(Library::label) });
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
) -> Result<BTreeMap<SourceHour, usize>, StoreError> {
    let mut hours: BTreeMap<SourceHour, Vec<&Fresh<'_>>> = BTreeMap::new();
    for one in fresh {
        hours.entry(SourceHour::of(one.event.source, one.event.received_at)).or_default().push(one);
    }
    let mut tail_counts = BTreeMap::new();
    let mut tail_rows = Vec::new();
    for (hour, events) in hours {
        if events.len() >= BLOCK_EVENTS_MIN {
            keep_as_blocks(&mut *connection, hour.source, &events).await?;
        } else {
            tail_counts.insert(hour, events.len());
            for Fresh { event, id, .. } in &events {
                let mut line = Vec::with_capacity(event.line.len() + 128);
                event::encode(event, &mut line)?;
                let line = String::from_utf8(line).map_err(|_| StoreError::Corrupt("an event"))?;
                tail_rows.push(TailRow { source: event.source, at: event.received_at, hash: id.hash, line });
            }
        }
        for Fresh { event, .. } in &events {
            increments.beside(event.source, event.received_at, Counted::Received, 1);
        }
    }
    tail::insert(connection, tail_rows).await?;
    Ok(tail_counts)
}

async fn keep_as_blocks(
    connection: &mut SqliteConnection,
    source: SourceNumber,
    events: &[&Fresh<'_>],
) -> Result<(), StoreError> {
    let mut builder = BlockBuilder::default();
    for (place, Fresh { event, id, .. }) in events.iter().enumerate() {
        event::encode(event, builder.lines())?;
        builder.line_added(&LineFacts {
            at: event.received_at,
            hash: id.hash,
            verdict_code: Some(event.verdict.code()),
            type_code: Some(type_code(event.event_type)),
        });
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
    for (source, at) in last {
        sqlx::query(
            "insert into last_event (source, at) values ($1, $2)
             on conflict (source) do update set at = max(at, excluded.at)",
        )
        .bind(source.0)
        .bind(at.0)
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}
