//! Recording and playing back.

use super::*;
use rds_api::transport::Http;
use rds_api::{Client, ErrorKind};
use rds_api_core::http::client as http_client;

fn recorder(path: &std::path::Path) -> Recorder {
    let settings = http_client::Settings { uses_no_proxy: true, ..Default::default() };
    Recorder::wrap(Http::new(settings).unwrap(), path).unwrap()
}

fn replaying(replay: &Replay, signature: SignatureVersion) -> Client {
    let credentials = Credentials::new("other", "other");
    let client = Client::builder().region("cn-hangzhou").credentials(credentials);
    client.transport(replay.clone()).signature(signature).build().unwrap()
}

#[tokio::test]
async fn what_was_recorded_is_played_back_without_its_secrets() {
    let directory = tempfile::tempdir().unwrap();
    for (signature, format) in [(SignatureVersion::V1, Format::Xml), (SignatureVersion::V3, Format::Json)] {
        let path = directory.path().join("exchanges.jsonl");
        let service = service();
        let client = service.client_builder().signature(signature).format(format);
        let client = client.transport(recorder(&path)).build().unwrap();
        let id = FakeService::INSTANCE;
        let job = client.create_backup(id).await.unwrap();
        client.create_account(id, "app", "correct-horse").await.unwrap();
        client.restart_db_instance(id).await.unwrap();
        client.call_raw("DescribeAvailableCrossRegion", [("RegionId", "cn-hangzhou")]).await.unwrap();
        let refused = client.create_backup("rm-other").await.unwrap_err();
        let links = client.describe_binlog_files("rm-1", "2024-03-15T08:00:00Z", "2024-03-15T09:00:00Z");
        let links = links.await.unwrap();
        drop(service);

        let file = std::fs::read_to_string(&path).unwrap();
        let link = links.items[0].download_link.as_deref().unwrap();
        for secret in ["correct-horse", "fake-key-id", "fake-key-secret", "Signature", "ClientToken", link] {
            assert!(!file.contains(secret), "{secret} is in {file}");
        }
        // The other signature asks the same, as far as a recording is concerned.
        for signature in [SignatureVersion::V1, SignatureVersion::V3] {
            let replay = Replay::open(&path).unwrap();
            let client = replaying(&replay, signature);
            assert_eq!(client.create_backup(id).await.unwrap(), job);
            client.create_account(id, "app", "another-password").await.unwrap();
            client.restart_db_instance(id).await.unwrap();
            assert_eq!(client.create_backup("rm-other").await.unwrap_err().code(), refused.code());
            assert_eq!(replay.remaining(), 2);
            let again = client.create_backup(id).await.unwrap_err();
            assert_eq!(again.kind(), ErrorKind::Input);
            assert!(again.to_string().contains("has no exchange of CreateBackup left"), "{again}");
            let unknown = client.delete_account(id, "app").await.unwrap_err();
            assert!(unknown.to_string().contains("no response to DeleteAccount"), "{unknown}");
        }
    }
}

#[tokio::test]
async fn a_refused_signature_is_recorded_without_what_it_repeats() {
    let directory = tempfile::tempdir().unwrap();
    for (signature, format) in [(SignatureVersion::V1, Format::Xml), (SignatureVersion::V3, Format::Json)] {
        let path = directory.path().join("refused.jsonl");
        let service = service();
        let wrong = Credentials::new("fake-key-id", "wrong");
        let client = service.client_builder().signature(signature).format(format).credentials(wrong);
        let client = client.transport(recorder(&path)).build().unwrap();
        client.create_account("rm-1", "app", "correct-horse").await.unwrap_err();
        let file = std::fs::read_to_string(&path).unwrap();
        assert!(file.contains("SignatureDoesNotMatch"), "{file}");
        assert!(!file.contains("correct-horse") && !file.contains("fake-key-id"), "{file}");
    }
}

#[test]
fn what_is_no_recording_is_refused_with_its_place() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("not.jsonl");
    assert!(Replay::open(&path).unwrap_err().to_string().contains("cannot be read"));
    std::fs::write(&path, "\n{}\n").unwrap();
    let error = Replay::open(&path).unwrap_err();
    assert!(error.to_string().contains("not.jsonl:2"), "{error}");
}
