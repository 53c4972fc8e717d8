//! Attempts and what lies between them: what stays the same, what is mended, what bounds them.
#![allow(clippy::unwrap_used)]

mod raw_server;

use std::io::Read;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use raw_server::{RawServer, client_builder, response, send};
use rds_api::credentials::{BoxFuture, Credentials, ProvideCredentials};
use rds_api::schema::OperationExt as _;
use rds_api::signature::SignatureVersion::{self, V1, V3};
use rds_api::{Access, Client, Error, ErrorKind, Format, Result, RetryPolicy};

const FAILED: &str = r#"{"Code":"InternalError","Message":"m","RequestId":"R"}"#;
const DONE: &str = r#"{"RequestId":"R"}"#;

/// Refuses the first requests, as many as are given, and then does as asked.
fn refusing(times: usize, status: &'static str, headers: &'static str, body: &'static str) -> RawServer {
    RawServer::start(move |number, _, connection| match number < times {
        true => send(connection, &response(status, headers, body)),
        false => send(connection, &response("200 OK", "", DONE)),
    })
}

/// The value of a parameter of the query or a header of a request.
fn part(request: &str, name: &str) -> Option<String> {
    let query = request.lines().next().unwrap().split(' ').nth(1).unwrap().trim_start_matches("/?");
    let pair = query.split('&').find_map(|pair| pair.strip_prefix(&format!("{name}=")));
    let header = || request.lines().find_map(|line| line.strip_prefix(&format!("{name}: ")));
    pair.or_else(header).map(str::to_owned)
}

fn parts(server: &RawServer, name: &str) -> Vec<String> {
    server.requests().iter().map(|request| part(request, name).unwrap()).collect()
}

fn are_distinct(values: &[String]) -> bool {
    (1..values.len()).all(|index| !values[..index].contains(&values[index]))
}

/// Waits for work that another thread does.
async fn eventually(condition: impl Fn() -> bool) {
    let started = Instant::now();
    while !condition() {
        assert!(started.elapsed() < Duration::from_secs(10), "it never comes true");
        tokio::time::sleep(Duration::from_millis(2)).await;
    }
}

#[tokio::test]
async fn each_attempt_has_its_own_nonce_and_signature_and_the_same_idempotency_token() {
    for (version, nonce, signature) in
        [(V1, "SignatureNonce", "Signature"), (V3, "x-acs-signature-nonce", "authorization")]
    {
        let server = refusing(2, "500 Oops", "", FAILED);
        let client = server.client_builder().signature(version).build().unwrap();
        let response = client.restart_db_instance("rm-1").send_full().await.unwrap();
        assert_eq!(response.attempts, 3);
        assert!(are_distinct(&parts(&server, nonce)) && are_distinct(&parts(&server, signature)));
        let tokens = parts(&server, "ClientToken");
        assert!(tokens.iter().all(|token| *token == tokens[0] && token.len() == 36), "{tokens:?}");

        // Another call is another token, and one of the caller's own is taken.
        client.restart_db_instance("rm-1").await.unwrap();
        client.restart_db_instance("rm-1").with_idempotency_token("of-yesterday").await.unwrap();
        let tokens = parts(&server, "ClientToken");
        assert!(tokens[3] != tokens[0] && tokens[4] == "of-yesterday", "{tokens:?}");

        // The documentation says 64 characters at most; the service takes those of Terraform, which are longer.
        let long = "x".repeat(66);
        client.restart_db_instance("rm-1").with_idempotency_token(&*long).await.unwrap();
        assert_eq!(parts(&server, "ClientToken")[5], long);
    }
}

#[tokio::test]
async fn tokens_that_cannot_be_are_refused_before_anything_is_sent() {
    let server = RawServer::responding("200 OK", "", DONE);
    let client = server.client();
    for token in [String::new(), "数".to_owned()] {
        let error = client.restart_db_instance("rm-1").with_idempotency_token(token).await.unwrap_err();
        let expected = format!(
            "RestartDBInstance on {}: the idempotency token is empty, or has other characters than those of ASCII",
            server.host()
        );
        assert_eq!((error.kind(), error.to_string()), (ErrorKind::Input, expected));
    }
    let error = client.create_backup("rm-1").with_idempotency_token("x").await.unwrap_err();
    assert!(error.to_string().ends_with("the operation takes no idempotency token"), "{error}");
    assert_eq!((error.kind(), error.attempts(), server.connections()), (ErrorKind::Input, 0, 0));
}

#[tokio::test]
async fn an_unknown_operation_is_a_write_until_it_is_said_to_be_a_read() {
    let server = RawServer::responding("500 Oops", "", FAILED);
    let client = server.client();
    let call = || client.call_raw("DescribeSomethingNew", [("DBInstanceId", "rm-1")]);
    assert_eq!(call().await.unwrap_err().attempts(), 1);
    assert_eq!(call().with_access(Access::Read).await.unwrap_err().attempts(), 3);
    assert_eq!(
        call().with_access(Access::Read).with_retry(RetryPolicy::none()).await.unwrap_err().attempts(),
        1
    );
}

#[tokio::test]
async fn a_raw_call_has_the_options_of_every_call() {
    let server = refusing(2, "500 Oops", "", FAILED);
    let client = server.client();
    let raw = |name: &str| client.call_raw(name, [("DBInstanceId", "rm-1")]);
    let response = raw("X").with_idempotency_token("of-yesterday").send_full().await.unwrap();
    assert_eq!((response.attempts, response.value["RequestId"].as_str()), (3, Some("R")));
    assert!(parts(&server, "ClientToken").iter().all(|token| token == "of-yesterday"));
    // What is known to take no token is told apart from what is not known.
    let regions = rds_api::schema::operation("DescribeRegions").unwrap();
    let regions = regions.call(&client, &serde_json::Map::new()).with_idempotency_token("of-yesterday");
    let error = regions.await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Input, 0), "{error}");

    raw("X").with_parameter("DBInstanceId", "rm-2").with_parameter("New", "1").await.unwrap();
    let request = server.requests().pop().unwrap();
    let sent = ["DBInstanceId", "New"].map(|name| part(&request, name).unwrap());
    assert_eq!(sent, ["rm-2", "1"]);

    let silent = RawServer::start(|_, _, _| {});
    let call = silent.client().call_raw("X", [("A", "1")]).with_attempt_timeout(Duration::from_millis(20));
    let error = call.with_retry(RetryPolicy::none()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AttemptTimeout, "{error}");
}

#[tokio::test]
async fn an_outage_is_not_multiplied() {
    let server = RawServer::responding("503 Busy", "", "");
    let retry = RetryPolicy::default().initial_backoff(Duration::ZERO).max_attempts(10);
    let client = server.client_builder().retry(retry).build().unwrap();
    for _ in 0..50 {
        client.describe_regions().await.unwrap_err();
    }
    assert_eq!(server.requests().len(), 50 + 100, "all calls of a client have a hundred retries together");
}

#[tokio::test]
async fn pauses_grow_and_the_time_of_a_call_bounds_them() {
    let server = RawServer::responding("503 Busy", "", "");
    let patient = RetryPolicy::default().initial_backoff(Duration::from_secs(3600)).max_attempts(100);
    let client = server.client_builder().retry(patient).build().unwrap();
    let started = Instant::now();
    let error = client.describe_regions().with_timeout(Duration::from_secs(1)).await.unwrap_err();
    // The last response says more than that time has run out.
    assert_eq!((error.kind(), error.http_status()), (ErrorKind::Response, Some(503)));
    assert!(started.elapsed() < Duration::from_secs(10));

    let endless = RetryPolicy::default().initial_backoff(Duration::MAX).max_backoff(Duration::MAX);
    let call = client
        .describe_regions()
        .with_retry(endless)
        .with_timeout(Duration::MAX)
        .with_attempt_timeout(Duration::MAX);
    assert_eq!(call.await.unwrap_err().attempts(), 1, "no pause is longer than the clock can say");
}

#[tokio::test]
async fn the_time_of_a_call_includes_waiting_for_credentials_and_for_its_turn() {
    #[derive(Debug)]
    struct Silent;
    impl ProvideCredentials for Silent {
        fn provide(&self) -> BoxFuture<'_, Result<Credentials>> {
            Box::pin(std::future::pending())
        }
    }
    let server = RawServer::start(|_, _, _| thread::sleep(Duration::from_secs(1)));
    let short = Duration::from_millis(30);
    let client = server.client_builder().credentials(Silent).call_timeout(short).build().unwrap();
    let error = client.create_backup("rm-1").await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::CallTimeout, 0));
    assert!(error.is_timeout() && !error.may_have_been_executed(), "{error}");

    let client = server.client_builder().max_calls_in_flight(1).call_timeout(short).build().unwrap();
    let first = client.create_backup("rm-1").with_timeout(10 * short);
    let (first, second) = tokio::join!(first, client.create_backup("rm-2"));
    let (first, second) = (first.unwrap_err(), second.unwrap_err());
    assert_eq!((first.kind(), first.attempts()), (ErrorKind::CallTimeout, 1));
    assert!(first.may_have_been_executed() && !second.may_have_been_executed());
    assert!(second.to_string().contains("waited too long for its turn"), "{second}");

    let client = server.client_builder().max_attempts_per_second(0.001).call_timeout(short).build().unwrap();
    let _ = client.create_backup("rm-1").await;
    let error = client.create_backup("rm-2").await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::CallTimeout, 0));
}

#[tokio::test]
async fn no_more_calls_are_in_flight_than_allowed() {
    let (now, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let (counted, peak) = (now.clone(), most.clone());
    let server = RawServer::start(move |_, _, connection| {
        peak.fetch_max(counted.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        thread::sleep(Duration::from_millis(10));
        counted.fetch_sub(1, Ordering::SeqCst);
        send(connection, &response("200 OK", "", DONE));
    });
    let client = server.client_builder().max_calls_in_flight(3).build().unwrap();
    let mut calls = tokio::task::JoinSet::new();
    for _ in 0..12 {
        let client = client.clone();
        calls.spawn(async move { client.describe_regions().await.unwrap() });
    }
    calls.join_all().await;
    assert_eq!((server.requests().len(), most.load(Ordering::SeqCst)), (12, 3));
}

#[tokio::test]
async fn retries_too_wait_for_their_turn() {
    let server = RawServer::responding("503 Busy", "", "");
    let retry = RetryPolicy::default().initial_backoff(Duration::ZERO).max_attempts(4);
    let client = server.client_builder().retry(retry).max_attempts_per_second(50.0).build().unwrap();
    let started = Instant::now();
    assert_eq!(client.describe_regions().await.unwrap_err().attempts(), 4);
    assert!(started.elapsed() >= Duration::from_millis(60), "three turns of 20 ms");
}

#[tokio::test]
async fn a_call_that_is_dropped_stops() {
    let closed = Arc::new(AtomicUsize::new(0));
    let seen = closed.clone();
    let server = RawServer::start(move |_, _, connection| {
        // Ends when the client closes the connection, long before the client would give up by itself.
        assert_eq!(connection.read(&mut [0; 16]).unwrap_or(0), 0);
        seen.fetch_add(1, Ordering::SeqCst);
    });
    let client = server.client();
    {
        let mut call = Box::pin(client.create_backup("rm-1").send());
        tokio::select! {
            _ = &mut call => unreachable!("nobody responses"),
            () = eventually(|| server.requests().len() == 1) => {}
        }
    }
    eventually(|| closed.load(Ordering::SeqCst) == 1).await;
    assert_eq!(server.requests().len(), 1);
}

/// Gives other credentials each time, and counts how often it is asked.
#[derive(Debug, Default)]
struct Source {
    asked: AtomicUsize,
    fails: bool,
    is_temporary: bool,
}

impl ProvideCredentials for Source {
    fn provide(&self) -> BoxFuture<'_, Result<Credentials>> {
        let number = self.asked.fetch_add(1, Ordering::SeqCst);
        let key = Credentials::new(format!("key-{number}"), "s3cr3t-key");
        let expiration = SystemTime::now() + Duration::from_secs(3600);
        let key = match self.is_temporary {
            true => key.with_security_token(format!("token-{number}")).with_expiration(expiration),
            false => key,
        };
        Box::pin(std::future::ready(match self.fails {
            // As a provider that could not reach its server.
            true => Err(Error::connect("the source is out of reach")),
            false => Ok(key),
        }))
    }
}

#[tokio::test]
async fn a_source_of_credentials_out_of_reach_is_asked_as_often_as_the_policy_says() {
    let server = RawServer::responding("200 OK", "", DONE);
    for attempts in [1, 3] {
        let source = Arc::new(Source { fails: true, ..Source::default() });
        let retry = RetryPolicy::default().initial_backoff(Duration::ZERO).max_attempts(attempts);
        let client = server.client_builder().credentials(source.clone()).retry(retry).build().unwrap();
        let error = client.create_backup("rm-1").await.unwrap_err();
        assert_eq!(source.asked.load(Ordering::SeqCst), attempts as usize);
        assert_eq!((error.attempts(), error.may_have_been_executed(), server.connections()), (0, false, 0));
    }
}

#[tokio::test]
async fn an_expired_token_is_renewed_once() {
    let expired = r#"{"Code":"InvalidSecurityToken.Expired","Message":"m"}"#;
    let unknown = r#"{"Code":"InvalidAccessKeyId.NotFound","Message":"m"}"#;
    for (times, body, is_temporary, attempts, is_ok) in [
        (1, expired, true, 2, true),
        (2, expired, true, 2, false),
        (1, unknown, true, 2, true),
        // A permanent key that is unknown will stay so.
        (1, unknown, false, 1, false),
    ] {
        for version in [V1, V3] {
            let server = refusing(times, "400 Bad Request", "", body);
            let source = Arc::new(Source { is_temporary, ..Source::default() });
            let client = server.client_builder().signature(version).retry(RetryPolicy::none());
            let client = client.credentials(source.clone()).build().unwrap();
            // Also a write that may not be repeated: it was refused before anyone looked at it.
            let result = client.create_backup("rm-1").send_full().await;
            assert_eq!((result.is_ok(), server.requests().len()), (is_ok, attempts), "{body} {result:?}");
            if is_temporary {
                let name = if version == V1 { "SecurityToken" } else { "x-acs-security-token" };
                assert_eq!(parts(&server, name), ["token-0", "token-1"]);
                assert_eq!(source.asked.load(Ordering::SeqCst), 2);
            }
        }
    }
}

#[tokio::test]
async fn a_clock_that_is_off_is_learnt_from_the_response_once() {
    let body = r#"{"Code":"InvalidTimeStamp.Expired","Message":"m"}"#;
    let past = "date: Mon, 01 Jan 2001 00:00:00 GMT\r\n";
    for (times, header, year, attempts) in [
        (1, past, Some("2001-01-01T00:00:0"), 2),
        (1, "date: Wed, 01 Jan 2098 00:00:00 GMT\r\n", Some("2098-01-01T00:00:0"), 2),
        (9, past, None, 2),
        (9, "date: some time\r\n", None, 1),
        (9, "", None, 1),
    ] {
        for (version, name) in [(V1, "Timestamp"), (V3, "x-acs-date")] {
            let server = refusing(times, "400 Bad Request", header, body);
            let client = server.client_builder().signature(version).retry(RetryPolicy::none()).build();
            let client = client.unwrap();
            let result = client.create_backup("rm-1").await;
            assert_eq!((result.is_ok(), server.requests().len()), (year.is_some(), attempts), "{header}");
            if let Some(year) = year {
                client.create_backup("rm-1").await.unwrap();
                let times: Vec<_> = parts(&server, name).iter().map(|it| it.replace("%3A", ":")).collect();
                assert!(times[1].starts_with(year) && times[2].starts_with(year), "{times:?}");
            }
        }
    }
}

/// Codes of the vendor's services about the time of a request.
const CLOCK_CODES: [&str; 6] = [
    "IllegalTimestamp",
    "InvalidTimeStamp.Expired",
    "InvalidTimeStamp",
    "InvalidTimestamp.New",
    "RequestTimeTooSkewed",
    "InvalidTimeStamp.Format",
];

/// A response that refuses with a code and a date so many seconds from now.
fn refusal(status: u16, code: &str, seconds_ahead: Option<i64>) -> Vec<u8> {
    let date = seconds_ahead.map_or_else(String::new, |seconds| format!("date: {}\r\n", http_date(seconds)));
    let body = format!(r#"{{"Code":"{code}","Message":"m","RequestId":"R"}}"#);
    response(&format!("{status} X"), &date, body)
}

fn success(seconds_ahead: Option<i64>) -> Vec<u8> {
    let date = seconds_ahead.map_or_else(String::new, |seconds| format!("date: {}\r\n", http_date(seconds)));
    response("200 OK", &date, DONE)
}

/// The time so many seconds from now, as HTTP writes it.
fn http_date(seconds: i64) -> String {
    let time = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(seconds);
    time.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}

/// How many hours each request was signed ahead of now, in the order of the requests.
fn hours_ahead(server: &RawServer, version: SignatureVersion) -> Vec<i64> {
    let name = if version == V1 { "Timestamp" } else { "x-acs-date" };
    let ahead = |time: String| {
        let time: jiff::Timestamp = time.replace("%3A", ":").parse().unwrap();
        (time.duration_since(jiff::Timestamp::now()).as_secs_f64() / 3600.0).round() as i64
    };
    parts(server, name).into_iter().map(ahead).collect()
}

/// Gives the requests these responses, one after another.
fn in_turn(responses: Vec<Vec<u8>>) -> RawServer {
    RawServer::start(move |number, _, connection| match responses.get(number) {
        Some(response) => send(connection, response),
        None => send(connection, &success(None)),
    })
}

#[tokio::test]
async fn every_code_about_the_time_is_mended_once_and_says_by_how_much_the_clocks_differ() {
    for code in CLOCK_CODES {
        for version in [V1, V3] {
            for hours in [2, -2] {
                let refused = || refusal(400, code, Some(hours * 3600));
                let server = in_turn(vec![refused()]);
                let build = |server: &RawServer| {
                    server.client_builder().signature(version).retry(RetryPolicy::none()).build().unwrap()
                };
                // Also a write that may not be repeated: it was refused before anyone looked at it.
                build(&server).create_backup("rm-1").await.unwrap();
                assert_eq!(hours_ahead(&server, version), [0, hours], "{code}");

                let server = in_turn(vec![refused(), refused()]);
                let client = build(&server);
                let error = client.create_backup("rm-1").await.unwrap_err();
                assert_eq!(
                    (error.class(), error.attempts()),
                    (Some(rds_api::ErrorClass::Clock), 2),
                    "{error}"
                );
                let direction = if hours > 0 { "ahead of" } else { "behind" };
                let says = format!("the service's clock is 2 h {direction} this machine's: {code} (400)");
                assert!(error.to_string().contains(&says), "{error}");
                assert!(!error.may_have_been_executed());
                // What did not help is not kept.
                client.create_backup("rm-1").await.unwrap();
                assert_eq!(hours_ahead(&server, version), [0, hours, 0], "{code}");
            }
        }
    }
}

#[tokio::test]
async fn a_refusal_that_shows_no_other_time_is_final() {
    for code in CLOCK_CODES {
        let unknown =
            "look at this machine's clock, since no date of the response tells by how much it is off: ";
        for (ahead, says) in [(Some(0), "the clocks of service and machine agree: "), (None, unknown)] {
            let server = in_turn(vec![refusal(400, code, ahead)]);
            let error = server.client().describe_regions().await.unwrap_err();
            assert_eq!((error.attempts(), error.is_retryable()), (1, false), "{error}");
            assert!(error.to_string().contains(&format!("{says}{code} (400): m")), "{error}");
        }
    }
}

#[tokio::test]
async fn an_absurd_date_moves_nothing_for_good() {
    const YEAR: i64 = 365 * 24 * 3600;
    let refused = |ahead| refusal(400, "InvalidTimeStamp.Expired", ahead);
    for absurd in [-20 * YEAR, 64 * YEAR, 1000 * YEAR] {
        let hours = absurd / 3600;
        // Refused likewise.
        let server = in_turn(vec![refused(Some(absurd)), refused(Some(absurd))]);
        let client = server.client();
        client.create_backup("rm-1").await.unwrap_err();
        client.create_backup("rm-1").await.unwrap();
        assert_eq!(hours_ahead(&server, V3), [0, hours, 0]);

        // A success has the right date.
        let server = in_turn(vec![refused(Some(absurd)), success(Some(0))]);
        let client = server.client();
        client.create_backup("rm-1").await.unwrap();
        client.create_backup("rm-1").await.unwrap();
        assert_eq!(hours_ahead(&server, V3), [0, hours, 0]);

        // A later refusal has no date, or the right one.
        for later in [None, Some(0)] {
            let server = in_turn(vec![refused(Some(absurd)), success(None), refused(later)]);
            let client = server.client();
            client.create_backup("rm-1").await.unwrap();
            client.create_backup("rm-1").await.unwrap();
            assert_eq!(hours_ahead(&server, V3), [0, hours, hours, 0]);
        }
    }
    // Of years in which there was no such service nothing is believed at all.
    for absurd in
        ["Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 1999 23:59:59 GMT", "Sat, 01 Jan 99999 00:00:00 GMT"]
    {
        let header = format!("date: {absurd}\r\n");
        let body = r#"{"Code":"IllegalTimestamp","Message":"m"}"#;
        let server = RawServer::responding("400 X", &header, body);
        assert_eq!(server.client().describe_regions().await.unwrap_err().attempts(), 1, "{absurd}");
    }
}

#[tokio::test]
async fn nothing_is_mended_that_may_have_been_executed_unless_it_is_safe_to_repeat() {
    for code in ["InvalidTimeStamp.Expired", "InvalidSecurityToken.Expired", "InvalidAccessKeyId.NotFound"] {
        for status in [408, 500, 503] {
            let source = || Arc::new(Source { is_temporary: true, ..Source::default() });
            let refuse = || in_turn(vec![refusal(status, code, Some(7200))]);
            let build = |server: &RawServer| {
                server.client_builder().credentials(source()).retry(RetryPolicy::none()).build().unwrap()
            };
            let server = refuse();
            let error = build(&server).create_backup("rm-1").await.unwrap_err();
            assert_eq!((error.attempts(), server.requests().len()), (1, 1), "{error}");
            assert!(error.may_have_been_executed(), "{error}");
            let server = refuse();
            build(&server).restart_db_instance("rm-1").await.unwrap();
            let server = refuse();
            build(&server).describe_regions().await.unwrap();
        }
    }
}

#[tokio::test]
async fn credentials_expire_by_the_clock_of_the_service() {
    /// Gives what expires in a quarter of an hour, by a clock that is so many hours ahead.
    #[derive(Debug)]
    struct Elsewhere(i64, AtomicUsize);
    impl ProvideCredentials for Elsewhere {
        fn provide(&self) -> BoxFuture<'_, Result<Credentials>> {
            self.1.fetch_add(1, Ordering::SeqCst);
            let expiration = jiff::Timestamp::now() + jiff::SignedDuration::from_secs(self.0 * 3600 + 900);
            let key = Credentials::new("key", "s3cr3t-key").with_security_token("token");
            Box::pin(std::future::ready(Ok(key.with_expiration(expiration.try_into().unwrap()))))
        }
    }
    // The service is behind: this machine is ahead, and all that it is given seems to have expired already. Or the
    // service is ahead, and the source counts by this machine.
    for (service, source, asked) in [(-1, -1, 1), (1, 1, 1), (1, 0, 2), (-1, 0, 1)] {
        let server = in_turn(vec![refusal(400, "IllegalTimestamp", Some(service * 3600))]);
        let source = Arc::new(Elsewhere(source, AtomicUsize::new(0)));
        let client = server.client_builder().credentials(source.clone()).build().unwrap();
        for _ in 0..5 {
            client.create_backup("rm-1").await.unwrap();
        }
        assert_eq!(source.1.load(Ordering::SeqCst), asked, "{service} {source:?}");
        assert_eq!(server.requests().len(), 6);
    }
}

#[tokio::test]
async fn while_a_request_with_the_token_is_executed_the_client_asks_again_with_it() {
    for code in
        ["IdempotentProcessing", "LastTokenProcessing", "IdempotenceProcessing", "Slot.TokenIsProcessing"]
    {
        for (version, status) in [(V1, 400), (V3, 403), (V3, 409)] {
            let busy = move || refusal(status, code, None);
            let build = |server: &RawServer| server.client_builder().signature(version).build().unwrap();
            let server = RawServer::start(move |number, _, connection| match number {
                0 => raw_server::close(connection),
                1 => send(connection, &busy()),
                _ => send(connection, &success(None)),
            });
            let response = build(&server).restart_db_instance("rm-1").send_full().await.unwrap();
            assert_eq!(response.attempts, 3);
            let tokens = parts(&server, "ClientToken");
            assert!(tokens.iter().all(|token| *token == tokens[0]), "{tokens:?}");

            // The token of an earlier call, which this one asks after.
            let server = in_turn(vec![busy(), busy()]);
            build(&server).restart_db_instance("rm-1").with_idempotency_token("of-yesterday").await.unwrap();
            assert_eq!(parts(&server, "ClientToken"), ["of-yesterday"; 3]);

            // Until the attempts are used up, or the time.
            let server = in_turn(vec![busy(); 9]);
            let error = build(&server).restart_db_instance("rm-1").await.unwrap_err();
            assert_eq!((error.attempts(), error.code()), (3, Some(code)), "{error}");
            assert!(error.is_retryable() && error.may_have_been_executed(), "{error}");
            let patient = RetryPolicy::default().max_attempts(99);
            let call = build(&server).restart_db_instance("rm-1").with_retry(patient);
            let error = call.with_timeout(Duration::from_millis(500)).await.unwrap_err();
            assert_eq!(error.attempts(), 1, "the first pause is a second");

            // Without a token it is not this call's request.
            for error in [
                build(&in_turn(vec![busy()])).create_backup("rm-1").await.unwrap_err(),
                build(&in_turn(vec![busy()])).describe_regions().await.map(drop).unwrap_err(),
            ] {
                assert_eq!((error.attempts(), error.may_have_been_executed()), (1, true), "{error}");
            }
        }
    }
    for failed in ["IdempotentFailed", "OperationFailed.IdempotentFailed", "IdempotentParameterMismatch"] {
        let server = in_turn(vec![refusal(400, failed, None)]);
        let error = server.client().restart_db_instance("rm-1").await.unwrap_err();
        assert_eq!((error.attempts(), error.is_retryable()), (1, false), "{error}");
    }
}

#[tokio::test]
async fn throttling_without_a_hint_is_outlasted() {
    // In short: three times the first pause. The first pause is a second, unless it is set.
    let pause = Duration::from_millis(40);
    for status in [400, 429, 503] {
        let first = Mutex::new(None);
        let server = RawServer::start(move |_, _, connection| {
            let is_over = first.lock().unwrap().get_or_insert_with(Instant::now).elapsed() > 3 * pause;
            let response = if is_over { success(None) } else { refusal(status, "Throttling.User", None) };
            send(connection, &response);
        });
        let retry = RetryPolicy::default().throttled_backoff(pause);
        let client = server.client_builder().retry(retry).build().unwrap();
        // Also a write that may not be repeated: it is certain that nothing was executed.
        client.create_backup("rm-1").await.unwrap();
    }
}

/// What a server says that it has signed, if it says so.
type Echo = fn(&str) -> Option<String>;

/// A server that refuses every signature.
fn suspicious(echo: Echo, is_xml: bool) -> RawServer {
    RawServer::start(move |_, request, connection| {
        let echo = echo(request).map(|text| format!(" server string to sign is:{text}")).unwrap_or_default();
        let message = format!("Specified signature is not matched with our calculation.{echo}");
        let body = match is_xml {
            true => format!(
                "<Error><Code>SignatureDoesNotMatch</Code><Message>{}</Message></Error>",
                message.replace('&', "&amp;")
            ),
            false => serde_json::json!({"Code": "SignatureDoesNotMatch", "Message": message}).to_string(),
        };
        send(connection, &response("400 Bad Request", "", body));
    })
}

/// What of the two versions signs, computed from the request as it came.
fn signed(request: &str) -> Option<String> {
    let decode = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8().unwrap().into_owned();
    let first = request.lines().next()?;
    let query = first.split(' ').nth(1)?.trim_start_matches("/?");
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let pairs: Vec<_> = pairs.map(|(name, value)| (decode(name), decode(value))).collect();
    let headers = request.lines().skip(1).filter_map(|line| line.split_once(": "));
    let signs = |name: &str| name == "host" || name == "content-type" || name.starts_with("x-acs-");
    Some(match part(request, "authorization") {
        None => rds_api::signature::v1::sign("POST", pairs, "any").string_to_sign,
        Some(_) => rds_api::signature::v3::Request {
            method: "POST",
            path: "/",
            query: pairs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect(),
            headers: headers.filter(|(name, _)| signs(name)).collect(),
            body_sha256: rds_api::signature::v3::EMPTY_BODY_SHA256,
        }
        .canonical(),
    })
}

#[tokio::test]
async fn a_refused_signature_says_whether_the_secret_or_the_way_is_at_fault() {
    let secret = "both sides signed the same text, so the access key secret is wrong";
    let way = "the service signed another text than the client, so something on the way changed the request";
    let either = "the access key secret is wrong, or something on the way changed the request";
    let cases: [(Echo, &str); 4] = [
        (signed, secret),
        (|request| Some(format!("{}. Ask us about it.", signed(request)?)), secret),
        (|request| Some(signed(request)?.replace("rm-1", "rm+1")), way),
        (|_| None, either),
    ];
    for (echo, says) in cases {
        for (version, is_xml) in [(V1, false), (V1, true), (V3, false), (V3, true)] {
            let server = suspicious(echo, is_xml);
            let error = refused_signature(&server, version).await;
            let shown = format!("{error} {error:?} {:?}", error.service_error());
            assert_eq!((error.code(), error.attempts()), (Some("SignatureDoesNotMatch"), 1), "{shown}");
            assert!(error.to_string().contains(&format!(": {says}: SignatureDoesNotMatch")), "{shown}");
            for hidden in ["s3cr3t", "c0rrect", "horse", "string to sign", "AccessKeyId", "x-acs"] {
                assert!(!shown.contains(hidden), "{hidden}: {shown}");
            }
        }
    }
}

async fn refused_signature(server: &RawServer, version: SignatureVersion) -> Error {
    let client = server.client_builder().signature(version).format(Format::Json).build().unwrap();
    client.create_account("rm-1", "app", "c0rrect horse & <more>").await.unwrap_err()
}

#[tokio::test]
async fn a_transport_of_ones_own_is_below_retries_signing_and_decoding() {
    use rds_api::transport::{self, Transport};
    /// Fails as often as it is told, and keeps what it was given.
    #[derive(Debug, Default)]
    struct Own(Mutex<Vec<http::Request<bytes::Bytes>>>);
    impl Transport for Own {
        fn send(
            &self,
            request: http::Request<bytes::Bytes>,
        ) -> transport::BoxFuture<'_, Result<http::Response<bytes::Bytes>>> {
            let mut seen = self.0.lock().unwrap();
            seen.push(request);
            let result = match seen.len() {
                1 => Err(Error::connect("the cable is out")),
                2 => Err(Error::interrupted("the cable is out again")),
                _ => Ok(http::Response::new(bytes::Bytes::from_static(b"<R><RequestId>R-1</RequestId></R>"))),
            };
            Box::pin(std::future::ready(result))
        }
    }
    let own = Arc::new(Own::default());
    let client: Client = client_builder("https://rds.example").transport(own.clone()).build().unwrap();
    let response = client.describe_regions().send_full().await.unwrap();
    assert_eq!((response.attempts, response.value.request_id.as_deref()), (3, Some("R-1")));
    let seen = own.0.lock().unwrap();
    assert!(seen.iter().all(|request| request.uri().host() == Some("rds.example")));
    assert!(seen[0].headers()["authorization"].is_sensitive());
}
