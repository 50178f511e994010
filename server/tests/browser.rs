//! What pages and apps load from us before they send: settings documents and the library; and the pixel, which is all that
//! a mail can load.

mod support;

use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use serde_json::{Value, json};
use support::{Answer, Fixture, assert_ledger, basic};

fn get_with(fixture: &Fixture, path: &str, headers: &[String]) -> Answer {
    fixture.server.send("GET", path, headers, b"")
}

#[test]
fn settings_are_cached_and_asked_for_again_by_their_tag() {
    let fixture = Fixture::start();
    for path in [
        format!("/v1/projects/{}/settings", fixture.write_key),
        format!("/projects/{}/settings", fixture.write_key),
        format!("/sourceConfig/?writeKey={}&v=3.34.1", fixture.write_key),
    ] {
        let first = get_with(&fixture, &path, &[]);
        assert_eq!(first.status, 200, "{path}");
        assert_eq!(first.header("content-type"), Some("application/json"));
        assert_eq!(first.header("cache-control"), Some("public, max-age=300"));
        assert!(first.head.to_ascii_lowercase().contains("vary: host"), "{}", first.head);
        let tag = first.header("etag").expect("a tag");
        for known in [tag.to_owned(), format!("W/{tag}"), format!("\"x\", {tag}")] {
            let again = get_with(&fixture, &path, &[format!("If-None-Match: {known}")]);
            assert_eq!((again.status, again.body.as_str(), again.header("etag")), (304, "", Some(tag)), "{known}");
        }
        assert_eq!(get_with(&fixture, &path, &["If-None-Match: \"other\"".to_owned()]).status, 200);
    }
}

#[test]
fn settings_name_the_address_that_the_client_used() {
    let fixture = Fixture::start();
    let path = format!("/v1/projects/{}/settings", fixture.write_key);
    let behind_proxy = ["X-Forwarded-Host: events.example.com".to_owned(), "X-Forwarded-Proto: https".to_owned()];
    let settings = get_with(&fixture, &path, &behind_proxy).json();
    let segment = &settings["integrations"]["Segment.io"];
    assert_eq!(
        (segment["apiHost"].as_str(), segment["protocol"].as_str()),
        (Some("events.example.com/v1"), Some("https"))
    );
    for hostile in ["evil\"}", "a/b", ""] {
        let head = format!("GET {path} HTTP/1.1\r\nHost: {hostile}\r\nConnection: close\r\n\r\n");
        let answer = fixture.server.raw(head.as_bytes());
        assert_eq!(answer.status, 400, "{hostile}: {}", answer.body);
    }
}

#[test]
fn settings_of_an_unknown_key_are_404_and_the_key_shows_up() {
    let fixture = Fixture::start();
    for path in ["/v1/projects/no-such-key-here/settings", "/projects/no-such-key-here/settings"] {
        let answer = get_with(&fixture, path, &[]);
        assert_eq!((answer.status, answer.json()["code"].as_str()), (404, Some("write_key_unknown")));
    }
    assert_eq!(get_with(&fixture, "/sourceConfig/", &[]).status, 401);
    let tallied = fixture.stop_and_unattributed();
    assert!(tallied.contains(&("write_key_unknown".to_owned(), "no-s…here".to_owned(), 2)), "{tallied:?}");
    assert!(tallied.contains(&("write_key_missing".to_owned(), String::new(), 1)), "{tallied:?}");
}

#[test]
fn rudderstacks_library_gets_the_fields_without_which_it_stops() {
    let fixture = Fixture::start();
    for (path, headers) in [
        (format!("/sourceConfig/?p=npm&v=3.34.1&writeKey={}", fixture.write_key), vec![]),
        ("/sourceConfig".to_owned(), vec![basic(&fixture.write_key)]),
    ] {
        let answer = get_with(&fixture, &path, &headers);
        assert_eq!(answer.status, 200, "{path}");
        let source = &answer.json()["source"];
        assert!(source["id"].is_string() && source["config"].is_object() && source["destinations"].is_array());
        assert_ne!(source["enabled"], false);
        assert_eq!(source["config"]["statsCollection"]["metrics"]["enabled"], false);
    }
}

/// Whether this build has the library depends on the machine that built it; the answer is one that a page can use.
#[test]
fn the_library_is_served_or_its_absence_is_explained() {
    let fixture = Fixture::start();
    for file in ["analytics.min.js", "analytics.js"] {
        let path = format!("/analytics.js/v1/{}/{file}", fixture.write_key);
        let answer = get_with(&fixture, &path, &["Origin: https://shop.example".to_owned()]);
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"));
        if answer.status == 200 {
            assert_eq!(answer.header("content-type"), Some("text/javascript; charset=utf-8"));
            assert_eq!(answer.header("cache-control"), Some("public, max-age=300"));
        } else {
            assert_eq!((answer.status, answer.json()["code"].as_str()), (404, Some("library_missing")));
        }
    }
    let part = get_with(&fixture, "/analytics-next/bundles/no-such-part.js", &[]);
    assert_eq!((part.status, part.json()["code"].as_str()), (404, Some("library_missing")));
}

fn is_image(answer: &Answer) -> bool {
    answer.status == 200 && answer.header("content-type") == Some("image/gif") && answer.body.starts_with("GIF89a")
}

#[test]
fn a_pixel_is_a_call_in_every_form_of_its_data() {
    let fixture = Fixture::start();
    let key = fixture.write_key.as_str();
    let call = |id: &str| {
        json!({"writeKey": key, "userId": "u?>", "event": "Email Opened", "messageId": id,
            "properties": {"subject": "Grüße ~ÿÿ"}, "context": {"app": {"version": "7"}}})
    };
    let padded = STANDARD.encode(call("padded").to_string());
    let encoded: String = form_urlencoded::byte_serialize(padded.as_bytes()).collect();
    let plain: String = form_urlencoded::byte_serialize(call("json").to_string().as_bytes()).collect();
    for query in [
        format!("data={}", URL_SAFE_NO_PAD.encode(call("url-safe").to_string())),
        format!("data={encoded}"),
        format!("data={plain}"),
        format!(
            "writeKey={key}&userId=u&event=Email%20Opened&properties.subject=Gr%C3%BC%C3%9Fe&context.app.version=7&messageId=dotted"
        ),
    ] {
        let answer = fixture.server.get(&format!("/v1/pixel/track?{query}"));
        assert!(is_image(&answer), "{query}: {}", answer.head);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    for event in fixture.events(&[]) {
        assert_eq!(event["status"], "eligible", "{event}");
        assert_eq!((event["type"].as_str(), event["event"]["event"].as_str()), (Some("track"), Some("Email Opened")));
    }
    let versions = fixture.overview()["app_version"].clone();
    assert_eq!(versions[0], json!({"key": "7", "count": 4, "previous": 0}));
    for method in ["identify", "page", "screen", "group", "alias"] {
        let query = format!("writeKey={key}&userId=u&groupId=g&previousId=p");
        assert!(is_image(&fixture.server.get(&format!("/v1/pixel/{method}?{query}"))), "{method}");
        assert!(is_image(&fixture.server.post(&format!("/v1/pixel/{method}?{query}"), key, "")), "{method}");
    }
    let body = call("posted").to_string();
    assert!(is_image(&fixture.server.post("/v1/pixel/track", key, body)), "a POST may carry the call in its body");
    let overview = fixture.overview();
    assert_eq!((overview["steps"]["received"].as_u64(), overview["steps"]["eligible"].as_u64()), (Some(15), Some(15)));
}

#[test]
fn a_pixel_is_an_image_whatever_is_wrong_and_counted_all_the_same() {
    let fixture = Fixture::start();
    let key = fixture.write_key.as_str();
    let large: String = form_urlencoded::byte_serialize("x".repeat(40_000).as_bytes()).collect();
    for (path, reason) in [
        (format!("/v1/pixel/dance?writeKey={key}&userId=u"), "unknown_type"),
        (format!("/v1/pixel/track/?writeKey={key}&userId=u"), "event_not_defined"),
        (format!("/v1/pixel/track?writeKey={key}&data=*"), "invalid_json"),
        (format!("/v1/pixel/track?writeKey={key}&event=E&userId=u&properties.x={large}"), "payload_too_large"),
    ] {
        assert!(is_image(&fixture.server.get(&path)), "{path}");
        let row = fixture.overview()["reasons"].as_array().expect("rows").iter().any(|row| row["code"] == reason);
        assert!(row, "{reason} is not counted");
    }
    for path in [
        "/v1/pixel/track",
        "/v1/pixel/track?data=%00",
        "/v1/pixel/%FF?writeKey=nobody-at-all",
        "/v1/pixel/page?writeKey=",
    ] {
        assert!(is_image(&fixture.server.get(path)), "{path}");
    }
    let looked = fixture.server.send("HEAD", &format!("/v1/pixel/page?writeKey={key}&userId=u"), &[], b"");
    assert_eq!((looked.status, looked.body.as_str()), (200, ""));
    let overview = fixture.overview();
    assert_ledger(&overview);
    assert_eq!(overview["steps"]["received"], 4, "to look whether there is an image is no event");
    let tallied = fixture.stop_and_unattributed();
    let requests: u64 = tallied.iter().map(|(_, _, requests)| requests).sum();
    assert_eq!(requests, 4, "{tallied:?}");
}

#[test]
fn health_is_json() {
    let fixture = Fixture::start();
    let answer = fixture.server.get("/healthz");
    assert_eq!((answer.status, answer.json()), (200, json!({"status": "ok"})));
    let _: Value = answer.json();
}
