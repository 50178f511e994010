//! Cuts the browser half into files at the pages that `app/src/routes.rs` calls lazy, and at parts of them: what every page
//! needs, what one page or part needs, and what some of them share.

use crate::{wasm_data, wasm_shared};
use anyhow::{Context, Result, anyhow, ensure};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use wasm_split_cli_support::{Options, transform};

/// The script that fetches the files; the browser half imports it.
pub const LOADER: &str = "loader.js";

/// The name of a lazy page's file, as `routes.rs` has it, and the wasm files that it comes in.
pub type Files = BTreeMap<String, Vec<String>>;

/// The name of the file whose page most visits begin with: it comes in one file beside the first.
pub const MOST_VISITED: &str = "overview";

/// Fetches the styles that the page came without, if it did: `app/src/layout/shell.rs` says where they are.
const STYLES: &str = r#"
function __styles() {
    const root = document.documentElement, href = root.dataset.styles;
    if (href && !__styles.there) {
        __styles.there = new Promise((resolve, reject) => {
            const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href, onload: resolve });
            link.onerror = () => {
                link.remove();
                __styles.there = undefined;
                reject(new Error(`cannot load ${href}`));
            };
            document.head.append(link);
        });
    }
    return __styles.there;
}
"#;

/// Writes the loader and the lazy files into this folder, and returns what every page needs: `script`, which wasm-bindgen
/// makes of it, is how the loader imports that.
pub fn split(mut module: Vec<u8>, folder: &Path, script: &str) -> Result<(Vec<u8>, Files)> {
    let (_, files) = split_once(&module, folder, script)?;
    let own = format!("split_{MOST_VISITED}.wasm");
    let shared = files.get(MOST_VISITED).into_iter().flatten().filter(|file| **file != own);
    let shared: Vec<Vec<u8>> = shared.map(|file| fs::read(folder.join(file))).collect::<Result<_, _>>()?;
    wasm_shared::export(&mut module, &shared)?;
    let (mut main, mut files) = split_once(&module, folder, script)?;
    wasm_shared::hide(&mut main)?;
    for file in files.get(MOST_VISITED).cloned().unwrap_or_default() {
        let path = folder.join(&file);
        let bytes = fs::read(&path)?;
        if wasm_data::is_all(&bytes)? {
            wasm_data::add(&mut main, &bytes)?;
            forget(&file, &folder.join(LOADER))?;
            fs::remove_file(path)?;
            files.values_mut().for_each(|files| files.retain(|other| *other != file));
        }
    }
    let loader = folder.join(LOADER);
    let mut script = fs::read_to_string(&loader)?;
    for page in files.keys().filter(|page| *page != MOST_VISITED) {
        script = style(&script, page)?;
    }
    fs::write(loader, script + STYLES)?;
    Ok((main, files))
}

/// Has a page's or part's file wait for the styles that it needs.
fn style(script: &str, page: &str) -> Result<String> {
    let file = format!("./split_{page}.wasm");
    let fetched = script.find(&file).with_context(|| format!("the loader does not fetch {file}"))?;
    const NEEDS: &str = "\n, [";
    let needs = script[fetched..].find(NEEDS).context("what fetches the file has no end")? + fetched + NEEDS.len();
    let (before, after) = script.split_at(needs);
    let separator = if after.starts_with(']') { "" } else { ", " };
    Ok(format!("{before}__styles{separator}{after}"))
}

/// Takes a file out of the loader: what fetches it, and where that is asked to.
fn forget(file: &str, loader: &Path) -> Result<()> {
    let mut script = fs::read_to_string(loader)?;
    let name = format!("__{}", file.trim_end_matches(".wasm"));
    let start = script.find(&format!("const {name} = makeLoad(")).context("the loader does not fetch the file")?;
    const END: &str = ", []);\n";
    let length = script[start..].find(END).context("what fetches the file has no end")? + END.len();
    script.replace_range(start..start + length, "");
    for (asked, others) in [("[NAME]", "[]"), ("[NAME, ", "["), (", NAME,", ","), (", NAME]", "]")] {
        script = script.replace(&asked.replace("NAME", &name), others);
    }
    ensure!(
        !script.contains(&format!("{name},")) && !script.contains(&format!("{name}]")),
        "the loader still asks for {file}"
    );
    Ok(fs::write(loader, script)?)
}

fn split_once(module: &[u8], folder: &Path, script: &str) -> Result<(Vec<u8>, Files)> {
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::create_dir_all(folder)?;
    let main = folder.join("main.wasm");
    let mut options = Options::new(module);
    options.output_dir = folder;
    options.main_out_path = &main;
    let (link_name, main_module) = (format!("./{LOADER}"), format!("./{script}"));
    options.link_name = &link_name;
    options.main_module = &main_module;
    let split = transform(options).map_err(|error| anyhow!("cannot split the browser half: {error:#}"))?;
    let bytes = fs::read(&main)?;
    fs::remove_file(&main)?;
    let files = split.prefetch_map.into_iter().map(|(page, mut files)| {
        files.iter_mut().for_each(|file| file.push_str(".wasm"));
        files.sort();
        (page, files)
    });
    Ok((bytes, files.collect()))
}
