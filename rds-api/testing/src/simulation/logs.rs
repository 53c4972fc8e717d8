//! Logs of an instance: slow queries, errors, audited statements. They begin empty, and are seeded by whoever has the
//! service, or follow from what happens.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::account_state::{AccountState, Simulate};
use super::call::Call;
use crate::refusal::Refusal;
use audit::Audit;
use rds_api::Timestamp;

pub(super) mod audit;

/// The simulated operations.
pub(super) const OPERATIONS: &[(&str, Simulate)] = &[
    ("DescribeErrorLogs", AccountState::list_errors),
    ("DescribeSQLLogFiles", AccountState::list_audit_files),
    ("DescribeSQLLogRecords", AccountState::list_audited),
    ("DescribeSQLLogReportList", AccountState::list_audit_reports),
    ("DescribeSlowLogRecords", AccountState::list_slow_queries),
    ("DescribeSlowLogs", AccountState::sum_up_slow_queries),
    ("ModifySQLCollectorPolicy", AccountState::switch_audit),
    ("ModifySQLCollectorRetention", AccountState::change_audit_retention),
    ("PurgeDBInstanceLog", AccountState::purge_logs),
];

/// More entries than this are not kept of one log.
const LIMIT: usize = 10_000;

/// What an instance has logged, oldest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(super) struct Logs {
    slow: Vec<LoggedStatement>,
    errors: Vec<LoggedError>,
    #[serde(default)]
    pub(super) audit: Audit,
}

/// A statement, as a log has it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LoggedStatement {
    pub(crate) time: SystemTime,
    pub(crate) database: String,
    pub(crate) user: String,
    pub(crate) host: String,
    pub(crate) sql: String,
    pub(crate) took: Duration,
    pub(crate) rows_examined: u64,
    pub(crate) rows_sent: u64,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct LoggedError {
    time: SystemTime,
    /// What an engine says of itself is the same each time, and is kept for all instances once.
    text: Cow<'static, str>,
}

fn milliseconds(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

fn insert_by_time<T>(entries: &mut Vec<T>, entry: T, time: impl Fn(&T) -> SystemTime) {
    let at = entries.partition_point(|earlier| time(earlier) <= time(&entry));
    entries.insert(at, entry);
    let beyond = entries.len().saturating_sub(LIMIT);
    entries.drain(..beyond);
}

impl Logs {
    pub(super) fn add_slow_query(&mut self, query: LoggedStatement) {
        insert_by_time(&mut self.slow, query, |it| it.time);
    }

    pub(super) fn add_error(&mut self, time: SystemTime, text: impl Into<Cow<'static, str>>) {
        insert_by_time(&mut self.errors, LoggedError { time, text: text.into() }, |it| it.time);
    }

    /// Logs what the engine says as it shuts down and starts.
    pub(super) fn has_restarted(&mut self, engine: &str, now: SystemTime) {
        let lines = match engine {
            "PostgreSQL" => [
                "LOG:  received fast shutdown request",
                "LOG:  database system is ready to accept connections",
            ],
            "SQLServer" => [
                "spid7s SQL Server is terminating because of a system shutdown.",
                "spid7s Recovery is complete.",
            ],
            _ => ["[Note] Normal shutdown", "[Note] mysqld: ready for connections."],
        };
        lines.into_iter().for_each(|line| self.add_error(now, line));
    }

    pub(super) fn forget_errors(&mut self) {
        self.errors.clear();
    }
}

impl LoggedStatement {
    /// The same for all queries of one shape: numbers and texts in it do not count.
    pub(super) fn hash(&self) -> String {
        format!("{:016x}", fastrand::Rng::with_seed(fingerprint(&self.shape())).u64(..))
    }

    fn shape(&self) -> String {
        let mut shape = String::new();
        let mut quote = None;
        for it in self.sql.chars() {
            match quote {
                Some(open) if it == open => quote = None,
                Some(_) => {}
                None if it == '\'' || it == '"' => {
                    quote = Some(it);
                    shape.push('?');
                }
                None if it.is_ascii_digit() => {
                    if !shape.ends_with('?') {
                        shape.push('?');
                    }
                }
                None => shape.push(it),
            }
        }
        shape
    }
}

/// A number that tells texts apart, always the same for the same text.
pub(super) fn fingerprint(text: &str) -> u64 {
    text.bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

impl AccountState {
    fn list_errors(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let errors = self.instance(call)?.logs.errors.iter().rev().filter(|error| call.spans(error.time));
        let errors = errors.map(
            |error| json!({ "CreateTime": Timestamp::from(error.time).as_str(), "ErrorInfo": error.text }),
        );
        call.listed(errors.collect())
    }

    fn list_slow_queries(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.instance(call)?;
        let queries = instance.logs.slow.iter().rev().filter(|it| {
            call.spans(it.time) && call.admits("DBName", &it.database) && call.admits("SQLHASH", &it.hash())
        });
        let queries = queries.map(|query| {
            json!({
                "DBName": query.database, "UserName": query.user, "SQLText": query.sql, "SQLHash": query.hash(),
                "HostAddress": format!("{}[{}] @  [{}]", query.user, query.user, query.host),
                "QueryTimes": query.took.as_secs(), "QueryTimeMS": milliseconds(query.took),
                "ExecutionStartTime": Timestamp::from(query.time).as_str(),
                "ParseRowCounts": query.rows_examined, "ReturnRowCounts": query.rows_sent,
            })
        });
        let mut response = call.listed(queries.collect())?;
        response["Engine"] = instance.engine.clone().into();
        Ok(response)
    }

    fn sum_up_slow_queries(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        // Days, such as `2011-05-01Z`, both of which count.
        let day = |name: &str, seconds: u64| {
            let text = call.text(name).unwrap_or_default();
            let day = text.trim_end_matches('Z');
            let time = if text.contains('T') { text.to_owned() } else { format!("{day}T00:00:00Z") };
            Timestamp::from(time).to_system_time().map(|time| time + Duration::from_secs(seconds))
        };
        let (from, to) = (day("StartTime", 0), day("EndTime", 24 * 3600));
        let instance = self.instance(call)?;
        let is_wanted = |query: &&LoggedStatement| {
            from.is_none_or(|from| query.time >= from)
                && to.is_none_or(|to| query.time < to)
                && call.admits("DBName", &query.database)
        };
        let mut shapes: BTreeMap<(String, &str, String), Vec<&LoggedStatement>> = BTreeMap::new();
        for query in instance.logs.slow.iter().filter(is_wanted) {
            let day = Timestamp::from(query.time).as_str().get(..10).unwrap_or_default().to_owned();
            shapes.entry((day, &query.database, query.hash())).or_default().push(query);
        }
        let mut rows: Vec<Json> = shapes
            .iter()
            .map(|((day, database, hash), queries)| summary(day, database, hash, queries))
            .collect();
        let by_time = call.text("SortKey") == Some("TotalQueryTimes");
        let key = if by_time { "MySQLTotalExecutionTimes" } else { "MySQLTotalExecutionCounts" };
        rows.sort_by_key(|row| std::cmp::Reverse(row[key].as_u64()));
        let mut response = call.listed(rows)?;
        response["Engine"] = instance.engine.clone().into();
        Ok(response)
    }

    fn purge_logs(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.running(call)?;
        instance.backups.purged = Some(call.now);
        Ok(json!({}))
    }
}

/// The queries of one shape on one day.
fn summary(day: &str, database: &str, hash: &str, queries: &[&LoggedStatement]) -> Json {
    let total: Duration = queries.iter().map(|it| it.took).sum();
    let longest = queries.iter().map(|it| it.took).max().unwrap_or_default();
    let shortest = queries.iter().map(|it| it.took).min().unwrap_or_default();
    let count = queries.len() as u64;
    let sum = |rows: fn(&LoggedStatement) -> u64| queries.iter().map(|it| rows(it)).sum::<u64>();
    let most =
        |rows: fn(&LoggedStatement) -> u64| queries.iter().map(|it| rows(it)).max().unwrap_or_default();
    json!({
        "CreateTime": format!("{day}Z"), "ReportTime": format!("{day}Z"), "DBName": database, "SQLHASH": hash,
        "SQLIdStr": hash, "SlowLogId": fingerprint(hash) >> 24, "SQLText": queries[0].sql,
        "AvgExecutionTime": total.as_secs() / count.max(1), "MaxExecutionTime": longest.as_secs(),
        "MaxExecutionTimeMS": milliseconds(longest), "MySQLTotalExecutionCounts": count,
        "MySQLTotalExecutionTimes": total.as_secs(), "SQLServerTotalExecutionCounts": count,
        "SQLServerTotalExecutionTimes": milliseconds(total),
        "SQLServerAvgExecutionTime": milliseconds(total) / count.max(1),
        "SQLServerMinExecutionTime": milliseconds(shortest), "ParseTotalRowCounts": sum(|it| it.rows_examined),
        "ParseMaxRowCount": most(|it| it.rows_examined), "ReturnTotalRowCounts": sum(|it| it.rows_sent),
        "ReturnMaxRowCount": most(|it| it.rows_sent),
    })
}
