//! What a question reads, in one statement: the way of a statement to SQLite's thread and back takes longer than most of its
//! reading, and several times as long while events keep the cores busy. One statement also sees one instant.

use crate::error::StoreError;
use crate::mark;
use crate::rollup::block::{buckets, each_joined, from_buckets, joined, list};
use crate::rollup::{keys, latest};
use crate::source::{HEAD_BESIDE, Head};
use domain::clock::Timestamp;
use domain::mark::Mark;
use domain::source::SourceNumber;
use domain::time_range::{Segment, Window};
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row, SqliteConnection};
use std::borrow::Cow;

/// Columns of blocks that a question may need: its three tables' words, the trends of the open one, and the keys of a name.
pub(super) const SLOTS: usize = 5;
/// Where the columns lie; two for keys, the slots' last.
const TAIL: usize = 0;
const LATEST_COUNTS: usize = 1;
const TOTALS: usize = 2;
const WHOLE_TOTALS: usize = 3;
const PRESENT: usize = 4;
const ALL_KEYS: [usize; 2] = [5, 6];
const LATEST_KEYS: [usize; 2] = [7, 8];
const FIRST_OF_SLOTS: usize = 9;

/// Which rollups are read; none where there is no segment.
#[derive(Default)]
pub(super) struct Wanted {
    /// Whether the tail and the latest counts are.
    pub tail: bool,
    /// Of which buckets the totals.
    pub totals: Vec<Segment>,
    /// Of which buckets beside them what follows.
    pub whole: Vec<Segment>,
    /// Whether their totals are read.
    pub whole_totals: bool,
    /// Whether it is read which words there are.
    pub present: bool,
    /// Of which buckets all keys.
    pub all_keys: Vec<Segment>,
    /// As all keys.
    pub latest: Vec<Segment>,
    /// Columns of blocks, and of which buckets.
    pub slots: [Option<(Column, Vec<Segment>)>; SLOTS],
    /// What stands around the numbers on the page of the source with that slug.
    pub around: Option<Around>,
}

/// Whose page, and in which window it is read what happened to the source.
pub(super) struct Around {
    pub slug: String,
    pub window: Window,
}

/// A column of a bucket's block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Column {
    /// Names, whatever became of their events.
    ReceivedNames,
    /// Names by verdict.
    Names,
    Versions,
    Libraries,
    /// The keys of a name. They are read with those of other names in their chunk.
    KeysOf(i64),
}

impl Column {
    /// The statement that reads it, from the segments in the given parameter.
    fn sql(self, segments: &str) -> String {
        match self {
            Self::ReceivedNames => buckets("rollup_block", "received_names", segments),
            Self::Names => buckets("rollup_block", "names", segments),
            Self::Versions => buckets("rollup_block", "versions", segments),
            Self::Libraries => buckets("rollup_block", "libraries", segments),
            // The name stands beside each segment, so that it is the same statement for all names.
            Self::KeysOf(_) => joined(
                "segment.key",
                "coalesce(rollup_keys.keys, rollup_block.keys)",
                &(from_buckets("rollup_block", segments)
                    + " left join rollup_keys on rollup_keys.rowid = (select rowid from rollup_keys
                        where block = rollup_block.id and first_name <= segment.value ->> 3
                        order by first_name desc limit 1)"),
            ),
        }
    }

    /// What is of use of that which was read.
    pub fn of_use(self, read: &[u8]) -> Result<Cow<'_, [u8]>, StoreError> {
        match self {
            Self::KeysOf(name) => Ok(keys::keys_of_name(read, name)?.into()),
            Self::ReceivedNames | Self::Names | Self::Versions | Self::Libraries => Ok(read.into()),
        }
    }

    /// The segments as its statement takes them.
    fn list(self, segments: &[Segment]) -> String {
        let Self::KeysOf(name) = self else { return list(segments) };
        let segments: Vec<_> = segments.iter().map(|part| [part.tier_ms, part.from.0, part.until.0, name]).collect();
        serde_json::json!(segments).to_string()
    }
}

/// The keys of buckets with many names that are not in the bucket's own row.
fn more_keys(segments: &str) -> String {
    let chunks = from_buckets("rollup_block", segments);
    joined(
        "segment.key",
        "rollup_keys.keys",
        &(chunks + " cross join rollup_keys on rollup_keys.block = rollup_block.id"),
    )
}

/// What was read, as SQLite gave it.
pub(super) struct Packed {
    source: SourceNumber,
    row: SqliteRow,
}

/// A row of the rollups' tail, or one of the latest counts: the start of its bucket, and what is counted in it.
pub(super) struct TailRow<'a> {
    pub at: Timestamp,
    pub counts: &'a [u8],
}

impl Packed {
    pub async fn read(
        connection: &mut SqliteConnection,
        source: SourceNumber,
        wanted: &Wanted,
    ) -> Result<Self, StoreError> {
        let mut columns: Vec<String> = Vec::new();
        // Only what is wanted is worth its text: open pages ask for little, four times a second.
        let mut column = |is_wanted: bool, sql: &dyn Fn() -> String| {
            columns.push(if is_wanted { sql() } else { "null".to_owned() });
        };
        // The tail is bounded (see `rollup::tail`).
        column(wanted.tail, &|| joined("0", "counts", " from rollup_tail where source = $1"));
        column(wanted.tail, &|| latest::latest!().to_owned());
        column(!wanted.totals.is_empty(), &|| buckets("rollup_summary", "totals", "$5"));
        column(wanted.whole_totals, &|| buckets("rollup_summary", "totals", "$6"));
        column(wanted.present, &|| buckets("rollup_summary", "present", "$6"));
        for (segments, parameter) in [(&wanted.all_keys, "$7"), (&wanted.latest, "$8")] {
            column(!segments.is_empty(), &|| buckets("rollup_block", "keys", parameter));
            column(!segments.is_empty(), &|| more_keys(parameter));
        }
        let mut lists: Vec<String> =
            [&wanted.totals, &wanted.whole, &wanted.all_keys, &wanted.latest].map(|segments| list(segments)).into();
        for (parameter, slot) in (9..).zip(&wanted.slots) {
            match slot {
                Some((of, segments)) if !segments.is_empty() => {
                    column(true, &|| of.sql(&format!("${parameter}")));
                    lists.push(of.list(segments));
                }
                Some(_) | None => {
                    column(false, &String::new);
                    lists.push(String::new());
                }
            }
        }
        let mut sql = format!("select ({})", columns.join("), ("));
        let (mut slug, mut marks_of) = (None, None);
        if let Some(Around { slug: of, window }) = &wanted.around {
            let (head, from) = HEAD_BESIDE;
            let marks = mark::sql("sources.number", "sources.id", ["$3", "$4"]);
            sql.extend([", ", head, ", (", &marks, ") as marks", from]);
            (slug, marks_of) = (Some(of), Some(window));
        }
        // Made of constants; which of them there are is not many statements.
        let query = sqlx::query(AssertSqlSafe(sql)).bind(source.0).bind(slug);
        let query = query.bind(marks_of.map(|window| window.from.0)).bind(marks_of.map(|window| window.until.0));
        let query = lists.into_iter().fold(query, |query, list| query.bind(list));
        Ok(Self { source, row: query.fetch_one(connection).await? })
    }

    /// What stands around the numbers; `None` if there is no such source.
    pub fn around(&self) -> Result<Option<(Head, Vec<Mark>)>, StoreError> {
        let id: Option<&str> = self.row.try_get("id")?;
        if id.is_none() {
            return Ok(None);
        }
        Ok(Some((Head::of(&self.row, self.column(LATEST_COUNTS)?)?, mark::read(self.row.try_get("marks")?)?)))
    }

    /// The tail and the latest counts.
    pub fn tail(&self) -> Result<Vec<TailRow<'_>>, StoreError> {
        let mut rows = Vec::new();
        each_joined(self.column(TAIL)?, |_, at, counts| {
            rows.push(TailRow { at, counts });
            Ok(())
        })?;
        for section in latest::of_source(self.column(LATEST_COUNTS)?, self.source) {
            let latest::Section { bucket, counts, .. } = section?;
            rows.push(TailRow { at: bucket.at, counts });
        }
        Ok(rows)
    }

    /// Of each bucket the place of its segment among those wanted, its start, and the packed totals.
    pub fn totals<'p>(
        &'p self,
        each: impl FnMut(i64, Timestamp, &'p [u8]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        each_joined(self.column(TOTALS)?, each)
    }

    /// The same of those beside.
    pub fn whole_totals<'p>(
        &'p self,
        each: impl FnMut(i64, Timestamp, &'p [u8]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        each_joined(self.column(WHOLE_TOTALS)?, each)
    }

    /// Which words there are, bucket by bucket.
    pub fn present(&self, mut each: impl FnMut(&[u8]) -> Result<(), StoreError>) -> Result<(), StoreError> {
        each_joined(self.column(PRESENT)?, |_, _, present| each(present))
    }

    /// As [`Self::totals`], of all keys, chunk by chunk.
    pub fn all_keys(
        &self,
        mut each: impl FnMut(i64, Timestamp, &[u8]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        ALL_KEYS.into_iter().try_for_each(|part| each_joined(self.column(part)?, &mut each))
    }

    /// Of each of the latest buckets its start and packed keys, chunk by chunk.
    pub fn latest(&self, mut each: impl FnMut(Timestamp, &[u8]) -> Result<(), StoreError>) -> Result<(), StoreError> {
        LATEST_KEYS.into_iter().try_for_each(|part| each_joined(self.column(part)?, |_, at, keys| each(at, keys)))
    }

    /// As [`Self::totals`], of that slot's column.
    pub fn slot<'p>(
        &'p self,
        slot: usize,
        each: impl FnMut(i64, Timestamp, &'p [u8]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        each_joined(self.column(FIRST_OF_SLOTS + slot)?, each)
    }

    fn column(&self, place: usize) -> Result<&[u8], StoreError> {
        Ok(self.row.try_get::<Option<&[u8]>, _>(place)?.unwrap_or_default())
    }
}
