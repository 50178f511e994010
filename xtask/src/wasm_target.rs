//! A toolchain that can build for the browser: the one in use if it has the target, else rustup's addition to it, else
//! Debian's own (`wasm_debian`), else one command for a person to run.

use crate::command::{cargo, output, run, succeeds};
use crate::{debian, wasm_debian};
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The browser's target.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// Which cargo builds the browser half.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Toolchain {
    /// The one that runs us.
    Ours,
    /// Debian's, with a standard library that `wasm_debian` built.
    Debian,
}

impl Toolchain {
    /// A cargo command of this toolchain.
    pub fn cargo(self) -> Command {
        match self {
            Self::Ours => cargo(),
            Self::Debian => wasm_debian::cargo(),
        }
    }
}

/// Finds the toolchain, or makes it.
pub fn ensure() -> Result<Toolchain> {
    if ours_has_std()? {
        return Ok(Toolchain::Ours);
    }
    if wasm_debian::is_ready() {
        return Ok(Toolchain::Debian);
    }
    println!("  rust's standard library for {TARGET} is missing; adding it");
    let added = succeeds(Command::new("rustup").arg("--version"))
        && run(Command::new("rustup").args(["target", "add", TARGET])).is_ok();
    if added && ours_has_std()? {
        return Ok(Toolchain::Ours);
    }
    if debian::is_ours() {
        println!("  rustup could not; building it with Debian's toolchain");
        wasm_debian::install()?;
        return Ok(Toolchain::Debian);
    }
    bail!("cannot build for the browser; run `rustup target add {TARGET}` (https://rustup.rs) and try again")
}

fn ours_has_std() -> Result<bool> {
    Ok(has_std(&printed(&["target-libdir", "--target", TARGET])?))
}

/// Where the source of our toolchain's standard library is, if rustup has added it.
pub fn std_source() -> Result<PathBuf> {
    Ok(printed(&["sysroot"])?.join("lib/rustlib/src/rust/library/Cargo.lock"))
}

/// A path that rustc knows.
fn printed(what: &[&str]) -> Result<PathBuf> {
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    Ok(output(rustc.arg("--print").args(what))?.trim().into())
}

/// Whether a library folder holds a standard library.
pub fn has_std(folder: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    entries.flatten().any(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name.starts_with("libstd-") && name.ends_with(".rlib")
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn a_standard_library_is_recognised() {
        let folder = Scratch::new("wasm_target-1");
        assert!(!has_std(folder.path()));
        assert!(!has_std(&folder.path().join("none")));
        std::fs::write(folder.path().join("libcore-1.rlib"), "").unwrap();
        assert!(!has_std(folder.path()));
        std::fs::write(folder.path().join("libstd-497b.rlib"), "").unwrap();
        assert!(has_std(folder.path()));
    }
}
