//! No parameter that a program names stands beside one of the protocol.
#![cfg(feature = "schema")]
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod raw_server;

use raw_server::RawServer;
use rds_api::credentials::BoxFuture;
use rds_api::schema::{self, OperationExt as _};
use rds_api::signature::SignatureVersion;
use rds_api::waiter::Waiter;
use rds_api::{Access, Client, Credentials, ErrorKind, Result};
use serde_json::json;

type Way = (&'static str, fn(&Client, &str) -> BoxFuture<'static, Result<()>>);

/// The ways to give a parameter by its name.
const WAYS: &[Way] = &[
    ("with_parameter", |client, name| {
        let call = client.describe_regions().with_parameter(name, "x");
        Box::pin(async move { call.await.map(drop) })
    }),
    ("with_parameter of a write", |client, name| {
        let call = client.delete_backup("rm-1", "7").with_parameter(name, "x");
        Box::pin(async move { call.await.map(drop) })
    }),
    ("with_parameter of a list", |client, name| {
        let items = client.describe_db_instances().with_parameter(name, "x").items();
        Box::pin(async move { items.into_vec().await.map(drop) })
    }),
    ("with_parameter of a waiter", |client, name| {
        let wait = client.describe_db_instance_attribute("rm-1").with_parameter(name, "x").until_deleted();
        Box::pin(async move { wait.await.map(drop) })
    }),
    ("raw", |client, name| {
        let call = client.call_raw("DescribeRegions", [(name, "x")]);
        Box::pin(async move { call.await.map(drop) })
    }),
    ("raw with_parameter", |client, name| {
        let call = client.call_raw("DescribeRegions", [("A", "x")]).with_parameter(name, "x");
        Box::pin(async move { call.send_full().await.map(drop) })
    }),
    ("raw with_form_parameter", |client, name| {
        let call = client.call_raw("DescribeRegions", [("A", "x")]).with_form_parameter(name, "x");
        Box::pin(async move { call.await.map(drop) })
    }),
    ("raw waiter", |client, name| {
        let call = client.call_raw("DescribeRegions", [(name, "x")]).with_access(Access::Read);
        Box::pin(async move { call.until(Waiter::new("Nothing").done_when_absent()).await.map(drop) })
    }),
    ("by description", |client, name| {
        let operation = schema::operation("DescribeRegions").unwrap();
        let call = operation.call(client, json!({ name: "x" }).as_object().unwrap());
        Box::pin(async move { call.await.map(drop) })
    }),
    ("by description, with_parameter", |client, name| {
        let operation = schema::operation("DescribeRegions").unwrap();
        let call = operation.call(client, &serde_json::Map::new()).with_parameter(name, "x");
        Box::pin(async move { call.await.map(drop) })
    }),
];

fn client(server: &RawServer, signature: SignatureVersion) -> Client {
    server.client_builder().region("cn-hangzhou").signature(signature).build().unwrap()
}

const VERSIONS: [SignatureVersion; 2] = [SignatureVersion::V3, SignatureVersion::V1];

#[tokio::test]
async fn a_parameter_of_the_protocol_is_refused_however_it_is_given() {
    let server = RawServer::responding("200 OK", "", r#"{"RequestId":"R"}"#);
    let names = [
        "Action",
        "Version",
        "Format",
        "AccessKeyId",
        "Timestamp",
        "SecurityToken",
        "BearerToken",
        "Signature",
        "SignatureMethod",
        "SignatureNonce",
        "SignatureVersion",
        "SignatureType",
        "SignatureWhatever",
    ];
    for version in VERSIONS {
        let client = client(&server, version);
        for (way, call) in WAYS {
            for name in names {
                for name in [name.to_owned(), name.to_lowercase(), name.to_uppercase()] {
                    let error = call(&client, &name).await.expect_err(way);
                    assert_eq!(error.kind(), ErrorKind::Input, "{way} {name}: {error}");
                    assert!(error.to_string().contains(&format!("`{name}`")), "{way} {name}: {error}");
                    assert!(
                        !error.may_have_been_executed() && error.attempts() == 0,
                        "{way} {name}: {error}"
                    );
                }
            }
        }
    }
    assert_eq!(server.requests(), Vec::<String>::new());
}

#[tokio::test]
async fn names_that_only_look_like_it_are_sent() {
    let server = RawServer::responding("200 OK", "", r#"{"RequestId":"R"}"#);
    let names = [
        "RegionId",
        "ActionName",
        "Actions",
        "VersionCode",
        "Formats",
        "Sign",
        "Time",
        "Ünicode",
        "SécurityToken",
    ];
    for version in VERSIONS {
        let client = client(&server, version);
        for (way, call) in WAYS {
            for name in names {
                let before = server.requests().len();
                call(&client, name).await.expect(way);
                let sent = &server.requests()[before..];
                let encoded = percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC);
                assert!(
                    sent.len() == 1 && sent[0].contains(&format!("{encoded}=x")),
                    "{way} {name}: {sent:?}"
                );
            }
        }
    }
}

/// Some operations have a parameter of this name.
#[tokio::test]
async fn what_the_specification_declares_is_sent_where_the_credentials_have_none_of_their_own() {
    let server = RawServer::responding("200 OK", "", r#"{"RequestId":"R"}"#);
    let temporary = || Credentials::new("key-id", "s3cr3t-key").with_security_token("t0ken");
    for version in VERSIONS {
        let call = |client: Client| client.describe_vpcs().security_token("0ther").send();
        call(client(&server, version)).await.unwrap();
        let builder = server.client_builder().region("cn-hangzhou").signature(version);
        let outcome = call(builder.credentials(temporary()).build().unwrap()).await;
        match version {
            SignatureVersion::V1 => assert_eq!(outcome.unwrap_err().kind(), ErrorKind::Input),
            _ => drop(outcome.unwrap()),
        }
    }
    assert!(server.requests().iter().all(|request| request.matches("SecurityToken=0ther").count() == 1));
    assert_eq!(server.requests().len(), 3);
}
