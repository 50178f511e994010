//! A batch's `context` and `integrations` hold for all of its events: each event gets them before it is read. Documented
//! by Segment ("merged into each item"); objects merge in depth and the event's own values win. A `null` of the event's
//! own counts as absent here as everywhere, so the batch's value takes its place.

use super::field::unescape;
use domain::event::EVENT_DEPTH_MAX;
use serde::de::{Deserialize, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// What a batch says for all of its events.
#[derive(Clone, Debug)]
pub struct Shared<'a> {
    object: SharedObject<'a>,
    bytes: usize,
}

#[derive(Clone, Debug, Default)]
struct SharedObject<'a> {
    members: Vec<SharedMember<'a>>,
    by_key: BTreeMap<Cow<'a, str>, usize>,
}

#[derive(Clone, Debug)]
struct SharedMember<'a> {
    /// Quoted, as it was sent.
    key: &'a str,
    value: &'a str,
    object: Option<SharedObject<'a>>,
}

impl<'a> Shared<'a> {
    /// From keys, quoted, and their values; `None` without any.
    pub fn of(members: impl Iterator<Item = (&'a str, &'a str)>) -> Option<Self> {
        let mut shared = Self { object: SharedObject::default(), bytes: 0 };
        for (key, value) in members {
            shared.bytes += key.len() + value.len() + 2;
            shared.object.add(key, value, 1);
        }
        (!shared.object.members.is_empty()).then_some(shared)
    }

    /// Most bytes that merging adds to one event.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.bytes
    }

    /// An event with all of this in it. Values stay as they were written, numbers to the digit. What is no object is
    /// returned as it is.
    #[must_use]
    pub fn merged_into(&self, event: &str) -> String {
        let mut merged = String::with_capacity(event.len() + self.bytes);
        self.object.write_merged(event, &mut merged);
        merged
    }
}

impl<'a> SharedObject<'a> {
    /// `level` counts objects from the event, which is 1. Below the deepest level that an event may have nothing is
    /// merged any more: such an event is refused, whatever is in it.
    fn read(json: &'a str, level: usize) -> Option<Self> {
        if level > EVENT_DEPTH_MAX || !json.starts_with('{') {
            return None;
        }
        let mut object = Self::default();
        for (key, value) in members(json)? {
            object.add(key, value, level);
        }
        Some(object)
    }

    fn add(&mut self, key: &'a str, value: &'a str, level: usize) {
        let member = SharedMember { key, value, object: Self::read(value, level + 1) };
        match self.by_key.get(&name(key)) {
            Some(&at) => self.members[at] = member,
            None => {
                self.by_key.insert(name(key), self.members.len());
                self.members.push(member);
            }
        }
    }

    /// Only the last one of an event's equal keys is merged: that is the one which counts, and merging each would let a
    /// small batch grow without bounds.
    fn write_merged(&self, own: &str, merged: &mut String) {
        let Some(own) = members(own) else { return merged.push_str(own) };
        let at: Vec<Option<usize>> = own.iter().map(|(key, _)| self.by_key.get(&name(key)).copied()).collect();
        let mut last = vec![None; self.members.len()];
        for (i, at) in at.iter().enumerate() {
            if let Some(at) = at {
                last[*at] = Some(i);
            }
        }
        let mut separator = '{';
        let mut begin = |key: &str, merged: &mut String| {
            merged.push(separator);
            merged.push_str(key);
            merged.push(':');
            separator = ',';
        };
        for (i, (key, value)) in own.into_iter().enumerate() {
            begin(key, merged);
            match at[i].filter(|&at| last[at] == Some(i)).map(|at| &self.members[at]) {
                Some(shared) if value == "null" => merged.push_str(shared.value),
                Some(SharedMember { object: Some(object), .. }) if value.starts_with('{') => {
                    object.write_merged(value, merged);
                }
                Some(_) | None => merged.push_str(value),
            }
        }
        for (member, _) in self.members.iter().zip(last).filter(|(_, last)| last.is_none()) {
            begin(member.key, merged);
            merged.push_str(member.value);
        }
        if separator == '{' {
            merged.push('{');
        }
        merged.push('}');
    }
}

/// A quoted key as it is compared: two that cannot be unescaped are equal if they are written alike.
fn name(key: &str) -> Cow<'_, str> {
    unescape(key).unwrap_or(Cow::Borrowed(key))
}

/// An object's keys, quoted, and values, as they are written; `None` for what is no object.
fn members(json: &str) -> Option<Vec<(&str, &str)>> {
    let Written(members) = serde_json::from_str(json).ok()?;
    Some(members.into_iter().map(|(key, value)| (key.get(), value.get())).collect())
}

struct Written<'a>(Vec<(&'a RawValue, &'a RawValue)>);

impl<'de: 'a, 'a> Deserialize<'de> for Written<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(WrittenVisitor)
    }
}

struct WrittenVisitor;

impl<'de> Visitor<'de> for WrittenVisitor {
    type Value = Written<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Written(members))
    }
}

#[cfg(test)]
mod tests {
    use super::Shared;

    /// The event merged with a context.
    fn merged(event: &str, context: &str) -> String {
        Shared::of([("\"context\"", context)].into_iter()).expect("something to share").merged_into(event)
    }

    #[test]
    fn the_events_own_values_win_in_every_depth() {
        let context = r#"{"app": {"version":"9","build":1e2}, "ip":"::1" ,"tags":[1]}"#;
        for (event, expected) in [
            ("{}", r#"{"context":{"app": {"version":"9","build":1e2}, "ip":"::1" ,"tags":[1]}}"#),
            (
                r#"{"a":1.50,"context":null}"#,
                r#"{"a":1.50,"context":{"app": {"version":"9","build":1e2}, "ip":"::1" ,"tags":[1]}}"#,
            ),
            (
                r#"{ "context" : { "app" : { "version" : 1.0 } , "x" : [ 1 ] } , "a" : -0 }"#,
                r#"{"context":{"app":{"version":1.0,"build":1e2},"x":[ 1 ],"ip":"::1","tags":[1]},"a":-0}"#,
            ),
            (
                r#"{"context":{"\u0061pp":{"version":null},"ip":"","tags":{}}}"#,
                r#"{"context":{"\u0061pp":{"version":"9","build":1e2},"ip":"","tags":{}}}"#,
            ),
            (r#"{"context":{"app":"x","ip":7,"tags":[]}}"#, r#"{"context":{"app":"x","ip":7,"tags":[]}}"#),
            (r#"{"context":"mine"}"#, r#"{"context":"mine"}"#),
            (
                r#"{"context":{"ip":"a"},"context":{"app":1,"ip":2,"tags":3}}"#,
                r#"{"context":{"ip":"a"},"context":{"app":1,"ip":2,"tags":3}}"#,
            ),
            ("[{}]", "[{}]"),
            ("7", "7"),
        ] {
            assert_eq!(merged(event, context), expected, "{event}");
        }
    }

    #[test]
    fn of_equal_keys_the_last_one_is_shared() {
        assert_eq!(merged("{}", r#"{"a":1,"a":2}"#), r#"{"context":{"a":1,"a":2}}"#);
        assert_eq!(merged(r#"{"context":{}}"#, r#"{"a":1,"b":0,"\u0061":2}"#), r#"{"context":{"\u0061":2,"b":0}}"#);
        let broken = r#"{"\ud800":1,"a":2}"#;
        assert_eq!(merged(r#"{"context":{"\ud800":3}}"#, broken), r#"{"context":{"\ud800":3,"a":2}}"#);
    }
}
