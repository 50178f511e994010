//! How many statements a read takes. One test in a file of its own counts: others beside it would be counted, too.

use std::fmt::Debug;
use std::sync::atomic::{AtomicUsize, Ordering};
use tracing::field::{Field, Visit};
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
    fn event(&self, event: &Event<'_>) {
        let mut statement = Statement::default();
        event.record(&mut statement);
        if statement.reads {
            STATEMENTS.fetch_add(1, Ordering::Relaxed);
        }
    }
    fn new_span(&self, _span: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }
    fn record(&self, _span: &Id, _values: &Record<'_>) {}
    fn record_follows_from(&self, _span: &Id, _follows: &Id) {}
    fn enter(&self, _span: &Id) {}
    fn exit(&self, _span: &Id) {}
}

/// What sqlx says of one. Others than reads come in between: a pool opens a connection whenever the rest are not back yet, and
/// the writer's thread speaks of a commit after it has answered.
#[derive(Default)]
struct Statement {
    reads: bool,
}

impl Visit for Statement {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        if field.name() == "summary" {
            let summary = format!("{value:?}").to_lowercase();
            self.reads = ["select", "with"].iter().any(|word| summary.trim_matches('"').starts_with(word));
        }
    }
}

/// Begins to count.
pub fn count() {
    tracing::subscriber::set_global_default(Statements).expect("the only one");
}

/// What `work` gives, and how many statements it took.
pub async fn taken_by<T>(work: impl Future<Output = T>) -> (T, usize) {
    let before = STATEMENTS.load(Ordering::Relaxed);
    let result = work.await;
    (result, STATEMENTS.load(Ordering::Relaxed) - before)
}
