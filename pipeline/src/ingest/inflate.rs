//! Compressed bodies. The bytes decide, not the headers: some SDKs label gzipped JSON as a form.

use domain::discard::DiscardReason;
use flate2::read::MultiGzDecoder;
use std::borrow::Cow;
use std::io::Read;

/// First two bytes of every gzip stream (RFC 1952); no JSON starts with them.
const GZIP_MAGIC: [u8; 2] = [0x1f, 0x8b];

/// The body as sent, or inflated, at most `bytes_max` bytes of it.
///
/// # Errors
/// `BatchTooLarge` if there is more, `InvalidJson` if the stream is broken.
pub fn inflate(body: &[u8], bytes_max: usize) -> Result<Cow<'_, [u8]>, DiscardReason> {
    if !body.starts_with(&GZIP_MAGIC) {
        return if body.len() > bytes_max { Err(DiscardReason::BatchTooLarge) } else { Ok(Cow::Borrowed(body)) };
    }
    let mut inflated = Vec::with_capacity((body.len() * 4).min(bytes_max));
    let limit = u64::try_from(bytes_max).unwrap_or(u64::MAX).saturating_add(1);
    MultiGzDecoder::new(body).take(limit).read_to_end(&mut inflated).map_err(|_| DiscardReason::InvalidJson)?;
    if inflated.len() > bytes_max { Err(DiscardReason::BatchTooLarge) } else { Ok(Cow::Owned(inflated)) }
}

#[cfg(test)]
mod tests {
    use super::{DiscardReason, inflate};
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(bytes).expect("writing to memory");
        encoder.finish().expect("writing to memory")
    }

    #[test]
    fn plain_and_gzipped_bodies_are_bounded_alike() {
        assert_eq!(inflate(b"{}", 2).as_deref(), Ok(&b"{}"[..]));
        assert_eq!(inflate(b"{ }", 2), Err(DiscardReason::BatchTooLarge));
        assert_eq!(inflate(&gzip(b"{}"), 2).as_deref(), Ok(&b"{}"[..]));
        assert_eq!(inflate(&gzip(b"{ }"), 2), Err(DiscardReason::BatchTooLarge));
    }

    #[test]
    fn a_bomb_stops_at_the_limit_and_a_torn_stream_is_refused() {
        assert_eq!(inflate(&gzip(&vec![b' '; 20 << 20]), 1_000), Err(DiscardReason::BatchTooLarge));
        let torn = gzip(&[b'x'; 5_000]);
        assert_eq!(inflate(&torn[..torn.len() / 2], 10_000), Err(DiscardReason::InvalidJson));
    }
}
