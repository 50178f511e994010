//! A draft: one event as it arrived, read just far enough to be judged. Everything else stays raw JSON.

use super::field::FieldText;
use domain::discard::DiscardReason;
use domain::event::EventType;
use domain::validation::{EventFields, Extent};
use serde::Deserialize;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::fmt;

/// How much of an unreadable body is kept to look at, in bytes.
pub const UNREADABLE_BYTES_KEPT: usize = 4 * 1024;

/// One event on its way to a verdict.
#[derive(Clone, Debug, Default)]
pub struct Draft<'a> {
    /// The event's JSON as it was sent.
    pub raw: Cow<'a, str>,
    /// The call, from the path or from `type`.
    pub event_type: Option<EventType>,
    /// Set if it could not be read as an event at all.
    pub unreadable: Option<DiscardReason>,
    /// The fields that rules look at.
    pub payload: Payload<'a>,
}

/// The fields of an event that rules and rollups look at. Of a key that stands twice, the last one counts.
#[derive(Clone, Debug, Default)]
pub struct Payload<'a> {
    call: FieldText<'a>,
    message_id: FieldText<'a>,
    user_id: FieldText<'a>,
    anonymous_id: FieldText<'a>,
    group_id: FieldText<'a>,
    previous_id: FieldText<'a>,
    event: FieldText<'a>,
    name: FieldText<'a>,
    category: FieldText<'a>,
    properties: FieldText<'a>,
    traits: FieldText<'a>,
    context: Option<&'a RawValue>,
    /// `writeKey`, where a single call carries its key in the body.
    pub write_key: FieldText<'a>,
}

impl<'a> Draft<'a> {
    /// Reads one event. `call` is the path's; without one the event's own `type` decides.
    #[must_use]
    pub fn read(raw: &'a str, call: Option<EventType>) -> Self {
        match serde_json::from_str::<Payload<'a>>(raw) {
            Ok(payload) => {
                let event_type = call.or_else(|| payload.call.text().and_then(EventType::from_code));
                Self { raw: Cow::Borrowed(raw), event_type, unreadable: None, payload }
            }
            Err(_) => {
                // An object whose strings cannot be unescaped is JSON only by its shape.
                let is_object = raw.trim_start().starts_with('{');
                let reason = if is_object { DiscardReason::InvalidJson } else { DiscardReason::MultiUserError };
                Self { raw: Cow::Borrowed(raw), unreadable: Some(reason), ..Self::default() }
            }
        }
    }

    /// Stands for a request that could not be read as events: it counts as one, and its beginning is kept.
    #[must_use]
    pub fn unreadable(body: &[u8], reason: DiscardReason) -> Self {
        let kept = &body[..body.len().min(UNREADABLE_BYTES_KEPT)];
        let text = serde_json::Value::String(String::from_utf8_lossy(kept).into_owned());
        Self { raw: Cow::Owned(text.to_string()), unreadable: Some(reason), ..Self::default() }
    }

    /// What the rules look at.
    #[must_use]
    pub fn fields(&self) -> EventFields<'_> {
        let payload = &self.payload;
        EventFields {
            extent: Extent { bytes: self.raw.len(), ..Extent::default() },
            event_type: self.event_type,
            message_id: payload.message_id.as_field(),
            user_id: payload.user_id.as_field(),
            anonymous_id: payload.anonymous_id.as_field(),
            group_id: payload.group_id.as_field(),
            previous_id: payload.previous_id.as_field(),
            event: payload.event.as_field(),
            name: payload.name.as_field(),
            category: payload.category.as_field(),
            properties: payload.properties.as_field(),
            traits: payload.traits.as_field(),
            ..EventFields::default()
        }
    }

    /// The name under which a track call is counted.
    #[must_use]
    pub fn event_name(&self) -> Option<&str> {
        if self.event_type != Some(EventType::Track) {
            return None;
        }
        self.payload.event.text().filter(|name| !name.is_empty())
    }

    /// The sender's `messageId`, if it is usable as one.
    #[must_use]
    pub fn message_id(&self) -> Option<&str> {
        self.payload.message_id.text().filter(|id| !id.is_empty())
    }

    /// `context.app.version`, a number written as text.
    #[must_use]
    pub fn app_version(&self) -> Option<String> {
        let context: Context<'_> = serde_json::from_str(object(self.payload.context?)?).ok()?;
        let app: App = serde_json::from_str(object(context.app?)?).ok()?;
        match app.version? {
            serde_json::Value::String(version) if !version.is_empty() => Some(version),
            serde_json::Value::Number(version) => Some(version.to_string()),
            _ => None,
        }
    }
}

/// The value's JSON if it is an object: serde would take a list as the fields in order.
fn object(value: &RawValue) -> Option<&str> {
    value.get().starts_with('{').then_some(value.get())
}

#[derive(Deserialize)]
struct Context<'a> {
    #[serde(borrow)]
    app: Option<&'a RawValue>,
}

#[derive(Deserialize)]
struct App {
    version: Option<serde_json::Value>,
}

impl<'de: 'a, 'a> Deserialize<'de> for Payload<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(PayloadVisitor)
    }
}

struct PayloadVisitor;

impl<'de> Visitor<'de> for PayloadVisitor {
    type Value = Payload<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut payload = Payload::default();
        while let Some(key) = map.next_key::<Cow<'de, str>>()? {
            let field = match key.as_ref() {
                "type" => &mut payload.call,
                "messageId" => &mut payload.message_id,
                "userId" => &mut payload.user_id,
                "anonymousId" => &mut payload.anonymous_id,
                "groupId" => &mut payload.group_id,
                "previousId" => &mut payload.previous_id,
                "event" => &mut payload.event,
                "name" => &mut payload.name,
                "category" => &mut payload.category,
                "properties" => &mut payload.properties,
                "traits" => &mut payload.traits,
                "writeKey" => &mut payload.write_key,
                "context" => {
                    payload.context = Some(map.next_value()?);
                    continue;
                }
                _ => {
                    map.next_value::<IgnoredAny>()?;
                    continue;
                }
            };
            *field = map.next_value()?;
        }
        Ok(payload)
    }
}
