//! Blocks: many events of one source and one hour, as zstd-packed JSON lines in one row. One hour, so that a block's
//! age is its events' age: retention drops it whole, and deduplication knows when to forget its hashes.

use crate::error::StoreError;
use domain::clock::{HOUR_MS, Timestamp};
use domain::source::SourceNumber;
use sqlx::FromRow;
use std::cell::RefCell;
use zstd::bulk::{Compressor, Decompressor};
use zstd::zstd_safe::{CParameter, compress_bound};

/// A commit packs a source's events of one hour from this many on; fewer compress badly and go to the tail.
pub const BLOCK_EVENTS_MIN: usize = 64;
/// Largest block, in bytes of its lines before packing: what reading one event of it has to unpack.
pub const BLOCK_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Bytes of lines up to which a block is packed anew when it is merged: to pack is a fifth of what ingest costs, and of more lines
/// saves a few bytes only.
const REPACKED_BYTES_MAX: usize = 64 * 1024;
/// What a thread keeps of its room for lines, and of that for packing: as much as most requests need.
pub const KEPT_BYTES_MAX: usize = 256 * 1024;
/// Level 3 was measured no smaller and a quarter slower.
const ZSTD_LEVEL: i32 = 1;
/// Two of its parameters: what repeats in events repeats at length, and in more places than fit into its table. By `zstd -b` a
/// seventh faster and a twentieth smaller.
const ZSTD_PARAMETERS: [CParameter; 2] = [CParameter::MinMatch(7), CParameter::HashLog(16)];

/// Lines, packed. Frames one after the other are unpacked as one: <https://www.rfc-editor.org/rfc/rfc8878#section-3>.
pub(crate) struct Frame {
    pub events: usize,
    /// Of its lines before packing.
    pub bytes: usize,
    pub lines: Vec<u8>,
}

impl Frame {
    /// Of lines that all end.
    pub fn pack(lines: &[u8], events: usize) -> Result<Self, StoreError> {
        Ok(Self { events, bytes: lines.len(), lines: pack(lines)? })
    }

    pub fn unpack(&self) -> Result<Vec<u8>, StoreError> {
        unpack(&self.lines, i64::try_from(self.bytes).unwrap_or(i64::MAX))
    }
}

/// A block in the making.
#[derive(Default)]
pub(crate) struct BlockBuilder {
    /// Packed already.
    frames: Vec<u8>,
    /// Of these, before packing.
    frames_bytes: usize,
    /// Those that follow.
    lines: Vec<u8>,
    hashes: Vec<u8>,
    first_at: Option<Timestamp>,
    last_at: Timestamp,
    verdict_bits: i64,
    type_bits: i64,
}

/// What a line is about, as far as its block's row has to know.
#[derive(Clone, Copy)]
pub(crate) struct LineFacts {
    /// When the event arrived.
    pub at: Timestamp,
    /// Of its messageId.
    pub hash: u64,
    /// [`bit_of`] its verdict's code.
    pub verdict_bits: i64,
    /// [`bit_of`] its type's code.
    pub type_bits: i64,
}

/// A row of `event_block`.
#[derive(FromRow)]
pub(crate) struct Block {
    pub source: i64,
    pub hour_ms: i64,
    pub first_at: i64,
    pub last_at: i64,
    pub events: i64,
    pub bytes: i64,
    pub verdict_bits: i64,
    pub type_bits: i64,
    pub hashes: Vec<u8>,
    pub lines: Vec<u8>,
}

impl Block {
    /// What is a number in its row, as [`crate::kept`] writes it.
    pub fn row(&self) -> [i64; 8] {
        let Self { source, hour_ms, first_at, last_at, events, bytes, verdict_bits, type_bits, .. } = self;
        [*source, *hour_ms, *first_at, *last_at, *events, *bytes, *verdict_bits, *type_bits]
    }
}

impl BlockBuilder {
    /// Takes so many bytes of lines before it has to grow.
    pub fn with_room(bytes: usize) -> Self {
        Self { lines: Vec::with_capacity(bytes), ..Self::default() }
    }

    /// Adds a line, without its end.
    pub fn line(&mut self, line: &[u8], facts: LineFacts) {
        self.lines.extend_from_slice(line);
        self.lines.push(b'\n');
        self.add(facts);
    }

    /// Adds lines that are packed already.
    pub fn frame(&mut self, frame: &Frame, facts: impl Iterator<Item = LineFacts>) -> Result<(), StoreError> {
        self.pack_lines()?;
        self.append(&frame.lines, frame.bytes);
        facts.for_each(|facts| self.add(facts));
        Ok(())
    }

    /// Adds a block of the same source and hour. Of a small one the lines are packed anew, together with those next to them.
    pub fn block(&mut self, block: &Block) -> Result<(), StoreError> {
        let bytes = usize::try_from(block.bytes).map_err(|_| StoreError::Corrupt("a block"))?;
        if bytes <= REPACKED_BYTES_MAX {
            self.lines.extend_from_slice(&unpack(&block.lines, block.bytes)?);
        } else {
            self.pack_lines()?;
            self.append(&block.lines, bytes);
        }
        self.hashes.extend_from_slice(&block.hashes);
        self.arrived(Timestamp(block.first_at), Timestamp(block.last_at));
        self.verdict_bits |= block.verdict_bits;
        self.type_bits |= block.type_bits;
        Ok(())
    }

    fn append(&mut self, packed: &[u8], bytes: usize) {
        self.frames.extend_from_slice(packed);
        self.frames_bytes += bytes;
    }

    fn pack_lines(&mut self) -> Result<(), StoreError> {
        let lines = std::mem::take(&mut self.lines);
        if !lines.is_empty() {
            self.append(&pack(&lines)?, lines.len());
        }
        Ok(())
    }

    fn add(&mut self, facts: LineFacts) {
        self.hashes.extend_from_slice(&facts.hash.to_le_bytes());
        self.arrived(facts.at, facts.at);
        self.verdict_bits |= facts.verdict_bits;
        self.type_bits |= facts.type_bits;
    }

    fn arrived(&mut self, first_at: Timestamp, last_at: Timestamp) {
        self.first_at = Some(self.first_at.map_or(first_at, |first| first.min(first_at)));
        self.last_at = self.last_at.max(last_at);
    }

    /// Bytes of the lines so far.
    pub fn bytes(&self) -> usize {
        self.frames_bytes + self.lines.len()
    }

    /// Packs it; `None` if there is nothing in it.
    pub fn finish(mut self, source: SourceNumber) -> Result<Option<Block>, StoreError> {
        self.pack_lines()?;
        Ok(self.first_at.map(|first_at| Block {
            source: source.0,
            hour_ms: first_at.floor_to(HOUR_MS).0,
            first_at: first_at.0,
            last_at: self.last_at.0,
            events: i64::try_from(self.hashes.len() / 8).unwrap_or(i64::MAX),
            bytes: i64::try_from(self.frames_bytes).unwrap_or(i64::MAX),
            verdict_bits: self.verdict_bits,
            type_bits: self.type_bits,
            hashes: self.hashes,
            lines: self.frames,
        }))
    }
}

/// One bit for a code, by a hash of its text: a block whose bits lack it cannot hold it. Not by the code's place in
/// its list, which moves when the list grows.
pub(crate) fn bit_of(code: &str) -> i64 {
    let fnv = code
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x100_0000_01b3));
    1 << (fnv % 63)
}

thread_local! {
    /// To make one for each block costs as much as packing some dozen events. Beside it, what is being packed.
    static COMPRESSOR: RefCell<Option<(Compressor<'static>, Vec<u8>)>> = const { RefCell::new(None) };
    /// And a tenth of what sealing a tail takes, which has a hundred rows.
    static DECOMPRESSOR: RefCell<Option<Decompressor<'static>>> = const { RefCell::new(None) };
}

/// Packs lines.
pub(crate) fn pack(lines: &[u8]) -> Result<Vec<u8>, StoreError> {
    COMPRESSOR.with_borrow_mut(|compressor| {
        let (compressor, packed) = match compressor {
            Some(compressor) => compressor,
            none => {
                let mut new = Compressor::new(ZSTD_LEVEL)?;
                ZSTD_PARAMETERS.into_iter().try_for_each(|parameter| new.set_parameter(parameter))?;
                none.insert((new, Vec::new()))
            }
        };
        packed.clear();
        packed.reserve(compress_bound(lines.len()));
        compressor.compress_to_buffer(lines, packed)?;
        let exact = packed.as_slice().to_vec();
        packed.shrink_to(KEPT_BYTES_MAX);
        Ok(exact)
    })
}

/// Unpacks a block's lines; `bytes` is what its row says they measure.
pub(crate) fn unpack(lines: &[u8], bytes: i64) -> Result<Vec<u8>, StoreError> {
    let bytes = usize::try_from(bytes).map_err(|_| StoreError::Corrupt("a block"))?;
    DECOMPRESSOR.with_borrow_mut(|decompressor| {
        let decompressor = match decompressor {
            Some(decompressor) => decompressor,
            none => none.insert(Decompressor::new()?),
        };
        Ok(decompressor.decompress(lines, bytes)?)
    })
}

/// The same for reading.
pub(crate) fn unpack_text(lines: &[u8], bytes: i64) -> Result<String, StoreError> {
    String::from_utf8(unpack(lines, bytes)?).map_err(|_| StoreError::Corrupt("a block"))
}

#[cfg(test)]
mod tests {
    use super::bit_of;
    use domain::discard::DiscardReason;
    use domain::verdict::Verdict;

    /// Else a look for a rare reason would unpack every block.
    #[test]
    fn no_reason_shares_its_bit_with_eligible_events() {
        for reason in DiscardReason::ALL {
            assert_ne!(bit_of(reason.code()), bit_of(Verdict::Eligible.code()), "{}", reason.code());
        }
    }
}
