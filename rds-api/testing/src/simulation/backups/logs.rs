//! The logs that an instance writes: one file for each hour since it was created, and node.

use std::time::{Duration, SystemTime};

use serde_json::{Value as Json, json};

use super::super::account_state::AccountState;
use super::super::call::Call;
use super::super::instance::Instance;
use super::files;
use crate::execution::download_address::LIFETIME;
use crate::refusal::Refusal;
use rds_api::Timestamp;

/// The time that one file is written.
const HOUR: Duration = Duration::from_secs(3600);

/// How many files of a node are kept.
const KEPT: u64 = 24 * 30;

/// A log file of a node.
pub(in crate::simulation) struct LogFile {
    pub(in crate::simulation) node: u64,
    pub(in crate::simulation) number: u64,
    pub(in crate::simulation) begin: SystemTime,
    /// The time of its end, which is now while it is being written.
    pub(in crate::simulation) end: SystemTime,
    pub(in crate::simulation) is_complete: bool,
}

impl LogFile {
    /// The name that the engine gives its files.
    pub(in crate::simulation) fn name(&self, engine: &str) -> String {
        match engine {
            "PostgreSQL" => format!("{:024X}", (1_u128 << 64) + u128::from(self.number)),
            "SQLServer" => format!("log_{:06}.trn", self.number),
            _ => format!("mysql-bin.{:06}", self.number),
        }
    }

    /// Where it lies below the instance.
    pub(in crate::simulation) fn path(&self, engine: &str) -> String {
        format!("{}/{}", self.node, self.name(engine))
    }
}

/// The files of an instance of which anything was written in a time, the newest first.
pub(in crate::simulation) fn log_files(
    instance: &Instance,
    now: SystemTime,
    (from, to): (Option<SystemTime>, Option<SystemTime>),
) -> Vec<LogFile> {
    let hours = now.duration_since(instance.created).unwrap_or_default().as_secs() / HOUR.as_secs();
    let mut files = Vec::new();
    for number in (hours.saturating_sub(KEPT)..=hours).rev() {
        let begin = instance.created + HOUR * u32::try_from(number).unwrap_or(u32::MAX);
        let end = (begin + HOUR).min(now);
        let is_purged = instance.backups.purged.is_some_and(|purged| end <= purged);
        let is_wanted = from.is_none_or(|from| end >= from) && to.is_none_or(|to| begin <= to);
        if is_wanted && !is_purged {
            let file = |node| LogFile { node, number: number + 1, begin, end, is_complete: number < hours };
            files.extend(instance.nodes().into_iter().map(file));
        }
    }
    files
}

impl AccountState {
    pub(super) fn list_binary_logs(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.list_logs(call)
    }

    pub(super) fn list_log_backups(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        self.list_logs(call)
    }

    fn list_logs(&mut self, call: &Call<'_>) -> Result<Json, Refusal> {
        let endpoint = self.settings.endpoint.clone();
        let instance = self.instance(call)?;
        let mut total = 0;
        let span = (call.time("StartTime"), call.time("EndTime"));
        let files = log_files(instance, call.now, span).into_iter().map(|file| {
            let (name, path) = (file.name(&instance.engine), file.path(&instance.engine));
            let size = files::size(&path);
            total += size;
            let url = files::url(&endpoint, &instance.id, &path, call.now);
            json!({
                "LogFileName": name, "HostInstanceID": file.node.to_string(), "FileSize": size,
                "LogBeginTime": Timestamp::from(file.begin).as_str(),
                "LogEndTime": Timestamp::from(file.end).as_str(),
                "RemoteStatus": if file.is_complete { "Completed" } else { "Uploading" },
                "DownloadLink": url, "IntranetDownloadLink": url, "Path": path,
                "LinkExpiredTime": Timestamp::from(call.now + LIFETIME).as_str(),
            })
        });
        let files: Vec<Json> = files.collect();
        let mut response = call.listed(files)?;
        // Only of those that are shown, because it takes reading them.
        for file in response["Items"].as_array_mut().into_iter().flatten() {
            file["Checksum"] = files::checksum(file["Path"].as_str().unwrap_or_default()).into();
        }
        response["TotalFileSize"] = total.into();
        Ok(response)
    }

    /// The name under which the content of a download is made; `None` for what no list of the account has.
    pub(in crate::simulation) fn file_at(&self, path: &str, now: SystemTime) -> Option<String> {
        let (id, name) = path.split_once('/')?;
        let is_listed = match self.instances.get(id) {
            Some(instance) => {
                let logs = log_files(instance, now, (None, None));
                instance.backups.files(now, usize::MAX).any(|file| file == name)
                    || logs.iter().any(|file| file.path(&instance.engine) == name)
                    || instance.copied_files(now).any(|file| file == name)
            }
            // Of an instance that is gone there are the backups that were to be kept.
            None => {
                let backups = &self.recycled.get(id)?.backups;
                backups.files(now, backups.kept_after_release()).any(|file| file == name)
            }
        };
        is_listed.then(|| name.to_owned())
    }
}
