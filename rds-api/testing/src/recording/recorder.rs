//! A transport that keeps every exchange in a file.

use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;

use crate::recording::{Capture, RecordedExchange};
use rds_api_core::catalogue::Catalogue;
use rds_api_core::file;
use rds_api_core::http::client as http_client;
use rds_api_core::http::default_transport::Http;
use rds_api_core::http::transport::{BoxFuture, ResponseBody, Transport};
use rds_api_core::{Error, Result};

/// Sends requests to the real service and appends each exchange to a file, a line of JSON for each, for
/// [`Replay`](crate::Replay) to play back.
///
/// The file has neither keys, tokens and signatures nor the values that the specification calls sensitive,
/// such as passwords and download addresses; it has everything else, so look at it before it is published.
///
/// ```no_run
/// # async fn example() -> rds_api::Result<()> {
/// use rds_api::Client;
/// use rds_api_testing::Recorder;
///
/// let recorder = Recorder::create("tests/recordings/backups.jsonl")?;
/// let client = Client::builder().region("cn-hangzhou").transport(recorder).build()?;
/// client.describe_backups("rm-uf6wjk5****").await?;
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Recorder {
    catalogue: &'static Catalogue,
    file: Arc<Mutex<File>>,
    inner: Arc<dyn Transport>,
}

impl Recorder {
    /// Records the exchanges of the default transport, to a new file or over an old one.
    ///
    /// # Errors
    ///
    /// [`Input`](rds_api_core::ErrorKind::Input) if the file cannot be written or TLS cannot be set up.
    #[cfg(feature = "simulation")]
    pub fn create(path: impl AsRef<Path>) -> Result<Self> {
        Self::create_of(&rds_api::schema::CATALOGUE, path)
    }

    /// Records the exchanges of another transport.
    ///
    /// # Errors
    ///
    /// [`Input`](rds_api_core::ErrorKind::Input) if the file cannot be written.
    #[cfg(feature = "simulation")]
    pub fn wrap(transport: impl Transport + 'static, path: impl AsRef<Path>) -> Result<Self> {
        Self::wrap_of(&rds_api::schema::CATALOGUE, transport, path)
    }

    /// Records the exchanges of the default transport with the service of a product.
    ///
    /// # Errors
    ///
    /// [`Input`](rds_api_core::ErrorKind::Input) if the file cannot be written or TLS cannot be set up.
    pub fn create_of(catalogue: &'static Catalogue, path: impl AsRef<Path>) -> Result<Self> {
        Self::wrap_of(catalogue, Http::new(http_client::Settings::default())?, path)
    }

    /// Records the exchanges of another transport with the service of a product.
    ///
    /// # Errors
    ///
    /// [`Input`](rds_api_core::ErrorKind::Input) if the file cannot be written.
    pub fn wrap_of(
        catalogue: &'static Catalogue,
        transport: impl Transport + 'static,
        path: impl AsRef<Path>,
    ) -> Result<Self> {
        let path = path.as_ref().to_owned();
        let open = {
            let path = path.clone();
            move || OpenOptions::new().create(true).write(true).truncate(true).open(path)
        };
        // A pipe waits for its reader.
        let file = file::in_time(open).map_err(|error| {
            Error::input(format!("the recording {} cannot be written", path.display())).with_source(error)
        })?;
        Ok(Self { catalogue, file: Arc::new(Mutex::new(file)), inner: Arc::new(transport) })
    }

    fn append(&self, exchange: &RecordedExchange) -> std::io::Result<()> {
        let mut line = serde_json::to_string(exchange)?;
        line.push('\n');
        self.file.lock().unwrap_or_else(PoisonError::into_inner).write_all(line.as_bytes())
    }
}

impl Transport for Recorder {
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>>> {
        Box::pin(async move {
            let capture = Capture::new(self.catalogue, &request);
            let response = self.inner.send(request).await?;
            self.append(&capture.with_response(&response)).map_err(|error| {
                // The call was executed, so this must not look as if it were not.
                Error::interrupted("the exchange cannot be recorded").with_source(error).retryable(false)
            })?;
            Ok(response)
        })
    }

    /// Not recorded: it is a file of any length, at an address that is a secret.
    fn stream(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<ResponseBody>>> {
        self.inner.stream(request)
    }
}
