//! Downloads of what the embedded service lists, with its faults.

use std::fs;
use std::sync::{Arc, Mutex};

use rds_api::download::Progress;
use rds_api::{FanOut, Result};
use rds_api_testing::{FakeInstance, Fault, Refusal};

use super::*;

fn service() -> (FakeService, Client) {
    let instance =
        FakeInstance::new("MySQL").id("rm-old").age(Duration::from_secs(5 * 3600)).daily_backups(2);
    let service = FakeService::builder().instance(instance.database("orders")).start().unwrap();
    let retry = RetryPolicy::default().initial_backoff(Duration::from_millis(1));
    let client =
        service.client_builder().retry(retry).read_timeout(Duration::from_millis(500)).build().unwrap();
    (service, client)
}

async fn newest(client: &Client) -> Backup {
    client.describe_backups("rm-old").await.unwrap().items.remove(0)
}

#[tokio::test]
async fn every_fault_of_a_storage_is_survived_once_and_told_when_it_stays() {
    let refusal = |status| Fault::Refuse(Refusal::new(status, "AccessDenied", ""));
    for (fault, kind) in [
        (Fault::TruncatedBody, None),
        (Fault::GarbledBody, Some(ErrorKind::Response)),
        (Fault::ResetBeforeExecution, Some(ErrorKind::Interrupted)),
        (Fault::ResetAfterExecution, Some(ErrorKind::Interrupted)),
        (Fault::BlockedPage, Some(ErrorKind::Response)),
        (Fault::EmptyBody, Some(ErrorKind::Response)),
        (Fault::Delay(Duration::from_millis(700)), Some(ErrorKind::ReadTimeout)),
        (Fault::SlowBody(Duration::from_millis(20)), None),
        (refusal(403), Some(ErrorKind::Response)),
        (refusal(404), Some(ErrorKind::Response)),
        (refusal(500), Some(ErrorKind::Response)),
    ] {
        let (service, client) = service();
        let backup = newest(&client).await;
        let directory = tempfile::tempdir().unwrap();
        service.inject(fault.clone()).on_operation("GetObject").times(1);
        let saved = client.download("rm-old", &backup).save_in(directory.path()).await.unwrap();
        assert_eq!(saved.checksum.to_string(), backup.checksum.clone().unwrap(), "{fault:?}");
        assert_eq!(fs::read(&saved.path).unwrap().len() as i64, backup.backup_size.unwrap());

        service.inject(fault.clone()).on_operation("GetObject");
        let result = client.download("rm-old", &backup).overwrite().save_in(directory.path()).await;
        match kind {
            Some(kind) => assert_kind(&result.unwrap_err(), kind, "GetObject on 127.0.0.1"),
            // Half of what is left each time ends one day, or not.
            None => drop(result.map_err(|error| assert_shows_no_secret(&error))),
        }
    }
}

#[tokio::test]
async fn an_address_that_has_expired_is_asked_for_anew() {
    let (service, client) = service();
    let backup = newest(&client).await;
    let logs = client.describe_binlog_files("rm-old", "2020-01-01T00:00:00Z", "2990-01-01T00:00:00Z");
    let log = logs.await.unwrap().items.remove(0);
    service.clock().advance(Duration::from_secs(49 * 3600));
    let client = service.client_builder().build().unwrap();
    let directory = tempfile::tempdir().unwrap();
    client.download("rm-old", &backup).save_in(directory.path()).await.unwrap();
    client.download("rm-old", &log).save_in(directory.path()).await.unwrap();

    service.clock().advance(Duration::from_secs(49 * 3600));
    let client = service.client_builder().build().unwrap();
    client.delete_backup("rm-old", backup.backup_id.clone().unwrap()).await.unwrap();
    let gone = client.download("rm-old", &backup).save_as(directory.path().join("gone")).await.unwrap_err();
    assert_kind(&gone, ErrorKind::Response, "the service does not list it any more");
    assert!(!gone.is_retryable());
    let nowhere = client.download("rm-not-there", &backup).save_as(directory.path().join("nowhere")).await;
    let nowhere = nowhere.unwrap_err();
    assert!(nowhere.is_not_found() && nowhere.operation() == Some("DescribeBackups"), "{nowhere}");
    assert!(nowhere.to_string().contains("to "), "{nowhere}");
}

#[tokio::test]
async fn several_files_are_downloaded_at_a_time_and_each_failure_stands_alone() {
    let (service, client) = service();
    let logs = client.describe_binlog_files("rm-old", "2020-01-01T00:00:00Z", "2990-01-01T00:00:00Z");
    let logs = logs.items().into_vec().await.unwrap();
    assert_eq!(logs.len(), 12, "six files of two nodes, of the same names");
    let directory = tempfile::tempdir().unwrap();
    service.inject(Refusal::new(400, "InvalidArgument", "")).on_operation("GetObject").skip(5).times(1);
    let downloads = FanOut::each(logs, |log| client.download("rm-old", log).save_in(directory.path()));
    let (saved, failed) = downloads.with_concurrency(3).partition().await;
    assert_eq!((saved.len(), failed.len()), (11, 1));
    for (log, saved) in &saved {
        assert_eq!(Some(crc64(&fs::read(&saved.path).unwrap()).to_string()), log.checksum);
    }
    assert_eq!(names(directory.path()).len(), 11);
}

#[tokio::test]
async fn the_part_of_one_database_is_downloaded() {
    let (service, client) = service();
    client.create_backup("rm-old").db_name("orders").await.unwrap();
    service.clock().advance(Duration::from_secs(60));
    let backup = newest(&client).await;
    assert!(backup.database("no").is_none());
    let part = backup.database("orders").unwrap();
    let directory = tempfile::tempdir().unwrap();
    let saved = client.download("rm-old", &part).save_in(directory.path()).await.unwrap();
    assert_eq!((saved.has_size_of_service, saved.has_known_checksum), (false, true), "the storage tells");
    assert!(saved.path.ends_with(format!("backup-{}-orders.sql", backup.backup_id.unwrap())));
}

#[tokio::test]
async fn progress_is_told_from_the_first_byte_to_the_last() -> Result<()> {
    let (service, client) = service();
    let backup = newest(&client).await;
    service.inject(Fault::SlowBody(Duration::from_millis(10))).on_operation("GetObject");
    let told = Arc::new(Mutex::new(Vec::<Progress>::new()));
    let telling = told.clone();
    let download = client.download("rm-old", &backup);
    let directory = tempfile::tempdir().unwrap();
    download.with_progress(move |it| telling.lock().unwrap().push(*it)).save_in(directory.path()).await?;
    let told = told.lock().unwrap();
    let size = u64::try_from(backup.backup_size.unwrap()).unwrap();
    assert_eq!((told[0].bytes, told[0].total), (0, None));
    assert!(told.len() >= 8 && told.windows(2).all(|pair| pair[0].bytes <= pair[1].bytes), "{told:?}");
    assert_eq!(told.last().map(|it| (it.bytes, it.total)), Some((size, Some(size))));
    Ok(())
}
