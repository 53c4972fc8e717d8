//! `rds slow`: the slow statements of instances.

use rds_api::schema;

use crate::call;
use crate::failure::Failure;

const COLUMNS: [&str; 6] =
    ["ExecutionStartTime", "QueryTimeMS", "SQLText", "DBName", "ParseRowCounts", "ReturnRowCounts"];

/// List the slow statements of the last hour, of some instances or of all: `rds call DescribeSlowLogRecords` as a table.
#[derive(clap::Args)]
#[command(mut_args(call::of_any_operation))]
pub(crate) struct Arguments {
    /// The instances; all of the region, if none is named.
    #[arg(value_name = "INSTANCE")]
    instances: Vec<String>,
    /// Since when, such as -1d, yesterday or 2026-11-01.
    #[arg(long, value_name = "TIME", default_value = "-1h", allow_hyphen_values = true)]
    since: String,
    /// Until when.
    #[arg(long, value_name = "TIME", default_value = "now", allow_hyphen_values = true)]
    until: String,
    /// Only those of this database.
    #[arg(long, value_name = "NAME")]
    database: Option<String>,
    #[command(flatten)]
    options: call::Options,
}

pub(crate) async fn run(arguments: Arguments) -> Result<(), Failure> {
    let Arguments { instances, since, until, database, options } = arguments;
    let Some(operation) = schema::operation("DescribeSlowLogRecords") else { return Ok(()) };
    let mut given = vec![("StartTime", since.as_str()), ("EndTime", until.as_str())];
    given.extend(database.as_deref().map(|name| ("DBName", name)));
    call::run(call::Arguments::of_instances(operation, instances, &given, &COLUMNS, options)?).await
}
