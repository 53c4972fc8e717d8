//! Waiting on the embedded service.
#![allow(clippy::unwrap_used)]

use std::error::Error as _;
use std::time::{Duration, Instant};

use rds_api::operations::account::DescribeAccountsRequest;
use rds_api::operations::backup::describe_backup_tasks::DescribeBackupTasksResponse;
use rds_api::operations::backup::describe_backup_tasks::{
    BackupJob, BackupStatus, DescribeBackupTasksRequest,
};
use rds_api::operations::instance::DescribeDBInstanceAttributeRequest;
use rds_api::waiter::{Wait, Waiter};
use rds_api::{Access, Client, Error, ErrorKind, Format, RetryPolicy};
use rds_api_testing::{FakeService, Fault, Refusal, Rule, build};

const PAUSE: Duration = Duration::from_millis(20);

/// A call that looks at backup tasks, without repeating what fails, and looks again quickly.
fn wait(client: &Client) -> Wait<DescribeBackupTasksResponse> {
    let call =
        client.describe_backup_tasks(FakeService::INSTANCE).backup_job_id(1).with_retry(RetryPolicy::none());
    call.until_finished().with_max_delay(PAUSE)
}

/// Adds a response with one task in each of these states.
fn respond(rule: Rule<DescribeBackupTasksRequest>, states: &[&str]) -> Rule<DescribeBackupTasksRequest> {
    let job = |state: &&str| build(|job: &mut BackupJob| job.backup_status = Some((*state).into()));
    let jobs: Vec<_> = states.iter().map(job).collect();
    rule.respond_with(move |_, response| response.items.clone_from(&jobs))
}

fn states(response: &DescribeBackupTasksResponse) -> Vec<&str> {
    response.items.iter().filter_map(|job| job.backup_status.as_ref()).map(BackupStatus::as_str).collect()
}

/// The time within which a wait that is not about time is expected to end by itself.
async fn soon<T>(future: impl IntoFuture<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(30), future).await.unwrap()
}

#[tokio::test]
async fn a_backup_is_followed_to_its_end() {
    let service = FakeService::builder().backup_duration(Duration::from_millis(300)).start().unwrap();
    // What the responses are written in makes no difference.
    let client = service.client_builder().format(Format::Xml).build().unwrap();
    let started = client.create_backup(FakeService::INSTANCE).await.unwrap();
    let job: i64 = started.backup_job_id.unwrap().parse().unwrap();
    let call = client.describe_backup_tasks(FakeService::INSTANCE).backup_job_id(job);

    let mut progress = call.clone().until_finished().with_max_delay(PAUSE).progress();
    let mut seen = Vec::new();
    while let Some(response) = soon(progress.next()).await {
        seen.extend(states(&response.unwrap().response).into_iter().map(str::to_owned));
    }
    assert!(seen.len() > 2 && seen.iter().rev().skip(1).all(|state| state != "Finished"), "{seen:?}");
    assert_eq!(seen.last().unwrap(), "Finished");

    // It is over, so there is nothing to wait for.
    service.clear_history();
    let done = soon(call.until_finished()).await.unwrap();
    assert!(done.items[0].backup_id.is_some());
    assert_eq!(service.requests::<DescribeBackupTasksRequest>().len(), 1);
}

#[tokio::test]
async fn all_elements_must_be_done_and_one_that_fails_is_enough() {
    let service = FakeService::start().unwrap();
    let client = service.client().unwrap();
    let rule = service.on();
    let rule = respond(respond(rule, &["Finished", "Uploading"]), &["Finished", "Finished"]);
    let done = soon(wait(&client)).await.unwrap();
    assert_eq!((states(&done), rule.count()), (vec!["Finished", "Finished"], 2));

    let rule = respond(respond(service.on(), &["Uploading"]), &["Uploading", "Failed"]);
    let mut progress = wait(&client).progress();
    assert_eq!(states(&soon(progress.next()).await.unwrap().unwrap().response), ["Uploading"]);
    assert_eq!(states(&soon(progress.next()).await.unwrap().unwrap().response), ["Uploading", "Failed"]);
    let error = soon(progress.next()).await.unwrap().unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::WaitFailed, Some("DescribeBackupTasks")));
    assert!(error.to_string().contains("`Items.BackupStatus` became `Failed`"), "{error}");
    assert!(error.request_id().is_some());
    assert!(progress.next().await.is_none());
    assert_eq!(rule.count(), 2);
}

#[tokio::test]
async fn a_look_that_fails_for_now_slows_down_and_does_not_end_it() {
    let service = FakeService::start().unwrap();
    let client = service.client().unwrap();
    let rule = service
        .on()
        .refuse(Refusal::throttled().retry_after(Duration::from_millis(150)))
        .refuse(Refusal::unavailable())
        .fault(Fault::ResetBeforeExecution)
        .refuse(Refusal::new(403, "OperationDenied.DBInstanceStatus", "The instance is restarting."));
    let rule = respond(rule, &["Finished"]);
    let started = Instant::now();
    soon(wait(&client)).await.unwrap();
    assert_eq!(rule.count(), 5);
    assert!(started.elapsed() >= Duration::from_millis(150), "the hint of the service is kept");

    let rule = service.on::<DescribeBackupTasksRequest>();
    let rule = rule.refuse(Refusal::new(403, "Forbidden.RAM", "No permission."));
    let error = soon(wait(&client)).await.unwrap_err();
    assert_eq!((error.code(), rule.count()), (Some("Forbidden.RAM"), 1));
}

#[tokio::test]
async fn it_ends_in_time_and_says_what_was_seen_last() {
    let service = FakeService::start().unwrap();
    let client = service.client().unwrap();
    let rule = respond(service.on(), &["Uploading"]).always();
    let error = soon(wait(&client).with_timeout(Duration::from_millis(200))).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WaitTimeout);
    assert!(error.is_timeout() && error.is_retryable() && !error.may_have_been_executed());
    assert!(error.to_string().contains("not done after 0.2 s and "), "{error}");
    assert!(error.to_string().contains("`Items.BackupStatus` was last `Uploading`"), "{error}");
    assert!(rule.count() > 2, "{}", rule.count());

    // A look that takes longer than there is time is given up, and its failure is the cause.
    let service = FakeService::start().unwrap();
    let client = service.client().unwrap();
    service.inject(Fault::Delay(Duration::from_secs(60)));
    let error = soon(wait(&client).with_timeout(Duration::from_millis(100))).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WaitTimeout);
    let cause = error.source().unwrap().downcast_ref::<Error>().unwrap();
    assert_eq!(cause.kind(), ErrorKind::CallTimeout);
    assert!(error.to_string().contains("1 poll: no response had `Items.BackupStatus`"), "{error}");
}

#[tokio::test]
async fn what_is_not_there_yet_is_waited_for_but_not_for_ever() {
    let not_found = || Refusal::new(404, "InvalidDBInstanceName.NotFound", "There is no such instance.");
    let service = FakeService::start().unwrap();
    let client = service.client().unwrap();
    let call = client.describe_db_instance_attribute(FakeService::INSTANCE);
    let rule = service.on::<DescribeDBInstanceAttributeRequest>().refuse(not_found()).times(3);
    soon(call.clone().until_running().with_max_delay(PAUSE)).await.unwrap();
    assert_eq!(rule.count(), 4);

    let here = |waiter: Waiter| {
        waiter.done(["Running"]).delay(PAUSE).max_delay(PAUSE).not_found_grace(Duration::from_millis(100))
    };
    let rule = service.on::<DescribeDBInstanceAttributeRequest>().refuse(not_found()).always();
    let error = soon(call.until(here(Waiter::new("Items.DBInstanceStatus")))).await.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::WaitFailed, Some("InvalidDBInstanceName.NotFound")));
    assert!(error.to_string().contains("not found for 0.1 s"), "{error}");
    assert!(rule.count() > 1);

    let call = client.describe_accounts(FakeService::INSTANCE).account_name("nobody");
    let error = soon(call.until(here(Waiter::new("Accounts.AccountStatus")))).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WaitFailed);
    assert!(error.to_string().contains("no response had `Accounts.AccountStatus` for 0.1 s"), "{error}");
    assert!(service.requests::<DescribeAccountsRequest>().len() > 1);
}

#[tokio::test]
async fn instances_accounts_and_databases_come_and_go() {
    let change = Duration::from_millis(100);
    let service = FakeService::builder().change_duration(change).start().unwrap();
    let client = service.client().unwrap();
    let id = FakeService::INSTANCE;
    let instance = || client.describe_db_instance_attribute(id);

    client.create_account(id, "app", "correct-horse").await.unwrap();
    client.create_database(id, "utf8mb4", "orders").await.unwrap();
    let accounts = || client.describe_accounts(id).account_name("app");
    let databases = || client.describe_databases(id).db_name("orders");
    assert_eq!(soon(accounts().until_available()).await.unwrap().accounts.len(), 1);
    assert_eq!(soon(databases().until_available()).await.unwrap().databases.len(), 1);
    client.delete_account(id, "app").await.unwrap();
    client.delete_database(id, "orders").await.unwrap();
    assert!(soon(accounts().until_deleted()).await.unwrap().accounts.is_empty());
    assert!(soon(databases().until_deleted()).await.unwrap().databases.is_empty());

    client.stop_db_instance(id).await.unwrap();
    let stopped = soon(instance().until_stopped().with_max_delay(PAUSE)).await.unwrap();
    assert_eq!(stopped.items[0].db_instance_status, Some("Stopped".into()));
    client.start_db_instance(id).await.unwrap();
    soon(instance().until_running().with_max_delay(PAUSE)).await.unwrap();
    client.restart_db_instance(id).await.unwrap();
    service.clear_history();
    soon(instance().until_running().with_initial_delay(change * 2)).await.unwrap();
    assert_eq!(service.requests::<DescribeDBInstanceAttributeRequest>().len(), 1, "it began late enough");

    client.delete_db_instance(id).await.unwrap();
    let error = soon(instance().until_running().with_max_delay(PAUSE)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WaitFailed);
    assert!(error.to_string().contains("became `Deleting`"), "{error}");
    let gone = soon(instance().until_deleted().with_max_delay(PAUSE)).await.unwrap();
    assert!(gone.items.is_empty());
}

#[tokio::test]
async fn a_raw_call_is_waited_with_by_its_description() {
    let service = FakeService::builder().backup_duration(Duration::from_millis(100)).start().unwrap();
    let client = service.client().unwrap();
    let job = client.create_backup(FakeService::INSTANCE).await.unwrap().backup_job_id.unwrap();
    let known = rds_api::schema::operation("DescribeBackupTasks").unwrap();
    let waiter = known.waiters.iter().find(|waiter| waiter.name == "finished").unwrap();
    assert_eq!(&waiter.until, client.describe_backup_tasks("").until_finished().waiter());
    let parameters = [("DBInstanceId", FakeService::INSTANCE), ("BackupJobId", &*job)];
    let call = client.call_raw("DescribeBackupTasks", parameters).with_access(Access::Read);
    let done = soon(call.until(waiter.until.clone()).with_max_delay(PAUSE)).await.unwrap();
    assert_eq!(done["Items"]["BackupJob"][0]["BackupStatus"], "Finished");
}

#[tokio::test]
async fn a_write_is_never_repeated_to_wait() {
    let service = FakeService::start().unwrap();
    let client = service.client().unwrap();
    let waiter = Waiter::new("BackupJobId").done_when_absent();
    let error = soon(client.create_backup(FakeService::INSTANCE).until(waiter)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Input);
    assert!(service.journal().is_empty());
}

#[tokio::test]
async fn without_the_parameter_that_it_needs_it_ends_at_once() {
    let service = FakeService::start().unwrap();
    let client = service.client().unwrap();
    let tasks = || client.describe_backup_tasks(FakeService::INSTANCE);
    let error = tasks().until_finished().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Input);
    assert!(error.to_string().contains("without `BackupJobId`"), "{error}");
    assert!(service.all_requests().is_empty());

    let job = client.create_backup(FakeService::INSTANCE).await.unwrap().backup_job_id.unwrap();
    service.clock().advance(Duration::from_secs(60));
    tasks().backup_job_id(job.parse().unwrap()).until_finished().await.unwrap();
}
