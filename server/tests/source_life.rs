//! A source's life over HTTP: its forms as a browser without JavaScript sends them, and what senders get meanwhile.

#![expect(clippy::disallowed_methods, reason = "the server under test reads this clock, and patience has an end")]

mod support;

use domain::audit::Actor;
use domain::clock::{DAY_MS, Timestamp};
use domain::write_key::{Grace, WriteKey};
use std::time::{Instant, SystemTime, UNIX_EPOCH};
use store::{Durability, Store};
use support::{Answer, Fixture, PATIENCE};

const EVENT: &str = r#"{"userId":"u","event":"Order Completed"}"#;

/// Posts a form; percent-encodes its values.
fn post(fixture: &Fixture, path: &str, fields: &[(&str, &str)]) -> Answer {
    let escape = |text: &str| text.bytes().map(|byte| format!("%{byte:02X}")).collect::<String>();
    let form: Vec<String> = fields.iter().map(|(name, value)| format!("{name}={}", escape(value))).collect();
    let headers = ["Content-Type: application/x-www-form-urlencoded".to_owned()];
    fixture.server.send("POST", path, &headers, form.join("&").as_bytes())
}

/// Sends events until they are answered like that: what the server remembers of a key lags a little behind.
fn until_answered(fixture: &Fixture, key: &str, status: u16) {
    let begun = Instant::now();
    while fixture.server.post("/v1/track", key, EVENT).status != status {
        assert!(begun.elapsed() < PATIENCE, "never answered with {status}");
    }
}

async fn beside(fixture: &Fixture) -> Store {
    Store::open(fixture.dir.path(), Durability::Full).await.expect("the database, beside the server")
}

/// The ids and keys of the source, the working ones first.
async fn keys(store: &Store, slug: &str) -> Vec<(String, String)> {
    let source = store::source::by_slug(store, slug).await.expect("reads").expect("a source");
    let keys = store::write_key::list(store, &source.id).await.expect("lists");
    keys.into_iter().map(|key| (key.id, key.key.as_str().to_owned())).collect()
}

fn now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970");
    Timestamp(i64::try_from(since.as_millis()).expect("a moment"))
}

#[tokio::test]
async fn a_rotated_key_works_beside_the_new_one_and_then_no_more() {
    let fixture = Fixture::start();
    let store = beside(&fixture).await;
    let first = keys(&store, "shop").await.remove(0);
    let form = [("action", "rotate_key"), ("key", first.0.as_str()), ("grace", "3d")];
    let answer = post(&fixture, "/sources/shop/settings", &form);
    assert_eq!((answer.status, answer.header("location")), (303, Some("/sources/shop/settings?done=key_rotated")));
    let new = keys(&store, "shop").await.remove(0);
    assert_ne!(new.1, first.1);
    for key in [&new.1, &first.1] {
        assert_eq!(fixture.server.post("/v1/track", key, EVENT).status, 200);
    }
    assert_eq!(post(&fixture, "/sources/shop/settings", &form).status, 409, "the second to rotate it is told");
    let used = keys_used(&store).await;
    assert_eq!(used, 2, "both were used");

    // A rotation whose grace time ended a moment ago.
    let source = store::source::by_slug(&store, "shop").await.expect("reads").expect("a source");
    let third = WriteKey::from_text("a-third-key-of-this-source-00000");
    let then = now().plus_ms(-DAY_MS - 1);
    store::write_key::rotate(&store, &source.id, &new.0, Grace::Day, &third, Actor::Local, then)
        .await
        .expect("rotates");
    until_answered(&fixture, &new.1, 401);
    assert_eq!(fixture.server.post("/v1/track", third.as_str(), EVENT).status, 200);
}

async fn keys_used(store: &Store) -> usize {
    let source = store::source::by_slug(store, "shop").await.expect("reads").expect("a source");
    let keys = store::write_key::list(store, &source.id).await.expect("lists");
    keys.iter().filter(|key| key.last_used_at.is_some()).count()
}

#[tokio::test]
async fn a_revoked_key_is_refused_and_the_last_one_cannot_be_revoked() {
    let fixture = Fixture::start();
    let store = beside(&fixture).await;
    let path = "/sources/shop/settings";
    let only = keys(&store, "shop").await.remove(0);
    let refused = post(&fixture, path, &[("action", "revoke_key"), ("key", &only.0)]);
    assert_eq!(refused.status, 422);
    assert!(refused.body.contains("The only active key cannot be revoked."));
    assert_eq!(post(&fixture, path, &[("action", "add_key"), ("key_name", " ")]).status, 422);
    let added = post(&fixture, path, &[("action", "add_key"), ("key_name", "<b>Tag manager</b>")]);
    assert_eq!(added.status, 303);
    let page = fixture.server.get(path).body;
    assert!(page.contains("&lt;b&gt;Tag manager&lt;/b&gt;") && !page.contains("<b>Tag manager"));
    assert_eq!(post(&fixture, path, &[("action", "revoke_key"), ("key", &only.0)]).status, 303);
    until_answered(&fixture, &only.1, 401);
    assert_eq!(post(&fixture, path, &[("action", "nonsense")]).status, 422);
    assert_eq!(post(&fixture, "/sources/nobody/settings", &[("action", "delete")]).status, 404);
}

#[tokio::test]
async fn a_disabled_source_counts_its_events_as_failed_until_it_is_enabled() {
    let fixture = Fixture::start();
    let path = "/sources/shop/settings";
    assert_eq!(post(&fixture, path, &[("action", "disable")]).status, 303);
    assert_eq!(fixture.server.post("/v1/track", &fixture.write_key, EVENT).status, 200);
    assert_eq!(fixture.latest()["status"], "failed_on_ingest");
    assert!(fixture.server.get(path).body.contains("This source is disabled"));
    assert_eq!(post(&fixture, "/sources", &[("action", "enable"), ("source", "1")]).status, 303);
    let begun = Instant::now();
    while fixture.step("eligible") == 0 {
        assert!(begun.elapsed() < PATIENCE, "never enabled");
        assert_eq!(fixture.server.post("/v1/track", &fixture.write_key, EVENT).status, 200);
    }
}

#[tokio::test]
async fn a_deleted_source_is_gone_until_it_is_restored() {
    let fixture = Fixture::start();
    let path = "/sources/shop/settings";
    let wrong = post(&fixture, path, &[("action", "delete"), ("confirm", "Sho")]);
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("This does not match yet."));
    let deleted = post(&fixture, path, &[("action", "delete"), ("confirm", "Shop")]);
    assert_eq!((deleted.status, deleted.header("location")), (303, Some("/sources?done=deleted")));
    until_answered(&fixture, &fixture.write_key, 401);
    assert_eq!(fixture.server.get("/sources/shop/overview").status, 404);
    assert!(fixture.server.get("/sources").body.contains("Deleted sources"));
    let restored = post(&fixture, "/sources", &[("action", "restore"), ("source", "1")]);
    assert_eq!((restored.status, restored.header("location")), (303, Some("/sources?done=restored")));
    until_answered(&fixture, &fixture.write_key, 200);
    assert_eq!(fixture.server.get("/sources/shop/overview").status, 200);
}

#[tokio::test]
async fn the_second_of_two_savers_is_told_and_a_former_address_leads_on() {
    let fixture = Fixture::start();
    let path = "/sources/shop/settings";
    let form = |name: &'static str, version: &'static str, slug: &'static str| {
        [("action", "basics"), ("version", version), ("name", name), ("slug", slug), ("labels", "env:dev")]
    };
    assert_eq!(post(&fixture, path, &form("متجر", "1", "shop-web")).status, 303);
    let second = post(&fixture, path, &form("Mine & <b>", "1", "shop-web"));
    assert_eq!(second.status, 409);
    for part in ["Somebody changed this source since you opened it", "Mine &amp; &lt;b&gt;", "متجر", r#"value="2""#]
    {
        assert!(second.body.contains(part), "{part}");
    }
    // What the second left as it was follows the first; what both changed is as the second typed it.
    let fields = [("version", "1"), ("name", "Shop"), ("was_name", "Shop"), ("slug", "shop"), ("was_slug", "shop")];
    let mine = [("action", "basics"), ("description", "My own"), ("labels", "env:own"), ("was_labels", "")];
    let again = post(&fixture, path, &[&fields[..], &mine[..]].concat());
    assert_eq!(again.status, 409);
    for part in [r#"name="name" dir="auto" required autocomplete="off" value="متجر""#, "My own", r#"value="env:own""#]
    {
        assert!(again.body.contains(part), "{part}");
    }
    let led = fixture.server.get("/sources/shop/overview?range=7d&by=name");
    assert_eq!((led.status, led.header("location")), (307, Some("/sources/shop-web/overview?range=7d&by=name")));
    assert_eq!(post(&fixture, "/sources/shop-web/settings", &form("Mine", "2", "shop-web")).status, 303);
    let wrong = post(&fixture, "/sources/shop-web/settings", &form("", "3", "Shop Web"));
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("Give the source a name.") && wrong.body.contains("Use lower-case letters and digits"));
}

#[tokio::test]
async fn the_list_is_searched_narrowed_and_labelled() {
    let fixture = Fixture::start();
    support::headwater(fixture.dir.path(), &["source", "create", "--name", "=cmd|' /C calc'!A0", "--kind", "go"]);
    let wrong = post(&fixture, "/sources?sort=-name", &[("action", "label"), ("source", "1"), ("label", "tier: gold")]);
    assert_eq!(wrong.status, 422);
    assert!(wrong.body.contains("Use letters, numbers and hyphens on both sides of the colon, without spaces."));
    let labelled = post(&fixture, "/sources?sort=-name", &[("action", "label"), ("source", "1"), ("label", "env:dev")]);
    assert_eq!((labelled.status, labelled.header("location")), (303, Some("/sources?sort=-name&done=labelled")));
    let names = |query: &str| {
        // Without the marks that hydration goes by.
        let page = fixture.server.get(&format!("/sources{query}")).body.replace("<!>", "");
        (page.contains(">Shop</a>"), page.contains("calc&#x27;!A0</a>") || page.contains("calc'!A0</a>"))
    };
    let by_key = format!("?q={}", fixture.write_key);
    for (query, expected) in [
        ("", (true, true)),
        ("?q=SHO", (true, false)),
        ("?q=calc", (false, true)),
        ("?label=env:dev", (true, false)),
        ("?kind=go", (false, true)),
        ("?status=disabled", (false, false)),
        ("?tab=cloud-apps", (false, false)),
        (by_key.as_str(), (true, false)),
        (&by_key[..20], (false, false)),
    ] {
        assert_eq!(names(query), expected, "{query}");
    }
    let asked = post(&fixture, "/sources", &[("action", "ask_disable"), ("source", "1"), ("source", "2")]);
    assert_eq!(asked.header("location"), Some("/sources?disable=1.2"));
    assert!(fixture.server.get("/sources?disable=1.2").body.contains("Disable 2 sources?"));
    let none = post(&fixture, "/sources", &[("action", "enable")]);
    assert_eq!(none.header("location"), Some("/sources?done=none"));
}
