//! npm's packages, in the folders that have a lock file: installed by it, and only when it changed.

use crate::command::{run, succeeds};
use crate::step::step;
use anyhow::{Context, Result, bail};
use std::fs;
use std::path::Path;
use std::process::Command;

/// Installs a folder's packages if they are not there yet; `what` is the step's name.
pub fn ensure(folder: &str, what: &str) -> Result<()> {
    let lock_file = Path::new(folder).join("package-lock.json");
    let lock = fs::read(&lock_file).with_context(|| format!("cannot read {}", lock_file.display()))?;
    // A copy of the lock file that the installed packages came from.
    let installed = Path::new(folder).join("node_modules/.installed-lock.json");
    if fs::read(&installed).is_ok_and(|last| last == lock) {
        return Ok(());
    }
    if !succeeds(Command::new("npm").arg("--version")) {
        bail!("no npm here; it comes with Node.js 20 or later: https://nodejs.org");
    }
    step(what, || {
        // Scripts would download browsers of their own; ours is the system's.
        run(Command::new("npm")
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"])
            .current_dir(folder)
            .env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))?;
        fs::write(installed, &lock)?;
        Ok(())
    })
}
