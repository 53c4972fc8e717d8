//! The provider that a file describes, kept once it has worked.

use std::sync::{Mutex, PoisonError};

use super::{AnyProvider, Credentials, source_file};
use crate::error::Result;

/// The provider that a file describes, from the moment it first gave credentials. So a program does not change
/// its identity because someone edits the file, unless the service no longer takes the old one.
#[derive(Debug, Default)]
pub(super) struct Cached(Mutex<Option<AnyProvider>>);

impl Cached {
    /// Credentials of the remembered provider, or else of the one that `read` gives.
    pub(super) async fn provide(
        &self,
        read: impl FnOnce() -> Result<AnyProvider> + Send + 'static,
    ) -> Result<Credentials> {
        let remembered = self.get().clone();
        let provider = match &remembered {
            Some(provider) => provider.clone(),
            None => source_file::off_the_runtime(read).await?,
        };
        let credentials = provider.provide().await?;
        if remembered.is_none() {
            *self.get() = Some(provider);
        }
        Ok(credentials)
    }

    /// Reads again next time.
    pub(super) fn forget(&self) {
        *self.get() = None;
    }

    fn get(&self) -> std::sync::MutexGuard<'_, Option<AnyProvider>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
