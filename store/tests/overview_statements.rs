//! What a page waits for: the fewer statements, the less it suffers from busy cores.

mod support;

use domain::breakdown::{Dimension, RowKey};
use domain::filter::Filters;
use domain::overview::{Question, Selection};
use domain::time_range::TimeRange;
use store::overview;
use support::{Database, Keep, NOW, SHOP, statements, track};

#[tokio::test]
async fn a_page_is_read_in_one_statement() {
    let database = Database::new().await;
    let events = (0..50).map(|n| track(&n.to_string(), &format!("event {n}"), NOW.plus_ms(-n * 60_000))).collect();
    let mut writer = database.writer().await;
    writer.keep(events).await.expect("commits");
    while writer.maintain(NOW).await.expect("maintains").more {}
    let one_name = Filters::default().with(Dimension::EventName, Some(RowKey::Name("event 7".into())));
    let questions = [
        (Dimension::EventType, Filters::default(), 50),
        (Dimension::EventName, Filters::default(), 50),
        (Dimension::AppVersion, one_name, 1),
    ];
    statements::count();
    for (dimension, filters, events) in questions {
        let question = || Question {
            window: TimeRange::Day.resolve(NOW),
            selection: Selection::default(),
            filters: filters.clone(),
            dimension,
        };
        // The first one learns the words.
        overview::read(&database.store, SHOP, question(), NOW, |all| all).await.expect("reads");
        let read = overview::read(&database.store, SHOP, question(), NOW, |all| all);
        let (page, statements) = statements::taken_by(read).await;
        assert_eq!(page.expect("reads").overview.series.now.iter().sum::<u64>(), events, "{dimension:?}");
        assert_eq!(statements, 1, "{dimension:?}");
    }
}
