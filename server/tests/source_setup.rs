//! The setup page: its lines lead to this server, and its test event goes through the Tracking API's own entrance.

mod support;

use support::{Answer, Fixture};

const FORM: &str = "Content-Type: application/x-www-form-urlencoded";

fn post(fixture: &Fixture, page: &str, form: &str) -> Answer {
    let path = format!("/sources/{}/{page}", fixture.slug);
    fixture.server.send("POST", &path, &[FORM.to_owned()], form.as_bytes())
}

fn place(answer: &Answer) -> String {
    assert_eq!(answer.status, 303, "{}", answer.body);
    answer.header("location").expect("a place to go to").to_owned()
}

#[test]
fn a_test_event_is_judged_kept_and_counted_like_any_other() {
    let fixture = Fixture::start();
    let place = place(&post(&fixture, "setup", "library=go"));
    let (path, id) = place.split_once("&test=").expect("the event's id");
    assert_eq!(path, format!("/sources/{}/setup?library=go", fixture.slug));
    let events = fixture.events(&[]);
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["messageId"], id);
    assert_eq!(events[0]["status"], "eligible");
    assert_eq!(events[0]["library"]["name"], "headwater");
    assert_eq!(events[0]["event"]["event"], "Headwater test event");
    assert_eq!((fixture.step("received"), fixture.step("eligible")), (1, 1));

    let page = fixture.server.get(&place);
    assert_eq!(page.status, 200);
    assert!(page.body.contains("Write key accepted") && page.body.contains(id));
    assert_eq!(page.body.matches("data-outcome=\"passed\"").count(), 8);
}

#[test]
fn a_disabled_source_refuses_its_test_event_at_that_check() {
    let fixture = Fixture::start();
    assert_eq!(post(&fixture, "settings", "action=disable").status, 303);
    let page = fixture.server.get(&place(&post(&fixture, "setup", "")));
    let count = |outcome: &str| page.body.matches(&format!("data-outcome=\"{outcome}\"")).count();
    // The check itself, and where the way ends.
    assert_eq!((count("passed"), count("refused"), count("not-reached")), (4, 2, 2));
    assert!(page.body.contains("source_disabled"));
    assert_eq!((fixture.step("received"), fixture.step("failed_on_ingest")), (1, 1));
}

#[test]
fn what_the_tracking_api_does_not_take_is_said_on_the_page() {
    let fixture = Fixture::start_with(&["--rate-limit", "1"]);
    let answers: Vec<Answer> = (0..5).map(|_| post(&fixture, "setup", "")).collect();
    let refused = answers.iter().find(|answer| answer.status != 303).expect("one over the limit");
    assert_eq!(refused.status, 429);
    assert!(refused.body.contains("The test event was not taken"), "{}", refused.body);
    assert!(refused.body.contains("This workspace sends more requests than it may."));
}

#[test]
fn only_what_is_there_is_shown_and_other_sites_cannot_send() {
    let fixture = Fixture::start();
    assert_eq!(fixture.server.get("/sources/nobody/setup").status, 404);
    assert_eq!(fixture.server.send("POST", "/sources/nobody/setup", &[FORM.to_owned()], b"").status, 404);
    let foreign = [FORM.to_owned(), "Sec-Fetch-Site: cross-site".to_owned()];
    let path = format!("/sources/{}/setup", fixture.slug);
    assert_eq!(fixture.server.send("POST", &path, &foreign, b"").status, 403);
    assert!(fixture.events(&[]).is_empty());

    // Ids are not searched for unless they can be a test event's.
    for id in ["x", "%00", &format!("headwater-test-{}", "0".repeat(32)), &"x".repeat(5_000)] {
        let page = fixture.server.get(&format!("{path}?test={id}"));
        assert_eq!(page.status, 200);
        assert!(page.body.contains("This test event is not kept any more"));
    }
}

#[test]
fn lines_name_the_address_that_the_page_was_asked_for() {
    let fixture = Fixture::start();
    let proxy = ["X-Forwarded-Proto: https".to_owned(), "X-Forwarded-Host: hw.example".to_owned()];
    let path = format!("/sources/{}/setup?library=ruby", fixture.slug);
    let page = fixture.server.send("GET", &path, &proxy, b"");
    assert!(page.body.contains(&fixture.write_key) && page.body.contains("hw.example"), "{}", page.body);
    assert!(!page.body.contains("speaks https only"));
    assert!(fixture.server.get(&path).body.contains("speaks https only"));
}
