//! What nobody means to ask, and the service must survive all the same.

use super::*;
use rds_api::operations::account::CreateAccountRequest;
use rds_api::operations::custom::RunRCInstancesRequest;
use rds_api::schema::OperationExt as _;
use rds_api_core::http::client as http_client;
use rds_api_core::http::default_transport::Http;

#[tokio::test]
async fn durations_may_be_as_long_as_can_be_said() {
    let service = FakeService::builder()
        .backup_duration(Duration::MAX)
        .change_duration(Duration::MAX)
        .clock_tolerance(Duration::MAX)
        .start()
        .unwrap();
    let client = service.client_builder().retry(RetryPolicy::none()).build().unwrap();
    client.create_backup(FakeService::INSTANCE).await.unwrap();
    for _ in 0..2 {
        service.clock().advance(Duration::from_secs(365 * 24 * 3600));
        let tasks = client.describe_backup_tasks(FakeService::INSTANCE).await.unwrap();
        assert_eq!(tasks.items[0].backup_status, Some(BackupStatus::NoStart));
    }
    client.restart_db_instance(FakeService::INSTANCE).await.unwrap();
    let busy = client.restart_db_instance(FakeService::INSTANCE).await.unwrap_err();
    assert!(busy.is_instance_busy(), "{busy}");
}

#[tokio::test]
async fn the_clock_stops_at_its_end() {
    let service = FakeService::builder().clock_tolerance(Duration::MAX).start().unwrap();
    let client = service.client_builder().retry(RetryPolicy::none()).build().unwrap();
    let before = service.clock().now();
    for _ in 0..3 {
        service.clock().advance(Duration::MAX);
        client.describe_backup_tasks(FakeService::INSTANCE).await.unwrap();
    }
    assert!(service.clock().now() > before);
}

#[tokio::test]
async fn json_that_fits_no_type_is_refused_and_ends_nothing() {
    let service = service();
    let client = service.client_builder().retry(RetryPolicy::none()).build().unwrap();
    let rule = service.on::<RunRCInstancesRequest>().matching(|_| true);
    let run = async |name: &'static str, value: &'static str| {
        let operation = rds_api::schema::operation("RunRCInstances").unwrap();
        let required = super::operations::required(operation);
        let required = required.iter().map(|(name, value)| (name.as_str(), value.as_str().unwrap()));
        client.call_raw("RunRCInstances", required.chain([(name, value)])).await
    };
    for (name, value) in [
        ("SystemDisk", r#"{"Size":{}}"#),
        ("SystemDisk", r#"{"Size":99999999999}"#),
        ("SystemDisk", "7"),
        ("DataDisk", r#"[{"Size":[]}]"#),
        ("DataDisk", r#"{"Size":1}"#),
    ] {
        let error = run(name, value).await.unwrap_err();
        assert_eq!(error.code(), Some(&*format!("Invalid{name}")), "{value}: {error}");
    }
    assert_eq!(rule.count(), 0);
    for (name, value) in [("DataDisk", "[null]"), ("DataDisk", "null"), ("DataDisk", "[]")] {
        run(name, value).await.unwrap();
    }
    assert_eq!(rule.count(), 3);
}

#[tokio::test]
async fn a_null_is_no_empty_text_in_xml() {
    let service = service();
    let client = service.client_builder().format(Format::Xml).build().unwrap();
    let operations = rds_api::schema::operations().filter(|it| {
        it.pagination.as_ref().is_some_and(|it| it.by == rds_api::pagination::PaginationStyle::Token)
    });
    for operation in operations {
        let parameters = super::operations::required(operation);
        if let Ok(response) = operation.call(&client, &parameters).await {
            let end = operation.pagination.as_ref().unwrap().end.clone().unwrap_or_default();
            assert!(!response.as_str().unwrap().contains(&format!("<{end}></{end}>")), "{}", operation.name);
        }
    }
}

#[tokio::test]
async fn a_password_of_any_characters_stays_out_of_files_and_prints() {
    let directory = tempfile::tempdir().unwrap();
    let secret = "pass\"wo\\rd<&数>";
    for (signature, format) in [(SignatureVersion::V1, Format::Xml), (SignatureVersion::V3, Format::Json)] {
        let path = directory.path().join("exchanges.jsonl");
        let service = service();
        service.on::<CreateAccountRequest>().refuse(Refusal::new(
            400,
            "InvalidAccountPassword.Format",
            format!("`{secret}` is too simple"),
        ));
        let settings = http_client::Settings { uses_no_proxy: true, ..Default::default() };
        let recorder = Recorder::wrap(Http::new(settings).unwrap(), &path).unwrap();
        let client = service.client_builder().signature(signature).format(format).transport(recorder);
        let client = client.build().unwrap();
        client.create_account(FakeService::INSTANCE, "app", secret).await.unwrap_err();
        let file = std::fs::read_to_string(&path).unwrap();
        assert!(file.contains("is too simple") && !file.contains('数'), "{file}");
        client.create_account(FakeService::INSTANCE, "app", secret).await.unwrap();
        let shown = format!("{:?} {:?}", service.journal(), service.all_requests());
        assert!(shown.contains("AccountName") && !shown.contains('数'), "{shown}");
    }
}
