//! Backups and logs as files on disk: downloaded, resumed, checked, and there as a whole or not at all.
//!
//! What the service lists with an address is [`Downloadable`]; [`Client::download`] makes a [`Download`] of it.
//!
//! ```
//! use rds_api::{Client, Result};
//!
//! /// Downloads the newest backup of an instance into a directory.
//! async fn download(client: &Client, instance: &str, directory: &str) -> Result<()> {
//!     let backups = client.describe_backups(instance).items().into_vec().await?;
//!     let newest = backups.iter().max_by_key(|backup| &backup.backup_end_time);
//!     let Some(newest) = newest else { return Ok(()) };
//!
//!     let download = client.download(instance, newest);
//!     let saved = download.with_progress(|it| println!("{} of {:?} bytes", it.bytes, it.total));
//!     let saved = saved.save_in(directory).await?;
//!     println!("{} has {} bytes, CRC-64 {}", saved.path.display(), saved.bytes, saved.checksum);
//! #   assert!(saved.has_size_of_service && saved.has_known_checksum);
//!     Ok(())
//! }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<()> {
//! #     use rds_api_testing::{FakeInstance, FakeService};
//! #     let instance = FakeInstance::new("MySQL").id("rm-1").daily_backups(2);
//! #     let service = FakeService::builder().instance(instance).start()?;
//! #     let directory = tempfile::tempdir().unwrap();
//! #     download(&service.client()?, "rm-1", directory.path().to_str().unwrap()).await
//! # }
//! ```
//!
//! # What is promised
//!
//! - **Whole or not there.** The bytes are written to `NAME.part`, and get the name only when the file has the size and the
//!   checksum that the service has told, as far as it has told them, and is on the disk for good. What the storage says
//!   of its checksum is checked where the service says nothing. [`Saved`] tells what there was to check.
//! - **Nothing is replaced**, unless [`overwrite`](Download::overwrite) says so.
//! - **It goes on.** After a break the rest is asked for, and so it is after a restart of the program, where the storage
//!   still has the same file and a checksum shows in the end that the part was sound.
//! - **An address that has expired** is asked for anew.
//! - **The address is a secret**, since it opens the file to whoever has it: no error, trace or `Debug` shows it, and it
//!   is called by https unless plain HTTP is allowed. Nothing of the account is sent to it.
//! - **Memory** is some mebibytes, however large the file is. Only the user may read it.
//!
//! Proxies, certificates and the timeouts of connections and reads are those of the client. The whole has no time limit
//! of its own: drop the future to stop it, such as with `tokio::time::timeout`. The part then waits for the next download.
//!
//! # Several at a time
//!
//! ```
//! use rds_api::{Client, FanOut, Result};
//!
//! /// Downloads the binary logs of a time, three at a time, and tells of each.
//! async fn download(client: &Client, instance: &str, from: &str, to: &str, directory: &str) -> Result<()> {
//!     let logs = client.describe_binlog_files(instance, from, to).items().into_vec().await?;
//!     let downloads = FanOut::each(logs, |log| client.download(instance, log).save_in(directory));
//!     let mut downloads = downloads.with_concurrency(3);
//!     while let Some((log, saved)) = downloads.next().await {
//!         match saved {
//!             Ok(saved) => println!("{}", saved.path.display()),
//!             Err(error) => eprintln!("{:?}: {error}", log.log_file_name),
//!         }
//! #       assert!(std::fs::read_dir(directory).unwrap().count() > 0);
//!     }
//!     Ok(())
//! }
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<()> {
//! #     use rds_api_testing::{FakeInstance, FakeService};
//! #     let hours = std::time::Duration::from_secs(2 * 3600);
//! #     let service = FakeService::builder().instance(FakeInstance::new("MySQL").id("rm-1").age(hours)).start()?;
//! #     let directory = tempfile::tempdir().unwrap();
//! #     let (from, to) = ("2020-01-01T00:00:00Z", "2990-01-01T00:00:00Z");
//! #     download(&service.client()?, "rm-1", from, to, directory.path().to_str().unwrap()).await?;
//! #     assert_eq!(std::fs::read_dir(directory.path()).unwrap().count(), 6, "three files of two nodes");
//! #     Ok(())
//! # }
//! ```

mod files;

use rds_api_core::client::handle::Handle as _;
#[doc(inline)]
pub use rds_api_core::download::{Download, Progress, Saved};
use rds_api_core::download::{RemoteFile, Renew};

use crate::{Client, Result, ResultStream};
pub use files::DatabaseBackup;

impl Client {
    /// A download of a file that the service has listed for an instance, such as a backup or a log. See the
    /// [module](crate::download) for what is promised.
    pub fn download(&self, db_instance_id: impl Into<String>, file: &impl Downloadable) -> Download {
        let (client, instance, listed) = (self.clone(), db_instance_id.into(), file.clone());
        let remote = file.remote_file(&instance);
        let renew: Box<Renew> = Box::new(move || {
            let (listed, instance) = (listed.clone(), instance.clone());
            let again = listed.list_again(&client, &instance);
            Box::pin(
                async move { find(again, &listed).await.map(|it| it.map(|it| it.remote_file(&instance))) },
            )
        });
        Download::new(self.shared().clone(), remote, renew)
    }
}

/// The file in a list that is the same.
async fn find<T: Downloadable>(list: Option<ResultStream<T>>, same: &T) -> Result<Option<T>> {
    let Some(mut list) = list else { return Ok(None) };
    while let Some(file) = list.next().await {
        let file = file?;
        if file.is_same(same) {
            return Ok(Some(file));
        }
    }
    Ok(None)
}

/// What the service lists with an address to download it from: [`Backup`](crate::operations::backup::describe_backups::Backup)
/// and its part of [one database](DatabaseBackup),
/// [`DetachedBackup`](crate::operations::backup::describe_detached_backups::DetachedBackup),
/// [`BinLogFile`](crate::operations::backup::describe_binlog_files::BinLogFile),
/// [`LogBackupFile`](crate::operations::backup::describe_log_backup_files::LogBackupFile),
/// [`CrossRegionBackup`](crate::operations::cross_region::describe_cross_region_backups::CrossRegionBackup),
/// [`CrossRegionLogBackup`](crate::operations::cross_region::describe_cross_region_log_backup_files::CrossRegionLogBackup)
/// and the [`LogFile`](crate::operations::logs::describe_sql_log_files::LogFile) of SQL Explorer.
pub trait Downloadable: Clone + Send + Sync + 'static {
    /// What is known of it, for an instance.
    #[doc(hidden)]
    fn remote_file(&self, instance: &str) -> RemoteFile;

    /// A list with it in it, to find its new address; `None` if too little is known of it.
    #[doc(hidden)]
    fn list_again(&self, client: &Client, instance: &str) -> Option<ResultStream<Self>>;

    /// Whether another entry of such a list is the same file.
    #[doc(hidden)]
    fn is_same(&self, other: &Self) -> bool;
}
