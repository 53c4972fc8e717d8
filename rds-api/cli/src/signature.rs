//! The version of the signature, as the command line and the page name it.

use clap::ValueEnum;
use rds_api::signature::SignatureVersion;
use serde::Deserialize;

/// A version of the signature.
#[derive(Debug, Clone, Copy, Default, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Signature {
    /// HMAC-SHA1 over the parameters.
    V1,
    /// HMAC-SHA256 over the request.
    #[default]
    V3,
}

impl From<Signature> for SignatureVersion {
    fn from(signature: Signature) -> Self {
        match signature {
            Signature::V1 => Self::V1,
            Signature::V3 => Self::V3,
        }
    }
}
