//! Keys: several at once, rotated with a grace time, revoked; and when each was last used.

mod support;

use domain::audit::Actor;
use domain::clock::{DAY_MS, Timestamp};
use domain::source::Source;
use domain::write_key::{Grace, KeyName, KeyState, LIVE_KEYS_MAX, SourceKey, WriteKey};
use std::sync::Arc;
use store::write_key::{KeyChangeError, add, list, of_source, rename, revoke, rotate, rules};
use support::{Database, Keep, NOW, track};

fn named(name: &str) -> KeyName {
    KeyName::parse(name).expect("a name")
}

async fn added(database: &Database, source: &Source, name: &str, at: Timestamp) -> SourceKey {
    let key = WriteKey::from_text(format!("key {name}"));
    add(&database.store, &source.id, &named(name), &key, Actor::Local, at).await.expect("adds")
}

/// Whether events that name the key are taken at that moment.
async fn works(database: &Database, key: &str, at: Timestamp) -> bool {
    rules(&database.store, key).await.expect("reads").is_some_and(|rules| rules.key_works(at))
}

#[tokio::test]
async fn a_rotated_key_works_until_its_grace_time_ends_and_the_new_one_at_once() {
    let database = Database::new().await;
    let shop = database.source("Shop").await;
    let first = list(&database.store, &shop.id).await.expect("lists").remove(0);
    let new = WriteKey::from_text("the new key");
    let rotated = rotate(&database.store, &shop.id, &first.id, Grace::Day, &new, Actor::Local, NOW).await;
    let rotated = rotated.expect("rotates");
    assert_eq!((rotated.name.as_str(), rotated.state(NOW)), (first.name.as_str(), KeyState::Active));
    let end = NOW.plus_ms(DAY_MS);
    for (at, old_works) in [(NOW, true), (end.plus_ms(-1), true), (end, false), (end.plus_ms(DAY_MS), false)] {
        assert_eq!(works(&database, "key of Shop", at).await, old_works, "{at:?}");
        assert!(works(&database, "the new key", at).await);
    }
    let keys = list(&database.store, &shop.id).await.expect("lists");
    let states: Vec<KeyState> = keys.iter().map(|key| key.state(NOW)).collect();
    assert_eq!(states, [KeyState::Active, KeyState::Grace(end)]);
    assert_eq!(of_source(&database.store, &shop.id).await.expect("reads"), Some(new), "snippets get the new one");
    let again = WriteKey::from_text("another");
    let refused = rotate(&database.store, &shop.id, &first.id, Grace::None, &again, Actor::Local, NOW).await;
    assert!(matches!(refused, Err(KeyChangeError::NotActive)), "a second rotation of the same key is told");
    assert!(!works(&database, "another", NOW).await);
}

#[tokio::test]
async fn a_leaked_key_ends_at_once() {
    let database = Database::new().await;
    let shop = database.source("Shop").await;
    let first = list(&database.store, &shop.id).await.expect("lists").remove(0);
    let new = WriteKey::from_text("the new key");
    rotate(&database.store, &shop.id, &first.id, Grace::None, &new, Actor::Local, NOW).await.expect("rotates");
    assert!(!works(&database, "key of Shop", NOW).await);
    assert!(works(&database, "the new key", NOW).await);
}

#[tokio::test]
async fn a_revoked_key_is_like_an_unknown_one_and_the_only_active_one_stays() {
    let database = Database::new().await;
    let store = &database.store;
    let (shop, other) = (database.source("Shop").await, database.source("Other").await);
    let first = list(store, &shop.id).await.expect("lists").remove(0);
    let only = revoke(store, &shop.id, &first.id, Actor::Local, NOW).await;
    assert!(matches!(only, Err(KeyChangeError::OnlyActive)));
    let second = added(&database, &shop, "Tag manager", NOW.plus_ms(1)).await;
    assert!(works(&database, "key Tag manager", NOW).await && works(&database, "key of Shop", NOW).await);
    for _ in 0..2 {
        revoke(store, &shop.id, &first.id, Actor::Local, NOW).await.expect("revokes");
    }
    assert!(rules(store, "key of Shop").await.expect("reads").is_none());
    assert!(works(&database, "key Tag manager", NOW).await);
    let elsewhere = revoke(store, &other.id, &second.id, Actor::Local, NOW).await;
    assert!(matches!(elsewhere, Err(KeyChangeError::NotFound)), "keys are changed at their own source only");
    let taken = add(store, &other.id, &named("x"), &WriteKey::from_text("key of Shop"), Actor::Local, NOW).await;
    assert!(matches!(taken, Err(KeyChangeError::KeyTaken)), "a revoked key comes back nowhere");
}

#[tokio::test]
async fn a_source_has_so_many_keys_and_no_more() {
    let database = Database::new().await;
    let shop = database.source("Shop").await;
    for n in 1..LIVE_KEYS_MAX {
        added(&database, &shop, &n.to_string(), NOW).await;
    }
    let more = add(&database.store, &shop.id, &named("x"), &WriteKey::from_text("x"), Actor::Local, NOW).await;
    assert!(matches!(more, Err(KeyChangeError::TooMany)));
    let keys = list(&database.store, &shop.id).await.expect("lists");
    revoke(&database.store, &shop.id, &keys[0].id, Actor::Local, NOW).await.expect("revokes");
    added(&database, &shop, "y", NOW).await;
}

#[tokio::test]
async fn a_key_is_renamed_by_whoever_knows_what_it_is_called() {
    let database = Database::new().await;
    let store = &database.store;
    let (shop, other) = (database.source("Shop").await, database.source("Other").await);
    let key = added(&database, &shop, "Tag manager", NOW).await;
    let named_now = || async {
        let keys = list(store, &shop.id).await.expect("lists");
        keys.into_iter().find(|other| other.id == key.id).map(|key| key.name).unwrap_or_default()
    };
    let name = named("متجر <b>🚀");
    rename(store, &shop.id, &key.id, ("Tag manager", &name), Actor::Local, NOW).await.expect("renames");
    assert_eq!(named_now().await, "متجر <b>🚀");
    let second = rename(store, &shop.id, &key.id, ("Tag manager", &named("Mine")), Actor::Local, NOW).await;
    assert!(matches!(second, Err(KeyChangeError::Renamed(theirs)) if theirs == "متجر <b>🚀"));
    rename(store, &shop.id, &key.id, ("Tag manager", &name), Actor::Local, NOW).await.expect("is called that already");
    let elsewhere = rename(store, &other.id, &key.id, ("متجر <b>🚀", &named("x")), Actor::Local, NOW).await;
    assert!(matches!(elsewhere, Err(KeyChangeError::NotFound)), "keys are changed at their own source only");
    assert_eq!(named_now().await, "متجر <b>🚀");
    assert!(works(&database, "key Tag manager", NOW).await);
    let lines: Vec<String> =
        sqlx::query_scalar("select detail from audit where action = 'write_key.rename' and resource = $1")
            .bind(&shop.id)
            .fetch_all(&mut database.raw().await)
            .await
            .expect("reads");
    assert_eq!(lines.len(), 1);
    assert!(lines[0].contains(r#""before":{"name":"Tag manager"}"#) && lines[0].contains("متجر"), "{}", lines[0]);
}

#[tokio::test]
async fn no_audit_line_holds_a_key() {
    let database = Database::new().await;
    let shop = database.source("Shop").await;
    let second = added(&database, &shop, "second", NOW).await;
    let by_name = ("second", &named("Second"));
    rename(&database.store, &shop.id, &second.id, by_name, Actor::Local, NOW).await.expect("renames");
    let new = WriteKey::from_text("key in its place");
    rotate(&database.store, &shop.id, &second.id, Grace::ThreeDays, &new, Actor::Local, NOW).await.expect("rotates");
    revoke(&database.store, &shop.id, &second.id, Actor::Local, NOW.plus_ms(1)).await.expect("revokes");
    let lines: Vec<(String, String, String)> =
        sqlx::query_as("select actor, action, detail from audit where resource = $1 order by id")
            .bind(&shop.id)
            .fetch_all(&mut database.raw().await)
            .await
            .expect("reads");
    let mut actions: Vec<&str> = lines.iter().map(|(_, action, _)| action.as_str()).collect();
    actions.sort_unstable();
    assert_eq!(
        actions,
        ["source.create", "write_key.create", "write_key.rename", "write_key.revoke", "write_key.rotate"]
    );
    for (actor, _, detail) in &lines {
        assert_eq!(actor, "local");
        assert!(!detail.contains("key of Shop") && !detail.contains("key second") && !detail.contains("in its place"));
    }
}

#[tokio::test]
async fn a_keys_use_is_written_with_a_commit_at_most_once_a_minute() {
    let database = Database::new().await;
    let shop = database.source("Shop").await;
    let key_id: Arc<str> = list(&database.store, &shop.id).await.expect("lists")[0].id.as_str().into();
    let mut writer = database.writer().await;
    for (n, (after_ms, expected_ms)) in
        [(0, 0), (59_999, 0), (60_000, 60_000), (90_000, 60_000)].into_iter().enumerate()
    {
        writer.note_key_use(&key_id, NOW.plus_ms(after_ms));
        let seen = list(&database.store, &shop.id).await.expect("lists")[0].last_used_at;
        writer.keep(vec![track(&n.to_string(), "x", NOW)]).await.expect("commits");
        let used = list(&database.store, &shop.id).await.expect("lists")[0].last_used_at;
        assert_eq!(used, Some(NOW.plus_ms(expected_ms)), "after {after_ms} ms");
        assert_eq!(seen == used, after_ms != expected_ms, "it is the commit that writes it");
    }
}
