//! A database of an earlier version is brought up to date with everything in it.

mod support;

use domain::breakdown::RowKey;
use domain::clock::{DAY_MS, HOUR_MS};
use domain::step::Step;
use domain::time_range::TimeRange;
use domain::write_key::KeyState;
use sqlx::Connection;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use std::borrow::Cow;
use store::{Durability, Store, overview, source, write_key};
use support::{NOW, SHOP};

static MIGRATIONS: Migrator = sqlx::migrate!("../migrations");

/// A database as it was before a migration.
async fn before(version: i64, path: &std::path::Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(path.join("headwater.db")).create_if_missing(true);
    let mut connection = SqliteConnection::connect_with(&options).await.expect("connects");
    let earlier = MIGRATIONS.migrations.iter().filter(|migration| migration.version < version).cloned().collect();
    let earlier = Migrator { migrations: Cow::Owned(earlier), ..Migrator::DEFAULT };
    earlier.run(&mut connection).await.expect("migrates");
    connection
}

#[tokio::test]
async fn sources_and_keys_of_an_earlier_version_go_on() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let mut connection = before(4, directory.path()).await;
    for statement in [
        "insert into counter (name, value) values ('source', 2)",
        "insert into sources (id, number, name, slug, kind, enabled, created_at) values ('a', 1, 'Shop', 'shop', 'go', 1, 5)",
        "insert into sources (id, number, name, slug, kind, enabled, created_at) values ('b', 2, 'New', 'new', 'go', 0, 6)",
        "insert into write_keys (key, source_id, created_at) values ('key 1', 'a', 5), ('key 2', 'a', 5), ('key 3', 'b', 6)",
    ] {
        sqlx::query(statement).execute(&mut connection).await.expect("writes");
    }
    connection.close().await.expect("closes");

    let store = Store::open(directory.path(), Durability::Normal).await.expect("opens");
    let shop = source::by_slug(&store, "shop").await.expect("reads").expect("the shop");
    assert_eq!((shop.version, shop.website.as_str(), shop.labels.is_empty(), shop.deleted_at), (1, "", true, None));
    let keys = write_key::list(&store, &shop.id).await.expect("lists");
    let mut ids: Vec<&str> = keys.iter().map(|key| key.id.as_str()).collect();
    ids.sort_unstable();
    assert_eq!(ids, ["a-1", "a-2"]);
    assert!(keys.iter().all(|key| key.state(NOW) == KeyState::Active && key.last_used_at.is_none()));
    assert!(write_key::rules(&store, "key 3").await.expect("reads").is_some_and(|rules| !rules.enabled));
    let renamed = source::by_slug(&store, "new-2").await.expect("reads");
    assert_eq!(renamed.map(|source| source.name).as_deref(), Some("New"), "“new” is a page");
    assert!(source::by_slug(&store, "new").await.expect("reads").is_none());
}

#[tokio::test]
async fn counts_of_an_earlier_version_are_packed() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let mut connection = before(6, directory.path()).await;
    let at = NOW.floor_to(DAY_MS);
    sqlx::query("insert into dictionary (id, text) values (2, 'Order Paid'), (3, '1.0.0')")
        .execute(&mut connection)
        .await
        .expect("writes");
    // Three hours of the same day, each with what its tiers had.
    for hour in 0..3 {
        for tier_ms in [10_000, 60_000, 900_000, HOUR_MS] {
            sqlx::query(
                "insert into rollup (source, tier_ms, counted, bucket_ms, type, name, version, count)
                 values (1, $1, 'received', $2, '', 0, 0, 7), (1, $1, '', $2, 'track', 2, 3, 5),
                    (1, $1, 'id_not_string', $2, 'page', 0, 0, 2)",
            )
            .bind(tier_ms)
            .bind(at.plus_ms(hour * HOUR_MS).0)
            .execute(&mut connection)
            .await
            .expect("writes");
        }
    }
    connection.close().await.expect("closes");

    for _ in ["packed", "opened again"] {
        let store = Store::open(directory.path(), Durability::Normal).await.expect("opens");
        for (range, received) in [
            (TimeRange::Custom { from: at, until: at.plus_ms(DAY_MS) }, 21),
            (TimeRange::Custom { from: at.plus_ms(HOUR_MS), until: at.plus_ms(HOUR_MS + 60_000) }, 7),
            (TimeRange::TwoWeeks, 21),
            (TimeRange::Custom { from: at.plus_ms(-90 * DAY_MS), until: NOW }, 21),
        ] {
            let report = overview::report(&store, SHOP, range.resolve(NOW), NOW).await.expect("reports");
            assert_eq!(report.pipeline.total(Step::Received).now, received, "{range:?}");
            let name = report.event_name.rows.iter().find(|row| row.key == RowKey::Name("Order Paid".into()));
            assert_eq!(name.map(|row| row.counts.now), Some(received / 7 * 5), "{range:?}");
            assert!(report.pipeline.adds_up());
        }
        assert_eq!(overview::check_ledger(&store, SHOP).await.expect("checks"), []);
        store.close().await;
    }
}
