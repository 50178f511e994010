//! How values travel from the server to the browser: what server functions answer, what a page brings along, what a stream
//! tells. All as text of one kind, read by one reader that knows the types and needs no names: a reader of JSON would be a
//! tenth of the browser half.

use leptos::prelude::{Resource, SharedValue};
use leptos::server::codee::{Decoder, Encoder};
use leptos::server_fn::codec::Post;
use leptos::server_fn::{Bytes, ContentType, Decodes, Encodes, Format, FormatType};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::future::Future;

/// For `output = Wire` of server functions; how the call travels is their `input`.
pub type Wire = Post<WireText>;
/// A [`Resource`] whose value comes with the page.
pub type WireResource<T> = Resource<T, WireText>;
/// Why a value could not be written or read.
pub type WireError = postcard::Error;

/// Postcard's bytes as text: each is a letter.
pub struct WireText;

/// Writes a value.
///
/// # Errors
/// If it is of a kind that postcard cannot write, such as a list of unknown length.
pub fn to_text<T: Serialize>(value: &T) -> Result<String, WireError> {
    Ok(postcard::to_allocvec(value)?.into_iter().map(letter).collect())
}

/// Reads what [`to_text`] wrote.
///
/// # Errors
/// If it is not a value of this type.
pub fn from_text<T: DeserializeOwned>(text: &str) -> Result<T, WireError> {
    postcard::from_bytes(&bytes(text))
}

/// What is fetched anew when its source changes; the first value comes with the page.
pub fn resource<S, T, F>(
    source: impl Fn() -> S + Send + Sync + 'static,
    fetch: impl Fn(S) -> F + Send + Sync + 'static,
) -> WireResource<T>
where
    S: PartialEq + Clone + Send + Sync + 'static,
    T: Serialize + DeserializeOwned + Send + Sync + 'static,
    F: Future<Output = T> + Send + 'static,
{
    Resource::new_with_options(source, fetch, false)
}

/// What only the server knows while it writes the page, and the browser must know as well.
pub fn shared<T: Serialize + DeserializeOwned>(initial: impl FnOnce() -> T) -> T {
    SharedValue::<T, WireText>::new_with_encoding(initial).into_inner()
}

/// Printable ASCII stands for itself, but for the sign that leptos writes into a page as only JSON has it. The others become
/// letters that neither JavaScript nor a stream of events escapes; their lowest eight bits are the byte.
fn letter(byte: u8) -> char {
    let code = u32::from(byte);
    let code = if matches!(byte, b' '..=b'~') && byte != b'<' { code } else { 0x100 + code };
    char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER)
}

#[expect(clippy::cast_possible_truncation, reason = "see `letter`")]
fn bytes(text: &str) -> Vec<u8> {
    text.chars().map(|letter| letter as u32 as u8).collect()
}

impl ContentType for WireText {
    const CONTENT_TYPE: &'static str = "text/plain; charset=utf-8";
}

impl FormatType for WireText {
    const FORMAT_TYPE: Format = Format::Text;
}

impl<T: Serialize> Encodes<T> for WireText {
    type Error = WireError;

    fn encode(value: &T) -> Result<Bytes, Self::Error> {
        to_text(value).map(Bytes::from)
    }
}

impl<T: DeserializeOwned> Decodes<T> for WireText {
    type Error = WireError;

    fn decode(bytes: Bytes) -> Result<T, Self::Error> {
        from_text(std::str::from_utf8(&bytes).map_err(|_| WireError::DeserializeBadUtf8)?)
    }
}

impl<T: Serialize> Encoder<T> for WireText {
    type Error = WireError;
    type Encoded = String;

    fn encode(value: &T) -> Result<String, Self::Error> {
        to_text(value)
    }
}

impl<T: DeserializeOwned> Decoder<T> for WireText {
    type Error = WireError;
    type Encoded = str;

    fn decode(text: &str) -> Result<T, Self::Error> {
        from_text(text)
    }
}

#[cfg(test)]
mod tests {
    use super::{bytes, from_text, letter, to_text};

    #[test]
    fn every_byte_has_a_letter_that_is_written_as_it_is() {
        let all: Vec<u8> = (0..=u8::MAX).collect();
        let text: String = all.iter().copied().map(letter).collect();
        assert_eq!(bytes(&text), all);
        let escaped = text.chars().filter(|letter| letter.escape_debug().count() != 1);
        assert_eq!(escaped.collect::<String>(), "\"'\\");
        assert!(!text.contains('<'));
    }

    #[test]
    fn values_come_back() {
        let value = (Some("Ünïcödé\n\0".to_owned()), vec![0, u64::MAX], -1, true);
        let text = to_text(&value).expect("a text");
        assert_eq!(from_text(&text), Ok(value));
        assert!(from_text::<(String, u64)>("\u{104}").is_err());
    }
}
