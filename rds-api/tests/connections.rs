//! Connections that are kept between calls, at a service that drops those that rest.
#![allow(clippy::unwrap_used)]

mod raw_server;

use std::net::TcpStream;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use raw_server::{RawServer, close, read_request, response, send};
use rds_api::{ErrorKind, RetryPolicy};

const DONE: &str = r#"{"RequestId":"R"}"#;

/// How a server ends a connection that it has dropped, when a request comes on it.
type End = fn(TcpStream);

/// By a reset, since what has come is not read.
fn reset(connection: TcpStream) {
    let _ = connection.peek(&mut [0]);
    drop(connection);
}

/// Without one, and after the request was read.
fn close_after_reading(mut connection: TcpStream) {
    read_request(&mut connection);
    close(&connection);
}

/// A server that carries one response on each connection.
fn forgetful(end: End) -> RawServer {
    RawServer::accepting(move |mut connection| {
        if read_request(&mut connection).is_some() {
            send(&mut connection, &response("200 OK", "", DONE));
            end(connection);
        }
    })
}

#[tokio::test]
async fn a_connection_that_has_rested_is_not_used_again() {
    let rest = Duration::from_millis(40);
    let server = RawServer::responding("200 OK", "", DONE);
    let client = server.client_builder().pool_idle_timeout(rest).build().unwrap();
    for count in 1..=3 {
        client.create_backup("rm-1").await.unwrap();
        assert_eq!(server.connections(), count);
        tokio::time::sleep(2 * rest).await;
    }
    // At a service that forgets after the same time no write is lost.
    let server = forgetful(reset);
    let client = server.client_builder().pool_idle_timeout(rest).build().unwrap();
    for _ in 0..3 {
        client.create_backup("rm-1").await.unwrap();
        tokio::time::sleep(2 * rest).await;
    }
    // By default calls in succession have one connection, and none that has rested for as long as the service forgets.
    let server = RawServer::responding("200 OK", "", DONE);
    let client = server.client();
    for _ in 0..3 {
        client.create_backup("rm-1").await.unwrap();
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn reads_do_not_notice_that_the_service_has_dropped_connections() {
    for end in [reset as End, close_after_reading] {
        let server = forgetful(end);
        let retry = RetryPolicy::default().max_attempts(2);
        let client = server.client_builder().retry(retry).build().unwrap();
        for _ in 0..400 {
            client.describe_regions().await.unwrap();
        }
        // As many connections as there were calls at once, all of them dropped: one read may meet them all.
        let mut calls = tokio::task::JoinSet::new();
        for _ in 0..12 {
            let client = client.clone();
            calls.spawn(async move { client.describe_regions().await.unwrap() });
        }
        calls.join_all().await;
        client.describe_regions().await.unwrap();
        // And a write with an idempotency token.
        client.restart_db_instance("rm-1").await.unwrap();
        // Unless nothing is to be tried again.
        let error = client.describe_regions().with_retry(RetryPolicy::none()).await.unwrap_err();
        assert_eq!((error.kind(), error.attempts()), (ErrorKind::Interrupted, 1), "{error}");
    }
}

#[tokio::test]
async fn a_write_without_a_token_is_sent_once_on_whatever_connection() {
    let server = forgetful(close_after_reading);
    let client = server.client();
    client.describe_regions().await.unwrap();
    let error = client.create_backup("rm-1").await.unwrap_err();
    assert_eq!((error.kind(), error.attempts()), (ErrorKind::Interrupted, 1), "{error}");
    assert!(error.may_have_been_executed());
    client.create_backup("rm-1").await.unwrap();
}

#[tokio::test]
async fn dropped_connections_cost_no_retries_and_an_outage_does() {
    let is_out = Arc::new(AtomicBool::new(false));
    let state = is_out.clone();
    let server = RawServer::accepting(move |mut connection| {
        if read_request(&mut connection).is_some() && !state.load(Ordering::SeqCst) {
            send(&mut connection, &response("200 OK", "", DONE));
            reset(connection);
        }
    });
    let retry = RetryPolicy::default().initial_backoff(Duration::ZERO).max_attempts(10);
    let client = server.client_builder().retry(retry).build().unwrap();
    for _ in 0..200 {
        client.describe_regions().await.unwrap();
    }
    let before = server.connections();
    is_out.store(true, Ordering::SeqCst);
    for _ in 0..50 {
        client.describe_regions().await.unwrap_err();
    }
    // Every connection of the outage is new, so nothing is forgiven.
    assert_eq!(server.connections() - before, 50 + 100);
}
