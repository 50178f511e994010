//! The command line beside a running server.

mod support;

use serde_json::Value;
use std::process::Command;
use support::{Fixture, HEADWATER, headwater, headwater_raw};

fn stderr(output: &std::process::Output) -> String {
    assert!(!output.status.success());
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_source_created_beside_the_server_takes_events_at_once() {
    let fixture = Fixture::start();
    let track = |key: &str| fixture.server.post("/v1/track", key, r#"{"userId":"u","event":"E"}"#).status;
    assert_eq!(track("not-yet"), 401);
    for name in ["Shop", "Shop"] {
        let args = ["source", "create", "--name", name, "--kind", "python", "--json"];
        let made: Value = serde_json::from_slice(&headwater(fixture.dir.path(), &args).stdout).expect("JSON");
        assert_eq!(track(made["write_key"].as_str().expect("a key")), 200);
    }
    let listed = headwater(fixture.dir.path(), &["source", "list", "--json"]);
    let listed: Value = serde_json::from_slice(&listed.stdout).expect("JSON");
    let slugs: Vec<_> = listed.as_array().expect("a list").iter().map(|source| source["slug"].as_str()).collect();
    assert_eq!(slugs, [Some("shop"), Some("shop-2"), Some("shop-3")]);
    let table = headwater(fixture.dir.path(), &["source", "list"]);
    assert!(String::from_utf8_lossy(&table.stdout).contains("shop-3"));
}

#[test]
fn wrong_words_get_sentences() {
    let fixture = Fixture::start();
    let say = |args: &[&str]| stderr(&headwater_raw(fixture.dir.path(), args));
    assert!(say(&["source", "create", "--name", " ", "--kind", "python"]).contains("Give the source a name"));
    assert!(say(&["source", "create", "--name", "A", "--kind", "cobol"]).contains("Known kinds"));
    assert!(say(&["overview", "nobody"]).contains("there is no source"));
    assert!(say(&["overview", "shop", "--range", "5d"]).contains("FROM..UNTIL"));
    assert!(say(&["events", "nobody"]).contains("there is no source"));
    assert!(say(&["events", "shop", "--reason", "rain"]).contains("no_user_anon_id"));
    assert!(say(&["events", "shop", "--step", "last"]).contains("failed_on_ingest"));
    assert!(say(&["events", "shop", "--limit", "0"]).contains("1..=1000"));
    assert!(say(&["serve", "--rate-limit", "0"]).contains("leave it out for no limit"));
    let nowhere = fixture.dir.path().join("nowhere");
    assert!(stderr(&headwater_raw(&nowhere, &["source", "list"])).contains("there is no folder"));
    assert!(!nowhere.exists());
}

#[test]
fn an_empty_source_has_an_overview_in_both_forms() {
    let fixture = Fixture::start();
    for range in ["10m", "1h", "24h", "7d", "14d", "2026-01-01T00:00:00Z..2026-01-02T00:00:00Z"] {
        let args = ["overview", fixture.slug.as_str(), "--range", range];
        let text = headwater(fixture.dir.path(), &args);
        assert!(String::from_utf8_lossy(&text.stdout).contains("Events successfully received"), "{range}");
        let json = headwater(fixture.dir.path(), &[&args[..], &["--json"]].concat());
        let json: Value = serde_json::from_slice(&json.stdout).expect("JSON");
        assert_eq!(json["steps"]["received"], 0, "{range}");
    }
}

#[test]
fn requests_that_belong_to_no_source_are_listed() {
    let fixture = Fixture::start();
    let listed =
        |dir: &std::path::Path| String::from_utf8_lossy(&headwater(dir, &["unattributed"]).stdout).into_owned();
    assert!(listed(fixture.dir.path()).contains("belonged to a source"));
    assert_eq!(fixture.server.post("/v1/track", "a-key-of-another-place", "{}").status, 401);
    let Fixture { dir, server, .. } = fixture;
    server.stop();
    let table = listed(dir.path());
    assert!(table.starts_with("KIND"), "{table}");
    assert!(table.contains("write_key_unknown  a-ke…lace         1  2"), "{table}");
}

#[test]
fn only_loopback_and_only_one_server_a_folder() {
    let fixture = Fixture::start();
    let serve = |addr: &str| {
        let output =
            Command::new(HEADWATER).args(["serve", "--addr", addr, "--data-dir"]).arg(fixture.dir.path()).output();
        stderr(&output.expect("the binary starts"))
    };
    assert!(serve("0.0.0.0:0").contains("no sign-in yet"));
    assert!(serve("127.0.0.1:0").contains("another headwater server"));
    assert!(serve(&fixture.server.addr).contains("cannot listen"));
}
