//! The audit of SQL: while it is on, the service records the statements of an instance, keeps them for a while, and writes
//! them to files on demand.

use std::collections::BTreeMap;
use std::time::{Duration, SystemTime};

use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};

use super::super::account_state::AccountState;
use super::super::backups::files;
use super::super::call::Call;
use super::super::instance::Instance;
use super::super::journal::{end, share};
use super::{LoggedStatement, insert_by_time};
use crate::refusal::Refusal;
use rds_api::Timestamp;

const DAY: Duration = Duration::from_secs(24 * 3600);

/// How long a file is kept.
const FILE_LIFETIME: Duration = Duration::from_secs(2 * 24 * 3600);

/// How many files of an instance there are at most.
const MAX_FILES: usize = 100;

/// How many statements a report has in each of its rankings.
const RANKED: usize = 20;

/// What was recorded of an instance, oldest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(in crate::simulation) struct Audit {
    statements: Vec<LoggedStatement>,
    files: Vec<AuditFile>,
}

/// A file with the statements of a time.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct AuditFile {
    name: String,
    content: String,
    from: SystemTime,
    to: SystemTime,
    began: SystemTime,
    takes: Duration,
}

impl AuditFile {
    fn is_complete(&self, now: SystemTime) -> bool {
        share(self.began, self.takes, now) >= 1.0
    }

    fn is_kept(&self, now: SystemTime) -> bool {
        now < end(self.began, FILE_LIFETIME)
    }
}

/// The statements of one shape.
#[derive(Default)]
struct Shape<'s> {
    sql: &'s str,
    times: u64,
    took: Duration,
}

impl Shape<'_> {
    fn average(&self) -> Duration {
        self.took / u32::try_from(self.times).unwrap_or(u32::MAX).max(1)
    }
}

impl Instance {
    /// True if statements are recorded.
    pub(in crate::simulation) fn is_audited(&self) -> bool {
        super::super::records::text(&self.shown("DescribeSQLCollectorPolicy"), "SQLCollectorStatus")
            == "Enable"
    }

    /// Records a statement, if statements are recorded.
    pub(in crate::simulation) fn audit(&mut self, statement: LoggedStatement) {
        if self.is_audited() {
            insert_by_time(&mut self.logs.audit.statements, statement, |it| it.time);
        }
    }

    /// Switches the audit on for a new instance.
    pub(in crate::simulation) fn begin_audit(&mut self) {
        let kept = self.settings.entry("DescribeSQLCollectorPolicy".to_owned()).or_default();
        kept.insert("SQLCollectorStatus".to_owned(), "Enable".into());
    }

    fn audit_retention(&self) -> Duration {
        let shown = self.shown("DescribeSQLCollectorRetention");
        let days = super::super::records::text(&shown, "ConfigValue").parse().unwrap_or(30);
        DAY * days
    }

    /// The statements that are kept still.
    fn audited(&self, now: SystemTime) -> impl Iterator<Item = &LoggedStatement> {
        let retention = self.audit_retention();
        self.logs.audit.statements.iter().filter(move |it| now < end(it.time, retention))
    }

    /// Deletes the statements that are not kept any more.
    fn forget_audited(&mut self, now: SystemTime) {
        let kept: Vec<LoggedStatement> = self.audited(now).cloned().collect();
        self.logs.audit.statements = kept;
    }

    /// The content of an audit file, if there is one of this name.
    pub(in crate::simulation) fn audit_file(&self, name: &str, now: SystemTime) -> Option<&str> {
        let mut files = self.logs.audit.files.iter();
        let file = files.find(|file| file.name == name && file.is_complete(now) && file.is_kept(now))?;
        Some(&file.content)
    }
}

/// A statement as a line of a file.
fn line(statement: &LoggedStatement) -> String {
    let LoggedStatement { time, database, user, host, sql, took, rows_sent, .. } = statement;
    let quoted = |text: &str| format!("\"{}\"", text.replace('"', "\"\""));
    let time = Timestamp::from(*time);
    format!(
        "{time},{},{},{host},{},{},{rows_sent}\n",
        quoted(database),
        quoted(user),
        quoted(sql),
        took.as_micros()
    )
}

impl AccountState {
    pub(super) fn switch_audit(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.running(call)?;
        instance.keep(call);
        if !instance.is_audited() {
            // What was recorded is deleted with it.
            instance.logs.audit = Audit::default();
        }
        Ok(json!({}))
    }

    pub(super) fn change_audit_retention(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.running(call)?;
        instance.require_engine(&["MySQL"])?;
        if !instance.is_audited() {
            let message = "The SQL audit of the instance is not switched on.";
            return Err(Refusal::new(400, "IncorrectSQLLogActiveStatus", message));
        }
        // What the old period has ended a longer one does not bring back.
        instance.forget_audited(call.now);
        instance.keep(call);
        instance.forget_audited(call.now);
        Ok(json!({}))
    }

    pub(super) fn list_audited(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let takes = self.settings.change_duration;
        let to_file = call.text("Form") == Some("File");
        let number = if to_file { self.next("audit file") } else { 0 };
        let instance = self.instance(call)?;
        let keywords: Vec<&str> = call.text("QueryKeywords").unwrap_or_default().split_whitespace().collect();
        let wanted = instance.audited(call.now).filter(|it| {
            call.spans(it.time)
                && call.admits("Database", &it.database)
                && call.admits("User", &it.user)
                && keywords.iter().all(|word| it.sql.contains(word))
        });
        if !to_file {
            let statements = wanted.map(|statement| {
                json!({
                    "DBName": statement.database, "AccountName": statement.user, "HostAddress": statement.host,
                    "SQLText": statement.sql, "TotalExecutionTimes": statement.took.as_micros() as u64,
                    "ReturnRowCounts": statement.rows_sent, "ThreadID": "1",
                    "ExecuteTime": Timestamp::from(statement.time).as_str(),
                })
            });
            return call.listed(statements.collect());
        }
        let wanted: Vec<&LoggedStatement> = wanted.collect();
        let file = AuditFile {
            name: format!("custins{}_{number}.csv", 5_880_000 + instance.number),
            content: wanted.iter().map(|statement| line(statement)).collect(),
            from: wanted.first().map_or(call.now, |it| it.time),
            to: wanted.last().map_or(call.now, |it| it.time),
            began: call.now,
            takes,
        };
        let files = &mut instance.logs.audit.files;
        files.retain(|file| file.is_kept(call.now));
        if files.len() >= MAX_FILES {
            let message = format!("The instance has {MAX_FILES} files, which is its quota.");
            return Err(Refusal::new(400, "InsufficientAvailableQuota", message));
        }
        files.push(file);
        call.listed(Vec::new())
    }

    pub(super) fn list_audit_files(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let endpoint = self.settings.endpoint.clone();
        let instance = self.instance(call)?;
        let files = instance.logs.audit.files.iter().rev();
        let files = files.filter(|file| file.is_kept(call.now) && call.admits("FileName", &file.name));
        let files = files.map(|file| {
            let is_complete = file.is_complete(call.now);
            json!({
                "FileID": file.name, "LogSize": if is_complete { file.content.len() } else { 0 },
                "LogStatus": if is_complete { "Success" } else { "Generating" },
                "LogStartTime": Timestamp::from(file.from).as_str(), "LogEndTime": Timestamp::from(file.to).as_str(),
                "LogDownloadURL": is_complete.then(|| files::url(&endpoint, &instance.id, &file.name, call.now)),
            })
        });
        call.listed(files.collect())
    }

    /// The reports: one of each day that is over, for the statements of that day.
    pub(super) fn list_audit_reports(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let instance = self.instance(call)?;
        let day = |time: SystemTime| {
            time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs() / DAY.as_secs()
        };
        let mut days: BTreeMap<u64, Vec<&LoggedStatement>> = BTreeMap::new();
        for statement in instance.audited(call.now) {
            days.entry(day(statement.time)).or_default().push(statement);
        }
        let reports = days.into_iter().rev().filter_map(|(number, statements)| {
            let made = SystemTime::UNIX_EPOCH + Duration::from_secs((number + 1) * DAY.as_secs());
            (made <= call.now && call.spans(made)).then(|| report(made, &statements))
        });
        call.listed(reports.collect())
    }
}

fn report(made: SystemTime, statements: &[&LoggedStatement]) -> Json {
    let mut shapes: BTreeMap<String, Shape<'_>> = BTreeMap::new();
    for statement in statements {
        let shape = shapes.entry(statement.hash()).or_default();
        shape.sql = &statement.sql;
        shape.times += 1;
        shape.took += statement.took;
    }
    let ranked = |least: Duration, rank: fn(&Shape<'_>) -> u128| {
        let mut ranked: Vec<&Shape<'_>> = shapes.values().filter(|it| it.average() > least).collect();
        ranked.sort_by_key(|it| std::cmp::Reverse(rank(it)));
        let ranked = ranked.into_iter().take(RANKED).map(|shape| {
            json!({
                "SQLText": shape.sql.chars().take(128).collect::<String>(), "SQLExecuteTimes": shape.times,
                "AvgLatency": super::milliseconds(shape.average()),
            })
        });
        ranked.collect::<Vec<_>>()
    };
    json!({
        "ReportTime": Timestamp::from(made).as_str(),
        "LatencyTopNItems": ranked(Duration::from_millis(100), |it| it.average().as_nanos()),
        "QPSTopNItems": ranked(Duration::from_millis(5), |it| it.times.into()),
    })
}
