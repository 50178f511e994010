//! However many sources there are, their list costs the same few statements.

mod support;

use domain::clock::HOUR_MS;
use std::sync::atomic::{AtomicUsize, Ordering};
use store::event::JudgedEvent;
use store::source;
use support::{Database, NOW, track};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Statements that were run.
static STATEMENTS: AtomicUsize = AtomicUsize::new(0);

/// Counts what sqlx says of each statement.
struct Statements;

impl Subscriber for Statements {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.target() == "sqlx::query"
    }
    fn event(&self, _event: &Event<'_>) {
        STATEMENTS.fetch_add(1, Ordering::Relaxed);
    }
    fn new_span(&self, _span: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _span: &Id, _values: &Record<'_>) {}
    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}
    fn enter(&self, _span: &Id) {}
    fn exit(&self, _span: &Id) {}
}

async fn statements_of_a_list(database: &Database, sources: usize) -> usize {
    let before = STATEMENTS.load(Ordering::Relaxed);
    let list = source::list(&database.store, NOW).await.expect("lists");
    assert_eq!(list.len(), sources);
    assert!(list.iter().all(|summary| summary.received == 2 && summary.failed == 0));
    STATEMENTS.load(Ordering::Relaxed) - before
}

#[tokio::test]
async fn a_list_of_a_hundred_sources_takes_as_many_statements_as_one_of_two() {
    tracing::subscriber::set_global_default(Statements).expect("the only one");
    let database = Database::new().await;
    let mut writer = database.writer().await;
    let mut counts = Vec::new();
    for n in 0..100_u8 {
        let source = database.source(&format!("Source {n}")).await;
        let event =
            |id: &str, ago_ms: i64| JudgedEvent { source: source.number, ..track(id, "x", NOW.plus_ms(-ago_ms)) };
        writer.commit(vec![event("a", 0), event("b", 5 * HOUR_MS)]).await.expect("commits");
        if n == 1 || n == 99 {
            counts.push(statements_of_a_list(&database, usize::from(n) + 1).await);
        }
    }
    assert_eq!(counts[0], counts[1]);
    assert!((3..=5).contains(&counts[0]), "three selects in a transaction: {counts:?}");
}
