//! Write keys: what a library sends to say which source its events belong to.
//! A write key is an address rather than a secret: every web page that uses one shows it to its visitors, so it is
//! kept readable (people copy it into snippets), but pages mask it and logs never hold it.

use crate::clock::{DAY_MS, MINUTE_MS, Timestamp};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Length of the keys that we make; others' keys may be as long as [`WRITE_KEY_CHARS_MAX`].
pub const WRITE_KEY_CHARS: usize = 32;
/// Longest key that is looked up.
pub const WRITE_KEY_CHARS_MAX: usize = 128;

/// Longest name of a key, in characters: it must fit a table's cell.
pub const KEY_NAME_CHARS_MAX: usize = 64;
/// Most keys of a source that work at the same time.
pub const LIVE_KEYS_MAX: i64 = 20;
/// The last use of a key is kept this exactly: that is how often a key in use is written down at most.
pub const LAST_USED_EVERY_MS: i64 = MINUTE_MS;
/// What a source's first key is called.
pub const FIRST_KEY_NAME: &str = "First key";

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789Hw";

/// A source's write key. Its `Debug` form is masked.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct WriteKey(String);

impl WriteKey {
    /// Makes a key of letters and digits from 32 random bytes (6 bits of each are used: 190 bits).
    #[must_use]
    pub fn from_random(random: [u8; WRITE_KEY_CHARS]) -> Self {
        Self(random.iter().map(|byte| char::from(ALPHABET[usize::from(byte & 63)])).collect())
    }

    /// A key as it was stored or sent.
    #[must_use]
    pub fn from_text(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The whole key.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// First and last four characters; what lies between is for the page to draw as dots.
    #[must_use]
    pub fn ends(&self) -> (String, String) {
        let chars: Vec<char> = self.0.chars().collect();
        if chars.len() < 12 {
            return (String::new(), String::new());
        }
        (chars[..4].iter().collect(), chars[chars.len() - 4..].iter().collect())
    }
}

impl fmt::Debug for WriteKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (head, tail) = self.ends();
        write!(f, "WriteKey({head}…{tail})")
    }
}

/// What a key is called, checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyName(String);

/// Why a key can't be called that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyNameError {
    /// Nothing but white space.
    Empty,
    /// Over [`KEY_NAME_CHARS_MAX`] characters.
    TooLong,
    /// A control character.
    Unusable,
}

impl KeyNameError {
    /// What to tell the person.
    #[must_use]
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Empty => "Give the key a name, such as the place where it is used.",
            Self::TooLong => "Use at most 64 characters.",
            Self::Unusable => "Use no control characters.",
        }
    }
}

impl KeyName {
    /// Trims and checks a name.
    ///
    /// # Errors
    /// Why it can't be used.
    pub fn parse(text: &str) -> Result<Self, KeyNameError> {
        let name = text.trim();
        if name.is_empty() {
            Err(KeyNameError::Empty)
        } else if name.chars().count() > KEY_NAME_CHARS_MAX {
            Err(KeyNameError::TooLong)
        } else if name.chars().any(char::is_control) {
            Err(KeyNameError::Unusable)
        } else {
            Ok(Self(name.to_owned()))
        }
    }

    /// As typed, trimmed.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// One of a source's keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SourceKey {
    /// In addresses and audit lines, where the key itself must not be.
    pub id: String,
    /// What people call it.
    pub name: String,
    /// The key.
    pub key: WriteKey,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it was last used, to [`LAST_USED_EVERY_MS`].
    pub last_used_at: Option<Timestamp>,
    /// End of the grace time, if it was rotated.
    pub expires_at: Option<Timestamp>,
    /// When somebody ended it.
    pub revoked_at: Option<Timestamp>,
}

/// Whether a key works.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum KeyState {
    /// It does.
    Active,
    /// It does until then: another one has taken its place.
    Grace(Timestamp),
    /// Its grace time is over since then.
    Expired(Timestamp),
    /// It was revoked then.
    Revoked(Timestamp),
}

impl KeyState {
    /// Whether events that name the key are taken.
    #[must_use]
    pub fn is_live(self) -> bool {
        match self {
            Self::Active | Self::Grace(_) => true,
            Self::Expired(_) | Self::Revoked(_) => false,
        }
    }
}

impl SourceKey {
    /// Whether it works at that moment.
    #[must_use]
    pub fn state(&self, now: Timestamp) -> KeyState {
        match (self.revoked_at, self.expires_at) {
            (Some(at), _) => KeyState::Revoked(at),
            (None, Some(at)) if at <= now => KeyState::Expired(at),
            (None, Some(at)) => KeyState::Grace(at),
            (None, None) => KeyState::Active,
        }
    }
}

/// How long a rotated key goes on working beside the new one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Grace {
    /// Not at all: it has leaked.
    None,
    /// 24 hours.
    Day,
    /// Three days.
    #[default]
    ThreeDays,
    /// Thirty days.
    ThirtyDays,
}

impl Grace {
    /// In the order of the form.
    pub const ALL: [Self; 4] = [Self::None, Self::Day, Self::ThreeDays, Self::ThirtyDays];

    /// In forms and audit lines.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Day => "24h",
            Self::ThreeDays => "3d",
            Self::ThirtyDays => "30d",
        }
    }

    /// The grace time of that code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|grace| grace.code() == code)
    }

    /// As shown.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::None => "No grace period",
            Self::Day => "24 hours",
            Self::ThreeDays => "3 days",
            Self::ThirtyDays => "30 days",
        }
    }

    /// In milliseconds.
    #[must_use]
    pub fn ms(self) -> i64 {
        match self {
            Self::None => 0,
            Self::Day => DAY_MS,
            Self::ThreeDays => 3 * DAY_MS,
            Self::ThirtyDays => 30 * DAY_MS,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Grace, KeyName, KeyNameError, KeyState, SourceKey, Timestamp, WriteKey};

    #[test]
    fn a_key_is_letters_and_digits_and_prints_masked() {
        let key = WriteKey::from_random(std::array::from_fn(|i| u8::try_from(i * 8).unwrap_or(255)));
        assert_eq!(key.as_str().len(), 32);
        assert!(key.as_str().chars().all(|c| c.is_ascii_alphanumeric()));
        assert!(!format!("{key:?}").contains(key.as_str()));
        assert_eq!(WriteKey::from_text("short").ends(), (String::new(), String::new()));
    }

    #[test]
    fn a_key_works_until_it_is_revoked_or_its_grace_time_ends() {
        let state = |expires: Option<i64>, revoked: Option<i64>| {
            let key = SourceKey {
                id: String::new(),
                name: String::new(),
                key: WriteKey::from_text("k"),
                created_at: Timestamp(0),
                last_used_at: None,
                expires_at: expires.map(Timestamp),
                revoked_at: revoked.map(Timestamp),
            };
            key.state(Timestamp(100))
        };
        for (expires, revoked, expected, live) in [
            (None, None, KeyState::Active, true),
            (Some(101), None, KeyState::Grace(Timestamp(101)), true),
            (Some(100), None, KeyState::Expired(Timestamp(100)), false),
            (None, Some(50), KeyState::Revoked(Timestamp(50)), false),
            (Some(200), Some(50), KeyState::Revoked(Timestamp(50)), false),
        ] {
            assert_eq!((state(expires, revoked), state(expires, revoked).is_live()), (expected, live));
        }
    }

    #[test]
    fn keys_have_names_and_grace_times_codes() {
        assert_eq!(KeyName::parse(" Tag manager ").map(|name| name.as_str().to_owned()), Ok("Tag manager".to_owned()));
        assert_eq!(KeyName::parse(" "), Err(KeyNameError::Empty));
        assert_eq!(KeyName::parse(&"x".repeat(65)), Err(KeyNameError::TooLong));
        assert_eq!(KeyName::parse("a\nb"), Err(KeyNameError::Unusable));
        for grace in Grace::ALL {
            assert_eq!(Grace::from_code(grace.code()), Some(grace));
        }
        assert_eq!(Grace::from_code("1y"), None);
    }
}
