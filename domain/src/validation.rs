//! The Tracking API's rules for one event: which fields each call needs, and in which shape.
//! Sources: facts of Segment's HTTP API (required fields per call) and of its ingest error list (codes).
//! `null` counts as absent: Segment's own Python library sends `"category": null` for a page without one.

use crate::discard::DiscardReason;
use crate::event::{EVENT_BYTES_MAX, EVENT_NAME_CHARS_MAX, EventType, MESSAGE_ID_CHARS_MAX};

/// What stood in a field of the payload, as far as the rules care.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Field<'a> {
    /// Not there, or `null`.
    #[default]
    Absent,
    /// A string, unescaped.
    Text(&'a str),
    /// An object.
    Object,
    /// A number, a boolean or an array.
    Other,
}

impl Field<'_> {
    fn is_absent(self) -> bool {
        self == Field::Absent
    }

    fn is_object_or_absent(self) -> bool {
        matches!(self, Field::Absent | Field::Object)
    }

    fn is_filled_text(self) -> bool {
        matches!(self, Field::Text(text) if !text.is_empty())
    }
}

/// The fields that the rules look at.
#[derive(Clone, Copy, Debug, Default)]
pub struct EventFields<'a> {
    /// The event's JSON, in bytes.
    pub bytes: usize,
    /// The call, `None` if it was missing or unknown.
    pub event_type: Option<EventType>,
    /// `messageId`
    pub message_id: Field<'a>,
    /// `userId`
    pub user_id: Field<'a>,
    /// `anonymousId`
    pub anonymous_id: Field<'a>,
    /// `groupId`
    pub group_id: Field<'a>,
    /// `previousId`
    pub previous_id: Field<'a>,
    /// `event`
    pub event: Field<'a>,
    /// `name`
    pub name: Field<'a>,
    /// `category`
    pub category: Field<'a>,
    /// `properties`
    pub properties: Field<'a>,
    /// `traits`
    pub traits: Field<'a>,
}

/// Checks one event against the Tracking API's rules; the first rule it breaks is its reason.
///
/// # Errors
/// The reason why the event fails on ingest.
pub fn validate(fields: &EventFields<'_>) -> Result<(), DiscardReason> {
    if fields.bytes > EVENT_BYTES_MAX {
        return Err(DiscardReason::PayloadTooLarge);
    }
    let event_type = fields.event_type.ok_or(DiscardReason::UnknownType)?;
    validate_message_id(fields.message_id)?;
    validate_ids(fields, event_type)?;
    match event_type {
        EventType::Track => {
            validate_event_name(fields.event)?;
            validate_object(fields.properties, DiscardReason::PropertiesNotObject)
        }
        EventType::Page | EventType::Screen => {
            validate_object(fields.properties, DiscardReason::PropertiesNotObject)?;
            validate_label(fields.name, DiscardReason::NameNotString)?;
            validate_label(fields.category, DiscardReason::CategoryNotString)
        }
        EventType::Identify | EventType::Group => validate_object(fields.traits, DiscardReason::TraitsNotObject),
        EventType::Alias => Ok(()),
    }
}

fn validate_message_id(message_id: Field<'_>) -> Result<(), DiscardReason> {
    match message_id {
        Field::Absent => Ok(()),
        Field::Text(text) if text.chars().count() <= MESSAGE_ID_CHARS_MAX => Ok(()),
        Field::Text(_) | Field::Object | Field::Other => Err(DiscardReason::MessageIdTooLong),
    }
}

/// Segment has two codes for a missing id. Ours: `no_user_anon_id` where nobody is named, `id_required` where the
/// id that the call itself is about is missing (groupId on group; userId and previousId on alias).
fn validate_ids(fields: &EventFields<'_>, event_type: EventType) -> Result<(), DiscardReason> {
    let needed: &[Field<'_>] = match event_type {
        EventType::Group => &[fields.group_id],
        EventType::Alias => &[fields.user_id, fields.previous_id],
        EventType::Track | EventType::Identify | EventType::Page | EventType::Screen => &[],
    };
    if event_type != EventType::Alias && fields.user_id.is_absent() && fields.anonymous_id.is_absent() {
        return Err(DiscardReason::NoUserAnonId);
    }
    if needed.iter().any(|id| id.is_absent()) {
        return Err(DiscardReason::IdRequired);
    }
    let sent = [fields.user_id, fields.anonymous_id].into_iter().chain(needed.iter().copied());
    if sent.into_iter().any(|id| !id.is_absent() && !id.is_filled_text()) {
        return Err(DiscardReason::IdNotString);
    }
    Ok(())
}

fn validate_event_name(event: Field<'_>) -> Result<(), DiscardReason> {
    match event {
        Field::Absent | Field::Text("") => Err(DiscardReason::EventNotDefined),
        Field::Text(name) if name.chars().count() > EVENT_NAME_CHARS_MAX => Err(DiscardReason::NameTooLong),
        Field::Text(_) => Ok(()),
        Field::Object | Field::Other => Err(DiscardReason::EventNotString),
    }
}

fn validate_object(field: Field<'_>, reason: DiscardReason) -> Result<(), DiscardReason> {
    if field.is_object_or_absent() { Ok(()) } else { Err(reason) }
}

fn validate_label(field: Field<'_>, reason: DiscardReason) -> Result<(), DiscardReason> {
    if field.is_absent() || field.is_filled_text() { Ok(()) } else { Err(reason) }
}

#[cfg(test)]
mod tests {
    use super::{DiscardReason, EventFields, EventType, Field, validate};

    const ID: Field<'static> = Field::Text("u1");

    fn of(event_type: EventType) -> EventFields<'static> {
        EventFields { event_type: Some(event_type), user_id: ID, ..EventFields::default() }
    }

    #[test]
    fn every_rule_has_its_reason() {
        use DiscardReason as R;
        use EventType::{Alias, Group, Identify, Page, Screen, Track};
        let track = EventFields { event: Field::Text("Order Completed"), ..of(Track) };
        let group = EventFields { group_id: Field::Text("g1"), ..of(Group) };
        let alias = EventFields { previous_id: Field::Text("old"), ..of(Alias) };
        let long_name = "n".repeat(201);
        let long_id = "i".repeat(101);
        let cases: Vec<(&str, EventFields<'_>, Result<(), R>)> = vec![
            ("track", track, Ok(())),
            ("identify", of(Identify), Ok(())),
            ("page without a name", of(Page), Ok(())),
            ("screen with name", EventFields { name: Field::Text("Home"), ..of(Screen) }, Ok(())),
            ("group", group, Ok(())),
            ("alias", alias, Ok(())),
            ("anonymous only", EventFields { user_id: Field::Absent, anonymous_id: ID, ..track }, Ok(())),
            ("32 KB", EventFields { bytes: 32 * 1024, ..track }, Ok(())),
            ("over 32 KB", EventFields { bytes: 32 * 1024 + 1, ..track }, Err(R::PayloadTooLarge)),
            ("no type", EventFields { event_type: None, ..track }, Err(R::UnknownType)),
            ("messageId of 101", EventFields { message_id: Field::Text(&long_id), ..track }, Err(R::MessageIdTooLong)),
            ("messageId a number", EventFields { message_id: Field::Other, ..track }, Err(R::MessageIdTooLong)),
            ("nobody", EventFields { user_id: Field::Absent, ..track }, Err(R::NoUserAnonId)),
            ("nobody in group", EventFields { user_id: Field::Absent, ..group }, Err(R::NoUserAnonId)),
            ("numeric userId", EventFields { user_id: Field::Other, ..track }, Err(R::IdNotString)),
            ("empty userId", EventFields { user_id: Field::Text(""), ..track }, Err(R::IdNotString)),
            ("one id good, one bad", EventFields { anonymous_id: Field::Object, ..track }, Err(R::IdNotString)),
            ("group without groupId", of(Group), Err(R::IdRequired)),
            ("numeric groupId", EventFields { group_id: Field::Other, ..group }, Err(R::IdNotString)),
            ("alias without previousId", of(Alias), Err(R::IdRequired)),
            ("alias without userId", EventFields { user_id: Field::Absent, ..alias }, Err(R::IdRequired)),
            ("no event", of(Track), Err(R::EventNotDefined)),
            ("empty event", EventFields { event: Field::Text(""), ..track }, Err(R::EventNotDefined)),
            ("event a list", EventFields { event: Field::Other, ..track }, Err(R::EventNotString)),
            ("long event", EventFields { event: Field::Text(&long_name), ..track }, Err(R::NameTooLong)),
            ("properties text", EventFields { properties: Field::Text("x"), ..track }, Err(R::PropertiesNotObject)),
            ("page properties", EventFields { properties: Field::Other, ..of(Page) }, Err(R::PropertiesNotObject)),
            ("traits list", EventFields { traits: Field::Other, ..of(Identify) }, Err(R::TraitsNotObject)),
            ("group traits text", EventFields { traits: Field::Text(""), ..group }, Err(R::TraitsNotObject)),
            ("name a number", EventFields { name: Field::Other, ..of(Page) }, Err(R::NameNotString)),
            ("empty name", EventFields { name: Field::Text(""), ..of(Screen) }, Err(R::NameNotString)),
            ("category list", EventFields { category: Field::Other, ..of(Page) }, Err(R::CategoryNotString)),
            ("empty category", EventFields { category: Field::Text(""), ..of(Page) }, Err(R::CategoryNotString)),
        ];
        for (what, fields, expected) in cases {
            assert_eq!(validate(&fields), expected, "{what}");
        }
    }
}
