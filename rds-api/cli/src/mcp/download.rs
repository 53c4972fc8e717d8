//! `download_file`: a backup or a log as a file, in the folder that was named at the start and nowhere else.

use std::time::{Duration, Instant};

use rds_api::download::{Download, Downloadable, Saved};
use rds_api::schema::operation;
use rds_api::{Client, Result, ResultStream, Timestamp};
use rds_api_core::text::short_line;
use rmcp::RoleServer;
use rmcp::model::{CallToolRequestParams, CallToolResponse, CallToolResult};
use rmcp::service::RequestContext;
use serde_json::{Map, Value as Json, json};
use tokio::sync::watch;

use super::account::{Account, CheckedCall};
use super::announcement::Announcement;
use super::arguments::{DownloadArguments, FileKind};
use super::consent::{Consent, Decision, Proposal};
use super::folder::Folder;
use super::notifier::Notifier;
use super::outcome::{self, Failed};
use super::tools;
use crate::download::checked;
use crate::time_option::time_of;

/// How long nothing is told after something was.
const PAUSE: Duration = Duration::from_millis(500);
/// How many files are named to choose from.
const MAX_CHOICES: usize = 30;

pub(super) async fn download(
    (account, consent, folder): (&Account, &Consent, &Folder),
    arguments: DownloadArguments,
    request: &CallToolRequestParams,
    context: &RequestContext<RoleServer>,
) -> Result<CallToolResponse, Failed> {
    let client =
        account.client(arguments.region.as_deref()).map_err(|error| outcome::client_failed(&error))?;
    let Chosen { id, download } = choose(&client, &arguments).await?;
    let name = match &arguments.name {
        Some(name) => name.clone(),
        None => download.file_name().map_err(|error| outcome::download_failed(&error))?,
    };
    let path = folder.place(&name, arguments.overwrite)?;
    let parameters = json!({
        "instance": arguments.instance,
        "file": format!("{} {id}", arguments.kind.in_words()),
        "bytes": download.size(),
        "path": path.display().to_string(),
        "overwrite": arguments.overwrite,
    });
    let parameters = parameters.as_object().cloned().unwrap_or_default();
    let target = account.target(&client);
    let summary = "Downloads a file of an instance to this machine.";
    let announced = parameters.clone();
    let proposal = Proposal {
        announcement: Announcement::of_file(
            tools::DOWNLOAD,
            summary,
            &target,
            announced,
            arguments.overwrite,
        ),
        parameters: parameters.clone(),
        // Who names a folder wants files in it, and none replaced.
        is_agreed_to_already: !arguments.overwrite,
    };
    match consent.decide(proposal, request, context).await {
        Decision::Make(agreed) if agreed == parameters => {}
        Decision::Make(_) => {
            let next = "Ask for it again, by its `id`.";
            return Err(outcome::refused(
                "NotConfirmed",
                "it is another file than the user has agreed to",
                next,
                Json::Null,
            ));
        }
        Decision::Refuse(why) => return Err(why),
        Decision::Ask(question) => return Ok(question.into()),
    }
    let download = if arguments.overwrite { download.overwrite() } else { download };
    let saved = save(download, &path, &mut Notifier::new(context)).await;
    let saved = saved.map_err(|error| outcome::download_failed(&error))?;
    Ok(CallToolResult::structured(json!({
        "path": saved.path.display().to_string(),
        "bytes": saved.bytes,
        "resumed_bytes": saved.resumed_bytes,
        "crc64": saved.checksum.to_string(),
        "checked_against_the_service": checked(&saved),
        "instance": arguments.instance,
        "file": parameters["file"],
    }))
    .into())
}

/// The file that was asked for.
struct Chosen {
    id: String,
    download: Download,
}

async fn choose(client: &Client, arguments: &DownloadArguments) -> Result<Chosen, Failed> {
    let instance = &*arguments.instance;
    let id = arguments.id.as_deref().filter(|id| !id.is_empty());
    let time = |operation, parameter, given: &Option<String>, default| {
        let time = time_of(operation, parameter, given.as_deref().unwrap_or(default));
        time.map_err(|failure| outcome::wrong_arguments(failure.message()))
    };
    let range = |operation| {
        let since = time(operation, "StartTime", &arguments.since, "-1d")?;
        Ok::<[Timestamp; 2], Failed>([since, time(operation, "EndTime", &arguments.until, "now")?])
    };
    let asked = |operation| Asked { client, operation, instance };
    match arguments.kind {
        FileKind::Backup => {
            let call = client.describe_backups(instance);
            let call = if let Some(id) = id { call.backup_id(id) } else { call };
            let mut listed = asked("DescribeBackups").list(call.items()).await?;
            if id.is_none() {
                let newest =
                    listed.into_iter().max_by(|one, other| one.backup_end_time.cmp(&other.backup_end_time));
                listed = newest.into_iter().collect();
            }
            asked("DescribeBackups").only(listed, id, |it| it.backup_id.clone())
        }
        FileKind::BinaryLog => {
            let [since, until] = range("DescribeBinlogFiles")?;
            let call = client.describe_binlog_files(instance, since, until);
            let mut listed = asked("DescribeBinlogFiles").list(call.items()).await?;
            if let Some(node) = &arguments.node {
                listed.retain(|it| it.host_instance_id.as_ref() == Some(node));
            }
            asked("DescribeBinlogFiles").only(listed, id, |it| it.log_file_name.clone())
        }
        FileKind::LogBackup => {
            let [since, until] = range("DescribeLogBackupFiles")?;
            let call = client.describe_log_backup_files(instance, since, until);
            let listed = asked("DescribeLogBackupFiles").list(call.items()).await?;
            let time = |time: &Timestamp| time.as_str().to_owned();
            asked("DescribeLogBackupFiles").only(listed, id, |it| it.log_begin_time.as_ref().map(time))
        }
        FileKind::SqlLog => {
            let listed =
                asked("DescribeSQLLogFiles").list(client.describe_sql_log_files(instance).items()).await?;
            asked("DescribeSQLLogFiles").only(listed, id, |it| it.file_id.clone())
        }
    }
}

/// The operation that lists the files of an instance.
struct Asked<'a> {
    client: &'a Client,
    operation: &'static str,
    instance: &'a str,
}

impl Asked<'_> {
    async fn list<T>(&self, list: ResultStream<T>) -> Result<Vec<T>, Failed> {
        let Some(operation) = operation(self.operation) else { return Ok(Vec::new()) };
        let parameters = Map::from_iter([("DBInstanceId".to_owned(), self.instance.into())]);
        let call = CheckedCall { operation, parameters };
        let (listed, shown) = call.watched(list.into_vec()).await;
        listed.map_err(|error| outcome::call_failed(&call, &shown, &error, Json::Null))
    }

    /// The one file of this id, or the only one.
    fn only<T: Downloadable>(
        &self,
        mut listed: Vec<T>,
        id: Option<&str>,
        id_of: impl Fn(&T) -> Option<String>,
    ) -> Result<Chosen, Failed> {
        let ids: Vec<String> = listed.iter().filter_map(&id_of).take(MAX_CHOICES).collect();
        if let Some(id) = id {
            listed.retain(|file| id_of(file).as_deref() == Some(id));
        }
        let (Some(only), true) = (listed.first(), listed.len() == 1) else {
            let message = match listed.is_empty() {
                true => format!("{} has no such file by {}", short_line(self.instance, 100), self.operation),
                false => {
                    "there are several such files: give the `id`, and of a binary log the `node`".to_owned()
                }
            };
            let next = format!("Look at {} for the same time, and ask for one file of it.", self.operation);
            return Err(outcome::refused("NoSuchFile", &message, &next, json!({ "ids": ids })));
        };
        let id = id_of(only).map(|id| short_line(&id, 200)).unwrap_or_default();
        Ok(Chosen { id, download: self.client.download(self.instance, only) })
    }
}

impl FileKind {
    fn in_words(self) -> &'static str {
        match self {
            Self::Backup => "backup set",
            Self::BinaryLog => "binary log",
            Self::LogBackup => "log backup",
            Self::SqlLog => "SQL log",
        }
    }
}

/// Downloads to a path, and tells how much is there.
async fn save(download: Download, path: &std::path::Path, notifier: &mut Notifier) -> Result<Saved> {
    let (sender, mut progress) = watch::channel(None);
    let download = download.with_progress(move |progress| {
        // Whoever is told of it is there as long as this is.
        let _ = sender.send(Some(*progress));
    });
    let saving = download.save_as(path);
    tokio::pin!(saving);
    let mut told = None::<Instant>;
    let saved = loop {
        tokio::select! {
            saved = &mut saving => break saved?,
            Ok(()) = progress.changed() => {
                let now = progress.borrow_and_update().filter(|_| told.is_none_or(|told| told.elapsed() >= PAUSE));
                let Some(now) = now else { continue };
                told = Some(Instant::now());
                let in_all = now.total.map(|total| format!(" of {total}")).unwrap_or_default();
                let total = now.total.map(|total| total as f64);
                notifier.tell(now.bytes as f64, total, format!("{}{in_all} bytes", now.bytes)).await;
            }
        }
    };
    let bytes = saved.bytes as f64;
    notifier.tell(bytes, Some(bytes), format!("{} bytes", saved.bytes)).await;
    Ok(saved)
}
