//! What the programs in `end2end/clients` call, from three registries: npm's packages, PyPI's in an environment for each
//! program (two of them want different versions of one library), and a crate, built into its program.

use crate::command::{cargo, run, succeeds};
use crate::step::step;
use crate::{debian, npm};
use anyhow::Result;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const PYTHON_PROGRAMS: [&str; 2] = ["analytics_python", "rudder_python"];
/// Where `end2end/harness/programs.ts` looks for them.
const PYTHON_ENVIRONMENTS: &str = "target/clients-python";
const RUST_TARGET: &str = "target/clients-rust";

/// Installs and builds what is not there yet.
pub fn ensure() -> Result<()> {
    npm::ensure("end2end/clients", "browser tests: other SDKs, from npm")?;
    ensure_python()?;
    step("browser tests: other SDKs, from crates.io", || {
        run(cargo()
            .args(["build", "--quiet", "--manifest-path", "end2end/clients/rust/Cargo.toml"])
            .args(["--target-dir", RUST_TARGET]))
    })
}

/// A machine without Python goes without the Python SDKs; the CI fails then, and others are told.
fn ensure_python() -> Result<()> {
    let missing: Vec<&str> = PYTHON_PROGRAMS.into_iter().filter(|program| !is_installed(program)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    if !has_python() && debian::is_ours() {
        step("browser tests: python", || debian::install(&["python3-venv"]))?;
    }
    if !has_python() {
        println!("  warning: no python3 with venv here, so the Python SDKs are not driven");
        return Ok(());
    }
    step("browser tests: other SDKs, from PyPI", || missing.into_iter().try_for_each(install))
}

fn has_python() -> bool {
    succeeds(Command::new("python3").args(["-c", "import ensurepip, venv"]))
}

fn install(program: &str) -> Result<()> {
    let environment = environment(program);
    run(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&environment))?;
    run(Command::new(environment.join("bin/pip"))
        .args(["install", "--quiet", "--disable-pip-version-check", "--requirement"])
        .arg(requirements(program)))?;
    // A copy of what the installed packages came from.
    fs::copy(requirements(program), environment.join("installed.txt"))?;
    Ok(())
}

fn is_installed(program: &str) -> bool {
    let installed = fs::read(environment(program).join("installed.txt"));
    installed.is_ok_and(|installed| fs::read(requirements(program)).is_ok_and(|wanted| wanted == installed))
}

fn environment(program: &str) -> PathBuf {
    Path::new(PYTHON_ENVIRONMENTS).join(program)
}

fn requirements(program: &str) -> PathBuf {
    Path::new("end2end/clients/python").join(format!("{program}.txt"))
}
