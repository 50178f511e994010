//! A database of an earlier version is brought up to date with everything in it.

mod support;

use domain::breakdown::{Breakdown, Dimension, RowKey, Sort};
use domain::clock::{DAY_MS, HOUR_MS};
use domain::filter::Filters;
use domain::overview::{Question, Selection};
use domain::step::Step;
use domain::time_range::TimeRange;
use domain::write_key::KeyState;
use sqlx::Connection;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use std::borrow::Cow;
use store::event::EventWriter;
use store::{Durability, Store, overview, source, write_key};
use support::counts::counts;
use support::{Database, Keep, NOW, SHOP, track, tracks};

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

/// What version 6 wrote for one count: code, type, how many follow, name, version, library, count.
fn flat_count(code: &str, event_type: &str, [name, version, library, count]: [u8; 4]) -> Vec<u8> {
    [short(code), short(event_type), vec![1, name, version, library, count]].concat()
}

/// And version 7: code, type, bytes that follow, name, bytes counted under it, version, library, count.
fn named_count(code: &str, event_type: &str, [name, version, library, count]: [u8; 4]) -> Vec<u8> {
    [short(code), short(event_type), vec![5, name, 3, version, library, count]].concat()
}

fn short(text: &str) -> Vec<u8> {
    [&[u8::try_from(text.len()).expect("short")], text.as_bytes()].concat()
}

#[tokio::test]
async fn packed_counts_of_an_earlier_version_are_packed_anew() {
    for (version, count) in [(7, flat_count as fn(&str, &str, [u8; 4]) -> Vec<u8>), (9, named_count)] {
        check_packed(version, count).await;
    }
}

async fn check_packed(version: i64, count: fn(&str, &str, [u8; 4]) -> Vec<u8>) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let mut connection = before(version, directory.path()).await;
    sqlx::query("insert into dictionary (id, text) values (2, 'Order Paid'), (3, '1.0.0')")
        .execute(&mut connection)
        .await
        .expect("writes");
    let at = NOW.floor_to(DAY_MS);
    let counts = |events| [count("", "track", [2, 3, 0, events]), count("received", "", [0, 0, 0, events])].concat();
    for tier_ms in [10_000, 60_000, 900_000, 3 * HOUR_MS, DAY_MS] {
        sqlx::query(
            "insert into rollup_block (source, tier_ms, bucket_ms, totals, names, versions, libraries, keys)
             values (1, $1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(tier_ms)
        .bind(at.0)
        .bind(b"\x00\x05track\x09\x08received\x00\x09".as_slice())
        .bind(b"\x00\x02\x02\x09".as_slice())
        .bind(b"\x00\x02\x03\x09".as_slice())
        .bind(b"\x00\x02\x00\x09".as_slice())
        .bind(counts(9))
        .execute(&mut connection)
        .await
        .expect("writes");
    }
    sqlx::query("insert into rollup_tail (source, tier_ms, bucket_ms, counts) values (1, 10000, $1, $2)")
        .bind(at.0)
        .bind(counts(4))
        .execute(&mut connection)
        .await
        .expect("writes");
    connection.close().await.expect("closes");

    for _ in ["packed", "opened again"] {
        let store = Store::open(directory.path(), Durability::Normal).await.expect("opens");
        let window = TimeRange::Custom { from: at, until: at.plus_ms(DAY_MS) }.resolve(NOW);
        let filters = Filters::default().with(Dimension::EventName, Some(RowKey::Name("Order Paid".into())));
        for filters in [Filters::default(), filters] {
            let question =
                Question { window, selection: Selection::default(), filters, dimension: Dimension::AppVersion };
            let page = overview::read(&store, SHOP, question, NOW, |all| all).await.expect("reads");
            assert_eq!(page.overview.pipeline.total(Step::Received).now, 13);
            let breakdown = page.named.expect("reads the words").table;
            let rows: Vec<_> = breakdown.rows.iter().map(|row| (&row.key, row.counts.now)).collect();
            assert_eq!(rows, [(&RowKey::Version("1.0.0".into()), 13)]);
        }
        assert_eq!(overview::check_ledger(&store, SHOP).await.expect("checks"), []);
        store.close().await;
    }
}

#[tokio::test]
async fn chunks_of_an_earlier_version_are_packed_anew() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let mut connection = before(11, directory.path()).await;
    sqlx::query("insert into dictionary (id, text) values (2, 'Order Paid'), (3, '1.0.0'), (4, 'Order Sent')")
        .execute(&mut connection)
        .await
        .expect("writes");
    let at = NOW.floor_to(5 * DAY_MS);
    for (id, tier_ms) in [(7, 10_000), (8, 60_000), (9, 900_000), (10, 3 * HOUR_MS), (11, DAY_MS), (12, 5 * DAY_MS)] {
        // Of its sums nothing is read: they are made of the keys.
        sqlx::query(
            "insert into rollup_block
                (id, source, tier_ms, bucket_ms, totals, versions, libraries, received_names, names, keys)
             values ($1, 1, $2, $3, x'', x'', x'', x'', x'', $4)",
        )
        .bind(id)
        .bind(tier_ms)
        .bind(at.0)
        .bind([named_count("", "track", [2, 3, 0, 9]), named_count("received", "", [0, 0, 0, 14])].concat())
        .execute(&mut connection)
        .await
        .expect("writes");
        sqlx::query("insert into rollup_keys (block, first_name, keys) values ($1, 4, $2)")
            .bind(id)
            .bind(named_count("", "track", [4, 0, 0, 5]))
            .execute(&mut connection)
            .await
            .expect("writes");
    }
    connection.close().await.expect("closes");

    let row = |name: &str| RowKey::Name(name.into());
    for _ in ["packed", "opened again"] {
        let store = Store::open(directory.path(), Durability::Normal).await.expect("opens");
        let window = TimeRange::Custom { from: at, until: at.plus_ms(5 * DAY_MS) }.resolve(NOW);
        let filters = Filters::default().with(Dimension::EventName, Some(row("Order Sent")));
        for (filters, received) in [(Filters::default(), 14), (filters, 5)] {
            let question =
                Question { window, selection: Selection::default(), filters, dimension: Dimension::EventName };
            let sorted = |all: Breakdown| all.sorted(Sort::default(), None);
            let page = overview::read(&store, SHOP, question, NOW, sorted).await.expect("reads");
            assert_eq!(page.overview.series.total().now, received);
            assert_eq!(
                page.overview.tabs.iter().find(|(tab, _)| *tab == Dimension::EventName).map(|tab| tab.1),
                Some(2)
            );
            let rows = page.named.expect("reads the words").table.rows;
            let rows: Vec<_> = rows.into_iter().map(|row| (row.key, row.counts.now)).collect();
            assert_eq!(rows, [(row("Order Paid"), 9), (row("Order Sent"), 5)]);
        }
        assert_eq!(overview::check_ledger(&store, SHOP).await.expect("checks"), []);
        store.close().await;
    }
}

#[tokio::test]
async fn events_of_an_earlier_versions_tail_are_kept() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let mut connection = before(8, directory.path()).await;
    sqlx::query(
        r#"insert into event_tail (source, at, hash, line) values
            (1, $1, 7, '{"at":' || $1 || ',"id":"a","type":"track","code":"","event":{"n":1}}'),
            (1, $1, 8, '{"at":' || $1 || ',"id":"b","type":"page","code":"id_not_string","event":{"n":2}}'),
            (2, $1, 9, '{"at":' || $1 || ',"id":"c","type":"track","code":"","event":{"n":3}}')"#,
    )
    .bind(NOW.0)
    .execute(&mut connection)
    .await
    .expect("writes");
    connection.close().await.expect("closes");

    for _ in ["packed", "opened again"] {
        let store = Store::open(directory.path(), Durability::Normal).await.expect("opens");
        let events = support::read(&store, SHOP, NOW, NOW.plus_ms(1), 10).await;
        let lines: Vec<_> =
            events.iter().map(|event| (&*event.message_id, event.verdict.code(), &*event.line)).collect();
        assert_eq!(lines, [("a", "", r#"{"n":1}"#), ("b", "id_not_string", r#"{"n":2}"#)]);
        store.close().await;
    }
}

#[tokio::test]
async fn blocks_of_an_earlier_version_are_merged_where_they_were_not() {
    let hour = NOW.floor_to(HOUR_MS);
    let database = Database::new().await;
    let mut writer = database.writer().await;
    for n in 0..4 {
        let at = hour.plus_ms(if n < 2 { 0 } else { HOUR_MS });
        writer.keep(tracks(&n.to_string(), 64, at)).await.expect("commits");
    }
    let directory = tempfile::tempdir().expect("a temporary directory");
    let mut connection = before(15, directory.path()).await;
    sqlx::query("attach $1 as later")
        .bind(database.directory.path().join("headwater.db").to_string_lossy())
        .execute(&mut connection)
        .await
        .expect("attaches");
    // The first hour is settled.
    for statement in [
        "insert into event_block select * from later.event_block",
        "update event_block set settled = 1 where hour_ms = (select min(hour_ms) from event_block)",
    ] {
        sqlx::query(statement).execute(&mut connection).await.expect("writes");
    }
    connection.close().await.expect("closes");

    let now = hour.plus_ms(3 * HOUR_MS);
    let store = Store::open(directory.path(), Durability::Normal).await.expect("opens");
    let mut writer = EventWriter::open(&store, now).await.expect("a writer");
    let mut merged = 0;
    loop {
        let done = writer.maintain(now).await.expect("maintains");
        merged += done.merged_blocks;
        if !done.more {
            break;
        }
    }
    assert_eq!(merged, 2);
    let read = support::read(&store, SHOP, hour, now, usize::MAX).await;
    assert_eq!(read.len(), 4 * 64);
}

#[tokio::test]
async fn days_of_an_earlier_version_become_five_days() {
    let database = Database::new().await;
    let mut writer = database.writer().await;
    for day in 0..12 {
        let at = NOW.plus_ms(-day * DAY_MS);
        writer.keep(vec![track(&format!("{day}"), &format!("Name {}", day % 3), at)]).await.expect("commits");
    }
    while writer.maintain(NOW.plus_ms(HOUR_MS)).await.expect("maintains").more {}
    drop(writer);
    let expected = counts(&database).await;
    let mut raw = database.raw().await;
    sqlx::query("delete from rollup_block where tier_ms = $1")
        .bind(5 * DAY_MS)
        .execute(&mut raw)
        .await
        .expect("deletes");
    sqlx::query("create table rollup_five_days_missing (id integer primary key)")
        .execute(&mut raw)
        .await
        .expect("creates");
    assert_ne!(counts(&database).await, expected);
    for _ in ["made", "opened again"] {
        database.second().await.close().await;
        assert_eq!(counts(&database).await, expected);
    }
}
