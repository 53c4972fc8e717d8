//! Backups of the simulated account.

use super::*;

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
        let id: i64 = job.parse().unwrap();
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
