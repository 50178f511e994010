//! A bucket of one tier: its summary, its sums, and its counts by everything (keys). The keys of a bucket with many names lie
//! in chunks of consecutive names: the first in the bucket's own row, the others in rows of `rollup_keys`. Whoever asks for one
//! name reads one chunk. Here is how buckets are read; `addition` adds to them.

use crate::error::StoreError;
use domain::clock::Timestamp;
use domain::source::SourceNumber;
use domain::time_range::Segment;
use sqlx::{AssertSqlSafe, SqliteConnection};

/// Where a source's buckets are read in a table: `$1` is the source, the given parameter the segments as [`list`] gives them,
/// `segment.key` the place of a bucket's segment in that list.
pub(crate) fn from_buckets(table: &str, segments: &str) -> String {
    format!(
        " from json_each({segments}) as segment cross join {table} on source = $1 and tier_ms = segment.value ->> 0
            and bucket_ms >= segment.value ->> 1 and bucket_ms < segment.value ->> 2"
    )
}

/// The statement that reads a column of rows that belong to buckets, for [`each_joined`] to take apart; beside it stand a number
/// and the bucket's start. They come as one value, because a row's way from SQLite's thread to ours takes longer than to read
/// most buckets. SQLite joins blobs as it joins texts, byte for byte, up to a billion of them; then it fails.
pub(crate) fn joined(number: &str, column: &str, from: &str) -> String {
    format!(
        "select cast(group_concat({number} || ',' || bucket_ms || ',' || length({column}) || ',' || {column}, '') as blob){from}"
    )
}

/// [`joined`] of a column of a source's buckets, the number being the place of the bucket's segment.
pub(crate) fn buckets(table: &str, column: &str, segments: &str) -> String {
    joined("segment.key", column, &from_buckets(table, segments))
}

/// Takes apart what a statement of [`joined`] finds: of each row its number, its bucket's start and the column.
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

pub(crate) const CORRUPT: StoreError = StoreError::Corrupt("a bucket");

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

/// The keys of a source's buckets in those segments, chunk by chunk.
pub(crate) async fn all_keys(
    connection: &mut SqliteConnection,
    source: SourceNumber,
    segments: &[Segment],
) -> Result<Vec<Vec<u8>>, StoreError> {
    let from = from_buckets("rollup_block", "$2");
    let sql = format!(
        "select rollup_block.keys{from}
         union all select rollup_keys.keys{from} cross join rollup_keys on rollup_keys.block = rollup_block.id"
    );
    // Made of constants.
    Ok(sqlx::query_scalar(AssertSqlSafe(sql)).bind(source.0).bind(list(segments)).fetch_all(connection).await?)
}
