//! Being asked to stop, by a service manager or by Ctrl-C.

use std::io;
#[cfg(unix)]
use tokio::signal::unix::{Signal, SignalKind, signal};
#[cfg(windows)]
use tokio::signal::windows::{CtrlC, ctrl_c};

/// Catches what would otherwise end the process at once, from `catch` on and not only once somebody waits for it: whoever
/// was told that the server is ready may ask it to stop before the first connection has been waited for.
#[cfg(unix)]
pub struct StopSignal {
    interrupt: Signal,
    terminate: Signal,
}

#[cfg(unix)]
impl StopSignal {
    /// From now on the process goes on until whoever waits for `received` ends it.
    pub fn catch() -> io::Result<Self> {
        Ok(Self { interrupt: signal(SignalKind::interrupt())?, terminate: signal(SignalKind::terminate())? })
    }

    /// Ends once the process was asked to stop, which may be at once.
    pub async fn received(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }
}

/// Catches Ctrl-C.
#[cfg(windows)]
pub struct StopSignal(CtrlC);

#[cfg(windows)]
impl StopSignal {
    /// From now on the process goes on until whoever waits for `received` ends it.
    pub fn catch() -> io::Result<Self> {
        ctrl_c().map(Self)
    }

    /// Ends once the process was asked to stop, which may be at once.
    pub async fn received(mut self) {
        self.0.recv().await;
    }
}
