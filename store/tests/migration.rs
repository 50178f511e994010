//! A database of an earlier version is brought up to date with everything in it.

mod support;

use domain::write_key::KeyState;
use sqlx::Connection;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use std::borrow::Cow;
use store::{Durability, Store, source, write_key};
use support::NOW;

static MIGRATIONS: Migrator = sqlx::migrate!("../migrations");

/// A database as it was before sources had a life.
async fn before_0004(path: &std::path::Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(path.join("headwater.db")).create_if_missing(true);
    let mut connection = SqliteConnection::connect_with(&options).await.expect("connects");
    let earlier = MIGRATIONS.migrations.iter().filter(|migration| migration.version < 4).cloned().collect();
    let earlier = Migrator { migrations: Cow::Owned(earlier), ..Migrator::DEFAULT };
    earlier.run(&mut connection).await.expect("migrates");
    connection
}

#[tokio::test]
async fn sources_and_keys_of_an_earlier_version_go_on() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let mut connection = before_0004(directory.path()).await;
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
