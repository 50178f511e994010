//! Labels: `env:production`. They group sources; a source has at most one value for each key.

use serde::{Deserialize, Serialize};
use std::fmt;

/// Longest key and longest value, in characters: a label must fit a table's cell.
pub const LABEL_PART_CHARS_MAX: usize = 32;
/// Most labels of one thing: more are a table, not labels.
pub const LABELS_MAX: usize = 20;
/// Longest text of labels that is read at all: [`LABELS_MAX`] of the longest, with room for white space.
pub const LABELS_CHARS_MAX: usize = LABELS_MAX * (2 * LABEL_PART_CHARS_MAX + 4);

/// A key and its value.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Label {
    key: String,
    value: String,
}

/// Why a text is no label.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LabelError {
    /// No colon, or nothing on one of its sides.
    NotAPair,
    /// Something else than letters, numbers and hyphens.
    Characters,
    /// A side starts with something else than a letter.
    Start,
    /// A side over [`LABEL_PART_CHARS_MAX`] characters.
    TooLong,
}

impl LabelError {
    /// What to tell the person.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::NotAPair => "Write each label as key:value, for example env:production.",
            Self::Characters => "Use letters, numbers and hyphens on both sides of the colon, without spaces.",
            Self::Start => "Start both sides of the colon with a letter.",
            Self::TooLong => "Use at most 32 characters on each side of the colon.",
        }
    }
}

impl Label {
    /// Reads `key:value`. Letters and numbers of any script; case matters.
    ///
    /// # Errors
    /// Why it is no label.
    pub fn parse(text: &str) -> Result<Self, LabelError> {
        let (key, value) = text.split_once(':').ok_or(LabelError::NotAPair)?;
        Ok(Self { key: part(key)?, value: part(value)? })
    }

    /// Left of the colon.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Right of the colon.
    #[must_use]
    pub fn value(&self) -> &str {
        &self.value
    }
}

fn part(text: &str) -> Result<String, LabelError> {
    match text.chars().next() {
        None => Err(LabelError::NotAPair),
        Some(_) if !text.chars().all(|c| c.is_alphanumeric() || c == '-') => Err(LabelError::Characters),
        Some(first) if !first.is_alphabetic() => Err(LabelError::Start),
        Some(_) if text.chars().count() > LABEL_PART_CHARS_MAX => Err(LabelError::TooLong),
        Some(_) => Ok(text.to_owned()),
    }
}

impl fmt::Display for Label {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.key, self.value)
    }
}

impl From<Label> for String {
    fn from(label: Label) -> Self {
        label.to_string()
    }
}

impl TryFrom<String> for Label {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        Self::parse(&text).map_err(LabelError::sentence)
    }
}

/// The labels of one thing, by key.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Labels(Vec<Label>);

/// Why labels can't be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LabelsError {
    /// One of them is none.
    Label {
        /// As typed.
        text: String,
        /// What is wrong with it.
        error: LabelError,
    },
    /// Two values for one key.
    Twice {
        /// The key.
        key: String,
    },
    /// More than [`LABELS_MAX`].
    TooMany,
}

impl LabelsError {
    /// What to tell the person.
    #[must_use]
    pub fn sentence(&self) -> String {
        match self {
            Self::Label { text, error } => format!("“{text}” is not a label. {}", error.sentence()),
            Self::Twice { key } => format!("There are two values for “{key}”. Keep one value for each key."),
            Self::TooMany => format!("Use at most {LABELS_MAX} labels."),
        }
    }
}

impl Labels {
    /// Reads labels with white space or commas between them.
    ///
    /// # Errors
    /// What is wrong with the first that can't be used.
    pub fn parse(text: &str) -> Result<Self, LabelsError> {
        let mut labels = Self::default();
        for text in words(text) {
            let label = Label::parse(text).map_err(|error| LabelsError::Label { text: shortened(text), error })?;
            if labels.get(label.key()).is_some_and(|value| value != label.value()) {
                return Err(LabelsError::Twice { key: label.key });
            }
            labels.set(label)?;
        }
        Ok(labels)
    }

    /// The labels in a text that is still being written, and what of it is none, or a second value for a key.
    #[must_use]
    pub fn split(text: &str) -> (Self, String) {
        let (mut labels, mut rest) = (Self::default(), Vec::new());
        for word in words(text) {
            match Label::parse(word) {
                Ok(label) if labels.get(label.key()).is_none_or(|value| value == label.value()) => {
                    if labels.set(label).is_err() {
                        rest.push(word);
                    }
                }
                Ok(_) | Err(_) => rest.push(word),
            }
        }
        (labels, rest.join(" "))
    }

    /// Adds a label, in place of the one with its key if there is one.
    ///
    /// # Errors
    /// There are [`LABELS_MAX`] others.
    pub fn set(&mut self, label: Label) -> Result<(), LabelsError> {
        match self.0.binary_search_by(|other| other.key.cmp(&label.key)) {
            Ok(place) => self.0[place] = label,
            Err(_) if self.0.len() >= LABELS_MAX => return Err(LabelsError::TooMany),
            Err(place) => self.0.insert(place, label),
        }
        Ok(())
    }

    /// Takes the label with that key away.
    pub fn remove(&mut self, key: &str) {
        self.0.retain(|label| label.key != key);
    }

    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.iter().find(|label| label.key == key).map(Label::value)
    }

    /// Whether this very label is among them.
    #[must_use]
    pub fn contains(&self, label: &Label) -> bool {
        self.0.contains(label)
    }

    /// By key.
    pub fn iter(&self) -> impl Iterator<Item = &Label> {
        self.0.iter()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// As [`Labels::parse`] reads it.
impl fmt::Display for Labels {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let texts: Vec<String> = self.iter().map(ToString::to_string).collect();
        f.write_str(&texts.join(" "))
    }
}

/// What stands between white space and commas.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| c.is_whitespace() || c == ',').filter(|word| !word.is_empty())
}

/// What is repeated in an error need not be longer than a label could be.
fn shortened(text: &str) -> String {
    let end = text.char_indices().nth(2 * LABEL_PART_CHARS_MAX + 1).map_or(text.len(), |(end, _)| end);
    if end < text.len() { format!("{}…", &text[..end]) } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{LABELS_MAX, Label, LabelError, Labels, LabelsError};

    #[test]
    fn a_label_is_a_pair_of_words() {
        for text in ["env:production", "Team:web-2", "среда:прод", "بيئة:إنتاج", "e:p", "région:é"]
        {
            assert_eq!(Label::parse(text).map(|label| label.to_string()).as_deref(), Ok(text));
        }
        let long = format!("{}:x", "k".repeat(33));
        for (text, error) in [
            ("", LabelError::NotAPair),
            ("env", LabelError::NotAPair),
            (":production", LabelError::NotAPair),
            ("env:", LabelError::NotAPair),
            ("tier: gold", LabelError::Characters),
            ("a:b:c", LabelError::Characters),
            ("env:<b>x</b>", LabelError::Characters),
            ("env:🚀", LabelError::Characters),
            ("env:a_b", LabelError::Characters),
            ("env:1a", LabelError::Start),
            ("-env:a", LabelError::Start),
            (long.as_str(), LabelError::TooLong),
        ] {
            assert_eq!(Label::parse(text), Err(error), "{text}");
        }
    }

    #[test]
    fn labels_are_kept_by_key_with_one_value_each() {
        let labels = Labels::parse(" team:web, env:production\nenv:production ").expect("labels");
        assert_eq!(labels.to_string(), "env:production team:web");
        assert_eq!((labels.get("env"), labels.get("Env")), (Some("production"), None));
        assert_eq!(Labels::parse(&labels.to_string()), Ok(labels));
        assert_eq!(Labels::parse(" , "), Ok(Labels::default()));
        assert_eq!(Labels::parse("env:a env:b"), Err(LabelsError::Twice { key: "env".to_owned() }));
        let many = |n: usize| (0..n).map(|n| format!("k{n}:v")).collect::<Vec<_>>().join(" ");
        assert!(Labels::parse(&many(LABELS_MAX)).is_ok());
        assert_eq!(Labels::parse(&many(LABELS_MAX + 1)), Err(LabelsError::TooMany));
        let wrong = Labels::parse(&format!("a:b {}", "x".repeat(500))).expect_err("no label");
        assert!(wrong.sentence().chars().count() < 200, "{}", wrong.sentence());
    }

    #[test]
    fn a_text_is_split_into_labels_and_the_rest() {
        for (text, labels, rest) in [
            ("", "", ""),
            ("team:web env:production", "env:production team:web", ""),
            ("env:production tier: gold", "env:production", "tier: gold"),
            ("env:a, env:b env:a", "env:a", "env:b"),
        ] {
            let (found, left) = Labels::split(text);
            assert_eq!((found.to_string().as_str(), left.as_str()), (labels, rest), "{text}");
        }
        let many = (0..=LABELS_MAX).map(|n| format!("k{n}:v")).collect::<Vec<_>>().join(" ");
        let (labels, rest) = Labels::split(&many);
        assert_eq!((labels.iter().count(), rest), (LABELS_MAX, format!("k{LABELS_MAX}:v")));
    }

    #[test]
    fn labels_are_changed_one_by_one() {
        let mut labels = Labels::parse("env:dev team:web").expect("labels");
        labels.set(Label::parse("env:production").expect("a label")).expect("room");
        labels.remove("team");
        assert_eq!(labels.to_string(), "env:production");
        labels.remove("nothing");
        assert!(labels.contains(&Label::parse("env:production").expect("a label")));
    }

    #[test]
    fn stored_labels_are_texts() {
        let labels = Labels::parse("env:dev team:web").expect("labels");
        let json = serde_json::to_string(&labels).expect("JSON");
        assert_eq!(json, r#"["env:dev","team:web"]"#);
        assert_eq!(serde_json::from_str::<Labels>(&json).ok(), Some(labels));
        assert!(serde_json::from_str::<Labels>(r#"["env"]"#).is_err());
    }
}
