//! A folder for one test. Not the tempfile crate: its features would make cargo build half of our dependencies twice.

use std::path::{Path, PathBuf};

/// Removed when dropped.
pub struct Scratch(PathBuf);

impl Scratch {
    /// An empty folder; the test's name keeps it apart from those of others.
    pub fn new(test: &str) -> Self {
        let path = std::env::temp_dir().join(format!("xtask-{}-{test}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
