//! Operations that read, unless a parameter has a value with which they write: with it a call is a write in every way of
//! asking, and without it a read.
#![cfg(all(
    feature = "schema",
    any(feature = "rustls-ring", feature = "rustls-aws-lc", feature = "native-tls")
))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod raw_server;

use raw_server::{RawServer, response, send};
use rds_api::operations::logs::describe_sql_log_records::SqlLogForm;
use rds_api::schema::{self, Kind, Operation, OperationExt as _};
use rds_api::waiter::Waiter;
use rds_api::{Access, Client, ErrorKind, RawCall};
use serde_json::{Map, Value as Json, json};

/// A server that fails in the middle of the work, and then does it.
fn failing_once() -> RawServer {
    RawServer::start(|number, _, connection| match number {
        0 => send(connection, &response("503 X", "", r#"{"Code":"ServiceUnavailable","Message":"m"}"#)),
        _ => send(connection, &response("200 OK", "", r#"{"RequestId":"R"}"#)),
    })
}

/// The tokens of all requests.
fn tokens(server: &RawServer) -> Vec<String> {
    let requests = server.requests();
    let pairs = requests.iter().flat_map(|request| request.split(['&', '?', ' ', '\r', '\n']));
    pairs.filter_map(|pair| pair.strip_prefix("ClientToken=")).map(str::to_owned).collect()
}

/// The operations with such a value, and their required parameters together with it.
fn operations() -> impl Iterator<Item = (&'static Operation, Map<String, Json>, &'static str, &'static str)> {
    schema::operations().flat_map(|operation| {
        operation.writes_when.iter().map(move |when| {
            let required =
                operation.required().map(|field| (field.name.clone(), json!("2024-03-15T08:30:00Z")));
            let parameters = required.chain([(when.name.to_string(), json!(when.value))]).collect();
            (operation, parameters, when.name.as_ref(), when.value.as_ref())
        })
    })
}

#[tokio::test]
async fn with_the_value_a_call_is_a_write_and_without_it_a_read() {
    let mut count = 0;
    for (operation, parameters, name, value) in operations() {
        count += 1;
        assert_eq!(operation.access, Access::Read, "{}", operation.name);
        let mut others = parameters.clone();
        others.remove(name);
        let field = operation.parameter(name).unwrap();
        assert!(matches!(field.shape.kind, Kind::Enum | Kind::Bool));
        type Make<'a> = Box<dyn Fn(&Client) -> RawCall + 'a>;
        let writes: [Make<'_>; 3] = [
            Box::new(|client| operation.call(client, &parameters)),
            Box::new(|client| operation.call(client, &others).with_parameter(name, value)),
            Box::new(|client| {
                operation.call(client, &others).with_parameter(name, value.to_ascii_lowercase())
            }),
        ];
        for write in writes {
            let server = failing_once();
            let client = server.client();
            let page = operation.pagination.as_ref().unwrap().clone();
            for refused in [
                write(&client).items(page.clone()).into_vec().await.unwrap_err(),
                write(&client).pages(page).into_vec().await.unwrap_err(),
                write(&client).until(Waiter::new("RequestId").done(["R"])).await.unwrap_err(),
            ] {
                assert_eq!((refused.kind(), refused.attempts()), (ErrorKind::Input, 0), "{refused}");
            }
            assert_eq!(server.requests().len(), 0);
            write(&client).await.unwrap();
            let tokens = tokens(&server);
            assert_eq!(tokens.len(), 2, "the write that was repeated had a token");
            assert_eq!(tokens[0], tokens[1]);
        }
        let server = failing_once();
        operation.call(&server.client(), &others).await.unwrap();
        assert_eq!((server.requests().len(), tokens(&server).len()), (2, 0), "a read is repeated as it is");
    }
    assert_eq!(count, 1);
}

#[tokio::test]
async fn a_typed_call_and_an_empty_response_go_by_the_same() {
    let ask = |client: &Client| {
        client.describe_sql_log_records("rm-1", "2024-03-15T08:30:00Z", "2024-03-15T09:30:00Z")
    };
    let server = failing_once();
    let client = server.client();
    let refused = ask(&client).form(SqlLogForm::File).items().into_vec().await.unwrap_err();
    assert_eq!((refused.kind(), server.requests().len()), (ErrorKind::Input, 0), "{refused}");
    ask(&client).form(SqlLogForm::File).await.unwrap();
    assert_eq!(tokens(&server).len(), 2);

    // What acknowledges a write is no list.
    let server = RawServer::responding("200 OK", "x-acs-request-id: R\r\n", "");
    let client = server.client();
    ask(&client).form(SqlLogForm::File).await.unwrap();
    assert_eq!(ask(&client).form(SqlLogForm::Stream).await.unwrap_err().kind(), ErrorKind::Decode);
    assert_eq!(ask(&client).await.unwrap_err().kind(), ErrorKind::Decode);
}
