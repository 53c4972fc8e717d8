//! Storages that break, lie, refuse and never end.

use std::fs;

use proptest::prelude::*;
use rds_api::operations::backup::describe_backups::Backup;

use super::raw_server::{self, RawServer};
use super::storage::{ALL, Act, EVERYTHING, SILENT, Tells, storage};
use super::*;

/// What the service tells of the file.
#[derive(Debug, Clone, Copy)]
struct Told {
    size: bool,
    checksum: bool,
}

fn listed(endpoint: &str, content: &[u8], told: Told) -> Backup {
    let mut backup = backup(endpoint, content);
    backup.backup_size = backup.backup_size.filter(|_| told.size);
    backup.checksum = backup.checksum.filter(|_| told.checksum);
    backup
}

/// Downloads from a storage that does these things: whatever comes of it, the file is right or not there, and a good
/// storage gives it afterwards. Tells whether the first download was a success.
fn try_out(content: &[u8], told: Told, tells: Tells, acts: &[Act]) -> Result<bool, TestCaseError> {
    let server = storage(content, tells, acts);
    let backup = listed(&server.endpoint, content, told);
    let (_service, client) = service_with(&backup);
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("backup.xb");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let early = path.clone();
        let download = client.download(INSTANCE, &backup).with_progress(move |progress| {
            assert!(!early.exists(), "there before it is whole: {progress:?}");
        });
        let result = download.save_as(&path).await;
        match &result {
            Ok(saved) => {
                prop_assert_eq!(fs::read(&path).unwrap(), content);
                prop_assert_eq!(saved.bytes, content.len() as u64);
                prop_assert_eq!(saved.checksum, crc64(content));
                prop_assert_eq!(names(directory.path()), ["backup.xb"]);
            }
            Err(error) => {
                assert_shows_no_secret(error);
                prop_assert!(!path.exists());
                prop_assert!(error.to_string().contains("backup set 321020562"), "{}", error);
                let kept = names(directory.path());
                prop_assert!(
                    kept.is_empty() || kept == ["backup.xb.part", "backup.xb.part.json"],
                    "{:?}",
                    kept
                );
                prop_assert_eq!(
                    error.to_string().contains("bytes are kept in"),
                    !kept.is_empty(),
                    "{}",
                    error
                );
                for name in kept {
                    let text = fs::read(directory.path().join(name)).unwrap();
                    prop_assert!(!String::from_utf8_lossy(&text).contains(SIGNATURE));
                }
                // All that it was to do wrong may not be done yet.
                let good = storage(content, tells, &[]);
                let backup = listed(&good.endpoint, content, told);
                let again = client.download(INSTANCE, &backup).save_as(&path).await;
                prop_assert!(again.is_ok(), "{:?} after {}", again, error);
                prop_assert_eq!(fs::read(&path).unwrap(), content);
            }
        }
        Ok(result.is_ok())
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn whatever_goes_wrong_the_file_is_right_or_not_there(
        length in prop_oneof![Just(1_usize), 2..50_usize, 10_000..60_000_usize],
        acts in proptest::collection::vec(proptest::sample::select(ALL), 0..7),
        told in (any::<bool>(), any::<bool>()).prop_map(|(size, checksum)| Told { size, checksum }),
        tells in (any::<bool>(), any::<bool>()).prop_map(|(etag, checksum)| Tells { etag, checksum }),
    ) {
        // What nobody vouches for is refused, which is another test.
        let told = Told { size: told.size || !(told.checksum || tells.checksum), ..told };
        let has_checksum = told.checksum || tells.checksum;
        let mut acts = acts;
        // Without a checksum nobody can see that bytes were wrong, nor without a tag that the file was another.
        acts.retain(|act| has_checksum || !(SILENT.contains(act) || *act == Act::ChangeFile));
        // Without the service's checksum another file of the same length is as good.
        acts.retain(|act| told.checksum || *act != Act::ChangeFile);
        try_out(&content(length), told, tells, &acts)?;
    }
}

#[test]
fn each_thing_that_goes_wrong_once_is_mended_or_is_the_error() {
    let told = Told { size: true, checksum: true };
    for act in ALL {
        for before in [&[][..], &[Act::Cut(5)]] {
            let acts = [before, &[*act]].concat();
            let is_success = try_out(&content(20_000), told, EVERYTHING, &acts).unwrap();
            let is_final = matches!(act, Act::Gzip | Act::Redirect | Act::NoHttp | Act::Status(400))
                || (before.is_empty()
                    && matches!(act, Act::ShiftRange | Act::HideRange | Act::ChangeTotal | Act::RefuseRange));
            assert_eq!(is_success, !is_final, "{acts:?}");
        }
    }
}

#[test]
fn what_goes_wrong_all_the_time_ends() {
    let told = Told { size: true, checksum: true };
    for act in ALL
        .iter()
        .filter(|act| !matches!(act, Act::Give | Act::GiveChunked | Act::GiveLess | Act::IgnoreRange))
    {
        let acts = [*act; 30];
        // What brings a part each time comes to its end.
        let is_success = try_out(&content(40), told, EVERYTHING, &acts).unwrap();
        assert!(!is_success || matches!(act, Act::Cut(9)), "{act:?}");
    }
}

#[tokio::test]
async fn a_failure_says_what_failed_where_how_much_is_there_and_whether_to_try_again() {
    let content = content(10_000);
    let cases: &[(&[Act], ErrorKind, &str, bool)] = &[
        (&[Act::Cut(5); 9], ErrorKind::Interrupted, "5000 of 10000 bytes are kept in", true),
        (&[Act::Stall(5); 9], ErrorKind::ReadTimeout, "5000 of 10000 bytes are kept in", true),
        (&[Act::EndEarly(5)], ErrorKind::Interrupted, "the response ended too soon", true),
        (&[Act::Close], ErrorKind::Interrupted, "", true),
        (&[Act::Garble; 9], ErrorKind::Response, "what came is not the file: its CRC-64 is", true),
        (&[Act::GoOn; 9], ErrorKind::Response, "more bytes came than the 10000 that the file has", true),
        (
            &[Act::ClaimMore; 9],
            ErrorKind::Response,
            "says that it has 10000 bytes, and the storage 10001",
            true,
        ),
        (&[Act::Page; 9], ErrorKind::Response, "says that it has 10000 bytes, and the storage 61", true),
        (&[Act::Gzip], ErrorKind::Response, "is compressed", false),
        (&[Act::Redirect], ErrorKind::Response, "leads to another address", false),
        (&[Act::NoHttp; 9], ErrorKind::Response, "is not HTTP", false),
        (&[Act::Status(503); 9], ErrorKind::Response, "cannot give it now; it says AccessDenied", true),
        (
            &[Act::Status(403); 9],
            ErrorKind::Response,
            "refuses the address; it says AccessDenied (HTTP status 403",
            true,
        ),
        (&[Act::Status(400); 9], ErrorKind::Response, "HTTP status 400", false),
    ];
    for (acts, kind, says, is_retryable) in cases {
        let server = storage(&content, EVERYTHING, acts);
        let backup = backup(&server.endpoint, &content);
        let (_service, client) = service_with(&backup);
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("backup.xb");
        let download = client.download(INSTANCE, &backup).with_retry(RetryPolicy::none());
        let error = download.save_as(&path).await.unwrap_err();
        assert_kind(&error, *kind, says);
        assert_eq!(error.is_retryable(), *is_retryable, "{error}");
        assert!(!error.may_have_been_executed());
        let begins = format!(
            "GetObject on {}: backup set 321020562 of {INSTANCE} to {}: ",
            server.host(),
            path.display()
        );
        assert!(error.to_string().starts_with(&begins), "{error}");
    }
}

#[tokio::test]
async fn a_long_download_survives_more_breaks_than_a_call_has_attempts() {
    let content = content(12 << 20);
    let server = storage(&content, EVERYTHING, &[Act::Cut(2); 6]);
    let backup = backup(&server.endpoint, &content);
    let (service, _) = service_with(&backup);
    let client = service.client().unwrap();
    let directory = tempfile::tempdir().unwrap();
    let saved = client.download(INSTANCE, &backup).save_in(directory.path()).await.unwrap();
    assert_eq!(fs::read(&saved.path).unwrap(), content);
    let requests = server.requests();
    assert_eq!(requests.len(), 7);
    let asked = |request: &String| request.lines().any(|line| line.starts_with("range: bytes="));
    assert!(requests[1..].iter().all(asked), "no byte comes twice");
}

#[tokio::test]
async fn a_storage_cannot_make_a_download_wait_for_long() {
    let content = content(1000);
    for (header, least) in [
        ("Retry-After: 301", 301),
        ("Retry-After: 99999999999999999999", u64::MAX),
        ("Retry-After: Fri, 01 Jan 9999 23:59:59 GMT", 1_000_000),
        ("x-acs-retry-after: 86400000", 86_400),
    ] {
        let refusal = raw_server::response("503 Busy", &format!("{header}\r\n"), "");
        let server = RawServer::start(move |_, _, connection| raw_server::send(connection, &refusal));
        let backup = backup(&server.endpoint, &content);
        let (_service, client) = service_with(&backup);
        let directory = tempfile::tempdir().unwrap();
        let saving = client.download(INSTANCE, &backup).save_in(directory.path());
        let ended = tokio::time::timeout(Duration::from_secs(60), saving).await;
        let error = ended.unwrap_or_else(|_| panic!("{header}: it waits")).unwrap_err();
        assert_kind(&error, ErrorKind::Response, "it is to be asked again in");
        assert!(error.is_retryable() && error.attempts() == 1, "{header}: {error}");
        let pause = error.retry_after().unwrap();
        assert!(pause >= Duration::from_millis(least.min(u64::MAX / 1000)), "{header}: {pause:?}");
    }
}
