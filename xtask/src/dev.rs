//! Builds and starts again at each change. Looks at the files' times instead of asking the system to be told: some
//! hundred files take a millisecond, and it works on every disk.

use crate::paths::{Profile, files_below};
use crate::server::{self, Running};
use crate::site;
use anyhow::Result;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

const WATCHED: [&str; 11] = [
    "Cargo.toml",
    "app",
    "browser_sdk/around.js",
    "domain",
    "frontend",
    "migrations",
    "pipeline",
    "public",
    "server",
    "store",
    "style",
];
const LOOK_INTERVAL: Duration = Duration::from_millis(300);

type Snapshot = BTreeMap<PathBuf, SystemTime>;

/// Builds, starts, waits for a change, and again, until Ctrl-C. An error is shown, and the next change tried.
pub fn run(profile: Profile, addr: &str) -> Result<()> {
    let mut running: Option<Running> = None;
    loop {
        let built_from = snapshot(&WATCHED)?;
        match build_and_restart(profile, addr, running.take()) {
            Ok(server) => {
                println!("▸ ready on http://{addr}; watching for changes");
                running = Some(server);
            }
            Err(error) => eprintln!("xtask: {error:#}\n▸ waiting for a change"),
        }
        wait_for_change(&built_from)?;
    }
}

fn build_and_restart(profile: Profile, addr: &str, last: Option<Running>) -> Result<Running> {
    let built = site::build(profile).and_then(|()| server::build(profile));
    // The last server runs until there is a new one, but not past a failed build: an old page would look like the new.
    if let Some(last) = last {
        last.stop()?;
    }
    Running::start(&built?, addr)
}

/// Returns when the files differ from those built, and have stopped changing.
fn wait_for_change(built_from: &Snapshot) -> Result<()> {
    let mut last = built_from.clone();
    loop {
        std::thread::sleep(LOOK_INTERVAL);
        let now = snapshot(&WATCHED)?;
        if now == last && now != *built_from {
            return Ok(());
        }
        last = now;
    }
}

fn snapshot(paths: &[impl AsRef<Path>]) -> Result<Snapshot> {
    let mut times = Snapshot::new();
    for path in paths.iter().map(AsRef::as_ref) {
        let files = if path.is_file() { vec![path.to_path_buf()] } else { files_below(path)? };
        for file in files {
            // A file may be gone between the listing and the look: editors replace files.
            if let Ok(modified) = std::fs::metadata(&file).and_then(|metadata| metadata.modified()) {
                times.insert(file, modified);
            }
        }
    }
    Ok(times)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scratch::Scratch;

    #[test]
    fn a_change_shows_in_the_snapshot() {
        let folder = Scratch::new("dev-1");
        let file = folder.path().join("a.rs");
        std::fs::write(&file, "1").unwrap();
        let before = snapshot(&[folder.path()]).unwrap();
        assert_eq!(before, snapshot(&[folder.path()]).unwrap());
        let later = SystemTime::now() + Duration::from_secs(1);
        std::fs::File::options().write(true).open(&file).unwrap().set_modified(later).unwrap();
        assert_ne!(before, snapshot(&[folder.path()]).unwrap());
    }
}
