//! The house rules that no compiler knows: who may use whom, and what may be written in one place only.

use std::fs;
use std::path::{Path, PathBuf};

/// Crate, and which of our crates it may name.
const ARROWS: [(&str, &[&str]); 7] = [
    ("domain", &[]),
    ("store", &["domain"]),
    ("pipeline", &["domain", "store"]),
    ("app", &["domain", "store"]),
    ("frontend", &["app"]),
    ("server", &["app", "domain", "pipeline", "store"]),
    ("bench", &["domain", "pipeline", "store"]),
];

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn files(folder: &Path, extension: &str, into: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of the project").flatten() {
        let path = entry.path();
        if path.is_dir() {
            files(&path, extension, into);
        } else if path.extension().is_some_and(|found| found == extension) {
            into.push(path);
        }
    }
}

/// Every file of these folders that holds one of the words outside a comment, as `path: line`, but for the allowed ones.
fn offenders(folders: &[&str], extension: &str, words: &[&str], allowed: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for folder in folders {
        let mut paths = Vec::new();
        files(&root().join(folder), extension, &mut paths);
        for path in paths.iter().filter(|path| !allowed.iter().any(|end| path.ends_with(end))) {
            let text = fs::read_to_string(path).expect("a text file");
            let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            let hits = code.filter(|line| words.iter().any(|word| line.contains(word)));
            found.extend(hits.map(|line| format!("{}: {}", path.display(), line.trim())));
        }
    }
    found
}

#[test]
fn crates_use_only_what_the_house_allows() {
    for (name, allowed) in ARROWS {
        let manifest = fs::read_to_string(root().join(name).join("Cargo.toml")).expect("a manifest");
        let named = manifest.lines().filter_map(|line| line.split(['.', ' ', '=']).next());
        let named = named.filter(|word| ARROWS.iter().any(|(other, _)| other == word));
        let unwelcome: Vec<&str> = named.filter(|word| *word != name && !allowed.contains(word)).collect();
        assert!(unwelcome.is_empty(), "{name} must not use {unwelcome:?}");
        let has_sqlx = manifest.lines().any(|line| line.starts_with("sqlx"));
        assert_eq!(has_sqlx, name == "store", "only store names sqlx, not {name}");
    }
}

#[test]
fn sql_is_written_in_store_only() {
    let words = ["sqlx::", "select * from", "insert into ", "delete from "];
    let folders = ["domain/src", "pipeline/src", "app/src", "server/src", "frontend/src"];
    assert_eq!(offenders(&folders, "rs", &words, &[]), Vec::<String>::new());
}

#[test]
fn the_clock_and_the_environment_are_read_in_one_place() {
    let words =
        ["SystemTime::now(", "Instant::now(", "Timestamp::now(", "ZonedDateTime::now(", "Utc::now(", "env::var"];
    let folders = ["domain/src", "store/src", "pipeline/src", "app/src", "server/src", "frontend/src"];
    assert_eq!(
        offenders(&folders, "rs", &words, &["server/src/clock.rs", "server/src/config.rs"]),
        Vec::<String>::new()
    );
}

#[test]
fn only_the_tokens_hold_colours() {
    let words = ["rgb(", "rgba(", "hsl(", "oklch(", "!important"];
    assert_eq!(offenders(&["style"], "scss", &words, &["style/tokens.scss"]), Vec::<String>::new());
    let hex = |line: &String| {
        let colours = line.split('#').skip(1);
        colours.into_iter().any(|rest| rest.chars().take_while(char::is_ascii_hexdigit).count() >= 3)
    };
    let hashes = offenders(&["style"], "scss", &["#"], &["style/tokens.scss"]);
    assert_eq!(hashes.into_iter().filter(hex).collect::<Vec<_>>(), Vec::<String>::new());
}
