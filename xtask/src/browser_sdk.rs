//! The browser SDK that Headwater serves itself, so that a page needs no other host: npm's `@segment/analytics-next`
//! inside a few lines of ours. `server` answers `/analytics.js/v1/<write key>/analytics.min.js` with it.

use crate::assets::Assets;
use crate::npm;
use crate::paths::files_below;
use anyhow::{Context, Result};
use std::fs;
use std::path::{Path, PathBuf};

const FOLDER: &str = "browser_sdk";
const PACKAGE: &str = "node_modules/@segment/analytics-next";
/// The line of `around.js` in whose place the script goes.
const PLACE: &str = "SEGMENT_SCRIPT\n";

/// Where the SDK's package lies; fetched if it is not there yet. Without it the site is complete but for the SDK, so a
/// machine that cannot fetch it gets a warning instead of no site.
pub fn ensure() -> Option<PathBuf> {
    if let Err(error) = npm::ensure(FOLDER, "browser SDK: npm package") {
        println!("  warning: /analytics.js will be missing, pages must load the SDK from elsewhere: {error:#}");
        return None;
    }
    Some(Path::new(FOLDER).join(PACKAGE))
}

/// Adds the script, and the parts that it loads by these names from `/analytics-next/bundles/` when a page uses them:
/// link and form tracking, `?ajs_event=` in an address, a tracking plan in the load options …
pub fn add(assets: &mut Assets, package: &Path) -> Result<()> {
    assets.add_by_name("analytics.js/analytics.min.js", script(package)?.as_bytes())?;
    for file in files_below(&package.join("dist/umd"))? {
        let name = file.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if name.contains(".bundle.") && name.ends_with(".js") {
            let part = without_source_map(&read(&file)?).to_owned();
            assets.add_by_name(&format!("analytics-next/bundles/{name}"), part.as_bytes())?;
        }
    }
    Ok(())
}

/// The licence, which has to go where the script goes; then the script, inside our lines.
fn script(package: &Path) -> Result<String> {
    let manifest: serde_json::Value = serde_json::from_str(&read(&package.join("package.json"))?)?;
    let version = manifest["version"].as_str().context("a package has a version")?;
    let licence = read(&package.join("LICENSE.MD"))?;
    let around = read(&Path::new(FOLDER).join("around.js"))?;
    let (before, after) = around.split_once(PLACE).context("around.js has no place for the script")?;
    let standalone = read(&package.join("dist/umd/standalone.js"))?;
    let standalone = without_source_map(&standalone);
    Ok(format!("/*! @segment/analytics-next {version}\n\n{}\n*/\n{before}{standalone}\n{after}", licence.trim()))
}

/// The maps stay behind: they are four times as large as the scripts, and our lines would move what they point to.
fn without_source_map(script: &str) -> &str {
    script.split("\n//# sourceMappingURL=").next().unwrap_or(script)
}

fn read(file: &Path) -> Result<String> {
    fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_link_to_the_map_is_cut_and_nothing_else() {
        assert_eq!(without_source_map("a();\nb()\n//# sourceMappingURL=a.js.map"), "a();\nb()");
        assert_eq!(without_source_map("a('//# sourceMappingURL=')"), "a('//# sourceMappingURL=')");
    }
}
