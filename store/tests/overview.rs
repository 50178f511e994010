//! The page's numbers against a naive recount from the raw events: every preset, custom windows, every tab.

mod support;

use domain::breakdown::{Breakdown, Dimension, RowKey};
use domain::clock::{DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS, Timestamp};
use domain::discard::DiscardReason;
use domain::event::{EventType, Library};
use domain::filter::Filters;
use domain::overview::{Comparison, Fate, Question, Selection};
use domain::step::Step;
use domain::time_range::{Compare, TimeRange, Window};
use domain::verdict::Verdict;
use std::collections::BTreeMap;
use store::bulk::BulkCount;
use store::event::EventWriter;
use store::{Store, overview};
use support::{Database, JudgedEvent, Keep, NOW, SHOP, track};

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// Four weeks and a bit, denser towards now.
fn history() -> Vec<JudgedEvent> {
    let mut dice = Dice(7);
    let mut ages: Vec<i64> = Vec::new();
    for (count, reach_ms) in [(500, 20 * MINUTE_MS), (500, 2 * HOUR_MS), (800, 2 * DAY_MS), (1_500, 29 * DAY_MS)] {
        let reach = u64::try_from(reach_ms).expect("positive");
        ages.extend((0..count).map(|_| i64::try_from(dice.roll(reach)).expect("small")));
    }
    ages.sort_unstable_by(|a, b| b.cmp(a));
    ages.into_iter().enumerate().map(|(n, age_ms)| random_event(&mut dice, n, NOW.plus_ms(-age_ms))).collect()
}

fn random_event(dice: &mut Dice, n: usize, at: Timestamp) -> JudgedEvent {
    let verdict = match dice.roll(10) {
        0 => Verdict::Discarded(DiscardReason::NoUserAnonId),
        1 => Verdict::Discarded(DiscardReason::UnknownType),
        2 => Verdict::Discarded(DiscardReason::EventSetting),
        _ => Verdict::Eligible,
    };
    let event_type = match dice.roll(6) {
        0 => None,
        1 => Some(EventType::Page),
        2 => Some(EventType::Identify),
        _ => Some(EventType::Track),
    };
    let name = (event_type == Some(EventType::Track)).then(|| format!("Event {}", dice.roll(30)).into());
    let version = (dice.roll(3) > 0).then(|| format!("1.{}", dice.roll(4)).into());
    let library = match dice.roll(4) {
        0 => None,
        1 => Some(Library { name: "curl".into(), version: None }),
        n => Some(Library { name: "analytics-node".into(), version: Some(format!("2.{n}").into()) }),
    };
    JudgedEvent { verdict, event_type, name, version, library, ..track(&n.to_string(), "x", at) }
}

async fn load(store: &Store, events: &[JudgedEvent]) {
    let mut writer = EventWriter::open(store, NOW).await.expect("a writer");
    for batch in events.chunks(100) {
        writer.keep(batch.to_vec()).await.expect("commits");
    }
}

fn within<'a>(events: &'a [JudgedEvent], window: &Window) -> impl Iterator<Item = &'a JudgedEvent> {
    let (from, until) = (window.from, window.until);
    events.iter().filter(move |event| from <= event.received_at && event.received_at < until)
}

fn row_key(event: &JudgedEvent, dimension: Dimension) -> RowKey {
    match dimension {
        Dimension::Reason => match event.verdict {
            Verdict::Discarded(reason) => RowKey::Reason(reason),
            Verdict::Eligible => panic!("reasons are of discards"),
        },
        Dimension::EventType => event.event_type.map_or(RowKey::NoType, RowKey::Type),
        Dimension::EventName => event.name.as_ref().map_or(RowKey::Unnamed, |name| RowKey::Name(name.as_ref().into())),
        Dimension::AppVersion => {
            event.version.as_ref().map_or(RowKey::NoVersion, |version| RowKey::Version(version.as_ref().into()))
        }
        Dimension::Library => {
            event.library.as_ref().map_or(RowKey::NoLibrary, |library| RowKey::Library(library.label().into()))
        }
    }
}

type Rows = BTreeMap<RowKey, (Comparison, Vec<u64>)>;

fn passes(filters: &Filters, event: &JudgedEvent) -> bool {
    filters.pinned().all(|(dimension, row)| row_key(event, dimension) == *row)
}

/// What the breakdown must say.
fn recount(events: &[JudgedEvent], question: &Question, dimension: Dimension) -> Rows {
    let Question { window, selection, .. } = question;
    let filters = question.filters.besides(dimension);
    let looked_at = |event: &&JudgedEvent| selection.includes(event.verdict) && passes(&filters, event);
    let mut rows = Rows::new();
    let buckets = window.bucket_count();
    let empty = || (Comparison::default(), vec![0; buckets]);
    for event in within(events, window).filter(looked_at) {
        let row = rows.entry(row_key(event, dimension)).or_insert_with(empty);
        let bucket = (event.received_at.0 - window.grid_from().0) / window.bucket_ms;
        row.0.now += 1;
        row.1[usize::try_from(bucket).expect("inside")] += 1;
    }
    for event in within(events, &window.previous()).filter(looked_at) {
        rows.entry(row_key(event, dimension)).or_insert_with(empty).0.previous += 1;
    }
    rows
}

async fn check(store: &Store, events: &[JudgedEvent], window: Window, what: &str) {
    let one_reason = Selection { step: Step::FailedOnIngest, reason: Some(DiscardReason::UnknownType) };
    let steps = Step::ALL.map(|step| Selection { step, reason: None });
    for selection in steps.into_iter().chain([one_reason]) {
        for dimension in Dimension::ALL {
            let question = Question { window, selection, filters: Filters::default(), dimension };
            check_question(store, events, question, what).await;
        }
    }
}

async fn check_question(store: &Store, events: &[JudgedEvent], question: Question, what: &str) {
    let Question { window, selection, dimension, .. } = question;
    let overview::Page { overview: page, named } =
        overview::read(store, SHOP, question.clone(), NOW, |all| all).await.expect("reads");
    let found = named.expect("reads the words").table;
    let has_reasons = selection.step.is_discard() && selection.reason.is_none();
    let shown = if dimension == Dimension::Reason && !has_reasons { Dimension::EventType } else { dimension };
    assert_eq!(page.dimension, shown);
    let expected = recount(events, &question, shown);
    let rows: Rows = found.rows.iter().map(|row| (row.key.clone(), (row.counts, row.trend.clone()))).collect();
    assert_eq!(rows, expected, "{what}, {question:?}");
    if question.filters.get(shown).is_none() {
        assert_eq!(page.series.total(), found.total(), "{what}, {question:?}");
    }
    check_tabs(events, &question, &page.tabs);
    let mut fate = Fate::default();
    within(events, &window)
        .filter(|event| passes(&question.filters, event))
        .for_each(|event| fate.add(event.verdict, 1));
    assert_eq!(page.fate, fate, "{what}, {question:?}");
    let alone = overview::breakdown(store, SHOP, question, NOW).await.expect("reads");
    let counts = |breakdown: &Breakdown| -> BTreeMap<RowKey, Comparison> {
        breakdown.rows.iter().map(|row| (row.key.clone(), row.counts)).collect()
    };
    assert_eq!(counts(&alone), counts(&found), "all rows, trends aside");
    check_pipeline(events, &window, &page.pipeline);
}

fn check_tabs(events: &[JudgedEvent], question: &Question, tabs: &[(Dimension, u64)]) {
    let has_reasons = question.selection.step.is_discard() && question.selection.reason.is_none();
    let expected: Vec<(Dimension, u64)> = Dimension::ALL
        .into_iter()
        .filter(|tab| *tab != Dimension::Reason || has_reasons)
        .map(|tab| (tab, recount(events, question, tab).len() as u64))
        .collect();
    assert_eq!(tabs, expected, "{question:?}");
}

fn check_pipeline(events: &[JudgedEvent], window: &Window, pipeline: &domain::overview::Pipeline) {
    assert!(pipeline.adds_up());
    for step in Step::ALL {
        let of_step = |event: &&JudgedEvent| step == Step::Received || event.verdict.step() == step;
        let expected = Comparison {
            now: within(events, window).filter(of_step).count() as u64,
            previous: within(events, &window.previous()).filter(of_step).count() as u64,
        };
        assert_eq!(pipeline.total(step), expected, "{step:?}, {window:?}");
    }
}

#[tokio::test]
async fn every_preset_is_what_a_recount_says() {
    let database = Database::new().await;
    let events = history();
    load(&database.store, &events).await;
    for range in TimeRange::PRESETS {
        check(&database.store, &events, range.resolve(NOW), range.title()).await;
    }
    assert_eq!(overview::check_ledger(&database.store, SHOP).await.expect("checks"), []);
}

#[tokio::test]
async fn custom_windows_are_what_a_recount_says() {
    let database = Database::new().await;
    let events = history();
    load(&database.store, &events).await;
    let minute = NOW.floor_to(MINUTE_MS);
    let hour = NOW.floor_to(HOUR_MS);
    for (from, until) in [
        (minute.plus_ms(-47 * MINUTE_MS), minute.plus_ms(-3 * MINUTE_MS)),
        (minute.plus_ms(-83 * MINUTE_MS), minute.plus_ms(-MINUTE_MS)),
        (minute.plus_ms(-90 * SECOND_MS), minute),
        (minute.plus_ms(-30 * HOUR_MS), minute.plus_ms(-30 * HOUR_MS + 7 * MINUTE_MS)),
        (minute.plus_ms(-26 * HOUR_MS), minute.plus_ms(-3 * HOUR_MS)),
        (minute.plus_ms(-6 * DAY_MS), minute.plus_ms(-DAY_MS - 17 * MINUTE_MS)),
        (minute.plus_ms(-2 * HOUR_MS), minute.plus_ms(MINUTE_MS)),
        (hour.plus_ms(-20 * DAY_MS), hour.plus_ms(-18 * DAY_MS)),
    ] {
        let window = TimeRange::Custom { from, until }.resolve(NOW);
        check(
            &database.store,
            &events,
            window,
            &format!("{} s from {} s ago", until.since_ms(from) / 1_000, NOW.since_ms(from) / 1_000),
        )
        .await;
    }
}

/// Anything that somebody can ask for, out of the dice.
fn random_question(dice: &mut Dice, events: &[JudgedEvent]) -> Question {
    let range = match dice.roll(8) {
        n @ 0..5 => TimeRange::PRESETS[usize::try_from(n).expect("small")],
        _ => {
            let mut ago =
                |reach_ms: i64| i64::try_from(dice.roll(u64::try_from(reach_ms).expect("positive"))).expect("small");
            let (from, length_ms) = (NOW.plus_ms(-ago(13 * DAY_MS) - HOUR_MS), ago(2 * DAY_MS) + MINUTE_MS);
            TimeRange::Custom { from, until: from.plus_ms(length_ms) }
        }
    };
    let compare = match dice.roll(3) {
        0 => Compare::Previous,
        1 => Compare::WeekBefore,
        _ => Compare::From(NOW.plus_ms(-27 * DAY_MS + i64::try_from(dice.roll(9_000_000)).expect("small"))),
    };
    let reason = [None, Some(DiscardReason::UnknownType)][usize::try_from(dice.roll(2)).expect("small")];
    let selection = match dice.roll(4) {
        0 => Selection { step: Step::FailedOnIngest, reason },
        1 => Selection { step: Step::FilteredAtSource, reason: None },
        _ => Selection::default(),
    };
    let mut filters = Filters::default();
    for dimension in Filters::DIMENSIONS {
        if dice.roll(2) == 0 {
            let at = usize::try_from(dice.roll(events.len() as u64)).expect("small");
            filters = filters.with(dimension, Some(row_key(&events[at], dimension)));
        }
    }
    let dimension = Dimension::ALL[usize::try_from(dice.roll(5)).expect("small")];
    Question { window: range.resolve_compared(NOW, compare), selection, filters, dimension }
}

#[tokio::test]
async fn two_hundred_random_questions_are_what_a_recount_says() {
    let database = Database::new().await;
    let events = history();
    load(&database.store, &events).await;
    let mut dice = Dice(11);
    for n in 0..200 {
        let question = random_question(&mut dice, &events);
        check_question(&database.store, &events, question, &format!("question {n}")).await;
    }
}

/// What was read stays in memory: it must not be believed for longer than it is true, whoever writes.
#[tokio::test]
async fn questions_between_commits_are_what_a_recount_says() {
    let database = Database::new().await;
    let mut writer = EventWriter::open(&database.second().await, NOW).await.expect("a writer");
    let mut dice = Dice(13);
    let mut events = history();
    // Old buckets get more, too.
    for place in (1..events.len()).rev() {
        events.swap(place, usize::try_from(dice.roll(place as u64 + 1)).expect("small"));
    }
    for n in 1..12 {
        let (from, until) = (events.len() * (n - 1) / 12, events.len() * n / 12);
        writer.keep(events[from..until].to_vec()).await.expect("commits");
        for is_folded in [false, true] {
            while is_folded && writer.maintain(NOW).await.expect("maintains").more {}
            for dimension in Dimension::ALL {
                let question = whole(TimeRange::TwoWeeks.resolve(NOW), dimension);
                check_question(&database.store, &events[..until], question, "two weeks").await;
                let question = random_question(&mut dice, &events);
                check_question(&database.store, &events[..until], question, &format!("commit {n}")).await;
            }
        }
    }
}

#[tokio::test]
async fn counts_alone_read_like_those_of_events() {
    let (real, bulk) = (Database::new().await, Database::new().await);
    let events: Vec<JudgedEvent> = history();
    load(&real.store, &events).await;
    let labels: Vec<Option<String>> = events.iter().map(|event| event.library.as_ref().map(Library::label)).collect();
    let counts: Vec<BulkCount<'_>> = events
        .iter()
        .zip(&labels)
        .map(|(event, library)| BulkCount {
            source: event.source,
            at: event.received_at,
            verdict: event.verdict,
            event_type: event.event_type,
            name: event.name.as_deref(),
            version: event.version.as_deref(),
            library: library.as_deref(),
            events: 1,
        })
        .collect();
    let mut writer = bulk.writer().await;
    for counts in counts.chunks(500) {
        writer.add_counts(counts).await.expect("adds");
    }
    for range in TimeRange::PRESETS {
        let question = whole(range.resolve(NOW), Dimension::EventName);
        let expected = overview::read(&real.store, SHOP, question.clone(), NOW, |all| all).await.expect("reads");
        let found = overview::read(&bulk.store, SHOP, question, NOW, |all| all).await.expect("reads");
        assert_eq!(found.overview, expected.overview);
        let rows = |page: overview::Page<Breakdown>| page.named.expect("reads the words").table;
        assert_eq!(rows(found), rows(expected));
    }
}

#[tokio::test]
async fn a_pinned_text_that_never_came_leaves_nothing() {
    let database = Database::new().await;
    load(&database.store, &history()).await;
    let filters = Filters::default().with(Dimension::EventName, Some(RowKey::Name("Never".into())));
    let question = Question {
        window: TimeRange::Day.resolve(NOW),
        selection: Selection::default(),
        filters,
        dimension: Dimension::EventType,
    };
    let page = overview::read(&database.store, SHOP, question, NOW, |all| all).await.expect("reads");
    assert_eq!((page.overview.fate.received(), page.named.expect("reads the words").table.rows.len()), (0, 0));
    assert!(page.overview.pipeline.total(Step::Received).now > 0, "the pipeline keeps the whole source");
}

/// Everything a source received.
fn whole(window: Window, dimension: Dimension) -> Question {
    Question { window, selection: Selection::default(), filters: Filters::default(), dimension }
}

#[tokio::test]
async fn the_last_minute_is_six_whole_buckets() {
    let database = Database::new().await;
    let edge = NOW.floor_to(10 * SECOND_MS);
    let at = [0, -1, -MINUTE_MS, -MINUTE_MS - 1].map(|ms| edge.plus_ms(ms));
    let events: Vec<_> = at.into_iter().enumerate().map(|(n, at)| track(&n.to_string(), "x", at)).collect();
    load(&database.store, &events).await;
    let window = TimeRange::Hour.resolve(NOW);
    let question = whole(window, Dimension::EventName);
    let page = overview::read(&database.store, SHOP, question, NOW, |all| all).await;
    assert_eq!(page.expect("reads").overview.last_minute, 2);
}

#[tokio::test]
async fn an_empty_source_has_empty_tables() {
    let database = Database::new().await;
    let window = TimeRange::Day.resolve(NOW);
    let question = whole(window, Dimension::Reason);
    let page = overview::read(&database.store, SHOP, question, NOW, |all| all).await;
    let overview::Page { overview: page, named } = page.expect("reads");
    let tabs = [Dimension::EventType, Dimension::EventName, Dimension::AppVersion, Dimension::Library];
    assert_eq!(page.tabs, tabs.map(|tab| (tab, 0)));
    assert_eq!((named.expect("reads the words").table.rows.len(), page.series.now.len(), page.last_minute), (0, 48, 0));
    assert!(page.pipeline.adds_up());
}

/// What has no words in it is no less true.
#[tokio::test]
async fn numbers_stay_where_the_words_cannot_be_had() {
    let database = Database::new().await;
    load(&database.store, &history()).await;
    let question = whole(TimeRange::Day.resolve(NOW), Dimension::EventName);
    let before = overview::read(&database.store, SHOP, question.clone(), NOW, |all| all).await.expect("reads");
    let mut connection = database.raw().await;
    sqlx::query("alter table dictionary rename to lost").execute(&mut connection).await.expect("breaks it");
    let page = overview::read(&database.second().await, SHOP, question, NOW, |all| all).await.expect("reads");
    assert!(page.named.is_err(), "the words are gone");
    assert_eq!(page.overview, before.overview);
}

#[tokio::test]
async fn a_name_among_thousands_is_counted_alone() {
    let database = Database::new().await;
    let mut writer = EventWriter::open(&database.store, NOW).await.expect("a writer");
    // Over and over: buckets with several chunks of names grow, and their chunks are cut again.
    let mut dice = Dice(11);
    let mut events = Vec::new();
    for round in 0..4_i64 {
        let at = NOW.plus_ms(-20 * HOUR_MS + round * MINUTE_MS);
        let batch: Vec<JudgedEvent> = (0..2_500)
            .map(|n| {
                let (name, version) = (format!("Event {}", dice.roll(900)), format!("1.{}", dice.roll(9)));
                let event = track(&format!("{round} {n}"), &name, at);
                JudgedEvent { version: Some(version.into()), ..event }
            })
            .collect();
        writer.keep(batch.clone()).await.expect("commits");
        while writer.maintain(NOW).await.expect("maintains").more {}
        events.extend(batch);
    }
    let mut raw = database.raw().await;
    let chunks: i64 =
        sqlx::query_scalar("select count(*) from rollup_keys").fetch_one(&mut raw).await.expect("counts chunks");
    assert!(chunks > 5, "{chunks} chunks");
    let window = TimeRange::Day.resolve(NOW);
    for name in [0, 7, 450, 899] {
        let filters = Filters::default().with(Dimension::EventName, Some(RowKey::Name(format!("Event {name}").into())));
        for dimension in [Dimension::AppVersion, Dimension::EventName, Dimension::EventType] {
            let filters = filters.clone();
            let question = Question { window, selection: Selection::default(), filters, dimension };
            check_question(&database.store, &events, question, "one of many names").await;
        }
    }
    let version = Filters::default().with(Dimension::AppVersion, Some(RowKey::Version("1.3".into())));
    let question =
        Question { window, selection: Selection::default(), filters: version, dimension: Dimension::EventName };
    check_question(&database.store, &events, question, "one version of many names").await;
}
