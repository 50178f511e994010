//! What server functions find in their context on the server: the store and its health, the clock, randomness.
//! `server` fills it.

use domain::clock::Timestamp;
use domain::health::Health;
use std::sync::Arc;
use store::Store;

/// Provided to every render and every server function by `server/src/router.rs`.
#[derive(Clone)]
pub struct AppState {
    /// The database.
    pub store: Store,
    /// Whether events can be taken right now.
    pub health: Arc<dyn Fn() -> Health + Send + Sync>,
    /// The clock.
    pub now: fn() -> Timestamp,
    /// 32 random bytes from the operating system.
    pub random: fn() -> [u8; 32],
}
