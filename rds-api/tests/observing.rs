//! What calls tell while they run: spans, and the hook for metrics.
#![allow(clippy::unwrap_used)]

mod raw_server;

use std::io::Write;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use raw_server::{RawServer, response, send};
use rds_api::metrics::{Measurement, Metrics};
use rds_api::{ClientBuilder, ErrorKind};
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::fmt::format::FmtSpan;

const BUSY: &str = r#"{"Code":"ServiceUnavailable","Message":"m","RequestId":"R-1"}"#;
const DONE: &str = r#"{"RequestId":"R-2"}"#;

/// Fails once and then does as asked.
fn server() -> RawServer {
    RawServer::start(|number, _, connection| match number {
        0 => send(connection, &response("503 Busy", "", BUSY)),
        _ => send(connection, &response("200 OK", "x-acs-request-id: R-2\r\n", DONE)),
    })
}

#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl Write for Written {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What a program that logs everything writes of calls to one server. All tests log to one place, because who
/// listens is decided for the whole process.
fn log_of(host: &str) -> String {
    let written = String::from_utf8(log().0.lock().unwrap().clone()).unwrap();
    let (address, port) = host.split_once(':').unwrap();
    let host = format!("server.address=\"{address}\" server.port={port}");
    written.lines().filter(|line| line.contains(&host)).map(|line| format!("{line}\n")).collect()
}

fn log() -> &'static Written {
    static LOG: OnceLock<Written> = OnceLock::new();
    LOG.get_or_init(|| {
        let written = Written::default();
        let writer = written.clone();
        tracing_subscriber::fmt()
            .with_max_level(LevelFilter::TRACE)
            .with_span_events(FmtSpan::NEW | FmtSpan::CLOSE)
            .with_ansi(false)
            .without_time()
            .with_writer(move || writer.clone())
            .init();
        written
    })
}

#[tokio::test]
async fn a_call_is_a_span_and_so_is_each_attempt() {
    log();
    let server = server();
    let client = server.client_builder().region("cn-hangzhou").build().unwrap();
    client.describe_regions().await.unwrap();
    let log = log_of(server.host());
    let closed: Vec<&str> = log.lines().filter(|line| line.ends_with(": close")).collect();
    assert_eq!(closed.len(), 3, "two attempts and a call: {log}");
    for (line, parts) in closed.iter().zip([
        ["api_attempt{", "http.response.status_code=503", "error.type=\"ServiceUnavailable\""],
        ["api_attempt{", "http.response.status_code=200", "alibaba_cloud.request_id=\"R-2\""],
        ["api_call{", "rpc.method=\"Rds/DescribeRegions\"", "http.request.resend_count=1"],
    ]) {
        assert!(parts.iter().all(|part| line.contains(part)), "{parts:?}: {line}");
    }
    let retry = log.lines().find(|line| line.contains("trying again")).unwrap();
    assert!(retry.trim_start().starts_with("DEBUG api_call{") && retry.contains("backoff_ms="), "{retry}");
    assert!(retry.contains("reason=\"ServiceUnavailable\""), "{retry}");
}

#[tokio::test]
async fn parameters_are_traced_only_if_asked_for_and_never_the_sensitive_ones() {
    log();
    let call = async |settings: fn(ClientBuilder) -> ClientBuilder| {
        let server = server();
        let client = settings(server.client_builder()).build().unwrap();
        drop(client.create_account("rm-visible", "app", "hun").await);
        let raw = [("DBInstanceId", "rm-visible"), ("NewPassword", "hunter2")];
        let raw =
            client.call_raw("SomethingNew", raw).with_form_parameter("Config", "{\"Token\":\"hunter2\"}");
        drop(raw.with_form_parameter("Settings", r#"{"AccountPassword":"hunter2","Size":7}"#).await);
        drop(client.describe_regions().with_parameter("ServerKey", "hunter2").await);
        log_of(server.host())
    };
    let silent = call(|builder| builder).await;
    assert!(silent.contains("api_call") && !silent.contains("rm-visible") && !silent.contains("hun"));
    let talking = call(ClientBuilder::trace_parameters).await;
    assert!(!talking.contains("hunter2") && !talking.contains("\"hun\""), "{talking}");
    for part in [
        r#"("DBInstanceId", "rm-visible")"#,
        r#"("AccountPassword", "****")"#,
        r#"("NewPassword", "****")"#,
        r#"("Config", "****")"#,
        r#"("ServerKey", "****")"#,
        r#"("Settings", "{\"AccountPassword\":\"****\",\"Size\":7}")"#,
    ] {
        assert!(talking.contains(part), "{part}: {talking}");
    }
}

/// Keeps a line for everything it is told.
#[derive(Debug, Default)]
struct Told(Mutex<Vec<String>>);

impl Told {
    fn note(&self, what: &str, it: &Measurement<'_>) {
        let error = it.error.map(|error| error.kind());
        assert!(it.elapsed < Duration::from_secs(60) && !it.endpoint.is_empty());
        let line = format!("{what} {} {} {:?} {error:?}", it.operation, it.attempt, it.status);
        self.0.lock().unwrap().push(line);
    }
}

impl Metrics for Told {
    fn attempt_ended(&self, measurement: &Measurement<'_>) {
        self.note("attempt", measurement);
    }
    fn call_ended(&self, measurement: &Measurement<'_>) {
        self.note("call", measurement);
    }
}

#[tokio::test]
async fn metrics_are_told_of_each_attempt_and_of_the_call() {
    let server = server();
    let told = Arc::new(Told::default());
    let client = server.client_builder().metrics(told.clone()).build().unwrap();
    client.describe_regions().await.unwrap();
    assert_eq!(
        *told.0.lock().unwrap(),
        [
            "attempt DescribeRegions 1 Some(503) Some(Service)",
            "attempt DescribeRegions 2 Some(200) None",
            "call DescribeRegions 2 Some(200) None",
        ]
    );
    told.0.lock().unwrap().clear();
    client.create_backup("rm-1").with_idempotency_token("of no use").await.unwrap_err();
    assert_eq!(*told.0.lock().unwrap(), ["call CreateBackup 0 None Some(Input)"]);
}

#[tokio::test]
async fn a_response_that_does_not_decode_is_a_failure_to_metrics_too() {
    let server = RawServer::responding("200 OK", "", "{\"RequestId\":\"R\"}7");
    let told = Arc::new(Told::default());
    let client = server.client_builder().metrics(told.clone()).build().unwrap();
    let told_of = |operation: &str| {
        let lines = std::mem::take(&mut *told.0.lock().unwrap());
        let failed = |what: &str| format!("{what} {operation} 1 Some(200) Some(Decode)");
        assert_eq!(lines, [failed("attempt"), failed("call")]);
    };
    let error = client.describe_regions().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    told_of("DescribeRegions");
    let error = client.describe_db_instances().items().into_vec().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    told_of("DescribeDBInstances");
    let error = client.describe_db_instance_attribute("rm-1").until_running().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    told_of("DescribeDBInstanceAttribute");
}
