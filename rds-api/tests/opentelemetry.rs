//! What arrives at an exporter of OpenTelemetry, attribute by attribute, and what a log has of it.
#![allow(clippy::unwrap_used, clippy::panic)]

mod raw_server;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use opentelemetry::metrics::{Histogram, MeterProvider as _};
use opentelemetry::trace::{SpanKind, Status, TracerProvider as _};
use opentelemetry::{KeyValue, Value};
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, SdkMeterProvider};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use raw_server::{RawServer, response, send};
use rds_api::metrics::{CALL_DURATION, CALL_DURATION_BOUNDARIES, Measurement, Metrics};
use rds_api::{Access, Client, Credentials, RetryPolicy};
use tracing::instrument::WithSubscriber as _;
use tracing::{Event, Level, Subscriber};
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::Context;
use tracing_subscriber::prelude::*;
use tracing_subscriber::{Layer, Registry};

const DONE: &str = r#"{"RequestId":"R-2"}"#;

fn error(code: &str) -> String {
    format!(r#"{{"Code":"{code}","Message":"m","RequestId":"R-1"}}"#)
}

/// The spans that a future makes, in the order in which they end.
async fn spans(future: impl Future<Output = ()>) -> Vec<SpanData> {
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder().with_simple_exporter(exporter.clone()).build();
    let layer = tracing_opentelemetry::layer()
        .with_tracer(provider.tracer("test"))
        .with_location(false)
        .with_threads(false)
        .with_target(false)
        .with_level(false)
        .with_tracked_inactivity(false);
    let wanted = Targets::new()
        .with_target("rds_api", LevelFilter::DEBUG)
        .with_target("opentelemetry", LevelFilter::DEBUG);
    future.with_subscriber(Registry::default().with(layer.with_filter(wanted))).await;
    exporter.get_finished_spans().unwrap()
}

/// Attributes as texts. Those that are numbers by the conventions must be.
fn attributes<'a>(attributes: impl IntoIterator<Item = &'a KeyValue>) -> BTreeMap<String, String> {
    const NUMBERS: [&str; 6] = [
        "server.port",
        "http.response.status_code",
        "http.request.resend_count",
        "backoff_ms",
        "delay_ms",
        "waited_ms",
    ];
    let pairs = attributes.into_iter().filter(|it| it.key.as_str() != "target");
    let text = |it: &KeyValue| {
        assert_eq!(matches!(it.value, Value::I64(_)), NUMBERS.contains(&it.key.as_str()), "{it:?}");
        (it.key.to_string(), it.value.to_string())
    };
    pairs.map(text).collect()
}

fn expected(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// The attributes that all spans of calls of `DescribeRegions` have.
fn of_call(server: &RawServer) -> BTreeMap<String, String> {
    let (address, port) = server.host().split_once(':').unwrap();
    expected(&[
        ("rpc.system.name", "alibaba_cloud"),
        ("rpc.method", "Rds/DescribeRegions"),
        ("cloud.region", "cn-hangzhou"),
        ("server.address", address),
        ("server.port", port),
    ])
}

fn of_attempt(server: &RawServer) -> BTreeMap<String, String> {
    let (address, port) = server.host().split_once(':').unwrap();
    let url = format!("{}/", server.endpoint);
    expected(&[
        ("http.request.method", "POST"),
        ("url.full", &url),
        ("server.address", address),
        ("server.port", port),
    ])
}

fn with(mut all: BTreeMap<String, String>, more: &[(&str, &str)]) -> BTreeMap<String, String> {
    all.extend(expected(more));
    all
}

fn client(server: &RawServer) -> Client {
    server.client_builder().region("cn-hangzhou").build().unwrap()
}

fn description(span: &SpanData) -> String {
    match &span.status {
        Status::Error { description } => description.to_string(),
        other => format!("{other:?}"),
    }
}

#[tokio::test]
async fn a_call_with_a_retry_is_a_client_span_with_its_attempts_inside() {
    let server = RawServer::start(|number, _, connection| match number {
        0 => send(connection, &response("503 Busy", "", error("ServiceUnavailable"))),
        _ => send(connection, &response("200 OK", "x-acs-request-id: R-2\r\n", DONE)),
    });
    let client = client(&server);
    let spans = spans(async { drop(client.describe_regions().await.unwrap()) }).await;
    let [first, second, call] = &spans[..] else { panic!("{spans:#?}") };

    assert_eq!(
        (call.name.as_ref(), &call.span_kind, &call.status),
        ("Rds/DescribeRegions", &SpanKind::Client, &Status::Unset)
    );
    let more = [
        ("http.response.status_code", "200"),
        ("http.request.resend_count", "1"),
        ("alibaba_cloud.request_id", "R-2"),
    ];
    assert_eq!(attributes(&call.attributes), with(of_call(&server), &more));

    for attempt in [first, second] {
        assert_eq!((attempt.name.as_ref(), &attempt.span_kind), ("POST", &SpanKind::Client));
        assert_eq!(attempt.parent_span_id, call.span_context.span_id());
        assert_eq!(attempt.span_context.trace_id(), call.span_context.trace_id());
    }
    let more = [
        ("http.response.status_code", "503"),
        ("alibaba_cloud.request_id", "R-1"),
        ("error.type", "ServiceUnavailable"),
    ];
    assert_eq!(attributes(&first.attributes), with(of_attempt(&server), &more));
    assert!(description(first).contains("ServiceUnavailable (503): m"), "{first:?}");
    let more = [
        ("http.response.status_code", "200"),
        ("http.request.resend_count", "1"),
        ("alibaba_cloud.request_id", "R-2"),
    ];
    assert_eq!(attributes(&second.attributes), with(of_attempt(&server), &more));
    assert_eq!(second.status, Status::Unset);

    let events: Vec<_> = call.events.iter().collect();
    let [pause] = &events[..] else { panic!("{events:#?}") };
    assert_eq!(pause.name, "trying again");
    let told = attributes(&pause.attributes);
    assert_eq!(told["reason"], "ServiceUnavailable");
    assert!(told.contains_key("backoff_ms"), "{told:?}");
}

#[tokio::test]
async fn a_failure_has_its_class_and_its_words() {
    let refused = |status: &'static str, code: &'static str| RawServer::responding(status, "", error(code));
    for (status, code, kind) in [
        ("403 Forbidden", "Forbidden.RAM", "Forbidden.RAM"),
        ("400 Bad", "Throttling.User", "Throttling.User"),
        ("429 Slow", "", "Throttled"),
        ("500 Broken", "InternalError", "InternalError"),
        ("400 Bad", "not a code, but a sentence with rm-123", "Service"),
    ] {
        let server = refused(status, code);
        let builder = server.client_builder().region("cn-hangzhou").retry(RetryPolicy::none());
        let client = builder.build().unwrap();
        let spans = spans(async { drop(client.describe_regions().await.unwrap_err()) }).await;
        let call = spans.last().unwrap();
        let mut told = attributes(&call.attributes);
        assert_eq!(told.remove("rpc.status_code").unwrap_or_default(), code);
        assert!(told.remove("alibaba_cloud.request_id").is_none_or(|id| id == "R-1"));
        let more = [("http.response.status_code", &status[..3]), ("error.type", kind)];
        assert_eq!(told, with(of_call(&server), &more), "{code}");
        assert!(description(call).contains("DescribeRegions"), "{call:?}");
        assert_eq!(spans.len(), 2);
    }

    let client = raw_server::client_builder("127.0.0.1:1").allow_plain_http().endpoint("http://127.0.0.1:1");
    let client = client.retry(RetryPolicy::none()).build().unwrap();
    let spans = spans(async { drop(client.describe_regions().await.unwrap_err()) }).await;
    for span in &spans {
        let told = attributes(&span.attributes);
        assert_eq!((&*told["error.type"], &*told["server.port"]), ("Connect", "1"));
        assert!(!told.contains_key("http.response.status_code") && !told.contains_key("cloud.region"));
        assert!(description(span).contains("no connection"), "{span:?}");
    }
    // What fails before an attempt has none.
    let call = client.create_backup("rm-1").with_idempotency_token("of no use");
    let spans = self::spans(async { drop(call.await.unwrap_err()) }).await;
    assert_eq!((spans.len(), &*attributes(&spans[0].attributes)["error.type"]), (1, "Input"));
}

#[tokio::test]
async fn pages_and_polls_are_calls_and_their_delays_are_told() {
    let server = RawServer::start(|number, _, connection| {
        let status = if number == 0 { "Creating" } else { "Running" };
        let body = format!(
            r#"{{"RequestId":"R","Items":{{"DBInstanceAttribute":[{{"DBInstanceStatus":"{status}"}}]}}}}"#
        );
        send(connection, &response("200 OK", "", body));
    });
    let client = client(&server);
    let wait = client.describe_db_instance_attribute("rm-1").until_running();
    let wait = wait.with_delay(Duration::from_millis(2));
    let around = async {
        use tracing::Instrument as _;
        drop(wait.into_future().instrument(tracing::info_span!("around")).await.unwrap());
    };
    let spans = spans(around).await;
    let names: Vec<&str> = spans.iter().map(|span| span.name.as_ref()).collect();
    let call = "Rds/DescribeDBInstanceAttribute";
    assert_eq!(names, ["POST", call, "POST", call, "around"]);
    let around = &spans[4];
    assert!(
        spans[..4]
            .iter()
            .filter(|span| span.name == call)
            .all(|span| span.parent_span_id == around.span_context.span_id())
    );
    let delays: Vec<_> =
        around.events.iter().map(|event| (event.name.as_ref(), attributes(&event.attributes))).collect();
    assert_eq!(delays.len(), 1, "{delays:?}");
    assert_eq!((delays[0].0, &*delays[0].1["reason"]), ("waiting before the next poll", "poll"));

    let server = RawServer::start(|number, _, connection| {
        let item = if number < 2 { r#"{"DBInstanceId":"rm"}"# } else { "" };
        let body = format!(
            r#"{{"RequestId":"R","PageNumber":{},"TotalRecordCount":60,"Items":{{"DBInstance":[{item}]}}}}"#,
            number + 1
        );
        send(connection, &response("200 OK", "", body));
    });
    let client = self::client(&server);
    let spans =
        self::spans(async { drop(client.describe_db_instances().items().into_vec().await.unwrap()) }).await;
    let calls = spans.iter().filter(|span| span.name == "Rds/DescribeDBInstances").count();
    assert_eq!((calls, spans.len()), (server.requests().len(), 2 * calls));
    assert!(calls > 1);
}

#[tokio::test]
async fn no_secret_is_exported() {
    const SECRETS: [&str; 4] = ["Correct-Horse-9", "s3cr3t-key", "t0k3n-of-mine", "hunter2"];
    // What the request had in it, and the key that it was signed with.
    let echo = |status: &'static str| {
        RawServer::start(move |_, request, connection| {
            let known =
                SECRETS.into_iter().filter(|secret| *secret == SECRETS[1] || request.contains(secret));
            let known = known.collect::<Vec<_>>().join(" and ");
            let body = format!(r#"{{"Code":"Bad","Message":"{known}","RequestId":"R"}}"#);
            send(connection, &response(status, "", body));
        })
    };
    let mut exported = String::new();
    for (index, status) in ["400 Bad", "503 Busy", "200 OK"].into_iter().enumerate() {
        let server = echo(status);
        let credentials = Credentials::new("key-id", SECRETS[1]).with_security_token(SECRETS[2]);
        let builder = server.client_builder().region("cn-hangzhou").credentials(credentials);
        let builder = if index == 1 { builder } else { builder.trace_parameters() };
        let client = builder.build().unwrap();
        let spans = spans(async {
            drop(client.create_account("rm-1", "app", SECRETS[0]).await);
            let raw = client.call_raw("Something\u{1b}[2JNew", [("NewPassword", SECRETS[3])]);
            drop(raw.with_access(Access::Read).await);
        })
        .await;
        assert!(spans.len() >= 3);
        exported += &format!("{spans:?}");
    }
    for secret in SECRETS {
        assert!(!exported.contains(secret), "{secret}: {exported}");
    }
    assert!(!exported.contains('\u{1b}') && exported.contains("Rds/Something [2JNew"), "{exported}");
}

/// Counts what is told above `DEBUG`.
#[derive(Clone, Default)]
struct Loud(Arc<Mutex<Vec<String>>>);

impl<S: Subscriber> Layer<S> for Loud {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        struct Text(String);
        impl tracing::field::Visit for Text {
            fn record_debug(&mut self, field: &tracing::field::Field, value: &dyn std::fmt::Debug) {
                self.0 += &format!("{}={value:?} ", field.name());
            }
        }
        if event.metadata().level() <= &Level::INFO && event.metadata().target().starts_with("rds_api") {
            let mut text = Text(format!("{} ", event.metadata().level()));
            event.record(&mut text);
            self.0.lock().unwrap().push(text.0);
        }
    }
}

#[tokio::test]
async fn a_log_has_what_a_person_should_know_and_nothing_else() {
    let loud = Loud::default();
    let told = || std::mem::take(&mut *loud.0.lock().unwrap());
    let subscriber = Registry::default().with(loud.clone());
    async {
        // Successes, refusals, repeated and given up, pages and polls, with parameters traced.
        for (status, body) in [
            ("200 OK", DONE.to_owned()),
            ("403 No", error("Forbidden.RAM")),
            ("503 Busy", error("ServiceUnavailable")),
            ("502 Bad", "<html>".to_owned()),
            ("200 OK", "[]7".to_owned()),
        ] {
            let server = RawServer::responding(status, "", body);
            let builder = server.client_builder().region("cn-hangzhou").trace_parameters();
            let client = builder.max_calls_in_flight(1).max_attempts_per_second(500.0).build().unwrap();
            drop(client.describe_regions().await);
            drop(client.create_backup("rm-1").await);
            drop(client.describe_db_instances().items().into_vec().await);
            let wait = client.describe_db_instance_attribute("rm-1").until_running();
            drop(wait.with_timeout(Duration::from_millis(5)).await);
        }
        assert_eq!(told(), Vec::<String>::new());

        // An outage uses up the budget, once.
        let server = RawServer::responding("503 Busy", "", error("ServiceUnavailable"));
        let retry = RetryPolicy::default().initial_backoff(Duration::ZERO).max_attempts(10);
        let client = server.client_builder().retry(retry).build().unwrap();
        for _ in 0..30 {
            client.describe_regions().await.unwrap_err();
        }
        let warnings = told();
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert!(
            warnings[0].starts_with("WARN ") && warnings[0].contains("budget of retries is used up"),
            "{warnings:?}"
        );

        // A clock that is off, once.
        let server = RawServer::start(|number, _, connection| match number {
            0 => {
                let body = r#"{"Code":"InvalidTimeStamp.Expired","Message":"m","RequestId":"R"}"#;
                send(connection, &response("400 Bad", "date: Wed, 01 Jan 2098 00:00:00 GMT\r\n", body));
            }
            _ => send(connection, &response("200 OK", "date: Wed, 01 Jan 2098 00:00:00 GMT\r\n", DONE)),
        });
        let client = self::client(&server);
        client.describe_regions().await.unwrap();
        client.describe_regions().await.unwrap();
        let warnings = told();
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert!(warnings[0].contains("clock") && warnings[0].contains("seconds="), "{warnings:?}");
    }
    .with_subscriber(subscriber)
    .await;
}

#[derive(Debug)]
struct CallDuration(Histogram<f64>);

impl Metrics for CallDuration {
    fn call_ended(&self, measurement: &Measurement<'_>) {
        let attributes = measurement.attributes().map(|(name, value)| KeyValue::new(name, value.to_owned()));
        self.0.record(measurement.elapsed.as_secs_f64(), &attributes.collect::<Vec<_>>());
    }
}

#[tokio::test]
async fn the_hook_gives_a_histogram_of_durations_with_few_series() {
    let exporter = InMemoryMetricExporter::default();
    let provider = SdkMeterProvider::builder().with_periodic_exporter(exporter.clone()).build();
    let meter = provider.meter("test");
    let histogram = meter.f64_histogram(CALL_DURATION).with_unit("s");
    let histogram = histogram.with_boundaries(CALL_DURATION_BOUNDARIES.to_vec()).build();
    // Every refusal has another id, another message, and from the fourth on a code that is none.
    let server = RawServer::start(|number, _, connection| {
        let code = match number {
            0..3 => "Forbidden.RAM".to_owned(),
            3..9 => format!("rm-{number} is not yours"),
            _ => String::new(),
        };
        let body = format!(r#"{{"Code":"{code}","Message":"m{number}","RequestId":"R-{number}"}}"#);
        match number < 9 {
            true => send(connection, &response("403 No", "", body)),
            false => send(connection, &response("200 OK", "", DONE)),
        }
    });
    let client = server.client_builder().metrics(CallDuration(histogram)).build().unwrap();
    for _ in 0..12 {
        drop(client.describe_regions().await);
    }
    provider.force_flush().unwrap();
    let exported = exporter.get_finished_metrics().unwrap();
    let metrics: Vec<_> =
        exported.iter().flat_map(|it| it.scope_metrics()).flat_map(|it| it.metrics()).collect();
    let [metric] = &metrics[..] else { panic!("{metrics:?}") };
    assert_eq!((metric.name(), metric.unit()), ("rpc.client.call.duration", "s"));
    let AggregatedMetrics::F64(MetricData::Histogram(histogram)) = metric.data() else {
        panic!("{metric:?}")
    };
    let mut series: Vec<_> =
        histogram.data_points().map(|it| (attributes(it.attributes()), it.count())).collect();
    series.sort();
    let common = expected(&[("rpc.system.name", "alibaba_cloud"), ("rpc.method", "Rds/DescribeRegions")]);
    let mut wanted = vec![
        (with(common.clone(), &[("error.type", "Forbidden.RAM")]), 3),
        (with(common.clone(), &[("error.type", "Service")]), 6),
        (common, 3),
    ];
    wanted.sort();
    assert_eq!(series, wanted);
    let bounds: Vec<f64> = histogram.data_points().next().unwrap().bounds().collect();
    assert_eq!(bounds, CALL_DURATION_BOUNDARIES);
}
