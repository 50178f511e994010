//! Write keys: what a library sends to say which source its events belong to.
//! A write key is an address rather than a secret: every web page that uses one shows it to its visitors, so it is
//! kept readable (people copy it into snippets), but pages mask it and logs never hold it.

use std::fmt;

/// Length of the keys that we make; others' keys may be as long as [`WRITE_KEY_CHARS_MAX`].
pub const WRITE_KEY_CHARS: usize = 32;
/// Longest key that is looked up.
pub const WRITE_KEY_CHARS_MAX: usize = 128;

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

#[cfg(test)]
mod tests {
    use super::WriteKey;

    #[test]
    fn a_key_is_letters_and_digits_and_prints_masked() {
        let key = WriteKey::from_random(std::array::from_fn(|i| u8::try_from(i * 8).unwrap_or(255)));
        assert_eq!(key.as_str().len(), 32);
        assert!(key.as_str().chars().all(|c| c.is_ascii_alphanumeric()));
        assert!(!format!("{key:?}").contains(key.as_str()));
        assert_eq!(WriteKey::from_text("short").ends(), (String::new(), String::new()));
    }
}
