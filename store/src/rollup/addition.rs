//! Adding counts to buckets (`block`), many at once. It writes only those chunks of a bucket anew that it touches, and cuts them
//! where they have become too large.

use super::Bucket;
use super::block::CORRUPT;
use super::counts::{Count, Key, PackedSums, Sums, add_up};
use super::keys::{keys, pack_keys};
use crate::error::StoreError;
use crate::script::join_blobs;
use rustc_hash::FxHashMap;
use sqlx::{FromRow, SqliteConnection};
use std::collections::BTreeMap;

/// Counts of a chunk from which on it is split, some 2 kB packed.
const CHUNK_COUNTS_MAX: usize = 512;

type Counts = Vec<Count<Key>>;

/// A chunk beside the first: the first name in it, and its packed keys.
type NamedChunk = (i64, Vec<u8>);

/// A bucket's row, and which other chunks it has.
#[derive(FromRow)]
struct BlockRow {
    /// Where it stands in the list that was asked for.
    number: i64,
    id: i64,
    #[sqlx(flatten)]
    sums: PackedSums,
    keys: Vec<u8>,
    /// The first names of the other chunks, as a list in JSON.
    chunks: String,
}

/// A bucket's row as it is to be.
struct NewBlock {
    id: i64,
    bucket: Bucket,
    sums: PackedSums,
    keys: Vec<u8>,
}

/// A chunk beside the first, and whose it is.
struct NewChunk {
    block: i64,
    first_name: i64,
    keys: Vec<u8>,
}

/// Adds counts, those of a key added up, to buckets, each of which comes once. It takes six statements at most, whatever the
/// number of buckets: each changes threads twice, which takes longer than to write a bucket.
pub(crate) async fn add(
    connection: &mut SqliteConnection,
    additions: &[(Bucket, Vec<Count<Key>>)],
) -> Result<(), StoreError> {
    let mut there = read_blocks(&mut *connection, additions).await?;
    let mut next_id: i64 =
        sqlx::query_scalar("select coalesce(max(id), 0) + 1 from rollup_block").fetch_one(&mut *connection).await?;
    let (mut blocks, mut chunks) = (Vec::new(), Vec::new());
    // What goes into chunks beside the first, by block and first name.
    let mut touched: BTreeMap<(i64, i64), Counts> = BTreeMap::new();
    for (number, (bucket, counts)) in additions.iter().enumerate() {
        let (mut sums, mut keys, mut firsts) = (Sums::of(counts), Vec::new(), Vec::new());
        let id = match there.remove(&number) {
            None => {
                next_id += 1;
                next_id - 1
            }
            Some(row) => {
                sums = sums.plus(&row.sums)?;
                keys = row.keys;
                firsts = serde_json::from_str(&row.chunks).map_err(|_| StoreError::Corrupt("a list of chunks"))?;
                firsts.sort_unstable();
                row.id
            }
        };
        for (first_name, counts) in by_chunk(counts, &firsts) {
            match first_name {
                None => {
                    let (own, more) = grown(&keys, counts)?;
                    keys = own;
                    chunks.extend(more.into_iter().map(|(first_name, keys)| NewChunk { block: id, first_name, keys }));
                }
                Some(first_name) => drop(touched.insert((id, first_name), counts)),
            }
        }
        blocks.push(NewBlock { id, bucket: *bucket, sums: sums.pack(), keys });
    }
    for NewChunk { block, first_name, keys } in read_chunks(&mut *connection, touched.keys()).await? {
        let (keys, more) = grown(&keys, touched.remove(&(block, first_name)).unwrap_or_default())?;
        chunks.push(NewChunk { block, first_name, keys });
        chunks.extend(more.into_iter().map(|(first_name, keys)| NewChunk { block, first_name, keys }));
    }
    if !touched.is_empty() {
        return Err(CORRUPT);
    }
    write_blocks(&mut *connection, &blocks).await?;
    write_chunks(connection, &chunks).await
}

/// Those that are there, by their number.
async fn read_blocks(
    connection: &mut SqliteConnection,
    additions: &[(Bucket, Vec<Count<Key>>)],
) -> Result<FxHashMap<usize, BlockRow>, StoreError> {
    let wanted: Vec<_> = additions.iter().map(|(bucket, _)| [bucket.source.0, bucket.tier_ms, bucket.at.0]).collect();
    let rows: Vec<BlockRow> = sqlx::query_as(
        "select wanted.key as number, rollup_block.id, totals, versions, libraries, names, keys,
            (select json_group_array(first_name) from rollup_keys where block = rollup_block.id) as chunks
         from json_each($1) as wanted
         cross join rollup_block
            on source = wanted.value ->> 0 and tier_ms = wanted.value ->> 1 and bucket_ms = wanted.value ->> 2
         join rollup_summary using (source, tier_ms, bucket_ms)",
    )
    .bind(serde_json::json!(wanted).to_string())
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().filter_map(|row| Some((usize::try_from(row.number).ok()?, row))).collect())
}

/// The chunks of these blocks that begin with these names.
async fn read_chunks(
    connection: &mut SqliteConnection,
    wanted: impl Iterator<Item = &(i64, i64)>,
) -> Result<Vec<NewChunk>, StoreError> {
    let wanted: Vec<_> = wanted.collect();
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(i64, i64, Vec<u8>)> = sqlx::query_as(
        "select block, first_name, keys from json_each($1) as wanted
         cross join rollup_keys on block = wanted.value ->> 0 and first_name = wanted.value ->> 1",
    )
    .bind(serde_json::json!(wanted).to_string())
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(block, first_name, keys)| NewChunk { block, first_name, keys }).collect())
}

async fn write_chunks(connection: &mut SqliteConnection, chunks: &[NewChunk]) -> Result<(), StoreError> {
    if chunks.is_empty() {
        return Ok(());
    }
    let (all_keys, places) = join_blobs(chunks.iter().map(|chunk| &*chunk.keys));
    let row = |(chunk, (from, length)): (&NewChunk, _)| (chunk.block, chunk.first_name, from, length);
    let rows: Vec<(i64, i64, usize, usize)> = chunks.iter().zip(places).map(row).collect();
    sqlx::query(
        "insert into rollup_keys (block, first_name, keys)
         select value ->> 0, value ->> 1, substr($1, value ->> 2, value ->> 3) from json_each($2) where true
         on conflict (block, first_name) do update set keys = excluded.keys",
    )
    .bind(all_keys)
    .bind(serde_json::json!(rows).to_string())
    .execute(connection)
    .await?;
    Ok(())
}

/// Writes buckets' own rows.
async fn write_blocks(connection: &mut SqliteConnection, blocks: &[NewBlock]) -> Result<(), StoreError> {
    let (all, rows) = rows_of(blocks, |block| {
        let PackedSums { versions, libraries, received_names, names, .. } = &block.sums;
        [versions, libraries, received_names, names, &block.keys]
    });
    sqlx::query(
        "insert into rollup_block
            (id, source, tier_ms, bucket_ms, versions, libraries, received_names, names, keys)
         select value ->> '$[0][0]', value ->> '$[0][1]', value ->> '$[0][2]', value ->> '$[0][3]',
            substr($1, value ->> '$[1][0][0]', value ->> '$[1][0][1]'),
            substr($1, value ->> '$[1][1][0]', value ->> '$[1][1][1]'),
            substr($1, value ->> '$[1][2][0]', value ->> '$[1][2][1]'),
            substr($1, value ->> '$[1][3][0]', value ->> '$[1][3][1]'),
            substr($1, value ->> '$[1][4][0]', value ->> '$[1][4][1]')
         from json_each($2) where true
         on conflict (id) do update set versions = excluded.versions, libraries = excluded.libraries,
            received_names = excluded.received_names, names = excluded.names, keys = excluded.keys",
    )
    .bind(all)
    .bind(rows)
    .execute(&mut *connection)
    .await?;
    let (all, rows) = rows_of(blocks, |block| [&block.sums.totals, &block.sums.present]);
    sqlx::query(
        "insert into rollup_summary (source, tier_ms, bucket_ms, totals, present)
         select value ->> '$[0][1]', value ->> '$[0][2]', value ->> '$[0][3]',
            substr($1, value ->> '$[1][0][0]', value ->> '$[1][0][1]'),
            substr($1, value ->> '$[1][1][0]', value ->> '$[1][1][1]')
         from json_each($2) where true
         on conflict (source, tier_ms, bucket_ms) do update set totals = excluded.totals, present = excluded.present",
    )
    .bind(all)
    .bind(rows)
    .execute(connection)
    .await?;
    Ok(())
}

/// Columns of blobs, all joined, and as JSON of each block its numbers and the places of its columns.
fn rows_of<'b, const N: usize>(
    blocks: &'b [NewBlock],
    columns: impl Fn(&'b NewBlock) -> [&'b Vec<u8>; N],
) -> (Vec<u8>, String) {
    let (all, places) = join_blobs(blocks.iter().flat_map(|block| columns(block).map(Vec::as_slice)));
    let numbers = |NewBlock { id, bucket, .. }: &NewBlock| [*id, bucket.source.0, bucket.tier_ms, bucket.at.0];
    let rows: Vec<_> = blocks.iter().map(numbers).zip(places.chunks(N)).collect();
    (all, serde_json::json!(rows).to_string())
}

/// The counts by the chunk that their name belongs to: its first name, `None` for the first chunk. `firsts` in order.
fn by_chunk(counts: &[Count<Key>], firsts: &[i64]) -> BTreeMap<Option<i64>, Counts> {
    let mut parts: BTreeMap<Option<i64>, Counts> = BTreeMap::new();
    for run in counts.chunk_by(|(a, _), (b, _)| a.name == b.name) {
        let before = firsts.partition_point(|first| *first <= run[0].0.name);
        let first = before.checked_sub(1).map(|chunk| firsts[chunk]);
        parts.entry(first).or_default().extend_from_slice(run);
    }
    parts
}

/// A chunk with more counts in it, packed; and, where it is too large by now, the chunks that become of its later names.
fn grown(packed: &[u8], mut counts: Counts) -> Result<(Vec<u8>, Vec<NamedChunk>), StoreError> {
    keys(packed, |key, count| counts.push((key, count)))?;
    let counts = add_up(counts);
    let firsts = cuts(&counts);
    let mut parts = by_chunk(&counts, &firsts);
    let first = parts.remove(&None).unwrap_or_default();
    let packed = parts.into_iter().filter_map(|(first, counts)| Some((first?, pack_keys(&counts))));
    Ok((pack_keys(&first), packed.collect()))
}

/// The names at which a chunk that is too large is cut into smaller ones: halves of what one may hold, so that they can grow.
fn cuts(counts: &[Count<Key>]) -> Vec<i64> {
    if counts.len() <= CHUNK_COUNTS_MAX {
        return Vec::new();
    }
    let mut by_name: BTreeMap<i64, usize> = BTreeMap::new();
    for (key, _) in counts {
        *by_name.entry(key.name).or_default() += 1;
    }
    let (mut cuts, mut size) = (Vec::new(), 0);
    for (name, counts) in by_name {
        if size > 0 && size + counts > CHUNK_COUNTS_MAX / 2 {
            cuts.push(name);
            size = 0;
        }
        size += counts;
    }
    cuts
}

#[cfg(test)]
mod tests {
    use super::{CHUNK_COUNTS_MAX, Count, Key, add_up, by_chunk, cuts, grown, keys};
    use domain::overview::Counted;
    use domain::verdict::Verdict;
    use proptest::prelude::{Strategy, prop_assert, prop_assert_eq, proptest};

    fn counts(names: i64, versions: i64) -> impl Strategy<Value = Vec<Count<Key>>> {
        let count = (0..2, 0..names, 0..versions, 1..9_u64).prop_map(|(counted, name, version, count)| {
            let counted = if counted == 0 { Counted::Received } else { Counted::Judged(Verdict::Eligible) };
            (Key { counted, event_type: None, name, version, library: 0 }, count)
        });
        proptest::collection::vec(count, 0..6_000).prop_map(add_up)
    }

    proptest! {
        #![proptest_config(proptest::prelude::ProptestConfig::with_cases(40))]
        #[test]
        fn chunks_hold_every_count_and_none_twice(
            there in counts(300, 40),
            more in counts(300, 40),
        ) {
            let (first, mut chunks) = grown(&[], there.clone()).expect("packs");
            let firsts: Vec<i64> = chunks.iter().map(|(first, _)| *first).collect();
            prop_assert!(firsts.is_sorted_by(|a, b| a < b));
            chunks.insert(0, (i64::MIN, first));
            let mut found = Vec::new();
            for (name, mut counts) in by_chunk(&more, &firsts) {
                let place = name.map_or(0, |name| chunks.partition_point(|(first, _)| *first < name));
                let (again, split) = grown(&chunks[place].1, std::mem::take(&mut counts)).expect("packs");
                let end = chunks.get(place + 1).map_or(i64::MAX, |(first, _)| *first);
                prop_assert!(split.iter().all(|(first, _)| chunks[place].0 < *first && *first < end));
                for (_, packed) in &split {
                    keys(packed, |key, count| found.push((key, count))).expect("reads");
                }
                chunks[place].1 = again;
            }
            for (_, packed) in &chunks {
                keys(packed, |key, count| found.push((key, count))).expect("reads");
            }
            prop_assert_eq!(add_up(found), add_up([there, more].concat()));
        }
    }

    #[test]
    fn a_chunk_is_cut_between_names_only() {
        let key = |name, version| {
            let counted = Counted::Judged(Verdict::Eligible);
            (Key { counted, event_type: None, name, version, library: 0 }, 1)
        };
        let versions = i64::try_from(CHUNK_COUNTS_MAX).expect("small") + 1;
        let one_name: Vec<_> = (0..versions).map(|version| key(7, version)).collect();
        assert!(cuts(&one_name).is_empty());
        let two_names: Vec<_> = (0..versions).map(|n| key(n % 2, n)).collect();
        assert_eq!(cuts(&two_names), [1]);
    }
}
