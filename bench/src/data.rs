//! A data folder: made, filled and read back through the store's own functions. What a server acknowledged counts only as
//! far as it is found here.

use crate::clock;
use anyhow::{Context, Result, anyhow};
use domain::clock::{DAY_MS, HOUR_MS, Timestamp};
use domain::source::{SourceName, SourceNumber};
use std::collections::HashSet;
use std::path::Path;
use std::time::{Duration, Instant};
use store::event::EventWriter;
use store::footprint::{Footprint, footprint};
use store::source::NewSource;
use store::{Durability, Store};
use tempfile::TempDir;
use tokio::runtime::Runtime;

/// Folders lie beside the results, on the disk of the build: `/tmp` may be memory, where nothing has to be synced.
const FOLDER: &str = "target/bench";
/// From the end of an hour on its events are sealed for good; some minutes are the store's own.
const SEALED_AFTER_MS: i64 = 2 * HOUR_MS;
/// By then nothing of an event is kept but coarse counts.
const FORGOTTEN_AFTER_MS: i64 = 16 * DAY_MS;

/// A source and the key that leads to it.
#[derive(Clone, Debug)]
pub struct SourceKey {
    pub slug: String,
    pub number: SourceNumber,
    pub write_key: String,
}

/// A data folder, gone when this is dropped.
pub struct Data {
    folder: TempDir,
    runtime: Runtime,
    /// Those that are put under load.
    pub sources: Vec<SourceKey>,
}

impl Data {
    /// With so many sources.
    ///
    /// # Errors
    /// The folder cannot be made.
    pub fn new(sources: usize) -> Result<Self> {
        std::fs::create_dir_all(FOLDER).with_context(|| format!("cannot make {FOLDER}"))?;
        let folder = tempfile::Builder::new().prefix("data-").tempdir_in(FOLDER)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let mut data = Self { folder, runtime, sources: Vec::new() };
        data.sources = data.add_sources("Source", sources)?;
        Ok(data)
    }

    /// Adds sources of that name beside those under load.
    ///
    /// # Errors
    /// The store fails.
    pub fn add_sources(&self, name: &str, count: usize) -> Result<Vec<SourceKey>> {
        self.with_store(async |store| {
            let mut added = Vec::new();
            for _ in 0..count {
                let name = SourceName::parse(name).map_err(|error| anyhow!("{}", error.sentence()))?;
                let random = std::array::from_fn(|_| fastrand::u8(..));
                let new = NewSource::named(name, "http-api");
                let made = store::source::create(store, new, clock::now(), random).await?;
                let write_key = made.write_key.as_str().to_owned();
                added.push(SourceKey { slug: made.source.slug, number: made.source.number, write_key });
            }
            Ok(added)
        })
    }

    /// For `--data-dir`.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// The write keys of the sources under load.
    pub fn write_keys(&self) -> Vec<String> {
        self.sources.iter().map(|source| source.write_key.clone()).collect()
    }

    /// Events stored and counted in the last 24 hours, over the sources under load.
    ///
    /// # Errors
    /// The store fails.
    pub fn received(&self) -> Result<u64> {
        let sources = self.with_store(async |store| Ok(store::source::list(store, clock::now()).await?))?;
        let numbers: HashSet<i64> = self.sources.iter().map(|source| source.number.0).collect();
        let loaded = sources.iter().filter(|summary| numbers.contains(&summary.source.number.0));
        Ok(loaded.map(|summary| summary.received).sum())
    }

    /// Minutes in which the ledger does not add up, over the sources under load.
    ///
    /// # Errors
    /// The store fails.
    pub fn uneven_minutes(&self) -> Result<usize> {
        self.with_store(async |store| {
            let mut uneven = 0;
            for source in &self.sources {
                uneven += store::overview::check_ledger(store, source.number).await?.len();
            }
            Ok(uneven)
        })
    }

    /// How much room it takes.
    ///
    /// # Errors
    /// The store fails.
    pub fn footprint(&self) -> Result<Footprint> {
        self.with_store(async |store| Ok(footprint(store).await?))
    }

    /// Seals everything, as the server does once an hour is over. No server may run.
    ///
    /// # Errors
    /// The store fails.
    pub fn seal(&self) -> Result<Duration> {
        self.maintain(clock::now().plus_ms(SEALED_AFTER_MS))
    }

    /// Lets retention take everything, as the server does when its time is over. No server may run.
    ///
    /// # Errors
    /// The store fails.
    pub fn forget(&self) -> Result<Duration> {
        self.maintain(clock::now().plus_ms(FORGOTTEN_AFTER_MS))
    }

    fn maintain(&self, now: Timestamp) -> Result<Duration> {
        self.with_store(async |store| {
            let mut writer = EventWriter::open(store, clock::now()).await?;
            // What a running server has read back long ago.
            writer.maintain(clock::now()).await?;
            let begin = Instant::now();
            while writer.maintain(now).await?.more {}
            Ok(begin.elapsed())
        })
    }

    /// Opens the store for something, and closes it again: a reader that stays would hold up the server's housekeeping.
    ///
    /// # Errors
    /// The store fails.
    pub fn with_store<T>(&self, work: impl AsyncFnOnce(&Store) -> Result<T>) -> Result<T> {
        self.runtime.block_on(async {
            let store = Store::open(self.folder.path(), Durability::Full).await?;
            let result = work(&store).await;
            store.close().await;
            result
        })
    }
}
