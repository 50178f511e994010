//! Ids of events in memory and on disk: wherever they are, the same one within 24 hours is a duplicate, and none other.

#![allow(missing_docs, reason = "tests")]

mod support;

use domain::clock::{HOUR_MS, Timestamp};
use proptest::collection::vec;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof, proptest};
use sqlx::{Executor, SqliteConnection};
use std::collections::{BTreeMap, HashMap};
use store::event::{Caps, CommitOutcome, EventWriter};
use support::{Database, JudgedEvent, Keep, NOW, SHOP, track};

/// Later than all there is: then the newest event says from when on ids are remembered.
const NEVER: Timestamp = Timestamp(NOW.0 + 10_000 * HOUR_MS);

#[derive(Clone, Debug)]
enum Action {
    /// So many hours after the last one; of each event its id, and how many hours ago it came.
    Commit(i64, Vec<(u16, u8)>),
    Slices(usize),
    /// Whether what is in memory was kept before.
    Restart(bool),
}

fn actions() -> impl Strategy<Value = Vec<Action>> {
    let event = (0..400_u16, prop_oneof![3 => Just(0), 1 => 0..4_u8]);
    let hours = prop_oneof![6 => 0..3_i64, 1 => 20..30_i64];
    let action = prop_oneof![
        4 => (hours, vec(event, 0..150)).prop_map(|(hours, events)| Action::Commit(hours, events)),
        // Too few for what is under way, or enough for all.
        3 => (0..6_usize).prop_map(Action::Slices),
        1 => Just(Action::Slices(usize::MAX)),
        1 => any::<bool>().prop_map(Action::Restart),
    ];
    vec(action, 1..40)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn an_id_is_a_duplicate_for_24_hours_and_no_longer(actions in actions(), recent_ids in 20..80_usize) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(check(actions, recent_ids));
    }
}

async fn check(actions: Vec<Action>, recent_ids: usize) {
    let database = Database::new().await;
    let mut writer = open(&database, recent_ids).await;
    let mut stored_in: HashMap<u16, i64> = HashMap::new();
    let (mut newest, mut new) = (0, 400);
    for action in actions {
        match action {
            Action::Commit(hours, mut events) => {
                let now = newest + hours;
                // Time goes on with an event that is kept: one that is not is no reason to forget others for good.
                events.insert(0, (new, 0));
                new += 1;
                let event = |(id, ago): &(u16, u8)| track(&id.to_string(), "x", hour(now - i64::from(*ago)));
                let outcomes = writer.keep(events.iter().map(event).collect()).await.expect("commits");
                for ((id, ago), outcome) in events.into_iter().zip(outcomes) {
                    let came = now - i64::from(ago);
                    let is_again = stored_in.get(&id).is_some_and(|stored| stored + 24 >= newest.max(came));
                    assert_eq!(outcome == CommitOutcome::Duplicate, is_again, "{id} in hour {came} of {newest}");
                    if !is_again {
                        stored_in.insert(id, came);
                        newest = newest.max(came);
                    }
                }
            }
            Action::Slices(most) => {
                for _ in 0..most {
                    if !writer.maintain(hour(newest)).await.expect("maintains").more {
                        break;
                    }
                }
            }
            Action::Restart(finishes) => {
                if finishes {
                    writer.finish().await.expect("finishes");
                }
                drop(writer);
                writer = open(&database, recent_ids).await;
            }
        }
    }
    settle(&mut writer, hour(newest)).await;
    writer.finish().await.expect("finishes");
    let mut connection = database.raw().await;
    check_runs(&mut connection).await;
    let first = newest - 24;
    let mut expected: BTreeMap<i64, i64> = BTreeMap::new();
    for stored in stored_in.into_values().filter(|stored| *stored >= first) {
        *expected.entry(hour(stored).0 / HOUR_MS).or_default() += 1;
    }
    assert_eq!(on_disk(&mut connection, hour(first).0 / HOUR_MS).await, expected, "each id is there once");
}

/// How many ids there are on disk, by hours.
async fn on_disk(connection: &mut SqliteConnection, from: i64) -> BTreeMap<i64, i64> {
    let hours: Vec<(i64, i64)> = sqlx::query_as(
        "select cast(key as integer) as hour, sum(value) from seen_run, json_each(hours) where hour >= $1 group by hour",
    )
    .bind(from)
    .fetch_all(connection)
    .await
    .expect("hours");
    hours.into_iter().collect()
}

/// Maintains until there is nothing more to do.
async fn settle(writer: &mut EventWriter, now: Timestamp) {
    while writer.maintain(now).await.expect("maintains").more {}
}

/// Commits the events; how many of them were new.
async fn keep(writer: &mut EventWriter, events: Vec<JudgedEvent>) -> usize {
    let outcomes = writer.keep(events).await.expect("commits");
    outcomes.into_iter().filter(|outcome| *outcome == CommitOutcome::Stored).count()
}

async fn open(database: &Database, recent_ids: usize) -> EventWriter {
    let caps = Caps { recent_ids, ..Caps::default() };
    EventWriter::open_with_caps(&database.store, NEVER, caps).await.expect("a writer")
}

fn hour(hour: i64) -> Timestamp {
    NOW.plus_ms(hour * HOUR_MS)
}

/// Runs say how many ids they hold, no page is left over, and small runs are few.
async fn check_runs(connection: &mut SqliteConnection) {
    let runs: Vec<(i64, i64, i64)> = sqlx::query_as(
        "select id, (select sum(value) from json_each(hours)),
            (select sum(length(ids) / 8) from seen_page where seen_page.id >> 24 = seen_run.id) from seen_run",
    )
    .fetch_all(&mut *connection)
    .await
    .expect("runs");
    assert!(runs.iter().all(|(_, said, held)| said == held), "{runs:?}");
    let left_over = "select count(*) from seen_page where id >> 24 not in (select id from seen_run)";
    assert_eq!(number(connection, left_over).await, 0, "of {runs:?}");
    assert!(runs.len() < 20, "{runs:?}");
}

async fn number(connection: &mut SqliteConnection, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(connection).await.expect("a number")
}

const MANY: u32 = 70_000;
/// They become a run of several slices.
const HALF: usize = MANY as usize / 2;

fn many(at: Timestamp) -> Vec<JudgedEvent> {
    (0..MANY).map(|n| track(&n.to_string(), "x", at)).collect()
}

async fn stored(writer: &mut EventWriter, at: Timestamp) -> usize {
    let mut stored = 0;
    for events in many(at).chunks(5_000) {
        stored += keep(writer, events.to_vec()).await;
    }
    stored
}

#[tokio::test]
async fn many_ids_are_remembered_wherever_they_are_on_their_way() {
    let database = Database::new().await;
    let mut writer = open(&database, HALF).await;
    assert_eq!(stored(&mut writer, NOW).await, MANY as usize);
    let mut moved = 0;
    while moved == 0 {
        moved += writer.maintain(NOW).await.expect("maintains").moved_ids;
    }
    let mut connection = database.raw().await;
    let pages = "select count(*) from seen_page";
    assert!(moved < u64::from(MANY) && number(&mut connection, pages).await > 0, "{moved} are under way");
    assert_eq!(stored(&mut writer, NOW).await, 0, "under way");
    drop(writer);
    let mut writer = open(&database, HALF).await;
    assert_eq!(stored(&mut writer, NOW).await, 0, "after a restart half-way");
    settle(&mut writer, NOW).await;
    assert_eq!(number(&mut connection, "select sum(length(ids)) from seen_page").await, i64::from(MANY) * 8);
    assert_eq!(stored(&mut writer, NOW.plus_ms(HOUR_MS)).await, 0, "on disk");
    drop(writer);
    let mut writer = open(&database, HALF).await;
    assert_eq!(stored(&mut writer, NOW.plus_ms(24 * HOUR_MS)).await, 0, "after a restart");
    let later = NOW.plus_ms(25 * HOUR_MS);
    assert_eq!(stored(&mut writer, later).await, MANY as usize, "more than a day later they are new events");
    settle(&mut writer, later).await;
    assert_eq!(number(&mut connection, "select sum(length(ids)) from seen_page").await, i64::from(MANY) * 8);
}

#[tokio::test]
async fn what_was_finished_has_nothing_to_read_back() {
    let database = Database::new().await;
    let mut writer = open(&database, 150).await;
    for hours in 0..3 {
        assert_eq!(keep(&mut writer, support::tracks(&format!("hour {hours}"), 100, hour(hours))).await, 100);
        writer.maintain(hour(hours)).await.expect("maintains");
    }
    writer.finish().await.expect("finishes");
    drop(writer);
    let mut connection = database.raw().await;
    // What is read back would be other ids.
    connection.execute("update event_block set hashes = zeroblob(length(hashes))").await.expect("no ids in blocks");
    let mut writer = open(&database, 150).await;
    for hours in 0..3 {
        let again = support::tracks(&format!("hour {hours}"), 101, hour(3));
        assert_eq!(keep(&mut writer, again).await, 1, "{hours}");
    }
    writer.finish().await.expect("finishes");
    check_runs(&mut connection).await;
}

#[tokio::test]
async fn runs_that_cannot_be_read_are_made_anew() {
    let database = Database::new().await;
    let mut connection = database.raw().await;
    for spoil in [
        "update seen_run set hours = 'x'",
        "update seen_run set pages = 0",
        "update seen_filter set filter = zeroblob(30)",
        "delete from seen_filter",
        "delete from seen_run",
    ] {
        let mut writer = open(&database, 50).await;
        assert_eq!(keep(&mut writer, support::tracks(spoil, 100, NOW)).await, 100);
        writer.finish().await.expect("finishes");
        drop(writer);
        let spoilt = connection.execute(spoil).await.expect("spoils");
        assert!(spoilt.rows_affected() > 0, "{spoil}");
        let mut writer = open(&database, 50).await;
        assert_eq!(keep(&mut writer, support::tracks(spoil, 100, NOW)).await, 0, "{spoil}");
        settle(&mut writer, NOW).await;
        check_runs(&mut connection).await;
    }
}

#[tokio::test]
async fn a_disk_that_refuses_ids_loses_none() {
    let database = Database::new().await;
    let mut writer = open(&database, 50).await;
    assert_eq!(keep(&mut writer, support::tracks("a", 100, NOW)).await, 100);
    let mut connection = database.raw().await;
    let refuse = "create trigger refuse before insert on seen_page begin select raise(abort, 'no'); end";
    connection.execute(refuse).await.expect("a trigger");
    while writer.maintain(NOW).await.is_ok_and(|slice| slice.more) {}
    writer.maintain(NOW).await.expect_err("refused");
    assert_eq!(keep(&mut writer, support::tracks("a", 101, NOW)).await, 1);
    connection.execute("drop trigger refuse").await.expect("no trigger");
    settle(&mut writer, NOW).await;
    assert_eq!(number(&mut connection, "select sum(length(ids)) from seen_page").await, 800, "the first hundred");
    let events = support::read(&database.store, SHOP, Timestamp(0), Timestamp(i64::MAX), usize::MAX).await;
    assert_eq!(events.len(), 101);
}
