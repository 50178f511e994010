//! Counts by everything that is told apart, as bytes: runs of what was counted, type and name, each with its versions and
//! libraries.

use super::counts::{Bytes, Count, Key, measured, text, varint};
use crate::error::StoreError;
use crate::event::type_code;
use domain::event::EventType;
use domain::overview::Counted;

/// Packs counts that [`add_up`](super::counts::add_up) gave, by everything. Each name says how many bytes are counted under it,
/// and so does what is counted of each type: who looks for one passes over the others.
pub(crate) fn pack_keys(counts: &[Count<Key>]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(counts.len() * 6);
    write_keys(counts, &mut bytes);
    bytes
}

/// [`pack_keys`], behind what is there.
pub(crate) fn write_keys(counts: &[Count<Key>], bytes: &mut Vec<u8>) {
    for group in counts.chunk_by(|(a, _), (b, _)| (a.counted, a.event_type) == (b.counted, b.event_type)) {
        let (first, _) = &group[0];
        text(first.counted.code(), bytes);
        text(type_code(first.event_type), bytes);
        measured(bytes, |bytes| {
            let mut last = 0;
            for named in group.chunk_by(|(a, _), (b, _)| a.name == b.name) {
                let (Key { name, .. }, _) = named[0];
                varint(name.abs_diff(last), bytes);
                last = name;
                measured(bytes, |bytes| {
                    for (key, count) in named {
                        varint(key.version.unsigned_abs(), bytes);
                        varint(key.library.unsigned_abs(), bytes);
                        varint(*count, bytes);
                    }
                });
            }
        });
    }
}

/// Counts under one name, of what was counted and one type.
pub(crate) struct Run<'a> {
    pub counted: Counted,
    pub event_type: Option<EventType>,
    pub name: i64,
    bytes: Bytes<'a>,
}

impl Run<'_> {
    /// Each version and library, and how often.
    #[inline]
    pub fn each(mut self, mut each: impl FnMut(i64, i64, u64)) -> Result<(), StoreError> {
        while !self.bytes.0.is_empty() {
            let (Some(version), Some(library), Some(count)) =
                (self.bytes.number(), self.bytes.number(), self.bytes.next())
            else {
                return Err(Bytes::CORRUPT);
            };
            each(version, library, count);
        }
        Ok(())
    }

    fn keys(self, mut each: impl FnMut(Key, u64)) -> Result<(), StoreError> {
        let Run { counted, event_type, name, .. } = self;
        self.each(|version, library, count| each(Key { counted, event_type, name, version, library }, count))
    }
}

/// Reads what [`pack_keys`] gave, all of it.
pub(crate) fn keys(bytes: &[u8], mut each: impl FnMut(Key, u64)) -> Result<(), StoreError> {
    runs(bytes, |_| true, |_, _| true, |run| run.keys(&mut each))
}

/// Those of [`pack_keys`]' counts that are of one name, packed again.
pub(crate) fn keys_of_name(bytes: &[u8], name: i64) -> Result<Vec<u8>, StoreError> {
    let mut counts = Vec::new();
    runs(bytes, |_| true, |_, other| other == name, |run| run.keys(|key, count| counts.push((key, count))))?;
    Ok(pack_keys(&counts))
}

/// Reads the runs of wanted types, and of these those of wanted names.
pub(crate) fn runs<'a>(
    bytes: &'a [u8],
    wants_type: impl Fn(Option<EventType>) -> bool,
    wants_name: impl Fn(Option<EventType>, i64) -> bool,
    mut each: impl FnMut(Run<'a>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let mut bytes = Bytes(bytes);
    while !bytes.0.is_empty() {
        let (counted, event_type) = (bytes.counted()?, bytes.event_type()?);
        let mut body = bytes.part()?;
        if !wants_type(event_type) {
            continue;
        }
        let mut name = 0;
        while !body.0.is_empty() {
            let (Some(next), Some(run)) = (body.after(name), body.next_part()) else { return Err(Bytes::CORRUPT) };
            name = next;
            if wants_name(event_type, name) {
                each(Run { counted, event_type, name, bytes: run })?;
            }
        }
    }
    Ok(())
}
