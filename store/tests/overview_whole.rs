//! A whole page in one statement: what it says is what its parts say, and never of another source.

mod support;

use domain::audit::Actor;
use domain::breakdown::{Dimension, Sort};
use domain::clock::{HOUR_MS, MINUTE_MS};
use domain::filter::Filters;
use domain::overview::{Question, Selection};
use domain::time_range::TimeRange;
use store::{mark, overview, source};
use support::{Database, JudgedEvent, Keep, NOW, track};

#[tokio::test]
async fn a_whole_page_is_its_parts_as_long_as_the_source_is_there() {
    let database = Database::new().await;
    let (other, shop) = (database.source("Other").await, database.source("Shop").await);
    let event = |id: &str, version: &'static str, age_ms: i64| JudgedEvent {
        source: shop.number,
        version: Some(version.into()),
        ..track(id, "Paid", NOW.plus_ms(-age_ms))
    };
    let events = vec![event("a", "1.0", 9 * HOUR_MS), event("b", "2.0", HOUR_MS), event("c", "2.0", MINUTE_MS)];
    database.writer().await.keep(events).await.expect("commits");
    let question = || Question {
        window: TimeRange::Day.resolve(NOW),
        selection: Selection::default(),
        filters: Filters::default(),
        dimension: Dimension::AppVersion,
    };
    let read = || overview::whole(&database.store, &shop.slug, question(), None, NOW, |all| all);
    assert!(read().await.expect("reads").is_none(), "nobody has asked whose slug it is");
    let head = source::head(&database.store, &shop.slug).await.expect("reads").expect("is there");
    let page = overview::read(&database.store, shop.number, question(), NOW, |all| all).await.expect("reads");
    let marks = mark::of_source(&database.store, &shop, &question().window).await.expect("reads");
    let found = read().await.expect("reads").expect("is there");
    assert_eq!(format!("{:?}", found.head), format!("{head:?}"));
    assert_eq!(found.head.last_event_at, Some(NOW.plus_ms(-MINUTE_MS)));
    assert_eq!((found.marks, found.page.overview), (marks, page.overview));
    let [found, expected] = [found.page.named, page.named].map(|named| named.expect("reads the words"));
    assert_eq!(found.table.sorted(Sort::default(), None), expected.table.sorted(Sort::default(), None));
    assert_eq!(found.live.map(|live| live.last_minute), expected.live.map(|live| live.last_minute));

    // The slug goes to another source.
    let mut connection = database.raw().await;
    sqlx::query("update source_slugs set source_id = $1 where slug = $2")
        .bind(&other.id)
        .bind(&shop.slug)
        .execute(&mut connection)
        .await
        .expect("moves");
    assert!(read().await.expect("reads").is_none(), "it is another's");
    source::head(&database.store, &shop.slug).await.expect("reads");
    assert_eq!(read().await.expect("reads").expect("is there").head.source.id, other.id);
    source::delete(&database.store, &other.id, Actor::Local, NOW).await.expect("deletes");
    assert!(read().await.expect("reads").is_none(), "it is nobody's");
}
