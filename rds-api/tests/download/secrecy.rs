//! An address opens a file to whoever has it.

use std::fs;
use std::io;
use std::sync::{Arc, Mutex};

use rds_api::operations::backup::describe_backups::Backup;
use tracing_subscriber::filter::LevelFilter;

use super::raw_server::RawServer;
use super::storage::{Act, EVERYTHING, storage};
use super::*;

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// At every level, of every crate, through every kind of failure.
#[tokio::test]
async fn an_address_is_in_no_trace_no_debug_and_no_file() {
    let log = Log::default();
    let writer = log.clone();
    let subscriber =
        tracing_subscriber::fmt().with_max_level(LevelFilter::TRACE).with_writer(move || writer.clone());
    let _ = tracing_subscriber::util::SubscriberInitExt::try_init(subscriber);
    let content = content(10_000);
    let acts = [Act::Close, Act::Cut(5), Act::Status(403), Act::Status(503), Act::Garble, Act::Redirect];
    let server = storage(&content, EVERYTHING, &acts);
    let backup: Backup = backup(&server.endpoint, &content);
    let (_service, client) = service_with(&backup);
    let directory = tempfile::tempdir().unwrap();
    let download = client.download(INSTANCE, &backup).with_retry(RetryPolicy::default().max_attempts(9));
    assert!(!format!("{download:?} {backup:?}").contains(SIGNATURE));
    let error = download.save_in(directory.path()).await.unwrap_err();
    assert_kind(&error, ErrorKind::Response, "leads to another address");
    for name in names(directory.path()) {
        let file = fs::read(directory.path().join(name)).unwrap();
        assert!(!String::from_utf8_lossy(&file).contains(SIGNATURE));
    }
    // Those who ask at no address at all.
    for address in ["ftp://x/", "http://[/", "https://x:y@z/", "x"] {
        let mut wrong = backup.clone();
        wrong.backup_download_url = Some(format!("{address}a.xb?Signature={SIGNATURE}"));
        let error = client.download(INSTANCE, &wrong).save_as(directory.path().join("b")).await.unwrap_err();
        assert_kind(&error, ErrorKind::Response, "the address that the service gives for it");
    }
    let log = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(log.contains("the download goes on"), "{log}");
    // What the embedded service sends is its own, and of another kind.
    let lines: Vec<&str> = log.lines().filter(|line| line.contains(SIGNATURE)).collect();
    assert_eq!(lines, [""; 0]);
}

#[tokio::test]
async fn the_code_of_a_refusal_is_shown_unless_it_repeats_the_address() {
    let content = content(10);
    for (code, is_shown) in [
        ("AccessDenied", true),
        ("RequestTimeTooSkewed", true),
        (SIGNATURE, false),
        (&SIGNATURE[2..9], false),
        ("s3cr3t signature", false),
        ("\u{1b}[2J", false),
    ] {
        let body = format!("<Error><Code>{code}</Code><Message>{SIGNATURE}</Message></Error>");
        let server = RawServer::responding("403 Forbidden", "", body);
        let backup = backup(&server.endpoint, &content);
        let (_service, client) = service_with(&backup);
        let directory = tempfile::tempdir().unwrap();
        let error = client.download(INSTANCE, &backup).save_in(directory.path()).await.unwrap_err();
        assert_kind(&error, ErrorKind::Response, "the storage refuses the address");
        assert_eq!(error.to_string().contains("it says"), is_shown, "{error}");
        assert!(!error.to_string().contains(&SIGNATURE[2..9]), "{error}");
    }
}
