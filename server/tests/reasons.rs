//! Every reason of the list, sent over real HTTP and read back: status of the answer, code, step, count, the event itself
//! and the pointer to what was wrong with it. A reason without a case here does not compile.

mod support;

use domain::audit::Actor;
use domain::clock::Timestamp;
use domain::discard::DiscardReason;
use serde_json::{Value, json};
use store::source::SetEnabled;
use store::{Durability, Store};
use support::{Fixture, assert_ledger, gzip};

/// What is sent, and what must come of it.
struct Case {
    path: &'static str,
    body: Vec<u8>,
    status: u16,
    pointer: &'static str,
    kept: Kept,
}

/// What is kept to look at.
enum Kept {
    /// The event as it was sent.
    Event(Value),
    /// The beginning of a request that could not be read.
    Beginning,
    /// Nothing: the body was not read.
    Nothing,
}

fn whole(path: &'static str, body: impl Into<Vec<u8>>, status: u16, pointer: &'static str) -> Case {
    Case { path, body: body.into(), status, pointer, kept: Kept::Beginning }
}

/// One event of a batch beside a good one: it never takes the good one down.
fn item(event: Value, pointer: &'static str) -> Case {
    let good = json!({"type": "track", "event": "Order Completed", "userId": "u"});
    let body = json!({"batch": [good, event]}).to_string().into_bytes();
    Case { path: "/v1/batch", body, status: 200, pointer, kept: Kept::Event(event) }
}

/// A track call without what the event says otherwise; `null` takes a field away.
fn track(difference: Value, pointer: &'static str) -> Case {
    item(with(json!({"type": "track", "event": "Order Completed", "userId": "u"}), difference), pointer)
}

fn with(mut event: Value, difference: Value) -> Value {
    let fields = event.as_object_mut().expect("an object");
    for (key, value) in difference.as_object().expect("an object") {
        if value.is_null() {
            fields.remove(key)
        } else {
            fields.insert(key.clone(), value.clone())
        };
    }
    event
}

fn consent(context: Value, pointer: &'static str) -> Case {
    track(json!({"event": "Segment Consent Preference Updated", "context": context}), pointer)
}

fn nested(levels: usize) -> Value {
    (0..levels).fold(json!(1), |inner, _| json!([inner]))
}

fn case_of(reason: DiscardReason) -> Case {
    use DiscardReason as R;
    let preferences = "/context/consent/categoryPreferences";
    let many = || (0..2_001).map(|n| (format!("k{n}"), json!(1))).collect::<serde_json::Map<_, _>>();
    match reason {
        R::RateLimited => Case { kept: Kept::Nothing, ..whole("/v1/batch", r#"{"batch":[{},{}]}"#, 429, "") },
        R::InvalidJson => whole("/v1/batch", r#"{"batch":[{"type":"track""#, 400, ""),
        R::BatchTooLarge => whole("/v1/batch", gzip(&vec![b' '; 600 << 10]), 400, ""),
        R::BatchTooManyEvents => {
            whole("/v1/batch", format!(r#"{{"batch":[{}]}}"#, vec!["{}"; 2_501].join(",")), 200, "")
        }
        R::EmptyBatch => whole("/v1/batch", r#"{"batch":[]}"#, 200, "/batch"),
        R::EmptyBatchResult => whole("/v1/batch", r#"{"batch":[null,7,"event"]}"#, 200, "/batch"),
        R::SourceDisabled => track(json!({}), ""),
        R::PayloadTooLarge => {
            let event = json!({"event": "Large", "userId": "u", "properties": {"x": "x".repeat(33 << 10)}});
            let body = event.to_string().into_bytes();
            Case { path: "/v1/track", body, status: 400, pointer: "", kept: Kept::Event(event) }
        }
        R::MultiUserError => item(json!("an event"), "/batch/1"),
        R::NestingTooDeep => track(json!({"properties": {"a": nested(63)}}), "/properties"),
        R::TooManyProperties => track(json!({"properties": many()}), ""),
        R::UnknownType => track(json!({"type": "dance"}), "/type"),
        R::MessageIdTooLong => track(json!({"messageId": "m".repeat(101)}), "/messageId"),
        R::NoUserAnonId => track(json!({"userId": null}), "/userId"),
        R::IdNotString => track(json!({"userId": 7}), "/userId"),
        R::IdRequired => item(json!({"type": "group", "userId": "u"}), "/groupId"),
        R::EventNotDefined => track(json!({"event": null}), "/event"),
        R::EventNotString => track(json!({"event": ["E"]}), "/event"),
        R::NameTooLong => track(json!({"event": "n".repeat(201)}), "/event"),
        R::PropertiesNotObject => track(json!({"properties": []}), "/properties"),
        R::TraitsNotObject => item(json!({"type": "identify", "userId": "u", "traits": "x"}), "/traits"),
        R::NameNotString => item(json!({"type": "page", "userId": "u", "name": ""}), "/name"),
        R::CategoryNotString => item(json!({"type": "screen", "userId": "u", "category": ["a"]}), "/category"),
        R::TimestampInvalid => track(json!({"timestamp": "yesterday"}), "/timestamp"),
        R::ConsentPreferencesMissing => consent(json!({"consent": {}}), preferences),
        R::ConsentPreferencesNotObject => consent(json!({"consent": {"categoryPreferences": "all"}}), preferences),
        R::ConsentPreferenceNotBoolean => consent(
            json!({"consent": {"categoryPreferences": {"ads": true, "a/b": "yes"}}}),
            "/context/consent/categoryPreferences/a~1b",
        ),
        R::AdvertisingIdNotString => consent(
            json!({"consent": {"categoryPreferences": {}}, "device": {"advertisingId": 7}}),
            "/context/device/advertisingId",
        ),
        R::ConsentVersionNotNumber => {
            consent(json!({"consent": {"categoryPreferences": {}, "version": "2"}}), "/context/consent/version")
        }
        R::EventSetting => track(json!({"event": "Product Viewed"}), "/event"),
    }
}

/// What only some reasons need beforehand. `--rate-limit 1`: one call has to go before the one that is refused.
async fn prepared(reason: DiscardReason) -> Fixture {
    let is_rate = reason == DiscardReason::RateLimited;
    let fixture = Fixture::start_with(if is_rate { &["--rate-limit", "1"] } else { &[] });
    let store = Store::open(fixture.dir.path(), Durability::Full).await.expect("the database, beside the server");
    let source = store::source::by_slug(&store, &fixture.slug).await.expect("an answer").expect("a source");
    match reason {
        DiscardReason::SourceDisabled => {
            store::source::set_enabled(&store, &source.id, SetEnabled::Disable, Actor::Local, Timestamp(1))
                .await
                .expect("it is switched off");
        }
        DiscardReason::EventSetting => {
            store::schema::block_event(&store, &source.id, "Product Viewed", Timestamp(1))
                .await
                .expect("it is blocked");
        }
        _ => {}
    }
    store.close().await;
    fixture
}

/// Answers with the call that was refused for its rate, however fast this machine is.
fn send(fixture: &Fixture, reason: DiscardReason, case: &Case) -> support::Answer {
    loop {
        let answer = fixture.server.post(case.path, &fixture.write_key, &case.body);
        if reason != DiscardReason::RateLimited || answer.status == 429 {
            return answer;
        }
    }
}

async fn check(reason: DiscardReason) {
    let code = reason.code();
    let case = case_of(reason);
    let fixture = prepared(reason).await;
    let answer = send(&fixture, reason, &case);
    assert_eq!(answer.status, case.status, "{code}: {}", answer.body);
    assert_eq!(answer.json()["success"], case.status == 200, "{code}");
    if case.status != 200 {
        assert_eq!(answer.json()["code"], code);
    }

    let overview = fixture.overview();
    assert_ledger(&overview);
    let rows = overview["reasons"].as_array().expect("a list");
    let row = rows.iter().find(|row| row["code"] == code).unwrap_or_else(|| panic!("{code} is not counted: {rows:?}"));
    let count = if reason == DiscardReason::SourceDisabled { 2 } else { 1 };
    assert_eq!((row["step"].as_str(), row["count"].as_u64()), (Some(reason.step().code()), Some(count)), "{code}");

    let events = fixture.events(&["--reason", code]);
    assert_eq!(events.len() as u64, count, "{code}");
    let event = &events[0];
    assert_eq!((event["code"].as_str(), event["status"].as_str()), (Some(code), Some(reason.step().code())));
    assert_eq!(event["pointer"], case.pointer, "{code}");
    assert_eq!(event["remedy"], reason.remedy(), "{code}");
    match case.kept {
        Kept::Event(sent) => assert_eq!(event["event"], sent, "{code}"),
        Kept::Nothing => assert_eq!(event["event"], "", "{code}"),
        Kept::Beginning => {
            let kept = event["event"].as_str().unwrap_or_else(|| panic!("{code}: no text is kept: {event}"));
            assert!(!kept.is_empty() && String::from_utf8_lossy(&case.body).starts_with(kept), "{code}: {kept}");
        }
    }
}

#[tokio::test]
async fn every_reason_can_be_reached_and_read_back() {
    for &reason in DiscardReason::ALL {
        check(reason).await;
    }
}
