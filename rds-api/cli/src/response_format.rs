//! The format in which a response is asked for, as the command line and the page name it.

use clap::ValueEnum;
use rds_api::Format;
use serde::Deserialize;

/// A format of responses.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ResponseFormat {
    #[default]
    Json,
    Xml,
}

impl From<ResponseFormat> for Format {
    fn from(format: ResponseFormat) -> Self {
        match format {
            ResponseFormat::Json => Self::Json,
            ResponseFormat::Xml => Self::Xml,
        }
    }
}
