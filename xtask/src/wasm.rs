//! The browser half: cargo builds `frontend`, it is split into files (`wasm_split`), wasm-bindgen (as a library, so its
//! version is our lock file's) writes the script beside the first of them, and a release goes through `wasm-opt`.

use crate::command::{output, run};
use crate::paths::{FRONT_TARGET, Profile, files_below};
use crate::step::step;
use crate::wasm_snip::{NEVER_RUN, snip};
use crate::wasm_split::{LOADER, split};
use crate::wasm_target::{self, TARGET};
use crate::{wasm_imports, wasm_lean};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::UNIX_EPOCH;
use wasm_bindgen_cli_support::Bindgen;

/// npm's binaryen, installed with the browser tests.
const WASM_OPT: &str = "end2end/node_modules/.bin/wasm-opt";

/// npm's esbuild, likewise.
const ESBUILD: &str = "end2end/node_modules/.bin/esbuild";

/// Small as it travels, and few functions: a browser compiles each when it is first called, in the task that wakes the page. What
/// is as short as a call, or short and called from one place, goes where it is called. More would make what brotli
/// makes of it a tenth larger. Nothing lies in the lowest kilobyte: there the stack, which grows downwards, ends.
const OPTIMISATIONS: [&str; 9] = [
    "--low-memory-unused",
    "--flatten",
    "--rereloop",
    "-Os",
    "--always-inline-max-function-size=5",
    "--one-caller-inline-max-function-size=40",
    "--flexible-inline-max-function-size=0",
    "--converge",
    "--strip-producers",
];

/// What browsers have had for years and rustc emits; listed because a stripped module does not say so itself.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// Which wasm files a page needs beside the first, in the folder of the bindings.
pub const FILES: &str = "files.json";

/// Builds the browser half and returns its folder: `headwater.js` and `headwater.wasm`, the lazy pages' files, their loader,
/// [`FILES`], and `snippets/`, if a dependency brings some. They import each other by relative path.
pub fn build(profile: Profile) -> Result<PathBuf> {
    let compiled = compile(profile)?;
    let out = Path::new(FRONT_TARGET).join("bindings").join(profile.folder());

    let stamp = stamp(&compiled)?;
    let stamp_file = out.with_extension("stamp");
    if fs::read_to_string(&stamp_file).is_ok_and(|last| last == stamp) {
        return Ok(out);
    }
    let mut module = fs::read(&compiled)?;
    if profile == Profile::Release {
        step("browser half: take out what is never run", || snip(&mut module, &NEVER_RUN))?;
    }
    let (main, files) = step("browser half: split", || split(module, &out, "headwater.js"))?;
    step("browser half: bindings", || bind(main, &out, profile))?;
    if profile == Profile::Release {
        step("browser half: short names", || shorten_names(&out))?;
        optimise(&out)?;
        minify(&out)?;
    }
    fs::write(out.join(FILES), serde_json::to_vec_pretty(&files)?)?;
    fs::write(stamp_file, stamp)?;
    Ok(out)
}

/// Has cargo make one module, with the linker's notes, which splitting reads.
fn compile(profile: Profile) -> Result<PathBuf> {
    let toolchain = wasm_target::ensure()?;
    step("browser half: compile", || {
        let mut cargo = toolchain.cargo();
        cargo.args(["rustc", "--package", "frontend", "--lib", "--crate-type", "cdylib", "--target", TARGET]);
        if profile == Profile::Release {
            wasm_lean::leave_out(&mut cargo, toolchain)?;
        }
        run(cargo
            .args(["--profile", profile.wasm(), "--target-dir", FRONT_TARGET])
            .args(["--", "-Clink-arg=--emit-relocs"]))
    })?;
    Ok(compiled(profile))
}

/// What cargo makes: one module, with the names of its functions.
pub fn compiled(profile: Profile) -> PathBuf {
    Path::new(FRONT_TARGET).join(TARGET).join(profile.wasm()).join("frontend.wasm")
}

/// Changes when the input or the way it is treated does: cargo writes the files only when it compiles.
fn stamp(compiled: &Path) -> Result<String> {
    let metadata = fs::metadata(compiled).with_context(|| format!("cargo made no {}", compiled.display()))?;
    let modified = metadata.modified()?.duration_since(UNIX_EPOCH)?.as_nanos();
    let ours = fs::metadata(std::env::current_exe()?)?.modified()?.duration_since(UNIX_EPOCH)?.as_nanos();
    let tools = [WASM_OPT, ESBUILD].map(|tool| Path::new(tool).exists());
    Ok(format!("{} {modified} {ours} {tools:?}", metadata.len()))
}

fn bind(module: Vec<u8>, out: &Path, profile: Profile) -> Result<()> {
    let release = profile == Profile::Release;
    Bindgen::new()
        .input_bytes("headwater", module)
        .out_name("headwater")
        .web(true)?
        .typescript(false)
        // The page names the wasm itself: its file name has a hash.
        .omit_default_module_path(true)
        // The lazy files import what the linker exported.
        .keep_lld_exports(true)
        .remove_name_section(release)
        .remove_producers_section(release)
        .generate(out)
        .context("wasm-bindgen")?;
    fs::rename(out.join("headwater_bg.wasm"), out.join("headwater.wasm"))?;
    Ok(())
}

fn shorten_names(folder: &Path) -> Result<()> {
    let (wasm, script) = (folder.join("headwater.wasm"), folder.join("headwater.js"));
    let (mut module, mut text) = (fs::read(&wasm)?, fs::read_to_string(&script)?);
    wasm_imports::shorten(&mut module, &mut text)?;
    fs::write(wasm, module)?;
    fs::write(script, text)?;
    Ok(())
}

fn minify(folder: &Path) -> Result<()> {
    if !Path::new(ESBUILD).exists() {
        println!("  warning: no esbuild, so the scripts stay larger than they must; `npm ci` in end2end brings it");
        return Ok(());
    }
    step("browser half: esbuild", || {
        for script in ["headwater.js", LOADER].map(|name| folder.join(name)) {
            let small =
                output(Command::new(ESBUILD).args(["--minify", "--format=esm", "--log-level=error"]).arg(&script))?;
            fs::write(script, small)?;
        }
        Ok(())
    })
}

fn optimise(folder: &Path) -> Result<()> {
    if !Path::new(WASM_OPT).exists() {
        println!("  warning: no wasm-opt, so the wasm stays larger than it must; `npm ci` in end2end brings it");
        return Ok(());
    }
    step("browser half: wasm-opt", || {
        for wasm in files_below(folder)?.iter().filter(|file| file.extension().is_some_and(|kind| kind == "wasm")) {
            let before = fs::metadata(wasm)?.len();
            run(Command::new(WASM_OPT).args(OPTIMISATIONS).args(FEATURES).arg("-o").arg(wasm).arg(wasm))?;
            println!("  {}: {} kB, was {} kB", wasm.display(), fs::metadata(wasm)?.len() / 1000, before / 1000);
        }
        Ok(())
    })
}
