//! What a page waits for: the fewer statements, the less it suffers from busy cores.

mod support;

use domain::breakdown::Dimension;
use domain::filter::Filters;
use domain::overview::{Question, Selection};
use domain::time_range::TimeRange;
use store::overview;
use support::{Database, Keep, NOW, SHOP, statements, track};

#[tokio::test]
async fn a_page_is_read_in_one_statement_and_one_more_for_trends_of_words() {
    let database = Database::new().await;
    let events = (0..50).map(|n| track(&n.to_string(), &format!("event {n}"), NOW.plus_ms(-n * 60_000))).collect();
    database.writer().await.keep(events).await.expect("commits");
    statements::count();
    for (dimension, expected) in [(Dimension::EventType, 1), (Dimension::EventName, 2)] {
        let question = || Question {
            window: TimeRange::Day.resolve(NOW),
            selection: Selection::default(),
            filters: Filters::default(),
            dimension,
        };
        // The first one learns the words.
        overview::read(&database.store, SHOP, question(), NOW, |all| all).await.expect("reads");
        let read = overview::read(&database.store, SHOP, question(), NOW, |all| all);
        let (page, statements) = statements::taken_by(read).await;
        assert_eq!(page.expect("reads").overview.series.now.iter().sum::<u64>(), 50);
        assert_eq!(statements, expected, "{dimension:?}");
    }
}
