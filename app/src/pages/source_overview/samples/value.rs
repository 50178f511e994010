//! What a value is, in words: `null`, `an empty string`, `a list of strings`.

use super::json::{members, unescape};

/// A value by what the rules would say of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Shape {
    /// `null`
    Null,
    /// `""`
    EmptyString,
    /// Any other string.
    String,
    /// A number.
    Number,
    /// `true` or `false`
    Boolean,
    /// `[]`
    EmptyList,
    /// A list of nothing but strings.
    ListOfStrings,
    /// A list of nothing but numbers.
    ListOfNumbers,
    /// A list of nothing but objects.
    ListOfObjects,
    /// Any other list.
    List,
    /// `{}`
    EmptyObject,
    /// Any other object.
    Object,
}

impl Shape {
    /// The shape of a value.
    #[must_use]
    pub fn of(json: &str) -> Self {
        match json.as_bytes().first() {
            Some(b'"') if json == "\"\"" => Self::EmptyString,
            Some(b'"') => Self::String,
            Some(b'{') if members(json, 0).0.is_empty() => Self::EmptyObject,
            Some(b'{') => Self::Object,
            Some(b'[') => Self::of_list(json),
            Some(b't' | b'f') => Self::Boolean,
            Some(b'n') | None => Self::Null,
            Some(_) => Self::Number,
        }
    }

    fn of_list(json: &str) -> Self {
        let (items, _) = members(json, 0);
        let mut firsts = items.iter().filter_map(|item| json.as_bytes().get(item.value.start));
        let Some(first) = firsts.next() else { return Self::EmptyList };
        let is_number = |byte: &u8| matches!(byte, b'-' | b'0'..=b'9');
        match first {
            b'"' if firsts.all(|byte| *byte == b'"') => Self::ListOfStrings,
            b'{' if firsts.all(|byte| *byte == b'{') => Self::ListOfObjects,
            byte if is_number(byte) && firsts.all(is_number) => Self::ListOfNumbers,
            _ => Self::List,
        }
    }

    /// Without an article, as a row is called.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::EmptyString => "empty string",
            Self::String => "string",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::EmptyList => "empty list",
            Self::ListOfStrings => "list of strings",
            Self::ListOfNumbers => "list of numbers",
            Self::ListOfObjects => "list of objects",
            Self::List => "list",
            Self::EmptyObject => "empty object",
            Self::Object => "object",
        }
    }

    /// Inside a sentence.
    #[must_use]
    pub fn in_sentence(self) -> String {
        match self {
            Self::Null => self.title().to_owned(),
            Self::EmptyString | Self::EmptyList | Self::EmptyObject | Self::Object => format!("an {}", self.title()),
            Self::String
            | Self::Number
            | Self::Boolean
            | Self::ListOfStrings
            | Self::ListOfNumbers
            | Self::ListOfObjects
            | Self::List => format!("a {}", self.title()),
        }
    }

    /// Whether two values of it can differ in a way that a row can show.
    #[must_use]
    pub fn is_told_by_value(self) -> bool {
        matches!(self, Self::String | Self::Number | Self::Boolean)
    }
}

/// Characters of a string, escapes read; 0 for what is none.
#[must_use]
pub fn chars(json: &str) -> usize {
    unescape(json).map_or(0, |text| text.chars().count())
}

/// At most so many characters of a text, with an ellipsis where it goes on.
#[must_use]
pub fn shortened(text: &str, chars_max: usize) -> String {
    match text.char_indices().nth(chars_max) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::{Shape, chars, shortened};

    #[test]
    fn values_have_shapes_and_words() {
        for (json, words) in [
            ("null", "null"),
            (r#""""#, "an empty string"),
            (r#""x""#, "a string"),
            ("-1e999", "a number"),
            ("false", "a boolean"),
            ("[ ]", "an empty list"),
            (r#"["a","b"]"#, "a list of strings"),
            ("[1,-2]", "a list of numbers"),
            ("[{},{}]", "a list of objects"),
            (r#"[1,"a"]"#, "a list"),
            ("{ }", "an empty object"),
            (r#"{"a":1}"#, "an object"),
        ] {
            assert_eq!(Shape::of(json).in_sentence(), words, "{json}");
        }
    }

    #[test]
    fn characters_are_counted_and_cut_whole() {
        assert_eq!((chars(r#""a\n\u00e9é""#), chars("7")), (4, 0));
        assert_eq!((shortened("éééé", 2), shortened("éé", 2)), ("éé…".to_owned(), "éé".to_owned()));
    }
}
