//! Group commit on a real database: everyone gets their own answer, what waits is bounded, closing drains.

use domain::clock::Timestamp;
use domain::event::EventType;
use domain::source::{SourceName, SourceNumber};
use domain::step::Step;
use domain::time_range::TimeRange;
use domain::verdict::Verdict;
use domain::write_key::WriteKey;
use pipeline::rules::RulesCache;
use pipeline::writer::{WAITING_EVENTS_MAX, WriteError, Writer};
use store::event::{CommitOutcome, JudgedEvent};
use store::{Durability, Store};
use tempfile::TempDir;

const NOW: Timestamp = Timestamp(1_762_435_927_250);

fn event(id: &str) -> JudgedEvent {
    JudgedEvent {
        source: SourceNumber(1),
        received_at: NOW,
        occurred_at: NOW,
        message_id: id.into(),
        event_type: Some(EventType::Track),
        name: Some("E".into()),
        version: None,
        library: None,
        ip: None,
        verdict: Verdict::Eligible,
        pointer: "".into(),
        line: "{}".into(),
    }
}

async fn open() -> (TempDir, Store) {
    let dir = TempDir::new().expect("a temporary folder");
    let store = Store::open(dir.path(), Durability::Normal).await.expect("a new database");
    (dir, store)
}

async fn received(store: &Store) -> u64 {
    let window = TimeRange::Hour.resolve(NOW);
    let report = store::overview::report(store, SourceNumber(1), window, NOW).await.expect("a report");
    report.pipeline.total(Step::Received).now
}

#[tokio::test]
async fn requests_that_share_a_commit_each_get_their_own_answer() {
    let (_dir, store) = open().await;
    let (writer, task) = Writer::start(&store, || NOW).await.expect("a writer");
    let (first, second, third) = tokio::join!(
        writer.submit(vec![event("a"), event("b")]),
        writer.submit(vec![event("b"), event("c"), event("a")]),
        writer.submit(vec![event("d")]),
    );
    use CommitOutcome::{Duplicate, Stored};
    assert_eq!(first.expect("stored"), [Stored, Stored]);
    assert_eq!(second.expect("stored"), [Duplicate, Stored, Duplicate]);
    assert_eq!(third.expect("stored"), [Stored]);
    drop(writer);
    task.await.expect("the writer ends when nobody can hand it anything");
    assert_eq!(received(&store).await, 4);
}

#[tokio::test]
async fn what_does_not_fit_is_refused_and_the_rest_is_kept() {
    let (_dir, store) = open().await;
    let (writer, _task) = Writer::start(&store, || NOW).await.expect("a writer");
    let many = (0..WAITING_EVENTS_MAX).map(|i| event(&i.to_string())).collect();
    // Both are handed over before the writer's task gets to run: a test runtime has one thread.
    let (full, refused) = tokio::join!(writer.submit(many), writer.submit(vec![event("one more")]));
    assert_eq!(full.expect("stored").len(), WAITING_EVENTS_MAX);
    assert!(matches!(refused, Err(WriteError::Full)));
    assert!(writer.submit(vec![event("one more")]).await.is_ok(), "there is room again");
    assert_eq!(received(&store).await, WAITING_EVENTS_MAX as u64 + 1);
}

#[tokio::test]
async fn unknown_keys_are_asked_for_again_and_known_ones_remembered() {
    let (_dir, store) = open().await;
    let rules = RulesCache::new(store.clone());
    assert!(rules.of("k").await.expect("an answer").is_none());
    let name = SourceName::parse("Shop").expect("a name");
    let key = WriteKey::from_text("k");
    let source = store::source::create(&store, &name, "python", &key, NOW).await.expect("a source");
    let found = rules.of("k").await.expect("an answer").expect("rules");
    assert_eq!((found.source, found.enabled), (source.number, true));
}
