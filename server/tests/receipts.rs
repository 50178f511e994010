//! Receipts: senders who ask are told what became of each event, at once and later.

mod support;

use domain::clock::Timestamp;
use serde_json::{Value, json};
use store::{Durability, Store};
use support::{Answer, Fixture, basic, gzip, headwater};

fn get(fixture: &Fixture, message_id: &str, key: &str) -> Answer {
    fixture.server.send("GET", &format!("/v1/receipts/{message_id}"), &[basic(key)], b"")
}

fn milliseconds(time: &Value) -> i64 {
    let time: jiff::Timestamp = time.as_str().and_then(|text| text.parse().ok()).expect("a time");
    time.as_millisecond()
}

#[tokio::test]
async fn a_batch_is_answered_with_what_became_of_each_item() {
    let fixture = Fixture::start();
    let store = Store::open(fixture.dir.path(), Durability::Full).await.expect("the database, beside the server");
    let source = store::source::by_slug(&store, &fixture.slug).await.expect("an answer").expect("a source");
    store::schema::block_event(&store, &source.id, "Product Viewed", Timestamp(1)).await.expect("it is blocked");
    store.close().await;

    let earlier = json!({"userId": "u", "event": "Order Completed", "messageId": "earlier/1"});
    assert_eq!(fixture.server.post("/v1/track", &fixture.write_key, earlier.to_string()).status, 200);
    let batch = json!({"batch": [
        {"type": "track", "event": "Order Completed", "userId": "u", "messageId": "m1"},
        {"type": "track", "event": "Order Completed", "messageId": "m2"},
        {"type": "track", "event": "Product Viewed", "userId": "u", "messageId": "m3"},
        {"type": "track", "event": "Order Completed", "userId": "u", "messageId": "m1"},
        {"type": "track", "event": "Order Completed", "userId": "u", "messageId": "earlier/1"},
        7,
    ]});
    let headers = [basic(&fixture.write_key), "Prefer: return=representation".to_owned()];
    let answer = fixture.server.send("POST", "/v1/batch", &headers, batch.to_string().as_bytes());
    assert_eq!((answer.status, answer.header("preference-applied")), (200, Some("return=representation")));
    let body = answer.json();
    assert_eq!(body["success"], true);
    let receipts = body["receipts"].as_array().expect("a list");
    let said: Vec<_> = receipts
        .iter()
        .map(|receipt| {
            json!([receipt["index"], receipt["messageId"], receipt["status"], receipt["code"], receipt["pointer"]])
        })
        .collect();
    let unreadable = receipts[5]["messageId"].clone();
    assert_eq!(
        json!(said),
        json!([
            [0, "m1", "eligible", null, null],
            [1, "m2", "failed_on_ingest", "no_user_anon_id", "/userId"],
            [2, "m3", "filtered_at_source", "event_setting", "/event"],
            [3, "m1", "duplicate", null, null],
            [4, "earlier/1", "duplicate", null, null],
            [5, unreadable, "failed_on_ingest", "multi_user_error", "/batch/5"],
        ])
    );
    assert_eq!(receipts[1]["title"], "No userId or anonymousId");
    assert!(receipts[1]["remedy"].as_str().is_some_and(|remedy| remedy.starts_with("Send at least one")));
    let first = &receipts[4]["first"];
    assert_eq!(first["url"], "/v1/receipts/earlier%2F1");
    let found = get(&fixture, "earlier%2F1", &fixture.write_key).json();
    assert_eq!((&found["receivedAt"], &found["event"]), (&first["receivedAt"], &earlier));
    assert_eq!(receipts[3]["first"]["receivedAt"], get(&fixture, "m1", &fixture.write_key).json()["receivedAt"]);
}

#[test]
fn a_status_is_the_same_with_receipts_and_without() {
    let fixture = Fixture::start();
    let large = json!({"userId": "u", "event": "E", "messageId": "large", "properties": {"x": "x".repeat(40_000)}});
    for (path, body, status, index, pointer) in [
        ("/v1/batch", gzip(b"{"), 400, Value::Null, ""),
        ("/v1/batch", b"{\"batch\":[]}".to_vec(), 200, Value::Null, "/batch"),
        ("/v1/track", large.to_string().into_bytes(), 400, json!(0), ""),
        ("/v1/track", b"{\"userId\":\"u\"}".to_vec(), 200, json!(0), "/event"),
    ] {
        let answer = fixture.server.post(&format!("{path}?receipt=1"), &fixture.write_key, &body);
        let (receipt, others) = (answer.json()["receipts"][0].clone(), answer.json()["receipts"][1].clone());
        assert_eq!((answer.status, &others), (status, &Value::Null), "{}", answer.body);
        assert_eq!((&receipt["index"], receipt["pointer"].as_str()), (&index, Some(pointer)), "{receipt}");
        assert_eq!(answer.header("preference-applied"), None);
        let id = receipt["messageId"].as_str().expect("an id");
        assert_eq!(get(&fixture, id, &fixture.write_key).json()["code"], receipt["code"], "it can be looked up");
    }
    let plain = fixture.server.post("/v1/batch?receipt=0", &fixture.write_key, "{\"batch\":[]}");
    assert_eq!(plain.body, r#"{"success":true}"#);
}

#[test]
fn an_event_is_looked_up_with_its_own_sources_key() {
    let fixture = Fixture::start();
    let event = json!({
        "userId": "u", "event": "Order Completed", "messageId": "m 1/ü",
        "timestamp": "2031-01-01T00:00:00.000Z", "sentAt": "2031-01-01T00:00:05.500Z",
        "context": {"direct": true, "library": {"name": "analytics-go", "version": "3.0.0"}},
    });
    let headers = [basic(&fixture.write_key), "X-Forwarded-For: 198.51.100.1, 203.0.113.7".to_owned()];
    assert_eq!(fixture.server.send("POST", "/v1/track", &headers, event.to_string().as_bytes()).status, 200);

    let found = get(&fixture, "m%201%2F%C3%BC", &fixture.write_key).json();
    assert_eq!((found["success"].as_bool(), found["status"].as_str()), (Some(true), Some("eligible")));
    assert_eq!((found["type"].as_str(), found["messageId"].as_str()), (Some("track"), Some("m 1/ü")));
    assert_eq!((&found["code"], &found["event"]), (&Value::Null, &event));
    assert_eq!(found["library"], json!({"name": "analytics-go", "version": "3.0.0"}));
    assert_eq!(found["ip"], "203.0.113.7", "for an event that asks for it, the address that the proxy saw");
    // The sender's clock is years ahead; it says that the event was 5.5 s old when it was sent.
    assert_eq!(milliseconds(&found["receivedAt"]) - milliseconds(&found["timestamp"]), 5_500);
    assert_eq!(found["originalTimestamp"], "2031-01-01T00:00:00.000Z");
    assert_eq!(found["receivedAt"].as_str().map(str::len), Some("2026-11-05T09:00:00.000Z".len()));

    let made = headwater(fixture.dir.path(), &["source", "create", "--name", "B", "--kind", "python", "--json"]);
    let made: Value = serde_json::from_slice(&made.stdout).expect("JSON");
    let other = made["write_key"].as_str().expect("a key");
    for (key, id, status, code) in [
        (other, "m%201%2F%C3%BC", 404, "receipt_unknown"),
        (&fixture.write_key, "nothing", 404, "receipt_unknown"),
        ("nobody", "m%201%2F%C3%BC", 401, "write_key_unknown"),
    ] {
        let answer = get(&fixture, id, key);
        assert_eq!((answer.status, answer.json()["code"].as_str()), (status, Some(code)), "{id}");
    }
    let by_query = fixture.server.get(&format!("/v1/receipts/m%201%2F%C3%BC?writeKey={}", fixture.write_key));
    assert_eq!(by_query.status, 200);
}

#[test]
fn the_command_line_shows_events_with_their_verdicts_newest_first() {
    let fixture = Fixture::start();
    for body in [r#"{"userId":"u","event":"A"}"#, r#"{"event":"B"}"#, r#"{"userId":"u","event":"C"}"#] {
        assert_eq!(fixture.server.post("/v1/track", &fixture.write_key, body).status, 200);
    }
    let names = |args: &[&str]| {
        let name = |event: Value| event["event"]["event"].as_str().unwrap_or_default().to_owned();
        fixture.events(args).into_iter().map(name).collect::<String>()
    };
    assert_eq!(names(&[]), "CBA");
    assert_eq!(names(&["--limit", "2"]), "CB");
    assert_eq!(names(&["--step", "eligible"]), "CA");
    assert_eq!(names(&["--step", "failed_on_ingest"]), "B");
    assert_eq!(names(&["--reason", "no_user_anon_id"]), "B");
    assert_eq!(names(&["--reason", "event_setting"]), "");
    let text = headwater(fixture.dir.path(), &["events", &fixture.slug]).stdout;
    let text = String::from_utf8_lossy(&text);
    assert!(text.contains("track  failed_on_ingest  no_user_anon_id at /userId"), "{text}");
    assert!(text.contains("  {\n    \"event\": \"B\"\n  }\n"), "the payload is there to read: {text}");
}
