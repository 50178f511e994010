//! A batch's own fields, around its events.

use super::field::FieldText;
use super::merge::Shared;
use super::moment;
use super::object::{Key, Members, Object, is_object, skip};
use domain::clock::Timestamp;
use serde::de::{MapAccess, SeqAccess};
use serde_json::value::RawValue;

/// `{"batch": [...], ...}`. Of a key that stands twice, the last one counts.
#[derive(Clone, Debug, Default)]
pub struct Envelope<'a> {
    /// `writeKey`
    pub write_key: FieldText<'a>,
    /// What stands in `batch`; nothing if that is no list.
    pub batch: Object<Items<'a>>,
    context: Option<&'a RawValue>,
    integrations: Option<&'a RawValue>,
    sent_at: FieldText<'a>,
}

/// A list's items.
#[derive(Clone, Debug, Default)]
pub struct Items<'a>(pub Vec<&'a RawValue>);

impl<'a> Envelope<'a> {
    /// Reads a body; `None` if it is no JSON object.
    #[must_use]
    pub fn read(json: &'a str) -> Option<Self> {
        let Object(envelope) = serde_json::from_str(json).ok()?;
        json.trim_start().starts_with('{').then_some(envelope)
    }

    /// Its `context` and `integrations`, for all of its events; one that is no object is left out.
    #[must_use]
    pub fn shared(&self) -> Option<Shared<'a>> {
        let members = [("\"context\"", self.context), ("\"integrations\"", self.integrations)];
        Shared::of(
            members.into_iter().filter_map(|(key, value)| Some((key, value.filter(|value| is_object(value))?.get()))),
        )
    }

    /// `sentAt`, if it can be read.
    #[must_use]
    pub fn sent_at(&self) -> Option<Timestamp> {
        self.sent_at.text().and_then(moment::read)
    }
}

impl<'de: 'a, 'a> Members<'de> for Envelope<'a> {
    fn take<A: MapAccess<'de>>(&mut self, key: &Key<'de>, map: &mut A) -> Result<(), A::Error> {
        match key.0.as_ref() {
            "batch" => self.batch = map.next_value()?,
            "context" => self.context = Some(map.next_value()?),
            "integrations" => self.integrations = Some(map.next_value()?),
            "writeKey" => self.write_key = map.next_value()?,
            "sentAt" => self.sent_at = map.next_value()?,
            _ => skip(map)?,
        }
        Ok(())
    }
}

impl<'de: 'a, 'a> Members<'de> for Items<'a> {
    fn take<A: MapAccess<'de>>(&mut self, _: &Key<'de>, map: &mut A) -> Result<(), A::Error> {
        skip(map)
    }

    fn take_items<A: SeqAccess<'de>>(&mut self, mut list: A) -> Result<(), A::Error> {
        while let Some(item) = list.next_element()? {
            self.0.push(item);
        }
        Ok(())
    }
}
