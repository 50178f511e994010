//! The tail: events that came too few at a time for a block. A commit adds one row, whoever's events they are, because a
//! row for each event or source costs far more than its bytes; `seal` moves them into their blocks. Bounded, because
//! whoever reads events reads it whole.

pub(crate) mod earlier;

use crate::block::{self, LineFacts};
use crate::error::StoreError;
use crate::script::Script;
use domain::clock::{HOUR_MS, Timestamp};
use domain::source::SourceNumber;
use sqlx::SqliteConnection;

/// Lines from which on the tail is sealed while its hour goes on.
pub(crate) const TAIL_EVENTS_MAX: usize = 2_048;
/// Bytes of lines, before packing, from which on it is: to unpack as much takes some two milliseconds.
pub(crate) const TAIL_BYTES_MAX: usize = 2 * 1024 * 1024;
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct TailSize {
    events: usize,
    bytes: usize,
    /// When its first event arrived.
    first_at: Option<Timestamp>,
}

impl TailSize {
    /// Looks what is there.
    pub async fn load(connection: &mut SqliteConnection) -> Result<Self, StoreError> {
        let (events, bytes, first_at): (i64, i64, Option<i64>) =
            sqlx::query_as("select coalesce(sum(events), 0), coalesce(sum(bytes), 0), min(first_at) from event_tail")
                .fetch_one(connection)
                .await?;
        let size = |sum: i64| usize::try_from(sum).unwrap_or(usize::MAX);
        Ok(Self { events: size(events), bytes: size(bytes), first_at: first_at.map(Timestamp) })
    }

    /// With what a commit added.
    pub fn plus(self, added: Self) -> Self {
        let first_at = self.first_at.into_iter().chain(added.first_at).min();
        Self { events: self.events + added.events, bytes: self.bytes + added.bytes, first_at }
    }

    /// Whether it has become too long to be left alone.
    pub fn is_full(self) -> bool {
        self.events >= TAIL_EVENTS_MAX || self.bytes >= TAIL_BYTES_MAX
    }

    /// Whether commits have to wait until it is sealed.
    pub fn is_overfull(self) -> bool {
        self.events >= OVERFULL * TAIL_EVENTS_MAX || self.bytes >= OVERFULL * TAIL_BYTES_MAX
    }

    /// Whether sealing has something to do.
    pub fn is_due(self, over_before_ms: i64) -> bool {
        self.is_full() || self.first_at.is_some_and(|at| at.floor_to(HOUR_MS).0 < over_before_ms)
    }
}

/// A row of the tail in the making.
#[derive(Default)]
pub(crate) struct TailBuilder {
    size: TailSize,
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
        self.size = self.size.plus(TailSize { events: 1, bytes: 0, first_at: Some(at) });
        self.last_at = self.last_at.max(at);
    }

    /// Packs the lines.
    pub fn pack(mut self) -> Result<PackedTail, StoreError> {
        self.size.bytes = self.lines.len();
        let lines = block::pack(&self.lines)?;
        Ok(PackedTail { size: self.size, last_at: self.last_at, facts: self.facts, lines })
    }
}

/// A row of the tail before it is written.
pub(crate) struct PackedTail {
    pub size: TailSize,
    last_at: Timestamp,
    facts: Vec<u8>,
    pub lines: Vec<u8>,
}

impl PackedTail {
    /// Writes it, if there is anything in it: behind all others, or in the place of one that goes.
    pub fn write(self, script: &mut Script, place: Option<i64>) {
        let Some(first_at) = self.size.first_at else { return };
        let into = "event_tail (id, first_at, last_at, events, bytes, facts, lines)";
        script.insert(into, vec![self], "", |mut values, row| {
            values.push_bind(place).push_bind(first_at.0).push_bind(row.last_at.0);
            values.push_bind(i64::try_from(row.size.events).unwrap_or(i64::MAX));
            values.push_bind(i64::try_from(row.size.bytes).unwrap_or(i64::MAX));
            values.push_bind(row.facts).push_bind(row.lines);
        });
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
