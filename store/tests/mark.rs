//! Marks: the first sight of a version is written once and survives a restart; changes of settings come from the audit trail.

mod support;

use domain::audit::Actor;
use domain::clock::{DAY_MS, HOUR_MS, Timestamp};
use domain::mark::{Mark, Marked};
use domain::time_range::TimeRange;
use store::source::{SetEnabled, set_enabled_many};
use store::{mark, schema};
use support::{Database, JudgedEvent, Keep, NOW, track};

fn of_version(id: &str, version: &str, at: Timestamp) -> JudgedEvent {
    JudgedEvent { version: Some(version.to_owned().into()), ..track(id, "Signed up", at) }
}

fn first_seen(version: &str, at: Timestamp) -> Mark {
    Mark { at, what: Marked::FirstSeen { version: version.to_owned() } }
}

#[tokio::test]
async fn the_first_event_of_a_version_is_a_mark_and_later_ones_are_not() {
    let database = Database::new().await;
    let shop = database.source("Shop").await;
    let window = TimeRange::Week.resolve(NOW);
    let hours_ago = |hours: i64| NOW.plus_ms(-hours * HOUR_MS);
    let mut writer = database.writer().await;
    // What a source begins with is no news.
    writer.keep(vec![of_version("a", "1.0.0", NOW.plus_ms(-3 * DAY_MS))]).await.expect("commits");
    writer
        .keep(vec![of_version("b", "1.1.0", hours_ago(9)), of_version("c", "1.1.0", hours_ago(10))])
        .await
        .expect("commits");
    writer.keep(vec![of_version("d", "1.1.0", hours_ago(8)), track("e", "Signed up", NOW)]).await.expect("commits");
    drop(writer);
    let mut writer = database.writer().await;
    writer
        .keep(vec![of_version("f", "1.1.0", hours_ago(2)), of_version("g", "2\0\"🚀", hours_ago(1))])
        .await
        .expect("commits");
    let marks = mark::of_source(&database.store, &shop, &window).await.expect("reads");
    assert_eq!(marks, [first_seen("2\0\"🚀", hours_ago(1)), first_seen("1.1.0", hours_ago(10))]);
    let yesterday = TimeRange::Custom { from: hours_ago(48), until: hours_ago(24) }.resolve(NOW);
    assert_eq!(mark::of_source(&database.store, &shop, &yesterday).await.expect("reads"), []);
}

#[tokio::test]
async fn what_was_done_to_a_source_is_marked_for_that_source_alone() {
    let database = Database::new().await;
    let (shop, other) = (database.source("Shop").await, database.source("Other").await);
    let at = |minutes: i64| NOW.plus_ms(-minutes * 60_000);
    for (to, minutes) in [(SetEnabled::Disable, 30), (SetEnabled::Enable, 20)] {
        set_enabled_many(&database.store, &[&shop.id], to, Actor::Local, at(minutes)).await.expect("switches");
    }
    schema::block_event(&database.store, &other.id, "Spam", at(10)).await.expect("blocks");
    let window = TimeRange::Hour.resolve(NOW);
    let marks = mark::of_source(&database.store, &shop, &window).await.expect("reads");
    let expected = [Mark { at: at(20), what: Marked::Enabled }, Mark { at: at(30), what: Marked::Disabled }];
    assert_eq!(marks, expected);
    let marks = mark::of_source(&database.store, &other, &window).await.expect("reads");
    assert_eq!(marks, [Mark { at: at(10), what: Marked::SchemaChanged }]);
}
