//! Faults, each seen through the real client.

use super::*;
use rds_api::ErrorKind;

/// A client that gives up at once, so that a test sees each fault alone.
fn impatient() -> (FakeService, rds_api::Client) {
    let service = service();
    let client = service.client_builder().retry(RetryPolicy::none()).build().unwrap();
    (service, client)
}

#[tokio::test]
async fn each_fault_is_the_error_it_should_be_and_says_what_may_have_happened() {
    for (fault, kind, may_have_been_executed, executed) in [
        (Fault::ResetBeforeExecution, ErrorKind::Interrupted, true, 0),
        (Fault::ResetAfterExecution, ErrorKind::Interrupted, true, 1),
        (Fault::TruncatedBody, ErrorKind::Interrupted, true, 1),
        (Fault::GarbledBody, ErrorKind::Decode, true, 1),
        (Fault::BlockedPage, ErrorKind::Response, true, 0),
        (Fault::DisguisedRefusal(Refusal::unavailable()), ErrorKind::Service, true, 0),
        (
            Fault::DisguisedRefusal(Refusal::new(404, "InvalidDBInstanceName.NotFound", "It is not there.")),
            ErrorKind::Service,
            true,
            0,
        ),
        (Fault::Refuse(Refusal::throttled()), ErrorKind::Throttled, false, 0),
        (Fault::Refuse(Refusal::unavailable()), ErrorKind::Service, true, 0),
        (Fault::RefuseAfterExecution(Refusal::internal_error()), ErrorKind::Service, true, 1),
    ] {
        let (service, client) = impatient();
        let injection = service.inject(fault.clone());
        let error = client.create_backup(FakeService::INSTANCE).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{fault:?}: {error}");
        assert_eq!(error.may_have_been_executed(), may_have_been_executed, "{fault:?}: {error}");
        assert_eq!(service.journal().len(), executed, "{fault:?}");
        assert_eq!(injection.count(), 1);
        injection.stop();
        assert!(client.describe_backup_tasks(FakeService::INSTANCE).await.is_ok());
    }
}

#[tokio::test]
async fn some_faults_are_none_to_a_lenient_client() {
    for fault in [
        Fault::WrongContentType,
        Fault::UnrequestedXml,
        Fault::Delay(Duration::from_millis(5)),
        Fault::ClockSkew(Duration::from_secs(3600)),
        Fault::Refuse(Refusal::expired_token()),
    ] {
        let (service, client) = impatient();
        service.inject(fault.clone()).times(1);
        let response = client.create_backup(FakeService::INSTANCE).await;
        assert!(response.is_ok_and(|response| response.backup_job_id.is_some()), "{fault:?}");
        assert_eq!(service.journal().len(), 1, "{fault:?}");
    }
}

#[tokio::test]
async fn an_empty_body_acknowledges_a_write_and_tells_a_reader_nothing() {
    let (service, client) = impatient();
    service.inject(Fault::EmptyBody).times(2);
    let backup = client.create_backup(FakeService::INSTANCE).send_full().await.unwrap();
    assert_eq!((backup.value.request_id, backup.value.backup_job_id), (backup.request_id, None));
    assert_eq!(service.journal().len(), 1);
    let error = client.describe_db_instances().items().into_vec().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
}

#[tokio::test]
async fn reads_survive_what_passes_and_unsafe_writes_are_not_repeated() {
    let service = FakeService::builder().seed(3).start().unwrap();
    let retry = RetryPolicy::default().initial_backoff(Duration::from_millis(1)).max_attempts(8);
    let client = service.client_builder().retry(retry).build().unwrap();
    let lost = service.inject(Fault::ResetAfterExecution).share(0.3);
    for _ in 0..30 {
        client.describe_backup_tasks(FakeService::INSTANCE).await.unwrap();
    }
    assert!(lost.count() > 3, "{lost:?}");
    lost.stop();
    service.inject(Fault::ResetAfterExecution).on_operation("CreateBackup").times(1);
    let error = client.create_backup(FakeService::INSTANCE).await.unwrap_err();
    assert!(error.may_have_been_executed());
    assert_eq!(service.journal().len(), 1);
}

#[tokio::test]
async fn connections_are_counted_while_they_are_open() {
    let (service, client) = impatient();
    assert_eq!(service.open_connections(), 0);
    client.describe_regions().await.unwrap();
    assert_eq!(service.open_connections(), 1);
    service.inject(Fault::ResetBeforeExecution).times(1);
    client.describe_regions().await.unwrap_err();
    client.describe_regions().await.unwrap();
    drop(client);
    let closed = async {
        while service.open_connections() > 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), closed).await.unwrap();
}
