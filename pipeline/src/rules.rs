//! What a write key's source allows, cached so that a request costs no SQL. Another process (the command line) may
//! change it, so an entry lives only for [`RULES_TTL`].

use domain::clock::Timestamp;
use moka::future::Cache;
use std::sync::Arc;
use std::time::Duration;
use store::write_key::SourceRules;
use store::{Store, StoreError};

/// How long a cached answer may lag behind the database.
pub const RULES_TTL: Duration = Duration::from_secs(2);
/// Most write keys held at once, unknown ones included: a bound against a flood of made-up keys.
pub const RULES_CACHED_MAX: u64 = 10_000;

/// Rules by write key.
#[derive(Clone)]
pub struct RulesCache {
    store: Store,
    cache: Cache<Box<str>, Option<Arc<SourceRules>>>,
}

impl RulesCache {
    /// An empty cache over this store.
    #[must_use]
    pub fn new(store: Store) -> Self {
        let cache = Cache::builder().max_capacity(RULES_CACHED_MAX).time_to_live(RULES_TTL).build();
        Self { store, cache }
    }

    /// The rules of the key's source, `None` if no source has this key or its grace time is over. A key that was just created is found at once:
    /// only known keys are remembered.
    ///
    /// # Errors
    /// The database could not be read.
    pub async fn of(&self, key: &str, now: Timestamp) -> Result<Option<Arc<SourceRules>>, Arc<StoreError>> {
        let load = async {
            let rules = store::write_key::rules(&self.store, key).await?;
            Ok::<_, StoreError>(rules.map(Arc::new))
        };
        let rules = self.cache.try_get_with(Box::from(key), load).await?;
        if rules.is_none() {
            self.cache.invalidate(key).await;
        }
        Ok(rules.filter(|rules| rules.key_works(now)))
    }
}
