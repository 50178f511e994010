//! The finished site: files named by their content, compressed siblings beside them, and `manifest.json`, which maps
//! logical names to where they are served. `server/src/assets.rs` reads it.

use crate::compress::{SUFFIXES, compress, is_worthwhile};
use crate::paths::{Profile, files_below};
use anyhow::{Context, Result};
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// A site being put together in its folder.
pub struct Assets {
    folder: PathBuf,
    profile: Profile,
    url_by_name: BTreeMap<String, String>,
    kept: BTreeSet<PathBuf>,
}

impl Assets {
    /// A site for this folder; what is there already and still right stays.
    pub fn new(folder: PathBuf, profile: Profile) -> Self {
        Self { folder, profile, url_by_name: BTreeMap::new(), kept: BTreeSet::new() }
    }

    /// Adds a file under a name made from its content.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        self.put(name, &hashed(name, bytes), bytes)
    }

    /// Adds files that name each other by relative path: they keep their names, and their folder gets one made from all
    /// their content.
    pub fn add_together(&mut self, folder: &str, files: &[(String, Vec<u8>)]) -> Result<()> {
        let hash = hash(files.iter().flat_map(|(name, bytes)| [name.as_bytes(), bytes]));
        for (name, bytes) in files {
            self.put(&format!("{folder}/{name}"), &format!("{folder}/{hash}/{name}"), bytes)?;
        }
        Ok(())
    }

    /// Adds a file under its own name: for those that are asked for by it, `/favicon.svg`.
    pub fn add_by_name(&mut self, name: &str, bytes: &[u8]) -> Result<()> {
        self.put(name, name, bytes)
    }

    /// The files so far: logical name to where it is served.
    pub fn urls(&self) -> &BTreeMap<String, String> {
        &self.url_by_name
    }

    /// Writes the manifest and removes what an earlier build left.
    pub fn finish(mut self) -> Result<()> {
        let manifest = serde_json::to_vec_pretty(&self.url_by_name)?;
        self.write("manifest.json", &manifest)?;
        for file in files_below(&self.folder)? {
            if !self.kept.contains(&file) {
                fs::remove_file(&file)?;
            }
        }
        Ok(())
    }

    fn put(&mut self, name: &str, path: &str, bytes: &[u8]) -> Result<()> {
        let changed = self.write(path, bytes)?;
        for suffix in SUFFIXES.iter().filter(|_| is_worthwhile(name)) {
            let sibling = self.folder.join(format!("{path}{suffix}"));
            if !changed && sibling.exists() {
                self.kept.insert(sibling);
                continue;
            }
            let compressed = compress(suffix, bytes, self.profile)?;
            if compressed.len() < bytes.len() {
                self.write(&format!("{path}{suffix}"), &compressed)?;
            }
        }
        self.url_by_name.insert(name.to_owned(), format!("/{path}"));
        Ok(())
    }

    /// Writes a file unless it is there already, and says whether it did. By way of a temporary name: an interrupted
    /// build must not leave half a file under a name that promises its content.
    fn write(&mut self, path: &str, bytes: &[u8]) -> Result<bool> {
        let file = self.folder.join(path);
        self.kept.insert(file.clone());
        if fs::read(&file).is_ok_and(|present| present == bytes) {
            return Ok(false);
        }
        let parent = file.parent().context("a file lies in a folder")?;
        fs::create_dir_all(parent)?;
        let unfinished = parent.join(".unfinished");
        fs::write(&unfinished, bytes).with_context(|| format!("cannot write {}", unfinished.display()))?;
        fs::rename(&unfinished, &file)?;
        Ok(true)
    }
}

/// `pkg/headwater.wasm` becomes `pkg/headwater.<16 hex digits of SHA-256>.wasm`.
fn hashed(name: &str, bytes: &[u8]) -> String {
    let hash = hash([bytes]);
    let path = Path::new(name);
    match path.extension().and_then(|extension| extension.to_str()) {
        Some(extension) => path.with_extension(format!("{hash}.{extension}")).to_string_lossy().into_owned(),
        None => format!("{name}.{hash}"),
    }
}

/// 16 hex digits of SHA-256 over all of these.
fn hash<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> String {
    let mut sha = Sha256::new();
    parts.into_iter().for_each(|part| sha.update(part));
    sha.finalize().iter().take(8).map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    fn names(folder: &Path) -> Vec<String> {
        let files = files_below(folder).unwrap();
        files.iter().map(|file| file.strip_prefix(folder).unwrap().to_string_lossy().into_owned()).collect()
    }

    #[test]
    fn names_carry_the_hash_of_the_content() {
        assert_eq!(hashed("pkg/headwater.wasm", b""), "pkg/headwater.e3b0c44298fc1c14.wasm");
        assert_eq!(hashed("LICENSE", b""), "LICENSE.e3b0c44298fc1c14");
        assert_ne!(hashed("a.css", b"1"), hashed("a.css", b"2"));
    }

    #[test]
    fn a_second_build_removes_what_the_first_left() {
        let folder = Scratch::new("assets-1");
        let css = "a { color: red } ".repeat(20);
        for content in ["old", "new"] {
            let mut site = Assets::new(folder.path().to_path_buf(), Profile::Debug);
            site.add("pkg/a.css", format!("{content}{css}").as_bytes()).unwrap();
            site.add("fonts/a.woff2", b"font").unwrap();
            site.add_by_name("favicon.svg", b"<svg/>").unwrap();
            site.finish().unwrap();
        }
        let hash = hashed("pkg/a.css", format!("new{css}").as_bytes());
        let font = hashed("fonts/a.woff2", b"font");
        assert_eq!(
            names(folder.path()),
            ["favicon.svg", &font, "manifest.json", &hash, &format!("{hash}.br"), &format!("{hash}.gz")]
        );
        let manifest = fs::read(folder.path().join("manifest.json")).unwrap();
        let manifest: BTreeMap<String, String> = serde_json::from_slice(&manifest).unwrap();
        assert_eq!(manifest["pkg/a.css"], format!("/{hash}"));
        assert_eq!(manifest["favicon.svg"], "/favicon.svg");
    }

    #[test]
    fn files_that_name_each_other_share_a_folder_named_by_all_of_them() {
        let folder = Scratch::new("assets-3");
        let folders: Vec<String> = ["1", "2"]
            .iter()
            .map(|content| {
                let mut site = Assets::new(folder.path().to_path_buf(), Profile::Debug);
                let files = [
                    ("a.js".to_owned(), b"import './b.js'".to_vec()),
                    ("b.js".to_owned(), content.as_bytes().to_vec()),
                ];
                site.add_together("pkg", &files).unwrap();
                let url = &site.urls()["pkg/a.js"];
                assert_eq!(url.replace("a.js", "b.js"), site.urls()["pkg/b.js"]);
                url.clone()
            })
            .collect();
        assert_ne!(folders[0], folders[1]);
    }

    #[test]
    fn an_unchanged_file_is_not_written_again() {
        let folder = Scratch::new("assets-2");
        let mut site = Assets::new(folder.path().to_path_buf(), Profile::Debug);
        assert!(site.write("a", b"1").unwrap());
        assert!(!site.write("a", b"1").unwrap());
        assert!(site.write("a", b"2").unwrap());
    }
}
