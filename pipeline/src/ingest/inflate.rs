//! Compressed bodies. The bytes decide, not the headers: some SDKs label gzipped JSON as a form. Only deflate without a
//! header of its own cannot be told by its bytes.

use domain::discard::DiscardReason;
use flate2::read::{DeflateDecoder, MultiGzDecoder, ZlibDecoder};
use std::borrow::Cow;
use std::io::Read;

/// First two bytes of every gzip stream (RFC 1952); no JSON starts with them.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];
/// First byte of a zlib stream with the usual window (RFC 1950): the letter x, with which no JSON starts.
const ZLIB_METHOD: u8 = 0x78;

/// The body as sent, or inflated, at most `bytes_max` bytes of it. `content_encoding` is the header of that name.
///
/// # Errors
/// `BatchTooLarge` if there is more, `InvalidJson` if the stream is broken.
pub fn inflate<'a>(
    body: &'a [u8],
    content_encoding: Option<&str>,
    bytes_max: usize,
) -> Result<Cow<'a, [u8]>, DiscardReason> {
    if body.starts_with(&GZIP_MAGIC) {
        read(MultiGzDecoder::new(body), body.len(), bytes_max).map(Cow::Owned)
    } else if is_zlib(body) {
        read(ZlibDecoder::new(body), body.len(), bytes_max).map(Cow::Owned)
    } else if is_deflate(body, content_encoding) {
        read(DeflateDecoder::new(body), body.len(), bytes_max).map(Cow::Owned)
    } else if body.len() > bytes_max {
        Err(DiscardReason::BatchTooLarge)
    } else {
        Ok(Cow::Borrowed(body))
    }
}

/// The first two bytes of a zlib stream, as one number, are a multiple of 31.
fn is_zlib(body: &[u8]) -> bool {
    matches!(body, [ZLIB_METHOD, flags, ..] if u16::from_be_bytes([ZLIB_METHOD, *flags]).is_multiple_of(31))
}

/// A label on plain JSON is not believed: no deflated JSON starts with the byte of a brace.
fn is_deflate(body: &[u8], content_encoding: Option<&str>) -> bool {
    content_encoding.is_some_and(|label| label.trim().eq_ignore_ascii_case("deflate")) && !body.starts_with(b"{")
}

fn read(stream: impl Read, packed_bytes: usize, bytes_max: usize) -> Result<Vec<u8>, DiscardReason> {
    let mut inflated = Vec::with_capacity((packed_bytes * 4).min(bytes_max));
    let limit = u64::try_from(bytes_max).unwrap_or(u64::MAX).saturating_add(1);
    stream.take(limit).read_to_end(&mut inflated).map_err(|_| DiscardReason::InvalidJson)?;
    if inflated.len() > bytes_max { Err(DiscardReason::BatchTooLarge) } else { Ok(inflated) }
}

#[cfg(test)]
mod tests {
    use super::{DiscardReason, inflate};
    use flate2::Compression;
    use flate2::read::{DeflateEncoder, GzEncoder, ZlibEncoder};
    use std::io::Read;

    /// The bytes in each way of packing, with the label that it needs.
    fn packed(bytes: &[u8], level: u32) -> [(Vec<u8>, Option<&'static str>); 3] {
        fn all(mut stream: impl Read) -> Vec<u8> {
            let mut packed = Vec::new();
            stream.read_to_end(&mut packed).expect("reading from memory");
            packed
        }
        let level = Compression::new(level);
        [
            (all(GzEncoder::new(bytes, level)), None),
            (all(ZlibEncoder::new(bytes, level)), None),
            (all(DeflateEncoder::new(bytes, level)), Some(" Deflate")),
        ]
    }

    #[test]
    fn bodies_are_bounded_alike_however_they_are_packed() {
        for label in [None, Some("deflate"), Some("gzip"), Some("br")] {
            assert_eq!(inflate(b"{}", label, 2).as_deref(), Ok(&b"{}"[..]), "{label:?}");
            assert_eq!(inflate(b"{ }", label, 2), Err(DiscardReason::BatchTooLarge), "{label:?}");
        }
        for level in 0..=9 {
            for (body, label) in packed(b"{}", level) {
                assert_eq!(inflate(&body, label, 2).as_deref(), Ok(&b"{}"[..]), "{level} {label:?}");
                assert_eq!(inflate(&body, label, 1), Err(DiscardReason::BatchTooLarge), "{level} {label:?}");
            }
        }
    }

    #[test]
    fn the_bytes_are_believed_before_the_label() {
        let [(gzip, _), (zlib, _), (deflate, _)] = packed(b"{\"a\":1}", 6);
        for label in [None, Some("gzip"), Some("deflate"), Some("identity")] {
            assert_eq!(inflate(&gzip, label, 9).as_deref(), Ok(&b"{\"a\":1}"[..]), "{label:?}");
            assert_eq!(inflate(&zlib, label, 9).as_deref(), Ok(&b"{\"a\":1}"[..]), "{label:?}");
        }
        assert_eq!(inflate(&deflate, None, 99).as_deref(), Ok(&deflate[..]));
        assert_eq!(inflate(b"xylophone", None, 9).as_deref(), Ok(&b"xylophone"[..]));
    }

    #[test]
    fn a_bomb_stops_at_the_limit_and_a_torn_stream_is_not_whole() {
        for (bomb, label) in packed(&vec![b' '; 20 << 20], 6) {
            assert_eq!(inflate(&bomb, label, 1_000), Err(DiscardReason::BatchTooLarge), "{label:?}");
        }
        let text: Vec<u8> = (0..5_000_u32).flat_map(|i| i.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
        for (body, label) in packed(&text, 6) {
            let torn = inflate(&body[..body.len() / 2], label, 100_000);
            assert!(torn.is_err() || torn.is_ok_and(|torn| torn.len() < text.len()), "{label:?}");
        }
        assert_eq!(inflate(b"\x78\x9cnonsense", None, 99), Err(DiscardReason::InvalidJson));
        assert_eq!(inflate(b"nonsense", Some("deflate"), 99), Err(DiscardReason::InvalidJson));
    }
}
