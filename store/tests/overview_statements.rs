//! What a page waits for: the fewer statements, the less it suffers from busy cores.

mod support;

use domain::breakdown::{Dimension, RowKey};
use domain::filter::Filters;
use domain::overview::{Question, Selection};
use domain::time_range::TimeRange;
use store::overview::{self, Whole};
use store::source;
use support::{Database, JudgedEvent, Keep, NOW, statements, track};

#[tokio::test]
async fn a_page_is_read_in_one_statement() {
    let database = Database::new().await;
    let shop = database.source("Shop").await;
    let events = (0..50).map(|n| {
        let event = track(&n.to_string(), &format!("event {n}"), NOW.plus_ms(-n * 60_000));
        JudgedEvent { source: shop.number, ..event }
    });
    let mut writer = database.writer().await;
    writer.keep(events.collect()).await.expect("commits");
    while writer.maintain(NOW).await.expect("maintains").more {}
    source::head(&database.store, &shop.slug).await.expect("reads").expect("is there");
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
        let read = || overview::whole(&database.store, &shop.slug, question(), None, NOW, |all| all);
        // The first one learns the words.
        read().await.expect("reads");
        let (whole, statements) = statements::taken_by(read()).await;
        let Whole { head, page, .. } = whole.expect("reads").expect("is there");
        assert_eq!(head.source.id, shop.id);
        assert_eq!(page.overview.series.now.iter().sum::<u64>(), events, "{dimension:?}");
        assert_eq!(statements, 1, "{dimension:?}");
    }
}
