//! What a crash in the middle of a write leaves behind: copies of the files as they stood at some moment, cut and spoilt in
//! every way that a torn write can. Whatever was acknowledged is there, the rest is there whole or not at all.

mod support;

use domain::clock::MINUTE_MS;
use std::fs;
use std::path::{Path, PathBuf};
use store::event::{CommitOutcome, EventWriter};
use store::{Durability, Store, overview};
use support::{Database, JudgedEvent, Keep, NOW, SHOP, track, tracks};
use tempfile::TempDir;

const FILE: &str = "headwater.db";
const WAL: &str = "headwater.db-wal";
/// A frame of the WAL: 24 bytes of head and a page.
const FRAME: usize = 24 + 4_096;

/// The files without their shared memory, which a crash takes with it.
fn copy(from: &Path) -> TempDir {
    let to = tempfile::tempdir().expect("a temporary directory");
    for name in [FILE, WAL] {
        fs::copy(from.join(name), to.path().join(name)).expect("copies");
    }
    to
}

fn wal(directory: &Path) -> Vec<u8> {
    fs::read(directory.join(WAL)).expect("reads")
}

/// Blocks, tail, names and counts alike.
fn batch(prefix: &str) -> Vec<JudgedEvent> {
    let mut batch = tracks(prefix, 90, NOW);
    batch.extend(
        (0..20).map(|n| track(&format!("{prefix} {n}"), &format!("{prefix} {n}"), NOW.plus_ms(MINUTE_MS * 60))),
    );
    batch
}

struct Crash {
    database: Database,
    /// Length of the WAL when the first batch was acknowledged, and the second.
    acknowledged: (usize, usize),
}

impl Crash {
    async fn new() -> Self {
        let database = Database::new().await;
        let mut writer = database.writer().await;
        writer.keep(batch("first")).await.expect("commits");
        let first = wal(database.directory.path()).len();
        writer.keep(batch("second")).await.expect("commits");
        let second = wal(database.directory.path()).len();
        assert!(first + 3 * FRAME < second, "the second batch is several frames, and no checkpoint came between");
        Self { database, acknowledged: (first, second) }
    }

    /// Starts on what is left when the WAL ends as given, and returns how many events of the second batch are there.
    async fn start_with(&self, wal: &[u8], what: &str) -> usize {
        let directory = copy(self.database.directory.path());
        fs::write(directory.path().join(WAL), wal).expect("writes");
        let store = Store::open(directory.path(), Durability::Normal).await.expect("opens");
        let mut writer = EventWriter::open(&store, NOW).await.expect("a writer");
        let kept = stored(&store).await;
        assert!(kept == 110 || kept == 220, "{what}: {kept} events");
        let again = writer.keep(batch("first")).await.expect("commits");
        assert!(
            again.iter().all(|outcome| *outcome == CommitOutcome::Duplicate),
            "{what}: an acknowledged event is lost"
        );
        let again = writer.keep(batch("second")).await.expect("commits");
        assert_eq!(again.iter().filter(|outcome| **outcome == CommitOutcome::Stored).count(), 220 - kept, "{what}");
        assert_eq!(stored(&store).await, 220, "{what}");
        assert_eq!(overview::check_ledger(&store, SHOP).await.expect("checks"), [], "{what}");
        drop(writer);
        store.close().await;
        kept - 110
    }

    fn wal_path(&self) -> PathBuf {
        self.database.directory.path().join(WAL)
    }
}

async fn stored(store: &Store) -> usize {
    let (from, until) = (NOW.plus_ms(-MINUTE_MS), NOW.plus_ms(MINUTE_MS * 100));
    support::read(store, SHOP, from, until, usize::MAX).await.len()
}

#[tokio::test]
async fn a_commit_that_was_torn_off_is_not_there_and_what_was_acknowledged_is() {
    let crash = Crash::new().await;
    let whole = fs::read(crash.wal_path()).expect("reads");
    let (first, second) = crash.acknowledged;
    for end in [first, first + 1, first + 24, first + FRAME, first + 2 * FRAME - 7, second - FRAME, second - 1] {
        assert_eq!(crash.start_with(&whole[..end], &format!("cut at {end} of {second}")).await, 0);
    }
    assert_eq!(crash.start_with(&whole, "whole").await, 110);
}

#[tokio::test]
async fn sectors_that_never_reached_the_disk_or_hold_something_else_do_no_harm() {
    let crash = Crash::new().await;
    let whole = fs::read(crash.wal_path()).expect("reads");
    let (first, second) = crash.acknowledged;
    // The disk may write sectors in any order: the commit's last frame is there, an earlier one is not.
    for (start, length) in
        [(first, 512), (first + 24, 512), (first + FRAME, FRAME), (second - 512, 512), (second - 1, 1)]
    {
        for byte in [0x00, 0xff, 0x5a] {
            let mut torn = whole.clone();
            torn[start..start + length].fill(byte);
            let what = format!("{length} bytes of {byte:#x} at {start}");
            assert_eq!(crash.start_with(&torn, &what).await, 0, "{what}");
        }
    }
    let one_bit = |at: usize| {
        let mut torn = whole.clone();
        torn[at] ^= 1;
        torn
    };
    assert_eq!(crash.start_with(&one_bit(second - 300), "one bit").await, 0);
}

#[tokio::test]
async fn garbage_after_the_end_is_not_taken_for_a_commit() {
    let crash = Crash::new().await;
    let whole = fs::read(crash.wal_path()).expect("reads");
    let (first, second) = crash.acknowledged;
    let frames_of_old = whole[first..second].to_vec();
    for garbage in [vec![0; 3 * FRAME], vec![0xa5; FRAME + 11], whole[..FRAME + 32].to_vec(), frames_of_old] {
        let torn = [whole.as_slice(), &garbage].concat();
        assert_eq!(crash.start_with(&torn, &format!("{} bytes more", garbage.len())).await, 110);
    }
}
