//! Parts that are left: by a break, by a future that was dropped, by an earlier process.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use serde_json::Value as Json;

use super::raw_server::RawServer;
use super::storage::{Act, EVERYTHING, Tells, storage};
use super::*;

fn ranges(server: &RawServer) -> Vec<String> {
    let requests = server.requests();
    let range = |request: &String| {
        let line = request.lines().find_map(|line| line.strip_prefix("range: "));
        line.unwrap_or("all").to_owned()
    };
    requests.iter().map(range).collect()
}

#[tokio::test]
async fn a_download_goes_on_where_an_earlier_one_has_ended() {
    let content = content(10_000);
    let server = storage(&content, EVERYTHING, &[Act::Cut(4)]);
    let backup = backup(&server.endpoint, &content);
    let (_service, client) = service_with(&backup);
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("backup.xb");
    let download = || client.download(INSTANCE, &backup);
    download().with_retry(RetryPolicy::none()).save_as(&path).await.unwrap_err();
    assert_eq!(fs::read(directory.path().join("backup.xb.part")).unwrap(), &content[..4000]);
    let saved = download().save_as(&path).await.unwrap();
    assert_eq!((saved.resumed_bytes, saved.bytes), (4000, 10_000));
    assert_eq!(fs::read(&path).unwrap(), content);
    assert_eq!(ranges(&server), ["all", "bytes=4000-"]);
    assert_eq!(names(directory.path()), ["backup.xb"]);
}

#[tokio::test]
async fn a_future_that_is_dropped_stops_the_download_and_leaves_the_part() {
    let content = content(10_000);
    let server = storage(&content, EVERYTHING, &[Act::Stall(5)]);
    let backup = backup(&server.endpoint, &content);
    let (service, _) = service_with(&backup);
    let client = service.client().unwrap();
    let directory = tempfile::tempdir().unwrap();
    let seen = Arc::new(AtomicU64::new(0));
    let told = seen.clone();
    let download = client.download(INSTANCE, &backup);
    let download = download.with_progress(move |progress| told.store(progress.bytes, Ordering::SeqCst));
    let saving = download.save_in(directory.path());
    assert!(tokio::time::timeout(Duration::from_millis(250), saving).await.is_err());
    assert_eq!(seen.load(Ordering::SeqCst), 5000);
    let saved = client.download(INSTANCE, &backup).save_in(directory.path()).await.unwrap();
    assert_eq!((saved.resumed_bytes, saved.bytes), (5000, 10_000));
    assert_eq!(fs::read(directory.path().join("hins1_data.xb")).unwrap(), content);
}

/// What is in the part, and what comes of it.
#[tokio::test]
async fn a_part_is_gone_on_with_only_if_it_is_of_the_same_file() {
    let (old, new) = (content(10_000), content(10_001));
    let other_id = |mut backup: rds_api::operations::backup::describe_backups::Backup| {
        backup.backup_id = Some("7".to_owned());
        backup
    };
    for (case, meanwhile, expected) in [
        ("the same", None, "bytes=4000-"),
        ("another backup", Some("id"), "all"),
        ("another size and checksum", Some("content"), "all"),
        ("no record", Some("record"), "all"),
        ("a record that is none", Some("garbage"), "all"),
        ("a record that no storage has told", Some("tag"), "all"),
        ("a record that no header can have", Some("break"), "all"),
        ("a part that is too long", Some("long"), "all"),
        ("a part that is empty", Some("empty"), "all"),
        ("a part with wrong bytes", Some("wrong"), "bytes=4000-"),
    ] {
        let server = storage(&old, EVERYTHING, &[Act::Cut(4)]);
        let first = backup(&server.endpoint, &old);
        let (_service, client) = service_with(&first);
        let directory = tempfile::tempdir().unwrap();
        let (path, part) = (directory.path().join("b"), directory.path().join("b.part"));
        let record = directory.path().join("b.part.json");
        client.download(INSTANCE, &first).with_retry(RetryPolicy::none()).save_as(&path).await.unwrap_err();
        let content = if meanwhile == Some("content") { &new } else { &old };
        let server = storage(content, EVERYTHING, &[]);
        let mut second = backup(&server.endpoint, content);
        match meanwhile {
            Some("id") => second = other_id(second),
            Some("record") => fs::remove_file(record).unwrap(),
            Some("garbage") => fs::write(record, "{\"expected\":7}").unwrap(),
            Some("tag" | "break") => {
                let mut told: Json = serde_json::from_slice(&fs::read(&record).unwrap()).unwrap();
                let tag = if meanwhile == Some("tag") { "no quotes" } else { "\"\r\nx: y\"" };
                told["found"]["etag"] = tag.into();
                fs::write(record, told.to_string()).unwrap();
            }
            Some("long") => fs::write(part, vec![1; 10_001]).unwrap(),
            Some("empty") => fs::write(part, "").unwrap(),
            Some("wrong") => fs::write(part, vec![1; 4000]).unwrap(),
            _ => {}
        }
        client.download(INSTANCE, &second).save_as(&path).await.unwrap();
        assert_eq!(&fs::read(&path).unwrap(), content, "{case}");
        let ranges = ranges(&server);
        assert_eq!(ranges[0], expected, "{case}");
        assert_eq!(
            ranges.len(),
            if meanwhile == Some("wrong") { 2 } else { 1 },
            "{case}: the checksum tells"
        );
    }
}

#[tokio::test]
async fn a_part_that_nothing_vouches_for_is_begun_anew_by_the_next_process() {
    let content = content(10_000);
    let tells = Tells { etag: true, checksum: false };
    let server = storage(&content, tells, &[Act::Cut(4)]);
    let mut backup = backup(&server.endpoint, &content);
    backup.checksum = None;
    let (_service, client) = service_with(&backup);
    let directory = tempfile::tempdir().unwrap();
    let download = || client.download(INSTANCE, &backup);
    let error = download().with_retry(RetryPolicy::none()).save_in(directory.path()).await.unwrap_err();
    assert!(!error.to_string().contains("kept"), "{error}");
    let saved = download().save_in(directory.path()).await.unwrap();
    assert_eq!((saved.resumed_bytes, saved.has_known_checksum, saved.has_size_of_service), (0, false, true));
    assert_eq!(ranges(&server), ["all", "all"]);

    // Within one download the tag of the file is enough.
    let server = storage(&content, tells, &[Act::Cut(4)]);
    let listed = super::backup(&server.endpoint, &content);
    let download = client.download(INSTANCE, &listed).overwrite();
    download.save_in(directory.path()).await.unwrap();
    assert_eq!(ranges(&server), ["all", "bytes=4000-"]);
}

#[tokio::test]
async fn the_beginning_of_another_file_is_not_thrown_away_for_nothing() {
    let content = content(10_000);
    let server = storage(&content, EVERYTHING, &[Act::Cut(4), Act::Status(400)]);
    let first = backup(&server.endpoint, &content);
    let (_service, client) = service_with(&first);
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("b");
    client.download(INSTANCE, &first).with_retry(RetryPolicy::none()).save_as(&path).await.unwrap_err();
    let mut second = first.clone();
    second.backup_id = Some("7".to_owned());
    client.download(INSTANCE, &second).save_as(&path).await.unwrap_err();
    let saved = client.download(INSTANCE, &first).save_as(&path).await.unwrap();
    assert_eq!(saved.resumed_bytes, 4000);
}

#[tokio::test]
async fn two_downloads_do_not_write_to_one_part() {
    let content = content(10_000);
    let server = storage(&content, EVERYTHING, &[Act::Stall(1); 20]);
    let backup = backup(&server.endpoint, &content);
    let (service, _) = service_with(&backup);
    let client = service.client().unwrap();
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("b");
    let patient = RetryPolicy::default().max_attempts(20);
    let first = tokio::spawn(client.download(INSTANCE, &backup).with_retry(patient).save_as(&path));
    tokio::time::sleep(Duration::from_millis(100)).await;
    let error = client.download(INSTANCE, &backup).save_as(&path).await.unwrap_err();
    assert_kind(&error, ErrorKind::File, "another download is writing to");
    assert!(error.is_retryable());
    first.abort();
}

#[tokio::test]
async fn what_another_download_has_finished_meanwhile_is_not_downloaded_again() {
    let content = content(10_000);
    let server = storage(&content, EVERYTHING, &[Act::Stall(5)]);
    let backup = backup(&server.endpoint, &content);
    let (service, client) = service_with(&backup);
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("b");
    let first = tokio::spawn(client.download(INSTANCE, &backup).save_as(&path));
    while !directory.path().join("b.part").exists() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    let second = service.client().unwrap().download(INSTANCE, &backup).save_as(&path).await;
    first.await.unwrap().unwrap();
    assert_kind(&second.unwrap_err(), ErrorKind::Input, "is there already");
    assert_eq!(server.requests().len(), 2, "the first one, and its rest");
    assert_eq!(names(directory.path()), ["b"]);
}
