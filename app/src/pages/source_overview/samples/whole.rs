//! One event in full, whatever became of it: for pages that show a single one.

use super::api::Part;
use super::fault::mark;
use super::json::{unescape, value_at};
use super::payload::{Payload, without_keys};
use super::pretty;
use super::read::library;
use domain::event::EVENT_NAME_CHARS_MAX;
use domain::verdict::Verdict;
use domain::write_key::WriteKey;
use store::event::StoredEvent;

/// Most folded lines of one event.
const FOLDED_LINES_MAX: usize = 1_000;

/// What is shown of an event.
pub(crate) struct WholeEvent {
    /// The name of a track, page or screen call.
    pub name: Option<String>,
    /// `analytics.js 2.11.1`
    pub library: Option<String>,
    /// The payload in lines, the offending one marked, the source's key masked.
    pub parts: Vec<Part>,
}

/// Writes an event.
pub(crate) fn whole(event: &StoredEvent, key: Option<&WriteKey>) -> WholeEvent {
    let event = StoredEvent { line: without_keys(&event.line, key).into(), ..event.clone() };
    let (payload, mark) = match event.verdict {
        Verdict::Eligible => (Payload { text: event.line.trim().to_owned(), is_json: true }, None),
        Verdict::Discarded(reason) => {
            let payload = Payload::of(&event, reason);
            let mark = mark(&payload, reason, &event.pointer);
            (payload, mark)
        }
    };
    let write = if payload.is_json { pretty::json } else { pretty::plain };
    let mut lines_left = FOLDED_LINES_MAX;
    WholeEvent {
        name: name(&event),
        library: library(&event),
        parts: write(&payload.text, mark.as_ref(), &mut lines_left),
    }
}

fn name(event: &StoredEvent) -> Option<String> {
    let named = |pointer| unescape(value_at(&event.line, pointer)?).filter(|name| !name.is_empty());
    let name = named("/event").or_else(|| named("/name"))?;
    Some(name.chars().take(EVENT_NAME_CHARS_MAX).collect())
}
