//! A bucket of one tier: its summary, its sums, and its counts by everything (keys). The keys of a bucket with many names lie
//! in chunks of consecutive names: the first in the bucket's own row, the others in rows of `rollup_keys`. Whoever asks for one
//! name reads one chunk. Here is how buckets are read; `addition` adds to them.

use crate::error::StoreError;
use domain::clock::Timestamp;
use domain::source::SourceNumber;
use domain::time_range::Segment;
use sqlx::query::Query;
use sqlx::sqlite::SqliteArguments;
use sqlx::{FromRow, Row, Sqlite, SqliteConnection};

/// Where a source's buckets are read in a table: `$1` is the source, the given parameter the segments as [`list`] gives them,
/// `segment.key` the place of a bucket's segment in that list.
macro_rules! from_buckets {
    ($table:literal, $segments:literal) => {
        concat!(
            " from json_each(",
            $segments,
            ") as segment cross join ",
            $table,
            " on source = $1 and tier_ms = segment.value ->> 0
            and bucket_ms >= segment.value ->> 1 and bucket_ms < segment.value ->> 2"
        )
    };
}

/// The statement that reads a column of rows that belong to buckets, for [`each_joined`] to take apart; beside it stand a number
/// and the bucket's start. They come as one value, because a row's way from SQLite's thread to ours takes longer than to read
/// most buckets. SQLite joins blobs as it joins texts, byte for byte, up to a billion of them; then it fails.
macro_rules! joined {
    ($number:literal, $column:literal, $($from:expr),+) => {
        concat!(
            "select cast(group_concat(",
            $number,
            " || ',' || bucket_ms || ',' || length(",
            $column,
            ") || ',' || ",
            $column,
            ", '') as blob)",
            $($from),+
        )
    };
}

/// [`joined!`] of a column of a source's buckets, the number being the place of the bucket's segment.
macro_rules! buckets {
    ($table:literal, $column:literal, $segments:literal $(, $join:literal)?) => {
        $crate::rollup::block::joined!(
            "segment.key",
            $column,
            $crate::rollup::block::from_buckets!($table, $segments)
            $(, $join)?
        )
    };
}
pub(crate) use {buckets, from_buckets, joined};

/// Reads what a statement of [`joined!`] finds: of each row its number, its bucket's start and the column.
pub(crate) async fn each_bucket(
    connection: &mut SqliteConnection,
    query: Query<'_, Sqlite, SqliteArguments>,
    each: impl FnMut(i64, Timestamp, &[u8]) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let row = query.fetch_one(connection).await?;
    each_joined(row.try_get::<Option<&[u8]>, _>(0)?.unwrap_or_default(), each)
}

/// The same of a value that was read.
pub(crate) fn each_joined<'v>(
    mut rest: &'v [u8],
    mut each: impl FnMut(i64, Timestamp, &'v [u8]) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    while !rest.is_empty() {
        let (number_beside, at) = (number(&mut rest)?, Timestamp(number(&mut rest)?));
        let length = usize::try_from(number(&mut rest)?).map_err(|_| CORRUPT)?;
        let (column, others) = rest.split_at_checked(length).ok_or(CORRUPT)?;
        each(number_beside, at, column)?;
        rest = others;
    }
    Ok(())
}

pub(super) const CORRUPT: StoreError = StoreError::Corrupt("a bucket");

/// The number that stands before the next comma.
fn number(bytes: &mut &[u8]) -> Result<i64, StoreError> {
    let comma = bytes.iter().position(|byte| *byte == b',').ok_or(CORRUPT)?;
    let (digits, rest) = bytes.split_at(comma);
    *bytes = &rest[1..];
    str::from_utf8(digits).ok().and_then(|digits| digits.parse().ok()).ok_or(CORRUPT)
}

/// Segments as a statement takes them.
pub(crate) fn list(segments: &[Segment]) -> String {
    let segments: Vec<_> = segments.iter().map(|part| [part.tier_ms, part.from.0, part.until.0]).collect();
    serde_json::json!(segments).to_string()
}

/// A chunk of keys: the place of its segment in the list, the start of its bucket, and the packed keys.
#[derive(FromRow)]
pub(crate) struct Chunk {
    #[sqlx(rename = "key")]
    pub segment: i64,
    bucket_ms: i64,
    pub keys: Vec<u8>,
}

impl Chunk {
    pub fn at(&self) -> Timestamp {
        Timestamp(self.bucket_ms)
    }
}

/// The keys of a source's buckets in those segments, chunk by chunk.
pub(crate) async fn all_keys(
    connection: &mut SqliteConnection,
    source: SourceNumber,
    segments: &[Segment],
) -> Result<Vec<Chunk>, StoreError> {
    let sql = concat!(
        "select segment.key, bucket_ms, rollup_block.keys",
        from_buckets!("rollup_block", "$2"),
        " union all select segment.key, bucket_ms, rollup_keys.keys",
        from_buckets!("rollup_block", "$2"),
        " cross join rollup_keys on rollup_keys.block = rollup_block.id"
    );
    Ok(sqlx::query_as(sql).bind(source.0).bind(list(segments)).fetch_all(connection).await?)
}

/// The chunks in which a name would be.
pub(crate) async fn keys_of_name(
    connection: &mut SqliteConnection,
    source: SourceNumber,
    segments: &[Segment],
    name: i64,
) -> Result<Vec<Chunk>, StoreError> {
    let sql = buckets!(
        "rollup_block",
        "coalesce(rollup_keys.keys, rollup_block.keys)",
        "$2",
        " left join rollup_keys on rollup_keys.rowid = (select rowid from rollup_keys
            where block = rollup_block.id and first_name <= $3 order by first_name desc limit 1)"
    );
    let query = sqlx::query(sql).bind(source.0).bind(list(segments)).bind(name);
    let mut chunks = Vec::new();
    each_bucket(connection, query, |segment, at, keys| {
        chunks.push(Chunk { segment, bucket_ms: at.0, keys: keys.to_vec() });
        Ok(())
    })
    .await?;
    Ok(chunks)
}
