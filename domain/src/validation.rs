//! The Tracking API's rules for one event: which fields each call needs, and in which shape.
//! Sources: facts of Segment's HTTP API (required fields per call) and of its ingest error list (codes).
//! `null` counts as absent: Segment's own Python library sends `"category": null` for a page without one.

use crate::discard::DiscardReason;
use crate::event::{
    CONSENT_EVENT, EVENT_BYTES_MAX, EVENT_DEPTH_MAX, EVENT_KEYS_MAX, EVENT_NAME_CHARS_MAX, EventType,
    MESSAGE_ID_CHARS_MAX,
};
use crate::verdict::{Fault, pointer_step};

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
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A list.
    List,
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

/// How large an event is in every respect that has a limit.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Extent {
    /// Bytes of its JSON.
    pub bytes: usize,
    /// Levels of objects and lists; the event itself is the first.
    pub depth: usize,
    /// The key at the event's top level under which it is deepest, where that is over the limit.
    pub deepest_under: Option<String>,
    /// Keys in all levels.
    pub keys: usize,
}

/// What a consent event says; looked at in events named [`CONSENT_EVENT`] only.
#[derive(Clone, Copy, Debug, Default)]
pub struct ConsentFields<'a> {
    /// `context.consent.categoryPreferences`
    pub preferences: Field<'a>,
    /// The first category whose value is neither `true` nor `false`.
    pub not_boolean: Option<&'a str>,
    /// `context.consent.version`
    pub version: Field<'a>,
    /// `context.device.advertisingId`
    pub advertising_id: Field<'a>,
}

/// The fields that the rules look at.
#[derive(Clone, Debug, Default)]
pub struct EventFields<'a> {
    /// How large the event is.
    pub extent: Extent,
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
    /// The pointer of the time that could not be read: `/timestamp` or `/originalTimestamp`.
    pub invalid_time: Option<&'static str>,
    /// What a consent event says.
    pub consent: ConsentFields<'a>,
}

/// Checks one event against the Tracking API's rules; the first rule it breaks is its fault.
///
/// # Errors
/// The reason why the event fails on ingest, and where.
pub fn validate(fields: &EventFields<'_>) -> Result<(), Fault> {
    validate_extent(&fields.extent)?;
    let event_type = fields.event_type.ok_or_else(|| Fault::at(DiscardReason::UnknownType, "/type"))?;
    validate_message_id(fields.message_id)?;
    validate_ids(fields, event_type)?;
    match event_type {
        EventType::Track => {
            validate_event_name(fields.event)?;
            validate_object(fields.properties, DiscardReason::PropertiesNotObject, "/properties")?;
        }
        EventType::Page | EventType::Screen => {
            validate_object(fields.properties, DiscardReason::PropertiesNotObject, "/properties")?;
            validate_label(fields.name, DiscardReason::NameNotString, "/name")?;
            validate_label(fields.category, DiscardReason::CategoryNotString, "/category")?;
        }
        EventType::Identify | EventType::Group => {
            validate_object(fields.traits, DiscardReason::TraitsNotObject, "/traits")?;
        }
        EventType::Alias => {}
    }
    if let Some(pointer) = fields.invalid_time {
        return Err(Fault::at(DiscardReason::TimestampInvalid, pointer));
    }
    if event_type == EventType::Track && fields.event == Field::Text(CONSENT_EVENT) {
        validate_consent(&fields.consent)?;
    }
    Ok(())
}

/// Whether a text has more characters than that. None has more than bytes, which are known.
fn is_longer(text: &str, chars_max: usize) -> bool {
    text.len() > chars_max && text.chars().nth(chars_max).is_some()
}

fn validate_extent(extent: &Extent) -> Result<(), Fault> {
    if extent.bytes > EVENT_BYTES_MAX {
        return Err(Fault::whole(DiscardReason::PayloadTooLarge));
    }
    if extent.depth > EVENT_DEPTH_MAX {
        let pointer = extent.deepest_under.as_deref().map(pointer_step).unwrap_or_default();
        return Err(Fault { reason: DiscardReason::NestingTooDeep, pointer: pointer.into() });
    }
    if extent.keys > EVENT_KEYS_MAX {
        return Err(Fault::whole(DiscardReason::TooManyProperties));
    }
    Ok(())
}

fn validate_message_id(message_id: Field<'_>) -> Result<(), Fault> {
    match message_id {
        Field::Absent => Ok(()),
        Field::Text(text) if !is_longer(text, MESSAGE_ID_CHARS_MAX) => Ok(()),
        Field::Text(_) | Field::Object | Field::Number | Field::Boolean | Field::List => {
            Err(Fault::at(DiscardReason::MessageIdTooLong, "/messageId"))
        }
    }
}

/// Segment has two codes for a missing id. Ours: `no_user_anon_id` where nobody is named, `id_required` where the
/// id that the call itself is about is missing (groupId on group; userId and previousId on alias).
fn validate_ids(fields: &EventFields<'_>, event_type: EventType) -> Result<(), Fault> {
    let user_id = (fields.user_id, "/userId");
    let needed: &[(Field<'_>, &'static str)] = match event_type {
        EventType::Group => &[(fields.group_id, "/groupId")],
        EventType::Alias => &[user_id, (fields.previous_id, "/previousId")],
        EventType::Track | EventType::Identify | EventType::Page | EventType::Screen => &[],
    };
    if event_type != EventType::Alias && fields.user_id.is_absent() && fields.anonymous_id.is_absent() {
        return Err(Fault::at(DiscardReason::NoUserAnonId, "/userId"));
    }
    if let Some((_, pointer)) = needed.iter().find(|(id, _)| id.is_absent()) {
        return Err(Fault::at(DiscardReason::IdRequired, pointer));
    }
    let sent = [user_id, (fields.anonymous_id, "/anonymousId")].into_iter().chain(needed.iter().copied());
    match sent.into_iter().find(|(id, _)| !id.is_absent() && !id.is_filled_text()) {
        Some((_, pointer)) => Err(Fault::at(DiscardReason::IdNotString, pointer)),
        None => Ok(()),
    }
}

fn validate_event_name(event: Field<'_>) -> Result<(), Fault> {
    let reason = match event {
        Field::Absent | Field::Text("") => DiscardReason::EventNotDefined,
        Field::Text(name) if is_longer(name, EVENT_NAME_CHARS_MAX) => DiscardReason::NameTooLong,
        Field::Text(_) => return Ok(()),
        Field::Object | Field::Number | Field::Boolean | Field::List => DiscardReason::EventNotString,
    };
    Err(Fault::at(reason, "/event"))
}

fn validate_object(field: Field<'_>, reason: DiscardReason, pointer: &'static str) -> Result<(), Fault> {
    if field.is_object_or_absent() { Ok(()) } else { Err(Fault::at(reason, pointer)) }
}

fn validate_label(field: Field<'_>, reason: DiscardReason, pointer: &'static str) -> Result<(), Fault> {
    if field.is_absent() || field.is_filled_text() { Ok(()) } else { Err(Fault::at(reason, pointer)) }
}

fn validate_consent(consent: &ConsentFields<'_>) -> Result<(), Fault> {
    const PREFERENCES: &str = "/context/consent/categoryPreferences";
    match consent.preferences {
        Field::Object => {}
        Field::Absent => return Err(Fault::at(DiscardReason::ConsentPreferencesMissing, PREFERENCES)),
        Field::Text(_) | Field::Number | Field::Boolean | Field::List => {
            return Err(Fault::at(DiscardReason::ConsentPreferencesNotObject, PREFERENCES));
        }
    }
    if let Some(category) = consent.not_boolean {
        let pointer = format!("{PREFERENCES}{}", pointer_step(category));
        return Err(Fault { reason: DiscardReason::ConsentPreferenceNotBoolean, pointer: pointer.into() });
    }
    if !matches!(consent.advertising_id, Field::Absent | Field::Text(_)) {
        return Err(Fault::at(DiscardReason::AdvertisingIdNotString, "/context/device/advertisingId"));
    }
    if !matches!(consent.version, Field::Absent | Field::Number) {
        return Err(Fault::at(DiscardReason::ConsentVersionNotNumber, "/context/consent/version"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{CONSENT_EVENT, ConsentFields, DiscardReason, EventFields, EventType, Extent, Fault, Field, validate};

    const ID: Field<'static> = Field::Text("u1");

    fn of(event_type: EventType) -> EventFields<'static> {
        EventFields { event_type: Some(event_type), user_id: ID, ..EventFields::default() }
    }

    fn extent(bytes: usize, depth: usize, keys: usize) -> Extent {
        Extent { bytes, depth, keys, deepest_under: (depth > 64).then(|| "a/b~".to_owned()) }
    }

    /// What it is, the event, and the fault it must have.
    type Case<'a> = (&'a str, EventFields<'a>, Option<(DiscardReason, &'static str)>);

    fn check(cases: Vec<Case<'_>>) {
        for (what, fields, expected) in cases {
            let expected = expected.map_or(Ok(()), |(reason, pointer)| Err(Fault::at(reason, pointer)));
            assert_eq!(validate(&fields), expected, "{what}");
        }
    }

    #[test]
    fn what_is_right_passes() {
        use EventType::{Alias, Group, Identify, Page, Screen, Track};
        let track = EventFields { event: Field::Text("Order Completed"), ..of(Track) };
        check(vec![
            ("track", track.clone(), None),
            ("identify", of(Identify), None),
            ("page without a name", of(Page), None),
            ("screen with name", EventFields { name: Field::Text("Home"), ..of(Screen) }, None),
            ("group", EventFields { group_id: Field::Text("g1"), ..of(Group) }, None),
            ("alias", EventFields { previous_id: Field::Text("old"), ..of(Alias) }, None),
            ("anonymous only", EventFields { user_id: Field::Absent, anonymous_id: ID, ..track.clone() }, None),
            ("as large as may be", EventFields { extent: extent(32 * 1024, 64, 2_000), ..track }, None),
        ]);
    }

    #[test]
    fn sizes_and_ids_have_their_rules() {
        use DiscardReason as R;
        use EventType::{Alias, Group, Track};
        let track = || EventFields { event: Field::Text("Order Completed"), ..of(Track) };
        let group = || EventFields { group_id: Field::Text("g1"), ..of(Group) };
        let alias = || EventFields { previous_id: Field::Text("old"), ..of(Alias) };
        let long_id = "i".repeat(101);
        let text = Field::Text;
        check(vec![
            ("over 32 KB", EventFields { extent: extent(32_769, 1, 1), ..track() }, Some((R::PayloadTooLarge, ""))),
            ("65 levels", EventFields { extent: extent(9, 65, 1), ..track() }, Some((R::NestingTooDeep, "/a~1b~0"))),
            ("2,001 keys", EventFields { extent: extent(9, 1, 2_001), ..track() }, Some((R::TooManyProperties, ""))),
            ("no type", EventFields { event_type: None, ..track() }, Some((R::UnknownType, "/type"))),
            (
                "messageId of 101",
                EventFields { message_id: text(&long_id), ..track() },
                Some((R::MessageIdTooLong, "/messageId")),
            ),
            (
                "messageId a number",
                EventFields { message_id: Field::Number, ..track() },
                Some((R::MessageIdTooLong, "/messageId")),
            ),
            ("nobody", EventFields { user_id: Field::Absent, ..track() }, Some((R::NoUserAnonId, "/userId"))),
            ("nobody in group", EventFields { user_id: Field::Absent, ..group() }, Some((R::NoUserAnonId, "/userId"))),
            ("numeric userId", EventFields { user_id: Field::Number, ..track() }, Some((R::IdNotString, "/userId"))),
            ("empty userId", EventFields { user_id: text(""), ..track() }, Some((R::IdNotString, "/userId"))),
            (
                "one id good, one bad",
                EventFields { anonymous_id: Field::Object, ..track() },
                Some((R::IdNotString, "/anonymousId")),
            ),
            ("group without groupId", of(Group), Some((R::IdRequired, "/groupId"))),
            ("numeric groupId", EventFields { group_id: Field::Number, ..group() }, Some((R::IdNotString, "/groupId"))),
            ("alias without previousId", of(Alias), Some((R::IdRequired, "/previousId"))),
            (
                "alias without userId",
                EventFields { user_id: Field::Absent, ..alias() },
                Some((R::IdRequired, "/userId")),
            ),
        ]);
    }

    #[test]
    fn every_field_has_its_shape() {
        use DiscardReason as R;
        use EventType::{Group, Identify, Page, Screen, Track};
        let track = || EventFields { event: Field::Text("Order Completed"), ..of(Track) };
        let group = || EventFields { group_id: Field::Text("g1"), ..of(Group) };
        let (long_name, text) = ("n".repeat(201), Field::Text);
        check(vec![
            ("no event", of(Track), Some((R::EventNotDefined, "/event"))),
            ("empty event", EventFields { event: text(""), ..track() }, Some((R::EventNotDefined, "/event"))),
            ("event a list", EventFields { event: Field::List, ..track() }, Some((R::EventNotString, "/event"))),
            ("long event", EventFields { event: text(&long_name), ..track() }, Some((R::NameTooLong, "/event"))),
            (
                "properties text",
                EventFields { properties: text("x"), ..track() },
                Some((R::PropertiesNotObject, "/properties")),
            ),
            (
                "page properties",
                EventFields { properties: Field::List, ..of(Page) },
                Some((R::PropertiesNotObject, "/properties")),
            ),
            ("traits list", EventFields { traits: Field::List, ..of(Identify) }, Some((R::TraitsNotObject, "/traits"))),
            ("group traits", EventFields { traits: text(""), ..group() }, Some((R::TraitsNotObject, "/traits"))),
            ("name a number", EventFields { name: Field::Number, ..of(Page) }, Some((R::NameNotString, "/name"))),
            ("empty name", EventFields { name: text(""), ..of(Screen) }, Some((R::NameNotString, "/name"))),
            (
                "category true",
                EventFields { category: Field::Boolean, ..of(Page) },
                Some((R::CategoryNotString, "/category")),
            ),
            (
                "empty category",
                EventFields { category: text(""), ..of(Page) },
                Some((R::CategoryNotString, "/category")),
            ),
            (
                "no such day",
                EventFields { invalid_time: Some("/originalTimestamp"), ..of(Page) },
                Some((R::TimestampInvalid, "/originalTimestamp")),
            ),
        ]);
    }

    #[test]
    fn consent_events_have_rules_of_their_own() {
        use DiscardReason as R;
        const PREFERENCES: &str = "/context/consent/categoryPreferences";
        let good = ConsentFields { preferences: Field::Object, ..ConsentFields::default() };
        let event = |name: &'static str, consent: ConsentFields<'static>| EventFields {
            event: Field::Text(name),
            consent,
            ..of(EventType::Track)
        };
        let consent = |consent| event(CONSENT_EVENT, consent);
        check(vec![
            ("other events need none", event("Order Completed", ConsentFields::default()), None),
            ("choices", consent(good), None),
            ("a version", consent(ConsentFields { version: Field::Number, ..good }), None),
            ("no choices", consent(ConsentFields::default()), Some((R::ConsentPreferencesMissing, PREFERENCES))),
            (
                "a list",
                consent(ConsentFields { preferences: Field::List, ..good }),
                Some((R::ConsentPreferencesNotObject, PREFERENCES)),
            ),
            (
                "a category says yes",
                consent(ConsentFields { not_boolean: Some("ads/1"), ..good }),
                Some((R::ConsentPreferenceNotBoolean, "/context/consent/categoryPreferences/ads~11")),
            ),
            (
                "advertisingId a number",
                consent(ConsentFields { advertising_id: Field::Number, ..good }),
                Some((R::AdvertisingIdNotString, "/context/device/advertisingId")),
            ),
            (
                "version a text",
                consent(ConsentFields { version: Field::Text("1"), ..good }),
                Some((R::ConsentVersionNotNumber, "/context/consent/version")),
            ),
        ]);
    }
}
