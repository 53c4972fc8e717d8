//! Where credentials come from.

use std::borrow::Cow;
use std::sync::Arc;

use super::{AnyProvider, BoxFuture, Credentials, ProvideCredentials};
use crate::error::{Error, Result};

/// The source of credentials, and the profile in it.
#[derive(Clone, Debug, Default)]
pub(super) struct Origin {
    pub(super) source: Option<Cow<'static, str>>,
    pub(super) profile: Option<String>,
}

/// A provider that a profile describes.
#[derive(Debug)]
pub(super) struct OfProfile {
    pub(super) provider: AnyProvider,
    pub(super) source: &'static str,
    pub(super) profile: String,
}

impl OfProfile {
    /// What a profile asks for has been set up, even where it cannot be had.
    pub(super) fn of(
        provider: Result<AnyProvider>,
        source: &'static str,
        profile: impl Into<String>,
    ) -> Result<AnyProvider> {
        let provider = provider.map_err(Error::configured)?;
        Ok(Arc::new(Self { provider, source, profile: profile.into() }))
    }

    async fn named(&self) -> Result<Credentials> {
        let provided = self.provider.provide().await.map_err(Error::configured);
        Ok(provided?.with_source(self.source).with_profile(&*self.profile))
    }
}

impl ProvideCredentials for OfProfile {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials>> {
        Box::pin(self.named())
    }

    fn invalidate(&self, refused: &Credentials) {
        self.provider.invalidate(refused);
    }
}
