//! Cuts the browser half into files at the pages that `app/src/routes.rs` calls lazy: what every page needs, what one
//! needs, and what some of them share.

use anyhow::{Result, anyhow};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use wasm_split_cli_support::{Options, transform};

/// The script that fetches the files; the browser half imports it.
pub const LOADER: &str = "loader.js";

/// The name of a lazy page's file, as `routes.rs` has it, and the wasm files that it comes in.
pub type Files = BTreeMap<String, Vec<String>>;

/// Writes the loader and the lazy files into this folder, and returns what every page needs: `script`, which wasm-bindgen
/// makes of it, is how the loader imports that.
pub fn split(module: &[u8], folder: &Path, script: &str) -> Result<(Vec<u8>, Files)> {
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
