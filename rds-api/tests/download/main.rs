//! Downloads: whatever goes wrong, the file is right or not there.
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../raw_server/mod.rs"]
mod raw_server;

#[cfg(all(
    target_os = "linux",
    any(feature = "rustls-ring", feature = "rustls-aws-lc", feature = "native-tls")
))]
mod elsewhere;
mod embedded;
mod hostile;
mod parts;
mod places;
mod secrecy;
mod storage;

use std::fs;
use std::path::Path;
use std::time::Duration;

use rds_api::operations::backup::DescribeBackupsRequest;
use rds_api::operations::backup::describe_backups::Backup;
use rds_api::{Client, Error, ErrorKind, RetryPolicy};
use rds_api_testing::FakeService;

/// What signs an address, which must be shown nowhere.
const SIGNATURE: &str = "s3cr3tsignature";

const INSTANCE: &str = FakeService::INSTANCE;

/// What looks like a compressed backup of so many bytes.
fn content(bytes: usize) -> Vec<u8> {
    let mut content = vec![0; bytes];
    fastrand::Rng::with_seed(bytes as u64).fill(&mut content);
    content
}

fn crc64(content: &[u8]) -> u64 {
    crc::Crc::<u64>::new(&crc::CRC_64_XZ).checksum(content)
}

/// A backup set as the service lists it, at an address of a storage.
fn backup(endpoint: &str, content: &[u8]) -> Backup {
    let mut backup = Backup::default();
    backup.backup_id = Some("321020562".to_owned());
    backup.backup_download_url =
        Some(format!("{endpoint}/bucket/hins1_data.xb?Expires=1&Signature={SIGNATURE}"));
    backup.backup_size = Some(content.len().try_into().unwrap());
    backup.checksum = Some(crc64(content).to_string());
    backup
}

/// A service that lists this backup, and a client of it that tries four times in quick succession.
fn service_with(backup: &Backup) -> (FakeService, Client) {
    let service = FakeService::start().unwrap();
    let backup = backup.clone();
    service
        .on::<DescribeBackupsRequest>()
        .respond_with(move |_, response| response.items = vec![backup.clone()]);
    let retry = RetryPolicy::default().initial_backoff(Duration::from_millis(1));
    let client =
        service.client_builder().retry(retry).read_timeout(Duration::from_millis(300)).build().unwrap();
    (service, client)
}

fn assert_shows_no_secret(error: &Error) {
    let mut shown = format!("{error} {error:?}");
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        shown = format!("{shown} {error} {error:?}");
        cause = error.source();
    }
    assert!(!shown.contains(SIGNATURE) && !shown.contains("Signature"), "{shown}");
}

/// The names of the files in a directory.
fn names(directory: &Path) -> Vec<String> {
    let entries = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name());
    let mut names: Vec<String> = entries.map(|name| name.into_string().unwrap()).collect();
    names.sort();
    names
}

#[track_caller]
fn assert_kind(error: &Error, kind: ErrorKind, says: &str) {
    assert_shows_no_secret(error);
    assert_eq!(error.kind(), kind, "{error}");
    assert!(error.to_string().contains(says), "{error}");
}
