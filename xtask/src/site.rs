//! The site, in order: public files, the stylesheet (which links to them), the browser half, the browser SDK, all into
//! `target/site`.

use crate::assets::Assets;
use crate::paths::{Profile, files_below};
use crate::step::step;
use crate::{browser_sdk, styles, wasm};
use anyhow::{Context, Result};
use std::fs;
use std::path::Path;

/// Builds everything that a browser loads.
pub fn build(profile: Profile) -> Result<()> {
    let bindings = wasm::build(profile)?;
    let sdk = browser_sdk::ensure();
    step("site: styles, names, compression", || {
        let mut assets = Assets::new(profile.site(), profile);
        add_public(&mut assets)?;
        for (name, entry) in [("pkg/headwater.css", styles::MAIN), ("pkg/rest.css", styles::REST)] {
            let css = styles::build(entry, assets.urls())?;
            assets.add(name, css.as_bytes())?;
        }
        add_bindings(&mut assets, &bindings)?;
        if let Some(package) = &sdk {
            browser_sdk::add(&mut assets, package)?;
        }
        assets.finish()
    })
}

/// Files in folders of `public/` are linked by us and get hashed names; those at its top are asked for by name.
fn add_public(assets: &mut Assets) -> Result<()> {
    let public = Path::new("public");
    for file in files_below(public)? {
        let name = name_below(public, &file)?;
        let bytes = fs::read(&file)?;
        if name.contains('/') { assets.add(&name, &bytes)? } else { assets.add_by_name(&name, &bytes)? }
    }
    Ok(())
}

fn add_bindings(assets: &mut Assets, bindings: &Path) -> Result<()> {
    let mut files = Vec::new();
    for file in files_below(bindings)? {
        files.push((name_below(bindings, &file)?, fs::read(&file)?));
    }
    assets.add_together("pkg", &files)
}

/// The logical name of a file: its path below a folder, with `/` on every system.
fn name_below(folder: &Path, file: &Path) -> Result<String> {
    let parts: Option<Vec<&str>> = file.strip_prefix(folder)?.iter().map(|part| part.to_str()).collect();
    Ok(parts.with_context(|| format!("{} is not UTF-8", file.display()))?.join("/"))
}
