//! A transport that plays back a recording.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use http::{HeaderName, HeaderValue};

use crate::recording::{Capture, RecordedExchange, RequestKey};
use rds_api_core::catalogue::Catalogue;
use rds_api_core::file;
use rds_api_core::http::transport::{BoxFuture, Transport};
use rds_api_core::{Error, Result};

/// The largest recording that is read.
const MAX_BYTES: u64 = 1 << 30;

/// Plays back what a [`Recorder`](crate::Recorder) has kept, without any network.
///
/// A request gets the response of the first exchange of the same operation and parameters that was not played
/// yet. Idempotency tokens and what belongs to the protocol do not matter. A request that was not recorded,
/// or not so often, is an error that says so.
///
/// ```no_run
/// # async fn example() -> rds_api::Result<()> {
/// use rds_api_testing::Replay;
/// use rds_api::{Client, Credentials};
///
/// let replay = Replay::open("tests/recordings/backups.jsonl")?;
/// let client = Client::builder()
///     .region("cn-hangzhou")
///     .credentials(Credentials::new("any", "any"))
///     .transport(replay.clone())
///     .build()?;
/// client.describe_backups("rm-uf6wjk5****").await?;
/// assert_eq!(replay.remaining(), 0, "every exchange was played");
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Replay {
    catalogue: &'static Catalogue,
    path: PathBuf,
    remaining: Arc<Mutex<Vec<RecordedExchange>>>,
}

impl Replay {
    /// Reads a recording.
    ///
    /// # Errors
    ///
    /// [`Input`](rds_api_core::ErrorKind::Input) if the file cannot be read, has more than 1 GiB or is not a recording.
    #[cfg(feature = "simulation")]
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::open_of(&rds_api::schema::CATALOGUE, path)
    }

    /// Reads a recording of a product.
    ///
    /// # Errors
    ///
    /// [`Input`](rds_api_core::ErrorKind::Input) if the file cannot be read, has more than 1 GiB or is not a recording.
    pub fn open_of(catalogue: &'static Catalogue, path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        let text = file::read_text(path, MAX_BYTES).map_err(|error| {
            Error::input(format!("the recording {} {}", path.display(), file::why(&error))).with_source(error)
        })?;
        let mut remaining = Vec::new();
        for (index, line) in text
            .trim_start_matches('\u{feff}')
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
        {
            remaining.push(serde_json::from_str(line).map_err(|error| {
                let place = format!("{}:{}", path.display(), index + 1);
                Error::input(format!("{place} is not an exchange of a recording")).with_source(error)
            })?);
        }
        Ok(Self { catalogue, path: path.to_owned(), remaining: Arc::new(Mutex::new(remaining)) })
    }

    /// The number of exchanges that have not been played yet.
    pub fn remaining(&self) -> usize {
        self.lock().len()
    }

    fn play(&self, key: &RequestKey) -> Result<http::Response<Bytes>> {
        let mut remaining = self.lock();
        let Some(at) = remaining.iter().position(|exchange| exchange.key == *key) else {
            return Err(self.not_recorded(key, &remaining));
        };
        let exchange = remaining.remove(at);
        let mut response = http::Response::new(Bytes::from(exchange.body));
        *response.status_mut() = http::StatusCode::from_u16(exchange.status)
            .map_err(|error| Error::input("the recording has an invalid status").with_source(error))?;
        for (name, value) in &exchange.headers {
            if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
                response.headers_mut().insert(name, value);
            }
        }
        Ok(response)
    }

    fn not_recorded(&self, key: &RequestKey, remaining: &[RecordedExchange]) -> Error {
        let RequestKey { operation, parameters } = key;
        let others = remaining.iter().filter(|exchange| exchange.key.operation == *operation);
        let others: Vec<String> = others.map(|exchange| format!("{:?}", exchange.key.parameters)).collect();
        let others = match others.len() {
            0 => format!("it has no exchange of {operation} left"),
            _ => format!("of {operation} it has left: {}", others.join("; ")),
        };
        let path = self.path.display();
        Error::input(format!("the recording {path} has no response to {operation} {parameters:?}; {others}"))
    }

    fn lock(&self) -> MutexGuard<'_, Vec<RecordedExchange>> {
        self.remaining.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Transport for Replay {
    fn send(&self, request: http::Request<Bytes>) -> BoxFuture<'_, Result<http::Response<Bytes>>> {
        let capture = Capture::new(self.catalogue, &request);
        Box::pin(std::future::ready(self.play(&capture.key)))
    }
}
