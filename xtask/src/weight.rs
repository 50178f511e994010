//! What a browser transfers when it opens the most visited page first, HTML not counted: the release site's files,
//! compressed as they are served, and a limit that they must stay below. Not part of `ci`, because a release of the browser half takes minutes to build.

use crate::paths::Profile;
use crate::site;
use crate::wasm::FILES;
use crate::wasm_split::{Files, MOST_VISITED};
use anyhow::{Context, Result, bail};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

/// What the page that is weighed loads beside its own wasm.
const FIRST_LOAD: [&str; 6] = [
    "pkg/headwater.wasm",
    "pkg/headwater.js",
    "pkg/loader.js",
    "pkg/headwater.css",
    "fonts/inter.woff2",
    "favicon.svg",
];
/// All of them, in bytes: with the page itself and the answers' heads, some 15 kB, a first load is 315 kB of the 320 it may be.
const LIMIT: u64 = 300_200;

/// Builds the release site, says what its first load weighs, and fails above the limit.
pub fn run() -> Result<()> {
    site::build(Profile::Release)?;
    let site = Profile::Release.site();
    let manifest: BTreeMap<String, String> = serde_json::from_slice(&fs::read(site.join("manifest.json"))?)?;
    let place = |name: &str| -> Result<PathBuf> {
        let url = manifest.get(name).with_context(|| format!("the site has no {name}"))?;
        Ok(site.join(url.trim_start_matches('/')))
    };
    let mut files: Files = serde_json::from_slice(&fs::read(place(&format!("pkg/{FILES}"))?)?)?;
    let own = files.remove(MOST_VISITED).with_context(|| format!("no page has files named {MOST_VISITED}"))?;
    let mut sum = 0;
    for name in FIRST_LOAD.into_iter().map(str::to_owned).chain(own.into_iter().map(|file| format!("pkg/{file}"))) {
        let bytes = transferred(&place(&name)?)?;
        println!("{bytes:>9}  {name}");
        sum += bytes;
    }
    println!("{sum:>9}  in all, of at most {LIMIT}");
    if sum > LIMIT {
        bail!("the first load has grown beyond its limit");
    }
    Ok(())
}

/// The size of the file as a browser gets it: brotli where the build made that.
fn transferred(file: &Path) -> Result<u64> {
    let mut compressed = file.as_os_str().to_owned();
    compressed.push(".br");
    let bytes = fs::metadata(&compressed).or_else(|_| fs::metadata(file));
    Ok(bytes.with_context(|| format!("cannot read {}", file.display()))?.len())
}
