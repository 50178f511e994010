//! What a question reads, in one statement: the way of a statement to SQLite's thread and back takes longer than most of its
//! reading, and several times as long while events keep the cores busy. One statement also sees one instant.

use crate::error::StoreError;
use crate::rollup::block::{buckets, each_joined, from_buckets, joined, list};
use crate::rollup::latest;
use domain::clock::Timestamp;
use domain::source::SourceNumber;
use domain::time_range::Segment;
use sqlx::sqlite::SqliteRow;
use sqlx::{AssertSqlSafe, Row, SqliteConnection};

/// The tail of the source's rollups. Bounded (see `rollup::tail`).
const TAIL: &str = joined!("0", "counts", " from rollup_tail where source = $1");
const TOTALS: &str = buckets!("rollup_summary", "totals", "$2");
const PRESENT: &str = buckets!("rollup_summary", "present", "$3");
/// The latest keys, of which a bucket with many names has some in other rows.
const LATEST: [&str; 2] = [
    buckets!("rollup_block", "keys", "$4"),
    joined!(
        "segment.key",
        "rollup_keys.keys",
        from_buckets!("rollup_block", "$4"),
        " cross join rollup_keys on rollup_keys.block = rollup_block.id"
    ),
];
/// Where the columns lie: tail and latest counts, totals and what is present, then words, then the latest keys.
const FIRST_OF_WORDS: usize = 4;
const FIRST_OF_LATEST: usize = 7;

/// Which rollups are read; none where there is no segment.
#[derive(Default)]
pub(super) struct Wanted {
    /// Whether the tail and the latest counts are.
    pub tail: bool,
    /// Of which buckets the totals.
    pub totals: Vec<Segment>,
    /// Whether it is read which words there are.
    pub present: bool,
    /// Which columns of words.
    pub words: [Option<WordColumn>; 3],
    /// Of which buckets these are.
    pub words_of: Vec<Segment>,
    /// Of which buckets all keys.
    pub latest: Vec<Segment>,
}

/// A column of packed words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WordColumn {
    /// Names, whatever became of their events.
    ReceivedNames,
    /// Names by verdict.
    Names,
    Versions,
    Libraries,
}

impl WordColumn {
    /// The statement that reads it: of the source `$1`, from the buckets in `$3`.
    fn sql(self) -> &'static str {
        match self {
            Self::ReceivedNames => buckets!("rollup_block", "received_names", "$3"),
            Self::Names => buckets!("rollup_block", "names", "$3"),
            Self::Versions => buckets!("rollup_block", "versions", "$3"),
            Self::Libraries => buckets!("rollup_block", "libraries", "$3"),
        }
    }
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
        let unless_empty = |segments: &[Segment], sql| if segments.is_empty() { "null" } else { sql };
        let words = wanted.words.map(|column| column.map_or("null", WordColumn::sql));
        let latest = LATEST.map(|sql| unless_empty(&wanted.latest, sql));
        let (tail, latest_counts) = if wanted.tail { (TAIL, latest::latest!()) } else { ("null", "null") };
        let present = if wanted.present { PRESENT } else { "null" };
        let columns =
            [&[tail, latest_counts, unless_empty(&wanted.totals, TOTALS), present], &words[..], &latest].concat();
        let sql = format!("select ({})", columns.join("), ("));
        // Made of the constants above.
        let query = sqlx::query(AssertSqlSafe(sql)).bind(source.0);
        let segments = [&wanted.totals, &wanted.words_of, &wanted.latest].map(|segments| list(segments));
        let query = segments.into_iter().fold(query, |query, segments| query.bind(segments));
        Ok(Self { source, row: query.fetch_one(connection).await? })
    }

    /// The tail and the latest counts.
    pub fn tail(&self) -> Result<Vec<TailRow<'_>>, StoreError> {
        let mut rows = Vec::new();
        each_joined(self.column(0)?, |_, at, counts| {
            rows.push(TailRow { at, counts });
            Ok(())
        })?;
        for section in latest::of_source(self.column(1)?, self.source) {
            let latest::Section { bucket, counts, .. } = section?;
            rows.push(TailRow { at: bucket.at, counts });
        }
        Ok(rows)
    }

    /// Of each bucket the place of its segment among those wanted, its start, and the packed totals.
    pub fn totals(&self, each: impl FnMut(i64, Timestamp, &[u8]) -> Result<(), StoreError>) -> Result<(), StoreError> {
        each_joined(self.column(2)?, each)
    }

    /// Which words there are, bucket by bucket.
    pub fn present(&self, mut each: impl FnMut(&[u8]) -> Result<(), StoreError>) -> Result<(), StoreError> {
        each_joined(self.column(3)?, |_, _, present| each(present))
    }

    /// As [`Self::totals`], of the words wanted at that place.
    pub fn words(
        &self,
        place: usize,
        each: impl FnMut(i64, Timestamp, &[u8]) -> Result<(), StoreError>,
    ) -> Result<(), StoreError> {
        each_joined(self.column(FIRST_OF_WORDS + place)?, each)
    }

    /// Of each of the latest buckets its start and packed keys, chunk by chunk.
    pub fn latest(&self, mut each: impl FnMut(Timestamp, &[u8]) -> Result<(), StoreError>) -> Result<(), StoreError> {
        (0..LATEST.len())
            .try_for_each(|part| each_joined(self.column(FIRST_OF_LATEST + part)?, |_, at, keys| each(at, keys)))
    }

    fn column(&self, place: usize) -> Result<&[u8], StoreError> {
        Ok(self.row.try_get::<Option<&[u8]>, _>(place)?.unwrap_or_default())
    }
}
