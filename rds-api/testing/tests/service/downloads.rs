//! The files of backups and logs.

use serde_json::{Value as Json, json};

use super::network::call;
use super::*;
use rds_api_core::http::client as http_client;

/// A service with an old instance, and what it lists of its backups and logs.
async fn listed(service: &FakeService) -> (Json, Json) {
    let client = service.client().unwrap();
    let span = json!({ "DBInstanceId": "rm-old", "StartTime": "2020-01-01T00:00:00Z", "EndTime": "2990-01-01T00:00:00Z" });
    let backups = call(&client, "DescribeBackups", json!({ "DBInstanceId": "rm-old" })).await.unwrap();
    let logs = call(&client, "DescribeBinlogFiles", span).await.unwrap();
    (backups, logs)
}

fn old() -> FakeService {
    let days = |days: u64| Duration::from_secs(days * 24 * 3600);
    let old = FakeInstance::new("MySQL").id("rm-old").age(days(10)).daily_backups(3);
    FakeService::builder().instance(old).start().unwrap()
}

#[tokio::test]
async fn every_file_that_is_listed_can_be_downloaded_whole_and_in_ranges() {
    let service = old();
    let (backups, logs) = listed(&service).await;
    // Numbers, which programs add up.
    assert_eq!(backups["PageRecordCount"], 3);
    assert_eq!(
        logs["TotalRecordCount"],
        2 * 241,
        "two nodes, ten days of hours, and the one that is written"
    );
    let http = http_client::builder(&[]).unwrap().no_proxy().build().unwrap();
    let node = backups["Items"]["Backup"][0]["HostInstanceID"].to_string();
    let backups = backups["Items"]["Backup"].as_array().unwrap();
    let logs = logs["Items"]["BinLogFile"].as_array().unwrap();
    assert!(logs.iter().any(|log| log["HostInstanceID"] == node.as_str()), "of the same node");
    let files = backups.iter().map(|it| (&it["BackupDownloadURL"], &it["BackupSize"], &it["Checksum"]));
    let files = files.chain(logs.iter().map(|it| (&it["DownloadLink"], &it["FileSize"], &it["Checksum"])));
    for (url, size, checksum) in files {
        let url = url.as_str().unwrap();
        assert!(url.starts_with(service.endpoint()), "{url}");
        let whole = http.get(url).send().await.unwrap();
        assert_eq!(whole.status(), 200);
        let whole = whole.bytes().await.unwrap();
        assert_eq!(whole.len() as u64, size.as_u64().unwrap());
        assert_eq!(
            crc::Crc::<u64>::new(&crc::CRC_64_XZ).checksum(&whole).to_string(),
            checksum.as_str().unwrap()
        );
        let part = http.get(url).header("range", "bytes=10-19").send().await.unwrap();
        assert_eq!(part.status(), 206);
        assert_eq!(part.headers()["content-range"].to_str().unwrap(), format!("bytes 10-19/{}", whole.len()));
        assert_eq!(part.bytes().await.unwrap(), whole.slice(10..20));
        let head = http.head(url).send().await.unwrap();
        assert_eq!(head.headers()["content-length"].to_str().unwrap(), whole.len().to_string());
    }
    let beyond =
        http.get(backups[0]["BackupDownloadURL"].as_str().unwrap()).header("range", "bytes=9999999-");
    assert_eq!(beyond.send().await.unwrap().status(), 416);
    for wrong in ["rm-old/backup-1.xb", "rm-no/backup-1.xb", "../etc/passwd", ""] {
        let url = format!("{}/download/{wrong}", service.endpoint());
        assert_eq!(http.get(url).send().await.unwrap().status().as_u16() / 100, 4, "{wrong}");
    }
}

#[tokio::test]
async fn a_download_fails_as_told() {
    let service = old();
    let (backups, _) = listed(&service).await;
    let url = backups["Items"]["Backup"][0]["BackupDownloadURL"].as_str().unwrap();
    let http = http_client::builder(&[]).unwrap().no_proxy().build().unwrap();
    service.inject(Fault::TruncatedBody).on_operation("GetObject").times(1);
    assert!(http.get(url).send().await.unwrap().bytes().await.is_err());
    service.inject(Refusal::new(403, "AccessDenied", "")).on_operation("GetObject").times(1);
    assert_eq!(http.get(url).send().await.unwrap().status(), 403);
    assert_eq!(http.get(url).send().await.unwrap().status(), 200);
}

/// What no list of the account has cannot be downloaded.
#[tokio::test]
async fn no_file_can_be_downloaded_that_is_not_listed() {
    let service = old();
    let (backups, logs) = listed(&service).await;
    let http = http_client::builder(&[]).unwrap().no_proxy().build().unwrap();
    let of = |list: &Json, name: &str| list[0][name].as_str().unwrap().to_owned();
    let backup = of(&backups["Items"]["Backup"], "BackupDownloadURL");
    let log = of(&logs["Items"]["BinLogFile"], "DownloadLink");
    let node = log.split('?').next().unwrap().rsplit('/').nth(1).unwrap();
    let other_node = format!("/{}/", node.parse::<u64>().unwrap() + 7);
    for url in [
        log.replace("mysql-bin.", "anything-"),
        log.replace('?', "0?"),
        log.replace('?', "/x?"),
        log.replace(&format!("/{node}/"), &other_node),
        log.replace("rm-old", "rm-new"),
        backup.replace(".xb", "-orders.sql"),
        backup.replace(".xb", ".zip"),
        backup.replace('?', "x?"),
        backup.split('?').next().unwrap().to_owned(),
    ] {
        assert_eq!(http.get(&url).send().await.unwrap().status(), 403, "{url}");
    }
    let client = service.client().unwrap();
    client.delete_db_instance("rm-old").await.unwrap();
    service.clock().advance(Duration::from_secs(10));
    client.describe_db_instances().await.unwrap();
    for url in [log, backup] {
        assert_eq!(http.get(&url).send().await.unwrap().status(), 404, "{url}, of an instance that is gone");
    }
}

#[tokio::test]
async fn an_address_expires_and_a_new_one_opens_the_same_file() {
    let service = old();
    let url =
        |backups: &Json| backups["Items"]["Backup"][0]["BackupDownloadURL"].as_str().unwrap().to_owned();
    let (backups, _) = listed(&service).await;
    let http = http_client::builder(&[]).unwrap().no_proxy().build().unwrap();
    let before = http.get(url(&backups)).send().await.unwrap();
    let etag = before.headers()["etag"].clone();
    service.clock().advance(Duration::from_secs(49 * 3600));
    let expired = http.get(url(&backups)).send().await.unwrap();
    assert_eq!(expired.status(), 403);
    assert!(expired.text().await.unwrap().contains("<Code>AccessDenied</Code>"));

    let client = service.client_builder().build().unwrap();
    // Meanwhile the service has made others.
    let same = json!({ "DBInstanceId": "rm-old", "BackupId": backups["Items"]["Backup"][0]["BackupId"] });
    let backups = call(&client, "DescribeBackups", same).await.unwrap();
    let part =
        |etag: &str| http.get(url(&backups)).header("range", "bytes=10-").header("if-range", etag).send();
    assert_eq!(part(etag.to_str().unwrap()).await.unwrap().status(), 206);
    assert_eq!(part("\"another\"").await.unwrap().status(), 200, "all of it, since it is another file");
}
