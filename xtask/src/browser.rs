//! The system's Chromium, and a font for it to draw with.

use crate::debian;
use crate::paths::{files_below, find_program};
use crate::step::step;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

const NAMES: [&str; 5] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
const MAC_PATHS: [&str; 2] = [
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

/// The path of a Chromium: the variable `CHROMIUM`, else the usual places, else installed if the machine is ours.
pub fn ensure() -> Result<PathBuf> {
    if let Some(path) = std::env::var_os("CHROMIUM").map(PathBuf::from) {
        if !path.is_file() {
            bail!("CHROMIUM says {}, and there is no such file", path.display());
        }
        return Ok(path);
    }
    let found = find();
    if debian::is_ours() && (found.is_none() || !has_fonts()) {
        step("browser tests: chromium", || debian::install(&["chromium", "fonts-dejavu-core"]))?;
    }
    found.or_else(find).context(
        "no Chromium found; set CHROMIUM to its path, or install it: `sudo apt-get install chromium` on Debian, \
         `brew install --cask chromium` on macOS",
    )
}

fn find() -> Option<PathBuf> {
    let on_mac = || MAC_PATHS.iter().map(PathBuf::from).find(|path| path.is_file());
    find_program(&NAMES).or_else(on_mac)
}

/// Chromium draws no text at all on a machine without a single font.
fn has_fonts() -> bool {
    files_below(Path::new("/usr/share/fonts")).is_ok_and(|files| {
        let is_font = |file: &PathBuf| file.extension().is_some_and(|kind| kind == "ttf" || kind == "otf");
        files.iter().any(is_font)
    })
}
