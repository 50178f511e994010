//! Drafts become judged events, ready for the writer. Nothing is dropped: a refused event keeps its place and its verdict.

use super::draft::Draft;
use super::steps::STEPS;
use domain::clock::Timestamp;
use domain::event::{APP_VERSION_CHARS_MAX, EVENT_NAME_CHARS_MAX, MESSAGE_ID_CHARS_MAX};
use domain::verdict::Verdict;
use store::event::JudgedEvent;
use store::write_key::SourceRules;

/// When a request arrived, and where random bytes come from.
#[derive(Clone, Copy, Debug)]
pub struct Arrival {
    /// The server's clock when the body was complete.
    pub received_at: Timestamp,
    /// Ten random bytes, for the messageId of an event that has none.
    pub random: fn() -> [u8; 10],
}

/// Judges every draft of a request.
#[must_use]
pub fn judge(drafts: &[Draft<'_>], rules: &SourceRules, arrival: Arrival) -> Vec<JudgedEvent> {
    drafts.iter().map(|draft| judge_one(draft, rules, arrival)).collect()
}

fn judge_one(draft: &Draft<'_>, rules: &SourceRules, arrival: Arrival) -> JudgedEvent {
    let refusal = STEPS.iter().find_map(|step| step(draft, rules).err());
    let message_id = match draft.message_id() {
        Some(id) => cut(id, MESSAGE_ID_CHARS_MAX).into(),
        None => assigned_message_id(arrival).into_boxed_str(),
    };
    JudgedEvent {
        source: rules.source,
        received_at: arrival.received_at,
        occurred_at: arrival.received_at,
        message_id,
        event_type: draft.event_type,
        name: draft.event_name().map(|name| cut(name, EVENT_NAME_CHARS_MAX).into()),
        version: draft.app_version().map(|version| cut(&version, APP_VERSION_CHARS_MAX).into()),
        library: None,
        ip: None,
        verdict: refusal.as_ref().map_or(Verdict::Eligible, |fault| Verdict::Discarded(fault.reason)),
        pointer: refusal.map_or_else(Default::default, |fault| fault.pointer.into()),
        line: one_line(&draft.raw).into(),
    }
}

/// A UUID v7 of the arrival.
fn assigned_message_id(arrival: Arrival) -> String {
    let millis = u64::try_from(arrival.received_at.0).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &(arrival.random)()).into_uuid().to_string()
}

fn cut(text: &str, chars_max: usize) -> &str {
    text.char_indices().nth(chars_max).map_or(text, |(end, _)| &text[..end])
}

/// JSON without line breaks: valid JSON has them only between tokens, where a space says the same.
fn one_line(raw: &str) -> String {
    if raw.contains(['\n', '\r']) { raw.replace(['\n', '\r'], " ") } else { raw.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{Arrival, Timestamp, Verdict, judge};
    use crate::ingest::decode::{Route, decode};
    use domain::discard::DiscardReason;
    use domain::schema::SchemaControls;
    use domain::source::SourceNumber;
    use store::write_key::SourceRules;

    fn arrival() -> Arrival {
        Arrival { received_at: Timestamp(1_762_435_927_250), random: || [7; 10] }
    }

    fn rules() -> SourceRules {
        let controls = SchemaControls { blocked_events: ["product_viewed".to_owned()].into() };
        SourceRules { source: SourceNumber(1), enabled: true, controls }
    }

    fn verdicts(body: &str, rules: &SourceRules) -> Vec<&'static str> {
        let decoded = decode(Route::Batch, body.as_bytes());
        judge(&decoded.drafts, rules, arrival()).iter().map(|event| event.verdict.code()).collect()
    }

    #[test]
    fn the_first_refusal_stamps_its_reason_and_every_event_stays() {
        let body = r#"{"batch":[
            {"type":"track","event":"Order Completed","userId":"u"},
            {"type":"track","event":"product_viewed","userId":"u"},
            {"type":"track","event":"product_viewed"},
            {"type":"page","category":["a"],"anonymousId":"a"},
            {"type":"page","category":null,"anonymousId":"a","userId":null}, 5, {"type":"dance"}]}"#;
        let expected =
            ["", "event_setting", "no_user_anon_id", "category_not_string", "", "multi_user_error", "unknown_type"];
        assert_eq!(verdicts(body, &rules()), expected);
    }

    #[test]
    fn a_disabled_source_refuses_all_that_can_be_read() {
        let rules = SourceRules { enabled: false, ..rules() };
        assert_eq!(verdicts(r#"{"batch":[{"type":"track"}, 5]}"#, &rules), ["source_disabled", "multi_user_error"]);
    }

    #[test]
    fn long_values_are_cut_for_counting_and_line_breaks_leave_the_line() {
        let name = "ñ".repeat(300);
        let body = format!("{{\"batch\":[{{\n\"type\":\"track\",\r\n\"event\":\"{name}\",\"userId\":\"u\"}}]}}");
        let decoded = decode(Route::Batch, body.as_bytes());
        let event = &judge(&decoded.drafts, &rules(), arrival())[0];
        assert_eq!(event.verdict, Verdict::Discarded(DiscardReason::NameTooLong));
        assert_eq!(event.name.as_deref().map(|name| name.chars().count()), Some(200));
        assert!(!event.line.contains('\n') && !event.line.contains('\r'));
        assert!(serde_json::from_str::<serde_json::Value>(&event.line).is_ok());
        assert_eq!(event.message_id.len(), 36);
    }
}
