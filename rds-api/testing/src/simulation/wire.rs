//! Where the service does not keep to its own contract.

use rds_api::schema::Kind;

/// Members that are numbers on the wire and texts in the contract, by operation and path. The vendor's own examples of
/// responses have them so, and programs add them up.
const NUMBERS: &[(&str, &str)] = &[
    ("DescribeBackups", "Items.BackupId"),
    ("DescribeBackups", "Items.HostInstanceID"),
    ("DescribeBackups", "PageNumber"),
    ("DescribeBackups", "PageRecordCount"),
    ("DescribeBackups", "TotalRecordCount"),
    ("DescribeBackupTasks", "Items.BackupJobId"),
    ("DescribeDetachedBackups", "PageNumber"),
    ("DescribeDetachedBackups", "PageRecordCount"),
    ("DescribeDetachedBackups", "TotalRecordCount"),
];

/// The kind that a member really has, if that is not what the contract says.
pub(super) fn kind(operation: &str, path: &str) -> Option<Kind> {
    NUMBERS.contains(&(operation, path)).then_some(Kind::Int64)
}
