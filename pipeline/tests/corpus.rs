//! What the fuzz targets found worth keeping stays true.

mod checks;

use std::fs;
use std::path::Path;

#[test]
fn every_file_of_the_corpus_passes_its_target() {
    for (target, check) in checks::TARGETS {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz/corpus").join(target);
        let mut files = 0;
        for entry in fs::read_dir(folder).expect("the target's corpus").flatten() {
            let bytes = fs::read(entry.path()).expect("a file of the corpus");
            assert!(bytes.len() <= 4_096, "{} is not small", entry.path().display());
            println!("{}", entry.path().display());
            check(&bytes);
            files += 1;
        }
        assert!((10..=40).contains(&files), "{target} has {files} files");
    }
}
