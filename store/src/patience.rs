//! Work that may take its time beside commits that may not: on a thread of its own, which the system lets go on when others
//! have nothing to do. One that packs for some milliseconds would otherwise hold a core until its turn ends (4 ms), and a
//! commit, which changes threads some times, would wait for that again and again.

use crate::error::StoreError;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::oneshot;

/// A tenth of what another thread gets where both want the core.
const NICE: i32 = 10;

type Work = Box<dyn FnOnce() + Send>;

/// The thread: one for all that is to be done, because what packs keeps its room in it. It starts with the first work, and ends
/// when nobody has any more.
#[derive(Clone, Default)]
pub(crate) struct Patient(Arc<Mutex<Option<Sender<Work>>>>);

impl Patient {
    /// Does it after what is to be done already, and says what came of it.
    ///
    /// # Errors
    /// The system has no thread to give, or the work panicked.
    pub async fn does<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Result<T, StoreError> {
        let (tell, told) = oneshot::channel();
        self.take(Box::new(move || {
            // Nobody waits for it any more: the server stops.
            let _ = tell.send(work());
        }))?;
        told.await.map_err(|_| StoreError::Corrupt("what was to be packed"))
    }

    fn take(&self, work: Work) -> Result<(), StoreError> {
        let mut thread = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        // A thread that panicked takes nothing any more.
        let refused = match &*thread {
            Some(thread) => thread.send(work).err().map(|error| error.0),
            None => Some(work),
        };
        if let Some(work) = refused {
            let (give, given) = channel::<Work>();
            std::thread::Builder::new().name("patient".to_owned()).spawn(move || {
                give_way(NICE);
                given.into_iter().for_each(|work| work());
            })?;
            // Taken by the thread that has just started.
            let _ = give.send(work);
            *thread = Some(give);
        }
        Ok(())
    }
}

/// Has the calling thread give way to others: by each step of `nice` it gets a fifth less of a core that both want. The thread
/// alone: that is what Linux takes a process for here, and nobody else. Where it is refused the work is done all the same.
pub fn give_way(nice: i32) {
    #[cfg(target_os = "linux")]
    let _ = rustix::process::nice(nice);
    #[cfg(not(target_os = "linux"))]
    let _ = nice;
}
