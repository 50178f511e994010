//! Connections that are kept at hand for pages.

mod support;

use domain::breakdown::Dimension;
use domain::filter::Filters;
use domain::overview::{Question, Selection};
use domain::time_range::TimeRange;
use futures_util::future::join_all;
use store::{Store, overview};
use support::{Database, Keep, NOW, SHOP, tracks};

async fn received(store: &Store) -> u64 {
    let (selection, filters) = (Selection::default(), Filters::default());
    let window = TimeRange::default().resolve(NOW.plus_ms(1));
    let question = Question { window, selection, filters, dimension: Dimension::EventName };
    let page = overview::read(store, SHOP, question, NOW, |all| all).await.expect("reads");
    page.overview.pipeline.received.now.iter().sum()
}

#[tokio::test]
async fn more_pages_at_once_than_connections_are_all_answered_and_closing_ends() {
    let database = Database::new().await;
    database.writer().await.keep(tracks("event", 5, NOW)).await.expect("commits");
    for _ in 0..3 {
        let answers = join_all((0..40).map(|_| received(&database.store))).await;
        assert_eq!(answers, [5; 40]);
    }
    database.store.close().await;
    assert!(database.store.ping().await.is_err(), "nothing is open any more");
}

#[test]
fn a_store_that_was_read_ends_without_a_runtime() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let database = runtime.block_on(async {
        let database = Database::new().await;
        assert_eq!(received(&database.store).await, 0);
        database
    });
    drop(runtime);
    drop(database);
}
