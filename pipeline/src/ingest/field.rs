//! One field of a payload, read without building a tree: its text if it is a string, else only its shape.

use domain::validation::Field;
use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt;

/// Like `domain::validation::Field`, but owning strings that had escapes in them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum FieldText<'a> {
    /// Not there, or `null`.
    #[default]
    Absent,
    /// A string, unescaped.
    Text(Cow<'a, str>),
    /// An object.
    Object,
    /// A number.
    Number,
    /// `true` or `false`.
    Boolean,
    /// A list.
    List,
}

impl FieldText<'_> {
    /// As the rules look at it.
    #[must_use]
    pub fn as_field(&self) -> Field<'_> {
        match self {
            Self::Absent => Field::Absent,
            Self::Text(text) => Field::Text(text),
            Self::Object => Field::Object,
            Self::Number => Field::Number,
            Self::Boolean => Field::Boolean,
            Self::List => Field::List,
        }
    }

    /// The string, if it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Absent | Self::Object | Self::Number | Self::Boolean | Self::List => None,
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for FieldText<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(FieldVisitor)
    }
}

struct FieldVisitor;

impl<'de> Visitor<'de> for FieldVisitor {
    type Value = FieldText<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(FieldText::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(FieldText::Text(Cow::Owned(text.to_owned())))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(FieldText::Absent)
    }

    fn visit_bool<E>(self, _: bool) -> Result<Self::Value, E> {
        Ok(FieldText::Boolean)
    }

    fn visit_i64<E>(self, _: i64) -> Result<Self::Value, E> {
        Ok(FieldText::Number)
    }

    fn visit_u64<E>(self, _: u64) -> Result<Self::Value, E> {
        Ok(FieldText::Number)
    }

    fn visit_f64<E>(self, _: f64) -> Result<Self::Value, E> {
        Ok(FieldText::Number)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(FieldText::List)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(FieldText::Object)
    }
}
