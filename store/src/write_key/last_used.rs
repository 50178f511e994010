//! When each key was last used: noted in memory, and written with a commit that happens anyway, at most once a minute for
//! each key. An event costs no SQL of its own for it.

use crate::script::Script;
use domain::clock::Timestamp;
use domain::write_key::LAST_USED_EVERY_MS;
use std::collections::HashMap;
use std::sync::Arc;

/// Keys that are remembered as written: past it all are forgotten, which costs a statement each and nothing else.
const WRITTEN_MAX: usize = 10_000;

/// Uses of keys that were not written yet, and when those of others were.
#[derive(Default)]
pub(crate) struct KeyUses {
    due: HashMap<Arc<str>, Timestamp>,
    written: HashMap<Arc<str>, Timestamp>,
}

impl KeyUses {
    /// The key was used then.
    pub fn note(&mut self, key_id: &Arc<str>, at: Timestamp) {
        if self.written.get(key_id).is_none_or(|written| at.since_ms(*written) >= LAST_USED_EVERY_MS) {
            self.due.insert(Arc::clone(key_id), at);
        }
    }

    /// Writes what is due. Until [`Self::settle`] it stays due, because the transaction may fail.
    pub fn write(&self, script: &mut Script) {
        for (key_id, at) in &self.due {
            let update = script.statement("update write_keys set last_used_at = ");
            update.push_bind(at.0).push(" where id = ").push_bind(&**key_id);
            update.push(" and coalesce(last_used_at, 0) < ").push_bind(at.0);
        }
    }

    /// What was due is written.
    pub fn settle(&mut self) {
        if self.written.len() >= WRITTEN_MAX {
            self.written.clear();
        }
        self.written.extend(self.due.drain());
    }
}
