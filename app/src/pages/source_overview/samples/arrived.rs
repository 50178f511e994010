//! What arrived instead: the values that stood where the fault lies, grouped. A few values that come again are rows of
//! their own; many of one shape are one row with an example.

use super::api::Split;
use super::json::{Place, unescape};
use super::payload::{Payload, place};
use super::value::{Shape, shortened};
use domain::discard::DiscardReason;
use std::collections::BTreeMap;

/// Most values of one shape that are rows of their own.
const VALUES_MAX: usize = 5;
/// Most rows.
const ROWS_MAX: usize = 6;
/// Most of a value that a row shows, in characters.
const VALUE_CHARS_MAX: usize = 24;

/// Values, counted.
#[derive(Clone, Debug, Default)]
pub struct Arrived {
    looked_at: u64,
    /// By pointer and shape: how many, and of the first few values how many of each.
    groups: BTreeMap<(String, What), Group>,
}

/// What stood there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Missing,
    Value(Shape),
    /// A body that is no JSON, by how it begins.
    Text(&'static str),
}

#[derive(Clone, Debug, Default)]
struct Group {
    count: u64,
    /// In the order in which they came.
    values: Vec<(String, u64)>,
    has_more_values: bool,
}

impl Arrived {
    /// Counts one event's.
    pub fn add(&mut self, payload: &Payload, reason: DiscardReason, pointer: &str) {
        let (what, value) = what(payload, reason, pointer);
        self.looked_at += 1;
        let group = self.groups.entry((pointer.to_owned(), what)).or_default();
        group.count += 1;
        let Some(value) = value else { return };
        let value = shown(reason, value);
        if let Some((_, count)) = group.values.iter_mut().find(|(known, _)| *known == value) {
            *count += 1;
        } else if group.values.len() < VALUES_MAX {
            group.values.push((value, 1));
        } else {
            group.has_more_values = true;
        }
    }

    /// How many events were counted.
    #[must_use]
    pub fn looked_at(&self) -> u64 {
        self.looked_at
    }

    /// The rows, most events first; the last one stands for all that have none. None at all where a row would say no more
    /// than the reason does.
    #[must_use]
    pub fn rows(&self, reason: DiscardReason) -> Vec<Split> {
        if says_nothing(reason) {
            return Vec::new();
        }
        let several = self.groups.keys().any(|(pointer, _)| self.groups.keys().any(|(other, _)| other != pointer));
        let mut rows: Vec<Split> = Vec::new();
        for ((pointer, what), group) in &self.groups {
            let field = if several { pointer.trim_start_matches('/').replace('/', ".") } else { String::new() };
            if group.values.is_empty() || group.has_more_values {
                let example = group.values.first().filter(|_| group.has_more_values);
                let title = match example {
                    Some((value, _)) => format!("{}, such as {value}", what.title()),
                    None => what.title().to_owned(),
                };
                rows.push(Split { field, value: None, title, count: group.count });
                continue;
            }
            rows.extend(group.values.iter().map(|(value, count)| Split {
                field: field.clone(),
                value: Some(value.clone()),
                title: what.title().to_owned(),
                count: *count,
            }));
        }
        if is_about_names(reason) {
            for row in &mut rows {
                row.title = row.value.take().unwrap_or_else(|| row.title.clone());
            }
        }
        rows.sort_by_key(|row| std::cmp::Reverse(row.count));
        Split::with_rest(rows, ROWS_MAX, |rest| format!("{rest} others"))
    }
}

impl What {
    fn title(self) -> &'static str {
        match self {
            Self::Missing => "missing",
            Self::Value(shape) => shape.title(),
            Self::Text(text) => text,
        }
    }
}

/// In a word or two, beside a sample: `null`, `42`, `list of strings`, `missing`.
#[must_use]
pub fn in_short(payload: &Payload, reason: DiscardReason, pointer: &str) -> String {
    if says_nothing(reason) {
        return String::new();
    }
    let (what, value) = what(payload, reason, pointer);
    value.map_or_else(|| what.title().to_owned(), |value| shown(reason, value))
}

/// A value as a row shows it.
fn shown(reason: DiscardReason, value: &str) -> String {
    let name = is_about_names(reason).then(|| unescape(value)).flatten();
    shortened(name.as_deref().unwrap_or(value), VALUE_CHARS_MAX)
}

/// Whether nothing is wrong with the value but its being on a list.
fn is_about_names(reason: DiscardReason) -> bool {
    reason == DiscardReason::EventSetting
}

/// Whether the fault is no single value's.
fn says_nothing(reason: DiscardReason) -> bool {
    use DiscardReason as R;
    matches!(
        reason,
        R::RateLimited
            | R::BatchTooLarge
            | R::BatchTooManyEvents
            | R::SourceDisabled
            | R::PayloadTooLarge
            | R::TooManyProperties
    )
}

fn what<'a>(payload: &'a Payload, reason: DiscardReason, pointer: &str) -> (What, Option<&'a str>) {
    if !payload.is_json || reason == DiscardReason::InvalidJson {
        let text = match payload.text.trim_start().as_bytes().first() {
            None => "empty body",
            Some(b'{') => "broken object",
            Some(b'[') => "list",
            Some(_) => "other text",
        };
        return (What::Text(text), None);
    }
    match place(payload, reason, pointer) {
        Place::Value(range) => {
            let value = &payload.text[range];
            let shape = Shape::of(value);
            (What::Value(shape), shape.is_told_by_value().then_some(value))
        }
        Place::Missing { .. } | Place::Inside { .. } => (What::Missing, None),
    }
}

#[cfg(test)]
mod tests {
    use super::{Arrived, DiscardReason, in_short};
    use crate::pages::source_overview::samples::payload::{Payload, tests::stored};

    fn rows(reason: DiscardReason, events: &[(&str, String)]) -> Vec<(String, u64)> {
        let mut arrived = Arrived::default();
        for (pointer, line) in events {
            arrived.add(&Payload::of(&stored(reason, pointer, line), reason), reason, pointer);
        }
        assert_eq!(arrived.looked_at(), events.len() as u64);
        arrived.rows(reason).into_iter().map(|row| (row.words(), row.count)).collect()
    }

    fn expected(rows: &[(&str, u64)]) -> Vec<(String, u64)> {
        rows.iter().map(|(words, count)| ((*words).to_owned(), *count)).collect()
    }

    #[test]
    fn values_are_grouped_by_what_they_are() {
        let user = |value: &str| ("/userId", format!(r#"{{"userId":{value}}}"#));
        let events =
            [user("7"), user("7"), user("7"), user("\"\""), user("\"\""), user("null"), user("{}"), user("[1]")];
        let found = rows(DiscardReason::IdNotString, &events);
        let mut sorted = found.clone();
        sorted.sort();
        let mut wanted =
            expected(&[("7 number", 3), ("empty string", 2), ("null", 1), ("empty object", 1), ("list of numbers", 1)]);
        wanted.sort();
        assert_eq!((sorted, found[0].1), (wanted, 3));
    }

    #[test]
    fn many_values_of_one_shape_are_one_row() {
        let numbers: Vec<_> = (0..9).map(|i| ("/userId", format!(r#"{{"userId":{}}}"#, 40 + i))).collect();
        assert_eq!(rows(DiscardReason::IdNotString, &numbers), expected(&[("number, such as 40", 9)]));
    }

    #[test]
    fn fields_are_named_where_they_differ_and_absence_is_a_value() {
        let events = [
            ("/userId", "{}".to_owned()),
            ("/userId", "{}".to_owned()),
            ("/previousId", r#"{"userId":"u"}"#.to_owned()),
        ];
        assert_eq!(
            rows(DiscardReason::IdRequired, &events),
            expected(&[("userId: missing", 2), ("previousId: missing", 1)])
        );
    }

    #[test]
    fn names_that_are_on_a_list_stand_for_themselves() {
        let event = |name: &str| ("/event", format!(r#"{{"event":"{name}"}}"#));
        let events = [event("Scroll Depth"), event("Scroll Depth"), event("a\\\"b")];
        let found = rows(DiscardReason::EventSetting, &events);
        assert_eq!(found, expected(&[("Scroll Depth", 2), ("a\"b", 1)]));
    }

    #[test]
    fn bodies_are_told_by_their_beginning() {
        let events = ["\"\"", "\"{\\\"batch\\\":[\"", "\"[1]\"", "\"hello\""].map(|line| ("", line.to_owned()));
        let mut found = rows(DiscardReason::InvalidJson, &events);
        found.sort();
        assert_eq!(found, expected(&[("broken object", 1), ("empty body", 1), ("list", 1), ("other text", 1)]));
        assert!(rows(DiscardReason::RateLimited, &events).is_empty());
    }

    #[test]
    fn beside_a_sample_a_word_is_enough() {
        let short = |line: &str| {
            let (reason, pointer) = (DiscardReason::CategoryNotString, "/category");
            in_short(&Payload::of(&stored(reason, pointer, line), reason), reason, pointer)
        };
        assert_eq!(short(r#"{"category":["a"]}"#), "list of strings");
        assert_eq!(short(r#"{"category":42}"#), "42");
        assert_eq!(short("{}"), "missing");
    }
}
