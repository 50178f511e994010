//! Stored JSON as it was sent: tokens, members and places in its text. Nothing is parsed into a tree, so the order of
//! keys, the writing of numbers and any depth of nesting survive. The text is known to be JSON; what isn't breaks nothing.

use std::ops::Range;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// `{` or `[`
    Open,
    /// `}` or `]`
    Close,
    /// A member's key, with its quotes.
    Key,
    /// A string, number, `true`, `false` or `null`.
    Scalar,
}

/// A token and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    /// What it is.
    pub kind: TokenKind,
    /// Its bytes.
    pub range: Range<usize>,
}

/// The tokens of a JSON text, commas, colons and white space left out.
#[derive(Clone, Debug)]
pub struct Tokens<'a> {
    text: &'a str,
    at: usize,
    /// The containers that are open; `true` for an object.
    open: Vec<bool>,
    key_is_due: bool,
}

impl<'a> Tokens<'a> {
    /// The tokens from a byte on, where a value starts.
    #[must_use]
    pub fn from(text: &'a str, at: usize) -> Self {
        Self { text, at, open: Vec::new(), key_is_due: false }
    }

    fn scalar_end(&self) -> usize {
        let rest = &self.text.as_bytes()[self.at..];
        let ends = |byte: &u8| matches!(byte, b',' | b']' | b'}' | b' ' | b'\t' | b'\n' | b'\r');
        self.at + rest.iter().position(ends).unwrap_or(rest.len()).max(1)
    }

    fn string_end(&self) -> usize {
        let bytes = self.text.as_bytes();
        let mut at = self.at + 1;
        while let Some(&byte) = bytes.get(at) {
            at += match byte {
                b'"' => return at + 1,
                b'\\' => 2,
                _ => 1,
            };
        }
        bytes.len()
    }
}

impl Iterator for Tokens<'_> {
    type Item = Token;

    fn next(&mut self) -> Option<Token> {
        loop {
            let start = self.at;
            let (kind, end) = match *self.text.as_bytes().get(start)? {
                b' ' | b'\t' | b'\n' | b'\r' | b':' => {
                    self.at += 1;
                    continue;
                }
                b',' => {
                    self.at += 1;
                    self.key_is_due = self.open.last() == Some(&true);
                    continue;
                }
                bracket @ (b'{' | b'[') => {
                    self.open.push(bracket == b'{');
                    self.key_is_due = bracket == b'{';
                    (TokenKind::Open, start + 1)
                }
                b'}' | b']' => {
                    self.open.pop();
                    self.key_is_due = false;
                    (TokenKind::Close, start + 1)
                }
                b'"' if self.key_is_due => {
                    self.key_is_due = false;
                    (TokenKind::Key, self.string_end())
                }
                b'"' => (TokenKind::Scalar, self.string_end()),
                _ => (TokenKind::Scalar, self.scalar_end()),
            };
            self.at = end;
            return Some(Token { kind, range: start..end });
        }
    }
}

/// A member of an object, or an item of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// Its key, with its quotes; none in a list.
    pub key: Option<Range<usize>>,
    /// Its value.
    pub value: Range<usize>,
}

impl Member {
    /// All of it, key included.
    #[must_use]
    pub fn range(&self) -> Range<usize> {
        self.key.as_ref().map_or(self.value.start, |key| key.start)..self.value.end
    }
}

/// A container's members, and where its closing bracket stands. Nothing of a value that has none.
#[must_use]
pub fn members(text: &str, container: usize) -> (Vec<Member>, usize) {
    let (mut members, mut depth, mut key, mut start) = (Vec::new(), 0_usize, None, container);
    for token in Tokens::from(text, container) {
        let ended = match token.kind {
            TokenKind::Key => {
                if depth == 1 {
                    key = Some(token.range);
                }
                continue;
            }
            TokenKind::Open => {
                depth += 1;
                if depth == 2 {
                    start = token.range.start;
                }
                continue;
            }
            TokenKind::Close => {
                depth = depth.saturating_sub(1);
                depth == 1
            }
            TokenKind::Scalar => {
                if depth == 1 {
                    start = token.range.start;
                }
                depth == 1
            }
        };
        if depth == 0 {
            return (members, token.range.start);
        }
        if ended {
            members.push(Member { key: key.take(), value: start..token.range.end });
        }
    }
    (members, text.len())
}

/// Where a JSON pointer (RFC 6901) leads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// To a value.
    Value(Range<usize>),
    /// To a member that is not there: before this closing bracket, by these steps.
    Missing {
        /// Where the closing bracket stands.
        close: usize,
        /// The steps that lead nowhere, at least one.
        steps: Vec<String>,
    },
    /// Into a value that has no members.
    Inside {
        /// The value.
        value: Range<usize>,
        /// The steps that lead nowhere, at least one.
        steps: Vec<String>,
    },
}

/// Follows a JSON pointer. Of a key that stands twice the last one counts, as it does for the rules.
#[must_use]
pub fn locate(text: &str, pointer: &str) -> Place {
    let mut steps = pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~"));
    let start = text.len() - text.trim_start().len();
    let mut value = start..text.trim_end().len();
    while let Some(step) = steps.next() {
        let rest = |steps| std::iter::once(step.clone()).chain(steps).collect();
        if !matches!(text.as_bytes().get(value.start), Some(b'{' | b'[')) {
            return Place::Inside { value, steps: rest(steps) };
        }
        let (members, close) = members(text, value.start);
        let index = step.parse::<usize>().ok();
        let found = members.into_iter().enumerate().rfind(|(i, member)| match &member.key {
            Some(key) => unescape(&text[key.clone()]).as_deref() == Some(step.as_str()),
            None => Some(*i) == index,
        });
        match found {
            Some((_, member)) => value = member.value,
            None => return Place::Missing { close, steps: rest(steps) },
        }
    }
    Place::Value(value)
}

/// The value at a pointer, as it was written.
#[must_use]
pub fn value_at<'a>(text: &'a str, pointer: &str) -> Option<&'a str> {
    match locate(text, pointer) {
        Place::Value(range) => text.get(range),
        Place::Missing { .. } | Place::Inside { .. } => None,
    }
}

/// A string's text; `None` for what is no string, or names half of a surrogate pair.
#[must_use]
pub fn unescape(json: &str) -> Option<String> {
    if json.starts_with('"') { serde_json::from_str(json).ok() } else { None }
}

/// Whether a text is JSON.
///
/// # Errors
/// Why not, and where.
pub fn check(text: &str) -> Result<(), serde_json::Error> {
    serde_json::from_str::<serde::de::IgnoredAny>(text).map(drop)
}

#[cfg(test)]
mod tests {
    use super::{Place, check, locate, members, unescape, value_at};

    const EVENT: &str =
        r#" {"a/b":{"m~n":[1, {"x":"y, }"} ,2.50e+400]},"é\u0021":null,"dup":1,"dup":{"in":2},"e":{}} "#;

    #[test]
    fn pointers_lead_to_values() {
        for (pointer, value) in [
            ("", Some(EVENT.trim())),
            ("/a~1b", Some(r#"{"m~n":[1, {"x":"y, }"} ,2.50e+400]}"#)),
            ("/a~1b/m~0n", Some(r#"[1, {"x":"y, }"} ,2.50e+400]"#)),
            ("/a~1b/m~0n/0", Some("1")),
            ("/a~1b/m~0n/1/x", Some(r#""y, }""#)),
            ("/a~1b/m~0n/2", Some("2.50e+400")),
            ("/é!", Some("null")),
            ("/dup/in", Some("2")),
            ("/a~1b/m~0n/3", None),
            ("/dup/out", None),
        ] {
            assert_eq!(value_at(EVENT, pointer), value, "{pointer}");
        }
    }

    #[test]
    fn what_is_missing_has_a_place() {
        let place = |pointer: &str| locate(EVENT, pointer);
        let steps = |steps: &[&str]| steps.iter().map(|step| (*step).to_owned()).collect::<Vec<_>>();
        assert_eq!(place("/none/deep"), Place::Missing { close: EVENT.len() - 2, steps: steps(&["none", "deep"]) });
        assert_eq!(place("/e/x"), Place::Missing { close: EVENT.len() - 3, steps: steps(&["x"]) });
        let Place::Inside { value, steps: left } = place("/é!/x") else { panic!("null has no members") };
        assert_eq!((&EVENT[value], left), ("null", steps(&["x"])));
        assert_eq!(locate("7", "/batch/0"), Place::Inside { value: 0..1, steps: steps(&["batch", "0"]) });
    }

    #[test]
    fn members_are_whole() {
        let text = r#"{"a":[{}],"b":"c"}"#;
        let (found, close) = members(text, 0);
        let whole: Vec<_> = found.iter().map(|member| &text[member.range()]).collect();
        assert_eq!((whole, close), (vec![r#""a":[{}]"#, r#""b":"c""#], text.len() - 1));
        assert_eq!(members("7", 0).0.len(), 0);
        let deep = format!("{}{}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(members(&deep, 0).0[0].value, 1..deep.len() - 1);
    }

    #[test]
    fn what_is_no_json_breaks_nothing() {
        for text in ["", "{", "[1", "\"é", "{\"a\"", "}{", "é]", "{\"a\":\\", "]]", "\\u"] {
            let _ = (locate(text, "/a/0"), members(text, 0));
            assert!(check(text).is_err(), "{text}");
        }
        assert!(check(&"[".repeat(200)).is_err());
        assert_eq!(unescape(r#""\ud800""#), None);
        assert_eq!(unescape("7"), None);
    }
}
