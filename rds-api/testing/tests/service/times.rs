//! Times: whatever a program gives, each parameter gets them as it takes them; and the service refuses all else.

use rds_api::operations::monitoring::describe_db_instance_performance::DescribeDBInstancePerformanceRequired;
use rds_api::schema::{self, Field, FieldExt as _, Kind, Operation, Precision};
use rds_api::{Error, ErrorKind, SERVICE, Timestamp};

use super::*;

/// The starts of ranges, and their ends.
const RANGES: [(&str, &str); 3] =
    [("StartTime", "EndTime"), ("FromStartTime", "ToStartTime"), ("From", "To")];

/// What a parameter takes, and what it does not.
fn forms(precision: Precision) -> (&'static str, &'static [&'static str]) {
    match precision {
        Precision::Minute | Precision::NextMinute => {
            ("2024-03-15T08:30Z", &["2024-03-15T08:30:00Z", "2024-03-15", "yesterday"])
        }
        Precision::Second => (
            "2024-03-15T08:30:00Z",
            &[
                "2024-03-15T08:30Z",
                "2024-03-15T08:30:00.5Z",
                "2024-03-15T16:30:00+08:00",
                "2024-03-15",
                "soon",
            ],
        ),
    }
}

fn is_time(field: &&Field) -> bool {
    field.shape.kind == Kind::Timestamp
}

/// Calls an operation as a client of another language would, with samples and these parameters.
async fn call(
    client: &rds_api::Client,
    operation: &'static Operation,
    own: &[(&str, &str)],
) -> Option<String> {
    let samples = operation.required().filter(|field| own.iter().all(|(name, _)| field.name != *name));
    let samples = samples.flat_map(|field| schema::flattened(operation, &field.name, &field.sample()));
    let own = own.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    let parameters: Vec<(String, String)> = samples.chain(own).collect();
    let result = client.call_raw(&operation.name, parameters).await;
    result.err().map(|error: Error| format!("{} {error}", error.code().unwrap_or("none")))
}

/// The code of what `call` returns.
fn code(refused: Option<String>) -> String {
    refused.unwrap_or_default().split(' ').next().unwrap_or_default().to_owned()
}

/// Whether a code is the one that the operation has for the form of a parameter.
fn is_code_of_form(operation: &Operation, name: &str, code: &str) -> bool {
    let listed = format!("Invalid{name}.Format");
    match operation.errors.values().any(|codes| codes.contains(&listed)) {
        true => code == listed,
        false => code.starts_with("Invalid"),
    }
}

#[tokio::test]
async fn every_time_in_another_form_is_refused() {
    let service = service();
    let client = service.client_builder().retry(RetryPolicy::none()).build().unwrap();
    let mut seen = [0, 0];
    for operation in schema::operations() {
        for field in operation.parameters.iter().filter(is_time) {
            let (taken, others) = forms(field.shape.precision);
            seen[usize::from(field.shape.precision == Precision::Second)] += 1;
            for other in others {
                let code = code(call(&client, operation, &[(&field.name, other)]).await);
                let place = format!("{}.{} = {other}: {code}", operation.name, field.name);
                assert!(is_code_of_form(operation, &field.name, &code), "{place}");
            }
            let refused = call(&client, operation, &[(&field.name, taken)]).await.unwrap_or_default();
            assert!(!refused.contains("no time"), "{}.{} = {taken}: {refused}", operation.name, field.name);
        }
    }
    assert_eq!(seen, [28, 52], "to the minute, to the second");
}

#[tokio::test]
async fn every_range_that_ends_no_later_than_it_starts_is_refused() {
    let service = service();
    let client = service.client_builder().retry(RetryPolicy::none()).build().unwrap();
    let mut seen = 0;
    for operation in schema::operations() {
        for (start, end) in RANGES {
            let of = |name| operation.parameter(name).filter(is_time);
            let Some((from, _)) = of(start).zip(of(end)) else { continue };
            seen += 1;
            let text = |minute: u32| match from.shape.precision {
                Precision::Minute | Precision::NextMinute => format!("2024-03-15T08:{minute:02}Z"),
                Precision::Second => format!("2024-03-15T08:{minute:02}:00Z"),
            };
            let ask =
                async |from, to| call(&client, operation, &[(start, &text(from)), (end, &text(to))]).await;
            for (from, to) in [(30, 30), (30, 29)] {
                let code = code(ask(from, to).await);
                let class = SERVICE.error_codes.class(&code, 400);
                assert_eq!(class, Some(rds_api::ErrorClass::Invalid), "{}: {code}", operation.name);
                let listed = operation.errors.values().flatten();
                let own: Vec<_> =
                    listed.filter(|code| code.contains(end) && code.starts_with("Invalid")).collect();
                assert!(own.is_empty() || own.contains(&&code), "{}: {code} of {own:?}", operation.name);
            }
            let code = code(ask(30, 31).await);
            assert!(!code.contains(end), "{}: {code}", operation.name);
        }
    }
    assert!(seen >= 20, "{seen}");
}

#[tokio::test]
async fn whatever_is_given_is_sent_as_it_is_taken() {
    let service = service();
    let client = service.client().unwrap();
    let at = SystemTime::UNIX_EPOCH + Duration::new(1_710_491_459, 999_000_000);
    let instant = jiff::Timestamp::try_from(at).unwrap();
    let given: [Timestamp; 6] = [
        at.into(),
        instant.into(),
        "2024-03-15T16:30:59.999+08:00[+08:00]".parse::<jiff::ZonedDateTime>().unwrap().into(),
        Timestamp::from_system_time_secs(at),
        "2024-03-15T16:30:59+08:00".into(),
        "2024-03-15T08:30:59.999Z".into(),
    ];
    for time in given {
        let end: Timestamp = "2024-03-15T09:30:59Z".into();
        client.describe_slow_log_records(FakeService::INSTANCE, time.clone(), end.clone()).await.unwrap();
        let sent = service.all_requests().pop().unwrap().parameters;
        assert_eq!(
            (sent["StartTime"].as_str(), sent["EndTime"].as_str()),
            (Some("2024-03-15T08:30Z"), Some("2024-03-15T09:31Z"))
        );
        client.describe_events().start_time(time).end_time(end).await.unwrap();
        let sent = service.all_requests().pop().unwrap().parameters;
        assert_eq!(sent["StartTime"], "2024-03-15T08:30:59Z");
    }
}

#[tokio::test]
async fn a_text_that_is_no_time_is_an_error_before_anything_is_sent() {
    let service = service();
    let client = service.client().unwrap();
    let required = |start: &str, end: &str| DescribeDBInstancePerformanceRequired {
        db_instance_id: FakeService::INSTANCE.into(),
        key: "MySQL_IOPS".into(),
        start_time: start.into(),
        end_time: end.into(),
    };
    let good = "2024-03-15T08:30Z";
    let results = [
        ("EndTime", "", client.describe_slow_log_records(FakeService::INSTANCE, good, "").await.map(drop)),
        ("EndTime", "now", client.describe_db_instance_performance(required(good, "now")).await.map(drop)),
        (
            "StartTime",
            "yesterday",
            client.describe_db_instance_performance(required("yesterday", good)).await.map(drop),
        ),
        ("RestoreTime", "08:30Z", client.describe_meta_list("rm-1").restore_time("08:30Z").await.map(drop)),
    ];
    for (name, text, result) in results {
        let error = result.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Input, "{error}");
        for word in [name, text, "2024-03-15T08:30"] {
            assert!(error.to_string().contains(word), "{error} does not say {word:?}");
        }
    }
    assert_eq!(service.all_requests().len(), 0);
    // What is said of the call, past the types, is sent.
    let call = client.describe_slow_log_records(FakeService::INSTANCE, "soon", "2024-03-15T09:30Z");
    let error = call.with_parameter("StartTime", "later").await.unwrap_err();
    assert!(error.code().is_some(), "{error}");
}
