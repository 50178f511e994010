//! Events on their way to a commit: hashed, put into groups that count alike, their lines encoded and, where they are many,
//! packed. All of that is done on the task of whoever brings them, while their bytes are still in the processor's cache:
//! commits come one after the other, and have little left to do.

use crate::block::{BLOCK_BYTES_MAX, BLOCK_EVENTS_MIN, Frame, KEPT_BYTES_MAX, LineFacts, bit_of};
use crate::deduplication::{Secret, SeenId, hour_of};
use crate::dictionary;
use crate::error::StoreError;
use crate::event::{self, JudgedEvent, type_code};
use crate::tail::SourceHour;
use domain::clock::Timestamp;
use domain::event::EventType;
use domain::source::SourceNumber;
use domain::time_range::TIERS;
use domain::verdict::Verdict;
use rustc_hash::{FxBuildHasher, FxHashMap};
use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

/// As many groups as a part of many events may well have.
const GROUPS_EXPECTED: usize = 128;

thread_local! {
    /// Where lines are put together: memory that is taken anew for each call comes from the system, page by page.
    static LINES: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Makes batches for a database's writer.
#[derive(Clone)]
pub struct Packer(Arc<Secret>);

impl Packer {
    pub(crate) fn new(secret: Secret) -> Self {
        Self(Arc::new(secret))
    }

    /// Makes one of events of any sources, in the order in which their outcomes are to be told.
    ///
    /// # Errors
    /// Lines cannot be packed: there is no memory.
    pub fn pack(&self, events: &[JudgedEvent<'_>]) -> Result<Batch, StoreError> {
        let hour = |event: &JudgedEvent<'_>| SourceHour::of(event.source, event.received_at);
        let parts =
            events.chunk_by(|a, b| hour(a) == hour(b)).map(|events| Part::of(&self.0, hour(&events[0]), events));
        Ok(Batch { parts: parts.collect::<Result<_, _>>()? })
    }
}

/// Events that are committed together.
#[derive(Default)]
pub struct Batch {
    pub(crate) parts: Vec<Part>,
}

impl Batch {
    /// Adds the events of another one behind its own.
    pub fn append(&mut self, mut more: Self) {
        self.parts.append(&mut more.parts);
    }

    /// How many events.
    #[must_use]
    pub fn events(&self) -> usize {
        self.parts.iter().map(|part| part.events.len()).sum()
    }

    /// What it takes in memory, by and large.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.parts.iter().map(Part::bytes).sum()
    }
}

/// Consecutive events of one source and hour.
pub(crate) struct Part {
    pub hour: SourceHour,
    pub groups: Vec<Group>,
    texts: String,
    pub events: Vec<Event>,
    pub lines: Lines,
}

/// An event, as far as a commit looks at it.
pub(crate) struct Event {
    pub at: Timestamp,
    hash: u64,
    /// Its place among the groups.
    pub group: usize,
    /// Where its line ends among all of its part.
    line_end: usize,
}

impl Event {
    pub fn id(&self) -> SeenId {
        SeenId { hash: self.hash, hour: hour_of(self.at) }
    }
}

/// Events that count alike.
pub(crate) struct Group {
    bucket: Timestamp,
    verdict: Verdict,
    event_type: Option<EventType>,
    /// Where they stand in the part's.
    texts: [Option<Range<usize>>; 3],
    verdict_bits: i64,
    type_bits: i64,
}

/// The lines of all events, each with its end.
pub(crate) enum Lines {
    /// Too few for a block.
    Plain(Vec<u8>),
    /// One after the other.
    Packed(Vec<Frame>),
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

impl Part {
    fn of(secret: &Secret, hour: SourceHour, events: &[JudgedEvent<'_>]) -> Result<Self, StoreError> {
        let (lines, line_ends) = Lines::of(events)?;
        let mut part =
            Self { hour, groups: Vec::new(), texts: String::new(), events: Vec::with_capacity(events.len()), lines };
        let mut places = FxHashMap::with_capacity_and_hasher(events.len().min(GROUPS_EXPECTED), FxBuildHasher);
        for (event, line_end) in events.iter().zip(line_ends) {
            let library = event.library.as_ref().map(|library| (&*library.name, library.version.as_deref()));
            let (bucket, name, version) =
                (event.received_at.floor_to(TIERS[0].width_ms), event.name.as_deref(), event.version.as_deref());
            let alike = (bucket, event.verdict, event.event_type, name, version, library);
            let group = *places.entry(alike).or_insert_with(|| part.add_group(bucket, event));
            let hash = secret.hash(event.source, &event.message_id);
            part.events.push(Event { at: event.received_at, hash, group, line_end });
        }
        Ok(part)
    }

    fn add_group(&mut self, bucket: Timestamp, event: &JudgedEvent<'_>) -> usize {
        let library = event.library.as_ref().map(|library| library.label());
        let texts = [event.name.as_deref(), event.version.as_deref(), library.as_deref()];
        let texts = texts.map(|text| {
            let start = self.texts.len();
            self.texts.push_str(dictionary::entry(text)?);
            Some(start..self.texts.len())
        });
        let (verdict, event_type) = (event.verdict, event.event_type);
        let (verdict_bits, type_bits) = (bit_of(verdict.code()), bit_of(type_code(event_type)));
        self.groups.push(Group { bucket, verdict, event_type, texts, verdict_bits, type_bits });
        self.groups.len() - 1
    }

    fn bytes(&self) -> usize {
        self.lines.bytes() + self.texts.len() + size_of_val(&*self.events) + size_of_val(&*self.groups)
    }

    /// Under what a group of its events counts.
    pub fn alike(&self, group: &Group) -> Alike<'_> {
        let Group { bucket, verdict, event_type, ref texts, .. } = *group;
        let texts = texts.each_ref().map(|range| range.clone().and_then(|range| self.texts.get(range)));
        Alike { source: self.hour.source, bucket, verdict, event_type, texts }
    }

    /// The line of the event at that place, without its end; `lines` are all of them, as they were before packing.
    pub fn line<'l>(&self, lines: &'l [u8], place: usize) -> &'l [u8] {
        let end = |place: usize| self.events.get(place).map_or(0, |event| event.line_end);
        let start = place.checked_sub(1).map_or(0, end);
        lines.get(start..end(place).saturating_sub(1)).unwrap_or_default()
    }

    /// What the line of one of its events is about.
    pub fn facts(&self, event: &Event) -> LineFacts {
        let Group { verdict_bits, type_bits, .. } = self.groups[event.group];
        LineFacts { at: event.at, hash: event.hash, verdict_bits, type_bits }
    }
}

impl Lines {
    /// And where each ends.
    fn of(events: &[JudgedEvent<'_>]) -> Result<(Self, Vec<usize>), StoreError> {
        LINES.with_borrow_mut(|lines| {
            lines.clear();
            let result = Self::encode(events, lines);
            lines.shrink_to(KEPT_BYTES_MAX);
            result
        })
    }

    fn encode(events: &[JudgedEvent<'_>], lines: &mut Vec<u8>) -> Result<(Self, Vec<usize>), StoreError> {
        let (mut frames, mut in_frame) = (Vec::new(), 0);
        let (mut ends, mut packed_bytes) = (Vec::with_capacity(events.len()), 0);
        for (place, event) in events.iter().enumerate() {
            event::encode(event, lines)?;
            lines.push(b'\n');
            ends.push(packed_bytes + lines.len());
            in_frame += 1;
            let is_last = place + 1 == events.len();
            if events.len() >= BLOCK_EVENTS_MIN && (is_last || lines.len() >= BLOCK_BYTES_MAX) {
                frames.push(Frame::pack(lines, in_frame)?);
                packed_bytes += lines.len();
                lines.clear();
                in_frame = 0;
            }
        }
        Ok((if frames.is_empty() { Self::Plain(lines.clone()) } else { Self::Packed(frames) }, ends))
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Plain(lines) => lines.len(),
            Self::Packed(frames) => frames.iter().map(|frame| frame.lines.len()).sum(),
        }
    }

    /// The lines as they were before packing.
    pub fn unpacked(&self) -> Result<Cow<'_, [u8]>, StoreError> {
        match self {
            Self::Plain(lines) => Ok(Cow::Borrowed(lines)),
            Self::Packed(frames) => {
                let lines = frames.iter().map(Frame::unpack).collect::<Result<Vec<_>, _>>()?;
                Ok(Cow::Owned(lines.concat()))
            }
        }
    }
}
