//! How much of the browser half's code each crate makes: the linked module's functions, by the crate that their names begin
//! with. Before `wasm-opt` and compression, which no crate's share survives.

use crate::wasm_section::function_names;
use anyhow::Result;
use rustc_demangle::demangle;
use std::collections::{BTreeMap, HashMap};
use wasmparser::{Parser, Payload, TypeRef};

/// What functions count under whose names tell no crate: the compiler's own, and what has no name.
const NO_CRATE: &str = "(no crate)";

/// Bytes of function bodies by crate, the largest first.
pub fn by_crate(module: &[u8]) -> Result<Vec<(String, usize)>> {
    let names: HashMap<u32, &str> =
        function_names(module)?.into_iter().map(|function| (function.index, function.name)).collect();
    let mut index = 0;
    let mut sizes: BTreeMap<String, usize> = BTreeMap::new();
    for payload in Parser::new(0).parse_all(module) {
        match payload? {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    index += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => {
                let name = names.get(&index).map(|name| format!("{:#}", demangle(name))).unwrap_or_default();
                *sizes.entry(crate_of(&name).to_owned()).or_default() += body.range().len();
                index += 1;
            }
            _ => {}
        }
    }
    let mut sizes: Vec<(String, usize)> = sizes.into_iter().collect();
    sizes.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    Ok(sizes)
}

/// The crate that a function's name begins with: of a trait's method that of the type, or where that is generic or of no
/// crate that of the trait.
fn crate_of(name: &str) -> &str {
    let of_path = |path: &str| -> Option<usize> { path.find("::").filter(|end| is_word(&path[..*end])) };
    let mut rest = name;
    loop {
        rest = rest.trim_start_matches(['<', '&', '(', '[', '*']);
        let unmarked = ["mut ", "const ", "dyn ", "impl "].iter().find_map(|mark| rest.strip_prefix(mark));
        match (of_path(rest), unmarked, rest.split_once(" as ")) {
            (Some(end), _, _) => return &rest[..end],
            (None, Some(unmarked), _) => rest = unmarked,
            (None, None, Some((_, of_trait))) => rest = of_trait,
            (None, None, None) => return NO_CRATE,
        }
    }
}

fn is_word(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|letter| letter.is_ascii_alphanumeric() || letter == '_')
}

#[cfg(test)]
mod tests {
    use super::{NO_CRATE, crate_of};

    #[test]
    fn a_name_tells_its_crate() {
        for (name, expected) in [
            ("app::pages::sources::read", "app"),
            ("<app::ui::icon::Icon as core::fmt::Debug>::fmt", "app"),
            ("<_ as tachys::view::any_view::IntoAny>::into_any", "tachys"),
            ("<&mut alloc::vec::Vec<u8> as core::fmt::Write>::write_str", "alloc"),
            ("<(A, B) as tachys::view::Render>::build", "tachys"),
            ("<dyn core::any::Any>::is", "core"),
            ("core::ptr::drop_in_place::<app::Thing>", "core"),
            ("<u64 as leptos::Show>::show", "leptos"),
            ("memcpy", NO_CRATE),
            ("", NO_CRATE),
        ] {
            assert_eq!(crate_of(name), expected, "{name}");
        }
    }
}
