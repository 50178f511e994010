//! Requests that belong to no event (`domain::tally`), counted by minute, kind and masked key. Whoever tries keys at random
//! fills neither the disk nor a page: past a cap, keys are counted together under `OTHER_KEYS`.

use crate::database::Store;
use crate::error::StoreError;
use domain::clock::{DAY_MS, MINUTE_MS, Timestamp};
use domain::tally::{KEY_HINTS_PER_MINUTE_MAX, OTHER_KEYS, Tally, TallyKind};
use sqlx::SqliteConnection;
use std::collections::{BTreeMap, BTreeSet};

/// How long tallies are kept: as long as events.
pub const TALLIES_KEEP_MS: i64 = 14 * DAY_MS;
/// Most keys of a kind that [`since`] tells apart: more than anybody reads. The rest is summed under `OTHER_KEYS`.
pub const TALLIED_KEYS_MAX: usize = 50;
/// Rows dropped in one slice of maintenance.
const DROPPED_TALLIES: i64 = 1_000;

/// Requests of one kind and key that came at the same moment, or nearly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tallied {
    /// Why they were tallied.
    pub kind: TallyKind,
    /// The masked key that they named; empty for none.
    pub key_hint: String,
    /// When the last of them came; decides their minute.
    pub at: Timestamp,
    /// How many.
    pub requests: u64,
}

/// A minute of one kind: what the cap on keys is counted in.
type Minute = (i64, TallyKind);

/// Counts them, all or none.
///
/// # Errors
/// The database fails.
pub async fn add(store: &Store, tallied: &[Tallied]) -> Result<(), StoreError> {
    if tallied.is_empty() {
        return Ok(());
    }
    let mut minutes: BTreeMap<Minute, Vec<&Tallied>> = BTreeMap::new();
    for one in tallied {
        minutes.entry((one.at.floor_to(MINUTE_MS).0, one.kind)).or_default().push(one);
    }
    let mut transaction = store.begin_write().await?;
    for (minute, tallied) in minutes {
        let mut hints = hints_of(&mut transaction, minute).await?;
        for (hint, (requests, last_at)) in sums(&tallied, &mut hints) {
            upsert(&mut transaction, minute, hint, requests, last_at).await?;
        }
    }
    transaction.commit().await?;
    Ok(())
}

/// The keys that a minute tells apart already.
async fn hints_of(
    connection: &mut SqliteConnection,
    (minute_ms, kind): Minute,
) -> Result<BTreeSet<String>, StoreError> {
    let hints: Vec<String> =
        sqlx::query_scalar("select key_hint from tally where minute_ms = $1 and kind = $2 and key_hint <> $3")
            .bind(minute_ms)
            .bind(kind.code())
            .bind(OTHER_KEYS)
            .fetch_all(connection)
            .await?;
    Ok(hints.into_iter().collect())
}

/// One sum for each key, first come, first told apart.
fn sums<'a>(tallied: &[&'a Tallied], hints: &mut BTreeSet<String>) -> BTreeMap<&'a str, (u64, Timestamp)> {
    let mut sums: BTreeMap<&str, (u64, Timestamp)> = BTreeMap::new();
    for one in tallied {
        let is_own = hints.contains(&one.key_hint)
            || (hints.len() < KEY_HINTS_PER_MINUTE_MAX && hints.insert(one.key_hint.clone()));
        let hint = if is_own { one.key_hint.as_str() } else { OTHER_KEYS };
        let (requests, last_at) = sums.entry(hint).or_insert((0, one.at));
        *requests += one.requests;
        *last_at = one.at.max(*last_at);
    }
    sums
}

async fn upsert(
    connection: &mut SqliteConnection,
    (minute_ms, kind): Minute,
    hint: &str,
    requests: u64,
    last_at: Timestamp,
) -> Result<(), StoreError> {
    sqlx::query(
        "insert into tally (minute_ms, kind, key_hint, requests, last_at) values ($1, $2, $3, $4, $5)
         on conflict (minute_ms, kind, key_hint)
         do update set requests = requests + excluded.requests, last_at = max(last_at, excluded.last_at)",
    )
    .bind(minute_ms)
    .bind(kind.code())
    .bind(hint)
    .bind(i64::try_from(requests).unwrap_or(i64::MAX))
    .bind(last_at.0)
    .execute(connection)
    .await?;
    Ok(())
}

/// What was tallied from the minute of `from` on, a sum for each kind and key, most requests first.
///
/// # Errors
/// The database fails.
pub async fn since(store: &Store, from: Timestamp) -> Result<Vec<Tally>, StoreError> {
    let rows: Vec<(String, String, i64, i64)> = sqlx::query_as(include_str!("../queries/tally.since.sql"))
        .bind(from.floor_to(MINUTE_MS).0)
        .bind(OTHER_KEYS)
        .bind(i64::try_from(TALLIED_KEYS_MAX).unwrap_or(i64::MAX))
        .fetch_all(store.pool())
        .await?;
    rows.into_iter()
        .map(|(code, key_hint, requests, last_at)| {
            let kind = TallyKind::from_code(&code).ok_or(StoreError::UnknownCode { what: "kind of tally", code })?;
            Ok(Tally { kind, key_hint, requests: u64::try_from(requests).unwrap_or(0), last_at: Timestamp(last_at) })
        })
        .collect()
}

/// Drops some of those that are too old.
pub(crate) async fn drop_old(connection: &mut SqliteConnection, now: Timestamp) -> Result<u64, StoreError> {
    let dropped = sqlx::query(
        "delete from tally where (minute_ms, kind, key_hint) in
             (select minute_ms, kind, key_hint from tally where minute_ms < $1 order by minute_ms limit $2)",
    )
    .bind(now.plus_ms(-TALLIES_KEEP_MS).floor_to(MINUTE_MS).0)
    .bind(DROPPED_TALLIES)
    .execute(connection)
    .await?;
    Ok(dropped.rows_affected())
}
