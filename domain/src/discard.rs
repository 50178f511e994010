//! Every reason why an event is stopped, in one list: code, step, title, explanation, remedy.
//! Codes of the Tracking API and of source filtering are Segment's, case included; `// own` marks what Segment hides.

use crate::step::Step;
use serde::{Deserialize, Serialize};

/// One line of the list below becomes a variant and its texts; there is no other place to add a reason.
macro_rules! discard_reasons {
    ($($variant:ident, $code:literal, $step:ident, $title:literal, $explanation:literal, $remedy:literal;)+) => {
        /// Why an event was stopped.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum DiscardReason {
            $(#[doc = $title] #[serde(rename = $code)] $variant,)+
        }

        impl DiscardReason {
            /// Every reason, in the order in which the rules look.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable code: stored, sent, shown.
            #[must_use]
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The step at which events with this reason end.
            #[must_use]
            pub fn step(self) -> Step {
                match self { $(Self::$variant => Step::$step,)+ }
            }

            /// A few words for a table row.
            #[must_use]
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)+ }
            }

            /// A sentence: what was wrong with the event.
            #[must_use]
            pub fn explanation(self) -> &'static str {
                match self { $(Self::$variant => $explanation,)+ }
            }

            /// A sentence: what to change so that it is accepted.
            #[must_use]
            pub fn remedy(self) -> &'static str {
                match self { $(Self::$variant => $remedy,)+ }
            }
        }
    };
}

discard_reasons! {
    // The request was refused as a whole: it counts as one failed event.
    RateLimited, "rate_limited", FailedOnIngest, "Rate limit exceeded", // own
        "The workspace sent more requests a second than it may. The client was answered 429 and told when to send again.",
        "Send fewer, larger batches, or raise the limit with --rate-limit.";
    InvalidJson, "invalid_json", FailedOnIngest, "Not valid JSON", // own
        "The request body, or an item of its batch, could not be read as a JSON object.",
        "Send one JSON object, complete and UTF-8 encoded.";
    BatchTooLarge, "batch_too_large", FailedOnIngest, "Request is too large", // own
        "The request body was over 500 KB, or the context of the batch would have made its events larger than 8 MB in all.",
        "Send smaller batches; every Segment library has a setting for it.";
    BatchTooManyEvents, "batch_too_many_events", FailedOnIngest, "Batch holds too many events", // own
        "The batch held more than 2,500 events. None of them was read.",
        "Send at most 2,500 events in one batch.";
    EmptyBatch, "empty_batch", FailedOnIngest, "Batch is empty",
        "The batch request carried no events.",
        "Check why the client flushes without events, and that they are in the field batch.";
    EmptyBatchResult, "empty_batch_result", FailedOnIngest, "Empty batch result",
        "The batch carried items, but not one of them was a JSON object, so no event was left of it.",
        "Put one JSON object for each event into the batch; look at how the client serialises them.";

    // The event itself.
    SourceDisabled, "source_disabled", FailedOnIngest, "Source disabled",
        "The source was switched off when this event arrived.",
        "Enable the source, or stop the client that still sends to it.";
    PayloadTooLarge, "payload_too_large", FailedOnIngest, "Event is too large", // own
        "The event was over 32 KB.",
        "Send less in properties, traits and context.";
    MultiUserError, "multi_user_error", FailedOnIngest, "Item of a batch could not be read",
        "This item of a batch was not a JSON object that can be read. The other items of the batch were taken.",
        "Send each event as one JSON object with valid UTF-8 text in it.";
    NestingTooDeep, "nesting_too_deep", FailedOnIngest, "Event is nested too deeply", // own
        "The event held objects or lists in more than 64 levels.",
        "Flatten what is nested; most destinations read two or three levels.";
    TooManyProperties, "too_many_properties", FailedOnIngest, "Event has too many properties", // own
        "The event held more than 2,000 keys, counted in all its levels.",
        "Send lists instead of objects with made-up keys, or split the event.";
    UnknownType, "unknown_type", FailedOnIngest, "Event type is missing or unknown", // own
        "The field type was not one of track, identify, page, screen, group and alias.",
        "Set type on every item of a batch.";
    MessageIdTooLong, "message_id_too_long", FailedOnIngest, "messageId is not usable", // own
        "The field messageId was over 100 characters, or not a string.",
        "Send a UUID as messageId, or leave it out and Headwater assigns one.";
    NoUserAnonId, "no_user_anon_id", FailedOnIngest, "No userId or anonymousId",
        "The event had neither a userId nor an anonymousId.",
        "Send at least one of the two.";
    IdNotString, "id_not_string", FailedOnIngest, "Identifier not a string",
        "An identifier (userId, anonymousId, groupId or previousId) was empty or not a string.",
        "Send identifiers as non-empty strings; turn numbers into strings first.";
    IdRequired, "id_required", FailedOnIngest, "Identifier missing from payload",
        "The identifier that this call is about was missing: groupId on group, userId and previousId on alias.",
        "Send groupId with group calls, userId and previousId with alias calls.";
    EventNotDefined, "event_not_defined", FailedOnIngest, "Event not defined",
        "A track call had no event name.",
        "Send the name of what happened in the field event.";
    EventNotString, "event_not_string", FailedOnIngest, "Track event not a string",
        "The field event of a track call was not a string.",
        "Send the event's name as a string.";
    NameTooLong, "name_too_long", FailedOnIngest, "Event name is too long", // own
        "The name of a track call was over 200 characters.",
        "Keep names short and put what varies into properties.";
    PropertiesNotObject, "properties_not_object", FailedOnIngest, "Properties field not an object",
        "The field properties was not a JSON object.",
        "Send properties as an object, or leave it out.";
    TraitsNotObject, "traits_not_object", FailedOnIngest, "Traits must be an object",
        "The field traits was not a JSON object.",
        "Send traits as an object, or leave it out.";
    NameNotString, "name_not_string", FailedOnIngest, "Name field not a string",
        "On a page or screen call, name was empty or not a string.",
        "Send name as a non-empty string, or leave it out.";
    CategoryNotString, "category_not_string", FailedOnIngest, "Category field not a string",
        "On a page or screen call, category was empty or not a string.",
        "Leave category out when there is none, and send one string when there are several.";

    TimestampInvalid, "timestamp_invalid", FailedOnIngest, "Timestamp is not a date", // own
        "The field timestamp (or originalTimestamp) could not be read as a date and time.",
        "Send timestamps as ISO 8601, such as 2026-11-05T09:00:00.000Z, or leave the field out.";
    ConsentPreferencesMissing, "consent_categorypreferences_should_exist", FailedOnIngest,
        "Consent categoryPreferences missing",
        "An event named Segment Consent Preference Updated had no context.consent.categoryPreferences.",
        "Send the person's choices in context.consent.categoryPreferences with this event.";
    ConsentPreferencesNotObject, "consent_categorypreferences_fields_should_be_object", FailedOnIngest,
        "Consent categories must be an object",
        "In an event named Segment Consent Preference Updated, context.consent.categoryPreferences was not an object.",
        "Send an object that has one key for each category.";
    ConsentPreferenceNotBoolean, "consent_categorypreferences_fields_should_be_bool", FailedOnIngest,
        "Consent category preference not boolean",
        "In an event named Segment Consent Preference Updated, the value of a category was neither true nor false.",
        "Send true or false for each category.";
    AdvertisingIdNotString, "device_advertisingid_should_be_string", FailedOnIngest,
        "Device advertisingId not a string",
        "In an event named Segment Consent Preference Updated, context.device.advertisingId was not a string.",
        "Send context.device.advertisingId as a string, or leave it out.";
    ConsentVersionNotNumber, "consent_version_should_be_number", FailedOnIngest, "Consent version not a number",
        "In an event named Segment Consent Preference Updated, context.consent.version was not a number.",
        "Send context.consent.version as a number, or leave it out.";

    // The source's own controls.
    EventSetting, "event_setting", FilteredAtSource, "Event discard setting",
        "The source's schema is set to discard events of this name.",
        "Allow the event in the source's schema again, or stop sending it.";
}

impl DiscardReason {
    /// The reason with that code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|reason| reason.code() == code)
    }
}

#[cfg(test)]
mod tests {
    use super::DiscardReason;
    use std::collections::BTreeSet;

    #[test]
    fn codes_are_unique_and_lead_back_to_their_reason() {
        let codes: BTreeSet<_> = DiscardReason::ALL.iter().map(|reason| reason.code()).collect();
        assert_eq!(codes.len(), DiscardReason::ALL.len());
        for &reason in DiscardReason::ALL {
            assert_eq!(DiscardReason::from_code(reason.code()), Some(reason));
            assert!(reason.step().is_discard(), "{} must end at a discard step", reason.code());
        }
        assert_eq!(DiscardReason::from_code("no_such_reason"), None);
    }

    #[test]
    fn texts_are_sentences() {
        for reason in DiscardReason::ALL {
            assert!(reason.explanation().ends_with('.') && reason.remedy().ends_with('.'), "{}", reason.code());
            assert!(!reason.title().ends_with('.'), "{}", reason.code());
        }
    }
}
