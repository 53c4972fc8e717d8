//! Downloads: from an address that the service gives to a file on disk, whole or not at all.
//!
//! The bytes come from a storage beside the service, at an address that opens the file to whoever holds it and expires
//! after hours. Nothing of the account is sent there. What a storage says is not believed: the bytes go to a file of another
//! name, which becomes the file only when it has the size and the checksum that the service has told.

mod address;
mod checksum;
mod head;
mod name;
mod part;
mod record;
mod remote_file;
mod transfer;

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

use crate::client::retry::RetryPolicy;
use crate::client::shared::Shared;
use crate::endpoint::Network;
use crate::error::{Error, Remedy, Result};
use crate::future::BoxFuture;
use crate::runtime::guarded;

pub use remote_file::RemoteFile;
use transfer::Transfer;

/// A download that has not begun: of what, and how. [`save_as`](Self::save_as) and [`save_in`](Self::save_in) begin it.
///
/// It is given by `Client::download`, where the module has examples.
#[must_use = "nothing is downloaded before `save_as` or `save_in`"]
pub struct Download {
    client: Arc<Shared>,
    file: RemoteFile,
    renew: Box<Renew>,
    options: Options,
    progress: Box<Callback>,
}

/// Asks the service again for the file; `None` if it has no such file any more.
#[doc(hidden)]
pub type Renew = dyn Fn() -> BoxFuture<'static, Result<Option<RemoteFile>>> + Send + Sync;

type Callback = dyn FnMut(&Progress) + Send;

/// What a caller has said of a download.
#[derive(Debug, Default)]
struct Options {
    network: Option<Network>,
    retry: Option<RetryPolicy>,
    overwrites: bool,
    allows_plain_http: bool,
    skips_verification: bool,
}

/// How much of a file is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// The bytes that are there. They become fewer where the download has to begin anew.
    pub bytes: u64,
    /// The bytes of the whole file; `None` before the storage has said so.
    pub total: Option<u64>,
}

/// A file that has been downloaded as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Saved {
    /// Where it is.
    pub path: PathBuf,
    /// Its size in bytes.
    pub bytes: u64,
    /// How many of them were there before, of a download that had broken off.
    pub resumed_bytes: u64,
    /// Its CRC-64 by ECMA-182, as the service writes it.
    pub checksum: u64,
    /// Whether the service has told the size, which it then has.
    pub has_size_of_service: bool,
    /// Whether the service or the storage has told a checksum, which it then has.
    pub has_known_checksum: bool,
}

impl Download {
    #[doc(hidden)]
    pub fn new(client: Arc<Shared>, file: RemoteFile, renew: Box<Renew>) -> Self {
        Self { client, file, renew, options: Options::default(), progress: Box::new(|_| {}) }
    }

    /// The network whose address is used: of [`Public`](Network::Public) the public one, of all others that of the region's
    /// internal network, which costs nothing. Unless set it is that of the client, and the other where there is no such
    /// address.
    pub fn with_network(mut self, network: Network) -> Self {
        self.options.network = Some(network);
        self
    }

    /// A function that is called with how much is there: at the beginning, with each piece that comes, several times a
    /// second or more, and when the download begins anew. While it runs nothing else goes on.
    pub fn with_progress(mut self, progress: impl FnMut(&Progress) + Send + 'static) -> Self {
        self.progress = Box::new(progress);
        self
    }

    /// How often the download is tried, and the backoff between; as of the client's calls unless set. What has brought
    /// a mebibyte or more does not count, so that a long download survives more breaks than a short one. A storage that
    /// asks for a pause of more than five minutes ends it: [`Error::retry_after`] has the pause.
    pub fn with_retry(mut self, policy: RetryPolicy) -> Self {
        self.options.retry = Some(policy);
        self
    }

    /// Replaces a file that is there already, in one step when all of the new one is there. Unless set that is an error,
    /// and so it is always where something else than a file or a link is there.
    pub fn overwrite(mut self) -> Self {
        self.options.overwrites = true;
        self
    }

    /// Takes an address that begins with `http://` as it is. Unless set it is called with `https://`, where the storage
    /// has the same file. A client with an endpoint of plain HTTP, as in tests, takes it, too; with one on this machine
    /// only if the address is on this machine as well.
    pub fn allow_plain_http(mut self) -> Self {
        self.options.allows_plain_http = true;
        self
    }

    /// Takes the file as the storage has it, without holding its size and checksum against what the service says. It is
    /// whole all the same.
    pub fn without_verification(mut self) -> Self {
        self.options.skips_verification = true;
        self
    }

    /// The name of the file that [`save_in`](Self::save_in) makes.
    ///
    /// # Errors
    ///
    /// [`Input`](crate::ErrorKind::Input) if the service has no name for it that a file can have.
    pub fn file_name(&self) -> Result<String> {
        name::of_file(&self.file.name()).ok_or_else(|| {
            let message = format!("the service has no name for {} that a file can have", self.file);
            Error::input(message).with_remedy(Remedy::NameFile)
        })
    }

    /// Its size in bytes, where the service tells it.
    pub fn size(&self) -> Option<u64> {
        self.file.expected().size
    }

    /// Downloads to a file of this path, whose directory must be there. The bytes are in `PATH.part` until all have come,
    /// with what they are of in `PATH.part.json`; only the user may read the file. Where such a part of the same file is
    /// left from before, the download goes on from there. Dropping the future stops the download, and leaves the part.
    ///
    /// # Errors
    ///
    /// The message says what failed, where, how much is kept, and [`Error::is_retryable`] whether another try may do.
    ///
    /// - [`Input`](crate::ErrorKind::Input) if the path is taken, or there is no address on the network.
    /// - [`File`](crate::ErrorKind::File) if a file cannot be written, or another download is writing to it.
    /// - [`Connect`](crate::ErrorKind::Connect), [`Interrupted`](crate::ErrorKind::Interrupted) and the timeouts of
    ///   connections and reads, after the last attempt.
    /// - [`Response`](crate::ErrorKind::Response) if the storage refuses, or what it gives is not the file.
    /// - Those of the call that asks for a new address.
    pub fn save_as(self, path: impl Into<PathBuf>) -> impl Future<Output = Result<Saved>> + Send + 'static {
        self.save(Target::File(path.into()))
    }

    /// Downloads to a file in this directory, under the name that the service has for it, of which only letters, digits
    /// and `-_.+=` are kept. For all else see [`save_as`](Self::save_as).
    ///
    /// # Errors
    ///
    /// As of [`save_as`](Self::save_as).
    pub fn save_in(
        self,
        directory: impl Into<PathBuf>,
    ) -> impl Future<Output = Result<Saved>> + Send + 'static {
        self.save(Target::Directory(directory.into()))
    }

    #[allow(clippy::manual_async_fn, reason = "the future of an async function holds its arguments twice")]
    fn save(self, target: Target) -> impl Future<Output = Result<Saved>> + Send + 'static {
        async move {
            let saving = async move {
                let path = match target {
                    Target::File(path) => path,
                    Target::Directory(directory) => directory.join(self.file_name()?),
                };
                Transfer::new(self, path).save().await
            };
            guarded(saving).await.unwrap_or_else(|lack| Err(lack.into()))
        }
    }
}

/// Shows neither addresses nor the client.
impl fmt::Debug for Download {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Download")
            .field("file", &self.file)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}

/// Where a file goes.
enum Target {
    File(PathBuf),
    Directory(PathBuf),
}
