//! What is said beside the offending line: what was expected, and what came.

use super::json::{self, Place, TokenKind, Tokens, unescape};
use super::payload::{Payload, place};
use super::pretty::{Mark, MarkedAt};
use super::value::{Shape, chars};
use domain::discard::DiscardReason;
use domain::event::{EVENT_BYTES_MAX, EVENT_DEPTH_MAX, EVENT_KEYS_MAX, EVENT_NAME_CHARS_MAX, MESSAGE_ID_CHARS_MAX};
use domain::number_format::count;

/// The mark of a payload; none where nothing in it is at fault.
#[must_use]
pub fn mark(payload: &Payload, reason: DiscardReason, pointer: &str) -> Option<Mark> {
    if !payload.is_json {
        return unreadable(&payload.text, reason);
    }
    if reason == DiscardReason::MultiUserError
        && let Some(mark) = bad_text(&payload.text)
    {
        return Some(mark);
    }
    match place(payload, reason, pointer) {
        Place::Value(range) => {
            let note = note(reason, Some(&payload.text[range.clone()]))?;
            Some(Mark { at: MarkedAt::Byte(range.start), note })
        }
        Place::Missing { close, steps } => {
            let note = note(reason, None)?;
            Some(Mark { at: MarkedAt::Gap { close, key: nested(&steps) }, note })
        }
        Place::Inside { value, steps } => {
            let found = Shape::of(&payload.text[value.clone()]).in_sentence();
            let note = format!("expected an object with {}, got {found}", steps.join("."));
            Some(Mark { at: MarkedAt::Byte(value.start), note })
        }
    }
}

/// What is said about a value, or about its absence.
fn note(reason: DiscardReason, value: Option<&str>) -> Option<String> {
    use DiscardReason as R;
    let expected = |what: &str| match value {
        Some(value) => Some(format!("expected {what}, got {}", Shape::of(value).in_sentence())),
        None => Some(format!("missing: {what} belongs here")),
    };
    let value_or_null = value.unwrap_or("null");
    let too_long = |most: usize| {
        let (chars, most) = (count(chars(value_or_null) as u64), count(most as u64));
        Some(format!("{chars} characters, at most {most} are allowed"))
    };
    match reason {
        R::RateLimited | R::InvalidJson | R::BatchTooLarge | R::BatchTooManyEvents | R::SourceDisabled => None,
        R::EmptyBatch => expected("a list with at least one event"),
        R::MultiUserError if value.is_some_and(|value| value.starts_with('{')) => None,
        R::EmptyBatchResult => expected("a list with at least one object"),
        R::MultiUserError => expected("an object"),
        R::PayloadTooLarge => {
            let (bytes, most) = (count(value_or_null.len() as u64), count(EVENT_BYTES_MAX as u64));
            Some(format!("{bytes} bytes, at most {most} are allowed"))
        }
        R::NestingTooDeep => Some(format!("more than {EVENT_DEPTH_MAX} levels in here")),
        R::TooManyProperties => {
            let keys = Tokens::from(value_or_null, 0).filter(|token| token.kind == TokenKind::Key).count();
            Some(format!("{} keys, at most {} are allowed", count(keys as u64), count(EVENT_KEYS_MAX as u64)))
        }
        R::UnknownType => match value.and_then(unescape) {
            Some(_) => Some("not one of track, identify, page, screen, group and alias".to_owned()),
            None => expected("track, identify, page, screen, group or alias"),
        },
        R::MessageIdTooLong if value_or_null.starts_with('"') => too_long(MESSAGE_ID_CHARS_MAX),
        R::NameTooLong => too_long(EVENT_NAME_CHARS_MAX),
        R::NoUserAnonId => expected("a userId or an anonymousId"),
        R::IdRequired | R::IdNotString | R::EventNotDefined | R::NameNotString | R::CategoryNotString
            if value == Some("\"\"") =>
        {
            Some("must not be empty".to_owned())
        }
        R::IdRequired | R::IdNotString | R::EventNotDefined | R::NameNotString | R::CategoryNotString => {
            expected("a string")
        }
        R::MessageIdTooLong | R::EventNotString | R::AdvertisingIdNotString => expected("a string"),
        R::PropertiesNotObject | R::TraitsNotObject | R::ConsentPreferencesMissing | R::ConsentPreferencesNotObject => {
            expected("an object")
        }
        R::TimestampInvalid if value_or_null.starts_with('"') => Some("not an ISO 8601 date and time".to_owned()),
        R::TimestampInvalid => expected("an ISO 8601 date and time"),
        R::ConsentPreferenceNotBoolean => expected("true or false"),
        R::ConsentVersionNotNumber => expected("a number"),
        R::EventSetting => Some("discarded by the schema of this source".to_owned()),
    }
}

/// The line at which reading a body came to its end.
fn unreadable(text: &str, reason: DiscardReason) -> Option<Mark> {
    if reason != DiscardReason::InvalidJson {
        return None;
    }
    let error = json::check(text).err()?;
    let said = error.to_string();
    let said = said.split(" at line ").next().unwrap_or_default();
    let (at, column) = (byte_of(text, &error), error.column());
    Some(Mark { at: MarkedAt::Byte(at), note: format!("not JSON from character {column} on: {said}") })
}

/// An item of a batch that is JSON but not text: half of a surrogate pair.
fn bad_text(text: &str) -> Option<Mark> {
    let is_bad = |range: &std::ops::Range<usize>| {
        text[range.clone()].starts_with('"') && unescape(&text[range.clone()]).is_none()
    };
    let bad = Tokens::from(text, 0).map(|token| token.range).find(is_bad)?;
    let note = "half of a surrogate pair in it is no character".to_owned();
    Some(Mark { at: MarkedAt::Byte(bad.start), note })
}

/// Where an error lies: its column counts bytes, from 1.
fn byte_of(text: &str, error: &serde_json::Error) -> usize {
    let before: usize = text.split_inclusive('\n').take(error.line().saturating_sub(1)).map(str::len).sum();
    (before + error.column().saturating_sub(1)).min(text.len())
}

/// `"consent": { "categoryPreferences" }`: what is missing, as it would stand there.
fn nested(steps: &[String]) -> String {
    let quoted = |step: &String| serde_json::Value::from(step.as_str()).to_string();
    match steps.split_last() {
        Some((last, outer)) => {
            let open: String = outer.iter().map(|step| format!("{}: {{ ", quoted(step))).collect();
            format!("{open}{}{}", quoted(last), " }".repeat(outer.len()))
        }
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{DiscardReason, MarkedAt, mark};
    use crate::pages::source_overview::samples::payload::{Payload, tests::stored};

    /// What is marked, and what is said about it.
    fn marked(reason: DiscardReason, pointer: &str, line: &str) -> Option<(String, String)> {
        let payload = Payload::of(&stored(reason, pointer, line), reason);
        let mark = mark(&payload, reason, pointer)?;
        let at = match mark.at {
            MarkedAt::Byte(at) => payload.text[at..].chars().take(6).collect(),
            MarkedAt::Gap { close, key } => format!("{key} before {}", &payload.text[close..]),
        };
        Some((at, mark.note))
    }

    #[test]
    #[allow(clippy::too_many_lines, reason = "one table")]
    fn every_fault_is_told_where_it_lies() {
        use DiscardReason as R;
        const CONSENT: &str = "/context/consent/categoryPreferences";
        for (reason, pointer, line, at, note) in [
            (
                R::CategoryNotString,
                "/category",
                r#"{"category":["a"]}"#,
                r#"["a"]}"#,
                "expected a string, got a list of strings",
            ),
            (R::IdNotString, "/userId", r#"{"userId":""}"#, r#"""}"#, "must not be empty"),
            (
                R::NoUserAnonId,
                "/userId",
                r#"{"a":1}"#,
                r#""userId" before }"#,
                "missing: a userId or an anonymousId belongs here",
            ),
            (
                R::NoUserAnonId,
                "/userId",
                r#"{"userId":null}"#,
                "null}",
                "expected a userId or an anonymousId, got null",
            ),
            (
                R::ConsentPreferencesMissing,
                CONSENT,
                r#"{"context":{}}"#,
                r#""consent": { "categoryPreferences" } before }}"#,
                "missing: an object belongs here",
            ),
            (
                R::ConsentPreferencesMissing,
                CONSENT,
                r#"{"context":[]}"#,
                r#""consent": { "categoryPreferences" } before ]}"#,
                "missing: an object belongs here",
            ),
            (
                R::ConsentPreferencesMissing,
                CONSENT,
                r#"{"context":7}"#,
                "7}",
                "expected an object with consent.categoryPreferences, got a number",
            ),
            (
                R::UnknownType,
                "/type",
                r#"{"type":"buy"}"#,
                r#""buy"}"#,
                "not one of track, identify, page, screen, group and alias",
            ),
            (R::MultiUserError, "/batch/3", "7", "7", "expected an object, got a number"),
            (
                R::MultiUserError,
                "/batch/3",
                r#"{"a":"x","b":"\ud800"}"#,
                r#""\ud80"#,
                "half of a surrogate pair in it is no character",
            ),
            (
                R::EmptyBatch,
                "/batch",
                r#""{\"batch\":[]}""#,
                "[]}",
                "expected a list with at least one event, got an empty list",
            ),
            (R::EventSetting, "/event", r#"{"event":"A"}"#, r#""A"}"#, "discarded by the schema of this source"),
            (R::TooManyProperties, "", r#"{"a":{"b":1}}"#, r#"{"a":{"#, "2 keys, at most 2,000 are allowed"),
        ] {
            let expected = Some((at.to_owned(), note.to_owned()));
            assert_eq!(marked(reason, pointer, line), expected, "{line}");
        }
        let long = format!(r#"{{"event":"{}"}}"#, "ñ".repeat(201));
        let (_, note) = marked(R::NameTooLong, "/event", &long).expect("a mark");
        assert_eq!(note, "201 characters, at most 200 are allowed");
        assert_eq!(marked(R::SourceDisabled, "", r#"{"event":"A"}"#), None);
    }

    #[test]
    fn an_unreadable_body_is_marked_where_reading_ended() {
        let body = serde_json::Value::from("{\n\"ä\": 1,\n\"b\": tru }").to_string();
        let (at, note) = marked(DiscardReason::InvalidJson, "", &body).expect("a mark");
        assert!(note.starts_with("not JSON from character "), "{note}");
        assert!(at.contains('}'), "{at}");
        let (_, note) = marked(DiscardReason::InvalidJson, "", r#""{\"batch\":[""#).expect("a mark");
        assert!(note.ends_with("EOF while parsing a list"), "{note}");
        assert_eq!(marked(DiscardReason::RateLimited, "", r#""{\"ba""#), None);
    }
}
