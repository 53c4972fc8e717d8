//! `rds download`: backups and logs of an instance as files.

use std::collections::HashSet;
use std::io::IsTerminal as _;
use std::path::PathBuf;

use indicatif::{MultiProgress, ProgressBar, ProgressDrawTarget, ProgressFinish};
use rds_api::download::{Downloadable, Saved};
use rds_api::operations::backup::describe_backups::Backup;
use rds_api::types::BackupSetStatus;
use rds_api::{Client, FanOut};
use rds_api_core::text::short_line;
use serde_json::{Value as Json, json};

use crate::call::ResponseOutput;
use crate::connection::Connection;
use crate::failure::Failure;
use crate::progress_bar::{self, Style};
use crate::terminal;
use crate::time_option::time_of;

const COLUMNS: [&str; 5] = ["File", "Bytes", "ResumedBytes", "Crc64", "Checked"];

/// Download the newest backup of an instance into this folder, or other backups, or its binary logs.
///
/// A file is there as a whole, with the size and the checksum that the service has told, or not at all: until then it is
/// called NAME.part, from which the same command goes on after a break. With --vpc the addresses of the internal network
/// are used.
#[derive(clap::Args)]
pub(crate) struct Arguments {
    /// The instance.
    #[arg(value_name = "INSTANCE")]
    instance: String,
    /// The backup sets, by their ids, as `rds backups` shows them [default: the newest].
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    backup: Vec<String>,
    /// The binary logs of a time, instead of a backup.
    #[arg(long, conflicts_with = "backup")]
    binlogs: bool,
    /// Binary logs since when, such as -1d, yesterday or 2026-11-01.
    #[arg(long, value_name = "TIME", default_value = "-1d", allow_hyphen_values = true)]
    since: String,
    /// Binary logs until when.
    #[arg(long, value_name = "TIME", default_value = "now", allow_hyphen_values = true)]
    until: String,
    /// The folder.
    #[arg(long, value_name = "FOLDER", default_value = ".")]
    to: PathBuf,
    /// Replace files that are there already.
    #[arg(long)]
    overwrite: bool,
    /// How many files are downloaded at a time.
    #[arg(long, value_name = "COUNT", default_value_t = 3, value_parser = clap::value_parser!(u8).range(1..=16))]
    parallel: u8,
    #[command(flatten)]
    output: ResponseOutput,
    #[command(flatten)]
    connection: Connection,
}

pub(crate) async fn run(mut arguments: Arguments) -> Result<(), Failure> {
    arguments.output.prefer_table(&COLUMNS);
    let (builder, _service) = arguments.connection.open().await?;
    let client = builder.build()?;
    if !arguments.binlogs {
        let backups = backups(&client, &arguments).await?;
        return save(&client, backups, &arguments).await;
    }
    let time = |parameter, text| time_of("DescribeBinlogFiles", parameter, text);
    let [since, until] = [time("StartTime", &arguments.since)?, time("EndTime", &arguments.until)?];
    let logs = client.describe_binlog_files(&*arguments.instance, since, until).items().into_vec().await?;
    save(&client, logs, &arguments).await
}

/// The backups that are asked for.
async fn backups(client: &Client, arguments: &Arguments) -> Result<Vec<Backup>, Failure> {
    let instance = &*arguments.instance;
    let listed = client.describe_backups(instance);
    if arguments.backup.is_empty() {
        // A backup that failed has no file, however new it is.
        let listed = listed.backup_status(BackupSetStatus::Success).items().into_vec().await?;
        let newest = listed.into_iter().max_by(|one, other| one.backup_end_time.cmp(&other.backup_end_time));
        let none = || {
            let instance = short_line(instance, 100);
            Failure::refused(format!(
                "{instance} has no backup that was a success; `rds call CreateBackup --DBInstanceId {instance} --wait` \
                 makes one"
            ))
        };
        return Ok(vec![newest.ok_or_else(none)?]);
    }
    let listed = listed.items().into_vec().await?;
    let find = |id: &String| {
        let found = listed.iter().find(|backup| backup.backup_id.as_deref() == Some(id));
        found.cloned().ok_or_else(|| {
            let instance = &arguments.instance;
            Failure::refused(format!("{instance} has no backup {id}; `rds backups {instance}` lists them"))
        })
    };
    let mut seen = HashSet::new();
    arguments.backup.iter().filter(|id| seen.insert(*id)).map(find).collect()
}

/// Downloads files, and shows what became of them.
async fn save<T>(client: &Client, files: Vec<T>, arguments: &Arguments) -> Result<(), Failure>
where
    T: Downloadable + Send + 'static,
{
    let all = files.len();
    if all == 0 {
        terminal::note(&format!("{} has nothing to download", short_line(&arguments.instance, 100)));
    }
    let bars = MultiProgress::new();
    if !std::io::stderr().is_terminal() {
        bars.set_draw_target(ProgressDrawTarget::hidden());
    }
    let (mut rows, mut failures) = (Vec::new(), Vec::<Failure>::new());
    // Of two files of one name, the second would take the place of the first.
    let mut names = HashSet::new();
    let mut is_alone = |file: &T| {
        let name = client.download(&*arguments.instance, file).file_name().ok();
        let Some(name) = name.filter(|name| !names.insert(name.to_lowercase())) else { return true };
        let message = format!("another file of these is called {name}, too: download it into another folder");
        failures.push(Failure::usage(message));
        false
    };
    let files: Vec<T> = files.into_iter().filter(|file| is_alone(file)).collect();
    let download = |file: &T| {
        let mut download = client.download(&*arguments.instance, file);
        if arguments.overwrite {
            download = download.overwrite();
        }
        let bar = bars.add(bar());
        let shown = bar.clone();
        let download = download.with_progress(move |progress| {
            shown.set_position(progress.bytes);
            shown.set_length(progress.total.unwrap_or(progress.bytes));
        });
        let saving = download.save_in(arguments.to.clone());
        async move {
            let saved = saving.await;
            bar.finish_and_clear();
            saved
        }
    };
    let downloads = FanOut::each(files, download).with_concurrency(usize::from(arguments.parallel));
    let mut downloads = downloads.in_order();
    while let Some((_, saved)) = downloads.next().await {
        match saved {
            Ok(saved) => rows.push(row(&saved)),
            Err(error) => failures.push(error.into()),
        }
    }
    if failures.len() < all || all == 0 {
        arguments.output.print(&json!({ "Files": rows }), None)?;
    }
    if let ([only], 1) = (failures.as_slice(), all) {
        return Err(only.clone());
    }
    failures.iter().for_each(|failure| terminal::error(failure.message()));
    if failures.is_empty() { Ok(()) } else { Err(Failure::of_several(&failures, all)) }
}

/// What a file was held against.
pub(crate) fn checked(saved: &Saved) -> &'static str {
    match (saved.has_size_of_service, saved.has_known_checksum) {
        (true, true) => "size, checksum",
        (true, false) => "size",
        (false, true) => "checksum",
        (false, false) => "",
    }
}

fn row(saved: &Saved) -> Json {
    json!({
        "File": saved.path.display().to_string(),
        "Bytes": saved.bytes,
        "ResumedBytes": saved.resumed_bytes,
        "Crc64": saved.checksum.to_string(),
        "Checked": checked(saved),
    })
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::no_length().with_finish(ProgressFinish::AndClear);
    progress_bar::set_style(&bar, Style::Bytes);
    bar
}
