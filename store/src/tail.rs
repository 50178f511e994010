//! The tail: events that came too few at a time for a block. A commit adds one row, whoever's events they are, because a
//! row for each event or source costs far more than its bytes; `seal` moves them into their blocks. Bounded, because
//! whoever reads events reads it whole.

pub(crate) mod earlier;

use crate::block::{self, BLOCK_EVENTS_MIN, LineFacts};
use crate::error::StoreError;
use domain::clock::{HOUR_MS, Timestamp};
use domain::source::SourceNumber;
use sqlx::SqliteConnection;
use std::collections::BTreeSet;

/// Lines from which on the tail is sealed while its hour goes on.
pub(crate) const TAIL_EVENTS_MAX: usize = 2_048;
/// Bytes of lines, before packing, from which on it is: to unpack as much takes some two milliseconds.
const TAIL_BYTES_MAX: usize = 2 * 1024 * 1024;
/// So many times as much may stay while it would make blocks of a few events each: a row and its places in the indexes take
/// more pages than the lines of ten. Of such a tail, whoever reads one source unpacks only some rows.
const SPREAD: usize = 4;
/// So many times as much may come while that is under way beside the commits; then they wait for it.
const OVERFULL: usize = 4;

/// An hour of a source, oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct SourceHour {
    pub hour_ms: i64,
    pub source: SourceNumber,
}

impl SourceHour {
    /// The hour of that source's event.
    pub fn of(source: SourceNumber, at: Timestamp) -> Self {
        Self { hour_ms: at.floor_to(HOUR_MS).0, source }
    }
}

/// How much the tail holds: tells what is due without asking the table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct TailSize {
    events: usize,
    bytes: usize,
    hours: BTreeSet<SourceHour>,
}

impl TailSize {
    /// Looks what is there.
    pub async fn load(connection: &mut SqliteConnection) -> Result<Self, StoreError> {
        let mut size = Self::default();
        for row in read(connection, Timestamp(i64::MIN), Timestamp(i64::MAX)).await? {
            size.bytes += usize::try_from(row.bytes).unwrap_or(usize::MAX);
            for (source, facts) in row.facts() {
                size.events += 1;
                size.hours.insert(SourceHour::of(source, facts.at));
            }
        }
        Ok(size)
    }

    /// With what was added.
    pub fn add(&mut self, added: &Self) {
        self.events += added.events;
        self.bytes += added.bytes;
        self.hours.extend(&added.hours);
    }

    /// Whether it has become too long to be left alone.
    pub fn is_full(&self) -> bool {
        fills(self.events, self.bytes, self.hours.len())
    }

    /// Whether commits have to wait until it is sealed.
    pub fn is_overfull(&self) -> bool {
        fills(self.events / OVERFULL, self.bytes / OVERFULL, self.hours.len() / OVERFULL)
    }

    /// Whether sealing has something to do.
    pub fn is_due(&self, over_before_ms: i64) -> bool {
        self.is_full() || self.hours.first().is_some_and(|hour| hour.hour_ms < over_before_ms)
    }
}

/// Whether so much, of so many hours of sources, is too much for the tail.
pub(crate) fn fills(events: usize, bytes: usize, hours: usize) -> bool {
    let is_long = |times: usize| events >= times * TAIL_EVENTS_MAX || bytes >= times * TAIL_BYTES_MAX;
    let makes_blocks = events >= hours * BLOCK_EVENTS_MIN;
    is_long(SPREAD) || is_long(1) && makes_blocks
}

/// A row of the tail in the making.
#[derive(Default)]
pub(crate) struct TailBuilder {
    size: TailSize,
    first_at: Option<Timestamp>,
    last_at: Timestamp,
    facts: Vec<u8>,
    lines: Vec<u8>,
}

impl TailBuilder {
    /// Adds a line, without its end.
    pub fn line(&mut self, source: SourceNumber, line: &[u8], facts: LineFacts) {
        self.lines.extend_from_slice(line);
        self.lines.push(b'\n');
        let LineFacts { at, hash, verdict_bits, type_bits } = facts;
        for number in [source.0, at.0, hash.cast_signed(), verdict_bits, type_bits] {
            self.facts.extend_from_slice(&number.to_le_bytes());
        }
        self.size.events += 1;
        self.size.hours.insert(SourceHour::of(source, at));
        self.first_at = Some(self.first_at.map_or(at, |first_at| first_at.min(at)));
        self.last_at = self.last_at.max(at);
    }

    /// Packs the lines.
    pub fn pack(mut self) -> Result<PackedTail, StoreError> {
        self.size.bytes = self.lines.len();
        let lines = block::pack(&self.lines)?;
        let Self { size, first_at, last_at, facts, .. } = self;
        Ok(PackedTail { size, first_at, last_at, facts, lines })
    }
}

/// A row of the tail before it is written.
pub(crate) struct PackedTail {
    pub size: TailSize,
    first_at: Option<Timestamp>,
    last_at: Timestamp,
    pub facts: Vec<u8>,
    pub lines: Vec<u8>,
}

impl PackedTail {
    pub fn is_empty(&self) -> bool {
        self.size.events == 0
    }

    /// What is a number in its row, as [`crate::kept`] writes it.
    pub fn row(&self) -> [i64; 4] {
        let Self { size, first_at, last_at, .. } = self;
        let number = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        [first_at.unwrap_or(*last_at).0, last_at.0, number(size.events), number(size.bytes)]
    }
}

/// A row of the tail, its lines still packed.
pub(crate) struct TailRow {
    pub id: i64,
    bytes: i64,
    facts: Vec<u8>,
    lines: Vec<u8>,
}

impl TailRow {
    /// Of each line, whose it is and what it is about.
    pub fn facts(&self) -> impl Iterator<Item = (SourceNumber, LineFacts)> + '_ {
        let (lines, _) = self.facts.as_chunks::<40>();
        lines.iter().map(|line| {
            let (numbers, _) = line.as_chunks::<8>();
            let number = |place: usize| numbers.get(place).map_or(0, |bytes| i64::from_le_bytes(*bytes));
            let (at, hash) = (Timestamp(number(1)), number(2).cast_unsigned());
            (SourceNumber(number(0)), LineFacts { at, hash, verdict_bits: number(3), type_bits: number(4) })
        })
    }

    /// The lines, one for each of [`Self::facts`].
    pub fn unpack(&self) -> Result<String, StoreError> {
        block::unpack_text(&self.lines, self.bytes)
    }
}

/// The rows with events that arrived in `[from, until)`, in the order of their commits.
pub(crate) async fn read(
    connection: &mut SqliteConnection,
    from: Timestamp,
    until: Timestamp,
) -> Result<Vec<TailRow>, StoreError> {
    let rows: Vec<(i64, i64, Vec<u8>, Vec<u8>)> = sqlx::query_as(
        "select id, bytes, facts, lines from event_tail where last_at >= $1 and first_at < $2 order by id",
    )
    .bind(from.0)
    .bind(until.0)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(id, bytes, facts, lines)| TailRow { id, bytes, facts, lines }).collect())
}
