//! A source changed, switched, deleted and restored; each with its audit line.

mod support;

use domain::audit::Actor;
use domain::clock::{DAY_MS, Timestamp};
use domain::label::{Label, Labels};
use domain::source::{DELETED_KEEP_MS, Description, FORMER_SLUGS_MAX, Source, SourceSlug, Website};
use domain::write_key::WriteKey;
use serde_json::{Value, json};
use store::source::{Basics, ChangeError, Labelled, NewSource, SetEnabled};
use store::{schema, source, write_key};
use support::{Database, JudgedEvent, Keep, NOW, source_name, track};

fn basics(name: &str, slug: &str) -> Basics {
    Basics {
        name: source_name(name),
        slug: SourceSlug::parse(slug).expect("a slug"),
        description: Description::default(),
        website: Website::default(),
        labels: Labels::default(),
    }
}

async fn update(database: &Database, of: &Source, basics: &Basics) -> Result<Source, ChangeError> {
    source::update(&database.store, &of.id, of.version, basics, Actor::Local, NOW).await
}

async fn slug_now(database: &Database, slug: &str) -> Option<String> {
    source::by_slug(&database.store, slug).await.expect("reads").map(|source| source.slug)
}

/// What and how, of one action.
async fn lines(database: &Database, action: &str) -> Vec<Value> {
    let details: Vec<String> = sqlx::query_scalar("select detail from audit where action = $1 order by id")
        .bind(action)
        .fetch_all(&mut database.raw().await)
        .await
        .expect("reads");
    details.iter().map(|detail| serde_json::from_str(detail).expect("JSON")).collect()
}

#[tokio::test]
async fn a_change_is_saved_with_what_was_and_what_is() {
    let database = Database::new().await;
    let shop = database.source("Shop").await;
    let wanted = Basics {
        description: Description::parse("What people\nbuy").expect("a description"),
        website: Website::parse("https://shop.example").expect("a website"),
        labels: Labels::parse("env:production").expect("labels"),
        ..basics("متجر '; drop table sources; --", "shop-web")
    };
    let saved = update(&database, &shop, &wanted).await.expect("saves");
    assert_eq!(source::by_slug(&database.store, "shop-web").await.expect("reads"), Some(saved.clone()));
    assert_eq!((saved.version, saved.description.as_str()), (2, "What people\nbuy"));
    assert_eq!(update(&database, &saved, &wanted).await.expect("saves").version, 2, "nothing to save");
    let expected = json!({
        "before": { "name": "Shop", "slug": "shop", "description": "", "website": "", "labels": [] },
        "after": {
            "name": "متجر '; drop table sources; --", "slug": "shop-web", "description": "What people\nbuy",
            "website": "https://shop.example", "labels": ["env:production"],
        },
    });
    assert_eq!(lines(&database, "source.update").await, [expected]);
}

#[tokio::test]
async fn the_second_of_two_savers_is_told_and_nothing_is_lost() {
    let database = Database::new().await;
    let read = database.source("Shop").await;
    let first = update(&database, &read, &basics("Shop of A", "shop")).await.expect("saves");
    match update(&database, &read, &basics("Shop of B", "shop")).await {
        Err(ChangeError::Stale(theirs)) => assert_eq!(*theirs, first),
        other => panic!("{other:?}"),
    }
    let second = update(&database, &first, &basics("Shop of B", "shop")).await.expect("saves, knowing of A's");
    assert_eq!((second.name.as_str(), second.version), ("Shop of B", 3));
    assert_eq!(lines(&database, "source.update").await.len(), 2);
}

#[tokio::test]
async fn savers_at_the_same_time_are_one_winner_and_the_rest_is_told() {
    let database = Database::new().await;
    let read = database.source("Shop").await;
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..6 {
        let (store, id) = (database.second().await, read.id.clone());
        tasks.spawn(async move {
            let wanted = basics(&format!("Shop {n}"), "shop");
            source::update(&store, &id, 1, &wanted, Actor::Local, NOW).await.is_ok()
        });
    }
    assert_eq!(tasks.join_all().await.into_iter().filter(|won| *won).count(), 1);
}

#[tokio::test]
async fn a_former_slug_leads_on_and_is_nobody_elses() {
    let database = Database::new().await;
    let mut shop = database.source("Shop").await;
    let other = database.source("Other").await;
    shop = update(&database, &shop, &basics("Shop", "web")).await.expect("saves");
    assert_eq!(slug_now(&database, "shop").await.as_deref(), Some("web"));
    match update(&database, &other, &basics("Other", "shop")).await {
        Err(ChangeError::SlugTaken { slug, free }) => assert_eq!((slug.as_str(), free.as_str()), ("shop", "shop-2")),
        taken => panic!("{taken:?}"),
    }
    assert_eq!(source::propose_slug(&database.store, &source_name("Shop")).await.expect("reads").as_str(), "shop-2");
    shop = update(&database, &shop, &basics("Shop", "shop")).await.expect("takes its own back");
    assert_eq!(slug_now(&database, "web").await.as_deref(), Some("shop"));
    for n in 0..=FORMER_SLUGS_MAX {
        let at = NOW.plus_ms(n + 1);
        let wanted = basics("Shop", &format!("shop-of-{n}"));
        shop = source::update(&database.store, &shop.id, shop.version, &wanted, Actor::Local, at).await.expect("saves");
    }
    assert_eq!(slug_now(&database, "shop-of-0").await, Some(shop.slug));
    assert_eq!(slug_now(&database, "web").await, None, "the oldest are let go");
}

#[tokio::test]
async fn many_are_labelled_and_switched_at_once() {
    let database = Database::new().await;
    let (a, b) = (database.source("A").await, database.source("B").await);
    let full = (0..20).map(|n| format!("k{n}:v")).collect::<Vec<_>>().join(" ");
    let full =
        NewSource { labels: Labels::parse(&full).expect("labels"), ..NewSource::named(source_name("Full"), "go") };
    let full = source::create(&database.store, full, NOW, [1; 32]).await.expect("creates").source;
    let ids = [a.id.as_str(), b.id.as_str(), full.id.as_str(), "nobody"];
    let label = Label::parse("env:dev").expect("a label");
    let chosen = ids.map(|id| (id, None));
    let label = source::label_many(&database.store, &chosen, &label, Actor::Local, NOW);
    assert_eq!(label.await.expect("labels"), Labelled::Done { changed: 2, full: vec!["Full".to_owned()] });
    let b = source::by_slug(&database.store, "b").await.expect("reads").expect("b");
    assert_eq!((b.labels.to_string().as_str(), b.version), ("env:dev", 2));
    let switch = |to| source::set_enabled_many(&database.store, &ids, to, Actor::Local, NOW);
    assert_eq!(switch(SetEnabled::Disable).await.expect("switches"), 3);
    assert_eq!(switch(SetEnabled::Disable).await.expect("switches"), 0);
    assert_eq!(switch(SetEnabled::Enable).await.expect("switches"), 3);
    let expected = json!({ "before": { "enabled": true }, "after": { "enabled": false } });
    assert_eq!(lines(&database, "source.disable").await, [expected.clone(), expected.clone(), expected]);
    assert_eq!(slug_now(&database, "a").await.as_deref(), Some("a"));
}

#[tokio::test]
async fn a_label_for_many_takes_nothing_away_that_its_giver_has_not_seen() {
    let database = Database::new().await;
    let (a, b) = (database.source("A").await, database.source("B").await);
    let set = async |label: &str, versions: [i64; 2]| {
        let chosen = [(a.id.as_str(), Some(versions[0])), (b.id.as_str(), Some(versions[1]))];
        let label = Label::parse(label).expect("a label");
        source::label_many(&database.store, &chosen, &label, Actor::Local, NOW).await.expect("labels")
    };
    let labels = async |slug: &str| {
        source::by_slug(&database.store, slug).await.expect("reads").expect("a source").labels.to_string()
    };
    let done = |changed| Labelled::Done { changed, full: Vec::new() };
    assert_eq!(set("env:dev", [1, 1]).await, done(2));
    assert_eq!(set("team:web", [1, 1]).await, done(2), "another key is no conflict");
    assert_eq!(set("env:dev", [1, 1]).await, done(0), "nor is the same value");
    assert_eq!(set("env:production", [3, 1]).await, Labelled::Stale(vec!["B".to_owned()]));
    assert_eq!([labels("a").await, labels("b").await], ["env:dev team:web"; 2], "all or none");
    assert_eq!(set("env:production", [3, 3]).await, done(2));
    assert_eq!(labels("b").await, "env:production team:web");
}

#[tokio::test]
async fn a_deleted_source_is_gone_with_its_keys_and_comes_back_whole() {
    let database = Database::new().await;
    let store = &database.store;
    let shop = database.source("Shop").await;
    let mut writer = database.writer().await;
    writer.keep(vec![track("1", "x", NOW)]).await.expect("commits");
    assert!(source::delete(store, &shop.id, Actor::Local, NOW).await.expect("deletes"));
    assert!(!source::delete(store, &shop.id, Actor::Local, NOW).await.expect("deletes"), "once is enough");
    assert_eq!(slug_now(&database, "shop").await, None);
    assert!(write_key::rules(store, "key of Shop").await.expect("reads").is_none());
    assert_eq!(source::count(store).await.expect("counts"), 0);
    assert!(source::list(store, NOW).await.expect("lists").is_empty());
    assert!(matches!(update(&database, &shop, &basics("x", "x")).await, Err(ChangeError::NotFound)));
    let late = NOW.plus_ms(DELETED_KEEP_MS - 1);
    assert_eq!(source::deleted(store, late).await.expect("lists")[0].purge_at(), Some(late.plus_ms(1)));
    let restored = source::restore(store, &shop.id, Actor::Local, late).await.expect("restores");
    assert_eq!(restored, Some(shop.clone()));
    assert!(write_key::rules(store, "key of Shop").await.expect("reads").is_some());
    assert_eq!(source::list(store, NOW).await.expect("lists")[0].received, 1);
    assert_eq!((lines(&database, "source.delete").await.len(), lines(&database, "source.restore").await.len()), (1, 1));
}

#[tokio::test]
async fn after_its_time_a_deleted_source_leaves_nothing_and_others_keep_all() {
    let database = Database::new().await;
    let store = &database.store;
    let (shop, other) = (database.source("Shop").await, database.source("Other").await);
    schema::block_event(store, &shop.id, "y", NOW).await.expect("blocks");
    let mut writer = database.writer().await;
    let of = |source: &Source, prefix: &str| -> Vec<JudgedEvent> {
        let event = |n: i64| track(&format!("{prefix}{n}"), "x", NOW.plus_ms(n));
        (0..70).map(|n| JudgedEvent { source: source.number, ..event(n) }).collect()
    };
    writer.keep(of(&shop, "a")).await.expect("a block");
    writer.keep(of(&shop, "b").into_iter().take(3).collect()).await.expect("a tail");
    writer.keep(of(&other, "c")).await.expect("a block");
    source::delete(store, &shop.id, Actor::Local, NOW).await.expect("deletes");
    let due = NOW.plus_ms(DELETED_KEEP_MS);
    let mut purged = maintain(&mut writer, due.plus_ms(-1)).await;
    assert_eq!(purged, 0, "not a moment too early");
    assert_eq!(
        source::restore(store, &shop.id, Actor::Local, due).await.expect("reads"),
        None,
        "nor restored too late"
    );
    assert!(source::deleted(store, due).await.expect("lists").is_empty());
    purged = maintain(&mut writer, due).await;
    assert!(purged >= 3, "block, counts, the source itself: {purged}");
    let mut raw = database.raw().await;
    for table in ["event_block", "unsettled_hour", "rollup_tail", "rollup_block", "rollup_summary", "last_event"] {
        let sql = format!("select count(*) from {table} where source = {}", shop.number.0);
        let left: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&mut raw).await.expect("counts");
        assert_eq!(left, 0, "{table}");
    }
    let tail: i64 = sqlx::query_scalar("select count(*) from event_tail").fetch_one(&mut raw).await.expect("counts");
    assert_eq!(tail, 0, "sealed before its source went");
    for table in ["write_keys", "blocked_events", "source_slugs"] {
        let sql = format!("select count(*) from {table} where source_id = '{}'", shop.id);
        let left: i64 = sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(&mut raw).await.expect("counts");
        assert_eq!(left, 0, "{table}");
    }
    assert_eq!(lines(&database, "source.purge").await, [json!({ "name": "Shop" })]);
    let kept = support::read(store, other.number, NOW, NOW.plus_ms(DAY_MS), 100).await;
    assert_eq!(kept.len(), 70);
    let again = NewSource::named(source_name("Shop"), "go");
    let again = source::create_with_key(store, again, WriteKey::from_text("key of Shop"), due).await.expect("creates");
    assert_eq!(again.source.slug, "shop", "its name and key are free again");
}

/// Runs maintenance to its end; how many slices were a deleted source's.
async fn maintain(writer: &mut store::event::EventWriter, now: Timestamp) -> usize {
    let mut purged = 0;
    loop {
        let slice = writer.maintain(now).await.expect("maintains");
        purged += usize::from(slice.purged);
        if !slice.more {
            return purged;
        }
    }
}
