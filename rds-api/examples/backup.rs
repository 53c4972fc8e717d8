//! Creates a backup, follows it to its end, and prints the tasks as a table.
//!
//! Without arguments it runs against an embedded service, so it needs nothing:
//!
//! ```text
//! cargo run -p rds-api --example backup
//! ```
//!
//! With `--instance rm-…` it runs against the real service, with the credentials of the environment, in the
//! region of `--region` (`cn-hangzhou` unless given). That backup is real, and its storage is billed.

use std::io::IsTerminal;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use comfy_table::{Table, presets::UTF8_FULL_CONDENSED};
use indicatif::{ProgressBar, ProgressStyle};
use rds_api::operations::backup::describe_backup_tasks::{BackupJob, DescribeBackupTasksResponse};
use rds_api::waiter::{Progress, Wait};
use rds_api::{Client, Result};
use rds_api_testing::FakeService;

/// Create a backup and follow it.
#[derive(Parser)]
struct Arguments {
    /// The instance to back up, on the real service. Without it, an embedded service is started.
    #[arg(long)]
    instance: Option<String>,
    /// The region of the instance.
    #[arg(long, default_value = "cn-hangzhou")]
    region: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Arguments::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: Arguments) -> Result<()> {
    // The service must outlive the client that talks to it.
    let (client, instance, poll_interval, _service) = match arguments.instance {
        Some(instance) => (Client::from_env(arguments.region)?, instance, Duration::from_secs(10), None),
        None => {
            let service = FakeService::builder().backup_duration(Duration::from_secs(3)).start()?;
            println!("No --instance given: using an embedded service at {}", service.endpoint());
            let instance = FakeService::INSTANCE.to_owned();
            (service.client()?, instance, Duration::from_millis(150), Some(service))
        }
    };
    let backup = client.create_backup(&*instance).until_done().with_max_delay(poll_interval).start().await?;
    let job = backup.response.backup_job_id.unwrap_or_default();
    println!("Backup task {job} of {instance} has started");
    let finished = follow(backup.wait).await?;
    let backup = finished.backup_id.as_deref().unwrap_or("(none)");
    println!("It ended as {}; the backup set is {backup}", status(&finished));
    print_tasks(&client.describe_backup_tasks(&*instance).await?.items);
    Ok(())
}

/// Waits until the task has ended, and shows how far it is.
async fn follow(wait: Wait<DescribeBackupTasksResponse>) -> Result<BackupJob> {
    let bar = Bar::new();
    let mut progress = wait.progress();
    let mut last = BackupJob::default();
    while let Some(progress) = progress.next().await {
        let progress = progress?;
        bar.show(&progress);
        last = progress.response.items.into_iter().next().unwrap_or_default();
    }
    bar.bar.finish_and_clear();
    Ok(last)
}

/// A bar on a terminal, a line for each step elsewhere.
struct Bar {
    bar: ProgressBar,
    is_terminal: bool,
}

impl Bar {
    fn new() -> Self {
        let bar = ProgressBar::new(100);
        if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos:>3} %  {msg}") {
            bar.set_style(style);
        }
        Self { bar, is_terminal: std::io::stderr().is_terminal() }
    }

    fn show(&self, progress: &Progress<DescribeBackupTasksResponse>) {
        let percent = progress.percent.unwrap_or_default() as u64;
        let state = progress.state.clone().unwrap_or_default();
        let moved = percent != self.bar.position() || percent == 0;
        self.bar.set_position(percent);
        if !self.is_terminal && moved {
            println!("{percent:>3} %  {state}");
        }
        self.bar.set_message(state);
    }
}

/// The status of a task, and of one that is over, and so has none unless asked for by its id, the phase.
fn status(task: &BackupJob) -> String {
    let phase = task.backup_progress_status.as_ref().map(ToString::to_string);
    task.backup_status.as_ref().map(ToString::to_string).or(phase).unwrap_or_default()
}

fn print_tasks(tasks: &[BackupJob]) {
    let mut table = Table::new();
    table
        .load_style(UTF8_FULL_CONDENSED)
        .set_header(["Task", "Status", "Phase", "Percent", "Started", "Kind"]);
    let text = |value: Option<String>| value.unwrap_or_default();
    for task in tasks {
        table.add_row([
            text(task.backup_job_id.clone()),
            status(task),
            text(task.backup_progress_status.as_ref().map(ToString::to_string)),
            text(task.process.clone()),
            text(task.job_mode.as_ref().map(ToString::to_string)),
            text(task.task_action.as_ref().map(ToString::to_string)),
        ]);
    }
    println!("{table}");
}
