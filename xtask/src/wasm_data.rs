//! Files of nothing but data, which are split off where several others read the same: each is a request for a few bytes.
//! Those of the most visited page are taken into the first file.

use crate::wasm_section::{self, DATA, DATA_COUNT, leb};
use anyhow::{Context, Result, ensure};
use std::ops::Range;
use wasmparser::{Parser, Payload};

/// Where the data of a module are written down.
struct Data {
    count: usize,
    /// The number of segments and the segments.
    section: Range<usize>,
    /// That number once more, where a module says it before its code.
    count_section: Option<Range<usize>>,
}

/// Whether a file has data and no code that anybody could call: files call each other by the table, which elements fill.
pub fn is_all(module: &[u8]) -> Result<bool> {
    let mut has_code = false;
    for payload in Parser::new(0).parse_all(module) {
        has_code |= matches!(payload?, Payload::ElementSection(_) | Payload::StartSection { .. });
    }
    Ok(!has_code && find(module)?.is_some())
}

/// Adds the data of a file to those of the first one. Both say where in the memory each is to lie.
pub fn add(main: &mut Vec<u8>, file: &[u8]) -> Result<()> {
    let added = find(file)?.context("a file without data")?;
    let data = find(main)?.context("a module without data")?;
    let segments = |module: &[u8], data: &Data| {
        let count = leb(data.count);
        let section = &module[data.section.clone()];
        ensure!(section.starts_with(&count), "a number is written longer than it must");
        Ok(section[count.len()..].to_vec())
    };
    let all = [segments(main, &data)?, segments(file, &added)?].concat();
    let count = leb(data.count + added.count);
    // What lies behind moves, so it is changed first.
    wasm_section::replace(main, DATA, data.section, &[count.clone(), all].concat())?;
    if let Some(count_section) = data.count_section {
        wasm_section::replace(main, DATA_COUNT, count_section, &count)?;
    }
    Ok(())
}

fn find(module: &[u8]) -> Result<Option<Data>> {
    let (mut found, mut count_section) = (None, None);
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::DataCountSection { range, .. } => count_section = Some(range),
            Payload::DataSection(data) => found = Some((data.count() as usize, data.range())),
            _ => {}
        }
    }
    Ok(found.map(|(count, section)| Data { count, section, count_section }))
}

#[cfg(test)]
mod tests {
    use super::{add, is_all};
    use crate::wasm_section::{DATA, DATA_COUNT, section};

    /// One byte, to lie at this place of the memory.
    fn segment(place: u8, byte: u8) -> [u8; 6] {
        [0x00, 0x41, place, 0x0b, 0x01, byte]
    }

    fn module(segments: &[[u8; 6]]) -> Vec<u8> {
        let count = u8::try_from(segments.len()).unwrap();
        let data = [&[count], segments.concat().as_slice()].concat();
        [b"\0asm\x01\0\0\0".to_vec(), section(DATA_COUNT, &[count]), section(DATA, &data), section(0, b"\x01x")]
            .concat()
    }

    #[test]
    fn data_are_added_and_counted() {
        let mut main = module(&[segment(1, b'a')]);
        add(&mut main, &module(&[segment(2, b'b'), segment(3, b'c')])).unwrap();
        assert_eq!(main, module(&[segment(1, b'a'), segment(2, b'b'), segment(3, b'c')]));
    }

    #[test]
    fn a_file_with_code_is_not_all_data() {
        let data = module(&[segment(1, b'a')]);
        assert!(is_all(&data).unwrap());
        const ELEMENTS: u8 = 9;
        let first_function = section(ELEMENTS, &[0x01, 0x00, 0x41, 0x00, 0x0b, 0x01, 0x00]);
        assert!(!is_all(&[b"\0asm\x01\0\0\0".to_vec(), first_function, data[8..].to_vec()].concat()).unwrap());
    }
}
