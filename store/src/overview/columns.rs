//! The columns of buckets that a question needs, from memory as far as they are known and still true there.

use super::packed::{Column, Packed, SLOTS, Wanted};
use super::remembered::{BucketColumn, ColumnPlace, RememberedColumns};
use crate::error::StoreError;
use crate::rollup::block::CORRUPT;
use domain::clock::{MINUTE_MS, Timestamp};
use domain::source::SourceNumber;
use domain::time_range::Segment;
use rustc_hash::FxHashMap;
use sqlx::SqliteConnection;

/// How long after a bucket's end counts may still be added to it, as a rule: those are asked for each time. Should it be
/// later, the totals tell.
const SETTLED_MS: i64 = MINUTE_MS;

/// A column that is needed, and of which buckets.
pub(super) type Need = Option<(Column, Vec<Segment>)>;

/// What is needed, slot by slot.
pub(super) struct Columns([Vec<FoundColumn>; SLOTS]);

/// A column of a bucket.
pub(super) struct FoundColumn {
    /// The place of its segment among those of its need.
    segment: usize,
    at: Timestamp,
    column: BucketColumn,
}

/// Whose columns are read, and when.
#[derive(Clone, Copy)]
pub(super) struct ColumnReader<'m> {
    pub remembered: &'m RememberedColumns,
    pub source: SourceNumber,
    pub now: Timestamp,
}

impl Columns {
    /// Each bucket's column in that slot: the place of its segment among those needed, its start, and the column.
    pub fn each(
        &self,
        slot: usize,
        mut each: impl FnMut(usize, Timestamp, &[u8]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        self.0[slot].iter().try_for_each(|found| each(found.segment, found.at, found.column.column()))
    }
}

impl ColumnReader<'_> {
    /// Reads what is wanted and, of what is needed, all that memory does not know, in one statement. Totals of all buckets
    /// that are needed must be among what is wanted: should they say that memory is out of date, it is read again.
    pub async fn read(
        self,
        connection: &mut SqliteConnection,
        mut wanted: Wanted,
        needs: &[Need; SLOTS],
    ) -> Result<(Packed, Columns), StoreError> {
        loop {
            let mut columns: [Vec<FoundColumn>; SLOTS] = Default::default();
            // Where the asked segments lie among those needed.
            let mut asked: [Vec<usize>; SLOTS] = Default::default();
            for (slot, need) in needs.iter().enumerate() {
                let Some((column, segments)) = need else { continue };
                let (known, unknown) = self.known(*column, segments);
                columns[slot] = known;
                asked[slot] = unknown.iter().map(|(segment, _)| *segment).collect();
                let unknown = unknown.into_iter().map(|(_, segment)| segment).collect();
                wanted.slots[slot] = Some((*column, unknown));
            }
            let packed = Packed::read(&mut *connection, self.source, &wanted).await?;
            if self.complete(&packed, &wanted, needs, &asked, &mut columns)? {
                return Ok((packed, Columns(columns)));
            }
        }
    }

    /// The columns that memory knows, and the segments of all others.
    fn known(self, column: Column, segments: &[Segment]) -> (Vec<FoundColumn>, Vec<(usize, Segment)>) {
        let starts = |segment: &Segment| (segment.from.0..segment.until.0).step_by(step(segment)).map(Timestamp);
        let places = segments.iter().flat_map(|segment| {
            starts(segment).map(|at| ColumnPlace { source: self.source, tier_ms: segment.tier_ms, at, column })
        });
        let mut remembered = self.remembered.of(places).into_iter();
        let (mut known, mut unknown): (Vec<FoundColumn>, Vec<(usize, Segment)>) = (Vec::new(), Vec::new());
        for (segment, part) in segments.iter().enumerate() {
            for at in starts(part) {
                let until = at.plus_ms(part.tier_ms);
                match (remembered.next().flatten(), unknown.last_mut()) {
                    (Some(column), _) => known.push(FoundColumn { segment, at, column }),
                    // Neighbours are asked for together.
                    (None, Some((last, run))) if *last == segment && run.until == at => run.until = until,
                    (None, _) => unknown.push((segment, Segment { tier_ms: part.tier_ms, from: at, until })),
                }
            }
        }
        (known, unknown)
    }

    /// Adds what was read to what was known, and to what is remembered; whether all that was known is true.
    fn complete(
        self,
        packed: &Packed,
        wanted: &Wanted,
        needs: &[Need; SLOTS],
        asked: &[Vec<usize>; SLOTS],
        columns: &mut [Vec<FoundColumn>; SLOTS],
    ) -> Result<bool, StoreError> {
        if needs.iter().all(Option::is_none) {
            return Ok(true);
        }
        let mut totals: FxHashMap<(i64, Timestamp), &[u8]> = FxHashMap::default();
        let tier = |segments: &[Segment], segment: i64| {
            usize::try_from(segment).ok().and_then(|segment| segments.get(segment)).map_or(0, |part| part.tier_ms)
        };
        packed.totals(|segment, at, of_bucket| {
            totals.insert((tier(&wanted.totals, segment), at), of_bucket);
            Ok(())
        })?;
        packed.whole_totals(|segment, at, of_bucket| {
            totals.insert((tier(&wanted.whole, segment), at), of_bucket);
            Ok(())
        })?;
        let (mut stale, mut learned) = (Vec::new(), Vec::new());
        for (slot, need) in needs.iter().enumerate() {
            let Some((column, segments)) = need else { continue };
            let place = |segment: usize, at| {
                let tier_ms = segments.get(segment).map_or(0, |part| part.tier_ms);
                ColumnPlace { source: self.source, tier_ms, at, column: *column }
            };
            for FoundColumn { segment, at, column } in &columns[slot] {
                let place = place(*segment, *at);
                if totals.get(&(place.tier_ms, place.at)).copied() != Some(column.totals()) {
                    stale.push(place);
                }
            }
            packed.slot(slot, |run, at, bytes| {
                let segment = usize::try_from(run).ok().and_then(|run| asked[slot].get(run)).ok_or(CORRUPT)?;
                let place = place(*segment, at);
                let totals = totals.get(&(place.tier_ms, at)).ok_or(CORRUPT)?;
                let column = BucketColumn::new(totals, &column.of_use(bytes)?);
                if at.plus_ms(place.tier_ms + SETTLED_MS) <= self.now {
                    learned.push((place, column.clone()));
                }
                columns[slot].push(FoundColumn { segment: *segment, at, column });
                Ok(())
            })?;
        }
        let is_true = stale.is_empty();
        self.remembered.forget(stale.into_iter());
        self.remembered.learn(learned.into_iter());
        Ok(is_true)
    }
}

/// From a bucket's start to the next one's.
fn step(segment: &Segment) -> usize {
    usize::try_from(segment.tier_ms).unwrap_or(usize::MAX).max(1)
}
