//! Tallies: sums by minute, kind and key, a cap on keys that loses no request, and their retention.

mod support;

use domain::clock::{DAY_MS, MINUTE_MS, Timestamp};
use domain::tally::{KEY_HINTS_PER_MINUTE_MAX, OTHER_KEYS, Tally, TallyKind};
use store::event::EventWriter;
use store::tally::{self, TALLIED_KEYS_MAX, TALLIES_KEEP_MS, Tallied};
use support::{Database, NOW};

fn tallied(kind: TallyKind, key_hint: &str, at: Timestamp, requests: u64) -> Tallied {
    Tallied { kind, key_hint: key_hint.into(), at, requests }
}

fn unknown(key_hint: &str, at: Timestamp) -> Tallied {
    tallied(TallyKind::WriteKeyUnknown, key_hint, at, 1)
}

fn requests(tallies: &[Tally]) -> u64 {
    tallies.iter().map(|tally| tally.requests).sum()
}

#[tokio::test]
async fn requests_are_summed_by_kind_and_key_and_the_most_come_first() {
    let database = Database::new().await;
    let store = &database.store;
    assert_eq!(tally::since(store, Timestamp(0)).await.expect("reads"), []);
    let minute = NOW.floor_to(MINUTE_MS);
    tally::add(store, &[]).await.expect("nothing to add");
    tally::add(store, &[unknown("abcd…wxyz", NOW), unknown("abcd…wxyz", NOW.plus_ms(-5)), unknown("", NOW)])
        .await
        .expect("adds");
    let later = NOW.plus_ms(10 * MINUTE_MS);
    tally::add(store, &[unknown("abcd…wxyz", later), tallied(TallyKind::WriteKeyMissing, "", NOW, 7)])
        .await
        .expect("adds");
    let tally = |kind, key_hint: &str, requests, last_at| Tally { kind, key_hint: key_hint.into(), requests, last_at };
    let expected = [
        tally(TallyKind::WriteKeyMissing, "", 7, NOW),
        tally(TallyKind::WriteKeyUnknown, "abcd…wxyz", 3, later),
        tally(TallyKind::WriteKeyUnknown, "", 1, NOW),
    ];
    assert_eq!(tally::since(store, minute).await.expect("reads"), expected);
    assert_eq!(tally::since(store, NOW).await.expect("reads"), expected, "a minute counts as a whole");
    assert_eq!(
        tally::since(store, minute.plus_ms(MINUTE_MS)).await.expect("reads"),
        [tally(TallyKind::WriteKeyUnknown, "abcd…wxyz", 1, later)]
    );
}

#[tokio::test]
async fn past_the_cap_keys_are_counted_together_in_that_minute_and_kind_alone() {
    let database = Database::new().await;
    let store = &database.store;
    let scan: Vec<_> = (0..KEY_HINTS_PER_MINUTE_MAX - 1).map(|n| unknown(&format!("key {n:03}"), NOW)).collect();
    tally::add(store, &scan).await.expect("adds");
    // Over several calls: what an earlier one admitted counts.
    let more = ["last one", "too many", "key 000", "too many more", "last one"].map(|key| unknown(key, NOW));
    tally::add(store, &more).await.expect("adds");
    let elsewhere = [unknown("too many", NOW.plus_ms(MINUTE_MS)), tallied(TallyKind::Unavailable, "too many", NOW, 1)];
    tally::add(store, &elsewhere).await.expect("adds");
    let rows: Vec<(String, i64)> =
        sqlx::query_as("select key_hint, requests from tally where minute_ms = $1 and kind = 'write_key_unknown'")
            .bind(NOW.floor_to(MINUTE_MS).0)
            .fetch_all(&mut database.raw().await)
            .await
            .expect("reads");
    assert_eq!(rows.len(), KEY_HINTS_PER_MINUTE_MAX + 1);
    let of = |key: &str| rows.iter().find(|(hint, _)| hint == key).map(|(_, requests)| *requests);
    assert_eq!((of("last one"), of("key 000"), of(OTHER_KEYS), of("too many")), (Some(2), Some(2), Some(2), None));
    let tallies = tally::since(store, Timestamp(0)).await.expect("reads");
    assert_eq!(requests(&tallies), (scan.len() + more.len() + elsewhere.len()) as u64);
}

#[tokio::test]
async fn a_long_scan_stays_a_short_list_that_leaves_no_request_out() {
    let database = Database::new().await;
    for minute in 0..4 {
        let at = NOW.plus_ms(minute * MINUTE_MS);
        let mut scan: Vec<_> = (0..60).map(|n| unknown(&format!("{minute} {n}"), at)).collect();
        scan.push(tallied(TallyKind::WriteKeyUnknown, OTHER_KEYS, at, 1));
        tally::add(&database.store, &scan).await.expect("adds");
    }
    tally::add(&database.store, &[tallied(TallyKind::WriteKeyUnknown, "loud", NOW.plus_ms(-MINUTE_MS), 9)])
        .await
        .expect("adds");
    let tallies = tally::since(&database.store, Timestamp(0)).await.expect("reads");
    assert_eq!(tallies.len(), TALLIED_KEYS_MAX + 1);
    assert_eq!(requests(&tallies), 4 * 61 + 9);
    assert_eq!((&*tallies[0].key_hint, &*tallies[1].key_hint), (OTHER_KEYS, "loud"));
    assert_eq!(tallies[0].last_at, NOW.plus_ms(3 * MINUTE_MS));
}

#[tokio::test]
async fn tallies_go_after_two_weeks_slice_by_slice() {
    let database = Database::new().await;
    for minute in 0..30 {
        let at = NOW.plus_ms(minute * MINUTE_MS);
        let scan: Vec<_> = (0..50).map(|n| unknown(&n.to_string(), at)).collect();
        tally::add(&database.store, &scan).await.expect("adds");
    }
    let kept = NOW.plus_ms(DAY_MS);
    tally::add(&database.store, &[unknown("kept", kept)]).await.expect("adds");
    let mut writer = EventWriter::open(&database.store, NOW).await.expect("a writer");
    let now = NOW.plus_ms(TALLIES_KEEP_MS);
    assert_eq!(writer.maintain(now).await.expect("maintains").dropped_tallies, 0, "not over yet");
    let now = kept.plus_ms(TALLIES_KEEP_MS);
    let mut slices = Vec::new();
    loop {
        let slice = writer.maintain(now).await.expect("maintains");
        slices.push(slice.dropped_tallies);
        if !slice.more {
            break;
        }
    }
    assert_eq!(slices, [1_000, 500, 0]);
    let tallies = tally::since(&database.store, Timestamp(0)).await.expect("reads");
    assert_eq!((tallies.len(), &*tallies[0].key_hint), (1, "kept"));
}
