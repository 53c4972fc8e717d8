//! Ending a server: on ctrl-c, and when the system asks for it.

use crate::failure::Failure;

/// Listens for the signals that end a server.
///
/// The handlers are there once this returns, so that whoever reads the line that announces the server may end it at
/// once. They must be there: as the first process of a container `rds` has no default reaction to a signal, and
/// would run on until it is killed.
pub(crate) struct Shutdown {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

#[cfg(unix)]
impl Shutdown {
    pub(crate) fn listen() -> Result<Self, Failure> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt()).map_err(Failure::output)?,
            terminate: signal(SignalKind::terminate()).map_err(Failure::output)?,
        })
    }

    /// Waits for the first signal.
    pub(crate) async fn requested(mut self) -> Result<(), Failure> {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
        Ok(())
    }
}

#[cfg(not(unix))]
impl Shutdown {
    pub(crate) fn listen() -> Result<Self, Failure> {
        Ok(Self {})
    }

    /// Waits for ctrl-c.
    pub(crate) async fn requested(self) -> Result<(), Failure> {
        tokio::signal::ctrl_c().await.map_err(Failure::output)
    }
}
