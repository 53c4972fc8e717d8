//! Recording and playing back.

use super::*;
use rds_api::{Client, ErrorKind};
use rds_api_core::http::client as http_client;
use rds_api_core::http::default_transport::Http;

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
        let links = client.describe_binlog_files(id, "2020-03-15T08:00:00Z", "2990-03-15T09:00:00Z");
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

/// Whoever sends a recording along with a bug report may have written anything into it.
#[tokio::test]
async fn whatever_a_recording_holds_it_is_refused_with_its_place_or_played_without_harm() {
    let key = r#""operation":"DescribeRegions","parameters":{}"#;
    let exchange = |status: &str, headers: &str, body: &str| {
        format!(r#"{{{key},"status":{status},"headers":{headers},"body":{body}}}"#)
    };
    let page = r#""<html>\u001b]52;c;ZXZpbA==\u0007\u009b31m</html>""#;
    let deep = format!("\"{}\"", "[".repeat(100_000));
    let many =
        format!(r#"{{{}}}"#, (0..5000).map(|at| format!(r#""x-{at}":"y""#)).collect::<Vec<_>>().join(","));
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("sent \u{1b}[2J.jsonl");
    for line in [
        exchange("200", "{}", page),
        exchange("200", "{}", r#""""#),
        exchange("200", "{}", r#""\ud800""#),
        exchange("200", "{}", &deep),
        exchange("200", "{}", "null"),
        exchange(
            "404",
            "{}",
            r#""{\"Code\":\"\\u001b[2J\",\"Message\":\"\\u009b31m\",\"RequestId\":\"\\r\\nforged\"}""#,
        ),
        exchange("503", r#"{"x-acs-retry-after":"99999999999999999999"}"#, page),
        exchange("302", r#"{"location":"http://evil.example/\u001b[2J"}"#, page),
        exchange("0", "{}", page),
        exchange("99", "{}", page),
        exchange("101", "{}", page),
        exchange("999", "{}", page),
        exchange("1000", "{}", page),
        exchange("65536", "{}", page),
        exchange("-1", "{}", page),
        exchange("200.5", "{}", page),
        exchange("\"200\"", "{}", page),
        exchange("200", r#"{"a b":"c","x-acs-request-id":"a\r\nb","":"","content-type":"\u0000"}"#, page),
        exchange("200", r#"{"x-acs-request-id":"\u001b[2J"}"#, page),
        exchange("200", &many, page),
        exchange("200", "[]", page),
        format!(r#"{{{key},{key},"status":200,"headers":{{}},"body":""}}"#),
        "\u{1b}[2J".to_owned(),
        "[".repeat(100_000),
    ] {
        std::fs::write(&path, format!("\u{feff}\r\n{line}\r\n")).unwrap();
        let (error, is_refused) = match Replay::open(&path) {
            Err(error) => (error, true),
            Ok(replay) => {
                let client = Client::builder().credentials(Credentials::new("other", "other"));
                let client = client.region("cn-hangzhou").retry(RetryPolicy::none()).transport(replay);
                (client.build().unwrap().describe_regions().await.unwrap_err(), false)
            }
        };
        let shown = error.to_string();
        assert!(!shown.contains(char::is_control) && shown.len() < 2000, "{line}: {shown}");
        assert!(!is_refused || shown.contains(".jsonl:2"), "{line}: {shown}");
    }
    // A mark that editors write before the text is no part of it.
    let whole = exchange("200", "{}", r#""{\"RequestId\":\"R\"}""#);
    std::fs::write(&path, format!("\u{feff}{whole}\n")).unwrap();
    let replay = Replay::open(&path).unwrap();
    let regions = replaying(&replay, SignatureVersion::V3).describe_regions().await.unwrap();
    assert_eq!(regions.request_id.as_deref(), Some("R"));
}
