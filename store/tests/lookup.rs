//! Reading back from the end, and by messageId: from tail, blocks, sealed and merged data alike.

mod support;

use domain::clock::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, Timestamp};
use domain::discard::DiscardReason;
use domain::overview::Selection;
use domain::source::SourceNumber;
use domain::step::Step;
use domain::verdict::Verdict;
use proptest::collection::vec;
use proptest::prelude::{Just, ProptestConfig, Strategy, prop_oneof, proptest};
use store::Store;
use store::event::{self, CommitOutcome, EventWriter, StoredEvent, Wanted};
use store::maintenance::EVENTS_KEEP_MS;
use support::{Database, JudgedEvent, Keep, NOW, SHOP, track, tracks};

const ALL: (Timestamp, Timestamp) = (Timestamp(0), Timestamp(i64::MAX));
const REFUSED: Verdict = Verdict::Discarded(DiscardReason::NoUserAnonId);
const FAILED: Selection = Selection { step: Step::FailedOnIngest, reason: None };

async fn maintain(writer: &mut EventWriter, now: Timestamp) {
    while writer.maintain(now).await.expect("maintains").more {}
}

fn ids(events: &[StoredEvent]) -> Vec<&str> {
    events.iter().map(|event| &*event.message_id).collect()
}

async fn latest(store: &Store, selection: Selection, limit: usize) -> Vec<StoredEvent> {
    event::latest(store, SHOP, ALL.0, ALL.1, Wanted { selection }, limit).await.expect("reads")
}

async fn found(store: &Store, id: &str) -> Option<StoredEvent> {
    event::find(store, SHOP, id).await.expect("reads")
}

fn refused(id: &str, at: Timestamp) -> JudgedEvent {
    JudgedEvent { verdict: REFUSED, ..track(id, "Refused", at) }
}

#[tokio::test]
async fn the_latest_come_first_whatever_they_are_kept_in() {
    let database = Database::new().await;
    let mut writer = database.writer().await;
    writer.keep(tracks("block", 100, NOW.plus_ms(10))).await.expect("commits");
    let tail = [("before", 9), ("same", 10), ("same too", 10), ("after", 11)];
    writer.keep(tail.map(|(id, ms)| track(id, "x", NOW.plus_ms(ms))).into()).await.expect("commits");
    let newest = latest(&database.store, Selection::default(), 5).await;
    assert_eq!(ids(&newest), ["after", "same too", "same", "block-99", "block-98"]);
    let range = event::latest(&database.store, SHOP, NOW.plus_ms(9), NOW.plus_ms(10), Wanted::default(), 5);
    assert_eq!(ids(&range.await.expect("reads")), ["before"], "from is included, until is not");
    let range = event::latest(&database.store, SHOP, NOW.plus_ms(10), NOW.plus_ms(11), Wanted::default(), 500);
    assert_eq!(range.await.expect("reads").len(), 102);
    assert_eq!(latest(&database.store, Selection::default(), 0).await, []);
    let other = event::latest(&database.store, SourceNumber(2), ALL.0, ALL.1, Wanted::default(), 5);
    assert_eq!(other.await.expect("reads"), []);
}

/// A block that cannot be unpacked fails a read that needs it, and only that.
#[tokio::test]
async fn blocks_without_a_wanted_verdict_are_not_unpacked() {
    let database = Database::new().await;
    let mut writer = database.writer().await;
    let mut mixed = tracks("mixed", 70, NOW);
    mixed[33] = refused("refused", NOW);
    writer.keep(mixed).await.expect("commits");
    for n in 0..5 {
        writer.keep(tracks(&format!("{n}"), 70, NOW.plus_ms(n * HOUR_MS))).await.expect("commits");
    }
    sqlx::query(
        "update event_block set lines = x'00' where verdict_bits <> (select max(verdict_bits) from event_block)",
    )
    .execute(&mut database.raw().await)
    .await
    .expect("breaks five blocks");
    let one = Selection { reason: Some(DiscardReason::NoUserAnonId), ..FAILED };
    for selection in [FAILED, one] {
        assert_eq!(ids(&latest(&database.store, selection, 9).await), ["refused"]);
    }
    let another = Selection { reason: Some(DiscardReason::NameTooLong), ..FAILED };
    assert_eq!(latest(&database.store, another, 9).await, []);
    let all = event::latest(&database.store, SHOP, ALL.0, ALL.1, Wanted::default(), 9).await;
    assert!(all.is_err(), "the broken blocks are needed");
}

#[tokio::test]
async fn an_event_is_found_by_its_id_in_the_tail_in_blocks_and_after_merging() {
    let database = Database::new().await;
    let mut writer = database.writer().await;
    writer.keep(vec![track("tail", "x", NOW)]).await.expect("commits");
    writer.keep(tracks("first", 80, NOW)).await.expect("commits");
    writer.keep(tracks("second", 80, NOW.plus_ms(SECOND_MS))).await.expect("commits");
    writer.keep(vec![JudgedEvent { source: SourceNumber(2), ..track("elsewhere", "x", NOW) }]).await.expect("commits");
    let mut strange = track("a\0\u{1F600}\"b", "x", NOW);
    strange.line = "{}".into();
    writer.keep(vec![strange]).await.expect("commits");
    for round in ["as committed", "sealed and merged"] {
        for id in ["tail", "first-0", "first-79", "second-0", "second-41", "a\0\u{1F600}\"b"] {
            let event = found(&database.store, id).await.unwrap_or_else(|| panic!("{id:?} is missing {round}"));
            assert_eq!(&*event.message_id, id);
        }
        for id in ["", "tai", "first-80", "elsewhere"] {
            assert_eq!(found(&database.store, id).await, None, "{id:?} {round}");
        }
        maintain(&mut writer, NOW.plus_ms(3 * HOUR_MS)).await;
    }
    maintain(&mut writer, NOW.plus_ms(EVENTS_KEEP_MS + 2 * HOUR_MS)).await;
    assert_eq!(found(&database.store, "first-0").await, None, "it was dropped for its age");
}

#[tokio::test]
async fn of_an_id_that_came_again_after_a_day_the_latest_event_is_found() {
    let database = Database::new().await;
    let mut writer = database.writer().await;
    // Tail and block by turns, and the tail left unsealed under a newer block.
    for (round, neighbours) in [(0, 99), (1, 0), (2, 99), (3, 0)] {
        let at = NOW.plus_ms(round * 26 * HOUR_MS);
        let mut batch = tracks(&format!("round {round}"), neighbours, at);
        batch.push(track("again", "x", at));
        writer.keep(batch).await.expect("commits");
        let duplicate = writer.keep(vec![track("again", "x", at.plus_ms(HOUR_MS))]).await.expect("commits");
        assert_eq!(duplicate, [CommitOutcome::Duplicate]);
        assert_eq!(found(&database.store, "again").await.map(|event| event.received_at), Some(at));
    }
}

/// What two hashes share, or bytes of two neighbours that look like one, must not mislead.
#[tokio::test]
async fn only_the_event_with_that_very_id_is_found() {
    let database = Database::new().await;
    let mut writer = database.writer().await;
    writer.keep(tracks("a", 80, NOW)).await.expect("commits");
    writer.keep(tracks("b", 80, NOW.plus_ms(1))).await.expect("commits");
    let mut raw = database.raw().await;
    let hashes: Vec<Vec<u8>> = sqlx::query_scalar("select hashes from event_block order by first_at")
        .fetch_all(&mut raw)
        .await
        .expect("reads");
    let first = &hashes[0][..8];
    // In the newer block: once across two places, once in the place of b-9.
    let mut forged = hashes[1].clone();
    forged[3..11].copy_from_slice(first);
    forged[72..80].copy_from_slice(first);
    sqlx::query("update event_block set hashes = $1 where first_at = $2")
        .bind(forged)
        .bind(NOW.0 + 1)
        .execute(&mut raw)
        .await
        .expect("forges");
    assert_eq!(found(&database.store, "a-0").await.map(|event| event.received_at), Some(NOW));
    assert_eq!(found(&database.store, "b-9").await, None, "its hash is gone");
}

/// What happens so many milliseconds after what happened before.
#[derive(Clone, Debug)]
struct Action {
    after_ms: i64,
    /// Moments counted from then.
    events: Vec<(i64, JudgedEvent)>,
    maintains: bool,
}

fn actions() -> impl Strategy<Value = Vec<Action>> {
    let verdict = (0..8_u8).prop_map(|verdict| match verdict {
        0 => REFUSED,
        1 => Verdict::Discarded(DiscardReason::EventSetting),
        _ => Verdict::Eligible,
    });
    // Few moments, so that many events share one.
    let event = (prop_oneof![0..20_i64, -5 * MINUTE_MS..0], 0..300_u16, verdict)
        .prop_map(|(ms, id, verdict)| (ms, JudgedEvent { verdict, ..track(&format!("id {id}"), "x", NOW) }));
    let burst = (0..400_u16, 64..90_u16).prop_map(|(first, count)| {
        (0..count).map(|n| (i64::from(n) / 9, track(&format!("id {}", first + n), "x", NOW))).collect()
    });
    let events = prop_oneof![3 => vec(event, 1..30), 2 => burst];
    // More than a day in the end, so that hours end and ids come again.
    let after_ms = prop_oneof![3 => 0..MINUTE_MS, 2 => 0..HOUR_MS, 1 => Just(26 * HOUR_MS)];
    let action = (after_ms, events, (0..4_u8).prop_map(|n| n == 0));
    vec(action.prop_map(|(after_ms, events, maintains)| Action { after_ms, events, maintains }), 1..12)
}

async fn check(actions: Vec<Action>, range: (i64, i64), limit: usize) {
    let database = Database::new().await;
    let mut writer = database.writer().await;
    let (mut now, mut stored) = (NOW, Vec::new());
    for action in actions {
        now = now.plus_ms(action.after_ms);
        let events = action.events.into_iter().map(|(ms, event)| JudgedEvent { received_at: now.plus_ms(ms), ..event });
        let events: Vec<_> = events.collect();
        let facts: Vec<_> = events
            .iter()
            .map(|event| (event.received_at, event.message_id.to_string(), event.verdict.code()))
            .collect();
        let outcomes = writer.keep(events).await.expect("commits");
        let first = facts.into_iter().zip(outcomes).filter(|(_, outcome)| *outcome == CommitOutcome::Stored);
        stored.extend(first.map(|(facts, _)| facts));
        if action.maintains {
            maintain(&mut writer, now).await;
        }
    }
    let store = &database.store;
    let (from, until) = (NOW.plus_ms(range.0), NOW.plus_ms(range.1));
    let all = event::latest(store, SHOP, ALL.0, ALL.1, Wanted::default(), usize::MAX).await.expect("reads");
    assert!(all.windows(2).all(|pair| pair[0].received_at >= pair[1].received_at), "the latest first");
    let facts = |event: &StoredEvent| (event.received_at, event.message_id.to_string(), event.verdict.code());
    let mut read: Vec<_> = all.iter().map(facts).collect();
    read.sort();
    stored.sort();
    assert_eq!(read, stored);
    let in_range = || all.iter().filter(|event| (from..until).contains(&event.received_at));
    for selection in [Selection::default(), FAILED, Selection { step: Step::Eligible, reason: None }] {
        let expected = in_range().filter(|event| selection.includes(event.verdict)).take(limit);
        let latest = event::latest(store, SHOP, from, until, Wanted { selection }, limit).await.expect("reads");
        assert!(latest.iter().eq(expected));
    }
    for id in (0..500).step_by(7).map(|n| format!("id {n}")) {
        let last = all.iter().find(|event| *event.message_id == id);
        assert_eq!(found(store, &id).await.as_ref(), last, "{id}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

    #[test]
    fn the_latest_are_what_was_stored_and_a_find_is_a_search_through_all(
        actions in actions(),
        from in prop_oneof![-5 * MINUTE_MS..25_i64, 0..DAY_MS],
        length in prop_oneof![0..25_i64, 0..2 * DAY_MS],
        limit in 0..200_usize,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(check(actions, (from, from + length), limit));
    }
}
