//! Measures a release: builds it and the `bench` program, then hands over to `bench`, which knows the scenarios.

use crate::command::{self, cargo};
use crate::paths::Profile;
use crate::{browser, npm, server, site};
use anyhow::Result;
use std::ffi::OsString;
use std::process::Command;

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
    }
    command::run(bench.arg("--headwater").arg(headwater).args(args))
}
