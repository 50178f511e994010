//! What the linker writes down about each index in the code (`--emit-relocs`), so that the code can be split into files.

use crate::wasm_section::{self, CUSTOM, leb, text};
use anyhow::Result;
use std::ops::Range;
use wasmparser::{KnownCustom, Parser, Payload, RelocSectionReader};

/// The custom section with the relocations of the code.
const NAME: &str = "reloc.CODE";

/// Removes the relocations inside of these bodies (as ranges of the module). A module without any stays as it is.
pub fn forget(module: &mut Vec<u8>, bodies: &[Range<usize>]) -> Result<()> {
    let mut code = 0;
    let mut shorter = None;
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::CodeSectionStart { range, .. } => code = range.start,
            Payload::CustomSection(section) if section.name() == NAME => {
                if let KnownCustom::Reloc(relocations) = section.as_known() {
                    shorter = Some((section.range(), without(module, &relocations, code, bodies)?));
                }
            }
            _ => {}
        }
    }
    if let Some((range, section)) = shorter {
        wasm_section::replace(module, CUSTOM, range, &section)?;
    }
    Ok(())
}

/// The section's content without those relocations.
fn without(module: &[u8], relocations: &RelocSectionReader, code: usize, bodies: &[Range<usize>]) -> Result<Vec<u8>> {
    let mut count = 0;
    let mut entries = Vec::new();
    let mut all = relocations.entries().into_iter_with_offsets().peekable();
    while let Some(entry) = all.next() {
        let (start, entry) = entry?;
        let end = match all.peek() {
            Some(Ok((next, _))) => *next,
            _ => relocations.entries().range().end,
        };
        let place = code + entry.offset as usize;
        // The bodies are in the order of the code.
        let body = bodies.partition_point(|body| body.end <= place);
        if bodies.get(body).is_none_or(|body| place < body.start) {
            entries.extend_from_slice(&module[start..end]);
            count += 1;
        }
    }
    Ok([text(NAME), leb(relocations.section_index() as usize), leb(count), entries].concat())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wasm_section::section;

    /// Two functions that call the first, with a relocation each: function index, at this offset of the code, of symbol 7.
    fn module(relocations: &[u8]) -> Vec<u8> {
        const CALL: [u8; 5] = [0x04, 0x00, 0x10, 0x00, 0x0b];
        let named = [text(NAME), vec![3], relocations.to_vec()].concat();
        [
            b"\0asm\x01\0\0\0".to_vec(),
            section(1, &[0x01, 0x60, 0x00, 0x00]),
            section(3, &[0x02, 0x00, 0x00]),
            section(10, &[&[0x02], CALL.as_slice(), &CALL].concat()),
            section(0, &named),
            section(0, b"\x01x"),
        ]
        .concat()
    }

    const FIRST: [u8; 3] = [0x00, 0x04, 0x07];
    const SECOND: [u8; 3] = [0x00, 0x09, 0x07];

    fn first_body(module: &[u8]) -> Range<usize> {
        let bodies = Parser::new(0).parse_all(module).find_map(|payload| match payload.unwrap() {
            Payload::CodeSectionEntry(body) => Some(body.range()),
            _ => None,
        });
        bodies.unwrap()
    }

    #[test]
    fn relocations_of_a_body_go_and_the_others_stay() {
        let mut both = module(&[&[0x02], FIRST.as_slice(), &SECOND].concat());
        let body = first_body(&both);
        forget(&mut both, &[body]).unwrap();
        assert_eq!(both, module(&[&[0x01], SECOND.as_slice()].concat()));
    }

    #[test]
    fn a_module_without_relocations_stays_as_it_is() {
        let mut none = section(0, b"\x01x");
        none.splice(0..0, *b"\0asm\x01\0\0\0");
        let before = none.clone();
        forget(&mut none, &[]).unwrap();
        assert_eq!(none, before);
    }
}
