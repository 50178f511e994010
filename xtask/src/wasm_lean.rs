//! What rustc leaves out of a release of the browser half: copies of what could as well be called, where in the source a panic
//! was, what values look like when printed for programmers, and panics' own machinery, which stops the page either way. The
//! last is in the standard library, too, which is compiled along for that; where its source cannot be had, its share stays in.

use crate::command::{run, succeeds};
use crate::wasm_target::{Toolchain, std_source};
use anyhow::Result;
use std::process::Command;

/// For every crate, with any standard library.
const FLAGS: [&str; 3] = ["-Zlocation-detail=none", "-Zfmt-debug=none", "-Cllvm-args=-inline-threshold=0"];
/// Only together with a standard library that is compiled with them as well.
const FLAGS_WITH_STD: [&str; 2] = ["-Zunstable-options", "-Cpanic=immediate-abort"];
/// Has cargo compile it.
const STD: &str = "-Zbuild-std=std,panic_abort";

/// Tells cargo to leave it out. These are options that rustc does not call stable; what they leave out, they have for years.
pub fn leave_out(cargo: &mut Command, toolchain: Toolchain) -> Result<()> {
    cargo.env("RUSTC_BOOTSTRAP", "1");
    add_rustflags(cargo, &FLAGS);
    if has_std_source(toolchain)? {
        add_rustflags(cargo, &FLAGS_WITH_STD);
        cargo.arg(STD);
    } else {
        println!("  warning: no source of the standard library, so the wasm stays larger than it must;");
        println!("  `rustup component add rust-src` brings it");
    }
    Ok(())
}

/// To those of `.cargo/config.toml`.
fn add_rustflags(cargo: &mut Command, flags: &[&str]) {
    cargo.arg("--config").arg(format!("build.rustflags = {flags:?}"));
}

fn has_std_source(toolchain: Toolchain) -> Result<bool> {
    match toolchain {
        Toolchain::Debian => Ok(false),
        Toolchain::Ours if std_source()?.exists() => Ok(true),
        Toolchain::Ours => {
            println!("  rust's source is missing; adding it");
            let added = succeeds(Command::new("rustup").arg("--version"))
                && run(Command::new("rustup").args(["component", "add", "rust-src"])).is_ok();
            Ok(added && std_source()?.exists())
        }
    }
}
