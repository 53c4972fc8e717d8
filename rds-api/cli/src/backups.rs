//! `rds backups`: the backups of instances.

use rds_api::schema;

use crate::call;
use crate::failure::Failure;

const COLUMNS: [&str; 7] = [
    "BackupId",
    "BackupStatus",
    "BackupStartTime",
    "BackupSize",
    "BackupEndTime",
    "BackupMode",
    "BackupMethod",
];

/// List the backups of the last seven days, of some instances or of all: `rds call DescribeBackups` as a table.
#[derive(clap::Args)]
#[command(mut_args(call::of_any_operation))]
pub(crate) struct Arguments {
    /// The instances; all of the region, if none is named.
    #[arg(value_name = "INSTANCE")]
    instances: Vec<String>,
    /// Since when, such as -30d, yesterday or 2026-11-01.
    #[arg(long, value_name = "TIME", default_value = "-7d", allow_hyphen_values = true)]
    since: String,
    /// Until when.
    #[arg(long, value_name = "TIME", default_value = "now", allow_hyphen_values = true)]
    until: String,
    #[command(flatten)]
    options: call::Options,
}

pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { instances, since, until, options } = arguments;
    let Some(operation) = schema::operation("DescribeBackups") else { return Ok(()) };
    let given = [("StartTime", since.as_str()), ("EndTime", &until)];
    call::run(call::Arguments::of_instances(operation, instances, &given, &COLUMNS, options)?).await
}
