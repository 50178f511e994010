//! Where things lie. Every task runs in the workspace's root, so paths are relative to it.

use anyhow::{Context, Result};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// The browser half's own target directory: its `wasm-*` profiles would otherwise wait for the server's build.
pub const FRONT_TARGET: &str = "target/front";

/// How to build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Profile {
    /// Quick to build; the site stays on disk.
    Debug,
    /// Small and fast; the site goes into the binary.
    Release,
}

impl Profile {
    /// From a `--release` flag.
    pub fn of(release: bool) -> Self {
        if release { Self::Release } else { Self::Debug }
    }

    /// Cargo's name of the output folder.
    pub fn folder(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Release => "release",
        }
    }

    /// The profile of the browser half, from the workspace's Cargo.toml.
    pub fn wasm(self) -> &'static str {
        match self {
            Self::Debug => "wasm-dev",
            Self::Release => "wasm-release",
        }
    }

    /// Where the finished site goes; `server/build.rs` knows the same place. One for each profile, so that a release
    /// never carries a development site and a running server keeps its files.
    pub fn site(self) -> PathBuf {
        Path::new("target/site").join(self.folder())
    }
}

/// Changes into the workspace's root.
pub fn enter_root() -> Result<()> {
    let xtask = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
    let root = Path::new(&xtask).parent().context("xtask lies in the workspace")?;
    std::env::set_current_dir(root).with_context(|| format!("cannot enter {}", root.display()))
}

/// Where cargo puts the server; whoever moves it with `CARGO_TARGET_DIR` is followed.
pub fn target_dir() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| PathBuf::from("target"), PathBuf::from)
}

/// The first of these programs that is in `PATH`.
pub fn find_program(names: &[&str]) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    names.iter().find_map(|name| find_in(&path, name))
}

fn find_in(path: &OsStr, name: &str) -> Option<PathBuf> {
    std::env::split_paths(path).map(|folder| folder.join(name)).find(|candidate| candidate.is_file())
}

/// Every file below a folder, in the order of their names; none if the folder is missing.
pub fn files_below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        if !folder.is_dir() {
            continue;
        }
        for entry in std::fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
            let path = entry?.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn files_are_listed_in_order_and_a_missing_folder_is_empty() {
        let folder = Scratch::new("paths-1");
        std::fs::create_dir(folder.path().join("b")).unwrap();
        for name in ["b/2", "a", "b/1"] {
            std::fs::write(folder.path().join(name), name).unwrap();
        }
        let files = files_below(folder.path()).unwrap();
        let names: Vec<_> = files.iter().map(|file| file.strip_prefix(folder.path()).unwrap()).collect();
        assert_eq!(names, [Path::new("a"), Path::new("b/1"), Path::new("b/2")]);
        assert!(files_below(&folder.path().join("none")).unwrap().is_empty());
    }

    #[test]
    fn programs_are_found_by_name() {
        let folder = Scratch::new("paths-2");
        std::fs::write(folder.path().join("chromium"), "").unwrap();
        assert!(find_in(folder.path().as_os_str(), "chromium").is_some());
        assert!(find_in(folder.path().as_os_str(), "firefox").is_none());
    }
}
