//! What the most visited page shares with another, or with a part of its own, goes into the file that every page has:
//! files of their own for it would be many and small, and brotli finds little to fold in small ones. How the browser half
//! was split tells which functions that are; while they are exported, splitting leaves them in the first file.

use crate::wasm_section::{self, EXPORTS, function_names, leb, text};
use anyhow::{Context, Result};
use std::collections::HashSet;
use wasmparser::{Export, Parser, Payload};

/// How the exports' names begin; what follows is a number.
const SHARED: &str = "__shared_";
/// The kind of an export that is a function.
const FUNCTION: u8 = 0;

/// Exports from the module every function that one of these files, which were split off it, has.
pub fn export(module: &mut Vec<u8>, files: &[Vec<u8>]) -> Result<()> {
    let mut shared = HashSet::new();
    for file in files {
        shared.extend(function_names(file)?.into_iter().map(|function| function.name));
    }
    let functions = function_names(module)?.into_iter().filter(|function| shared.contains(function.name));
    let added = functions
        .enumerate()
        .map(|(i, function)| [text(&format!("{SHARED}{i}")), vec![FUNCTION], leb(function.index as usize)].concat());
    let added = added.collect();
    rewrite(module, |_| true, added)
}

/// Takes these exports away again.
pub fn hide(module: &mut Vec<u8>) -> Result<()> {
    rewrite(module, |name| !name.starts_with(SHARED), Vec::new())
}

/// Keeps the exports with these names, and adds others.
fn rewrite(module: &mut Vec<u8>, keep: impl Fn(&str) -> bool, added: Vec<Vec<u8>>) -> Result<()> {
    let section = Parser::new(0).parse_all(module).find_map(|payload| match payload {
        Ok(Payload::ExportSection(exports)) => Some(exports),
        _ => None,
    });
    let section = section.context("a module without exports")?;
    let range = section.range();
    let exports: Vec<(usize, Export)> = section.into_iter_with_offsets().collect::<Result<_, _>>()?;
    let mut kept = Vec::new();
    for (i, (start, export)) in exports.iter().enumerate() {
        let end = exports.get(i + 1).map_or(range.end, |(next, _)| *next);
        if keep(export.name) {
            kept.push(module[*start..end].to_vec());
        }
    }
    kept.extend(added);
    let content = [leb(kept.len()), kept.concat()].concat();
    wasm_section::replace(module, EXPORTS, range, &content)
}

#[cfg(test)]
mod tests {
    use super::{export, hide};
    use crate::wasm_section::{CUSTOM, EXPORTS, leb, section, text};

    /// A module of functions with these names, which exports the first.
    fn module(names: &[&str]) -> Vec<u8> {
        let functions = names.iter().enumerate().flat_map(|(i, name)| [leb(i), text(name)].concat());
        let functions = [leb(names.len()), functions.collect()].concat();
        let names = [text("name"), section(1, &functions)].concat();
        [
            b"\0asm\x01\0\0\0".to_vec(),
            section(EXPORTS, &[leb(1), text("run"), vec![0, 0]].concat()),
            section(CUSTOM, &names),
        ]
        .concat()
    }

    #[test]
    fn what_files_share_is_exported_and_hidden_again() {
        let before = module(&["run", "draw", "sort"]);
        let mut after = before.clone();
        export(&mut after, &[module(&["sort"]), module(&["draw", "elsewhere"])]).unwrap();
        let exports = [leb(3), text("run"), vec![0, 0], text("__shared_0"), vec![0, 1], text("__shared_1"), vec![0, 2]];
        let exports = section(EXPORTS, &exports.concat());
        assert!(after.windows(exports.len()).any(|bytes| bytes == exports), "{after:?}");
        hide(&mut after).unwrap();
        assert_eq!(after, before);
    }
}
