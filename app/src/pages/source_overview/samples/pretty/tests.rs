//! Payloads in, lines out.

use super::super::fault::mark;
use super::super::payload::{Payload, tests::stored};
use super::{Mark, MarkedAt, Part, json, plain};
use domain::discard::DiscardReason;

/// The lines as a reader sees them; what is marked in brackets.
fn read(parts: &[Part]) -> String {
    let mut text = String::new();
    for part in parts {
        if let Some(title) = &part.title {
            text.push_str(&format!("[{title}]\n"));
        }
        text.push_str(&part.html);
    }
    let mut plain = String::new();
    let mut rest = text.replace("<span class=\"code__bad\">", "»").replace("</span></span>", "\n");
    while let Some((before, after)) = rest.split_once('<') {
        plain.push_str(before);
        rest = after.split_once('>').map_or_else(String::new, |(_, after)| after.to_owned());
    }
    plain.push_str(&rest);
    plain.replace("&quot;", "\"").replace("&lt;", "<").replace("&gt;", ">").replace("&#39;", "'").replace("&amp;", "&")
}

fn lines(reason: DiscardReason, pointer: &str, line: &str) -> String {
    let payload = Payload::of(&stored(reason, pointer, line), reason);
    let mark = mark(&payload, reason, pointer);
    let write = if payload.is_json { json } else { plain };
    read(&write(&payload.text, mark.as_ref(), &mut 1_000))
}

#[test]
fn a_payload_is_laid_out_as_it_was_sent_with_its_fault_marked() {
    let line = r#"{"type":"page", "z":1,"a":[ ],"category":["Outdoor", "Jackets"],"properties":{"price":12345678901234567890.10,"deep":{"a":{}}},"context":{"app":{"version":"4.12.0"}}}"#;
    let expected = r#"{
  "type": "page",
  "z": 1,
  "a": [],
»  "category": ["Outdoor", "Jackets"], ← expected a string, got a list of strings
  "properties": {
    "price": 12345678901234567890.10,
    "deep": {
      "a": {}
    }
  },
  "context": {
    "app": { "version": "4.12.0" }
  }
}
"#;
    assert_eq!(lines(DiscardReason::CategoryNotString, "/category", line), expected);
}

#[test]
fn faults_lie_in_objects_lists_and_behind_escapes() {
    let line = r#"{"context":{"consent":{"categoryPreferences":{"a/b~c":"ja <b>","x":true}}}}"#;
    let expected = r#"{
  "context": {
    "consent": {
      "categoryPreferences": {
»        "a/b~c": "ja <b>", ← expected true or false, got a string
        "x": true
      }
    }
  }
}
"#;
    let pointer = "/context/consent/categoryPreferences/a~1b~0c";
    assert_eq!(lines(DiscardReason::ConsentPreferenceNotBoolean, pointer, line), expected);

    let mark = Mark { at: MarkedAt::Byte(8), note: "here".to_owned() };
    let expected = "{\n  \"a\": [\n    1,\n»    { \"b\": 2 } ← here\n  ]\n}\n";
    assert_eq!(read(&json(r#"{"a":[1,{"b":2}]}"#, Some(&mark), &mut 0)), expected);
    let mark = Mark { at: MarkedAt::Byte(13), note: "here".to_owned() };
    let expected = "{\n  \"a\": [\n    1,\n    {\n»      \"b\": 2 ← here\n    }\n  ]\n}\n";
    assert_eq!(read(&json(r#"{"a":[1,{"b":2}]}"#, Some(&mark), &mut 0)), expected);
}

#[test]
fn what_is_missing_is_marked_where_it_belongs() {
    let expected = r#"{
  "type": "track",
  "event": "Nobody"
»  "userId" ← missing: a userId or an anonymousId belongs here
}
"#;
    assert_eq!(lines(DiscardReason::NoUserAnonId, "/userId", r#"{"type":"track","event":"Nobody"}"#), expected);
    let consent = lines(
        DiscardReason::ConsentPreferencesMissing,
        "/context/consent/categoryPreferences",
        r#"{"context":{"consent":{}}}"#,
    );
    assert!(
        consent
            .contains("    \"consent\": {\n»      \"categoryPreferences\" ← missing: an object belongs here\n    }\n")
    );
    assert!(lines(DiscardReason::NoUserAnonId, "/userId", "{}").starts_with("{\n»  \"userId\" ← missing"));
}

#[test]
fn a_fault_of_the_whole_is_marked_at_its_beginning() {
    let line = r#"{"a":{"b":1},"c":[2,{"d":3}]}"#;
    assert!(lines(DiscardReason::TooManyProperties, "", line).starts_with("»{ ← 4 keys, at most 2,000 are allowed\n"));
    assert_eq!(lines(DiscardReason::SourceDisabled, "", r#"{"a":1}"#), "{ \"a\": 1 }\n");
    assert_eq!(lines(DiscardReason::MultiUserError, "/batch/3", "7"), "»7 ← expected an object, got a number\n");
}

#[test]
fn an_unreadable_body_is_text() {
    let body = serde_json::Value::from("{\"batch\": [\r\n  {\"é\": tru}]}\n").to_string();
    let text = lines(DiscardReason::InvalidJson, "", &body);
    assert!(text.starts_with("{\"batch\": [\n»  {\"é\": tru}]} ← not JSON from character "), "{text}");
    assert!(lines(DiscardReason::InvalidJson, "", "\"{\"").starts_with("»{ ← not JSON from character 1 on: EOF"));
    let body = serde_json::Value::from("<script>alert('1')</script>").to_string();
    assert!(lines(DiscardReason::InvalidJson, "", &body).contains("<script>alert('1')</script>"));
    assert_eq!(lines(DiscardReason::InvalidJson, "", "\"\""), "");
}

#[test]
fn long_lines_have_their_note_below() {
    let name = "ñ".repeat(300);
    let text = lines(DiscardReason::NameTooLong, "/event", &format!(r#"{{"event":"{name}"}}"#));
    assert!(text.contains("\n  ↑ 300 characters, at most 200 are allowed\n"), "{text}");
}

#[test]
fn long_payloads_are_folded_and_bounded() {
    let members: Vec<String> = (0..900).map(|i| format!("\"k{i}\":{i}")).collect();
    let line = format!(r#"{{"properties":{{{}}},"userId":42}}"#, members.join(","));
    let payload = Payload::of(&stored(DiscardReason::IdNotString, "/userId", &line), DiscardReason::IdNotString);
    let mark = mark(&payload, DiscardReason::IdNotString, "/userId");
    let mut lines_left = 1_000;
    let parts = json(&payload.text, mark.as_ref(), &mut lines_left);
    let titles: Vec<_> = parts.iter().map(|part| part.title.as_deref()).collect();
    assert_eq!(titles, [None, Some("Show 803 more lines"), None]);
    assert!(parts[2].html.contains("code__bad") && parts[1].html.contains("k500"));
    assert_eq!(lines_left, 197);
    let parts = json(&payload.text, mark.as_ref(), &mut lines_left);
    assert_eq!(parts[1].title.as_deref(), Some("803 more lines stand in the export"));
    assert!(parts[1].is_left_out && parts[1].html.is_empty() && parts[2].html.contains("code__bad"));
}

#[test]
fn any_depth_and_any_length_is_bounded() {
    let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    let line = format!(r#"{{"properties":{deep},"a":"{}"}}"#, "x".repeat(100_000));
    let payload =
        Payload::of(&stored(DiscardReason::NestingTooDeep, "/properties", &line), DiscardReason::NestingTooDeep);
    let mark = mark(&payload, DiscardReason::NestingTooDeep, "/properties");
    let parts = json(&payload.text, mark.as_ref(), &mut 0);
    let bytes: usize = parts.iter().map(|part| part.html.len()).sum();
    assert!(bytes < 40_000, "{bytes}");
    assert!(parts[0].html.contains("more than 64 levels in here"));
}
