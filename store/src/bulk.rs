//! Counts without their events: what years of traffic leave behind, written at once, so that reading it can be measured
//! (`cargo xtask bench query`). They take the way of a commit's counts, and are read like them.

use crate::dictionary;
use crate::error::StoreError;
use crate::event::EventWriter;
use crate::maintenance;
use crate::rollup::Increments;
use crate::rollup::counts::Key;
use crate::script::Script;
use crate::writer::{Failure, Session};
use domain::clock::Timestamp;
use domain::event::EventType;
use domain::overview::Counted;
use domain::source::SourceNumber;
use domain::verdict::Verdict;

/// So many events alike.
#[derive(Clone, Debug)]
pub struct BulkCount<'a> {
    /// Whose.
    pub source: SourceNumber,
    /// When they arrived.
    pub at: Timestamp,
    /// What became of them.
    pub verdict: Verdict,
    /// The call.
    pub event_type: Option<EventType>,
    /// Name of a track event.
    pub name: Option<&'a str>,
    /// `context.app.version`
    pub version: Option<&'a str>,
    /// `context.library`, as [`domain::event::Library::label`] says it.
    pub library: Option<&'a str>,
    /// How many.
    pub events: u64,
}

impl BulkCount<'_> {
    fn texts(&self) -> [Option<&str>; 3] {
        [self.name, self.version, self.library].map(dictionary::entry)
    }
}

impl EventWriter {
    /// Counts events that were never there, all or none of them; without the cap on keys.
    ///
    /// # Errors
    /// The database fails.
    pub async fn add_counts(&mut self, counts: &[BulkCount<'_>]) -> Result<(), StoreError> {
        let now = self.now();
        let mut session = self.take_session().await?;
        let result = add(&mut session, counts, now).await;
        self.keep_unless_unknown(session, result)
    }
}

async fn add(session: &mut Session, counts: &[BulkCount<'_>], now: Timestamp) -> Result<(), Failure> {
    let Session { connection, memory } = session;
    let mut script = Script::default();
    let texts: Vec<&str> = counts.iter().flat_map(BulkCount::texts).flatten().collect();
    let looked_up = memory.dictionary.look_up(&mut *connection, texts.into_iter()).await;
    let mut words = looked_up.map_err(Failure::RolledBack)?;
    let mut increments = Increments::default();
    for count in counts {
        let [name, version, library] =
            count.texts().map(|text| text.map_or(dictionary::NONE, |text| words.get_or_add(text)));
        let counted = Counted::Judged(count.verdict);
        let key = Key { counted, event_type: count.event_type, name, version, library };
        increments.judged(count.source, count.at, key, count.events);
        increments.beside(count.source, count.at, Counted::Received, count.events);
    }
    let words = words.write(&mut script);
    let added = increments.write(&mut script, &memory.counted, now);
    script.commit(connection).await?;
    memory.dictionary.learn(words);
    memory.counted.learn(added);
    while let Some(due) = session.memory.counted.due(now) {
        maintenance::fold(session, due, now).await?;
    }
    Ok(())
}
