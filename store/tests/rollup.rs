//! The ledger as a property: whatever arrives, in whatever batches, with restarts and maintenance in between, every
//! count is what a naive recount says, and all tiers say the same.

mod support;

use domain::clock::{HOUR_MS, MINUTE_MS, Timestamp};
use domain::discard::DiscardReason;
use domain::event::{EventType, Library};
use domain::source::SourceNumber;
use domain::time_range::TIERS;
use domain::verdict::Verdict;
use proptest::collection::vec;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof, proptest};
use std::collections::{BTreeMap, HashSet};
use store::event::{Caps, CommitOutcome, EventWriter};
use store::{Store, overview};
use support::counts::counts;
use support::{Database, JudgedEvent, Keep, NOW, SHOP, track};

/// So small that random batches run into it.
const CAP: usize = 12;
/// Ids go to disk early, so that duplicates are found there, too.
const CAPS: Caps = Caps { keys_per_hour: CAP, recent_ids: 50 };
const FEW_KEYS: Caps = Caps { keys_per_hour: 3, recent_ids: store::deduplication::RECENT_IDS_MAX };
const OTHER: i64 = store::dictionary::OTHER;

#[derive(Clone, Debug)]
enum Action {
    /// Of so many requests.
    Commit(Vec<JudgedEvent>, usize),
    Restart,
    Maintain,
}

fn event() -> impl Strategy<Value = JudgedEvent> {
    let verdict = prop_oneof![
        3 => Just(Verdict::Eligible),
        1 => (0..DiscardReason::ALL.len()).prop_map(|n| Verdict::Discarded(DiscardReason::ALL[n])),
    ];
    let event_type = prop_oneof![Just(None), (0..6_usize).prop_map(|n| Some(EventType::ALL[n]))];
    // Three hours, so that hours change and all tiers are kept.
    (
        1..3_i64,
        0..170 * MINUTE_MS,
        0..400_u16,
        verdict,
        event_type,
        any::<Option<u8>>(),
        any::<Option<u8>>(),
        any::<bool>(),
    )
        .prop_map(|(source, ago_ms, id, verdict, event_type, name, version, has_library)| JudgedEvent {
            source: SourceNumber(source),
            verdict,
            event_type,
            name: name.map(|name| format!("name {}", name % 8).into()),
            version: version.map(|version| format!("v{}", version % 3).into()),
            library: has_library.then(|| Library { name: "lib".into(), version: None }),
            ..track(&id.to_string(), "x", NOW.plus_ms(-ago_ms))
        })
}

fn actions() -> impl Strategy<Value = Vec<Action>> {
    let action = prop_oneof![
        4 => (vec(event(), 0..20), 1..4_usize).prop_map(|(events, requests)| Action::Commit(events, requests)),
        // One source and a few minutes: large enough for a block, or for one of each request; with ids that came before, and
        // without.
        2 => (vec(event(), 64..250), 1..4_usize, any::<Option<u64>>()).prop_map(|(mut events, requests, new_ids)| {
            for (n, event) in events.iter_mut().enumerate() {
                event.source = SHOP;
                event.received_at = Timestamp(NOW.0 - event.received_at.0.rem_euclid(5 * MINUTE_MS));
                if let Some(new_ids) = new_ids {
                    event.message_id = format!("{new_ids} {n}").into();
                }
            }
            Action::Commit(events, requests)
        }),
        1 => Just(Action::Restart),
        1 => Just(Action::Maintain),
    ];
    vec(action, 1..8)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn every_count_is_what_a_recount_says(actions in actions()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
        runtime.block_on(check(actions));
    }
}

async fn open(store: &Store) -> EventWriter {
    EventWriter::open_with_caps(store, NOW, CAPS).await.expect("a writer")
}

async fn check(actions: Vec<Action>) {
    let database = Database::new().await;
    let mut writer = open(&database.store).await;
    let mut seen = HashSet::new();
    let mut kept: Vec<JudgedEvent> = Vec::new();
    let mut duplicates: BTreeMap<(i64, i64), u64> = BTreeMap::new();
    for action in actions {
        match action {
            Action::Commit(events, requests) => {
                let requests = events.chunks(events.len().div_ceil(requests).max(1));
                let batches: Vec<_> = requests.map(|events| writer.packer().pack(events).expect("packs")).collect();
                let outcomes = writer.commit(&batches).await.expect("commits");
                assert_eq!(outcomes.len(), events.len());
                for (event, outcome) in events.into_iter().zip(outcomes) {
                    if seen.insert((event.source, event.message_id.clone())) {
                        assert_eq!(outcome, CommitOutcome::Stored);
                        kept.push(event);
                    } else {
                        assert_eq!(outcome, CommitOutcome::Duplicate);
                        *duplicates.entry((event.source.0, minute(event.received_at))).or_default() += 1;
                    }
                }
            }
            Action::Restart => {
                drop(writer);
                writer = open(&database.store).await;
            }
            // Later, so that hours are over and sealed; no tier is past its time yet.
            Action::Maintain => while writer.maintain(NOW).await.expect("maintains").more {},
        }
    }
    check_events(&database.store, &kept).await;
    check_counts(&database, &kept, duplicates).await;
}

fn minute(at: Timestamp) -> i64 {
    at.floor_to(MINUTE_MS).0
}

async fn check_events(store: &Store, kept: &[JudgedEvent]) {
    for source in [SourceNumber(1), SourceNumber(2)] {
        assert_eq!(overview::check_ledger(store, source).await.expect("checks"), []);
        let read = support::read(store, source, Timestamp(0), Timestamp(i64::MAX), usize::MAX).await;
        assert!(read.windows(2).all(|pair| pair[0].received_at <= pair[1].received_at));
        let mut read: Vec<_> = read
            .into_iter()
            .map(|event| (event.message_id, event.received_at, event.verdict.code(), event.event_type, event.line))
            .collect();
        let of_source = kept.iter().filter(|event| event.source == source).cloned();
        let mut expected: Vec<_> = of_source
            .map(|event| {
                let (id, line): (Box<str>, Box<str>) = (event.message_id.into(), event.line.into());
                (id, event.received_at, event.verdict.code(), event.event_type, line)
            })
            .collect();
        read.sort();
        expected.sort();
        assert_eq!(read, expected);
    }
}

async fn check_counts(database: &Database, kept: &[JudgedEvent], duplicates: BTreeMap<(i64, i64), u64>) {
    let mut tiers: BTreeMap<i64, BTreeMap<_, u64>> = BTreeMap::new();
    let mut minutes: BTreeMap<_, u64> = BTreeMap::new();
    let mut keys: BTreeMap<(i64, i64), HashSet<_>> = BTreeMap::new();
    for ((source, tier_ms, bucket_ms, counted, event_type, name, version, library), count) in counts(database).await {
        let widest = Timestamp(bucket_ms).floor_to(TIERS[TIERS.len() - 1].width_ms).0;
        let key = (counted.clone(), event_type.clone(), name, version, library);
        *tiers.entry(tier_ms).or_default().entry((source, widest, key.clone())).or_default() += count;
        if tier_ms == MINUTE_MS {
            *minutes.entry((source, bucket_ms, counted.clone(), event_type)).or_default() += count;
        }
        // Rows without a name, version and library of their own are always let in: their number is bounded anyway.
        if HOUR_MS % tier_ms == 0 && [name, version, library].into_iter().any(|word| word > OTHER) {
            keys.entry((source, Timestamp(bucket_ms).floor_to(HOUR_MS).0)).or_default().insert(key);
        }
    }
    assert!(tiers.values().all(|tier| Some(tier) == tiers.values().next()), "tiers disagree: {tiers:?}");
    assert!(kept.is_empty() || tiers.len() == TIERS.len());
    assert!(keys.values().all(|keys| keys.len() <= CAP), "past the cap: {keys:?}");
    let mut expected: BTreeMap<_, u64> = BTreeMap::new();
    for event in kept {
        let at = (event.source.0, minute(event.received_at));
        let event_type = event.event_type.map_or("", EventType::code).to_owned();
        *expected.entry((at.0, at.1, "received".to_owned(), String::new())).or_default() += 1;
        *expected.entry((at.0, at.1, event.verdict.code().to_owned(), event_type)).or_default() += 1;
    }
    for ((source, minute), count) in duplicates {
        expected.insert((source, minute, "duplicate".to_owned(), String::new()), count);
    }
    assert_eq!(minutes, expected);
}

#[tokio::test]
async fn past_the_cap_names_and_versions_are_other_in_every_tier() {
    let database = Database::new().await;
    let mut writer = EventWriter::open_with_caps(&database.store, NOW, FEW_KEYS).await.expect("a writer");
    for batch in 0..2 {
        let events = (0..10).map(|n| track(&format!("{batch} {n}"), &format!("Name {n}"), NOW));
        writer.keep(events.collect()).await.expect("commits");
    }
    drop(writer);
    let mut writer = EventWriter::open_with_caps(&database.store, NOW, FEW_KEYS).await.expect("a writer");
    let mut nameless = track("n", "", NOW);
    nameless.event_type = Some(EventType::Page);
    nameless.name = None;
    writer.keep(vec![track("again", "Name 1", NOW), track("new", "Name 77", NOW), nameless]).await.expect("commits");
    let texts: BTreeMap<i64, String> = sqlx::query_as("select id, text from dictionary")
        .fetch_all(&mut database.raw().await)
        .await
        .map(|rows: Vec<(i64, String)>| rows.into_iter().collect())
        .expect("reads");
    for tier in TIERS {
        let rows = counts(&database)
            .await
            .into_iter()
            .filter(|((_, tier_ms, _, code, ..), _)| *tier_ms == tier.width_ms && code.is_empty());
        let mut names: Vec<(&str, i64, u64)> = rows
            .map(|((_, _, _, _, _, name, version, _), count)| {
                (texts.get(&name).map_or("-", String::as_str), version, count)
            })
            .collect();
        names.sort_unstable();
        let other: Vec<i64> =
            names.iter().filter(|(_, version, _)| *version == OTHER).map(|(_, version, _)| *version).collect();
        assert_eq!(other.len(), 2, "no name stays no name; its version is past the cap");
        let names: Vec<(&str, u64)> = names.into_iter().map(|(name, _, count)| (name, count)).collect();
        assert_eq!(names, [("", 15), ("-", 1), ("Name 0", 2), ("Name 1", 3), ("Name 2", 2)], "tier {}", tier.width_ms);
    }
    let words: i64 = sqlx::query_scalar("select count(*) from dictionary")
        .fetch_one(&mut database.raw().await)
        .await
        .expect("reads");
    assert_eq!(words, 5, "Other, three names, one version: the dictionary does not grow past the cap");
    assert_eq!(overview::check_ledger(&database.store, SHOP).await.expect("checks"), []);
}

#[tokio::test]
async fn a_broken_ledger_is_found() {
    let database = Database::new().await;
    let mut writer = database.writer().await;
    writer.keep(vec![track("a", "x", NOW)]).await.expect("commits");
    let mut raw = database.raw().await;
    let packed: Vec<u8> =
        sqlx::query_scalar("select sections from rollup_latest").fetch_one(&mut raw).await.expect("one commit");
    // "received", no type, five bytes: no name, three bytes: no version, no library, once.
    let place = packed.windows(8).position(|text| text == b"received").expect("received") + 8;
    assert_eq!(packed[place..place + 7], [0, 5, 0, 3, 0, 0, 1]);
    let mut broken = packed;
    broken[place + 6] = 2;
    sqlx::query("update rollup_latest set sections = $1").bind(broken).execute(&mut raw).await.expect("breaks it");
    let broken = overview::check_ledger(&database.store, SHOP).await.expect("checks");
    assert_eq!(broken, [NOW.floor_to(MINUTE_MS)]);
}
