//! A draft: one event as it arrived, read just far enough to be judged.

use super::extent;
use super::moment;
use super::payload::Payload;
use domain::clock::Timestamp;
use domain::discard::DiscardReason;
use domain::event::EventType;
use domain::validation::EventFields;
use domain::verdict::Fault;
use std::borrow::Cow;

/// How much of an unreadable body is kept to look at, in bytes.
pub const UNREADABLE_BYTES_KEPT: usize = 4 * 1024;

/// One event on its way to a verdict.
#[derive(Clone, Debug, Default)]
pub struct Draft<'a> {
    /// The event's JSON as it was sent, with what its batch says for all merged in.
    pub raw: Cow<'a, str>,
    /// The call, from the path or from `type`.
    pub event_type: Option<EventType>,
    /// Set if it could not be read as an event at all.
    pub fault: Option<Fault>,
    /// When it was sent, by the sender's clock: its own `sentAt`, else its batch's.
    pub sent_at: Option<Timestamp>,
    /// The fields that rules look at.
    pub payload: Payload<'a>,
    happened_at: Option<Timestamp>,
    invalid_time: Option<&'static str>,
}

impl<'a> Draft<'a> {
    /// Reads one event. `call` is the path's; without one the event's own `type` decides.
    #[must_use]
    pub fn read(raw: &'a str, call: Option<EventType>) -> Self {
        Self::of(Cow::Borrowed(raw), Payload::read(raw), call)
    }

    /// Reads an event of a batch that was merged with what the batch says for all.
    #[must_use]
    pub fn read_merged(raw: String) -> Self {
        let payload = Payload::read(&raw).map(Payload::into_owned);
        Self::of(Cow::Owned(raw), payload, None)
    }

    fn of(raw: Cow<'a, str>, payload: Option<Payload<'a>>, call: Option<EventType>) -> Self {
        let Some(payload) = payload else {
            return Self { raw, fault: Some(Fault::whole(DiscardReason::InvalidJson)), ..Self::default() };
        };
        let event_type = call.or_else(|| payload.call.text().and_then(EventType::from_code));
        let sent_at = payload.sent_at.text().and_then(moment::read);
        let (happened_at, invalid_time) = match payload.time() {
            Some((time, pointer)) => match time.text().and_then(moment::read) {
                Some(at) => (Some(at), None),
                None => (None, Some(pointer)),
            },
            None => (None, None),
        };
        Self { raw, event_type, fault: None, sent_at, payload, happened_at, invalid_time }
    }

    /// Stands for a request that could not be read as events: it counts as one, and its beginning is kept.
    #[must_use]
    pub fn unreadable(body: &[u8], fault: Fault) -> Self {
        let kept = &body[..body.len().min(UNREADABLE_BYTES_KEPT)];
        let text = serde_json::Value::String(String::from_utf8_lossy(kept).into_owned());
        Self { raw: Cow::Owned(text.to_string()), fault: Some(fault), ..Self::default() }
    }

    /// What the rules look at.
    #[must_use]
    pub fn fields(&self) -> EventFields<'_> {
        let payload = &self.payload;
        EventFields {
            extent: extent::of(&self.raw),
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
            invalid_time: self.invalid_time,
            consent: payload.context.0.consent(),
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

    /// `context.app.version`, a number as it was written.
    #[must_use]
    pub fn app_version(&self) -> Option<&str> {
        self.payload.context.0.app_version()
    }

    /// When it happened, by the sender's clock: `timestamp`, else `originalTimestamp`, if that can be read.
    #[must_use]
    pub fn happened_at(&self) -> Option<Timestamp> {
        self.happened_at
    }
}
