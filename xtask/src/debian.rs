//! Debian's packages, for machines that are ours to change: root on Debian. Elsewhere we only say what is missing.

use crate::command::{output, run};
use anyhow::Result;
use std::path::Path;
use std::process::Command;

/// Whether `install` may be called.
pub fn is_ours() -> bool {
    let is_root = || output(Command::new("id").arg("-u")).is_ok_and(|id| id.trim() == "0");
    Path::new("/etc/debian_version").exists() && is_root()
}

/// Installs packages by name.
pub fn install(packages: &[&str]) -> Result<()> {
    run(apt().args(["-qq", "update"]))?;
    run(apt().args(["-qq", "--yes", "install", "--no-install-recommends"]).args(packages))
}

fn apt() -> Command {
    let mut apt = Command::new("apt-get");
    apt.env("DEBIAN_FRONTEND", "noninteractive");
    apt
}
