//! A sample as a command that sends it again and meets the same fate. The write key is the shell's `$WRITE_KEY`; the
//! messageId is left out, because the same one again would be a duplicate.

use super::json::{Member, members, unescape};
use super::payload::Payload;
use domain::discard::DiscardReason;
use domain::event::EventType;
use store::event::StoredEvent;

/// Largest body that is put into a command: shells take arguments of up to 128 KB.
const BODY_BYTES_MAX: usize = 100 * 1024;
/// Stands for a text that differs each time. No JSON holds this character.
const UNIQUE: char = '\0';

/// The command; none where what was kept can't be sent again.
#[must_use]
pub fn command(event: &StoredEvent, payload: &Payload, reason: DiscardReason, origin: &str) -> Option<String> {
    let (call, body) = request(event.event_type, payload, reason)?;
    // Pasted into a terminal, these are keys rather than text.
    let is_key = |c: char| c.is_control() && !matches!(c, '\n' | '\t' | UNIQUE);
    if body.len() > BODY_BYTES_MAX || payload.text.contains(UNIQUE) || body.contains(is_key) {
        return None;
    }
    Some(format!(
        "curl '{origin}/v1/{call}' -u \"$WRITE_KEY:\" \\\n  -H 'Content-Type: application/json' \\\n  --data-raw {}",
        shell_quoted(&body)
    ))
}

/// The endpoint's last part, and the body.
fn request(call: Option<EventType>, payload: &Payload, reason: DiscardReason) -> Option<(&'static str, String)> {
    use DiscardReason as R;
    const BATCH: &str = "batch";
    let text = payload.text.as_str();
    match reason {
        // Their bodies were not kept whole, or they were not the fault.
        R::RateLimited | R::BatchTooLarge | R::BatchTooManyEvents => None,
        // What was no UTF-8 has been replaced, and may be JSON now.
        R::InvalidJson if payload.is_json && text.contains(char::REPLACEMENT_CHARACTER) => None,
        R::InvalidJson => Some((EventType::Track.code(), text.replace('\r', ""))),
        R::EmptyBatch | R::EmptyBatchResult => payload.is_json.then(|| (BATCH, text.to_owned())),
        // A batch of nothing but what is no object would be refused as a whole.
        R::MultiUserError if !text.starts_with('{') => Some((BATCH, format!("{{\"batch\":[{text},{{}}]}}"))),
        R::MultiUserError => Some((BATCH, format!("{{\"batch\":[{text}]}}"))),
        R::SourceDisabled
        | R::PayloadTooLarge
        | R::NestingTooDeep
        | R::TooManyProperties
        | R::UnknownType
        | R::MessageIdTooLong
        | R::NoUserAnonId
        | R::IdNotString
        | R::IdRequired
        | R::EventNotDefined
        | R::EventNotString
        | R::NameTooLong
        | R::PropertiesNotObject
        | R::TraitsNotObject
        | R::NameNotString
        | R::CategoryNotString
        | R::TimestampInvalid
        | R::ConsentPreferencesMissing
        | R::ConsentPreferencesNotObject
        | R::ConsentPreferenceNotBoolean
        | R::AdvertisingIdNotString
        | R::ConsentVersionNotNumber
        | R::EventSetting => {
            let event = sendable(text, reason);
            Some(match call {
                Some(call) => (call.code(), event),
                None => (BATCH, format!("{{\"batch\":[{event}]}}")),
            })
        }
    }
}

/// The event without its write key, and so that it is no duplicate.
fn sendable(text: &str, reason: DiscardReason) -> String {
    let is = |member: &Member, name: &str| {
        member.key.as_ref().is_some_and(|key| unescape(&text[key.clone()]).as_deref() == Some(name))
    };
    let (members, _) = members(text, 0);
    let kept = members.iter().filter_map(|member| {
        let value = &text[member.value.clone()];
        match reason {
            _ if !is(member, "messageId") && !is(member, "writeKey") => Some(text[member.range()].to_owned()),
            // It is the fault: it must stay too long, and be another one.
            DiscardReason::MessageIdTooLong if is(member, "messageId") => {
                Some(format!("\"messageId\":{}", value.replacen('"', &format!("\"{UNIQUE}"), 1)))
            }
            // A key less, or a few bytes less, might be few enough.
            DiscardReason::PayloadTooLarge | DiscardReason::TooManyProperties => {
                let name = if is(member, "messageId") { "sentMessageId" } else { "sentWriteKey" };
                Some(format!("\"{name}\":{value}"))
            }
            _ => None,
        }
    });
    let kept: Vec<String> = kept.collect();
    // White space between members counts, too, where the size is at fault.
    let fill = text.len() * usize::from(reason == DiscardReason::PayloadTooLarge);
    let event = format!("{{{}}}", kept.join(","));
    let spaces = fill.saturating_sub(event.len());
    format!("{{{}{}}}", " ".repeat(spaces), kept.join(","))
}

/// One argument of a POSIX shell.
fn shell_quoted(text: &str) -> String {
    let quoted = text.replace('\'', r"'\''").replace(UNIQUE, "'\"$(date +%s%N)\"'");
    format!("'{quoted}'")
}

#[cfg(test)]
mod tests {
    use super::{DiscardReason, Payload, command};
    use crate::pages::source_overview::samples::payload::tests::stored;

    /// Path and body of the command, the body as it stands in it.
    fn sent(reason: DiscardReason, line: &str) -> Option<(String, String)> {
        let event = stored(reason, "", line);
        let text = command(&event, &Payload::of(&event, reason), reason, "http://127.0.0.1:3000")?;
        assert!(text.contains("-u \"$WRITE_KEY:\""));
        let rest = text.strip_prefix("curl 'http://127.0.0.1:3000/v1/").expect("curl and the endpoint");
        let (path, rest) = rest.split_once('\'').expect("a path");
        let (_, body) = rest.split_once("--data-raw ").expect("a body");
        Some((path.to_owned(), body.to_owned()))
    }

    #[test]
    fn an_event_is_sent_as_it_was_but_for_key_and_id() {
        use DiscardReason as R;
        for (reason, line, path, body) in [
            (
                R::CategoryNotString,
                r#"{"type":"page", "messageId":"m","category":["it's"],"writeKey":"abcdefgh12345678","n":1.50}"#,
                "page",
                r#"'{"type":"page","category":["it'\''s"],"n":1.50}'"#,
            ),
            (R::UnknownType, r#"{"type":"buy","messageId":"m"}"#, "batch", r#"'{"batch":[{"type":"buy"}]}'"#),
            (R::SourceDisabled, r#"{"messageId":7}"#, "batch", r#"'{"batch":[{}]}'"#),
            (R::MultiUserError, "7", "batch", r#"'{"batch":[7,{}]}'"#),
            (R::MultiUserError, r#"{"a":"\ud800"}"#, "batch", r#"'{"batch":[{"a":"\ud800"}]}'"#),
            (R::InvalidJson, r#""@/etc/passwd 'x'""#, "track", r"'@/etc/passwd '\''x'\'''"),
            (R::EmptyBatch, r#""{\"batch\":[]}""#, "batch", r#"'{"batch":[]}'"#),
            (
                R::MessageIdTooLong,
                r#"{"messageId":"long","type":"page"}"#,
                "page",
                r#"'{"messageId":"'"$(date +%s%N)"'long","type":"page"}'"#,
            ),
            (R::MessageIdTooLong, r#"{"messageId":7,"type":"page"}"#, "page", r#"'{"messageId":7,"type":"page"}'"#),
            (
                R::TooManyProperties,
                r#"{"messageId":"m","type":"page"}"#,
                "page",
                r#"'{"sentMessageId":"m","type":"page"}'"#,
            ),
        ] {
            assert_eq!(sent(reason, line), Some((path.to_owned(), body.to_owned())), "{line}");
        }
    }

    #[test]
    fn an_event_that_is_too_large_stays_as_large() {
        let line = format!(r#"{{ "type" : "page" ,   "a":"{}" }}"#, "x".repeat(100));
        let (_, body) = sent(DiscardReason::PayloadTooLarge, &line).expect("a command");
        assert_eq!(body.len(), line.len() + 2);
    }

    #[test]
    fn what_was_not_kept_whole_or_is_no_text_is_no_command() {
        use DiscardReason as R;
        assert_eq!(sent(R::RateLimited, "\"{\""), None);
        assert_eq!(sent(R::EmptyBatch, "\"{\\\"batch\\\":[\""), None, "cut off");
        assert_eq!(sent(R::InvalidJson, "\"\\u001b[31m\""), None, "keys for a terminal");
        assert_eq!(sent(R::InvalidJson, "\"\\u0000\""), None);
        assert_eq!(sent(R::InvalidJson, "\"{\\\"a\\\":\\\"\u{fffd}\\\"}\""), None, "not UTF-8 when it came");
        assert_eq!(sent(R::PayloadTooLarge, &format!("{{\"a\":\"{}\"}}", "x".repeat(100 * 1024))), None);
    }
}
