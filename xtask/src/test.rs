//! Every test: the crates', the build's own, then the browser's against a server built for them.

use crate::command::{self, cargo, succeeds};
use crate::paths::Profile;
use crate::step::step;
use crate::{browser, clients, npm, server, site};
use anyhow::Result;
use clap::ValueEnum;
use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

/// Half of the tests.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Half {
    /// The crates' tests
    Rust,
    /// The browser's tests
    Browser,
}

/// Runs both halves, or the one asked for; `playwright` goes to the browser's.
pub fn run(only: Option<Half>, playwright: &[OsString]) -> Result<()> {
    if only != Some(Half::Browser) {
        step("tests: the crates", || test_packages(&[]))?;
        // Apart from the rest: with it, cargo would build both for the union of their features.
        step("tests: the build", || test_packages(&["--package", "xtask", "--package", "bench"]))?;
    }
    if only != Some(Half::Rust) {
        npm::ensure("end2end", "browser tests: npm packages")?;
        clients::ensure()?;
        let chromium = browser::ensure()?;
        site::build(Profile::Debug)?;
        let binary = if only.is_none() { server::build_with_tests() } else { server::build(Profile::Debug) }?;
        test_browser(&chromium, &binary, playwright)?;
    }
    Ok(())
}

fn test_packages(which: &[&str]) -> Result<()> {
    if succeeds(cargo().args(["nextest", "--version"])) {
        command::run(cargo().args(["nextest", "run", "--no-fail-fast"]).args(which))
    } else {
        command::run(cargo().arg("test").args(["--no-fail-fast", "--lib", "--bins", "--tests"]).args(which))
    }
}

/// The tests start servers of their own, each with its own data; here they are told where the binary is.
fn test_browser(chromium: &Path, binary: &Path, playwright: &[OsString]) -> Result<()> {
    if Path::new("end2end/tsconfig.json").exists() {
        step("browser tests: types", || command::run(end2end("tsc").arg("--noEmit")))?;
    }
    step("browser tests: run", || {
        command::run(
            end2end("playwright").arg("test").args(playwright).env("CHROMIUM", chromium).env("HEADWATER_BIN", binary),
        )
    })
}

/// A program of end2end's npm packages, run there.
fn end2end(program: &str) -> Command {
    let mut npx = Command::new("npx");
    npx.args(["--no-install", program]).current_dir("end2end");
    npx
}
