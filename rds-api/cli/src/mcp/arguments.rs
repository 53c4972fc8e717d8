//! The arguments of the tools, whose documentation is what an agent reads of them.

use std::time::Duration;

use rmcp::model::JsonObject;
use rmcp::schemars::{self, JsonSchema};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::{Map, Value as Json};

use super::outcome::{self, Failed};

/// How long a result may be unless something else is asked for.
pub(super) const MAX_BYTES: usize = 50_000;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct SearchArguments {
    /// What is looked for, in a few words, such as "slow query" or "resize disk". Empty: all families of operations.
    #[serde(default)]
    pub(super) question: String,
    /// Only operations that read, or only those that may change something.
    pub(super) access: Option<AccessWanted>,
    /// Only those of this family, by its name.
    pub(super) family: Option<String>,
    /// How many to tell at most, 10 unless given.
    #[schemars(range(min = 1, max = 50))]
    pub(super) limit: Option<usize>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub(super) enum AccessWanted {
    Read,
    Write,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DescribeArguments {
    /// The name of the operation, such as DescribeDBInstances.
    pub(super) operation: String,
    /// How many bytes the result may have, 50000 unless given.
    #[schemars(range(min = 1_000, max = 1_000_000))]
    pub(super) max_bytes: Option<usize>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct CallArguments {
    /// The name of the operation, such as DescribeDBInstances.
    pub(super) operation: String,
    /// Its parameters by name, as describe_operation tells them. The region and an idempotency token are filled in. A time
    /// may also be a date, now, today, yesterday, or how long ago, such as -7d or -1h30m; all in UTC.
    #[serde(default)]
    pub(super) parameters: Map<String, Json>,
    /// Another region than that of the account, such as cn-hangzhou.
    pub(super) region: Option<String>,
    /// Return only what this JMESPath expression makes of the response, such as Items.DBInstance[].DBInstanceId.
    #[schemars(length(max = 1_000))]
    pub(super) query: Option<String>,
    /// How many bytes the response may have, 50000 unless given. Of a longer one a part is left out, and the result says
    /// which.
    #[schemars(range(min = 1_000, max = 1_000_000))]
    pub(super) max_bytes: Option<usize>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WaitArguments {
    /// The name of an operation that tells how far something is, such as DescribeBackupTasks; or that of a write which was
    /// made, such as CreateBackup.
    pub(super) operation: String,
    /// Its parameters by name; of a write, those that its result has in `to_wait`.
    #[serde(default)]
    pub(super) parameters: Map<String, Json>,
    /// Of a write, the response that it had, or the part of it that its result has in `to_wait`. The write is not made again.
    pub(super) response: Option<Map<String, Json>>,
    /// What is waited for: a waiter of the operation, as describe_operation lists them. Needless where it has only one.
    pub(super) waiter: Option<String>,
    /// How long to wait in all; as long as the waiter says unless given.
    #[schemars(range(min = 1, max = 86_400))]
    pub(super) timeout_seconds: Option<f64>,
    /// The delay between two looks; as the waiter says unless given.
    #[schemars(range(min = 0.2, max = 600))]
    pub(super) every_seconds: Option<f64>,
    /// Another region than that of the account.
    pub(super) region: Option<String>,
    /// How many bytes the last response may have, 50000 unless given.
    #[schemars(range(min = 1_000, max = 1_000_000))]
    pub(super) max_bytes: Option<usize>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DownloadArguments {
    /// The id of the instance.
    pub(super) instance: String,
    /// What kind of file it is; a backup unless given.
    #[serde(default)]
    pub(super) kind: FileKind,
    /// Which one: of a backup the BackupId of DescribeBackups, the newest unless given; of a binary log the LogFileName of
    /// DescribeBinlogFiles; of a log backup the LogBeginTime of DescribeLogBackupFiles; of an SQL log the FileID of
    /// DescribeSQLLogFiles.
    #[serde(default, deserialize_with = "text_or_number")]
    pub(super) id: Option<String>,
    /// Of a binary log the HostInstanceID of the node, where several nodes have one of the name.
    #[serde(default, deserialize_with = "text_or_number")]
    pub(super) node: Option<String>,
    /// Logs since when, such as -1d, yesterday or 2026-11-01; -1d unless given.
    pub(super) since: Option<String>,
    /// Logs until when; now unless given.
    pub(super) until: Option<String>,
    /// The name of the file in the folder of this server; the service's own name unless given. Letters, digits and -_.+= only,
    /// and no path.
    #[schemars(length(max = 200))]
    pub(super) name: Option<String>,
    /// Replace a file of that name. Unless given that is refused.
    #[serde(default)]
    pub(super) overwrite: bool,
    /// Another region than that of the account.
    pub(super) region: Option<String>,
}

#[derive(Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[schemars(inline)]
pub(super) enum FileKind {
    #[default]
    Backup,
    BinaryLog,
    LogBackup,
    SqlLog,
}

/// Reads the arguments of a tool, or says to the agent what is wrong with them.
pub(super) fn read<T: DeserializeOwned>(arguments: Option<JsonObject>) -> Result<T, Failed> {
    serde_json::from_value(Json::Object(arguments.unwrap_or_default())).map_err(|error| {
        outcome::wrong_arguments(&format!(
            "the arguments are not of the tool's schema: {}",
            without_value(&error.to_string())
        ))
    })
}

/// An id, which some responses have as a number.
fn text_or_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    match Json::deserialize(deserializer)? {
        Json::Null => Ok(None),
        Json::String(text) => Ok(Some(text)),
        Json::Number(number) => Ok(Some(number.to_string())),
        _ => Err(D::Error::custom("expected a text")),
    }
}

/// What serde says of a value, without the value: it may be a secret in the wrong place.
fn without_value(message: &str) -> &str {
    match message.rfind("expected ") {
        Some(expected) if message.starts_with("invalid ") => &message[expected..],
        _ => message,
    }
}

/// The bound of a result, within the bounds of bounds.
pub(super) fn max_bytes(given: Option<usize>) -> Result<usize, Failed> {
    within("max_bytes", given.unwrap_or(MAX_BYTES), 1_000, 1_000_000)
}

/// A number within its bounds.
pub(super) fn within<N: PartialOrd + std::fmt::Display>(
    name: &str,
    number: N,
    least: N,
    most: N,
) -> Result<N, Failed> {
    match number >= least && number <= most {
        true => Ok(number),
        false => Err(outcome::wrong_arguments(&format!("{name} is {number}, and must be {least} to {most}"))),
    }
}

/// A number of seconds within its bounds.
pub(super) fn seconds(
    name: &str,
    given: Option<f64>,
    least: f64,
    most: f64,
) -> Result<Option<Duration>, Failed> {
    given.map(|seconds| within(name, seconds, least, most).map(Duration::from_secs_f64)).transpose()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_wrong_is_told_without_the_value() {
        for (arguments, expected) in [
            (json!({}), "missing field `operation`"),
            (json!({ "operation": "X", "parameter": {} }), "unknown field `parameter`"),
            (json!({ "operation": "X", "parameters": "Password=hunter2" }), "expected a map"),
            (json!({ "operation": "X", "max_bytes": "expected hunter2" }), "expected usize"),
            (json!({ "operation": ["hunter2"] }), "expected a string"),
        ] {
            let refused = read::<CallArguments>(arguments.as_object().cloned()).err().unwrap();
            let text = refused.0.to_string();
            assert!(text.contains(expected) && !text.contains("hunter2"), "{text}");
        }
        assert!(max_bytes(Some(999)).is_err() && max_bytes(Some(1_000_001)).is_err());
        assert!(seconds("x", Some(f64::NAN), 0.2, 600.0).is_err());
        assert_eq!(max_bytes(None).unwrap(), MAX_BYTES);
    }
}
