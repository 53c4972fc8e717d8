//! The real client against the real server.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::time::{Duration, SystemTime};

use rds_api::Credentials;
use rds_api::Error;
use rds_api::operations::backup::describe_backup_tasks::BackupStatus;
use rds_api::signature::SignatureVersion;
use rds_api::types::BackupMode;
use rds_api::{Access, Format, RetryPolicy};
use rds_api_testing::*;

mod control;
mod extremes;
mod faults;
mod gateway;
mod life;
mod operations;
mod pagination;
mod recordings;
mod rules;
mod schema_calls;
mod secrecy;
#[path = "../../../core/src/secret_scan.rs"]
mod secret_scan;
mod waiter;
mod world;

/// A response with some of its members.
fn made<T: Default>(fill: impl FnOnce(&mut T)) -> T {
    let mut value = T::default();
    fill(&mut value);
    value
}

fn service() -> FakeService {
    FakeService::start().unwrap()
}

#[tokio::test]
async fn a_backup_goes_through_its_phases() {
    for (signature, format) in [
        (SignatureVersion::V1, Format::Json),
        (SignatureVersion::V1, Format::Xml),
        (SignatureVersion::V3, Format::Json),
        (SignatureVersion::V3, Format::Xml),
    ] {
        let service = FakeService::builder().backup_duration(Duration::from_secs(100)).start().unwrap();
        let client = service.client_builder().signature(signature).format(format).build().unwrap();
        let job = client.create_backup(FakeService::INSTANCE).await.unwrap().backup_job_id.unwrap();
        let id: i32 = job.parse().unwrap();
        let mut seen = Vec::new();
        for _ in 0..6 {
            let tasks = client.describe_backup_tasks(FakeService::INSTANCE).backup_job_id(id).await.unwrap();
            let [task] = &tasks.items[..] else { unreachable!("one task was asked for") };
            assert_eq!(task.backup_job_id.as_ref(), Some(&job));
            assert_eq!(task.job_mode, Some(BackupMode::Manual));
            let status = task.backup_status.clone().unwrap();
            assert_eq!(task.backup_id.is_some(), status == BackupStatus::Finished);
            seen.push((status.to_string(), task.process_number().unwrap()));
            service.clock().advance(Duration::from_secs(22));
        }
        let phases: Vec<&str> = seen.iter().map(|(phase, _)| phase.as_str()).collect();
        assert_eq!(phases, ["NoStart", "Uploading", "Uploading", "Uploading", "Checking", "Finished"]);
        assert_eq!(seen.iter().map(|(_, process)| *process).collect::<Vec<_>>(), [0, 22, 44, 66, 88, 100]);
        let backups = client.describe_backups(FakeService::INSTANCE).await.unwrap();
        assert_eq!(backups.items.len(), 1);
        assert_eq!(backups.total_record_count.as_deref(), Some("1"));
        let set = backups.items[0].backup_id.clone().unwrap();
        client.delete_backup(FakeService::INSTANCE, set).await.unwrap();
        assert_eq!(client.describe_backups(FakeService::INSTANCE).await.unwrap().items.len(), 0);
    }
}

#[tokio::test]
async fn a_policy_is_kept() {
    let service = service();
    let client = service.client().unwrap();
    client
        .modify_backup_policy(FakeService::INSTANCE)
        .preferred_backup_time("03:00Z-04:00Z")
        .backup_retention_period("30")
        .await
        .unwrap();
    let policy = client.describe_backup_policy(FakeService::INSTANCE).await.unwrap();
    assert_eq!(policy.preferred_backup_time.as_deref(), Some("03:00Z-04:00Z"));
    assert_eq!(policy.backup_retention_period, Some(30));
}

#[tokio::test]
async fn what_the_service_does_not_know_is_refused_as_the_real_one_refuses_it() {
    let service = service();
    let client = service.client().unwrap();
    let missing = client.create_backup("rm-other").await.unwrap_err();
    assert!(missing.is_not_found());
    assert_eq!((missing.code(), missing.http_status()), (Some("InvalidDBInstanceName.NotFound"), Some(404)));
    assert!(missing.request_id().is_some() && missing.recommendation().is_some());
    assert!(!missing.may_have_been_executed());
    client.create_backup(FakeService::INSTANCE).await.unwrap();
    let twice = client.create_backup(FakeService::INSTANCE).await.unwrap_err();
    assert_eq!(twice.code(), Some("BackupJobExists"));
    let unknown = client.call_raw("DescribeNothing", [("A", "b")]).await.unwrap_err();
    assert_eq!(unknown.code(), Some("InvalidAction.NotFound"));
}

#[tokio::test]
async fn parameters_are_validated() {
    let service = service();
    let client = service.client().unwrap();
    let call = || client.describe_backup_tasks(FakeService::INSTANCE);
    for (result, code, says) in [
        (call().backup_mode("Sometimes").await.map(drop), "InvalidBackupMode", "Automated, Manual"),
        (call().parameter("BackupJobId", "seven").await.map(drop), "InvalidBackupJobId", "32-bit integer"),
        (
            client.describe_backups(FakeService::INSTANCE).page_size(5).await.map(drop),
            "InvalidPageSize",
            "less than 30",
        ),
    ] {
        let error = result.unwrap_err();
        assert_eq!(error.code(), Some(code));
        assert!(error.to_string().contains(says), "{error}");
    }
    let none: [(&str, &str); 0] = [];
    let error = client.call_raw("DescribeBackupTasks", none).await.unwrap_err();
    assert_eq!(error.code(), Some("MissingParameter"));
    assert!(error.to_string().contains("`DBInstanceId`"), "{error}");
    let error = client
        .call_raw(
            "DescribeBackupTasks",
            [("DBInstanceId", FakeService::INSTANCE), ("ClientToken", &"x".repeat(65))],
        )
        .await
        .unwrap_err();
    assert_eq!(error.code(), Some("InvalidClientToken"));
}

#[tokio::test]
async fn what_is_too_long_for_an_address_comes_in_the_body() {
    let service = service();
    for signature in [SignatureVersion::V1, SignatureVersion::V3] {
        let client = service.client_builder().signature(signature).build().unwrap();
        let description = "long * ".repeat(1000);
        client.modify_db_instance_description(FakeService::INSTANCE, description.as_str()).await.unwrap();
        let listed = client.describe_db_instances().await.unwrap();
        assert_eq!(listed.items[0].db_instance_description.as_ref(), Some(&description));
    }
}

#[tokio::test]
async fn a_wrong_secret_is_refused_and_named_as_the_fault() {
    let service = service();
    for signature in [SignatureVersion::V1, SignatureVersion::V3] {
        let wrong = Credentials::new("fake-key-id", "a-wrong-secret");
        let client = service.client_builder().signature(signature).credentials(wrong).build().unwrap();
        let error = client.create_account("rm-1", "app", "correct-horse").await.unwrap_err();
        assert_eq!(error.code(), Some("SignatureDoesNotMatch"));
        let shown = format!("{error} {error:?} {:?}", error.service_error());
        assert!(shown.contains("the access key secret is wrong"), "{shown}");
        assert!(!shown.contains("correct-horse") && !shown.contains("a-wrong-secret"), "{shown}");
        assert!(!shown.contains("string to sign"), "{shown}");
    }
    let unknown = Credentials::new("nobody", "secret");
    let client = service.client_builder().credentials(unknown).build().unwrap();
    let error = client.describe_regions().await.unwrap_err();
    assert_eq!((error.code(), error.is_not_found()), (Some("InvalidAccessKeyId.NotFound"), false));
}

#[tokio::test]
async fn a_clock_that_is_off_is_learnt_once() {
    let service = service();
    service.clock().advance(Duration::from_secs(3600));
    let client = service.client_builder().retry(RetryPolicy::never()).build().unwrap();
    let answer = client.describe_backup_tasks(FakeService::INSTANCE).send_with_metadata().await.unwrap();
    assert_eq!(answer.attempts, 2);
    let answer = client.describe_backup_tasks(FakeService::INSTANCE).send_with_metadata().await.unwrap();
    assert_eq!(answer.attempts, 1);
}

#[tokio::test]
async fn a_replayed_request_and_an_old_one_are_refused() {
    let service = service();
    let signed = |timestamp: SystemTime| {
        let timestamp = rds_api::Timestamp::to_the_second(timestamp).to_string();
        let mut parameters = vec![
            ("AccessKeyId", "fake-key-id"),
            ("Action", "DescribeRegions"),
            ("Format", "JSON"),
            ("SignatureMethod", "HMAC-SHA1"),
            ("SignatureNonce", "once"),
            ("SignatureVersion", "1.0"),
            ("Timestamp", &timestamp),
            ("Version", "2014-08-15"),
        ];
        let signed = rds_api::signature::v1::sign("GET", parameters.clone(), "fake-key-secret");
        parameters.push(("Signature", &signed.signature));
        let query: Vec<String> = parameters
            .iter()
            .map(|(name, value)| format!("{name}={}", rds_api::signature::percent::encode(value)))
            .collect();
        format!("{}/?{}", service.endpoint(), query.join("&"))
    };
    let get = async |url: String| {
        let answer = rds_api_core::http_client::builder(&[])
            .unwrap()
            .no_proxy()
            .build()
            .unwrap()
            .get(url)
            .send()
            .await
            .unwrap();
        (answer.status().as_u16(), answer.text().await.unwrap())
    };
    let url = signed(SystemTime::now());
    assert_eq!(get(url.clone()).await.0, 200);
    let (status, body) = get(url).await;
    assert_eq!((status, body.contains("SignatureNonceUsed")), (400, true), "{body}");
    let (status, body) = get(signed(SystemTime::now() - Duration::from_secs(1000))).await;
    assert_eq!((status, body.contains("InvalidTimeStamp.Expired")), (400, true), "{body}");
}

#[tokio::test]
async fn temporary_credentials_are_good_until_they_expire() {
    let expiration = SystemTime::now() + Duration::from_secs(600);
    let temporary =
        Credentials::new("tmp-id", "tmp-secret").with_security_token("tmp-token").with_expiration(expiration);
    let service = FakeService::builder().credentials(temporary).start().unwrap();
    for signature in [SignatureVersion::V1, SignatureVersion::V3] {
        let client = service.client_builder().signature(signature).build().unwrap();
        client.describe_regions().await.unwrap();
        let mismatch = Credentials::new("tmp-id", "tmp-secret").with_security_token("another");
        let client = service.client_builder().signature(signature).credentials(mismatch).build().unwrap();
        let error = client.describe_regions().await.unwrap_err();
        assert_eq!(error.code(), Some("InvalidSecurityToken.MismatchWithAccessKey"));
        let missing = Credentials::new("tmp-id", "tmp-secret");
        let client = service.client_builder().signature(signature).credentials(missing).build().unwrap();
        let error = client.describe_regions().await.unwrap_err();
        assert_eq!(error.code(), Some("MissingSecurityToken"));
    }
    service.clock().advance(Duration::from_secs(700));
    let client = service.client().unwrap();
    let error = client.describe_regions().await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidSecurityToken.Expired"));
}

#[tokio::test]
async fn every_operation_answers_and_no_member_is_lost() {
    let service = service();
    let client = service.client().unwrap();
    let regions = client.describe_regions().await.unwrap();
    assert!(regions.regions[0].region_id.is_some());
    let raw = client
        .call_raw(
            "DescribeBinlogFiles",
            [
                ("DBInstanceId", "rm-1"),
                ("StartTime", "2024-03-15T08:00:00Z"),
                ("EndTime", "2024-03-15T09:00:00Z"),
            ],
        )
        .access(Access::Read)
        .await
        .unwrap();
    assert!(raw["Items"]["BinLogFile"][0]["FileSize"].is_number(), "{raw}");
}
