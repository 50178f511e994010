//! The `.br` and `.gz` siblings of a file: made once at build time instead of at every request.

use crate::paths::Profile;
use anyhow::Result;
use flate2::Compression;
use flate2::write::GzEncoder;
use std::io::Write;

/// The suffixes of the siblings.
pub const SUFFIXES: [&str; 2] = [".br", ".gz"];

/// Whether files of this name get smaller: fonts and pictures are compressed already.
pub fn is_worthwhile(name: &str) -> bool {
    ["wasm", "js", "css", "svg", "json", "txt", "webmanifest"].iter().any(|kind| name.ends_with(&format!(".{kind}")))
}

/// The bytes of the sibling with this suffix. A release takes its time; development does not.
pub fn compress(suffix: &str, bytes: &[u8], profile: Profile) -> Result<Vec<u8>> {
    match suffix {
        ".br" => brotli(bytes, if profile == Profile::Release { 11 } else { 3 }),
        _ => gzip(bytes, if profile == Profile::Release { 9 } else { 1 }),
    }
}

fn brotli(bytes: &[u8], quality: i32) -> Result<Vec<u8>> {
    let parameters = brotli::enc::BrotliEncoderParams { quality, size_hint: bytes.len(), ..Default::default() };
    let mut input = bytes;
    let mut compressed = Vec::new();
    brotli::BrotliCompress(&mut input, &mut compressed, &parameters)?;
    Ok(compressed)
}

fn gzip(bytes: &[u8], level: u32) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::new(level));
    encoder.write_all(bytes)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Read;

    #[test]
    fn siblings_decompress_to_the_file() {
        let bytes = "the same words again and again ".repeat(50).into_bytes();
        for profile in [Profile::Debug, Profile::Release] {
            let mut from_br = Vec::new();
            let br = compress(".br", &bytes, profile).unwrap();
            brotli::BrotliDecompress(&mut br.as_slice(), &mut from_br).unwrap();
            let mut from_gz = Vec::new();
            let gz = compress(".gz", &bytes, profile).unwrap();
            flate2::read::GzDecoder::new(gz.as_slice()).read_to_end(&mut from_gz).unwrap();
            assert!(from_br == bytes && from_gz == bytes && br.len() < bytes.len() && gz.len() < bytes.len());
        }
    }

    #[test]
    fn fonts_are_left_alone() {
        assert!(is_worthwhile("pkg/headwater.0a.wasm"));
        assert!(!is_worthwhile("fonts/inter.woff2"));
    }
}
