//! What a change must pass, cheapest first: format, lints, what the browser must not carry, every test.

use crate::command::{self, cargo, output};
use crate::paths::FRONT_TARGET;
use crate::step::step;
use crate::test;
use crate::wasm_target::{self, TARGET, Toolchain};
use anyhow::{Result, bail};

/// Too large for a browser, or of no use there.
const DENIED: [&str; 9] = ["chrono", "chrono-tz", "hyper", "jiff", "reqwest", "rustls", "sqlx", "tokio", "zstd"];
/// Leptos has these itself and uses little of them; our code would pull in the rest.
const DENIED_TO_US: [&str; 3] = ["regex", "serde_urlencoded", "url"];

/// Runs all checks, then all tests.
pub fn run() -> Result<()> {
    step("format", || command::run(cargo().args(["fmt", "--all", "--check"])))?;
    step("lints: the crates", || lint(&["--all-targets"]))?;
    step("lints: the build", || lint(&["--package", "xtask", "--package", "bench", "--all-targets"]))?;
    step("lints: the browser half", lint_browser_half)?;
    step("what the browser must not carry", check_browser_tree)?;
    test::run(None, &[])
}

fn lint(which: &[&str]) -> Result<()> {
    command::run(cargo().arg("clippy").args(which).args(["--", "-D", "warnings"]))
}

/// Apart from the rest, for the browser's target: one call would unify `ssr` and `hydrate` (leptos #4586).
fn lint_browser_half() -> Result<()> {
    if wasm_target::ensure()? == Toolchain::Debian {
        println!("  skipped: Debian's toolchain for the browser comes without clippy");
        return Ok(());
    }
    let target = ["--target", TARGET, "--profile", "wasm-dev", "--target-dir", FRONT_TARGET];
    lint(&[&["--package", "frontend", "--lib"], &target[..]].concat())
}

fn check_browser_tree() -> Result<()> {
    deny(&tree(&["--package", "frontend"])?, &DENIED)?;
    deny(&tree(&["--package", "frontend", "--package", "app", "--package", "domain", "--depth", "1"])?, &DENIED_TO_US)
}

fn tree(which: &[&str]) -> Result<String> {
    let shape = ["--target", TARGET, "--edges", "normal", "--prefix", "none", "--format", "{p}"];
    output(cargo().arg("tree").args(which).args(shape))
}

/// An error that names the first denied package in a tree of `name version` lines.
fn deny(tree: &str, denied: &[&str]) -> Result<()> {
    let mut names = tree.lines().filter_map(|line| line.split_whitespace().next());
    if let Some(name) = names.find(|name| denied.contains(name)) {
        bail!("the browser half depends on {name}; `cargo tree -p frontend --target {TARGET} -i {name}` says why");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_denied_package_is_named() {
        let tree = "frontend v0.1.0 (/work)\nserde v1.0.0\n\ntokio v1.52.0 (*)\n";
        assert!(deny(tree, &["tokio"]).unwrap_err().to_string().contains("depends on tokio"));
        assert!(deny(tree, &["tok", "tokio-util"]).is_ok());
    }
}
