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

#[tokio::test]
async fn backups_are_made_and_kept_as_the_policy_says() {
    let service = service();
    let client = service.client().unwrap();
    let sets = async || {
        let listed = client.describe_backups(FakeService::INSTANCE).backup_mode(BackupMode::Automated);
        let sets = listed.items().into_vec().await.unwrap();
        let times = sets.iter().map(|set| set.backup_start_time.clone().unwrap().to_string());
        times.collect::<Vec<_>>()
    };
    let days = async |count: u64| {
        service.clock().advance(Duration::from_secs(count * 24 * 3600));
        sets().await
    };
    let policy = async |period: &str, retention: &str| {
        client
            .modify_backup_policy(FakeService::INSTANCE)
            .preferred_backup_period(period)
            .preferred_backup_time("03:00Z-04:00Z")
            .backup_retention_period(retention)
            .await
            .unwrap();
    };
    assert_eq!(sets().await, [""; 0]);
    const EVERY_DAY: &str = "Monday,Tuesday,Wednesday,Thursday,Friday,Saturday,Sunday";
    policy(EVERY_DAY, "7").await;
    assert_eq!(days(3).await.len(), 3);
    let week = days(30).await;
    assert_eq!(week.len(), 7);
    assert!(week.iter().all(|time| time.ends_with("T03:00:00Z")), "{week:?}");
    // More of them are kept from now on, and those that are gone stay gone.
    policy(EVERY_DAY, "30").await;
    assert_eq!(days(5).await.len(), 12);
    assert_eq!(days(100).await.len(), 30);
    policy("Monday", "14").await;
    assert_eq!(days(366 * 5).await.len(), 2);
    let manual = async || {
        client.create_backup(FakeService::INSTANCE).await.unwrap();
        service.clock().advance(Duration::from_secs(24 * 3600));
        client.describe_backups(FakeService::INSTANCE).backup_mode(BackupMode::Manual).await.unwrap().items
    };
    let set = manual().await[0].backup_id.clone().unwrap();
    let kept = client.modify_backup_set_expire_time(
        FakeService::INSTANCE,
        set.parse().unwrap(),
        "2999-01-01T00:00:00Z",
    );
    kept.await.unwrap();
    days(60).await;
    assert_eq!(manual().await.len(), 2, "one is of today, and one is kept by itself");
}
