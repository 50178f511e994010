//! Measures a release: builds it and the `bench` program, then hands over to `bench`, which knows the scenarios.

use crate::command::{self, cargo};
use crate::paths::Profile;
use crate::{browser, npm, server, site, wasm, wasm_crates};
use anyhow::Result;
use std::ffi::OsString;
use std::fs;
use std::process::Command;

/// Where `bench page` looks for the browser half's bytes by crate.
const BY_CRATE: &str = "target/bench/wasm_by_crate.json";

/// Builds and measures; the arguments are `bench`'s.
pub fn run(args: &[OsString]) -> Result<()> {
    let is_asked_for = |words: &[&str]| args.iter().any(|arg| words.iter().any(|word| arg == word));
    if args.is_empty() || is_asked_for(&["--help", "-h", "help"]) {
        // Nobody wants to wait for a release to read this.
        return command::run(cargo().args(["run", "--quiet", "--package", "bench", "--"]).args(args));
    }
    site::build(Profile::Release)?;
    let (headwater, program) = server::build_with_bench()?;
    let mut bench = Command::new(program);
    if is_asked_for(&["page", "all"]) {
        npm::ensure("end2end", "benchmark: npm packages")?;
        bench.env("CHROMIUM", browser::ensure()?);
        let by_crate = wasm_crates::by_crate(&fs::read(wasm::compiled(Profile::Release))?)?;
        fs::create_dir_all("target/bench")?;
        fs::write(BY_CRATE, serde_json::to_vec(&by_crate)?)?;
    }
    command::run(bench.arg("--headwater").arg(headwater).args(args))
}
