//! Work that may take its time beside commits that may not: on a thread of its own, which the system lets go on when others
//! have nothing to do. One that packs for some milliseconds would otherwise hold a core until its turn ends (4 ms), and a
//! commit, which changes threads some times, would wait for that again and again.

use crate::error::StoreError;
use tokio::sync::oneshot;

/// A tenth of what another thread gets where both want the core.
#[cfg(target_os = "linux")]
const NICE: i32 = 10;

/// Does it, and says what came of it.
///
/// # Errors
/// The system has no thread to give.
pub(crate) async fn patiently<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, StoreError> {
    let (tell, told) = oneshot::channel();
    std::thread::Builder::new().name("patient".to_owned()).spawn(move || {
        give_way();
        // Nobody waits for it any more: the server stops.
        let _ = tell.send(work());
    })?;
    told.await.map_err(|_| StoreError::Corrupt("what was to be packed"))
}

/// Of the calling thread alone: that is what Linux takes a process for here. Where it is refused the work is done all the same.
fn give_way() {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::nice(NICE);
}
