//! Sources, keys, controls and their audit lines; what one process writes the other sees.

mod support;

use domain::audit::Actor;
use domain::clock::{HOUR_MS, MINUTE_MS};
use domain::discard::DiscardReason;
use domain::label::Labels;
use domain::source::{SourceNumber, SourceSlug, Website};
use domain::verdict::Verdict;
use domain::write_key::{FIRST_KEY_NAME, WriteKey};
use std::collections::BTreeSet;
use store::source::{CreateError, NewSource, SetEnabled};
use store::{schema, source, write_key};
use support::{Database, JudgedEvent, Keep, NOW, source_name, track};

async fn audit(database: &Database) -> Vec<(String, String, String)> {
    sqlx::query_as("select action, resource, detail from audit order by at, id")
        .fetch_all(&mut database.raw().await)
        .await
        .expect("reads")
}

#[tokio::test]
async fn a_source_is_created_with_its_key_and_an_audit_line() {
    let database = Database::new().await;
    let store = &database.store;
    assert_eq!(source::count(store).await.expect("counts"), 0);
    let shop = database.source("Shop").await;
    assert_eq!((shop.slug.as_str(), shop.number, shop.enabled), ("shop", SourceNumber(1), true));
    assert_eq!(source::by_slug(store, "shop").await.expect("reads"), Some(shop.clone()));
    assert_eq!(source::by_slug(store, "Shop").await.expect("reads"), None);
    let key = write_key::of_source(store, &shop.id).await.expect("reads").expect("a key");
    assert_eq!(key.as_str(), "key of Shop");
    let rules = write_key::rules(store, key.as_str()).await.expect("reads").expect("rules");
    assert_eq!((rules.source, rules.enabled, rules.controls.blocked_events.len()), (shop.number, true, 0));
    assert!(write_key::rules(store, "key of shop").await.expect("reads").is_none(), "keys are exact");
    let lines = audit(&database).await;
    assert_eq!(
        lines,
        [(
            "source.create".to_owned(),
            shop.id,
            r#"{"kind":"javascript","labels":[],"name":"Shop","slug":"shop","website":""}"#.to_owned()
        )]
    );
}

#[tokio::test]
async fn a_key_belongs_to_one_source_and_a_refused_source_leaves_nothing() {
    let database = Database::new().await;
    database.source("Shop").await;
    let key = WriteKey::from_text("key of Shop");
    let other = NewSource::named(source_name("Other"), "python");
    let refused = source::create_with_key(&database.store, other, key, NOW).await;
    assert!(matches!(refused, Err(CreateError::KeyTaken)));
    assert_eq!(source::count(&database.store).await.expect("counts"), 1);
    assert_eq!(audit(&database).await.len(), 1);
    assert_eq!(database.source("Next").await.number, SourceNumber(2));
}

#[tokio::test]
async fn sources_of_one_name_created_at_once_get_slugs_of_their_own() {
    let database = Database::new().await;
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..12 {
        let store = if n % 2 == 0 { database.store.clone() } else { database.second().await };
        tasks.spawn(async move {
            let new = NewSource::named(source_name("Shop"), "javascript");
            source::create(&store, new, NOW, [n; 32]).await.expect("creates").source
        });
    }
    let sources = tasks.join_all().await;
    let slugs: BTreeSet<String> = sources.iter().map(|source| source.slug.clone()).collect();
    let expected = (1..=12).map(|n| source_name("Shop").slug().attempt(n).as_str().to_owned()).collect();
    assert_eq!(slugs, expected);
    let numbers: BTreeSet<SourceNumber> = sources.iter().map(|source| source.number).collect();
    assert_eq!(numbers.len(), 12);
    let mut ids: Vec<&str> = sources.iter().map(|source| source.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 12);
}

#[tokio::test]
async fn a_second_process_sees_a_new_key_and_new_rules() {
    let database = Database::new().await;
    let server = database.second().await;
    assert!(write_key::rules(&server, "key of Shop").await.expect("reads").is_none());
    let shop = database.source("Shop").await;
    assert!(write_key::rules(&server, "key of Shop").await.expect("reads").is_some_and(|rules| rules.enabled));
    for _ in 0..2 {
        schema::block_event(&database.store, &shop.id, "product_viewed", NOW).await.expect("blocks");
        schema::block_event(&database.store, &shop.id, "a\"b", NOW).await.expect("blocks");
        source::set_enabled(&database.store, &shop.id, SetEnabled::Disable, Actor::Local, NOW).await.expect("disables");
    }
    let rules = write_key::rules(&server, "key of Shop").await.expect("reads").expect("rules");
    let blocked: Vec<&str> = rules.controls.blocked_events.iter().map(String::as_str).collect();
    assert_eq!((rules.enabled, blocked), (false, vec!["a\"b", "product_viewed"]));
    let actions: Vec<String> = audit(&database).await.into_iter().map(|(action, _, _)| action).collect();
    let expected = ["schema.block_event", "schema.block_event", "source.create", "source.disable"];
    assert_eq!(actions.iter().map(String::as_str).collect::<BTreeSet<_>>(), BTreeSet::from(expected));
    assert_eq!(actions.len(), 4, "what changes nothing leaves no line");
    assert!(schema::block_event(&database.store, "no such source", "x", NOW).await.is_err());
}

#[tokio::test]
async fn the_list_shows_everyones_last_24_hours() {
    let database = Database::new().await;
    let (web, app) = (database.source("web").await, database.source("App").await);
    let mut writer = database.writer().await;
    let event = |id: &str, source: SourceNumber, ago_ms: i64, verdict: Verdict| JudgedEvent {
        source,
        verdict,
        ..track(id, "x", NOW.plus_ms(-ago_ms))
    };
    let failed = Verdict::Discarded(DiscardReason::NoUserAnonId);
    let filtered = Verdict::Discarded(DiscardReason::EventSetting);
    let events = vec![
        event("1", web.number, 0, Verdict::Eligible),
        event("2", web.number, 23 * HOUR_MS, failed),
        event("3", web.number, 30 * HOUR_MS, Verdict::Eligible),
        event("4", web.number, 5 * MINUTE_MS, filtered),
        event("4", web.number, MINUTE_MS, Verdict::Eligible),
        event("4", SourceNumber(77), MINUTE_MS, Verdict::Eligible),
    ];
    writer.keep(events).await.expect("commits");
    let list = source::list(&database.store, NOW).await.expect("lists");
    let names: Vec<&str> = list.iter().map(|summary| summary.source.name.as_str()).collect();
    assert_eq!(names, ["App", "web"]);
    let (quiet, busy) = (&list[0], &list[1]);
    assert_eq!((quiet.last_event_at, quiet.received, quiet.trend.as_slice()), (None, 0, &[0; 24][..]));
    assert_eq!((busy.last_event_at, busy.received, busy.failed), (Some(NOW), 3, 1));
    assert_eq!((busy.trend.len(), busy.trend[0], busy.trend[23]), (24, 1, 2));
    assert_eq!(source::last_event_at(&database.store, web.number).await.expect("reads"), Some(NOW));
    assert_eq!(source::last_event_at(&database.store, app.number).await.expect("reads"), None);
}

#[tokio::test]
async fn the_workspace_is_one_row() {
    let database = Database::new().await;
    let store = &database.store;
    assert_eq!(store::workspace::get(store).await.expect("reads"), None);
    let mut workspace =
        domain::workspace::Workspace { name: "Acme".into(), slug: "acme".into(), zone: "Europe/Amsterdam".into() };
    store::workspace::put(store, &workspace).await.expect("puts");
    workspace.name = "Acme 2".into();
    store::workspace::put(store, &workspace).await.expect("puts");
    assert_eq!(store::workspace::get(store).await.expect("reads"), Some(workspace));
    store.ping().await.expect("answers");
    store.close().await;
    assert!(store.ping().await.is_err());
}

#[tokio::test]
async fn a_slug_is_asked_for_or_proposed_and_never_shared() {
    let database = Database::new().await;
    let store = &database.store;
    let slug = |text: &str| SourceSlug::parse(text).expect("a slug");
    let named = |name: &str| NewSource::named(source_name(name), "python");
    assert_eq!(source::propose_slug(store, &source_name("Shop")).await.expect("reads"), slug("shop"));
    assert!(source::slug_is_free(store, &slug("shop")).await.expect("reads"));
    let new = NewSource {
        slug: Some(slug("shop")),
        website: Website::parse("shop.example").expect("a website"),
        labels: Labels::parse("team:web env:production").expect("labels"),
        ..named("متجر <b>\"x\"</b> 🚀'; --")
    };
    let created = source::create(store, new, NOW, [1; 32]).await.expect("creates");
    assert_eq!(source::by_slug(store, "shop").await.expect("reads").as_ref(), Some(&created.source));
    assert_eq!(created.source.labels.to_string(), "env:production team:web");
    assert_eq!(created.source.website, "https://shop.example");
    let keys = write_key::list(store, &created.source.id).await.expect("lists");
    assert_eq!((keys.len(), &keys[0].key, keys[0].name.as_str()), (1, &created.write_key, FIRST_KEY_NAME));

    assert!(!source::slug_is_free(store, &slug("shop")).await.expect("reads"));
    assert_eq!(source::propose_slug(store, &source_name("Shop")).await.expect("reads"), slug("shop-2"));
    let again = NewSource { slug: Some(slug("shop")), ..named("Another") };
    match source::create(store, again, NOW, [2; 32]).await {
        Err(CreateError::SlugTaken { slug, free }) => assert_eq!((slug.as_str(), free.as_str()), ("shop", "shop-2")),
        other => panic!("{other:?}"),
    }
    assert_eq!(source::count(store).await.expect("counts"), 1, "a refused source leaves nothing");
    let proposed = source::create(store, named("Shop"), NOW, [3; 32]).await.expect("creates");
    assert_eq!(proposed.source.slug, "shop-2");
}
