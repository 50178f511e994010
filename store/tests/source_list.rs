//! However many sources there are, their list costs the same few statements.

mod support;

use domain::clock::HOUR_MS;
use store::source;
use support::{Database, JudgedEvent, Keep, NOW, statements, track};

async fn statements_of_a_list(database: &Database, sources: usize) -> usize {
    let (list, statements) = statements::taken_by(source::list(&database.store, NOW)).await;
    let list = list.expect("lists");
    assert_eq!(list.len(), sources);
    assert!(list.iter().all(|summary| summary.received == 2 && summary.failed == 0));
    statements
}

#[tokio::test]
async fn a_list_of_a_hundred_sources_takes_as_many_statements_as_one_of_two() {
    statements::count();
    let database = Database::new().await;
    let mut writer = database.writer().await;
    let mut counts = Vec::new();
    for n in 0..100_u8 {
        let source = database.source(&format!("Source {n}")).await;
        let event =
            |id: &str, ago_ms: i64| JudgedEvent { source: source.number, ..track(id, "x", NOW.plus_ms(-ago_ms)) };
        writer.keep(vec![event("a", 0), event("b", 5 * HOUR_MS)]).await.expect("commits");
        if n == 1 || n == 99 {
            counts.push(statements_of_a_list(&database, usize::from(n) + 1).await);
        }
    }
    assert_eq!(counts[0], counts[1]);
    assert!((3..=5).contains(&counts[0]), "three selects in a transaction: {counts:?}");
}
