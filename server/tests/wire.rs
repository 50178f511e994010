//! What real SDKs put on the wire and need back, a test for each of the findings made with them, in their order and under
//! their numbers; among them the SDKs that no driver runs: legacy Node and Python, the mobile ones, the Rust crate, both
//! of RudderStack's, Jitsu.

mod support;

use serde_json::{Value, json};
use support::{Answer, Fixture, assert_ledger, basic, gzip};

const SUCCESS: &str = r#"{"success":true}"#;

/// A preflight from another site's page that announces these headers.
fn preflight(fixture: &Fixture, path: &str, headers: &str) -> Answer {
    let lines = [
        "Origin: https://shop.example".to_owned(),
        "Access-Control-Request-Method: POST".to_owned(),
        format!("Access-Control-Request-Headers: {headers}"),
    ];
    fixture.server.send("OPTIONS", path, &lines, b"")
}

/// A call of another site's page.
fn from_page(fixture: &Fixture, method: &str, path: &str, headers: &[&str], body: &[u8]) -> Answer {
    let lines: Vec<String> =
        std::iter::once(&"Origin: https://shop.example").chain(headers).map(|line| (*line).to_owned()).collect();
    fixture.server.send(method, path, &lines, body)
}

fn track(message_id: &str) -> Value {
    json!({"type": "track", "event": "Order Completed", "userId": "u", "messageId": message_id})
}

#[test]
fn line_01_success_is_200_and_json_on_every_path() {
    let fixture = Fixture::start();
    let calls = ["track", "identify", "page", "screen", "group", "alias", "t", "i", "p", "s", "g", "a"];
    let batches = ["/v1/batch", "/v1/b", "/v1/import", "/beacon/v1/batch"];
    let jitsu = |kind: &str| calls[..6].iter().map(|call| format!("/api/s/{kind}{call}")).collect::<Vec<_>>();
    let singles: Vec<String> =
        calls.iter().map(|call| format!("/v1/{call}")).chain(jitsu("")).chain(jitsu("s2s/")).collect();
    let event = r#"{"userId":"u","event":"E","groupId":"g","previousId":"p"}"#.to_owned();
    let batch = format!(r#"{{"batch":[{}]}}"#, track("m").to_string().replace(r#","messageId":"m""#, ""));
    let mut sent = 0;
    for (path, body) in singles.iter().map(|path| (path.as_str(), &event)).chain(batches.map(|path| (path, &batch))) {
        for path in [path.to_owned(), format!("{path}/")] {
            let answer = fixture.server.post(&path, &fixture.write_key, body);
            assert_eq!((answer.status, answer.body.as_str()), (200, SUCCESS), "{path}");
            assert_eq!(answer.header("content-type"), Some("application/json"), "{path}");
            sent += 1;
        }
    }
    assert_eq!(sent, 56);
    let overview = fixture.overview();
    assert_eq!((overview["steps"]["received"].as_u64(), overview["steps"]["eligible"].as_u64()), (Some(56), Some(56)));
    let types: Vec<_> =
        overview["event_type"].as_array().expect("rows").iter().map(|row| row["count"].as_u64()).collect();
    assert_eq!(types, [Some(16), Some(8), Some(8), Some(8), Some(8), Some(8)], "the path says the type");
}

#[test]
fn line_02_every_error_is_json_with_code_and_message() {
    let fixture = Fixture::start();
    let auth = basic(&fixture.write_key);
    let large = vec![b' '; 600 << 10];
    for (method, path, auth, body, status) in [
        ("POST", "/v1/batch", auth.as_str(), &b"{"[..], 400),
        ("POST", "/v1/batch", &auth, &large, 400),
        ("POST", "/v1/batch", "X-None: 1", b"{\"batch\":[{}]}", 401),
        ("POST", "/v1/batch", "X-None: 1", b"{\"batch\":[]}", 401),
        ("POST", "/v1/batch", "X-None: 1", b"{", 400),
        ("POST", "/v1/batch", "X-Write-Key: nobody", b"{\"batch\":[{}]}", 401),
        ("POST", "/v1/nothing", &auth, b"{}", 404),
        ("POST", "/v1/", &auth, b"{}", 404),
        ("POST", "/api/s/dance", &auth, b"{}", 404),
        ("POST", "/beacon/v2", &auth, b"{}", 404),
        ("GET", "/v1/projects/nobody/settings", &auth, b"", 404),
        ("GET", "/v1/receipts/none", &auth, b"", 404),
        ("GET", "/v1/batch", &auth, b"", 405),
        ("DELETE", "/v1/pixel/track", &auth, b"", 405),
        ("POST", "/v1/projects/nobody/settings", &auth, b"", 405),
    ] {
        let answer = fixture.server.send(method, path, &[auth.to_owned()], body);
        assert_eq!(answer.status, status, "{method} {path}");
        let body = answer.json();
        assert_eq!(body["success"], false, "{method} {path}");
        assert!(body["code"].as_str().is_some_and(|code| !code.is_empty()), "{method} {path}: {body}");
        assert!(body["message"].as_str().is_some_and(|message| message.ends_with('.')), "{method} {path}: {body}");
        assert_eq!(body["error"], body["message"], "{method} {path}");
    }
}

#[test]
fn line_03_other_sites_pages_may_send_and_may_read_every_answer() {
    let fixture = Fixture::start();
    for (path, headers) in [
        ("/v1/t", "authorization,content-type"),
        ("/v1/b", "authorization,content-type,x-retry-count"),
        (
            "/v1/batch",
            "anonymousid,authorization,content-type,rsa-retry-attempt,rsa-retry-reason,rsa-since-first-attempt,\
             rsa-since-last-attempt,sentat",
        ),
        ("/api/s/track", "content-type,x-write-key"),
        ("/sourceConfig/", "authorization"),
        ("/v1/receipts/m1", "authorization,prefer"),
    ] {
        let answer = preflight(&fixture, path, headers);
        assert_eq!(answer.status, 200, "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"), "{path}");
        assert_eq!(answer.header("access-control-allow-headers"), Some(headers), "{path}");
        assert!(
            answer.header("access-control-allow-methods").is_some_and(|methods| methods.contains("POST")),
            "{path}"
        );
        assert_eq!(answer.header("access-control-max-age"), Some("7200"), "{path}");
    }
    let key = format!("X-Write-Key: {}", fixture.write_key);
    let settings = format!("/v1/projects/{}/settings", fixture.write_key);
    for (method, path, body, status) in [
        ("POST", "/v1/t", &br#"{"userId":"u","event":"E"}"#[..], 200),
        ("POST", "/v1/t", b"{", 400),
        ("POST", "/v1/nothing", b"{}", 404),
        ("GET", "/v1/t", b"", 405),
        ("POST", "/v1/m", b"{}", 200),
        ("GET", "/v1/pixel/page", b"", 200),
        ("GET", &settings, b"", 200),
        ("GET", "/v1/projects/nobody/settings", b"", 404),
        ("GET", "/sourceConfig/?writeKey=nobody", b"", 200),
    ] {
        let answer = from_page(&fixture, method, path, &[&key], body);
        assert_eq!(answer.status, status, "{path}");
        assert_eq!(answer.header("access-control-allow-origin"), Some("*"), "{path}");
        let exposed = answer.header("access-control-expose-headers").unwrap_or_default();
        assert!(exposed.contains("retry-after") && exposed.contains("x-ratelimit-reset"), "{path}: {exposed}");
    }
    let unknown = from_page(&fixture, "POST", "/v1/t", &[], br#"{"writeKey":"nobody"}"#);
    assert_eq!((unknown.status, unknown.header("access-control-allow-origin")), (401, Some("*")));
    let page = from_page(&fixture, "GET", "/sources", &[], b"");
    assert_eq!(page.header("access-control-allow-origin"), None, "pages are not for other sites");
}

#[test]
fn line_04_a_rate_limit_says_when_to_come_back_in_both_headers() {
    let fixture = Fixture::start_with(&["--rate-limit", "1"]);
    let auth = basic(&fixture.write_key);
    let limited = (0..100)
        .map(|_| from_page(&fixture, "POST", "/v1/t", &[&auth], br#"{"userId":"u","event":"E"}"#))
        .find(|answer| answer.status != 200)
        .expect("a hundred calls at once are too many");
    assert_eq!(limited.header("access-control-allow-origin"), Some("*"));
    assert!(
        limited.header("access-control-expose-headers").is_some_and(|exposed| exposed.contains("x-ratelimit-reset"))
    );
    assert_eq!((limited.status, limited.json()["code"].as_str()), (429, Some("rate_limited")));
    for header in ["retry-after", "x-ratelimit-reset"] {
        let seconds = limited.header(header).and_then(|seconds| seconds.parse::<u32>().ok());
        assert_eq!(seconds, Some(1), "{header}");
    }
}

#[test]
fn line_05_the_content_type_says_nothing() {
    let fixture = Fixture::start();
    for content_type in [
        "text/plain",
        "text/plain;charset=UTF-8",
        "application/json;charset=UTF-8",
        "application/x-www-form-urlencoded",
        "multipart/form-data",
        "nonsense",
        "",
    ] {
        let headers = [basic(&fixture.write_key), format!("Content-Type: {content_type}")];
        let answer = fixture.server.send("POST", "/v1/track", &headers, br#"{"userId":"u","event":"E"}"#);
        assert_eq!(answer.status, 200, "{content_type}");
    }
    assert_eq!(fixture.step("eligible"), 7);
}

#[test]
fn line_06_gzip_is_taken_with_any_label_and_without_a_length() {
    let fixture = Fixture::start();
    let body = |key: &str| gzip(json!({"batch": [track(key)], "writeKey": fixture.write_key}).to_string().as_bytes());
    let auth = basic(&fixture.write_key);
    let rudder_node =
        [auth.clone(), "Content-Encoding: gzip".into(), "Content-Type: application/x-www-form-urlencoded".into()];
    assert_eq!(fixture.server.send("POST", "/v1/batch", &rudder_node, &body("rudder-node")).status, 200);
    let rudder_python = [auth.clone(), "Content-Encoding: gzip".into(), "Content-Type: application/json".into()];
    assert_eq!(fixture.server.send("POST", "/v1/batch", &rudder_python, &body("rudder-python")).status, 200);
    let kotlin = ["Content-Encoding: gzip".to_owned(), "Content-Type: text/plain".to_owned()];
    assert_eq!(fixture.server.send_chunked("/v1/b", &kotlin, &body("kotlin")).status, 200);
    assert_eq!(fixture.server.send("POST", "/v1/b", &[auth], &body("unlabelled")).status, 200);
    assert_eq!(fixture.step("eligible"), 4);
}

#[test]
fn line_07_the_write_key_is_found_in_four_places_and_headers_win() {
    let fixture = Fixture::start();
    let key = fixture.write_key.as_str();
    let with_key = |key: &str| json!({"userId": "u", "event": "E", "writeKey": key}).to_string();
    let jitsu = format!("X-Write-Key: {key}:secret");
    for (path, headers, body, status) in [
        ("/v1/track", vec![basic(key)], with_key("id:***"), 200),
        ("/v1/track", vec![], with_key(key), 200),
        (&format!("/v1/track?writeKey={key}"), vec![], with_key("id:***"), 200),
        ("/api/s/track", vec![jitsu.clone()], with_key("id:***"), 200),
        ("/v1/track", vec![format!("X-Write-Key: {key}")], with_key("id:***"), 200),
        ("/v1/track", vec!["Authorization: Bearer a.b.c".to_owned()], with_key(key), 200),
        ("/v1/track", vec![basic("nobody"), jitsu.clone()], with_key(key), 401),
        (&format!("/v1/track?writeKey={key}"), vec!["X-Write-Key: nobody:x".to_owned()], with_key(key), 401),
        ("/v1/track?writeKey=nobody", vec![], with_key(key), 401),
    ] {
        let answer = fixture.server.send("POST", path, &headers, body.as_bytes());
        assert_eq!(answer.status, status, "{path} {headers:?} {body}");
    }
    assert_eq!(fixture.step("eligible"), 6);
}

#[test]
fn line_08_settings_start_the_browser_library_and_lead_it_here() {
    let fixture = Fixture::start();
    let (key, addr) = (&fixture.write_key, &fixture.server.addr);
    for path in [format!("/v1/projects/{key}/settings"), format!("/projects/{key}/settings")] {
        let answer = from_page(&fixture, "GET", &path, &[], b"");
        assert_eq!(answer.status, 200, "{path}");
        let segment = &answer.json()["integrations"]["Segment.io"];
        assert_eq!(segment["apiKey"], **key, "events carry this key, whatever `load` was given");
        assert_eq!(segment["apiHost"], format!("{addr}/v1"), "without a scheme");
        assert_eq!(segment["protocol"], "http");
        assert_eq!(answer.json()["plan"]["track"]["__default"]["enabled"], true);
    }
}

#[test]
fn line_09_library_metrics_are_taken_and_are_no_events() {
    let fixture = Fixture::start();
    let series = json!({"series": [{"type": "Counter", "metric": "analytics_js.invoke", "value": 1, "tags": {}}]});
    let answer = from_page(&fixture, "POST", "/v1/m", &["Content-Type: text/plain"], series.to_string().as_bytes());
    assert_eq!((answer.status, answer.body.as_str()), (200, SUCCESS));
    let settings = fixture.server.get(&format!("/v1/projects/{}/settings", fixture.write_key)).json();
    assert_eq!(settings["metrics"]["sampleRate"], 0, "and the library is told not to send them");
    assert_eq!(fixture.step("received"), 0);
    assert_eq!(fixture.stop_and_unattributed(), [("library_metrics".to_owned(), String::new(), 1)]);
}

#[test]
fn line_10_missing_and_null_fields_are_filled_in() {
    let fixture = Fixture::start();
    let post = |path: &str, body: Value| {
        assert_eq!(fixture.server.post(path, &fixture.write_key, body.to_string()).status, 200, "{body}");
        fixture.latest()
    };
    let rust_single =
        post("/v1/track", json!({"userId": "u", "event": "E", "properties": {}, "context": {}, "integrations": {}}));
    assert_eq!((rust_single["type"].as_str(), rust_single["status"].as_str()), (Some("track"), Some("eligible")));
    assert_eq!(rust_single["messageId"].as_str().map(str::len), Some(36), "an id is assigned");
    assert_eq!(rust_single["timestamp"], rust_single["receivedAt"]);

    let rust_batch = post("/v1/batch", json!({"batch": [{"type": "identify", "userId": "u", "traits": {}}]}));
    assert_eq!((rust_batch["type"].as_str(), rust_batch["status"].as_str()), (Some("identify"), Some("eligible")));

    let python = post(
        "/v1/batch",
        json!({"sentAt": "2026-11-05T09:00:00+00:00", "batch": [{
        "type": "page", "anonymousId": null, "userId": "u", "category": null, "name": "Home", "properties": {},
        "timestamp": "2026-11-05T08:59:59.500000+00:00", "integrations": {}, "messageId": "python-1",
        "context": {"library": {"name": "analytics-python", "version": "1.4.post1"}}}]}),
    );
    assert_eq!(python["status"], "eligible");
    assert_eq!(python["library"], json!({"name": "analytics-python", "version": "1.4.post1"}));

    let rudder = post(
        "/v1/batch",
        json!({"batch": [{
        "type": "identify", "userId": "u", "channel": "server", "originalTimestamp": "2026-11-05T09:00:00Z",
        "sentAt": null, "context": {"traits": {"plan": "pro"}}}]}),
    );
    assert_eq!(
        (rudder["status"].as_str(), rudder["timestamp"].as_str()),
        (Some("eligible"), Some("2026-11-05T09:00:00.000Z"))
    );
    assert_eq!(rudder["originalTimestamp"], "2026-11-05T09:00:00Z");

    let documented = post(
        "/v1/batch",
        json!({"batch": [{
        "type": "identify", "userId": "019mr8mf4r", "traits": {}, "timestamp": "2015-2-02T00:30:08.276Z"}]}),
    );
    assert_eq!(documented["timestamp"], "2015-02-02T00:30:08.276Z");

    // analytics-node 6 puts a timestamp beside the batch.
    let node = post(
        "/v1/batch",
        json!({"batch": [track("node-1")], "timestamp": "2026-11-05T09:00:00.000Z",
        "sentAt": "2026-11-05T09:00:00.000Z"}),
    );
    assert_eq!((node["status"].as_str(), node["messageId"].as_str()), (Some("eligible"), Some("node-1")));
}

#[test]
fn line_11_what_a_batch_says_of_all_is_merged_into_each() {
    let fixture = Fixture::start();
    let batch = json!({
        "context": {"app": {"version": "1.2.0", "name": "shop"}, "locale": "en"}, "integrations": {"All": true, "X": false},
        "batch": [track("plain"), {"type": "page", "userId": "u", "messageId": "own", "integrations": {"X": true},
            "context": {"app": {"version": "9.9"}}}],
    });
    assert_eq!(fixture.server.post("/v1/batch", &fixture.write_key, batch.to_string()).status, 200);
    let versions = fixture.overview()["app_version"].clone();
    let mut versions: Vec<_> = versions.as_array().expect("rows").iter().map(|row| row["key"].clone()).collect();
    versions.sort_by_key(Value::to_string);
    assert_eq!(versions, ["1.2.0", "9.9"]);
    let events = fixture.events(&[]);
    let of = |id: &str| events.iter().find(|event| event["messageId"] == id).expect("the event")["event"].clone();
    assert_eq!(of("plain")["context"], json!({"app": {"version": "1.2.0", "name": "shop"}, "locale": "en"}));
    assert_eq!(of("plain")["integrations"], json!({"All": true, "X": false}));
    assert_eq!(of("own")["context"]["app"]["version"], "9.9", "the event's own word counts");
    assert_eq!(of("own")["context"]["locale"], "en");
    assert_eq!(of("own")["integrations"]["X"], true);
}

#[test]
fn line_12_a_retried_batch_that_grew_counts_each_event_once() {
    let fixture = Fixture::start();
    let ids: Vec<String> = (0..23).map(|n| format!("m{n}")).collect();
    let batch = |ids: &[String], retry: u32| {
        let again = |id: &String| {
            let mut event = track(id);
            event["_metadata"] = json!({ "retryCount": retry });
            event
        };
        let events: Vec<Value> = ids.iter().map(again).collect();
        json!({ "batch": events }).to_string()
    };
    for (count, retry) in [(10, 0), (23, 1), (23, 2)] {
        let answer = fixture.server.post("/v1/b", &fixture.write_key, batch(&ids[..count], retry));
        assert_eq!(answer.status, 200);
    }
    let overview = fixture.overview();
    assert_ledger(&overview);
    assert_eq!(
        (overview["steps"]["received"].as_u64(), overview["steps"]["duplicates"].as_u64()),
        (Some(23), Some(33))
    );
}

#[test]
fn line_13_large_batches_are_taken_up_to_the_limits() {
    let fixture = Fixture::start();
    let batch = |events: usize, bytes: usize| {
        let event =
            json!({"type": "track", "event": "E", "userId": "u", "properties": {"x": "x".repeat(bytes)}}).to_string();
        format!(r#"{{"batch":[{}]}}"#, vec![event; events].join(","))
    };
    let text = ["Content-Type: text/plain".to_owned(), basic(&fixture.write_key)];
    for (events, bytes, status) in [(450, 900, 200), (2_500, 100, 200), (14, 32_000, 200), (20, 32_000, 400)] {
        let answer = fixture.server.send("POST", "/v1/b", &text, batch(events, bytes).as_bytes());
        assert_eq!(answer.status, status, "{events} events of {bytes} bytes");
    }
    let four_mebibytes = fixture.server.post("/v1/batch", &fixture.write_key, batch(140, 30_000));
    assert_eq!((four_mebibytes.status, four_mebibytes.json()["code"].as_str()), (400, Some("batch_too_large")));
    let overview = fixture.overview();
    assert_eq!(overview["steps"]["eligible"], 450 + 2_500 + 14);
    assert_eq!(overview["steps"]["failed_on_ingest"], 2, "a refused request counts once");
}

#[test]
fn line_14_what_a_429_refused_is_taken_once_when_it_comes_again() {
    let fixture = Fixture::start_with(&["--rate-limit", "5"]);
    let mut refused = 0;
    for n in 0..12 {
        let body = track(&format!("m{n}")).to_string();
        // Some clients come back after 0.2 s, whatever they were told.
        while fixture.server.post("/v1/track", &fixture.write_key, &body).status == 429 {
            refused += 1;
        }
    }
    let overview = fixture.overview();
    assert_ledger(&overview);
    assert!(refused > 0, "12 calls at once are over the limit of 5 a second");
    assert_eq!(overview["steps"]["eligible"], 12);
    assert_eq!(overview["steps"]["duplicates"], 0);
    assert_eq!(overview["steps"]["failed_on_ingest"], refused, "each refused request counts once");
}

#[test]
fn line_15_a_wrong_key_is_401_and_shows_up() {
    let fixture = Fixture::start();
    let body = track("m").to_string();
    for (headers, code) in [
        (vec![], "write_key_missing"),
        (vec![basic("a-key-of-another-place")], "write_key_unknown"),
        (vec![basic("a-key-of-another-place")], "write_key_unknown"),
        (vec![basic("short")], "write_key_unknown"),
    ] {
        let answer = fixture.server.send("POST", "/v1/track", &headers, body.as_bytes());
        assert_eq!((answer.status, answer.json()["code"].as_str()), (401, Some(code)));
    }
    let row = |kind: &str, key: &str, requests: u64| (kind.to_owned(), key.to_owned(), requests);
    let mut expected = vec![
        row("write_key_unknown", "a-ke…lace", 2),
        row("write_key_missing", "", 1),
        row("write_key_unknown", "…", 1),
    ];
    let mut tallied = fixture.stop_and_unattributed();
    expected.sort();
    tallied.sort();
    assert_eq!(tallied, expected);
}

#[test]
fn line_16_nothing_is_redirected() {
    let fixture = Fixture::start();
    let body = json!({"batch": [{"type": "page", "userId": "u"}]}).to_string();
    for path in ["/v1/import/", "/v1/batch/", "//v1/batch", "/v1/batch//", "/V1/BATCH"] {
        let answer = fixture.server.post(path, &fixture.write_key, &body);
        assert!(!(300..400).contains(&answer.status), "{path} is a delivered event for some SDKs: {}", answer.status);
    }
    assert_eq!(fixture.step("eligible"), 2);
}

#[test]
fn line_17_what_a_page_sends_while_it_closes_arrives() {
    let fixture = Fixture::start();
    let text = "Content-Type: text/plain;charset=UTF-8";
    let keepalive = from_page(
        &fixture,
        "POST",
        "/v1/b",
        &[text, &basic(&fixture.write_key)],
        json!({"batch": [track("keepalive")]}).to_string().as_bytes(),
    );
    assert_eq!(keepalive.status, 200);
    let beacon_path = format!("/beacon/v1/batch?writeKey={}", fixture.write_key);
    let beacon = from_page(
        &fixture,
        "POST",
        &beacon_path,
        &[text, "Cookie: rl_anonymous_id=x", "Sec-Fetch-Mode: no-cors", "Sec-Fetch-Site: cross-site"],
        json!({"batch": [track("beacon")], "sentAt": "2026-11-05T09:00:00.000Z"}).to_string().as_bytes(),
    );
    assert_eq!((beacon.status, beacon.body.as_str()), (200, SUCCESS));
    assert_eq!(fixture.step("eligible"), 2);
}

#[test]
fn jitsu_speaks_its_own_paths_and_header() {
    let fixture = Fixture::start();
    let header = [format!("X-Write-Key: {}:secret", fixture.write_key), "Content-Type: application/json".to_owned()];
    for (path, body) in [
        (
            "/api/s/page",
            json!({"type": "page", "anonymousId": "a", "properties": {"name": "Home"}, "writeKey": "id:***"}),
        ),
        ("/api/s/track", json!({"type": "track", "event": "Signed Up", "anonymousId": "a", "properties": {}})),
        ("/api/s/s2s/identify", json!({"type": "identify", "userId": "u", "traits": {"plan": "pro"}})),
        ("/api/s/s2s/group", json!({"type": "group", "userId": "u", "groupId": "g", "traits": {}})),
    ] {
        let answer = fixture.server.send("POST", path, &header, body.to_string().as_bytes());
        assert_eq!((answer.status, answer.body.as_str()), (200, SUCCESS), "{path}");
    }
    assert_eq!(fixture.step("eligible"), 4);
}
