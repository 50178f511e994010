//! The fields of an event that rules, counts and times look at. Everything else stays raw JSON.

use super::context::Context;
use super::field::FieldText;
use super::object::{Key, Members, Object, skip};
use serde::de::MapAccess;

/// The fields of an event. `null` counts as absent; of a key that stands twice, the last one counts.
#[derive(Clone, Debug, Default)]
pub struct Payload<'a> {
    /// `type`
    pub call: FieldText<'a>,
    /// `messageId`
    pub message_id: FieldText<'a>,
    /// `userId`
    pub user_id: FieldText<'a>,
    /// `anonymousId`
    pub anonymous_id: FieldText<'a>,
    /// `groupId`
    pub group_id: FieldText<'a>,
    /// `previousId`
    pub previous_id: FieldText<'a>,
    /// `event`
    pub event: FieldText<'a>,
    /// `name`
    pub name: FieldText<'a>,
    /// `category`
    pub category: FieldText<'a>,
    /// `properties`
    pub properties: FieldText<'a>,
    /// `traits`
    pub traits: FieldText<'a>,
    /// `timestamp`
    pub timestamp: FieldText<'a>,
    /// `originalTimestamp`, which RudderStack's SDKs send instead.
    pub original_timestamp: FieldText<'a>,
    /// `sentAt`
    pub sent_at: FieldText<'a>,
    /// `context`
    pub context: Object<Context<'a>>,
    /// `writeKey`, where a single call carries its key in the body.
    pub write_key: FieldText<'a>,
}

impl<'a> Payload<'a> {
    /// Reads an event; `None` if it is not an object, or a string that is looked at cannot be unescaped.
    #[must_use]
    pub fn read(json: &'a str) -> Option<Self> {
        let Object(payload) = serde_json::from_str(json).ok()?;
        json.trim_start().starts_with('{').then_some(payload)
    }

    /// The time that the event names, and its pointer: `timestamp`, else `originalTimestamp`.
    #[must_use]
    pub fn time(&self) -> Option<(&FieldText<'a>, &'static str)> {
        [(&self.timestamp, "/timestamp"), (&self.original_timestamp, "/originalTimestamp")]
            .into_iter()
            .find(|(time, _)| **time != FieldText::Absent)
    }

    /// The same, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> Payload<'static> {
        Payload {
            call: self.call.into_owned(),
            message_id: self.message_id.into_owned(),
            user_id: self.user_id.into_owned(),
            anonymous_id: self.anonymous_id.into_owned(),
            group_id: self.group_id.into_owned(),
            previous_id: self.previous_id.into_owned(),
            event: self.event.into_owned(),
            name: self.name.into_owned(),
            category: self.category.into_owned(),
            properties: self.properties.into_owned(),
            traits: self.traits.into_owned(),
            timestamp: self.timestamp.into_owned(),
            original_timestamp: self.original_timestamp.into_owned(),
            sent_at: self.sent_at.into_owned(),
            context: Object(self.context.0.into_owned()),
            write_key: self.write_key.into_owned(),
        }
    }
}

impl<'de: 'a, 'a> Members<'de> for Payload<'a> {
    fn take<A: MapAccess<'de>>(&mut self, key: &Key<'de>, map: &mut A) -> Result<(), A::Error> {
        let field = match key.0.as_ref() {
            "type" => &mut self.call,
            "messageId" => &mut self.message_id,
            "userId" => &mut self.user_id,
            "anonymousId" => &mut self.anonymous_id,
            "groupId" => &mut self.group_id,
            "previousId" => &mut self.previous_id,
            "event" => &mut self.event,
            "name" => &mut self.name,
            "category" => &mut self.category,
            "properties" => &mut self.properties,
            "traits" => &mut self.traits,
            "timestamp" => &mut self.timestamp,
            "originalTimestamp" => &mut self.original_timestamp,
            "sentAt" => &mut self.sent_at,
            "writeKey" => &mut self.write_key,
            "context" => {
                self.context = map.next_value()?;
                return Ok(());
            }
            _ => return skip(map),
        };
        *field = map.next_value()?;
        Ok(())
    }
}
