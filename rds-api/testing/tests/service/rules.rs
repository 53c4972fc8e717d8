//! Rules, recorded requests and idempotency tokens.

use super::*;
use rds_api::operations::backup::{
    CreateBackupRequest, CreateBackupResponse, DeleteBackupRequest, DescribeBackupTasksRequest,
};
use rds_api::operations::instance::RestartDBInstanceRequest;

fn quick() -> RetryPolicy {
    RetryPolicy::default().initial_backoff(Duration::from_millis(1))
}

#[tokio::test]
async fn a_sequence_is_played_and_then_the_service_simulates() {
    let service = service();
    let client = service.client_builder().retry(quick()).build().unwrap();
    let canned = build(|response: &mut CreateBackupResponse| {
        response.backup_job_id = Some("42".to_owned());
    });
    let rule = service
        .on::<CreateBackupRequest>()
        .refuse(Refusal::throttled().retry_after(Duration::from_millis(1)))
        .respond(canned)
        .times(2);
    for _ in 0..2 {
        let response = client.create_backup(FakeService::INSTANCE).await.unwrap();
        assert_eq!(response.backup_job_id.as_deref(), Some("42"));
        assert!(response.request_id.is_some());
    }
    assert!(service.journal().is_empty(), "a canned response changes nothing");
    let response = client.create_backup(FakeService::INSTANCE).await.unwrap();
    assert_ne!(response.backup_job_id.as_deref(), Some("42"));
    assert_eq!(rule.count(), 4);
    assert_eq!(service.journal().len(), 1);
}

#[tokio::test]
async fn conditions_see_typed_requests() {
    let service = service();
    let client = service.client().unwrap();
    let automated = service
        .on::<DescribeBackupTasksRequest>()
        .matching(|request| request.backup_mode == Some(BackupMode::Automated))
        .refuse(Refusal::new(403, "Forbidden.RAM", "No."))
        .always();
    let deletions = service.on::<DeleteBackupRequest>();
    for _ in 0..2 {
        let call = client.describe_backup_tasks(FakeService::INSTANCE).backup_mode(BackupMode::Automated);
        assert_eq!(call.await.unwrap_err().code(), Some("Forbidden.RAM"));
    }
    client.describe_backup_tasks(FakeService::INSTANCE).backup_job_id(7).await.unwrap();
    assert_eq!((automated.count(), deletions.count()), (2, 0));
    let requests = service.requests::<DescribeBackupTasksRequest>();
    let jobs: Vec<_> = requests.iter().map(|request| request.backup_job_id).collect();
    assert_eq!(jobs, [None, None, Some(7)]);
    service.clear_history();
    assert!(service.all_requests().is_empty());
}

#[tokio::test]
async fn responses_are_made_of_requests() {
    let service = service();
    service.on::<CreateBackupRequest>().respond_with(|request, response| {
        response.backup_job_id = Some(format!("job of {}", request.db_instance_id));
    });
    let response = service.client().unwrap().create_backup("rm-any").await.unwrap();
    assert_eq!(response.backup_job_id.as_deref(), Some("job of rm-any"));
}

#[tokio::test]
async fn a_token_makes_a_write_happen_once() {
    let service = service();
    let client = service.client().unwrap();
    let restart = || client.restart_db_instance(FakeService::INSTANCE).client_token("token-1");
    let first = restart().await.unwrap();
    let second = restart().await.unwrap();
    assert_eq!(first, second);
    assert_eq!(service.journal().len(), 1);
    assert_eq!(service.requests::<RestartDBInstanceRequest>().len(), 2);
    let other = restart().node_id("other").await.unwrap_err();
    assert_eq!(other.code(), Some("IdempotentParameterMismatch"));
    let fresh = client.restart_db_instance(FakeService::INSTANCE).await.unwrap_err();
    assert!(fresh.is_instance_busy(), "{fresh}");
}

#[tokio::test]
async fn a_token_is_forgotten_after_a_day() {
    let service = service();
    let client = service.client().unwrap();
    let restart = || client.restart_db_instance(FakeService::INSTANCE).client_token("token-1");
    for _ in 0..2 {
        restart().await.unwrap();
        service.clock().advance(Duration::from_secs(23 * 3600));
    }
    service.clock().advance(Duration::from_secs(2 * 3600));
    restart().await.unwrap();
    assert_eq!(service.journal().len(), 2);
}

#[tokio::test]
async fn the_same_seed_gives_the_same_run() {
    let run = async |seed: u64| {
        let service = FakeService::builder().seed(seed).start().unwrap();
        service.inject(Refusal::new(403, "Forbidden.RAM", "No.")).share(0.5);
        let client = service.client().unwrap();
        let mut seen = Vec::new();
        for _ in 0..20 {
            let response = client.describe_backup_tasks(FakeService::INSTANCE).await;
            seen.push(response.map(|it| it.request_id).map_err(|it| it.request_id().map(str::to_owned)));
        }
        seen
    };
    assert_eq!(run(1).await, run(1).await);
    assert_ne!(run(1).await, run(2).await);
}
