//! The npm packages of `end2end/`: Playwright, axe, wasm-opt. Installed by the lock file, and only when it changed.

use crate::command::{run, succeeds};
use crate::step::step;
use anyhow::{Result, bail};
use std::fs;
use std::process::Command;

const LOCK: &str = "end2end/package-lock.json";
/// A copy of the lock file that the installed packages came from.
const INSTALLED: &str = "end2end/node_modules/.installed-lock.json";

/// Installs the packages if they are not there yet.
pub fn ensure() -> Result<()> {
    let lock = fs::read(LOCK)?;
    if fs::read(INSTALLED).is_ok_and(|installed| installed == lock) {
        return Ok(());
    }
    if !succeeds(Command::new("npm").arg("--version")) {
        bail!("the browser tests need Node.js 20 or later with npm: https://nodejs.org");
    }
    step("browser tests: npm packages", || {
        // Scripts would download browsers of their own; ours is the system's.
        run(Command::new("npm")
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            .current_dir("end2end")
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))?;
        fs::write(INSTALLED, &lock)?;
        Ok(())
    })
}
