//! The remedy as a small diff: a sample's own offending line, and the line that would have passed.

use super::api::DiffLine;
use super::json::{Place, members, unescape};
use super::payload::{Payload, place};
use super::value::{Shape, shortened};
use domain::clock::Timestamp;
use domain::discard::DiscardReason;
use domain::event::EventType;

/// Most of a line that is shown, in characters.
const LINE_CHARS_MAX: usize = 160;
/// Length of a name that stands for one that is too long, in characters.
const NAME_CHARS: usize = 40;
/// A number of seconds since 1970 has ten digits from 2001 on, one of milliseconds thirteen.
const MILLISECONDS_FROM: f64 = 1e12;
const SECONDS_FROM: f64 = 1e9;

/// The change that mends this sample; none where the fault is not one line's. `received_at` stands in for a time that
/// can't be read.
#[must_use]
pub fn diff(payload: &Payload, reason: DiscardReason, pointer: &str, received_at: Timestamp) -> Option<Vec<DiffLine>> {
    if !payload.is_json {
        return None;
    }
    let (removed, key, steps) = match place(payload, reason, pointer) {
        Place::Value(range) => {
            let key = pointer.rsplit('/').next()?.replace("~1", "/").replace("~0", "~");
            (Some(payload.text[range].to_owned()), key.clone(), vec![key])
        }
        Place::Missing { steps, .. } => (None, steps.last()?.clone(), steps),
        Place::Inside { .. } => return None,
    };
    let added = corrected(reason, &key, removed.as_deref(), received_at)?;
    let removed = removed.map(|value| format!("{}: {value}", quoted(&key)));
    let line = |is_added: bool, text: &str| DiffLine { is_added, text: shortened(text, LINE_CHARS_MAX) };
    let outer = &steps[..steps.len() - 1];
    let open: String = outer.iter().map(|step| format!("{}: {{ ", quoted(step))).collect();
    let close = " }".repeat(outer.len());
    let added = added.iter().map(|text| line(true, &format!("{open}{text}{close}")));
    Some(removed.iter().map(|text| line(false, text)).chain(added).collect())
}

/// The lines that would have passed in place of this value; no line where leaving it out is the remedy.
fn corrected(reason: DiscardReason, key: &str, value: Option<&str>, received_at: Timestamp) -> Option<Vec<String>> {
    use DiscardReason as R;
    let one = |value: &str| Some(vec![format!("{}: {value}", quoted(key))]);
    let raw = value.unwrap_or("null");
    let as_string = match Shape::of(raw) {
        Shape::Number | Shape::Boolean => Some(quoted(raw)),
        _ => None,
    };
    match reason {
        R::RateLimited
        | R::InvalidJson
        | R::BatchTooLarge
        | R::BatchTooManyEvents
        | R::SourceDisabled
        | R::PayloadTooLarge
        | R::MultiUserError
        | R::NestingTooDeep
        | R::TooManyProperties
        | R::EventSetting => None,
        R::EmptyBatch | R::EmptyBatchResult => {
            one(r#"[{ "type": "track", "event": "Order Completed", "userId": "user-123" }]"#)
        }
        R::UnknownType => Some(call(value.and_then(unescape))),
        R::MessageIdTooLong => Some(Vec::new()),
        R::NoUserAnonId | R::IdRequired | R::IdNotString => one(&as_string.unwrap_or_else(|| example_id(key))),
        R::EventNotDefined | R::EventNotString => one(&as_string.unwrap_or_else(|| quoted("Order Completed"))),
        R::NameTooLong => one(&quoted(&beginning(&unescape(raw)?))),
        R::PropertiesNotObject | R::TraitsNotObject => match as_object(raw) {
            Some(object) => one(&object),
            None => Some(Vec::new()),
        },
        R::NameNotString | R::CategoryNotString => match as_string.or_else(|| joined(raw)) {
            Some(text) => one(&text),
            None => Some(Vec::new()),
        },
        R::TimestampInvalid => one(&quoted(&iso(moment(raw).unwrap_or(received_at)))),
        R::ConsentPreferencesMissing | R::ConsentPreferencesNotObject => one(&preferences(raw)),
        R::ConsentPreferenceNotBoolean => one(if means_no(raw) { "false" } else { "true" }),
        R::AdvertisingIdNotString => match as_string {
            Some(text) => one(&text),
            None => Some(Vec::new()),
        },
        R::ConsentVersionNotNumber => {
            one(&unescape(raw).filter(|text| text.parse::<u32>().is_ok()).unwrap_or_else(|| "1".to_owned()))
        }
    }
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// The call that was meant, or a track call of that name.
fn call(text: Option<String>) -> Vec<String> {
    let Some(text) = text.filter(|text| !text.is_empty()) else { return vec![r#""type": "track""#.to_owned()] };
    match EventType::from_code(text.trim().to_lowercase().as_str()) {
        Some(call) => vec![format!(r#""type": "{}""#, call.code())],
        None => vec![format!(r#""type": "track", "event": {}"#, quoted(&text))],
    }
}

fn example_id(key: &str) -> String {
    quoted(match key {
        "groupId" => "group-123",
        "previousId" => "user-122",
        "anonymousId" => "5f0c1c2e-9b1d-4a6e-8a51-0d2c7be94f10",
        _ => "user-123",
    })
}

/// The first words of a name.
fn beginning(name: &str) -> String {
    let cut: String = name.chars().take(NAME_CHARS).collect();
    match cut.rsplit_once(' ') {
        Some((words, _)) if name.chars().count() > NAME_CHARS => words.to_owned(),
        Some(_) | None => cut,
    }
}

/// An object that was written into a string, or a list with a name.
fn as_object(value: &str) -> Option<String> {
    match Shape::of(value) {
        Shape::String => {
            let text = unescape(value)?;
            let is_object = matches!(Shape::of(text.trim()), Shape::Object | Shape::EmptyObject);
            (is_object && super::json::check(&text).is_ok()).then_some(text)
        }
        Shape::List | Shape::ListOfNumbers | Shape::ListOfObjects | Shape::ListOfStrings => {
            Some(format!(r#"{{ "items": {value} }}"#))
        }
        Shape::Null
        | Shape::EmptyString
        | Shape::Number
        | Shape::Boolean
        | Shape::EmptyList
        | Shape::EmptyObject
        | Shape::Object => None,
    }
}

/// Several strings as one.
fn joined(value: &str) -> Option<String> {
    (Shape::of(value) == Shape::ListOfStrings).then(|| quoted(&strings(value).join(" / ")))
}

fn strings(list: &str) -> Vec<String> {
    members(list, 0).0.into_iter().filter_map(|item| unescape(&list[item.value])).collect()
}

/// Named categories as an object; else an example of one.
fn preferences(value: &str) -> String {
    let named = if Shape::of(value) == Shape::ListOfStrings { strings(value) } else { vec!["Advertising".to_owned()] };
    let pairs: Vec<String> = named.iter().map(|name| format!("{}: true", quoted(name))).collect();
    format!("{{ {} }}", pairs.join(", "))
}

fn means_no(value: &str) -> bool {
    let text = unescape(value).unwrap_or_else(|| value.to_owned()).to_lowercase();
    matches!(text.as_str(), "no" | "false" | "0" | "off" | "denied" | "null" | "")
}

/// A time that was sent as a number of seconds or milliseconds.
fn moment(value: &str) -> Option<Timestamp> {
    let number: f64 = unescape(value).unwrap_or_else(|| value.to_owned()).parse().ok()?;
    let milliseconds = match number {
        n if n >= MILLISECONDS_FROM => n,
        n if n >= SECONDS_FROM => n * 1_000.0,
        _ => return None,
    };
    jiff::Timestamp::from_millisecond(milliseconds as i64).ok().map(|at| Timestamp(at.as_millisecond()))
}

fn iso(at: Timestamp) -> String {
    jiff::Timestamp::from_millisecond(at.0).unwrap_or_default().strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}

#[cfg(test)]
mod tests {
    use super::{DiscardReason, Timestamp, diff};
    use crate::pages::source_overview::samples::payload::{Payload, tests::stored};

    fn told(reason: DiscardReason, pointer: &str, line: &str) -> Option<Vec<String>> {
        let payload = Payload::of(&stored(reason, pointer, line), reason);
        let lines = diff(&payload, reason, pointer, Timestamp(1_762_435_927_250))?;
        Some(lines.iter().map(|line| format!("{} {}", if line.is_added { '+' } else { '−' }, line.text)).collect())
    }

    #[test]
    #[allow(clippy::too_many_lines, reason = "one table")]
    fn each_fault_has_a_line_that_would_have_passed() {
        use DiscardReason as R;
        const CONSENT: &str = "/context/consent/categoryPreferences";
        let cases: &[(R, &str, &str, &[&str])] = &[
            (R::IdNotString, "/userId", r#"{"userId":42}"#, &[r#"− "userId": 42"#, r#"+ "userId": "42""#]),
            (R::IdNotString, "/groupId", r#"{"groupId":""}"#, &[r#"− "groupId": """#, r#"+ "groupId": "group-123""#]),
            (R::NoUserAnonId, "/userId", "{}", &[r#"+ "userId": "user-123""#]),
            (R::IdRequired, "/previousId", "{}", &[r#"+ "previousId": "user-122""#]),
            (
                R::EventNotDefined,
                "/event",
                r#"{"event":null}"#,
                &[r#"− "event": null"#, r#"+ "event": "Order Completed""#],
            ),
            (
                R::CategoryNotString,
                "/category",
                r#"{"category":["Outdoor","Jackets"]}"#,
                &[r#"− "category": ["Outdoor","Jackets"]"#, r#"+ "category": "Outdoor / Jackets""#],
            ),
            (R::CategoryNotString, "/category", r#"{"category":""}"#, &[r#"− "category": """#]),
            (
                R::PropertiesNotObject,
                "/properties",
                r#"{"properties":"{\"a\": 1}"}"#,
                &[r#"− "properties": "{\"a\": 1}""#, r#"+ "properties": {"a": 1}"#],
            ),
            (
                R::TraitsNotObject,
                "/traits",
                r#"{"traits":[1]}"#,
                &[r#"− "traits": [1]"#, r#"+ "traits": { "items": [1] }"#],
            ),
            (R::UnknownType, "/type", r#"{"type":"Page"}"#, &[r#"− "type": "Page""#, r#"+ "type": "page""#]),
            (
                R::UnknownType,
                "/type",
                r#"{"type":"purchase"}"#,
                &[r#"− "type": "purchase""#, r#"+ "type": "track", "event": "purchase""#],
            ),
            (
                R::TimestampInvalid,
                "/timestamp",
                r#"{"timestamp":1762435927}"#,
                &[r#"− "timestamp": 1762435927"#, r#"+ "timestamp": "2025-11-06T13:32:07.000Z""#],
            ),
            (
                R::TimestampInvalid,
                "/timestamp",
                r#"{"timestamp":"soon"}"#,
                &[r#"− "timestamp": "soon""#, r#"+ "timestamp": "2025-11-06T13:32:07.250Z""#],
            ),
            (
                R::ConsentPreferencesMissing,
                CONSENT,
                r#"{"context":{}}"#,
                &[r#"+ "consent": { "categoryPreferences": { "Advertising": true } }"#],
            ),
            (
                R::ConsentPreferenceNotBoolean,
                "/context/consent/categoryPreferences/ads~1all",
                r#"{"context":{"consent":{"categoryPreferences":{"ads/all":"no"}}}}"#,
                &[r#"− "ads/all": "no""#, r#"+ "ads/all": false"#],
            ),
            (
                R::ConsentVersionNotNumber,
                "/version",
                r#"{"version":"2"}"#,
                &[r#"− "version": "2""#, r#"+ "version": 2"#],
            ),
            (R::MessageIdTooLong, "/messageId", r#"{"messageId":7}"#, &[r#"− "messageId": 7"#]),
        ];
        for (reason, pointer, line, expected) in cases {
            let expected = expected.iter().map(|line| (*line).to_owned()).collect::<Vec<_>>();
            assert_eq!(told(*reason, pointer, line), Some(expected), "{line}");
        }
        assert_eq!(told(R::PayloadTooLarge, "", "{}"), None);
        assert_eq!(told(R::InvalidJson, "", "\"{\""), None);
        let long = format!(r#"{{"event":"{}"}}"#, "Order completed of ".repeat(20));
        let lines = told(R::NameTooLong, "/event", &long).expect("a diff");
        assert_eq!(lines[1], r#"+ "event": "Order completed of Order completed of""#);
    }
}
