//! A second reader of packed counts, written from their description, not from the store's code.

use super::Database;
use domain::time_range::TIERS;
use std::collections::BTreeMap;

/// What a count is of: source, tier, bucket, code of what is counted, code of the type, name, version, library.
pub type CountKey = (i64, i64, i64, String, String, i64, i64, i64);

/// Every count of every tier, folded or not.
pub async fn counts(database: &Database) -> BTreeMap<CountKey, u64> {
    let mut connection = database.raw().await;
    let blocks: Vec<(i64, i64, i64, Vec<u8>)> = sqlx::query_as(
        "select source, tier_ms, bucket_ms, keys from rollup_block
             union all
             select source, tier_ms, bucket_ms, rollup_keys.keys from rollup_keys join rollup_block on id = block",
    )
    .fetch_all(&mut connection)
    .await
    .expect("reads");
    let tail: Vec<(i64, i64, i64, Vec<u8>)> =
        sqlx::query_as("select source, tier_ms, bucket_ms, counts from rollup_tail")
            .fetch_all(&mut connection)
            .await
            .expect("reads");
    let latest: Vec<u8> =
        sqlx::query_scalar("select sections from rollup_latest").fetch_one(&mut connection).await.expect("reads");
    let mut counts = BTreeMap::new();
    for (source, tier_ms, bucket_ms, packed) in blocks {
        unpack(&packed, (source, tier_ms, bucket_ms), &mut counts);
    }
    for (source, tail_ms, bucket_ms, packed) in tail.into_iter().chain(sections(&latest)) {
        for tier in TIERS.into_iter().filter(|tier| tier.width_ms >= tail_ms) {
            let bucket_ms = bucket_ms - bucket_ms.rem_euclid(tier.width_ms);
            unpack(&packed, (source, tier.width_ms, bucket_ms), &mut counts);
        }
    }
    counts
}

/// Source, tier, bucket and counts; between them stands when the last event came.
fn sections(mut row: &[u8]) -> Vec<(i64, i64, i64, Vec<u8>)> {
    let mut sections = Vec::new();
    while !row.is_empty() {
        let (source, tier_ms, bucket_ms, _) = (number(&mut row), number(&mut row), number(&mut row), number(&mut row));
        sections.push((source, tier_ms, bucket_ms, part(&mut row).to_vec()));
    }
    sections
}

fn unpack(mut bytes: &[u8], (source, tier_ms, bucket_ms): (i64, i64, i64), into: &mut BTreeMap<CountKey, u64>) {
    while !bytes.is_empty() {
        let (code, event_type) = (text(&mut bytes), text(&mut bytes));
        let (mut group, mut name) = (part(&mut bytes), 0);
        while !group.is_empty() {
            name += number(&mut group);
            let mut named = part(&mut group);
            while !named.is_empty() {
                let (version, library) = (number(&mut named), number(&mut named));
                let key = (source, tier_ms, bucket_ms, code.clone(), event_type.clone(), name, version, library);
                *into.entry(key).or_default() += number(&mut named).cast_unsigned();
            }
        }
    }
}

fn part<'a>(bytes: &mut &'a [u8]) -> &'a [u8] {
    let length = usize::try_from(number(bytes)).expect("short");
    let (part, rest) = bytes.split_at(length);
    *bytes = rest;
    part
}

fn text(bytes: &mut &[u8]) -> String {
    String::from_utf8(part(bytes).to_vec()).expect("a code")
}

fn number(bytes: &mut &[u8]) -> i64 {
    let length = bytes.iter().position(|byte| byte & 0x80 == 0).expect("ends") + 1;
    let (number, rest) = bytes.split_at(length);
    *bytes = rest;
    number.iter().rev().fold(0, |value, byte| (value << 7) | i64::from(byte & 0x7f))
}
