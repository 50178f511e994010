//! Sealing and retention: what is stored changes its shape, and later goes; what was counted stays.

mod support;

use domain::clock::{DAY_MS, HOUR_MS, MINUTE_MS, Timestamp};
use domain::source::SourceNumber;
use domain::time_range::TIERS;
use std::collections::BTreeSet;
use store::event::{self, EventWriter, Maintenance};
use store::maintenance::EVENTS_KEEP_MS;
use support::counts::counts;
use support::{Database, Keep, NOW, SHOP, track, tracks};

/// A full hour.
const HOUR: Timestamp = Timestamp(NOW.0 - NOW.0 % HOUR_MS);

async fn maintain(writer: &mut EventWriter, now: Timestamp) -> Maintenance {
    let mut done = Maintenance::default();
    for _ in 0..10_000 {
        let slice = writer.maintain(now).await.expect("maintains");
        done.sealed_events += slice.sealed_events;
        done.merged_blocks += slice.merged_blocks;
        done.dropped_blocks += slice.dropped_blocks;
        done.dropped_rollups += slice.dropped_rollups;
        if !slice.more {
            return done;
        }
    }
    panic!("maintenance does not end");
}

async fn count(database: &Database, sql: &'static str) -> i64 {
    sqlx::query_scalar(sql).fetch_one(&mut database.raw().await).await.expect("counts")
}

const BLOCKS: &str = "select count(*) from event_block";
const TAIL: &str = "select coalesce(sum(events), 0) from event_tail";
const ROLLUP_TAIL_ROWS: &str = "select count(*) from rollup_tail";
const TAIL_ROWS: &str = "select count(*) from event_tail";

#[tokio::test]
async fn an_hour_that_is_over_becomes_one_block_and_is_then_left_alone() {
    let database = Database::new().await;
    let mut writer = EventWriter::open(&database.store, HOUR).await.expect("a writer");
    for n in 0..10 {
        writer.keep(tracks(&format!("block {n}"), 64 + n, HOUR.plus_ms(59 * MINUTE_MS))).await.expect("commits");
        writer.keep(tracks(&format!("tail {n}"), 10, HOUR.plus_ms(MINUTE_MS))).await.expect("commits");
    }
    let before = support::read(&database.store, SHOP, HOUR, HOUR.plus_ms(HOUR_MS), 5_000).await;
    assert_eq!((before.len(), count(&database, BLOCKS).await, count(&database, TAIL).await), (785, 10, 100));

    assert_eq!(maintain(&mut writer, HOUR.plus_ms(64 * MINUTE_MS)).await, Maintenance::default(), "not over yet");
    let done = maintain(&mut writer, HOUR.plus_ms(66 * MINUTE_MS)).await;
    assert_eq!((done.sealed_events, done.merged_blocks), (100, 11));
    assert_eq!((count(&database, BLOCKS).await, count(&database, TAIL).await), (1, 0));
    let after = support::read(&database.store, SHOP, HOUR, HOUR.plus_ms(HOUR_MS), 5_000).await;
    let sorted = |events: &[event::StoredEvent]| {
        let mut lines: Vec<_> = events.iter().map(|event| (event.received_at, event.message_id.clone())).collect();
        lines.sort();
        lines
    };
    assert_eq!(sorted(&before), sorted(&after));
    assert_eq!(count(&database, "select count(*) from unsettled_hour").await, 0);
    assert_eq!(maintain(&mut writer, HOUR.plus_ms(66 * MINUTE_MS)).await, Maintenance::default());
}

#[tokio::test]
async fn a_long_tail_is_sealed_while_its_hour_goes_on() {
    let database = Database::new().await;
    let mut writer = EventWriter::open(&database.store, HOUR).await.expect("a writer");
    // Two sources that send much, and one that sends little.
    let mut few = 0;
    for n in 0..38 {
        let mut events = tracks(&format!("many {n}"), 60, HOUR.plus_ms(n * 1_000));
        for (place, event) in events.iter_mut().enumerate() {
            event.source = SourceNumber([SHOP.0, SHOP.0 + 1][place % 2]);
            if place == 0 && n % 4 == 0 {
                event.source = SourceNumber(SHOP.0 + 2);
                few += 1;
            }
        }
        writer.keep(events).await.expect("commits");
    }
    // A restart must not forget that the tail is there.
    drop(writer);
    let mut writer = EventWriter::open(&database.store, HOUR).await.expect("a writer");
    assert_eq!(maintain(&mut writer, HOUR.plus_ms(MINUTE_MS)).await.sealed_events, 38 * 60 - few);
    let left = (count(&database, BLOCKS).await, count(&database, TAIL).await, count(&database, TAIL_ROWS).await);
    assert_eq!(left, (2, few.cast_signed(), 1), "not a block for each event of who sends little");
    for (source, expected) in [(0, 38 * 30 - few), (1, 38 * 30), (2, few)] {
        let source = SourceNumber(SHOP.0 + source);
        let events = support::read(&database.store, source, HOUR, HOUR.plus_ms(HOUR_MS), 5_000).await;
        assert_eq!(events.len() as u64, expected);
        assert!(events.windows(2).all(|pair| pair[0].received_at <= pair[1].received_at));
        for event in [events.first(), events.last()].into_iter().flatten() {
            let found = event::find(&database.store, source, &event.message_id).await.expect("looks");
            assert_eq!(found.as_ref(), Some(event));
        }
    }
    assert_eq!(maintain(&mut writer, HOUR.plus_ms(2 * HOUR_MS)).await.sealed_events, few);
    assert_eq!(
        (count(&database, BLOCKS).await, count(&database, TAIL).await),
        (3, 0),
        "an hour that is over is sealed whole"
    );
}

#[tokio::test]
async fn a_tail_of_many_sources_stays_until_it_makes_blocks_of_some_size() {
    let database = Database::new().await;
    let mut writer = EventWriter::open(&database.store, HOUR).await.expect("a writer");
    let (mut commits, sources) = (0, 400);
    while count(&database, BLOCKS).await == 0 {
        let mut events = tracks(&format!("commit {commits}"), 60, HOUR);
        for (n, event) in events.iter_mut().enumerate() {
            event.source = SourceNumber(1 + (commits * 60 + n as i64) % sources);
        }
        writer.keep(events).await.expect("commits");
        commits += 1;
        assert!(commits < 1_000, "it is never sealed");
        while writer.maintain(HOUR).await.expect("maintains").more {}
    }
    let (blocks, left) = (count(&database, BLOCKS).await, count(&database, TAIL).await);
    let sealed = commits * 60 - left;
    assert!(sealed / blocks >= 16, "{sealed} events in {blocks} blocks");
    assert!(left > 2_048, "and half of it stays: {left} events");
    let mut read = 0;
    for source in 1..=sources {
        read += support::read(&database.store, SourceNumber(source), HOUR, NOW, 5_000).await.len();
    }
    assert_eq!(i64::try_from(read).expect("few"), commits * 60);
}

#[tokio::test]
async fn large_blocks_are_not_merged_further() {
    let database = Database::new().await;
    let mut writer = EventWriter::open(&database.store, HOUR).await.expect("a writer");
    for (n, bytes) in [2_000; 65].into_iter().chain([4_000; 2]).enumerate() {
        let events = tracks(&n.to_string(), 64, HOUR).into_iter().map(|mut event| {
            event.line = format!("{{\"text\":\"{}\"}}", "x".repeat(bytes)).into();
            event
        });
        writer.keep(events.collect()).await.expect("commits");
    }
    maintain(&mut writer, HOUR.plus_ms(2 * HOUR_MS)).await;
    let sizes: Vec<i64> = sqlx::query_scalar("select bytes from event_block order by bytes")
        .fetch_all(&mut database.raw().await)
        .await
        .expect("reads");
    let (large, merged) = sizes.split_at(2);
    assert!(large.iter().all(|bytes| (64 * 4_000..64 * 4_200).contains(bytes)), "as they were: {sizes:?}");
    assert!(merged.len() == 3 && merged.iter().all(|bytes| *bytes <= 4 * 1024 * 1024), "{sizes:?}");
    assert_eq!(support::read(&database.store, SHOP, HOUR, NOW, 5_000).await.len(), 67 * 64);
}

#[tokio::test]
async fn of_an_hour_only_small_blocks_are_packed_anew() {
    let database = Database::new().await;
    let mut writer = EventWriter::open(&database.store, HOUR).await.expect("a writer");
    let all = "select lines from event_block order by first_at, id";
    let blocks = || async { sqlx::query_scalar::<_, Vec<u8>>(all).fetch_all(&mut database.raw().await).await };
    for (n, bytes) in [10, 20, 1_500, 1_500, 30, 1_500, 40, 50].into_iter().enumerate() {
        let at = HOUR.plus_ms(i64::try_from(n).expect("few"));
        let events = tracks(&n.to_string(), 64, at).into_iter().map(|mut event| {
            event.line = format!("{{\"text\":\"{}\"}}", "x".repeat(bytes)).into();
            event
        });
        writer.keep(events.collect()).await.expect("commits");
    }
    let before = support::read(&database.store, SHOP, HOUR, NOW, 5_000).await;
    let packed = blocks().await.expect("reads");
    assert_eq!(maintain(&mut writer, HOUR.plus_ms(2 * HOUR_MS)).await.merged_blocks, 8);
    let merged = blocks().await.expect("reads").concat();
    let place = |n: usize| merged.windows(packed[n].len()).position(|lines| lines == packed[n]);
    let places: Vec<_> = (0..8).map(place).collect();
    assert!(places[2] < places[3] && places[3] < places[5] && places[2].is_some(), "as they were: {places:?}");
    assert!([0, 1, 6, 7].iter().all(|n| places[*n].is_none()), "with those next to them: {places:?}");
    assert_eq!(support::read(&database.store, SHOP, HOUR, NOW, 5_000).await, before);
}

#[tokio::test]
async fn more_blocks_than_a_slice_looks_at_are_merged_all_the_same() {
    let database = Database::new().await;
    let mut writer = EventWriter::open(&database.store, HOUR).await.expect("a writer");
    for n in 0..600 {
        let mut events = tracks(&n.to_string(), 64, HOUR.plus_ms(n * 1_000));
        if n % 150 == 0 {
            events[0].line = format!("{{\"text\":\"{}\"}}", "x".repeat(250_000)).into();
        }
        writer.keep(events).await.expect("commits");
    }
    let before = support::read(&database.store, SHOP, HOUR, NOW, usize::MAX).await;
    let done = maintain(&mut writer, HOUR.plus_ms(2 * HOUR_MS)).await;
    assert!(done.merged_blocks >= 596, "{done:?}");
    assert_eq!(count(&database, "select count(*) from event_block where bytes < 200 * 1024").await, 0);
    assert!(count(&database, BLOCKS).await <= 8, "four large ones, and few of the others");
    assert_eq!(count(&database, "select count(*) from unsettled_hour").await, 0);
    let after = support::read(&database.store, SHOP, HOUR, NOW, usize::MAX).await;
    assert_eq!((before.len(), before), (600 * 64, after));
    assert_eq!(maintain(&mut writer, HOUR.plus_ms(2 * HOUR_MS)).await, Maintenance::default());
}

#[tokio::test]
async fn a_line_that_cannot_be_read_does_not_stop_sealing() {
    let database = Database::new().await;
    let mut writer = EventWriter::open(&database.store, HOUR).await.expect("a writer");
    let mut broken = track("broken", "x", HOUR);
    broken.line = "{ not JSON".into();
    writer.keep(vec![broken]).await.expect("commits");
    assert_eq!(maintain(&mut writer, HOUR.plus_ms(2 * HOUR_MS)).await.sealed_events, 1);
}

#[tokio::test]
async fn events_go_after_two_weeks_and_each_tier_in_its_time() {
    let database = Database::new().await;
    let mut writer = EventWriter::open(&database.store, HOUR).await.expect("a writer");
    for n in 0..200 {
        writer.keep(tracks(&format!("a {n}"), 2, HOUR.plus_ms(n * 10_000))).await.expect("commits");
    }
    let tier_rows = || async {
        let mut sums = [0; TIERS.len()];
        for ((_, tier_ms, _, code, ..), count) in counts(&database).await {
            let tier = TIERS.iter().position(|tier| tier.width_ms == tier_ms).expect("a tier");
            sums[tier] += if code == "received" { count } else { 0 };
        }
        sums
    };
    assert_eq!(tier_rows().await, [400; TIERS.len()]);
    let (end, day) = (HOUR.plus_ms(HOUR_MS), DAY_MS);
    for (now, tiers, events) in [
        (HOUR.plus_ms(3 * HOUR_MS), [400, 400, 400, 400, 400, 400], 400),
        (end.plus_ms(3 * HOUR_MS), [0, 400, 400, 400, 400, 400], 400),
        (HOUR.plus_ms(EVENTS_KEEP_MS), [0, 400, 400, 400, 400, 400], 400),
        (end.plus_ms(EVENTS_KEEP_MS), [0, 400, 400, 400, 400, 400], 0),
        (end.plus_ms(15 * day + HOUR_MS), [0, 0, 400, 400, 400, 400], 0),
        (end.plus_ms(399 * day), [0, 0, 400, 400, 400, 400], 0),
        (end.plus_ms(401 * day), [0, 0, 0, 0, 0, 400], 0),
        (end.plus_ms(406 * day), [0, 0, 0, 0, 0, 0], 0),
    ] {
        maintain(&mut writer, now).await;
        let read = support::read(&database.store, SHOP, HOUR, end, 5_000).await.len();
        assert_eq!((tier_rows().await, read), (tiers, events), "{} ms on", now.since_ms(HOUR));
    }
}

#[tokio::test]
async fn a_new_database_knows_which_pages_a_dropped_block_leaves_free() {
    const INCREMENTAL: i64 = 2;
    let database = Database::new().await;
    assert_eq!(count(&database, "pragma auto_vacuum").await, INCREMENTAL);
}

#[tokio::test]
async fn a_load_of_history_writes_no_counts_that_are_past_their_time() {
    let database = Database::new().await;
    let mut writer = database.writer().await;
    writer.keep(tracks("old", 100, NOW.plus_ms(-DAY_MS))).await.expect("commits");
    for _ in ["not folded", "folded"] {
        let tiers: BTreeSet<i64> = counts(&database).await.into_keys().map(|(_, tier_ms, ..)| tier_ms).collect();
        assert_eq!(tiers, TIERS[1..].iter().map(|tier| tier.width_ms).collect());
        maintain(&mut writer, NOW).await;
    }
}

#[tokio::test]
async fn counts_of_many_buckets_are_folded_a_few_at_a_time_and_say_the_same_meanwhile() {
    let database = Database::new().await;
    let mut writer = EventWriter::open(&database.store, HOUR).await.expect("a writer");
    let events = (0..300).map(|n| track(&n.to_string(), "Product Viewed", HOUR.plus_ms(n * TIERS[0].width_ms)));
    writer.keep(events.collect()).await.expect("commits");
    let (all, mut slices) = (counts(&database).await, 0);
    while writer.maintain(HOUR.plus_ms(HOUR_MS)).await.expect("maintains").folded {
        slices += 1;
        assert_eq!(counts(&database).await, all, "after {slices}");
    }
    assert!(slices > 1, "all at once");
    assert_eq!(count(&database, ROLLUP_TAIL_ROWS).await, 0);
}

#[tokio::test]
async fn counts_of_many_commits_lie_in_few_rows_and_none_is_lost() {
    let database = Database::new().await;
    let mut writer = database.writer().await;
    for n in 1..=100 {
        if n % 30 == 0 {
            // A restart must not forget what is there.
            drop(writer);
            writer = database.writer().await;
        }
        writer.keep(tracks(&format!("commit {n}"), 3, NOW)).await.expect("commits");
        let finest = counts(&database).await.into_iter().filter(|((_, tier_ms, ..), _)| *tier_ms == TIERS[0].width_ms);
        let received: u64 = finest.filter(|((.., code, _, _, _, _), _)| code == "received").map(|(_, n)| n).sum();
        assert_eq!(received, 3 * n);
        assert!(count(&database, ROLLUP_TAIL_ROWS).await <= 1, "after {n}");
    }
}

#[tokio::test]
async fn a_tail_that_fills_while_events_come_is_sealed_beside_the_commits() {
    const COMMIT: usize = 60;
    let database = Database::new().await;
    let mut writer = database.writer().await;
    let mut commits = 0;
    while count(&database, BLOCKS).await == 0 {
        assert!(commits < 1_000, "it is never sealed");
        let mut events = tracks(&format!("commit {commits}"), COMMIT, NOW);
        // A source that sends little: its events stay in the tail, beside those of the commit that writes the blocks.
        if commits % 4 == 0 {
            events[0].source = SourceNumber(SHOP.0 + 1);
        }
        writer.keep(events).await.expect("commits");
        writer.keep_up(NOW);
        commits += 1;
    }
    let mut read = Vec::new();
    for source in [SHOP, SourceNumber(SHOP.0 + 1)] {
        read.extend(support::read(&database.store, source, NOW, NOW.plus_ms(1), 100_000).await);
    }
    assert!(count(&database, TAIL_ROWS).await > 1, "what stays, and what came last");
    let ids: BTreeSet<_> = read.iter().map(|event| event.message_id.clone()).collect();
    assert_eq!((read.len(), ids.len()), (commits * COMMIT, commits * COMMIT), "every event is there once");
    let in_tail = usize::try_from(count(&database, TAIL).await).expect("positive");
    assert!(in_tail < commits * COMMIT / 2, "{in_tail} of {} are left", commits * COMMIT);
}

#[tokio::test]
async fn the_log_stays_small_where_nobody_keeps_up_beside_the_commits() {
    const WAL_BYTES_MAX: u64 = 16 << 20;
    let database = Database::new().await;
    let mut writer = database.writer().await;
    for commit in 0..200 {
        let mut events = tracks(&format!("commit {commit}"), 64, NOW);
        for (n, event) in events.iter_mut().enumerate() {
            // Nothing that packing makes smaller.
            let noise: Vec<String> = (0..250_u64).map(|part| noise(commit * 16_000 + n as u64 * 250 + part)).collect();
            event.line = format!("{{\"noise\":\"{}\"}}", noise.concat()).into();
        }
        writer.keep(events).await.expect("commits");
    }
    let wal = std::fs::metadata(database.directory.path().join("headwater.db-wal")).expect("the log").len();
    assert!(wal < WAL_BYTES_MAX, "{wal} bytes, of some 25 MB that were written");
}

/// 16 digits that look random.
fn noise(number: u64) -> String {
    let mixed = (number ^ (number >> 31)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    format!("{:016x}", (mixed ^ (mixed >> 29)).wrapping_mul(0xbf58_476d_1ce4_e5b9))
}
