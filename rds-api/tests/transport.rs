//! What lies between client and service: proxies, TLS, certificates, an HTTP client of one's own.
#![cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc", feature = "native-tls"))]
#![allow(clippy::unwrap_used)]

mod raw_server;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::thread;
use std::time::Duration;

use raw_server::tls::Authority;
use raw_server::{RawServer, response, send};
use rds_api::transport::{self, reqwest};
use rds_api::{Client, ErrorKind};

const DONE: &str = r#"{"RequestId":"R-1"}"#;

/// A proxy that passes on what it is asked to tunnel (`CONNECT`), and responds to everything else itself.
fn proxy() -> RawServer {
    RawServer::start(|_, request, connection| {
        let first = request.lines().next().unwrap();
        match first.strip_prefix("CONNECT ") {
            Some(target) => tunnel(target.split(' ').next().unwrap(), connection),
            None => send(connection, &response("200 OK", "", DONE)),
        }
    })
}

fn tunnel(target: &str, connection: &mut TcpStream) {
    let Ok(mut there) = TcpStream::connect(target) else {
        return send(connection, b"HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n");
    };
    send(connection, b"HTTP/1.1 200 Connected\r\n\r\n");
    let (mut from, mut to) = (connection.try_clone().unwrap(), there.try_clone().unwrap());
    thread::spawn(move || std::io::copy(&mut from, &mut to));
    let _ = std::io::copy(&mut there, connection);
}

fn header<'r>(request: &'r str, name: &str) -> Option<&'r str> {
    request.lines().filter_map(|line| line.split_once(": ")).find(|(key, _)| *key == name).map(|(_, it)| it)
}

/// A client as programs make it, without the loopback settings of other tests.
fn client_of(endpoint: &str) -> rds_api::ClientBuilder {
    let retry = rds_api::RetryPolicy::none();
    Client::builder()
        .endpoint(endpoint)
        .credentials(rds_api::Credentials::new("key-id", "s3cr3t-key"))
        .retry(retry)
}

#[tokio::test]
async fn calls_go_through_a_proxy() {
    let proxy = proxy();
    let address = format!("http://user:pr0xy-pass@{}", proxy.host());
    let builder = || client_of("http://rds.example").allow_plain_http();
    let builder = builder().proxy(reqwest::Proxy::all(&address).unwrap());
    assert!(!format!("{builder:?}").contains("pr0xy-pass"));
    let client = builder.build().unwrap();
    assert_eq!(client.describe_regions().await.unwrap().request_id.as_deref(), Some("R-1"));
    let request = &proxy.requests()[0];
    assert!(request.starts_with("POST http://rds.example/ HTTP/1.1\r\n"), "{request}");
    assert_eq!(header(request, "host"), Some("rds.example"));
    assert_eq!(header(request, "proxy-authorization"), Some("Basic dXNlcjpwcjB4eS1wYXNz"));
    assert!(!format!("{client:?}").contains("pr0xy-pass"));
}

#[tokio::test]
async fn tls_goes_through_a_tunnel_of_the_proxy_and_keeps_the_request_to_itself() {
    let authority = Authority::new();
    let server = authority.server(response("200 OK", "", DONE));
    let proxy = proxy();
    let client = client_of(&server.endpoint)
        .proxy(reqwest::Proxy::https(&proxy.endpoint).unwrap())
        .root_certificates(authority.certificate.as_str())
        .build()
        .unwrap();
    client.describe_regions().await.unwrap();
    let [connect] = &proxy.requests()[..] else { unreachable!("one tunnel was asked for") };
    assert!(connect.starts_with(&format!("CONNECT {}", server.endpoint.trim_start_matches("https://"))));
    assert!(!connect.contains("DescribeRegions") && !connect.contains("authorization: ACS3"), "{connect}");
}

#[tokio::test]
async fn a_proxy_out_of_reach_or_unwilling_is_no_connection() {
    let unwilling = RawServer::responding("407 Proxy Authentication Required", "", "");
    let nobody = RawServer::accepting(|connection| raw_server::close(&connection));
    for proxy in [&unwilling.endpoint, &nobody.endpoint, "http://127.0.0.1:1"] {
        let proxy = reqwest::Proxy::all(proxy).unwrap();
        let client = client_of("https://rds.example").proxy(proxy).build().unwrap();
        let error = client.create_backup("rm-1").await.unwrap_err();
        assert_eq!((error.kind(), error.may_have_been_executed()), (ErrorKind::Connect, false), "{error}");
    }
}

#[tokio::test]
async fn a_certificate_is_trusted_if_its_authority_is() {
    let authority = Authority::new();
    let server = authority.server(response("200 OK", "", DONE));
    let trusting = client_of(&server.endpoint).no_proxy().root_certificates(authority.certificate.as_str());
    let trusting = trusting.build().unwrap();
    assert_eq!(trusting.describe_regions().await.unwrap().request_id.as_deref(), Some("R-1"));
    trusting.describe_regions().await.unwrap();
    assert_eq!(server.connections(), 1, "the connection is kept");

    let other = Authority::new();
    for builder in [
        client_of(&server.endpoint),
        client_of(&server.endpoint).root_certificates(other.certificate.as_str()),
    ] {
        let error = builder.no_proxy().build().unwrap().create_backup("rm-1").await.unwrap_err();
        assert_eq!((error.kind(), error.may_have_been_executed()), (ErrorKind::Connect, false));
        assert!(error.to_string().contains("certificate"), "{error}");
    }
}

#[tokio::test]
async fn a_certificate_vouches_for_the_name_that_was_called_and_for_no_other() {
    for (names, called, is_trusted) in [
        (&["127.0.0.1", "localhost"][..], "127.0.0.1", true),
        (&["localhost"], "localhost", true),
        (&["localhost"], "127.0.0.1", false),
        (&["127.0.0.1"], "localhost", false),
        (&["127.0.0.2", "rds.aliyuncs.com", "*.localhost"], "127.0.0.1", false),
        (&["rds.aliyuncs.com", "*.localhost", "localhost.example"], "localhost", false),
    ] {
        let authority = Authority::vouching_for(names);
        let server = authority.server(response("200 OK", "", DONE));
        let endpoint = server.endpoint.replace("127.0.0.1", called);
        let builder = client_of(&endpoint).no_proxy().root_certificates(authority.certificate.as_str());
        let result = builder.build().unwrap().create_backup("rm-1").await;
        assert_eq!((result.is_ok(), server.connections()), (is_trusted, 1), "{names:?} {called}");
        if let Err(error) = result {
            assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 1), "{error}");
            assert!(error.to_string().contains("certificate"), "{error}");
            assert!(!error.is_retryable() && !error.may_have_been_executed(), "{error}");
        }
    }
}

#[tokio::test]
async fn what_tls_refuses_is_not_tried_again() {
    let authority = Authority::new();
    let server = authority.server(response("200 OK", "", DONE));
    let other = Authority::new();
    for builder in [
        client_of(&server.endpoint),
        client_of(&server.endpoint).root_certificates(other.certificate.as_str()),
    ] {
        let client = builder.no_proxy().build().unwrap();
        for error in [
            client.describe_regions().await.map(drop).unwrap_err(),
            client.restart_db_instance("rm-1").await.map(drop).unwrap_err(),
            client.create_backup("rm-1").await.map(drop).unwrap_err(),
        ] {
            assert_eq!((error.kind(), error.attempts()), (ErrorKind::Connect, 1), "{error}");
            assert!(!error.is_retryable() && !error.may_have_been_executed(), "{error}");
        }
    }
}

#[test]
fn what_is_no_certificate_is_refused_at_once() {
    let good = Authority::new().certificate;
    let block = |kind: &str, text: &str| {
        format!("-----BEGIN {kind}-----\n{text}\n-----END {kind}-----\n").into_bytes()
    };
    let none = "the root certificates hold no certificate in PEM";
    for (pem, says) in [
        (Vec::new(), none),
        (b"not a certificate".to_vec(), none),
        (b"\x30\x82\x01\x00\x02\x01\x00".to_vec(), none),
        (good.encode_utf16().flat_map(u16::to_le_bytes).collect(), none),
        (block("PRIVATE KEY", "AAAA"), none),
        (block("CERTIFICATE REQUEST", "AAAA"), none),
        (block("CERTIFICATE", "not base64!"), "the root certificates are not valid PEM"),
        (
            good.trim_end().as_bytes()[..good.trim_end().len() - 25].to_vec(),
            "the root certificates are not valid PEM",
        ),
        (block("CERTIFICATE", "AAAA"), "of the root certificates is no certificate"),
        (
            [good.clone().into_bytes(), block("CERTIFICATE", "MAA=")].concat(),
            "block 2 of the root certificates",
        ),
    ] {
        let error = client_of("rds.example").root_certificates(pem).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Input);
        let text = error.to_string();
        // Other backends do not say which block it is.
        let is_told = text.contains(says)
            || (says.contains("block") || says.contains("is no")) && text.contains("root certificates");
        assert!(is_told, "{text}");
    }
    for pem in
        [format!("\u{feff}{good}"), good.replace('\n', "\r\n"), format!("Company root\n{good}\n# end\n")]
    {
        client_of("rds.example").root_certificates(pem).build().unwrap();
    }
    let error = client_of("rds.example").root_certificates(good).root_certificates("").build().unwrap_err();
    assert!(error.to_string().starts_with(none), "{error}");
}

#[tokio::test]
async fn an_http_client_of_ones_own_is_used_as_it_is() {
    let server = RawServer::responding("200 OK", "", DONE);
    let mut headers = reqwest::header::HeaderMap::new();
    headers.insert("x-of-ones-own", "1".parse().unwrap());
    let builder = transport::http_client().unwrap().no_proxy().default_headers(headers);
    let own = builder.timeout(Duration::from_secs(5)).build().unwrap();
    let client = client_of(&server.endpoint).allow_plain_http().http_client(own).build().unwrap();
    client.describe_regions().await.unwrap();
    assert_eq!(header(&server.requests()[0], "x-of-ones-own"), Some("1"));
    assert_eq!(
        header(&server.requests()[0], "user-agent"),
        Some(concat!("rds-api/", env!("CARGO_PKG_VERSION")))
    );

    let silent = RawServer::start(|_, _, connection| drop(connection.read(&mut [0])));
    let builder = transport::http_client().unwrap().no_proxy().timeout(Duration::from_millis(50));
    let client = client_of(&silent.endpoint).allow_plain_http().http_client(builder.build().unwrap());
    let error = client.build().unwrap().create_backup("rm-1").await.unwrap_err();
    assert_eq!((error.kind(), error.may_have_been_executed()), (ErrorKind::ReadTimeout, true), "{error}");
}

#[tokio::test]
async fn the_user_agent_says_whose_program_it_is() {
    let server = RawServer::responding("200 OK", "", DONE);
    let client = server.client_builder().user_agent_suffix("nightly-backup/2").build().unwrap();
    client.describe_regions().await.unwrap();
    let agent = concat!("rds-api/", env!("CARGO_PKG_VERSION"), " nightly-backup/2");
    assert_eq!(header(&server.requests()[0], "user-agent"), Some(agent));
    for wrong in ["line\nbreak", "größe"] {
        let error = server.client_builder().user_agent_suffix(wrong).build().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Input);
    }
}

#[tokio::test]
async fn a_large_response_is_taken_up_to_the_limit() {
    let body = format!(r#"{{"RequestId":"{}"}}"#, "x".repeat(1_000_000));
    let server = RawServer::start(move |_, _, connection| {
        // In chunks, so that nothing announces the length.
        let _ = connection.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
        let _ = connection.write_all(format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len()).as_bytes());
    });
    let exact = 1_000_000 + r#"{"RequestId":""}"#.len();
    let client = server.client_builder().max_response_bytes(exact).build().unwrap();
    assert_eq!(client.describe_regions().await.unwrap().request_id.unwrap().len(), 1_000_000);
    let client = server.client_builder().max_response_bytes(exact - 1).build().unwrap();
    assert_eq!(client.describe_regions().await.unwrap_err().kind(), ErrorKind::Response);
}
