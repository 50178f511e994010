//! One field of a payload, read without building a tree: its text if it is a string, else only its shape.

use super::object::Key;
use domain::validation::Field;
use serde::de::{Deserialize, Deserializer, Error};
use serde_json::value::RawValue;
use std::borrow::Cow;

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

impl<'a> FieldText<'a> {
    /// Reads a value by its first character.
    ///
    /// # Errors
    /// A string that cannot be unescaped.
    pub fn read(value: &'a RawValue) -> Result<Self, serde_json::Error> {
        let json = value.get();
        Ok(match json.as_bytes().first() {
            Some(b'"') => Self::Text(unescape(json)?),
            Some(b'{') => Self::Object,
            Some(b'[') => Self::List,
            Some(b't' | b'f') => Self::Boolean,
            Some(b'n') | None => Self::Absent,
            Some(_) => Self::Number,
        })
    }

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

    /// The same, borrowing nothing.
    #[must_use]
    pub fn into_owned(self) -> FieldText<'static> {
        match self {
            Self::Absent => FieldText::Absent,
            Self::Text(text) => FieldText::Text(Cow::Owned(text.into_owned())),
            Self::Object => FieldText::Object,
            Self::Number => FieldText::Number,
            Self::Boolean => FieldText::Boolean,
            Self::List => FieldText::List,
        }
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for FieldText<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::read(Deserialize::deserialize(deserializer)?).map_err(D::Error::custom)
    }
}

/// A JSON string's text: a slice of it where there is nothing to unescape.
///
/// # Errors
/// It names half of a surrogate pair, which is no character.
pub fn unescape(json: &str) -> Result<Cow<'_, str>, serde_json::Error> {
    match json.strip_prefix('"').and_then(|json| json.strip_suffix('"')) {
        Some(text) if !text.contains('\\') => Ok(Cow::Borrowed(text)),
        Some(_) | None => serde_json::from_str::<Key<'_>>(json).map(|key| key.0),
    }
}

/// What a version may be written as: a string that is not empty, or a number, as it was written.
#[must_use]
pub fn label(value: &RawValue) -> Option<Cow<'_, str>> {
    let json = value.get();
    match json.as_bytes().first()? {
        b'"' => unescape(json).ok().filter(|text| !text.is_empty()),
        b'-' | b'0'..=b'9' => Some(Cow::Borrowed(json)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{Cow, FieldText, RawValue, label};

    #[test]
    fn values_are_told_by_their_shape() {
        use FieldText::{Absent, Boolean, List, Number, Object, Text};
        for (json, field, as_label) in [
            ("null", Absent, None),
            ("true", Boolean, None),
            ("false", Boolean, None),
            ("0", Number, Some("0")),
            ("-1e999", Number, Some("-1e999")),
            ("2.50", Number, Some("2.50")),
            ("[1, 2]", List, None),
            ("{ }", Object, None),
            (r#""""#, Text("".into()), None),
            (r#""4.1""#, Text("4.1".into()), Some("4.1")),
            (r#""a\n\"\u00e9""#, Text("a\n\"é".into()), Some("a\n\"é")),
        ] {
            let value: &RawValue = serde_json::from_str(json).expect("JSON");
            assert_eq!(label(value).as_deref(), as_label, "{json}");
            assert_eq!(serde_json::from_str::<FieldText<'_>>(json).expect("a field"), field, "{json}");
        }
        assert!(serde_json::from_str::<FieldText<'_>>(r#""\ud800""#).is_err());
        let plain: FieldText<'_> = serde_json::from_str("\"plain\"").expect("a field");
        assert!(matches!(plain, Text(Cow::Borrowed("plain"))));
    }
}
