//! Drafts become judged events, ready for the writer. Nothing is dropped: a refused event keeps its place and its verdict.

use super::draft::Draft;
use super::steps::STEPS;
use domain::clock::{Timestamp, without_skew};
use domain::discard::DiscardReason;
use domain::event::{APP_VERSION_CHARS_MAX, EVENT_NAME_CHARS_MAX, LIBRARY_CHARS_MAX, Library, MESSAGE_ID_CHARS_MAX};
use domain::source::SourceNumber;
use domain::verdict::{Fault, Verdict};
use std::borrow::Cow;
use std::net::IpAddr;
use store::event::JudgedEvent;
use store::write_key::SourceRules;

/// When and from where a request arrived, and where random bytes come from.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    /// The server's clock when the body was complete.
    pub received_at: Timestamp,
    /// Ten random bytes, for the messageId of an event that has none.
    pub random: fn() -> [u8; 10],
    /// The sender's address; kept only for events that ask for it.
    pub ip: Option<IpAddr>,
}

/// Judges every draft of a request.
#[must_use]
pub fn judge<'a>(drafts: &'a [Draft<'_>], rules: &SourceRules, arrival: Arrival) -> Vec<JudgedEvent<'a>> {
    drafts
        .iter()
        .map(|draft| {
            let fault = STEPS.iter().find_map(|(_, step)| step(draft, rules).err());
            judged(draft, rules.source, arrival, fault)
        })
        .collect()
}

/// The one event that stands for a request which was refused unread; the beginning of its body is kept.
#[must_use]
pub fn refused(
    source: SourceNumber,
    arrival: Arrival,
    reason: DiscardReason,
    beginning: &[u8],
) -> JudgedEvent<'static> {
    let fault = Fault::whole(reason);
    judged(&Draft::unreadable(beginning, fault.clone()), source, arrival, Some(fault)).into_owned()
}

fn judged<'a>(draft: &'a Draft<'_>, source: SourceNumber, arrival: Arrival, fault: Option<Fault>) -> JudgedEvent<'a> {
    let message_id = match draft.message_id() {
        Some(id) => cut(id, MESSAGE_ID_CHARS_MAX).into(),
        None => assigned_message_id(arrival).into(),
    };
    let context = &draft.payload.context.0;
    let library = context.library().map(|(name, version)| Library {
        name: cut(name, LIBRARY_CHARS_MAX).into(),
        version: version.map(|version| cut(version, LIBRARY_CHARS_MAX).into()),
    });
    JudgedEvent {
        source,
        received_at: arrival.received_at,
        occurred_at: without_skew(arrival.received_at, draft.sent_at, draft.happened_at()),
        message_id,
        event_type: draft.event_type,
        name: draft.event_name().map(|name| cut(name, EVENT_NAME_CHARS_MAX).into()),
        version: draft.app_version().map(|version| cut(version, APP_VERSION_CHARS_MAX).into()),
        library,
        ip: arrival.ip.filter(|_| context.wants_ip()),
        verdict: fault.as_ref().map_or(Verdict::Eligible, |fault| Verdict::Discarded(fault.reason)),
        pointer: fault.map_or(Cow::Borrowed(""), |fault| fault.pointer),
        line: Cow::Borrowed(&draft.raw),
    }
}

/// A UUID v7 of the arrival.
fn assigned_message_id(arrival: Arrival) -> String {
    let millis = u64::try_from(arrival.received_at.0).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &(arrival.random)()).into_uuid().to_string()
}

fn cut(text: &str, chars_max: usize) -> &str {
    if text.len() <= chars_max {
        return text;
    }
    text.char_indices().nth(chars_max).map_or(text, |(end, _)| &text[..end])
}

#[cfg(test)]
mod tests {
    use super::{Arrival, IpAddr, JudgedEvent, Timestamp, Verdict, judge, refused};
    use crate::ingest::decode::{Route, decode};
    use crate::ingest::steps::STEPS;
    use domain::check::Check;
    use domain::discard::DiscardReason;
    use domain::schema::SchemaControls;
    use domain::source::SourceNumber;
    use std::net::Ipv4Addr;
    use store::write_key::SourceRules;

    const SENDER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7));

    fn arrival() -> Arrival {
        Arrival { received_at: Timestamp(1_762_435_927_250), random: || [7; 10], ip: Some(SENDER) }
    }

    fn rules() -> SourceRules {
        let controls = SchemaControls { blocked_events: ["product_viewed".to_owned()].into() };
        SourceRules::without_key(SourceNumber(1), controls)
    }

    fn judged(body: &str, rules: &SourceRules) -> Vec<JudgedEvent<'static>> {
        let drafts = decode(Route::Batch, body.as_bytes()).drafts;
        judge(&drafts, rules, arrival()).into_iter().map(JudgedEvent::into_owned).collect()
    }

    fn verdicts(body: &str, rules: &SourceRules) -> Vec<(&'static str, String)> {
        judged(body, rules).into_iter().map(|event| (event.verdict.code(), event.pointer.into_owned())).collect()
    }

    #[test]
    fn the_first_refusal_stamps_its_reason_and_its_place_and_every_event_stays() {
        let body = r#"{"batch":[
            {"type":"track","event":"Order Completed","userId":"u"},
            {"type":"track","event":"product_viewed","userId":"u"},
            {"type":"track","event":"product_viewed"},
            {"type":"page","category":["a"],"anonymousId":"a"},
            {"type":"page","category":null,"anonymousId":"a","userId":null}, 5, {"type":"dance"},
            {"type":"page","userId":"u","originalTimestamp":"soon"},
            {"type":"track","userId":"u","event":"Segment Consent Preference Updated",
                "context":{"consent":{"categoryPreferences":{"a/b":1}}}}]}"#;
        let expected = [
            ("", ""),
            ("event_setting", "/event"),
            ("no_user_anon_id", "/userId"),
            ("category_not_string", "/category"),
            ("", ""),
            ("multi_user_error", "/batch/5"),
            ("unknown_type", "/type"),
            ("timestamp_invalid", "/originalTimestamp"),
            ("consent_categorypreferences_fields_should_be_bool", "/context/consent/categoryPreferences/a~1b"),
        ];
        assert_eq!(verdicts(body, &rules()), expected.map(|(code, pointer)| (code, pointer.to_owned())));
    }

    #[test]
    fn a_reason_names_the_check_that_gives_it() {
        assert_eq!(STEPS.map(|(check, _)| check), Check::ALL);
        let disabled = SourceRules { enabled: false, ..rules() };
        let blocked = r#"{"type":"track","event":"product_viewed","userId":"u"}"#;
        for (event, rules) in
            [("5", rules()), (blocked, disabled), (r#"{"type":"dance"}"#, rules()), (blocked, rules())]
        {
            let body = format!(r#"{{"batch":[{event},{{}}]}}"#);
            let decoded = decode(Route::Batch, body.as_bytes());
            let refusal =
                STEPS.iter().find_map(|(check, step)| Some((*check, step(&decoded.drafts[0], &rules).err()?)));
            let (check, fault) = refusal.expect("a refusal");
            assert_eq!(fault.reason.check(), check, "{event}");
        }
    }

    #[test]
    fn a_disabled_source_refuses_all_that_can_be_read() {
        let rules = SourceRules { enabled: false, ..rules() };
        let expected = [("source_disabled", String::new()), ("multi_user_error", "/batch/1".to_owned())];
        assert_eq!(verdicts(r#"{"batch":[{"type":"track"}, 5]}"#, &rules), expected);
    }

    #[test]
    fn size_is_judged_as_merged() {
        let large = "x".repeat(32 * 1024);
        let body = format!(
            r#"{{"context":{{"a":"{large}"}},"batch":[{{"type":"page","userId":"u"}},{{"type":"page","userId":"u","context":{{"a":1}}}}]}}"#
        );
        let events = judged(&body, &rules());
        let verdicts: Vec<_> = events.iter().map(|event| event.verdict).collect();
        assert_eq!(verdicts, [Verdict::Discarded(DiscardReason::PayloadTooLarge), Verdict::Eligible]);
        assert!(events[0].line.contains(&large), "kept whole");
        let keys: Vec<String> = (0..2_001).map(|i| format!("\"{i}\":{i}")).collect();
        let many = format!(r#"{{"batch":[{{"type":"page","userId":"u","properties":{{{}}}}}]}}"#, keys.join(","));
        assert_eq!(self::verdicts(&many, &rules()), [("too_many_properties", String::new())]);
        let deep = "[".repeat(64) + &"]".repeat(64);
        let deep = format!(r#"{{"batch":[{{"type":"page","userId":"u","properties":{{"a":1}},"extra":{deep}}}]}}"#);
        assert_eq!(self::verdicts(&deep, &rules()), [("nesting_too_deep", "/extra".to_owned())]);
    }

    #[test]
    fn long_values_are_cut_for_counting() {
        let name = "ñ".repeat(300);
        let body = format!("{{\"batch\":[{{\"type\":\"track\",\"event\":\"{name}\",\"userId\":\"u\"}}]}}");
        let event = &judged(&body, &rules())[0];
        assert_eq!(event.verdict, Verdict::Discarded(DiscardReason::NameTooLong));
        assert_eq!(event.name.as_deref().map(|name| name.chars().count()), Some(200));
        assert_eq!(event.message_id.len(), 36);
    }

    #[test]
    fn a_wrong_clock_is_corrected_and_the_sender_is_named_where_asked_for() {
        // The sender's clock is an hour ahead; the event was five seconds old when it was sent.
        let body = r#"{"sentAt":"2025-11-06T14:32:07.250Z","batch":[
            {"type":"page","userId":"u","timestamp":"2025-11-06T14:32:02.250Z","context":{"direct":true,
                "library":{"name":"analytics-go","version":"3.3.0"}}},
            {"type":"page","userId":"u","timestamp":"never"},
            {"type":"page","userId":"u","context":{"direct":true,"ip":"10.0.0.1"}}]}"#;
        let events = judged(body, &rules());
        let received_at = arrival().received_at;
        let happened: Vec<_> = events.iter().map(|event| event.occurred_at.since_ms(received_at)).collect();
        assert_eq!(happened, [-5_000, 0, 0]);
        assert_eq!(events.iter().map(|event| event.ip).collect::<Vec<_>>(), [Some(SENDER), None, None]);
        let library = events[0].library.as_ref().expect("a library");
        assert_eq!((library.name.as_ref(), library.version.as_deref()), ("analytics-go", Some("3.3.0")));
        let drafts = decode(Route::Batch, body.as_bytes()).drafts;
        let event = judge(&drafts, &rules(), Arrival { ip: None, ..arrival() });
        assert_eq!(event[0].ip, None);
    }

    #[test]
    fn a_request_refused_unread_is_one_event_with_its_beginning() {
        let body = "{\"batch\":[\n\"é".repeat(1_000);
        let event = refused(SourceNumber(3), arrival(), DiscardReason::RateLimited, body.as_bytes());
        assert_eq!((event.verdict.code(), event.pointer.as_ref(), event.source), ("rate_limited", "", SourceNumber(3)));
        let beginning: String = serde_json::from_str(&event.line).expect("a JSON string");
        assert!(beginning.starts_with("{\"batch\":[\n\"é{") && beginning.len() <= 4_100);
        assert_eq!((event.event_type, event.occurred_at), (None, arrival().received_at));
    }
}
