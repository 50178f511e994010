//! Counts of earlier versions: before 0006 one row for each key in a table `rollup`, before 0007 packed without a way to
//! pass over a name, before 0009 in one piece and without rowids, before 0011 without a word on what is present. They are
//! written anew once, and their tables go. Before 0010 there were none by five days: they are made of the days.

use super::counts::{Bytes, Count, Key, add_up};
use super::fold::FOLDED_BUCKETS;
use super::keys::{keys, pack_keys};
use super::{Bucket, addition, block};
use crate::database::has_table;
use crate::dictionary::NONE;
use crate::error::StoreError;
use crate::event::type_from_code;
use domain::clock::{HOUR_MS, Timestamp};
use domain::overview::Counted;
use domain::source::SourceNumber;
use domain::time_range::{Segment, TIERS, Tier};
use sqlx::{Connection, SqliteConnection};
use std::collections::BTreeMap;

type Row = (i64, String, String, i64, i64, i64);
/// Counts read back, or why they cannot be.
type Read = Result<Vec<Count<Key>>, StoreError>;

/// A table of buckets.
struct Earlier {
    name: &'static str,
    /// Its buckets.
    all: &'static str,
    /// The keys of one, in one piece or several.
    one: &'static str,
    read: fn(&[u8]) -> Read,
    /// What ends it.
    drops: &'static [&'static str],
}

const FLAT: Earlier = Earlier {
    name: "rollup_block_flat",
    all: "select source, tier_ms, bucket_ms from rollup_block_flat",
    one: "select keys from rollup_block_flat where source = $1 and tier_ms = $2 and bucket_ms = $3",
    read: flat_keys,
    drops: &["drop table rollup_block_flat"],
};

const WHOLE: Earlier = Earlier {
    name: "rollup_block_whole",
    all: "select source, tier_ms, bucket_ms from rollup_block_whole",
    one: "select keys from rollup_block_whole where source = $1 and tier_ms = $2 and bucket_ms = $3",
    read: packed_keys,
    drops: &["drop table rollup_block_whole"],
};

const CHUNKED: Earlier = Earlier {
    name: "rollup_block_chunked",
    all: "select source, tier_ms, bucket_ms from rollup_block_chunked",
    one: "select keys from rollup_block_chunked where source = $1 and tier_ms = $2 and bucket_ms = $3
          union all select rollup_keys_chunked.keys from rollup_block_chunked
            join rollup_keys_chunked on block = rollup_block_chunked.id
            where source = $1 and tier_ms = $2 and bucket_ms = $3",
    read: packed_keys,
    // In this order: one refers to the other.
    drops: &["drop table rollup_keys_chunked", "drop table rollup_block_chunked"],
};

/// Writes anew what is still there.
pub(crate) async fn pack(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    if has_table(&mut *connection, "rollup").await? {
        pack_rows(&mut *connection).await?;
    }
    if has_table(&mut *connection, "rollup_tail_flat").await? {
        let mut transaction = connection.begin_with("begin immediate").await?;
        pack_flat_tail(&mut transaction).await?;
        sqlx::query("drop table rollup_tail_flat").execute(&mut *transaction).await?;
        transaction.commit().await?;
    }
    for earlier in [FLAT, WHOLE, CHUNKED] {
        if has_table(&mut *connection, earlier.name).await? {
            let mut transaction = connection.begin_with("begin immediate").await?;
            write_anew(&mut transaction, earlier).await?;
            transaction.commit().await?;
        }
    }
    if has_table(&mut *connection, "rollup_five_days_missing").await? {
        let mut transaction = connection.begin_with("begin immediate").await?;
        widen(&mut transaction).await?;
        sqlx::query("drop table rollup_five_days_missing").execute(&mut *transaction).await?;
        transaction.commit().await?;
    }
    Ok(())
}

/// Makes the widest buckets, where they are missing, of the next finer ones.
async fn widen(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let [.., finer, widest] = TIERS;
    let buckets: Vec<(i64, i64)> =
        sqlx::query_as("select source, bucket_ms from rollup_block where tier_ms = $1 order by source, bucket_ms")
            .bind(finer.width_ms)
            .fetch_all(&mut *connection)
            .await?;
    if !buckets.is_empty() {
        tracing::info!(days = buckets.len(), "counts by five days are made of those by days, this once");
    }
    let place = |(source, bucket_ms): &(i64, i64)| Bucket {
        source: SourceNumber(*source),
        tier_ms: widest.width_ms,
        at: Timestamp(*bucket_ms).floor_to(widest.width_ms),
    };
    for together in buckets.chunk_by(|a, b| place(a) == place(b)) {
        let place = place(&together[0]);
        let is_there: i64 = sqlx::query_scalar(
            "select count(*) from rollup_block where source = $1 and tier_ms = $2 and bucket_ms = $3",
        )
        .bind(place.source.0)
        .bind(place.tier_ms)
        .bind(place.at.0)
        .fetch_one(&mut *connection)
        .await?;
        if is_there > 0 {
            continue;
        }
        for (_, bucket_ms) in together {
            let from = Timestamp(*bucket_ms);
            let segment = Segment { tier_ms: finer.width_ms, from, until: from.plus_ms(finer.width_ms) };
            let mut counts = Vec::new();
            for chunk in block::all_keys(&mut *connection, place.source, &[segment]).await? {
                keys(&chunk, |key, count| counts.push((key, count)))?;
            }
            addition::add(&mut *connection, &[(place, add_up(counts))]).await?;
        }
    }
    Ok(())
}

async fn pack_flat_tail(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let tail: Vec<(i64, Vec<u8>)> =
        sqlx::query_as("select id, counts from rollup_tail_flat").fetch_all(&mut *connection).await?;
    for (id, counts) in tail {
        sqlx::query(
            "insert into rollup_tail (id, source, tier_ms, bucket_ms, counts)
             select id, source, tier_ms, bucket_ms, $2 from rollup_tail_flat where id = $1",
        )
        .bind(id)
        .bind(pack_keys(&flat_keys(&counts)?))
        .execute(&mut *connection)
        .await?;
    }
    Ok(())
}

async fn write_anew(connection: &mut SqliteConnection, earlier: Earlier) -> Result<(), StoreError> {
    let buckets: Vec<(i64, i64, i64)> = sqlx::query_as(earlier.all).fetch_all(&mut *connection).await?;
    if !buckets.is_empty() {
        // A database of 700 MB took a minute: whoever waits for the start should know for what.
        tracing::info!(buckets = buckets.len(), "counts of an earlier version are written anew, this once");
    }
    for (source, tier_ms, bucket_ms) in buckets {
        let pieces: Vec<Vec<u8>> = sqlx::query_scalar(earlier.one)
            .bind(source)
            .bind(tier_ms)
            .bind(bucket_ms)
            .fetch_all(&mut *connection)
            .await?;
        let mut counts = Vec::new();
        for keys in pieces {
            counts.extend((earlier.read)(&keys)?);
        }
        let bucket = Bucket { source: SourceNumber(source), tier_ms, at: Timestamp(bucket_ms) };
        addition::add(&mut *connection, &[(bucket, add_up(counts))]).await?;
    }
    for drop in earlier.drops {
        sqlx::query(*drop).execute(&mut *connection).await?;
    }
    Ok(())
}

fn packed_keys(bytes: &[u8]) -> Read {
    let mut counts = Vec::new();
    keys(bytes, |key, count| counts.push((key, count)))?;
    Ok(counts)
}

/// Every count with its whole key, name after name.
fn flat_keys(bytes: &[u8]) -> Read {
    let (mut bytes, mut counts) = (Bytes(bytes), Vec::new());
    while !bytes.0.is_empty() {
        let (counted, event_type) = (bytes.counted()?, bytes.event_type()?);
        let mut name = 0;
        for _ in 0..bytes.varint()? {
            let mut read = || Some((bytes.after(name)?, bytes.number()?, bytes.number()?, bytes.next()?));
            let Some((next, version, library, count)) = read() else { return Err(Bytes::CORRUPT) };
            name = next;
            counts.push((Key { counted, event_type, name, version, library }, count));
        }
    }
    Ok(counts)
}

async fn pack_rows(connection: &mut SqliteConnection) -> Result<(), StoreError> {
    let mut transaction = connection.begin_with("begin immediate").await?;
    let parts: Vec<(i64, i64)> =
        sqlx::query_as("select distinct source, tier_ms from rollup").fetch_all(&mut *transaction).await?;
    for (source, tier_ms) in parts {
        let rows: Vec<Row> = sqlx::query_as(
            "select bucket_ms, counted, type, name, version, count from rollup where source = $1 and tier_ms = $2",
        )
        .bind(source)
        .bind(tier_ms)
        .fetch_all(&mut *transaction)
        .await?;
        // The coarser ones were not there: they are made of its hours.
        let is_made = |tier: &Tier| tier.width_ms == tier_ms || (tier_ms == HOUR_MS && tier.width_ms > HOUR_MS);
        for tier in TIERS.into_iter().filter(is_made) {
            let bucket = |at| Bucket { source: SourceNumber(source), tier_ms: tier.width_ms, at };
            let additions = buckets(&rows, tier)?.into_iter().map(|(at, counts)| (bucket(at), add_up(counts)));
            for some in additions.collect::<Vec<_>>().chunks(FOLDED_BUCKETS) {
                addition::add(&mut transaction, some).await?;
            }
        }
    }
    sqlx::query("drop table rollup").execute(&mut *transaction).await?;
    transaction.commit().await?;
    Ok(())
}

fn buckets(rows: &[Row], tier: Tier) -> Result<BTreeMap<Timestamp, Vec<Count<Key>>>, StoreError> {
    let mut buckets: BTreeMap<Timestamp, Vec<Count<Key>>> = BTreeMap::new();
    for (bucket_ms, code, event_type, name, version, count) in rows {
        let counted =
            Counted::from_code(code).ok_or_else(|| StoreError::UnknownCode { what: "count", code: code.clone() })?;
        let event_type = type_from_code(event_type)?;
        let key = Key { counted, event_type, name: *name, version: *version, library: NONE };
        let at = Timestamp(*bucket_ms).floor_to(tier.width_ms);
        buckets.entry(at).or_default().push((key, u64::try_from(*count).unwrap_or(0)));
    }
    Ok(buckets)
}
