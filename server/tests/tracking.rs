//! The Tracking API over real HTTP: what it takes, what it refuses and how, and that every refusal is counted.

mod support;

use serde_json::{Value, json};
use support::{Fixture, assert_ledger, basic, gzip};

fn reasons(overview: &Value) -> Vec<(String, u64)> {
    let rows = overview["reasons"].as_array().expect("a list");
    let row = |row: &Value| (row["code"].as_str().unwrap_or_default().to_owned(), row["count"].as_u64().unwrap_or(0));
    let mut rows: Vec<_> = rows.iter().map(row).collect();
    rows.sort();
    rows
}

#[test]
fn success_is_exactly_200_and_success_true_and_counted_at_once() {
    let fixture = Fixture::start();
    let calls = [
        ("/v1/track", json!({"userId": "u", "event": "Order Completed"})),
        ("/v1/identify", json!({"userId": "u", "traits": {"plan": "pro"}})),
        ("/v1/page", json!({"anonymousId": "a", "name": "Home", "category": null})),
        ("/v1/screen", json!({"anonymousId": "a"})),
        ("/v1/group", json!({"userId": "u", "groupId": "g"})),
        ("/v1/alias", json!({"userId": "u", "previousId": "a"})),
        ("/v1/batch", json!({"batch": [{"type": "track", "userId": "u", "event": "Order Completed"}]})),
    ];
    for (sent, (path, body)) in (1..).zip(calls) {
        let answer = fixture.server.post(path, &fixture.write_key, body.to_string());
        assert_eq!((answer.status, answer.body.as_str()), (200, r#"{"success":true}"#), "{path}");
        assert_eq!(answer.header("content-type"), Some("application/json"), "{path}");
        assert_eq!(fixture.step("received"), sent, "{path}");
    }
    let overview = fixture.overview();
    assert_ledger(&overview);
    assert_eq!(overview["steps"]["eligible"], 7);
    assert_eq!(overview["event_name"][0], json!({"key": "Unnamed or batched events", "count": 5, "previous": 0}));
    assert_eq!(overview["event_name"][1], json!({"key": "Order Completed", "count": 2, "previous": 0}));
}

#[test]
fn the_header_names_the_source_before_the_body_does() {
    let fixture = Fixture::start();
    let with = |key: &str| json!({"userId": "u", "event": "E", "writeKey": key}).to_string();
    let track = |headers: &[String], body: String| fixture.server.send("POST", "/v1/track", headers, body.as_bytes());
    let right = basic(&fixture.write_key);
    assert_eq!(track(std::slice::from_ref(&right), with("id:***")).status, 200);
    assert_eq!(track(&[], with(&fixture.write_key)).status, 200);
    for (headers, body, code) in [
        (vec![], json!({"userId": "u", "event": "E"}).to_string(), "write_key_missing"),
        (vec![], with("nobody's"), "write_key_unknown"),
        (vec![basic("nobody's")], with(&fixture.write_key), "write_key_unknown"),
    ] {
        let answer = track(&headers, body);
        assert_eq!((answer.status, answer.json()["code"].as_str()), (401, Some(code)));
    }
    assert_eq!(fixture.step("received"), 2);
}

#[test]
fn every_refused_event_is_counted_under_its_reason() {
    let fixture = Fixture::start();
    let batch = json!({"batch": [
        {"type": "track", "event": "Good", "userId": "u"},
        {"type": "track", "event": "Nobody"},
        {"type": "track", "userId": "u"},
        {"type": "track", "event": 7, "userId": "u"},
        {"type": "track", "event": "E", "userId": 7},
        {"type": "track", "event": "E", "userId": "u", "properties": []},
        {"type": "identify", "userId": "u", "traits": "x"},
        {"type": "page", "userId": "u", "name": ""},
        {"type": "page", "userId": "u", "category": ["a", "b"]},
        {"type": "group", "userId": "u"},
        {"type": "dance", "userId": "u"},
        {"type": "track", "event": "E", "userId": "u", "messageId": "m".repeat(101)},
        {"type": "track", "event": "n".repeat(201), "userId": "u"},
        {"type": "track", "event": "Large", "userId": "u", "properties": {"x": "x".repeat(33_000)}},
        null, [], "text",
    ]});
    assert_eq!(fixture.server.post("/v1/batch", &fixture.write_key, batch.to_string()).status, 200);
    let overview = fixture.overview();
    assert_ledger(&overview);
    assert_eq!((overview["steps"]["received"].as_u64(), overview["steps"]["eligible"].as_u64()), (Some(17), Some(1)));
    let expected = [
        ("category_not_string", 1),
        ("event_not_defined", 1),
        ("event_not_string", 1),
        ("id_not_string", 1),
        ("id_required", 1),
        ("message_id_too_long", 1),
        ("multi_user_error", 3),
        ("name_not_string", 1),
        ("name_too_long", 1),
        ("no_user_anon_id", 1),
        ("payload_too_large", 1),
        ("properties_not_object", 1),
        ("traits_not_object", 1),
        ("unknown_type", 1),
    ];
    assert_eq!(reasons(&overview), expected.map(|(code, count)| (code.to_owned(), count)));
}

#[test]
fn a_request_that_is_no_batch_of_events_gets_a_clear_answer_and_counts_once() {
    let fixture = Fixture::start();
    let large = json!({"userId": "u", "event": "E", "properties": {"x": "x".repeat(40_000)}}).to_string();
    let many = format!(r#"{{"batch":[{}]}}"#, vec!["{}"; 2_501].join(","));
    let cases: [(&str, Vec<u8>, u16, &str); 8] = [
        ("/v1/batch", b"{\"batch\":[{]}".to_vec(), 400, "invalid_json"),
        ("/v1/track", b"".to_vec(), 400, "invalid_json"),
        ("/v1/track", b"[1,2]".to_vec(), 400, "invalid_json"),
        ("/v1/track", large.into_bytes(), 400, "payload_too_large"),
        ("/v1/batch", b"{\"batch\":[]}".to_vec(), 200, "empty_batch"),
        ("/v1/batch", many.into_bytes(), 200, "batch_too_many_events"),
        ("/v1/batch", vec![b' '; 10 << 20], 400, "batch_too_large"),
        ("/v1/batch", gzip(&vec![b' '; 10 << 20]), 400, "batch_too_large"),
    ];
    for (received, (path, body, status, code)) in (1..).zip(cases) {
        let answer = fixture.server.post(path, &fixture.write_key, body);
        assert_eq!(answer.status, status, "{code}: {}", answer.body);
        if status == 400 {
            let body = answer.json();
            assert_eq!(body["code"], code);
            assert!(body["message"].as_str().is_some_and(|message| message.ends_with('.')), "{body}");
        }
        let overview = fixture.overview();
        assert_ledger(&overview);
        assert_eq!(overview["steps"]["received"], received, "{code}");
        assert!(reasons(&overview).iter().any(|(reason, _)| reason == code), "{code}: {overview}");
    }
}

#[test]
fn a_body_that_stops_halfway_is_not_counted_and_the_server_stays_up() {
    let fixture = Fixture::start();
    let auth = basic(&fixture.write_key);
    let head = format!("POST /v1/track HTTP/1.1\r\nHost: x\r\n{auth}\r\nContent-Length: 500\r\n\r\n");
    let answer = fixture.server.raw(format!("{head}{{\"userId\":").as_bytes());
    assert_eq!((answer.status, answer.json()["code"].as_str()), (400, Some("body_incomplete")));
    for garbage in ["\r\n\r\n", "GET", "POST /v1/track HTTP/9.9\r\n\r\n", "\u{0}\u{1}\u{2}"] {
        fixture.server.raw(garbage.as_bytes());
    }
    assert_eq!(fixture.server.get("/healthz").status, 200);
    assert_eq!(fixture.step("received"), 0);
}

#[test]
fn gzip_is_recognised_whatever_the_headers_say() {
    let fixture = Fixture::start();
    let body = gzip(br#"{"batch":[{"type":"track","event":"E","userId":"u"}]}"#);
    let labels =
        ["Content-Encoding: gzip", "Content-Type: application/x-www-form-urlencoded", "Content-Type: text/plain"];
    for label in labels {
        let headers = [basic(&fixture.write_key), label.to_owned()];
        assert_eq!(fixture.server.send("POST", "/v1/batch", &headers, &body).status, 200, "{label}");
    }
    assert_eq!(fixture.step("eligible"), 3);
    let torn = fixture.server.post("/v1/batch", &fixture.write_key, &body[..body.len() - 9]);
    assert_eq!((torn.status, torn.json()["code"].as_str()), (400, Some("invalid_json")));
}

#[test]
fn the_same_message_id_counts_once_within_and_across_requests() {
    let fixture = Fixture::start();
    let event = json!({"type": "track", "event": "E", "userId": "u", "messageId": "m1"});
    let batch = json!({"batch": [event, event, {"type": "track", "event": "E", "userId": "u"}]}).to_string();
    for _ in 0..2 {
        assert_eq!(fixture.server.post("/v1/batch", &fixture.write_key, &batch).status, 200);
    }
    let overview = fixture.overview();
    assert_ledger(&overview);
    assert_eq!((overview["steps"]["received"].as_u64(), overview["steps"]["duplicates"].as_u64()), (Some(3), Some(3)));
}

#[test]
fn wrong_paths_and_methods_say_what_would_be_right() {
    let fixture = Fixture::start();
    let lost = fixture.server.post("/v1/tracks", &fixture.write_key, "{}");
    assert_eq!((lost.status, lost.json()["code"].as_str()), (404, Some("path_unknown")));
    let got = fixture.server.get("/v1/track");
    assert_eq!((got.status, got.json()["code"].as_str()), (405, Some("method_not_allowed")));
}
