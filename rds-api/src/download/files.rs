//! The kinds of files that the service lists with an address.

use std::time::Duration;

use rds_api_core::download::RemoteFile;

use super::Downloadable;
use crate::operations::backup::describe_backups::{Backup, BackupDownloadLinkByDB};
use crate::operations::backup::describe_binlog_files::BinLogFile;
use crate::operations::backup::describe_detached_backups::DetachedBackup;
use crate::operations::backup::describe_log_backup_files::LogBackupFile;
use crate::operations::cross_region::describe_cross_region_backups::CrossRegionBackup;
use crate::operations::cross_region::describe_cross_region_log_backup_files::CrossRegionLogBackup;
use crate::operations::logs::describe_sql_log_files::LogFile;
use crate::{Client, ResultStream, Timestamp};

/// The part of a backup set that holds one database, of a set that was made of single databases. The service tells
/// neither its size nor its checksum; the storage mostly does.
#[derive(Debug, Clone)]
pub struct DatabaseBackup {
    backup_id: Option<String>,
    link: BackupDownloadLinkByDB,
}

impl Backup {
    /// The part that holds one database; `None` unless the set was made of single databases, and of this one.
    pub fn database(&self, name: &str) -> Option<DatabaseBackup> {
        self.databases().into_iter().find(|part| part.link.data_base.as_deref() == Some(name))
    }

    fn databases(&self) -> Vec<DatabaseBackup> {
        let part = |link: &BackupDownloadLinkByDB| DatabaseBackup {
            backup_id: self.backup_id.clone(),
            link: link.clone(),
        };
        self.backup_download_link_by_db.iter().map(part).collect()
    }
}

/// A value in a title.
fn shown<T: ToString>(value: &Option<T>) -> String {
    value.as_ref().map_or_else(|| "?".to_owned(), T::to_string)
}

/// Whether both are there, and are the same.
fn same<T: PartialEq>(one: &Option<T>, other: &Option<T>) -> bool {
    one.is_some() && one == other
}

/// The time in which a log was written, and a little more, since a range has to begin before it ends.
fn around(begin: &Option<Timestamp>, end: &Option<Timestamp>) -> Option<(Timestamp, Timestamp)> {
    const MARGIN: Duration = Duration::from_secs(120);
    let (begin, end) = (begin.as_ref()?.to_system_time()?, end.as_ref()?.to_system_time()?);
    Some((begin.checked_sub(MARGIN)?.into(), end.checked_add(MARGIN)?.into()))
}

impl Downloadable for Backup {
    fn remote_file(&self, instance: &str) -> RemoteFile {
        RemoteFile::new(format!("backup set {} of {instance}", shown(&self.backup_id)))
            .addresses_are(self.backup_download_url.as_ref(), self.backup_intranet_download_url.as_ref())
            .size_is(self.backup_size)
            .checksum_is(self.checksum.as_ref())
    }

    fn list_again(&self, client: &Client, instance: &str) -> Option<ResultStream<Self>> {
        Some(client.describe_backups(instance).backup_id(self.backup_id.clone()?).items())
    }

    fn is_same(&self, other: &Self) -> bool {
        same(&self.backup_id, &other.backup_id)
    }
}

impl Downloadable for DatabaseBackup {
    fn remote_file(&self, instance: &str) -> RemoteFile {
        let (database, set) = (shown(&self.link.data_base), shown(&self.backup_id));
        RemoteFile::new(format!("database {database} in backup set {set} of {instance}"))
            .addresses_are(self.link.download_link.as_ref(), self.link.intranet_download_link.as_ref())
    }

    fn list_again(&self, client: &Client, instance: &str) -> Option<ResultStream<Self>> {
        let backups = client.describe_backups(instance).backup_id(self.backup_id.clone()?).items();
        Some(backups.flat_map(|backup| backup.databases()))
    }

    fn is_same(&self, other: &Self) -> bool {
        same(&self.backup_id, &other.backup_id) && same(&self.link.data_base, &other.link.data_base)
    }
}

impl Downloadable for DetachedBackup {
    fn remote_file(&self, instance: &str) -> RemoteFile {
        RemoteFile::new(format!("backup set {} of the released {instance}", shown(&self.backup_id)))
            .addresses_are(self.backup_download_url.as_ref(), self.backup_intranet_download_url.as_ref())
            .size_is(self.backup_size)
    }

    fn list_again(&self, client: &Client, instance: &str) -> Option<ResultStream<Self>> {
        let call = client.describe_detached_backups(client.region()?).db_instance_id(instance);
        Some(call.backup_id(self.backup_id.clone()?).items())
    }

    fn is_same(&self, other: &Self) -> bool {
        same(&self.backup_id, &other.backup_id)
    }
}

impl Downloadable for BinLogFile {
    fn remote_file(&self, instance: &str) -> RemoteFile {
        let (name, node) = (shown(&self.log_file_name), shown(&self.host_instance_id));
        // Each node has files of the same names.
        RemoteFile::new(format!("log file {name} of node {node} of {instance}"))
            .name_is(self.log_file_name.as_ref().map(|name| format!("{instance}_{node}_{name}")))
            .addresses_are(self.download_link.as_ref(), self.intranet_download_link.as_ref())
            .size_is(self.file_size)
            .checksum_is(self.checksum.as_ref())
    }

    fn list_again(&self, client: &Client, instance: &str) -> Option<ResultStream<Self>> {
        let (begin, end) = around(&self.log_begin_time, &self.log_end_time)?;
        Some(client.describe_binlog_files(instance, begin, end).items())
    }

    fn is_same(&self, other: &Self) -> bool {
        same(&self.log_file_name, &other.log_file_name) && self.host_instance_id == other.host_instance_id
    }
}

impl Downloadable for LogBackupFile {
    fn remote_file(&self, instance: &str) -> RemoteFile {
        let (begin, end, size) =
            (shown(&self.log_begin_time), shown(&self.log_end_time), shown(&self.file_size));
        RemoteFile::new(format!("log backup of {instance} from {begin} to {end} of {size} bytes"))
            .addresses_are(self.download_link.as_ref(), self.intranet_download_link.as_ref())
            .size_is(self.file_size)
    }

    fn list_again(&self, client: &Client, instance: &str) -> Option<ResultStream<Self>> {
        let (begin, end) = around(&self.log_begin_time, &self.log_end_time)?;
        Some(client.describe_log_backup_files(instance, begin, end).items())
    }

    fn is_same(&self, other: &Self) -> bool {
        same(&self.log_begin_time, &other.log_begin_time)
            && same(&self.log_end_time, &other.log_end_time)
            && self.file_size == other.file_size
    }
}

impl Downloadable for LogFile {
    fn remote_file(&self, instance: &str) -> RemoteFile {
        RemoteFile::new(format!("SQL Explorer file {} of {instance}", shown(&self.file_id)))
            .name_is(self.file_id.clone())
            .addresses_are(self.log_download_url.as_ref(), None)
            .size_is(self.log_size.as_deref().and_then(|size| size.trim().parse().ok()))
    }

    fn list_again(&self, client: &Client, instance: &str) -> Option<ResultStream<Self>> {
        Some(client.describe_sql_log_files(instance).file_name(self.file_id.clone()?).items())
    }

    fn is_same(&self, other: &Self) -> bool {
        same(&self.file_id, &other.file_id)
    }
}

impl Downloadable for CrossRegionBackup {
    fn remote_file(&self, instance: &str) -> RemoteFile {
        RemoteFile::new(format!("cross-region backup {} of {instance}", shown(&self.cross_backup_id)))
            .name_is(self.cross_backup_set_file.clone())
            .addresses_are(self.cross_backup_download_link.as_ref(), None)
            .size_is(self.cross_backup_set_size)
    }

    fn list_again(&self, client: &Client, instance: &str) -> Option<ResultStream<Self>> {
        Some(client.describe_cross_region_backups(instance).cross_backup_id(self.cross_backup_id?).items())
    }

    fn is_same(&self, other: &Self) -> bool {
        same(&self.cross_backup_id, &other.cross_backup_id)
    }
}

impl Downloadable for CrossRegionLogBackup {
    fn remote_file(&self, instance: &str) -> RemoteFile {
        RemoteFile::new(format!("cross-region log {} of {instance}", shown(&self.cross_log_backup_id)))
            .name_is(self.log_file_name.clone())
            .addresses_are(self.cross_download_link.as_ref(), self.cross_intranet_download_link.as_ref())
            .size_is(self.cross_log_backup_size)
    }

    fn list_again(&self, client: &Client, instance: &str) -> Option<ResultStream<Self>> {
        let (begin, end) = around(&self.log_begin_time, &self.log_end_time)?;
        Some(client.describe_cross_region_log_backup_files(instance, begin, end).items())
    }

    fn is_same(&self, other: &Self) -> bool {
        same(&self.cross_log_backup_id, &other.cross_log_backup_id)
    }
}
