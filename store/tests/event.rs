//! Events in and out: order, exactness, duplicates, and what a failure leaves behind.

mod support;

use domain::clock::{HOUR_MS, MINUTE_MS, Timestamp};
use domain::discard::DiscardReason;
use domain::event::EventType;
use domain::health::Problem;
use domain::tally::TallyKind;
use domain::verdict::Verdict;
use sqlx::{Connection, Executor};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use store::event::{self, CommitOutcome, EventWriter, StoredEvent, Wanted};
use store::tally::{self, Tallied};
use store::{Store, StoreError, overview};
use support::{Database, JudgedEvent, Keep, NOW, SHOP, track, tracks};

const ALL: (Timestamp, Timestamp) = (Timestamp(0), Timestamp(i64::MAX));

async fn read_all(store: &Store) -> Vec<StoredEvent> {
    support::read(store, SHOP, ALL.0, ALL.1, usize::MAX).await
}

fn stored(outcomes: &[CommitOutcome]) -> usize {
    outcomes.iter().filter(|outcome| **outcome == CommitOutcome::Stored).count()
}

async fn assert_kept_once(store: &Store, ids: usize) {
    let mut read: Vec<_> = read_all(store).await.into_iter().map(|event| event.message_id).collect();
    read.sort();
    assert_eq!(read.len(), ids);
    read.dedup();
    assert_eq!(read.len(), ids, "an event was kept twice");
    assert_eq!(overview::check_ledger(store, SHOP).await.expect("checks"), []);
}

#[tokio::test]
async fn events_come_back_by_arrival_from_tail_and_blocks() {
    let database = Database::new().await;
    let mut writer = database.writer().await;
    writer.keep(tracks("block", 100, NOW.plus_ms(10))).await.expect("commits");
    writer.keep(vec![track("late", "Late", NOW.plus_ms(20)), track("early", "Early", NOW)]).await.expect("commits");
    let mut refused = track("refused", "x", NOW.plus_ms(5));
    refused.verdict = Verdict::Discarded(DiscardReason::NoUserAnonId);
    refused.event_type = None;
    refused.line = "\"not { json\"".into();
    writer.keep(vec![refused.clone()]).await.expect("commits");
    let events = read_all(&database.store).await;
    assert_eq!(events.len(), 103);
    assert_eq!((&*events[0].message_id, &*events[102].message_id), ("early", "late"));
    let expected = StoredEvent {
        received_at: refused.received_at,
        occurred_at: refused.occurred_at,
        message_id: refused.message_id.into(),
        verdict: refused.verdict,
        pointer: refused.pointer.into(),
        event_type: None,
        library: None,
        ip: None,
        line: refused.line.into(),
    };
    assert_eq!(events[1], expected);
    let some = support::read(&database.store, SHOP, NOW.plus_ms(5), NOW.plus_ms(20), 50).await;
    assert_eq!((some.len(), &*some[0].message_id), (50, "refused"));
    let until = support::read(&database.store, SHOP, NOW, NOW.plus_ms(20), 500).await;
    assert_eq!(until.len(), 102, "the end is excluded");
}

#[tokio::test]
async fn a_message_id_counts_once_within_and_between_commits_and_across_restart_and_sealing() {
    let database = Database::new().await;
    let mut writer = database.writer().await;
    let batch = vec![track("a", "x", NOW), track("b", "x", NOW), track("a", "y", NOW)];
    let outcomes = writer.keep(batch).await.expect("commits");
    assert_eq!(outcomes, [CommitOutcome::Stored, CommitOutcome::Stored, CommitOutcome::Duplicate]);
    writer.keep(tracks("many", 100, NOW)).await.expect("commits");
    let mut elsewhere = track("a", "x", NOW);
    elsewhere.source.0 = 2;
    assert_eq!(stored(&writer.keep(vec![elsewhere]).await.expect("commits")), 1, "ids are a source's own");
    drop(writer);

    let mut writer = database.writer().await;
    let mut again = tracks("many", 100, NOW.plus_ms(MINUTE_MS));
    again.push(track("a", "x", NOW.plus_ms(MINUTE_MS)));
    assert_eq!(stored(&writer.keep(again.clone()).await.expect("commits")), 0, "after a restart");
    let later = NOW.plus_ms(3 * HOUR_MS);
    let sealing = maintain(&mut writer, later).await;
    assert_eq!((sealing.0, sealing.1), (3, 2), "the tail's rows and the blocks merged");
    drop(writer);
    let mut writer = EventWriter::open(&database.store, later).await.expect("a writer");
    assert_eq!(stored(&writer.keep(again.clone()).await.expect("commits")), 0, "after sealing and a restart");
    assert_kept_once(&database.store, 102).await;

    let next_day: Vec<JudgedEvent> =
        again.into_iter().map(|event| JudgedEvent { received_at: NOW.plus_ms(26 * HOUR_MS), ..event }).collect();
    assert_eq!(stored(&writer.keep(next_day).await.expect("commits")), 101, "more than a day later it is a new event");
}

/// Maintains until there is nothing more to do: events sealed and blocks merged.
async fn maintain(writer: &mut EventWriter, now: Timestamp) -> (u64, u64) {
    let mut done = (0, 0);
    loop {
        let slice = writer.maintain(now).await.expect("maintains");
        done = (done.0 + slice.sealed_events, done.1 + slice.merged_blocks);
        if !slice.more {
            return done;
        }
    }
}

#[tokio::test]
async fn an_interrupted_load_of_history_goes_on_exactly() {
    let database = Database::new().await;
    let past = NOW.plus_ms(-10 * 24 * HOUR_MS);
    let mut writer = database.writer().await;
    writer.keep(tracks("old", 100, past)).await.expect("commits");
    drop(writer);
    let mut writer = database.writer().await;
    assert_eq!(stored(&writer.keep(tracks("old", 101, past)).await.expect("commits")), 1);
}

#[tokio::test]
async fn where_a_clock_was_set_back_first_and_again_are_told_apart_within_a_request() {
    let database = Database::new().await;
    let mut writer = database.writer().await;
    writer.keep(vec![track("now", "x", NOW)]).await.expect("commits");
    let hours_ago = |id: &str, hours: i64| track(id, "x", NOW.plus_ms(-hours * HOUR_MS));
    // Of hours that nobody remembers; only the last one is a day and more after the first.
    let past =
        [("a", 60), ("a", 60), ("a", 59), ("b", 60), ("a", 34), ("now", 60)].map(|(id, hours)| hours_ago(id, hours));
    let outcomes = writer.keep(past.to_vec()).await.expect("commits");
    let is_stored: Vec<bool> = outcomes.iter().map(|outcome| *outcome == CommitOutcome::Stored).collect();
    assert_eq!(is_stored, [true, false, false, true, true, false]);
}

#[tokio::test]
async fn a_process_that_just_ends_loses_and_doubles_nothing() {
    let database = Database::new().await;
    let mut writer = database.writer().await;
    writer.keep(tracks("first", 80, NOW)).await.expect("commits");
    // No close: handles fall away as when a process is killed; a commit under way is cut off.
    for (round, polls) in [1, 2, 3, 5, 8, 13, 21, 34, 55].into_iter().enumerate() {
        let batch = tracks(&format!("cut-{round}"), 80, NOW);
        poll_some(writer.keep(batch.clone()), polls).await;
        if round % 2 == 0 {
            drop(writer);
            writer = database.writer().await;
        }
        writer.keep(batch).await.expect("the client sends it again");
        assert_kept_once(&database.store, 80 * (round + 2)).await;
    }
}

async fn poll_some<F: Future>(future: F, polls: usize) {
    let mut future = pin!(future);
    for _ in 0..polls {
        if poll_fn(|context| Poll::Ready(future.as_mut().poll(context).is_ready())).await {
            return;
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_failed_commit_is_not_remembered() {
    let database = Database::new().await;
    let mut writer = database.writer().await;
    let mut raw = database.raw().await;
    raw.execute("create trigger no before update on rollup_latest begin select raise(abort, 'no'); end")
        .await
        .expect("ok");
    let batch: Vec<_> = (0..100).map(|n| track(&format!("id {n}"), &format!("Name {n}"), NOW)).collect();
    let error = writer.keep(batch.clone()).await.expect_err("the trigger refuses");
    assert!(!error.is_busy_or_full());
    assert_eq!(read_all(&database.store).await, []);
    raw.execute("drop trigger no").await.expect("ok");
    assert_eq!(stored(&writer.keep(batch.clone()).await.expect("commits")), 100);
    assert_eq!(stored(&writer.keep(batch).await.expect("commits")), 0);
    assert_kept_once(&database.store, 100).await;
}

/// As SQLite does where a disk is full: the transaction is over before anybody asks for its end.
#[tokio::test]
async fn a_transaction_that_the_database_ends_by_itself_leaves_nothing_behind() {
    let database = Database::new().await;
    let mut writer = database.writer().await;
    writer.keep(tracks("before", 70, NOW)).await.expect("commits");
    let mut raw = database.raw().await;
    for (table, change) in [("rollup_latest", "update"), ("tally", "insert")] {
        let trigger =
            format!("create trigger no_{table} before {change} on {table} begin select raise(rollback, 'no'); end");
        raw.execute(sqlx::AssertSqlSafe(trigger)).await.expect("ok");
    }
    let tallied = [Tallied { kind: TallyKind::WriteKeyMissing, key_hint: "".into(), at: NOW, requests: 1 }];
    let batch = [tracks("before", 70, NOW), tracks("a", 70, NOW), vec![track("b", "B", NOW)]].concat();
    // More often than there are connections to spoil.
    for _ in 0..10 {
        writer.keep(batch.clone()).await.expect_err("the trigger refuses");
        tally::add(&database.store, &tallied).await.expect_err("the trigger refuses");
    }
    raw.execute("drop trigger no_rollup_latest; drop trigger no_tally").await.expect("ok");
    assert_eq!(stored(&writer.keep(batch.clone()).await.expect("commits")), 71);
    assert_eq!(stored(&writer.keep(batch).await.expect("commits")), 0);
    assert_kept_once(&database.store, 141).await;
    for _ in 0..10 {
        tally::add(&database.store, &tallied).await.expect("adds");
    }
    assert_eq!(tally::since(&database.store, NOW).await.expect("reads")[0].requests, 10);
}

#[tokio::test]
async fn a_writer_that_fails_leaves_the_index_of_the_wal_in_place() {
    let database = Database::new().await;
    let mut raw = database.raw().await;
    raw.execute("create trigger no before update on rollup_latest begin select raise(rollback, 'no'); end")
        .await
        .expect("ok");
    let mut writer = database.writer().await;
    raw.close().await.expect("closes");
    database.store.close().await;
    writer.keep(vec![track("a", "A", NOW)]).await.expect_err("the trigger refuses");
    let index = database.directory.path().join("headwater.db-shm");
    let at_work = std::fs::metadata(&index).expect("the index is there");
    writer.keep(vec![track("a", "A", NOW)]).await.expect_err("the trigger refuses");
    let still = std::fs::metadata(&index).expect("the index is there");
    assert_eq!(at_work.created().ok(), still.created().ok(), "nobody had to make it again");
}

#[tokio::test]
async fn a_locked_database_is_busy_and_nothing_is_remembered() {
    let database = Database::new().await;
    let mut writer = database.writer().await;
    let mut raw = database.raw().await;
    let lock = raw.begin_with("begin immediate").await.expect("locks");
    let error = writer.keep(tracks("a", 70, NOW)).await.expect_err("locked");
    assert!(error.is_busy_or_full(), "{error}");
    let error = writer.probe(NOW).await.expect_err("locked");
    assert_eq!(error.problem(), Problem::Locked, "{error}");
    // Each over a connection of its own, of which most are new.
    let read = || event::latest(&database.store, SHOP, ALL.0, ALL.1, Wanted::default(), 10);
    let all = tokio::join!(read(), read(), read(), read());
    assert!(matches!(all, (Ok(_), Ok(_), Ok(_), Ok(_))), "whoever reads is not kept from it");
    lock.rollback().await.expect("unlocks");
    for _ in 0..3 {
        writer.probe(NOW).await.expect("can be written");
    }
    assert_eq!(stored(&writer.keep(tracks("a", 70, NOW)).await.expect("commits")), 70);
    assert_kept_once(&database.store, 70).await;
}

#[tokio::test]
async fn there_is_one_writer() {
    let database = Database::new().await;
    let writer = database.writer().await;
    let second = database.second().await;
    assert!(matches!(EventWriter::open(&second, NOW).await, Err(StoreError::WriterTaken)));
    drop(writer);
    EventWriter::open(&second, NOW).await.expect("the place is free");
}

#[tokio::test]
async fn strange_texts_do_no_harm() {
    let database = Database::new().await;
    let long = "n".repeat(10_000);
    let names = ["", "a\0b", "a", "\u{1F600}", "Other", "' or 1=1 --", "a\nb", "\u{202e}x", "É", "E\u{301}", &long];
    for round in 0..2 {
        // A new writer each time: it must find each text in the dictionary again.
        let mut writer = database.writer().await;
        let events = names.iter().enumerate().map(|(n, name)| {
            let mut event = track(&format!("id {round} {n}"), "x", NOW);
            event.name = Some((*name).to_owned().into());
            event.version = Some((*name).to_owned().into());
            event.event_type = Some(EventType::Track);
            event
        });
        assert_eq!(stored(&writer.keep(events.collect()).await.expect("commits")), names.len());
    }
    let mut raw = database.raw().await;
    let texts: Vec<String> =
        sqlx::query_scalar("select text from dictionary where id > 1").fetch_all(&mut raw).await.expect("reads");
    assert_eq!(texts.len(), names.len() - 1, "the empty name is none");
    assert!(texts.iter().all(|text| text.chars().count() <= 200));
}
