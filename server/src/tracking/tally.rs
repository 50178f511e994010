//! Counts requests that belong to no source, in memory; about once a second they go into the database together, so that a
//! flood of wrong keys costs no writes of its own.

use domain::clock::Timestamp;
use domain::tally::{KEY_HINTS_PER_MINUTE_MAX, OTHER_KEYS, TallyKind};
use domain::write_key::WriteKey;
use std::collections::BTreeMap;
use std::pin::pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use store::Store;
use store::tally::Tallied;
use tokio::sync::oneshot;
use tokio::time::{MissedTickBehavior, interval};

/// How long a tally waits in memory; a crash loses as much.
const FLUSH_EVERY: Duration = Duration::from_secs(1);

/// What has not been written yet. Cheap to clone. At most [`KEY_HINTS_PER_MINUTE_MAX`] keys of each kind and one for the
/// rest wait, also while the database cannot be written.
#[derive(Clone, Default)]
pub struct Tallies(Arc<Mutex<Waiting>>);

type Waiting = BTreeMap<TallyKind, BTreeMap<String, Sum>>;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sum {
    requests: u64,
    last_at: Timestamp,
}

impl Tallies {
    /// Counts one request that named this key.
    pub fn add(&self, kind: TallyKind, key: Option<&str>, now: Timestamp) {
        let hint = key.map(masked).unwrap_or_default();
        self.change(|waiting| count(waiting, kind, hint, Sum { requests: 1, last_at: now }));
    }

    /// Writes what waits about once a second, and a last time once `stop` comes.
    pub async fn flush_until(self, stop: oneshot::Receiver<()>, store: Store) {
        let mut tick = interval(FLUSH_EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut stop = pin!(stop);
        let mut is_last = false;
        while !is_last {
            tokio::select! {
                _ = tick.tick() => {}
                _ = &mut stop => is_last = true,
            }
            self.flush(&store).await;
        }
    }

    /// Writes what waits. What cannot be written goes on waiting.
    async fn flush(&self, store: &Store) {
        let tallied: Vec<Tallied> = self.change(std::mem::take).into_iter().flat_map(of_kind).collect();
        if tallied.is_empty() {
            return;
        }
        if let Err(error) = store::tally::add(store, &tallied).await {
            tracing::warn!(%error, "tallies could not be written; the next round tries again");
            self.change(|waiting| {
                for Tallied { kind, key_hint, at, requests } in tallied {
                    count(waiting, kind, key_hint, Sum { requests, last_at: at });
                }
            });
        }
    }

    fn change<T>(&self, change: impl FnOnce(&mut Waiting) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn of_kind((kind, hints): (TallyKind, BTreeMap<String, Sum>)) -> impl Iterator<Item = Tallied> {
    hints.into_iter().map(move |(key_hint, sum)| Tallied { kind, key_hint, at: sum.last_at, requests: sum.requests })
}

fn count(waiting: &mut Waiting, kind: TallyKind, hint: String, sum: Sum) {
    let hints = waiting.entry(kind).or_default();
    let is_own = hints.len() < KEY_HINTS_PER_MINUTE_MAX || hints.contains_key(&hint);
    let hint = if is_own { hint } else { OTHER_KEYS.to_owned() };
    let waiting = hints.entry(hint).or_insert(Sum { requests: 0, last_at: sum.last_at });
    waiting.requests += sum.requests;
    waiting.last_at = waiting.last_at.max(sum.last_at);
}

fn masked(key: &str) -> String {
    let (head, tail) = WriteKey::from_text(key).ends();
    format!("{head}…{tail}")
}

#[cfg(test)]
mod tests {
    use super::{KEY_HINTS_PER_MINUTE_MAX, OTHER_KEYS, Tallies, TallyKind, Timestamp};
    use store::{Durability, Store};

    #[tokio::test]
    async fn what_cannot_be_written_waits_bounded_and_is_written_later() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let closed = Store::open(dir.path(), Durability::Normal).await.expect("a database");
        closed.close().await;
        let tallies = Tallies::default();
        for n in 0..200_u32 {
            let key = format!("{n:0>4}-a-key-of-somebody-else");
            tallies.add(TallyKind::WriteKeyUnknown, Some(&key), Timestamp(i64::from(n)));
            tallies.flush(&closed).await;
        }
        tallies.add(TallyKind::WriteKeyMissing, None, Timestamp(1));
        tallies.add(TallyKind::WriteKeyUnknown, Some("short"), Timestamp(2));

        let open = Store::open(dir.path(), Durability::Normal).await.expect("a database");
        tallies.flush(&open).await;
        tallies.flush(&open).await;
        let written = store::tally::since(&open, Timestamp(0)).await.expect("an answer");
        let requests =
            |kind: TallyKind| written.iter().filter(|tally| tally.kind == kind).map(|tally| tally.requests).sum();
        assert_eq!((201, 1), (requests(TallyKind::WriteKeyUnknown), requests(TallyKind::WriteKeyMissing)));
        let other = written.iter().find(|tally| tally.key_hint == OTHER_KEYS).expect("keys past the cap");
        assert_eq!((other.requests, other.last_at), (151, Timestamp(199)));
        assert!(written.len() <= KEY_HINTS_PER_MINUTE_MAX + 2);
        assert!(written.iter().any(|tally| tally.key_hint == "0000…else"), "{written:?}");
    }
}
