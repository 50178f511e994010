//! Tells `src/assets.rs` where the built site lies: `target/site/<debug|release>`, written by `cargo xtask`.
//! The folder is made here when it is missing, so that `cargo check` works before the first build.

use std::path::PathBuf;

fn main() -> std::io::Result<()> {
    let server = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let root = server.parent().unwrap_or(&server).canonicalize()?;
    let profile = build_profile();
    let site = root.join("target/site").join(&profile);
    std::fs::create_dir_all(&site)?;

    println!("cargo:rustc-env=HEADWATER_SITE={}", site.display());
    println!("cargo:rerun-if-changed=build.rs");
    if profile == "release" {
        // A debug binary reads the folder when asked; a release binary carries it, so a new site is a new binary.
        println!("cargo:rerun-if-changed={}", site.display());
    }
    Ok(())
}

/// `debug` or `release`, in cargo's words (the custom profiles count as what they inherit from).
#[expect(clippy::disallowed_methods, reason = "cargo speaks to build scripts through the environment")]
fn build_profile() -> String {
    std::env::var("PROFILE").unwrap_or_else(|_| "debug".to_owned())
}
