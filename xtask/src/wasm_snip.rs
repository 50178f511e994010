//! Takes out of the browser half what it never runs. Routes can be listed, which is how a server learns of them; streams can be
//! handed to scripts (`wasm_streams`), which is for codecs other than ours; and leptos hydrates in two ways, at once
//! (`hydrate_body`, ours) and step by step (`hydrate_lazy`). Every view that is made an `AnyView` carries both, as pointers
//! that no linker can see to be unused; the second is a quarter of the code. Here such entries lose their bodies, and what
//! the linker wrote down about them (`--emit-relocs`), so that nothing below them is reached from anywhere.

use crate::wasm_relocations;
use crate::wasm_section::function_names;
use anyhow::{Result, bail};
use rustc_demangle::demangle;
use std::collections::HashSet;
use std::ops::Range;
use wasmparser::{FunctionBody, Naming, Operator, Parser, Payload, TypeRef};

/// How the names begin, and those of the futures that they make. Only what is unlike everything else: the compiler makes
/// functions with the same body one, under either's name.
pub const NEVER_RUN: [&str; 6] = [
    "<_ as tachys::view::any_view::IntoAny>::into_any::hydrate_async",
    "<_ as leptos_router::matching::nested::any_nested_route::IntoAnyNestedRoute>::into_any_nested_route::generate_routes",
    "intounderlyingsource_",
    "intounderlyingbytesource_",
    "intounderlyingsink_",
    "__wbg_intounderlying",
];

/// Empties the functions whose names begin like this. If there are none, leptos has changed, and so must we.
pub fn snip(module: &mut Vec<u8>, never_run: &[&str]) -> Result<()> {
    let entries = find_entries(module, never_run)?;
    for body in &entries {
        empty(&mut module[body.clone()]);
    }
    wasm_relocations::forget(module, &entries)
}

/// Where the entries' bodies are. That they are only ever pointed at, and called by nobody but each other, is checked.
fn find_entries(module: &[u8], never_run: &[&str]) -> Result<Vec<Range<usize>>> {
    let mut imported = 0;
    let mut bodies: Vec<FunctionBody> = Vec::new();
    let functions = function_names(module)?;
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(body),
            _ => {}
        }
    }
    let mut entries = HashSet::new();
    for begin in never_run {
        let is_named = |function: &&Naming| format!("{:#}", demangle(function.name)).starts_with(begin);
        let named = functions.iter().filter(is_named);
        let before = entries.len();
        entries.extend(named.map(|function| function.index));
        if entries.len() == before {
            bail!("the browser half has no `{begin}`; see {}", file!());
        }
    }
    let (inside, outside): (Vec<_>, Vec<_>) = (imported..).zip(&bodies).partition(|(index, _)| entries.contains(index));
    for (_, body) in outside {
        check_calls(body, &entries)?;
    }
    Ok(inside.into_iter().map(|(_, body)| body.range()).collect())
}

fn check_calls(body: &FunctionBody, entries: &HashSet<u32>) -> Result<()> {
    for operator in body.get_operators_reader()? {
        if let Operator::Call { function_index } = operator?
            && entries.contains(&function_index)
        {
            bail!("function {function_index} is called, so it cannot be taken out; see {}", file!());
        }
    }
    Ok(())
}

/// `unreachable`, at the length that was there: nothing behind it moves.
fn empty(body: &mut [u8]) {
    const NO_LOCALS: u8 = 0x00;
    const UNREACHABLE: u8 = 0x00;
    const NOP: u8 = 0x01;
    const END: u8 = 0x0b;
    body.fill(NOP);
    if let [locals, first, .., last] = body {
        (*locals, *first, *last) = (NO_LOCALS, UNREACHABLE, END);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wasm_section::{CUSTOM, leb, section, text};

    /// No locals, two `nop`, end.
    const IDLE: [u8; 4] = [0x00, 0x01, 0x01, 0x0b];
    /// No locals, `call 0`, end.
    const CALLS_THE_FIRST: [u8; 4] = [0x00, 0x10, 0x00, 0x0b];

    /// Two functions without parameters; the first has a name.
    fn module(name: &str, second: &[u8]) -> Vec<u8> {
        let names = [vec![0x01, 0x00], text(name)].concat();
        let sized = |body: &[u8]| [leb(body.len()), body.to_vec()].concat();
        [
            b"\0asm\x01\0\0\0".to_vec(),
            section(1, &[0x01, 0x60, 0x00, 0x00]),
            section(3, &[0x02, 0x00, 0x00]),
            section(10, &[&[0x02], sized(&IDLE).as_slice(), sized(second).as_slice()].concat()),
            section(CUSTOM, &[text("name"), section(1, &names)].concat()),
        ]
        .concat()
    }

    fn entry() -> String {
        "_RINvNvXs2_NtNtCshavvSHfpZ7K_6tachys4view8any_viewpNtB8_7IntoAny8into_any13hydrate_asyncNtB8_7AnyViewE\
         CsdUS2qTBLv9O_6leptos"
            .to_owned()
    }

    #[test]
    fn an_entry_loses_its_body_and_nothing_else_changes() {
        let before = module(&entry(), &IDLE);
        let mut after = before.clone();
        snip(&mut after, &NEVER_RUN[..1]).unwrap();
        let changed: Vec<usize> = (0..before.len()).filter(|&at| before[at] != after[at]).collect();
        assert_eq!(changed.len(), 1, "a nop has become unreachable");
        let body = changed[0] - 1..changed[0] + 3;
        assert_eq!(after[body], [0x00, 0x00, 0x01, 0x0b]);
    }

    #[test]
    fn an_entry_that_somebody_calls_is_refused() {
        assert!(
            snip(&mut module(&entry(), &CALLS_THE_FIRST), &NEVER_RUN[..1])
                .unwrap_err()
                .to_string()
                .contains("function 0 is called")
        );
    }

    #[test]
    fn a_module_without_entries_is_refused() {
        assert!(snip(&mut module("main", &IDLE), &NEVER_RUN[..1]).unwrap_err().to_string().contains("has no"));
    }
}
