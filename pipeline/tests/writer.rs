//! Group commit on a real database: everyone gets their own answer, what waits is bounded, closing drains, and a store that
//! fails is reported and probed until it works again.

use domain::clock::Timestamp;
use domain::event::EventType;
use domain::health::{Health, Problem};
use domain::source::{SourceName, SourceNumber};
use domain::step::Step;
use domain::time_range::TimeRange;
use domain::verdict::Verdict;
use domain::write_key::WriteKey;
use pipeline::rules::RulesCache;
use pipeline::writer::{WAITING_EVENTS_MAX, WriteError, Writer};
use std::sync::atomic::{AtomicU32, Ordering};
use store::event::{CommitOutcome, JudgedEvent};
use store::source::NewSource;
use store::{Durability, Store};
use tempfile::TempDir;

const NOW: Timestamp = Timestamp(1_762_435_927_250);

fn event(id: &str) -> JudgedEvent<'static> {
    JudgedEvent {
        source: SourceNumber(1),
        received_at: NOW,
        occurred_at: NOW,
        message_id: id.to_owned().into(),
        event_type: Some(EventType::Track),
        name: Some("E".into()),
        version: None,
        library: None,
        ip: None,
        verdict: Verdict::Eligible,
        pointer: "".into(),
        line: "{}".into(),
    }
}

/// Packs and hands over, as a request does.
async fn submit(writer: &Writer, events: Vec<JudgedEvent<'static>>) -> Result<Vec<CommitOutcome>, WriteError> {
    writer.submit(None, writer.pack(&events)?).await
}

async fn open() -> (TempDir, Store) {
    let dir = TempDir::new().expect("a temporary folder");
    let store = Store::open(dir.path(), Durability::Normal).await.expect("a new database");
    (dir, store)
}

async fn received(store: &Store) -> u64 {
    let window = TimeRange::Hour.resolve(NOW);
    let report = store::overview::report(store, SourceNumber(1), window, NOW).await.expect("a report");
    report.pipeline.total(Step::Received).now
}

#[tokio::test]
async fn requests_that_share_a_commit_each_get_their_own_answer() {
    let (_dir, store) = open().await;
    let (writer, task) = Writer::start(&store, || NOW).await.expect("a writer");
    let (first, second, third) = tokio::join!(
        submit(&writer, vec![event("a"), event("b")]),
        submit(&writer, vec![event("b"), event("c"), event("a")]),
        submit(&writer, vec![event("d")]),
    );
    use CommitOutcome::{Duplicate, Stored};
    assert_eq!(first.expect("stored"), [Stored, Stored]);
    assert_eq!(second.expect("stored"), [Duplicate, Stored, Duplicate]);
    assert_eq!(third.expect("stored"), [Stored]);
    drop(writer);
    task.await.expect("the writer ends when nobody can hand it anything");
    assert_eq!(received(&store).await, 4);
}

#[tokio::test]
async fn single_events_without_an_end_are_sealed_all_the_same() {
    let (_dir, store) = open().await;
    let (writer, _task) = Writer::start(&store, || NOW).await.expect("a writer");
    // As many senders as make a commit too small for a block of its own; somebody always waits.
    let senders = (0..40).map(|sender| {
        let writer = writer.clone();
        tokio::spawn(async move {
            for n in 0..150 {
                submit(&writer, vec![event(&format!("{sender} {n}"))]).await.expect("stored");
            }
        })
    });
    for sender in senders.collect::<Vec<_>>() {
        sender.await.expect("sends");
    }
    assert_eq!(received(&store).await, 6_000);
    let footprint = store::footprint::footprint(&store).await.expect("reads");
    assert!(footprint.packed_events > 3_000, "{footprint:?}");
}

#[tokio::test]
async fn what_does_not_fit_is_refused_and_the_rest_is_kept() {
    let (_dir, store) = open().await;
    let (writer, _task) = Writer::start(&store, || NOW).await.expect("a writer");
    let many = (0..WAITING_EVENTS_MAX).map(|i| event(&i.to_string())).collect();
    // Both are handed over before the writer's task gets to run: a test runtime has one thread.
    let (full, refused) = tokio::join!(submit(&writer, many), submit(&writer, vec![event("one more")]));
    assert_eq!(full.expect("stored").len(), WAITING_EVENTS_MAX);
    assert!(matches!(refused, Err(WriteError::Full)));
    assert!(submit(&writer, vec![event("one more")]).await.is_ok(), "there is room again");
    assert_eq!(received(&store).await, WAITING_EVENTS_MAX as u64 + 1);
}

#[tokio::test]
async fn unknown_keys_are_asked_for_again_and_known_ones_remembered() {
    let (_dir, store) = open().await;
    let rules = RulesCache::new(store.clone());
    assert!(rules.of("k", NOW).await.expect("an answer").is_none());
    let name = SourceName::parse("Shop").expect("a name");
    let key = WriteKey::from_text("k");
    let new = NewSource::named(name, "python");
    let source = store::source::create_with_key(&store, new, key, NOW).await.expect("a source").source;
    let found = rules.of("k", NOW).await.expect("an answer").expect("rules");
    assert_eq!((found.source, found.enabled), (source.number, true));
}

#[tokio::test]
async fn a_bug_that_ends_the_writer_shows() {
    /// Fails at the second look, which is the writer's first in its own task.
    fn now() -> Timestamp {
        static LOOKS: AtomicU32 = AtomicU32::new(0);
        assert_ne!(LOOKS.fetch_add(1, Ordering::Relaxed), 1, "a bug, for once on purpose");
        NOW
    }
    let (_dir, store) = open().await;
    let (writer, task) = Writer::start(&store, now).await.expect("a writer");
    assert!(task.await.is_err_and(|error| error.is_panic()));
    assert_eq!(writer.health(), Health::Degraded { since: NOW, problem: Problem::Broken });
    assert!(matches!(submit(&writer, vec![event("a")]).await, Err(WriteError::Closed)));
}

#[cfg(target_os = "linux")]
mod locked {
    use super::{NOW, event, open, received, submit};
    use domain::clock::Timestamp;
    use domain::health::{Health, Problem};
    use nix::fcntl::{FcntlArg, fcntl};
    use nix::libc;
    use pipeline::writer::{WriteError, Writer};
    use std::fs::File;
    use std::mem::ManuallyDrop;
    use std::path::Path;
    use std::sync::atomic::{AtomicI64, Ordering};
    use std::time::Duration;
    use store::event::CommitOutcome;
    use tokio::time::timeout;

    /// Far more than anything here takes, less than a patient person.
    const DEADLINE: Duration = Duration::from_secs(30);
    const LOOK_EVERY: Duration = Duration::from_millis(20);
    /// Less than SQLite waits for a lock.
    const AT_ONCE: Duration = Duration::from_secs(2);

    /// SQLite's lock on writing, held by somebody else: byte 120 of the WAL's index. An open file's lock, which counts
    /// within one process, too; and never closed, because that would take the process's own locks with it.
    struct Lock(ManuallyDrop<File>);

    impl Lock {
        async fn hold(data_dir: &Path) -> Self {
            let index = File::options().read(true).write(true).open(data_dir.join("headwater.db-shm"));
            let lock = Self(ManuallyDrop::new(index.expect("the index of the WAL")));
            let free = async {
                // The writer's first round of maintenance may still hold it.
                while lock.set(libc::F_WRLCK).is_err() {
                    tokio::time::sleep(LOOK_EVERY).await;
                }
            };
            timeout(DEADLINE, free).await.expect("the lock");
            lock
        }

        fn set(&self, kind: i32) -> nix::Result<i32> {
            let range = libc::flock {
                l_type: libc::c_short::try_from(kind).expect("a kind of lock"),
                l_whence: libc::c_short::try_from(libc::SEEK_SET).expect("a place"),
                l_start: 120,
                l_len: 1,
                l_pid: 0,
            };
            fcntl(&*self.0, FcntlArg::F_OFD_SETLK(&range))
        }

        fn release(self) {
            self.set(libc::F_UNLCK).expect("the lock is free");
        }
    }

    /// Looks at the clock; a millisecond passes at each.
    static LOOKS: AtomicI64 = AtomicI64::new(0);

    fn now() -> Timestamp {
        NOW.plus_ms(LOOKS.fetch_add(1, Ordering::Relaxed))
    }

    async fn until(writer: &Writer, wanted: impl Fn(Health) -> bool) {
        let poll = async {
            while !wanted(writer.health()) {
                tokio::time::sleep(LOOK_EVERY).await;
            }
        };
        timeout(DEADLINE, poll).await.expect("the health changes");
    }

    #[tokio::test]
    async fn a_locked_store_is_reported_refuses_at_once_and_recovers_without_traffic() {
        let (dir, store) = open().await;
        let (writer, _task) = Writer::start(&store, now).await.expect("a writer");
        let handle = writer.clone();
        submit(&writer, vec![event("before")]).await.expect("stored");
        assert_eq!(handle.health(), Health::Good);

        let lock = Lock::hold(dir.path()).await;
        let began = now();
        let (first, second) = tokio::join!(submit(&writer, vec![event("a")]), submit(&writer, vec![event("b")]));
        assert!(matches!((first, second), (Err(WriteError::Store(_)), Err(WriteError::Store(_)))));
        let degraded = handle.health();
        let Health::Degraded { since, problem: Problem::Locked } = degraded else { panic!("{degraded:?}") };
        assert!(began < since);
        for _ in 0..3 {
            let refused = timeout(AT_ONCE, submit(&writer, vec![event("a")])).await.expect("nobody waits for a lock");
            assert!(matches!(refused, Err(WriteError::Store(_))));
        }
        // Probes look at the clock, nothing else does meanwhile.
        let two_probes_later = LOOKS.load(Ordering::Relaxed) + 2;
        until(&writer, |_| LOOKS.load(Ordering::Relaxed) >= two_probes_later).await;
        assert_eq!(handle.health(), degraded, "the first failure's moment stays");

        lock.release();
        until(&handle, |health| health == Health::Good).await;
        assert_eq!(received(&store).await, 1, "nothing of what was refused");
        let outcomes = submit(&writer, vec![event("before"), event("a"), event("b")]).await.expect("stored");
        assert_eq!(outcomes, [CommitOutcome::Duplicate, CommitOutcome::Stored, CommitOutcome::Stored]);
        assert_eq!(received(&store).await, 3);
    }
}
