//! The sections of a wasm module: how they and what they hold are written down.

use anyhow::{Context, Result};
use std::ops::Range;
use wasmparser::{BinaryReader, KnownCustom, Name, Naming, Parser, Payload};

/// The identifier of sections that have a name.
pub const CUSTOM: u8 = 0;
/// That of the section of the imports.
pub const IMPORTS: u8 = 2;
/// That of the section of the exports.
pub const EXPORTS: u8 = 7;
/// That of the section of the data.
pub const DATA: u8 = 11;
/// That of the section that counts them beforehand.
pub const DATA_COUNT: u8 = 12;

/// Replaces the section with this identifier whose content lies here.
pub fn replace(module: &mut Vec<u8>, id: u8, old: Range<usize>, content: &[u8]) -> Result<()> {
    let start = header(module, id, old.start).context("a section without a header")?;
    module.splice(start..old.end, section(id, content));
    Ok(())
}

/// A whole section.
pub fn section(id: u8, content: &[u8]) -> Vec<u8> {
    [&[id], leb(content.len()).as_slice(), content].concat()
}

/// Where the header of the section lies that has this identifier and whose content starts here.
fn header(module: &[u8], id: u8, content: usize) -> Option<usize> {
    (content.checked_sub(6)?..content - 1).rev().find(|&at| {
        let mut size = BinaryReader::new(&module[at + 1..], at + 1);
        module[at] == id && size.read_var_u32().is_ok() && size.original_position() == content
    })
}

/// A number as wasm has it.
pub fn leb(mut number: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = (number & 0x7f) as u8;
        number >>= 7;
        if number == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

/// A name as wasm has it: its length, its letters.
pub fn text(name: &str) -> Vec<u8> {
    [&leb(name.len()), name.as_bytes()].concat()
}

/// The names of the functions, for people.
pub fn function_names(module: &[u8]) -> Result<Vec<Naming<'_>>> {
    let mut functions = Vec::new();
    for payload in Parser::new(0).parse_all(module) {
        if let Payload::CustomSection(section) = payload?
            && let KnownCustom::Name(names) = section.as_known()
        {
            for names in names {
                let Name::Function(names) = names? else { continue };
                functions.extend(names.into_iter().collect::<Result<Vec<_>, _>>()?);
            }
        }
    }
    Ok(functions)
}
