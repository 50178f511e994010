//! Debian has a rustc that knows the browser's target but no standard library for it, only its source. Building that
//! takes half a minute and needs nothing from outside Debian: for machines where rustup cannot download.

use crate::command::run;
use crate::debian;
use crate::wasm_target::{TARGET, has_std};
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const PACKAGES: [&str; 5] = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm", "lld-22"];
const CARGO: &str = "/usr/bin/cargo";
const RUSTC: &str = "/usr/bin/rustc";
/// Where Debian's rustc looks for the target's libraries.
const LIBRARIES: &str = "/usr/lib/rustlib/wasm32-unknown-unknown/lib";

/// Debian's cargo with Debian's rustc, whatever rustup has put in front of them.
pub fn cargo() -> Command {
    let mut cargo = Command::new(CARGO);
    cargo.env("RUSTC", RUSTC).env_remove("RUSTUP_TOOLCHAIN").env_remove("CARGO").env_remove("RUSTFLAGS");
    cargo
}

/// Whether `install` has been here before.
pub fn is_ready() -> bool {
    Path::new(CARGO).exists() && Path::new(RUSTC).exists() && has_std(Path::new(LIBRARIES))
}

/// Installs the packages, builds the standard library from a copy of its source, and puts it where rustc looks.
pub fn install() -> Result<()> {
    debian::install(&PACKAGES)?;
    let work = PathBuf::from("target/wasm-std");
    if work.exists() {
        fs::remove_dir_all(&work).context("cannot clear target/wasm-std")?;
    }
    fs::create_dir_all(&work)?;
    run(Command::new("cp").arg("--recursive").arg(library_source()?).arg(work.join("library")))?;
    run(cargo()
        .args(["build", "--release", "--features", "panic-unwind", "--target", TARGET])
        .arg("--manifest-path")
        .arg(work.join("library/sysroot/Cargo.toml"))
        .arg("--target-dir")
        .arg(work.join("target"))
        // What rust's own build sets: the library uses unstable features and must not clash with crates of the same name.
        .env("RUSTC_BOOTSTRAP", "1")
        .env("RUSTFLAGS", "-Zforce-unstable-if-unmarked -Cembed-bitcode=yes")
        .env("__CARGO_DEFAULT_LIB_METADATA", "wasmstd"))?;
    copy_libraries(&work.join("target").join(TARGET).join("release/deps"))
}

/// `/usr/src/rustc-<version>/library`, the newest if there are several.
fn library_source() -> Result<PathBuf> {
    let mut found: Vec<PathBuf> = fs::read_dir("/usr/src")?
        .flatten()
        .map(|entry| entry.path().join("library"))
        .filter(|path| path.is_dir())
        .collect();
    found.sort();
    found.pop().context("rust-web-src has put no library into /usr/src")
}

fn copy_libraries(from: &Path) -> Result<()> {
    fs::create_dir_all(LIBRARIES)?;
    for entry in fs::read_dir(from)?.flatten() {
        let path = entry.path();
        if path.extension().is_some_and(|extension| extension == "rlib") {
            let name = path.file_name().context("a file has a name")?;
            fs::copy(&path, Path::new(LIBRARIES).join(name))?;
        }
    }
    Ok(())
}
