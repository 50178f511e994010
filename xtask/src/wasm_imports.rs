//! Gives what the wasm imports from its script short names, in both: those that wasm-bindgen makes hold 16 hex digits each,
//! of which brotli makes nothing smaller.

use crate::wasm_section::{self, IMPORTS, leb, text};
use anyhow::{Context, Result, ensure};
use wasmparser::{Import, Parser, Payload};

/// How the names begin that wasm-bindgen makes. What else is imported is exported elsewhere and keeps its name.
const MADE: [&str; 2] = ["__wbg_", "__wbindgen_"];

/// Renames the imports. Each must stand once in the script, where it is defined.
pub fn shorten(module: &mut Vec<u8>, script: &mut String) -> Result<()> {
    let mut shorter = None;
    for payload in Parser::new(0).parse_all(module) {
        let Payload::ImportSection(imports) = payload? else { continue };
        let range = imports.range();
        let imports: Vec<(usize, Import)> = imports.into_imports_with_offsets().collect::<Result<_, _>>()?;
        let mut content = leb(imports.len());
        for (i, (start, import)) in imports.iter().enumerate() {
            let end = imports.get(i + 1).map_or(range.end, |(next, _)| *next);
            let names_end = start + text(import.module).len() + text(import.name).len();
            let name = if MADE.iter().any(|made| import.name.starts_with(made)) {
                let short = short(i);
                rename(script, import.name, &short)?;
                short
            } else {
                import.name.to_owned()
            };
            content.extend([text(import.module), text(&name)].concat());
            content.extend_from_slice(&module[names_end..end]);
        }
        shorter = Some((range, content));
    }
    let (range, content) = shorter.context("a module without imports")?;
    wasm_section::replace(module, IMPORTS, range, &content)
}

/// `$0`, `$a`, `$10`: names that nothing else has.
fn short(mut number: usize) -> String {
    const DIGITS: &[u8; 36] = b"0123456789abcdefghijklmnopqrstuvwxyz";
    let mut letters = String::new();
    loop {
        letters.insert(0, char::from(DIGITS[number % 36]));
        number /= 36;
        if number == 0 {
            return format!("${letters}");
        }
    }
}

/// Renames a method of the object that the script hands to the wasm.
fn rename(script: &mut String, name: &str, short: &str) -> Result<()> {
    let defined = format!(" {name}: function(");
    ensure!(script.matches(&defined).count() == 1, "the script does not define {name} once; see {}", file!());
    *script = script.replace(&defined, &format!(" {short}: function("));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{short, shorten};
    use crate::wasm_section::{CUSTOM, IMPORTS, leb, section, text};

    /// Imports a function of no parameters under each of these names, all from `./a.js`.
    fn module(names: &[&str]) -> Vec<u8> {
        let import = |name: &&str| [text("./a.js"), text(name), vec![0x00, 0x00]].concat();
        let imports = [leb(names.len()), names.iter().flat_map(import).collect()].concat();
        const TYPES: [u8; 4] = [0x01, 0x60, 0x00, 0x00];
        [b"\0asm\x01\0\0\0".to_vec(), section(1, &TYPES), section(IMPORTS, &imports), section(CUSTOM, b"\x01x")]
            .concat()
    }

    #[test]
    fn imports_are_renamed_in_both_and_the_rest_stays() {
        let mut wasm = module(&["__wbg_fetch_8d9b732df7467c44", "memory", "__wbindgen_cast_1"]);
        let mut script =
            "const x = { __wbg_fetch_8d9b732df7467c44: function(a) {},\n __wbindgen_cast_1: function() {} }".to_owned();
        shorten(&mut wasm, &mut script).unwrap();
        assert_eq!(wasm, module(&["$0", "memory", "$2"]));
        assert_eq!(script, "const x = { $0: function(a) {},\n $2: function() {} }");
    }

    #[test]
    fn an_import_that_the_script_does_not_define_is_refused() {
        let error = shorten(&mut module(&["__wbg_fetch_8d"]), &mut String::new()).unwrap_err();
        assert!(error.to_string().contains("does not define __wbg_fetch_8d"));
    }

    #[test]
    fn short_names_differ() {
        assert_eq!([0, 35, 36, 1_000].map(short), ["$0", "$z", "$10", "$rs"]);
    }
}
