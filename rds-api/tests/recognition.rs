//! What the client takes for a success: only what shows that it is the service's, in each way of asking, under each
//! status and content type. And of what is the service's nothing is lost.
#![cfg(any(feature = "rustls-ring", feature = "rustls-aws-lc", feature = "native-tls"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod raw_server;

use std::time::Duration;

use raw_server::{RawServer, client_builder, response, send};
use rds_api::operations::backup::DeleteBackupRequest;
use rds_api::pagination::Pagination;
use rds_api::waiter::Waiter;
use rds_api::{Access, Client, Error, ErrorKind, Format, Result, RetryPolicy};
use serde_json::{Value as Json, json};
use tokio::task::JoinSet;

/// What came of one way of asking.
struct Asked {
    way: &'static str,
    is_write: bool,
    response: Result<String>,
}

/// Asks in every way.
async fn ask(client: &Client) -> Vec<Asked> {
    fn shown<T: std::fmt::Debug>(response: Result<T>) -> Result<String> {
        response.map(|response| format!("{response:?}"))
    }
    let raw = || client.call_raw("DescribeAnything", [("A", "1")]).with_access(Access::Read);
    let pages = || Pagination::by_page_number("PageNumber", "Items").total("TotalRecordCount");
    let gone = || Waiter::new("Items.Status").done(["Gone"]).done_when_absent();
    let mut pages_of_instances = client.describe_db_instances().pages();
    let mut progress = client.describe_db_instance_attribute("rm-1").until_running().progress();
    let mut writes = vec![
        ("an acknowledgement", shown(client.delete_backup("rm-1", "7").await)),
        ("a write with a token", shown(client.restart_db_instance("rm-1").await)),
        ("a write with values", shown(client.create_backup("rm-1").await)),
        ("a request", shown(client.call(DeleteBackupRequest::new("rm-1", "7")).send_full().await)),
        ("raw", shown(client.call_raw("DoAnything", [("A", "1")]).await)),
    ];
    let mut reads = vec![
        ("a read", shown(client.describe_regions().await)),
        ("with metadata", shown(client.describe_backups("rm-1").send_full().await)),
        ("items", shown(client.describe_db_instances().items().into_vec().await)),
        ("pages", shown(pages_of_instances.next().await.unwrap())),
        ("until deleted", shown(client.describe_db_instance_attribute("rm-1").until_deleted().await)),
        ("progress", shown(progress.next().await.unwrap())),
        ("any waiter", shown(client.describe_regions().until(gone()).await)),
        ("raw read", shown(raw().send_full().await)),
        ("raw items", shown(raw().items(pages()).into_vec().await)),
        ("raw pages", shown(raw().pages(pages()).into_vec().await)),
        ("raw until deleted", shown(raw().until(gone()).await)),
    ];
    #[cfg(feature = "schema")]
    {
        use rds_api::schema::{self, OperationExt as _};
        let parameters = serde_json::Map::from_iter([("DBInstanceId".to_owned(), json!("rm-1"))]);
        let call = |name: &str| schema::operation(name).unwrap().call(client, &parameters);
        writes.push(("by description", shown(call("DeleteDBInstance").await)));
        reads.push(("a read by description", shown(call("DescribeDBInstanceAttribute").await)));
    }
    #[cfg(feature = "blocking")]
    {
        let client = client.clone();
        let blocking = move || {
            let raw = client.call_raw("DoAnything", [("A", "1")]).send_blocking();
            [shown(client.create_backup("rm-1").send_blocking()), shown(raw)]
        };
        let [typed, raw] = tokio::task::spawn_blocking(blocking).await.unwrap();
        writes.extend([("blocking", typed), ("raw and blocking", raw)]);
    }
    let asked = |is_write| move |(way, response)| Asked { way, is_write, response };
    writes.into_iter().map(asked(true)).chain(reads.into_iter().map(asked(false))).collect()
}

/// A server whose connections serve one request each, since not all that it sends is HTTP as it should be.
fn server(status: &str, headers: &str, body: impl AsRef<[u8]>) -> RawServer {
    RawServer::responding(status, &format!("connection: close\r\n{headers}"), body)
}

const STATUSES: [&str; 6] =
    ["200 OK", "201 Created", "202 Accepted", "203 Transformed", "206 Partial Content", "299 Miscellaneous"];

const CONTENT_TYPES: [&str; 6] = [
    "",
    "content-type: text/html; charset=utf-8\r\n",
    "content-type: application/json;charset=utf-8\r\n",
    "content-type: text/xml\r\n",
    "content-type: text/plain\r\n",
    "Content-Type: APPLICATION/XHTML+XML\r\n",
];

const FOREIGN: &[&str] = &[
    // Pages.
    "<html><head><title>Blocked</title></head><body>Your company has blocked this page</body></html>",
    "<!DOCTYPE html>\n<html lang=en><meta charset=utf-8><title>Sign in</title><br><p>Unclosed",
    "\u{feff}\r\n<!-- served by 7 --><!doctype HTML PUBLIC \"-//W3C//DTD XHTML 1.0\"><HTML></HTML>",
    "<?xml version=\"1.0\"?><!DOCTYPE html><html xmlns=\"http://www.w3.org/1999/xhtml\"><body/></html>",
    "<?xml version='1.0'?><?xml-stylesheet href='a'?><!-- - --><html><RequestId>1</RequestId></html>",
    "<HEAD></HEAD><BODY><Code>NotFound</Code></BODY>",
    "<h1>It works!</h1>",
    "<div><RequestId></RequestId></div>",
    "<script>location = 'https://portal.example/?RequestId=1'</script>",
    "<!-- RequestId -->",
    // XML of others.
    "<R/>",
    "<status>UP</status>",
    "<Error/>",
    "<Error><RequestId>1</RequestId></Error>",
    "<Error><Message>m</Message><HostId>h</HostId><RequestId>1</RequestId></Error>",
    "<soap:Envelope xmlns:soap='s'><soap:Body><RequestId>1</RequestId></soap:Body></soap:Envelope>",
    "<ErrorResponse><Error><Code>AccessDenied</Code><Message>m</Message></Error><RequestId>1</RequestId></ErrorResponse>",
    "<error><RequestId>1</RequestId></error>",
    "<s:Fault xmlns:s='s'><RequestId>1</RequestId><status>denied</status></s:Fault>",
    "<Blocked><RequestId>abc</RequestId></Blocked>",
    "<AccessDenied><RequestId>1</RequestId></AccessDenied>",
    "<GetUserResponse><RequestId>1</RequestId></GetUserResponse>",
    // JSON of others.
    "{}",
    "{\"status\":\"UP\"}",
    "{\"Status\":\"UP\",\"Success\":true,\"Data\":[]}",
    "{\"RequestId\":\"\"}",
    "{\"RequestId\":[\"1\"]}",
    "{\"RequestId\":false}",
    "{\"RequestId\":true,\"Items\":{\"DBInstance\":[]}}",
    "{\"RequestId\":{\"a\":1}}",
    "{\"RequestId\":null,\"request_id\":\"1\"}",
    "{\"Items\":{\"DBInstance\":[],\"RequestId\":\"1\"},\"TotalRecordCount\":0}",
    "{\"Items\":{\"RequestId\":\"1\"},\"Regions\":{}}",
    "{\"error\":{\"code\":302,\"message\":\"log in\"},\"login_url\":\"https://portal.example\"}",
    "{\"Code\":\"200\",\"Message\":\"OK\"}",
    "{\"Items\":\"blocked\"}",
    "{garbage}",
    "{",
    // What is no object.
    "\"RequestId\"",
    "[]",
    "[{\"RequestId\":\"1\"}]",
    "null",
    "true",
    "302",
    "OK",
    "\u{1b}[2J\u{1b}]52;c;ZXZpbA==\u{7}",
    "RequestId: 1",
    "\u{0}\u{1}\u{2}",
    "%3Chtml%3E",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_but_the_services_own_is_a_success() {
    let mut bodies = JoinSet::new();
    for (number, body) in FOREIGN.iter().enumerate() {
        // Each status and each content type meets every kind of body.
        let status = STATUSES[number % STATUSES.len()];
        for content_type in [CONTENT_TYPES[number % 5], CONTENT_TYPES[(number + 2) % 6]] {
            bodies.spawn(async move {
                let server = server(status, content_type, body);
                for Asked { way, response, .. } in ask(&server.client()).await {
                    let at = format!("{way}: {body} with {status} and {content_type}");
                    let error = response.expect_err(&at);
                    assert_eq!(error.kind(), ErrorKind::Response, "{at}: {error}");
                    assert!(error.may_have_been_executed() && !error.is_retryable(), "{at}: {error}");
                    assert!(!error.is_not_found() && error.code().is_none(), "{at}: {error}");
                    assert_eq!(error.attempts(), 1, "{at}: {error}");
                    assert_eq!(error.http_status(), status[..3].parse().ok(), "{at}: {error}");
                    assert_eq!(error.body().unwrap(), body.as_bytes(), "{at}: {error}");
                    let shown = error.to_string();
                    assert!(shown.contains("the response is not the service's"), "{at}: {shown}");
                    assert!(!shown.contains(char::is_control) && shown.len() < 800, "{at}: {shown}");
                }
            });
        }
    }
    bodies.join_all().await;
}

#[tokio::test]
async fn the_error_says_what_the_response_was() {
    let page = "<html><head><title class=a>\n Blocked\u{1b}[31m by  s3cr3t-key</TITLE></head></html>";
    for (headers, body, says) in [
        ("", page, "it is HTML with the title `Blocked [31m by ****`; the body begins: <html>"),
        ("content-type: text/html\r\n", "<h1>No</h1>", "it is HTML; the body begins: <h1>No</h1>"),
        ("", "<html><title>never ends", "it is HTML; the body begins: <html>"),
        ("", "<status>UP</status>", "it is XML with the root `status`"),
        ("", "[1]", "it is JSON, but no object; the body begins: [1]"),
        ("", "OK", "it is neither JSON nor XML; the body begins: OK"),
        ("", "{\"status\":\"UP\"}", "it has no request id; the body begins: {\"status\":\"UP\"}"),
        ("", "", "it has no request id; the body is empty"),
        ("content-encoding: gzip\r\n", "\x1f\u{8b}\x08", "it is encoded as `gzip`, which was not asked for"),
    ] {
        for status in ["200 OK", "404 Not Found"] {
            // Without a word about it, a refusal need not have a request id.
            let says = if status == "404 Not Found" {
                says.trim_start_matches("it has no request id; ")
            } else {
                says
            };
            let server = server(status, headers, body);
            let error = server.client().create_backup("rm-1").await.unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Response, "{error}");
            assert!(error.to_string().contains(says), "{error}");
        }
    }
}

#[tokio::test]
async fn only_an_empty_body_with_a_request_id_acknowledges_and_only_a_write() {
    for (status, body) in [
        ("200 OK", ""),
        ("200 OK", " \r\n"),
        ("202 Accepted", ""),
        ("202 Accepted", "\u{feff}"),
        ("204 No Content", ""),
        ("205 Reset Content", ""),
    ] {
        let unsigned = server(status, "x-acs-request-id:  \r\n", body);
        for Asked { way, response, .. } in ask(&unsigned.client()).await {
            let error = response.expect_err(way);
            let expected = (ErrorKind::Response, true);
            assert_eq!((error.kind(), error.may_have_been_executed()), expected, "{way}: {error}");
        }
        let signed = server(status, "x-acs-request-id: R-7\r\n", body);
        for Asked { way, is_write, response } in ask(&signed.client()).await {
            match response {
                Ok(shown) => assert!(is_write && shown.contains("R-7"), "{way}: {shown}"),
                Err(error) => {
                    let expected = (false, ErrorKind::Decode, Some("R-7"));
                    assert_eq!((is_write, error.kind(), error.request_id()), expected, "{way}: {error}");
                }
            }
        }
    }
    let signed = server("200 OK", "x-acs-request-id: R-7\r\n", "");
    let client = signed.client();
    let backup = client.create_backup("rm-1").await.unwrap();
    assert_eq!((backup.request_id.as_deref(), backup.backup_job_id), (Some("R-7"), None));
    assert_eq!(client.call_raw("DoAnything", [("A", "1")]).await.unwrap(), json!({"RequestId": "R-7"}));
}

const CODE: &str = "InvalidDBInstanceName.NotFound";

/// Errors of the service, as bodies that a type without a code and a raw call both know to be some.
const DISGUISED: &[&str] = &[
    "{\"RequestId\":\"1\",\"HostId\":\"h\",\"Code\":\"InvalidDBInstanceName.NotFound\",\"Message\":\"Not there.\"}",
    "\u{feff}{\"Code\":\"InvalidDBInstanceName.NotFound\",\"HostId\":\"h\",\"Message\":\"Not there.\"}",
    "{\"code\":\"InvalidDBInstanceName.NotFound\",\"message\":\"Not there.\",\"hostId\":\"h\",\"requestId\":\"1\"}",
    "{\"Items\":{},\"Regions\":[],\"RequestId\":\"1\",\"HostId\":\"h\",\"Message\":\"Not there.\",\"Code\":\"InvalidDBInstanceName.NotFound\"}",
    // What does not fit the type is no excuse.
    "{\"Code\":\"InvalidDBInstanceName.NotFound\",\"Message\":\"Not there.\",\"HostId\":\"h\",\"Items\":7,\"Regions\":7,\"RequestId\":\"1\"}",
    "{\"AccessDeniedDetail\":\"text\",\"Code\":\"InvalidDBInstanceName.NotFound\",\"Message\":\"Not there.\",\"HostId\":\"h\"}",
    "{\"Code\":\"InvalidDBInstanceName.NotFound\",\"Message\":\"Not there.\",\"HostId\":\"h\",\"Success\":false,\"Recommend\":\"\\ud800\"}",
    "<Error><RequestId>1</RequestId><Code>InvalidDBInstanceName.NotFound</Code><Message>Not there.</Message></Error>",
    "\u{feff}<?xml version='1.0'?><!-- - --><Error><Code>InvalidDBInstanceName.NotFound</Code><Message>Not there.</Message></Error>",
    "<ns:Error xmlns:ns='n'><Code>InvalidDBInstanceName.NotFound</Code><Message>Not there.</Message></ns:Error>",
    "<error><Code>InvalidDBInstanceName.NotFound</Code><Message>Not there.</Message></error>",
    "<ErrorResponse><RequestId>1</RequestId><Code>InvalidDBInstanceName.NotFound</Code><Message>Not there.</Message></ErrorResponse>",
    "<KMS><Code>InvalidDBInstanceName.NotFound</Code><Message>Not there.</Message><HostId>h</HostId><RequestId>1</RequestId></KMS>",
    "<DescribeRegionsResponse><Code>InvalidDBInstanceName.NotFound</Code><Message>Not there.</Message><HostId>h</HostId></DescribeRegionsResponse>",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_error_in_disguise_is_the_services_error_and_never_an_absence() {
    let mut bodies = JoinSet::new();
    for (number, body) in DISGUISED.iter().enumerate() {
        bodies.spawn(async move {
            // XML with a root that is not expected is a page if it is said to be one.
            let is_odd =
                ["<KMS", "<DescribeRegions", "<ErrorR", "<error"].iter().any(|root| body.contains(root));
            let content_type = if is_odd { "" } else { CONTENT_TYPES[number % CONTENT_TYPES.len()] };
            let status = STATUSES[number % STATUSES.len()];
            let server = server(status, content_type, body);
            for Asked { way, response, .. } in ask(&server.client()).await {
                let at = format!("{way}: {body} with {status} and {content_type}");
                let error = response.expect_err(&at);
                assert_eq!((error.kind(), error.code()), (ErrorKind::Service, Some(CODE)), "{at}: {error}");
                assert_eq!(error.service_message(), Some("Not there."), "{at}: {error}");
                assert!(error.is_not_found() && error.may_have_been_executed(), "{at}: {error}");
                assert_eq!(error.body().unwrap(), body.as_bytes(), "{at}: {error}");
                assert_eq!(error.attempts(), 1, "{at}: {error}");
                assert_eq!(error.http_status(), status[..3].parse().ok(), "{at}: {error}");
            }
        });
    }
    bodies.join_all().await;
}

#[tokio::test]
async fn an_error_in_disguise_is_all_that_its_code_says() {
    let body = |code: &str| format!(r#"{{"Code":"{code}","Message":"m","HostId":"h","RequestId":"R-1"}}"#);
    let throttled = server("200 OK", "x-acs-retry-after: 1\r\n", body("Throttling.User"));
    let error = throttled.client().describe_regions().await.unwrap_err();
    assert!(error.is_throttled() && error.is_retryable() && error.attempts() == 3, "{error}");
    // A write may have been executed, whatever the code says.
    let error = throttled.client().create_backup("rm-1").await.unwrap_err();
    assert!(error.is_throttled() && error.may_have_been_executed() && error.attempts() == 1, "{error}");

    let busy = server("200 OK", "", body("OperationDenied.DBInstanceStatus"));
    let error = busy.client().create_backup("rm-1").await.unwrap_err();
    assert!(error.is_instance_busy() && error.request_id() == Some("R-1"), "{error}");
    let waiting = busy.client().describe_db_instance_attribute("rm-1").until_deleted();
    let waiting = waiting.with_timeout(Duration::from_millis(30)).with_delay(Duration::from_millis(5));
    assert_eq!(waiting.await.unwrap_err().kind(), ErrorKind::WaitTimeout);

    // A token that has expired is no reason to do again what may have been done.
    let expired = server("200 OK", "", body("InvalidSecurityToken.Expired"));
    let error = expired.client().create_backup("rm-1").await.unwrap_err();
    assert_eq!(
        (error.code(), expired.requests().len()),
        (Some("InvalidSecurityToken.Expired"), 1),
        "{error}"
    );
}

#[tokio::test]
async fn a_response_that_was_read_in_part_is_read_anew() {
    let half =
        r#"{"Regions":{"RDSRegion":[{"RegionId":"old"}]},"Code":"Throttling","Message":"m","HostId":"h"}"#;
    let whole = r#"{"Regions":{"RDSRegion":[{"RegionId":"new"}]},"RequestId":"R"}"#;
    let server = RawServer::start(move |number, _, connection| {
        let body = if number == 0 { half } else { whole };
        raw_server::send(connection, &raw_server::response("200 OK", "x-acs-retry-after: 1\r\n", body));
    });
    let regions = server.client().describe_regions().await.unwrap().regions;
    assert_eq!(regions.len(), 1, "{regions:?}");
}

#[tokio::test]
async fn a_code_of_its_own_and_signs_in_any_place_leave_a_success_what_it_is() {
    for (headers, body) in [
        ("", r#"{"RequestId":"R"}"#),
        ("", r#"{"requestId":"R","Unknown":{"Code":"X","Message":"m","HostId":"h"}}"#),
        ("", r#"{"REQUESTID":7}"#),
        ("content-type: text/html\r\n", r#"{"RequestId":"R"}"#),
        ("x-acs-request-id: R\r\n", "{}"),
        ("x-acs-request-id: R\r\n", r#"{"New":1}"#),
        ("X-Acs-Request-Id: R\r\ncontent-type: text/html\r\n", "<DeleteBackupResponse/>"),
        ("", "<DeleteBackupResponse><RequestId>R</RequestId></DeleteBackupResponse>"),
        ("", "\u{feff}<?xml version='1.0'?><R><requestid>R</requestid></R>"),
        ("content-encoding: identity\r\n", r#"{"RequestId":"R"}"#),
        // Whoever has decoded it has left the header.
        ("content-encoding: gzip\r\n", r#"{"RequestId":"R"}"#),
        // Codes that say nothing bad, and a code alone.
        ("", r#"{"RequestId":"R","Code":"200","Message":"OK","HostId":"h"}"#),
        ("", r#"{"RequestId":"R","Code":200,"Message":"OK"}"#),
        ("", r#"{"RequestId":"R","Code":"Success","Message":"Successful"}"#),
        ("", r#"{"RequestId":"R","Code":"","Message":"m","HostId":"h"}"#),
        ("", r#"{"RequestId":"R","Code":null,"Message":"m","HostId":"h"}"#),
        ("", r#"{"RequestId":"R","Code":{"a":1},"Message":"m","HostId":"h"}"#),
        ("", r#"{"RequestId":"R","Code":"SomethingNew"}"#),
        ("", r#"{"RequestId":"R","Code":"OK"}"#),
        ("", r#"{"RequestId":"R","Message":"m","HostId":"h"}"#),
    ] {
        let server = server("200 OK", headers, body);
        let deleted = server.client().delete_backup("rm-1", "7").await;
        assert!(deleted.is_ok(), "{headers}{body}: {deleted:?}");
    }
    // The type has a code, which is not that of an error.
    let refused = r#"{"RequestId":"R","Code":"BackupSetNotFound","Message":"m","Success":false}"#;
    let server = server("200 OK", "", refused);
    let client = server.client();
    let time = "2030-01-01T00:00Z";
    let kept = client.modify_backup_set_expire_time("rm-1", 7, time).await.unwrap();
    assert_eq!((kept.success, kept.code.as_deref()), (Some(false), Some("BackupSetNotFound")));
    // A raw call knows of no type.
    assert_eq!(client.call_raw("DoAnything", [("A", "1")]).await.unwrap()["Success"], false);
}

#[tokio::test]
async fn what_is_not_valid_hides_nothing_else() {
    let rows = |text: &[u8]| {
        let start = br#"{"Items":{"SQLSlowRecord":[{"SQLText":""#;
        let end = br#"","HostAddress":"a"},{"SQLText":"select 2"}]},"RequestId":"R-1"}"#;
        [start.as_slice(), text, end].concat()
    };
    let in_xml = |text: &[u8]| {
        let start = b"<R><Items><SQLSlowRecord><SQLText>".as_slice();
        let end = b"</SQLText><HostAddress>a</HostAddress></SQLSlowRecord><SQLSlowRecord><SQLText>select 2</SQLText>\
                    </SQLSlowRecord></Items><RequestId>R-1</RequestId></R>";
        [start, text, end].concat()
    };
    let with_mark = |body: Vec<u8>| [b"\xef\xbb\xbf".as_slice(), &body].concat();
    for (body, expected) in [
        (rows(b"A\xfdB"), "A\u{fffd}B"),
        (rows(b"\xe4\xb8"), "\u{fffd}"),
        (rows(b"\xed\xa0\x80"), "\u{fffd}\u{fffd}\u{fffd}"),
        (rows(br"a\ud800b"), "a\u{fffd}b"),
        (rows(b"a\xff\\udc00\n\tb"), "a\u{fffd}\u{fffd}\n\tb"),
        (rows(b"line 1\r\nline\t2\x00\x1b["), "line 1\r\nline\t2\0\x1b["),
        (rows(br"C:\windows\x41"), "C:\u{fffd}windows\u{fffd}x41"),
        (with_mark(rows(b"A\xfdB")), "A\u{fffd}B"),
        (with_mark(rows(b"A")), "A"),
        (in_xml(b"A\xfdB"), "A\u{fffd}B"),
        (in_xml(b"A&#0;B &amp; C &nbsp; D & E"), "A\u{fffd}B & C &nbsp; D & E"),
        (in_xml(b"<![CDATA[A &#0; \xff]]>"), "A &#0; \u{fffd}"),
        (with_mark(in_xml(b"&#xD800;")), "\u{fffd}"),
    ] {
        let at = String::from_utf8_lossy(&body).into_owned();
        let server = server("200 OK", "", &body);
        let client = server.client();
        let day = ("rm-1", "2024-03-15T00:00Z", "2024-03-16T00:00Z");
        let records = client
            .describe_slow_log_records(day.0, day.1, day.2)
            .await
            .unwrap_or_else(|error| panic!("{at}: {error}"));
        let texts: Vec<_> =
            records.items.iter().map(|record| record.sql_text.as_deref().unwrap_or_default()).collect();
        assert_eq!(texts, [expected, "select 2"], "{at}");
        assert_eq!(records.items[0].host_address.as_deref(), Some("a"), "{at}");
        assert_eq!(records.request_id.as_deref(), Some("R-1"), "{at}");
        let raw = client.call_raw("DescribeSlowLogRecords", [("DBInstanceId", "rm-1")]).await.unwrap();
        match raw {
            Json::String(xml) => assert!(xml.starts_with("<R>") && xml.contains("select 2"), "{xml}"),
            raw => assert_eq!(raw["Items"]["SQLSlowRecord"][0]["SQLText"], expected, "{at}"),
        }
    }
}

#[tokio::test]
async fn what_is_not_valid_hides_no_error() {
    for body in [
        "\u{feff}{\"Code\":\"InvalidDBInstanceName.NotFound\",\"Message\":\"m\"}".as_bytes().to_vec(),
        b"{\"Message\":\"\xfd\",\"Code\":\"InvalidDBInstanceName.NotFound\"}".to_vec(),
        br#"{"Message":"\ud800","Code":"InvalidDBInstanceName.NotFound"}"#.to_vec(),
        b"{\"Message\":\"a\nb\",\"Code\":\"InvalidDBInstanceName.NotFound\"}".to_vec(),
        br#"{"AccessDeniedDetail":["a","b"],"Code":"InvalidDBInstanceName.NotFound"}"#.to_vec(),
        b"\xef\xbb\xbf \n<Error><Message>\xfd &#0;</Message><Code>InvalidDBInstanceName.NotFound</Code></Error>".to_vec(),
    ] {
        let server = server("404 Not Found", "", &body);
        let error = server.client().describe_db_instance_attribute("rm-1").await.unwrap_err();
        let at = String::from_utf8_lossy(&body);
        assert_eq!((error.kind(), error.code()), (ErrorKind::Service, Some(CODE)), "{at}: {error}");
        assert!(error.is_not_found() && !error.may_have_been_executed(), "{at}: {error}");
        assert_eq!(error.body().unwrap(), &body, "{at}");
    }
    // The page of a gateway has elements that are called so, too.
    let page = "<html><code>InvalidDBInstanceName.NotFound</code></html>";
    let server = server("404 Not Found", "content-type: text/html\r\n", page);
    let error = server.client().describe_db_instance_attribute("rm-1").until_deleted().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Response, "{error}");
}

#[tokio::test]
async fn a_number_that_does_not_fit_is_no_value_in_a_response_that_is_read() {
    let body = r#"{"DBInstanceId":"rm-1","TotalRecordCount":99999999999,"PageNumber":1e400,"PageRecordCount":"3040287100",
        "Items":{"Backup":[{"BackupId":"1","BackupSize":18446744073709551616}]},"RequestId":"R"}"#;
    let server = server("200 OK", "", body);
    let client = server.client();
    let backups = client.describe_backups("rm-1").await.unwrap();
    assert_eq!(backups.items[0].backup_id.as_deref(), Some("1"));
    let instances = client.describe_db_instances().await.unwrap();
    assert_eq!((instances.total_record_count, instances.request_id.as_deref()), (None, Some("R")));
}

#[tokio::test]
async fn an_error_of_decoding_keeps_what_the_call_has_done() {
    let long = "x".repeat(400);
    let body = format!(
        r#"{{"RequestId":"R-9","DBInstanceId":"rm-new","OrderId":"1","ConnectionString":"{long}","DryRun":"N/A","AccountPassword":"0ther-secret"}}"#
    );
    let cut = &body[..body.len() - 2];
    // What comes behind the mistake is found, too.
    let late = r#"{"DryRun":"N/A","DBInstanceId":"rm-new","RequestId":"R-9"}"#;
    let xml = "<R><DryRun>N/A</DryRun><DBInstanceId>rm-new</DBInstanceId><RequestId>R-9</RequestId></R>";
    for body in [&body, cut, late, xml] {
        let server = server("200 OK", "", body);
        let error = create(&server.client()).await.unwrap_err();
        assert_eq!((error.kind(), error.request_id()), (ErrorKind::Decode, Some("R-9")), "{body}: {error}");
        assert!(error.may_have_been_executed(), "{error}");
        assert!(error.to_string().contains("at `DryRun`: invalid value"), "{error}");
        assert_eq!(error.body().unwrap(), body.as_bytes());
        let shown = format!("{error} {error:?} {error:#?}");
        assert!(!shown.contains("0ther-secret") && !shown.contains(&long), "{shown}");
    }
    let leaky = server("200 OK", "", r#"{"RequestId":"s3cr3t-key","Regions":7}"#);
    let error = leaky.client().describe_regions().await.unwrap_err();
    assert_eq!((error.kind(), error.request_id()), (ErrorKind::Decode, Some("****")), "{error}");
    let server = server("200 OK", "x-acs-request-id: R-1\r\n", r#"{"Items":["#);
    let error = server.client().describe_regions().await.unwrap_err();
    assert_eq!((error.kind(), error.request_id()), (ErrorKind::Decode, Some("R-1")), "{error}");
    // Nothing came, so there is none.
    assert!(
        client_builder("http://127.0.0.1:1")
            .build()
            .unwrap()
            .describe_regions()
            .await
            .unwrap_err()
            .body()
            .is_none()
    );
}

/// A call whose response has a boolean and an id.
async fn create(client: &Client) -> std::result::Result<(), Error> {
    use rds_api::operations::instance::create_db_instance::{
        CreateDBInstanceRequest, CreateDBInstanceRequired,
    };
    let required = CreateDBInstanceRequired {
        engine: "MySQL".into(),
        engine_version: "8.0".into(),
        db_instance_class: "mysql.n2.medium.2c".into(),
        db_instance_storage: 20,
        db_instance_net_type: "Intranet".into(),
        pay_type: "Postpaid".into(),
        security_ip_list: "10.0.0.1".into(),
    };
    client.call(CreateDBInstanceRequest::new(required)).await.map(drop)
}

#[tokio::test]
async fn a_response_takes_no_more_memory_than_its_length_warrants() {
    let long = |element: &str| vec![element; 2_000_000 / (element.len() + 1)].join(",");
    let instances =
        |elements: String| format!(r#"{{"Items":{{"DBInstance":[{elements}]}},"RequestId":"R"}}"#);
    for body in [
        instances(long("{}")),
        format!(r#"{{"Items":[{}],"RequestId":"R"}}"#, long(r#"{"Tags":[{}]}"#)),
        format!("<R><RequestId>R</RequestId><Items>{}</Items></R>", long("<DBInstance><A/></DBInstance>")),
    ] {
        let server = server("200 OK", "", &body);
        let read = server.client().describe_db_instances().await;
        // XML needs many bytes for an element.
        if let Err(error) = read {
            assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
            assert!(error.to_string().contains("far more memory than its text"), "{error}");
            assert_eq!((error.request_id(), error.may_have_been_executed()), (Some("R"), true), "{error}");
        } else {
            assert!(body.starts_with('<'), "{}", &body[..100]);
        }
    }
    let raw = format!(r#"{{"RequestId":"R","A":[{}]}}"#, long(r#"{"":0}"#));
    let server = server("200 OK", "", &raw);
    let error = server.client().call_raw("DoAnything", [("A", "1")]).await.unwrap_err();
    assert!(error.to_string().contains("far more memory than its text"), "{error}");
}

#[tokio::test]
async fn an_honest_response_of_any_length_is_read() {
    let attributes = json!({ "DBInstanceId": "rm-uf6wjk5****" }).to_string();
    let body = |count| {
        format!(r#"{{"Items":{{"DBInstance":[{}]}},"RequestId":"R"}}"#, vec![&*attributes; count].join(","))
    };
    let few = server("200 OK", "", body(1000));
    let client = few.client_builder().max_response_bytes(100_000).build().unwrap();
    assert_eq!(client.describe_db_instances().await.unwrap().items.len(), 1000);
    let tags = json!({ "Key": "a", "Value": "b" }).to_string();
    let many =
        server("200 OK", "", format!(r#"{{"RequestId":"R","A":[{}]}}"#, vec![&*tags; 100_000].join(",")));
    let read = many.client().call_raw("DoAnything", [("A", "1")]).await.unwrap();
    assert_eq!(read["A"].as_array().unwrap().len(), 100_000);
}

#[tokio::test]
async fn no_coding_is_asked_for() {
    for format in [Format::Json, Format::Xml] {
        let server = server("200 OK", "", r#"{"RequestId":"R"}"#);
        let client = server.client_builder().format(format).build().unwrap();
        client.describe_regions().await.unwrap();
        let request = &server.requests()[0];
        assert!(request.contains("\r\naccept-encoding: identity\r\n"), "{request}");
    }
}

/// Refusals of gateways, whose codes are not the service's: each says that something is not there, or may not be.
const FOREIGN_REFUSALS: &[(&str, &str)] = &[
    // Reason phrases and numbers, however they are written.
    ("404 Not Found", r#"{"Code":"NotFound","Message":"no route"}"#),
    ("404 Not Found", r#"{"code":"NotFound","message":"no route"}"#),
    ("404 Not Found", r#"{"CODE":"NOT_FOUND","MESSAGE":"no route"}"#),
    ("404 Not Found", r#"{"code":"Not Found","message":"no route"}"#),
    ("404 Not Found", r#"{"code":"not-found"}"#),
    ("404 Not Found", r#"{"code":404,"message":"no route"}"#),
    ("404 Not Found", r#"{"code":"404","message":"no route","data":null}"#),
    ("403 Forbidden", r#"{"Code":"Forbidden","Message":"You shall not pass"}"#),
    ("401 Unauthorized", r#"{"code":"Unauthorized"}"#),
    ("400 Bad Request", r#"{"Code":"400","Message":"Bad Request"}"#),
    ("410 Gone", r#"{"code":"Gone","message":"moved away"}"#),
    ("409 Conflict", r#"{"code":"Conflict"}"#),
    // Azure.
    ("404 X", r#"{"code":"ResourceNotFound","message":"The specified resource does not exist."}"#),
    ("404 X", r#"{"error":{"code":"ResourceNotFound","message":"not there"}}"#),
    ("404 X", r#"{"statusCode":404,"message":"Resource not found"}"#),
    // AWS and its likes.
    ("404 X", r#"{"Code":"ResourceNotFoundException","Message":"Function not found","Type":"User"}"#),
    ("404 X", r#"{"__type":"ResourceNotFoundException","message":"not found"}"#),
    ("404 X", "<?xml version='1.0'?><Error><Code>NoSuchKey</Code><Message>No key</Message></Error>"),
    (
        "404 X",
        "<ErrorResponse><Error><Code>DBInstanceNotFound</Code><Message>m</Message></Error></ErrorResponse>",
    ),
    ("403 X", r#"{"Message":"User: anonymous is not authorized to perform"}"#),
    ("403 X", r#"{"message":"Missing Authentication Token"}"#),
    // Kong, Envoy, Istio, Traefik, APISIX.
    ("404 X", r#"{"message":"no Route matched with those values","request_id":"5a1b"}"#),
    ("404 X", r#"{"message":"Not found","code":5,"details":[]}"#),
    ("404 X", r#"{"code":"ROUTE_NOT_FOUND","message":"no healthy upstream"}"#),
    ("404 X", r#"{"error_msg":"404 Route Not Found"}"#),
    // Spring, Express, nginx, HAProxy, Varnish.
    ("404 X", r#"{"timestamp":"2026-01-01T00:00:00Z","status":404,"error":"Not Found","path":"/"}"#),
    ("404 X", r#"{"timestamp":1,"status":404,"error":"Not Found","code":"NO_HANDLER_NOT_FOUND"}"#),
    ("404 X", r#"{"name":"NotFoundError","code":"EndpointNotFound","message":"Cannot POST /"}"#),
    ("404 X", r#"{"code":"route.NotFound","msg":"x"}"#),
    ("404 X", r#"{"code":"UpstreamNotExist","msg":"x","HostId":""}"#),
    ("404 X", r#"{"code":"Backend.NotFound","RequestId":null,"message":"x"}"#),
    ("404 X", r#"{"code":"Backend.NotFound","RequestId":{},"message":"x"}"#),
    ("403 X", r#"{"Code":"OperationDenied.BackendStatus","Message":"draining"}"#),
    ("403 X", r#"{"Code":"ConcurrentRequests.InProcess","Message":"later"}"#),
    ("403 X", r#"{"code":"AccessDenied","reason":"policy"}"#),
    // Under a status of success, which proves nothing either.
    ("200 OK", r#"{"Code":"NotFound","Message":"no route"}"#),
    ("200 OK", r#"{"code":"ResourceNotFound","message":"no route"}"#),
    ("200 OK", "<Error><Code>NoSuchKey</Code><Message>No key</Message></Error>"),
];

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_code_of_a_gateway_is_not_the_services_and_never_an_absence() {
    let mut bodies = JoinSet::new();
    for (number, (status, body)) in FOREIGN_REFUSALS.iter().enumerate() {
        bodies.spawn(async move {
            let server = server(status, CONTENT_TYPES[number % CONTENT_TYPES.len()], body);
            for Asked { way, response, .. } in ask(&server.client()).await {
                let at = format!("{way}: {status} {body}");
                let error = response.expect_err(&at);
                assert_eq!((error.kind(), error.code()), (ErrorKind::Response, None), "{at}: {error}");
                assert!(!error.is_not_found() && !error.is_instance_busy(), "{at}: {error}");
                assert_eq!((error.class(), error.attempts()), (None, 1), "{at}: {error}");
                assert_eq!(error.may_have_been_executed(), status.starts_with('2'), "{at}: {error}");
            }
        });
    }
    bodies.join_all().await;
}

#[tokio::test]
async fn the_service_is_known_by_a_request_id_a_host_or_a_code_of_its_own() {
    for (status, headers, body, code) in [
        // Signed, with a code that nobody has heard of.
        ("404 X", "", r#"{"Code":"Tomorrow.NotFound","RequestId":"R"}"#, "Tomorrow.NotFound"),
        ("404 X", "", r#"{"Code":"NotFound","Message":"m","RequestId":"R"}"#, "NotFound"),
        ("404 X", "", r#"{"Code":"Tomorrow.NotFound","HostId":"h"}"#, "Tomorrow.NotFound"),
        ("404 X", "x-acs-request-id: R\r\n", r#"{"Code":"Tomorrow.NotFound"}"#, "Tomorrow.NotFound"),
        ("404 X", "", "<Error><Code>Tomorrow.Gone</Code><RequestId>R</RequestId></Error>", "Tomorrow.Gone"),
        // Its own codes.
        ("404 X", "", r#"{"Code":"InvalidDBInstanceName.NotFound"}"#, "InvalidDBInstanceName.NotFound"),
        (
            "404 X",
            "",
            r#"{"code":"InvalidDBInstanceId.NotFound","message":"m"}"#,
            "InvalidDBInstanceId.NotFound",
        ),
        (
            "400 X",
            "",
            "<Error><Code>InvalidDBInstanceId.NotFound</Code></Error>",
            "InvalidDBInstanceId.NotFound",
        ),
        ("403 X", "", r#"{"Code":"OperationDenied.DBInstanceStatus"}"#, "OperationDenied.DBInstanceStatus"),
        ("400 X", "", r#"{"Code":"MissingParameter","Message":"m"}"#, "MissingParameter"),
        // What says to wait is followed whoever says it, and what only repeats the status claims nothing.
        ("400 X", "", r#"{"Code":"Throttling.Tomorrow"}"#, "Throttling.Tomorrow"),
        ("400 X", "", r#"{"Code":"Tomorrow.TokenProcessing"}"#, "Tomorrow.TokenProcessing"),
        ("400 X", "", r#"{"Code":"Tomorrow.Timestamp"}"#, "Tomorrow.Timestamp"),
        ("503 X", "", r#"{"Code":"ServiceUnavailable"}"#, "ServiceUnavailable"),
        ("500 X", "", r#"{"code":"Tomorrow"}"#, "Tomorrow"),
        ("429 X", "", r#"{"code":"Tomorrow"}"#, "Tomorrow"),
        ("408 X", "", r#"{"Code":"RequestTimeout"}"#, "RequestTimeout"),
    ] {
        let server = server(status, headers, body);
        let error = server.client().create_backup("rm-1").await.unwrap_err();
        assert_eq!(error.code(), Some(code), "{status} {headers} {body}: {error}");
    }
}

/// Successes that lack what is waited for, because the operation has not done what it was asked.
const DENIALS: &[&str] = &[
    r#"{"RequestId":"R","Success":false}"#,
    r#"{"requestId":"R","success":"False"}"#,
    r#"{"RequestId":"R","Success":0,"Items":{}}"#,
    r#"{"RequestId":"R","Code":"InvalidDBInstanceName.NotFound"}"#,
    r#"{"requestId":"R","code":"InvalidDBInstanceName.NotFound","success":false}"#,
    r#"{"RequestId":"R","Code":"InternalError","Success":"false","Message":"m"}"#,
    r#"{"RequestId":"R","Code":"ServiceUnavailable","Items":[]}"#,
    r#"{"RequestId":"R","Code":"Throttling"}"#,
];

#[tokio::test]
async fn a_response_that_denies_itself_is_no_absence() {
    let moment = Duration::from_millis(1);
    for body in DENIALS {
        let server = server("200 OK", "", body);
        let client = server.client();
        let raw = client.call_raw("DescribeAnything", [("A", "1")]).with_access(Access::Read);
        let gone = || Waiter::new("Items.Status").done(["Gone"]).done_when_absent();
        let raw = raw.until(gone()).with_timeout(moment * 60_000).with_delay(moment).await;
        assert_eq!(raw.unwrap_err().kind(), ErrorKind::WaitFailed, "{body}");
        // What the type has no member for can only be seen in the code.
        if body.to_lowercase().contains("code") {
            let typed = client.describe_db_instance_attribute("rm-1").until_deleted();
            let error = typed.with_timeout(moment * 20).with_delay(moment).await.unwrap_err();
            let passes = error.kind() == ErrorKind::WaitTimeout;
            assert!(passes || error.code().is_some(), "{body}: {error}");
        }
    }
    // Names in another case are those of the members nevertheless.
    let server = server("200 OK", "", r#"{"requestid":"R","items":{"thing":[{"status":"Running"}]}}"#);
    let raw = server.client().call_raw("DescribeAnything", [("A", "1")]).with_access(Access::Read);
    let waiting = raw.until(Waiter::new("Items.Status").done_when_absent()).with_timeout(moment * 20);
    assert_eq!(waiting.with_delay(moment).await.unwrap_err().kind(), ErrorKind::WaitTimeout);
}

/// Successes that say by members that no type has, or by what is missing, that they show nothing.
const SHOW_NOTHING: &[&str] = &[
    r#"{"RequestId":"r","HostId":"h","Message":"m"}"#,
    r#"{"requestId":"r","hostId":"h","message":"m","Items":{"DBInstanceAttribute":[]}}"#,
    r#"{"RequestId":"r","Error":{"Code":"X","Message":"m"}}"#,
    r#"{"RequestId":"r","error":{"code":"X","message":"m"},"Items":[]}"#,
    r#"{"RequestId":"r","Error":"denied","Items":[]}"#,
    r#"{"RequestId":"r","errors":["denied"],"Items":[]}"#,
    r#"{"RequestId":"r","ErrorCode":"X"}"#,
    r#"{"RequestId":"r","ErrorCode":"X","Items":{}}"#,
    r#"{"RequestId":"r","errorCode":5,"Items":{}}"#,
    r#"{"RequestId":"r","error_code":"X","Items":{}}"#,
    r#"{"RequestId":"r","ErrorMessage":"m","Items":{}}"#,
    r#"{"RequestId":"r","errorMessage":"m","Items":{}}"#,
    r#"{"RequestId":"r","ErrMsg":"m","Items":{}}"#,
    r#"{"RequestId":"r","Exception":"com.x.E","Items":{}}"#,
    r#"{"RequestId":"r","Data":{"Success":false}}"#,
    r#"{"RequestId":"r","Data":{"Success":false},"Items":{}}"#,
    r#"{"RequestId":"r","data":{"success":"false"},"Items":{}}"#,
    r#"{"RequestId":"r","Result":{"Code":"X","Success":true},"Items":{}}"#,
    r#"{"RequestId":"r","Response":{"Error":{"Code":"X"}},"Items":{}}"#,
    r#"{"RequestId":"r","code":"X","message":"m","Items":{}}"#,
    r#"{"RequestId":"r","code":500,"Items":{}}"#,
    r#"{"RequestId":"r","isSuccess":false,"Items":{}}"#,
    r#"{"RequestId":"r","AccessDeniedDetail":{"AuthAction":"x"},"Items":{}}"#,
    "<R><RequestId>r</RequestId><HostId>h</HostId><Items/></R>",
    "<R><RequestId>r</RequestId><ErrorCode>X</ErrorCode><Items/></R>",
    "<R><RequestId>r</RequestId><Data><Success>false</Success></Data><Items/></R>",
];

/// Successes that have nothing of where the thing would be.
const SILENT: &[&str] = &[
    r#"{"RequestId":"r","Message":"m"}"#,
    r#"{"RequestId":"r","status":"denied"}"#,
    r#"{"RequestId":"r","DBInstanceAttribute":[]}"#,
    "<R><RequestId>r</RequestId><Message>m</Message></R>",
];

/// Successes that show that there is none.
const ABSENCES: &[&str] = &[
    r#"{"RequestId":"r"}"#,
    r#"{"RequestId":"r","Items":{"DBInstanceAttribute":[]}}"#,
    r#"{"RequestId":"r","Items":{}}"#,
    r#"{"RequestId":"r","Items":[],"Code":"200","Success":true,"Message":"successful"}"#,
    r#"{"requestid":"r","items":"","ErrorCode":"","Error":null,"errors":[],"ErrorMessage":"success"}"#,
    r#"{"RequestId":"r","Items":null,"Data":{"Success":true,"Code":"OK"},"DefaultHost":"x"}"#,
    "<R><RequestId>r</RequestId><Items/></R>",
    "<R><RequestId>r</RequestId><ErrorCode>0</ErrorCode><Error/><Data><Success>true</Success></Data><Items/></R>",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_absence_is_shown_and_not_concluded_from_a_failure() {
    let (moment, long) = (Duration::from_millis(1), Duration::from_secs(60));
    let mut bodies = JoinSet::new();
    let all = [(SHOW_NOTHING, false), (SILENT, false), (ABSENCES, true)];
    for (body, is_absence) in all.into_iter().flat_map(|(all, is)| all.iter().map(move |body| (*body, is))) {
        bodies.spawn(async move {
            let server = server("200 OK", "", body);
            let client = server.client();
            let typed = client.describe_db_instance_attribute("rm-1").until_deleted();
            let mut ended = vec![typed.with_timeout(long).with_delay(moment).await.map(drop)];
            if !body.starts_with('<') {
                let raw = client.call_raw("DescribeAnything", [("A", "1")]).with_access(Access::Read);
                let gone = Waiter::new("Items.Status").done(["Gone"]).done_when_absent();
                let raw = raw.until(gone).with_timeout(long).with_delay(moment);
                ended.push(raw.await.map(drop));
            }
            for end in ended {
                match end {
                    Ok(()) => assert!(is_absence, "{body} is taken for an absence"),
                    Err(error) => {
                        let kinds = [ErrorKind::WaitFailed, ErrorKind::Service, ErrorKind::Response];
                        assert!(!is_absence && kinds.contains(&error.kind()), "{body}: {error}");
                        assert!(!error.is_not_found(), "{body}: {error}");
                    }
                }
            }
        });
    }
    bodies.join_all().await;
}

#[tokio::test]
async fn a_list_that_is_empty_beside_a_failure_is_none() {
    for body in SHOW_NOTHING {
        let server = server("200 OK", "", body);
        let client = server.client_builder().retry(RetryPolicy::none()).build().unwrap();
        let error = client.describe_db_instances().items().into_vec().await.expect_err(body);
        assert!(matches!(error.kind(), ErrorKind::Response | ErrorKind::Service), "{body}: {error}");
    }
    for body in ABSENCES {
        let server = server("200 OK", "", body);
        assert!(
            server.client().describe_db_instances().items().into_vec().await.unwrap().is_empty(),
            "{body}"
        );
    }
}

#[tokio::test]
async fn a_page_that_denies_itself_is_no_empty_list_and_no_end() {
    const FIRST: &str =
        r#"{"RequestId":"R","TotalRecordCount":9,"Items":{"DBInstance":[{"DBInstanceId":"rm-0"}]}}"#;
    for denial in DENIALS {
        for good in [0, 1] {
            let server = RawServer::start(move |number, _, connection| {
                let body = if number < good { FIRST } else { denial };
                send(connection, &response("200 OK", "connection: close\r\n", body));
            });
            let client = server.client_builder().retry(RetryPolicy::none()).build().unwrap();
            let raw = client.call_raw("DescribeAnything", [("A", "1")]).with_access(Access::Read);
            let pages = || Pagination::by_page_number("PageNumber", "Items").total("TotalRecordCount");
            let error = raw.items(pages()).into_vec().await.unwrap_err();
            assert_eq!(
                (error.kind(), server.requests().len()),
                (ErrorKind::Response, good + 1),
                "{denial}: {error}"
            );
            // What the type has no member for can only be seen in the code.
            if denial.to_lowercase().contains("code") {
                client.describe_db_instances().items().into_vec().await.unwrap_err();
            }
        }
    }
}

/// A call by description knows its response as well as one by type does.
#[cfg(feature = "schema")]
#[tokio::test]
async fn a_call_by_description_takes_no_error_for_a_success() {
    use rds_api::schema::{self, OperationExt as _};
    let parameters = serde_json::Map::from_iter([("DBInstanceId".to_owned(), json!("rm-1"))]);
    for body in [
        r#"{"RequestId":"R","Code":"InternalError","Message":"m"}"#,
        r#"{"RequestId":"R","Code":"InvalidDBInstanceId.NotFound"}"#,
        r#"{"RequestId":"R","Code":403,"Message":"m"}"#,
        "<DeleteDBInstanceResponse><RequestId>R</RequestId><Code>InternalError</Code><Message>m</Message></DeleteDBInstanceResponse>",
    ] {
        let server = server("200 OK", "", body);
        let client = server.client();
        let described = schema::operation("DeleteDBInstance").unwrap().call(&client, &parameters).await;
        let described = described.expect_err(body);
        let typed = client.delete_db_instance("rm-1").await.expect_err(body);
        assert_eq!((described.kind(), described.code()), (typed.kind(), typed.code()), "{body}: {described}");
        assert!(described.may_have_been_executed(), "{body}: {described}");
    }
}

/// Its own, but of a form in which nothing can be there or not.
#[tokio::test]
async fn what_has_something_else_in_the_place_of_a_list_shows_no_absence() {
    for items in ["\"blocked\"", "5", "true", "0.5", "\" \"", "\"[]x\""] {
        let server = server("200 OK", "", format!("{{\"RequestId\":\"R\",\"Items\":{items}}}"));
        let client = server.client();
        let typed = client.describe_db_instance_attribute("rm-1").until_deleted().await;
        assert!(typed.is_err(), "{items}: {typed:?}");
        let gone = Waiter::new("Items.Status").done(["Gone"]).done_when_absent();
        let raw =
            client.call_raw("DescribeAnything", [("A", "1")]).with_access(Access::Read).until(gone).await;
        assert_eq!(raw.unwrap_err().kind(), ErrorKind::WaitFailed, "{items}");
    }
    for items in ["[]", "{}", "null", "\"\"", "{\"DBInstance\":[]}"] {
        let server = server("200 OK", "", format!("{{\"RequestId\":\"R\",\"Items\":{items}}}"));
        let gone = Waiter::new("Items.Status").done(["Gone"]).done_when_absent();
        let raw = server.client().call_raw("DescribeAnything", [("A", "1")]).with_access(Access::Read);
        raw.until(gone).await.unwrap();
    }
}

/// Successes with a thing that is there, of which everything is known but the value that is waited for.
#[tokio::test]
async fn a_thing_without_the_value_is_not_absent() {
    let (moment, long) = (Duration::from_millis(1), Duration::from_secs(60));
    for items in [
        r#"{"DBInstanceAttribute":[{}]}"#,
        r#"{"DBInstanceAttribute":[{"DBInstanceId":"rm-1"}]}"#,
        r#"{"DBInstanceAttribute":[null,{"DBInstanceId":"rm-1","DBInstanceStatus":null}]}"#,
        r#"{"DBInstanceAttribute":{"DBInstanceId":"rm-1"}}"#,
        r#"{"DBInstanceAttribute":[{"DBInstanceStatus":""}]}"#,
        r#"{"Other":[{"Id":"x"}]}"#,
        r#"[{"DBInstanceId":"rm-1"}]"#,
        r#""{\"DBInstanceAttribute\":[{\"DBInstanceId\":\"rm-1\"}]}""#,
    ] {
        let server = server("200 OK", "", format!("{{\"RequestId\":\"R\",\"Items\":{items}}}"));
        let client = server.client();
        let typed = client.describe_db_instance_attribute("rm-1").until_deleted();
        let error = typed.with_timeout(long).with_delay(moment).await.expect_err(items);
        assert_eq!((error.kind(), error.is_not_found()), (ErrorKind::WaitFailed, false), "{items}: {error}");
        let gone = Waiter::new("Items.Status").done(["Gone"]).done_when_absent();
        let raw = client.call_raw("DescribeAnything", [("A", "1")]).with_access(Access::Read).until(gone);
        raw.await.expect_err(items);
    }
    // Of a thing that is the response itself, any value shows it.
    for (members, is_there) in [
        ("", false),
        (r#","InstanceId":"","DataDisks":{"DataDisk":[]},"Tags":null"#, false),
        (r#","Code":"200","Message":"successful","Success":true"#, false),
        (r#","InstanceId":"rc-1""#, true),
        (r#","InstanceId":"rc-1","Status":"""#, true),
        (r#","DataDisks":{"DataDisk":[{}]}"#, true),
        (r#","Cpu":2"#, true),
    ] {
        let server = server("200 OK", "", format!("{{\"RequestId\":\"R\"{members}}}"));
        let wait = server.client().describe_rc_instance_attribute().instance_id("rc-1");
        let end = wait.until_deleted().with_timeout(long).with_delay(moment).await;
        assert_eq!(end.is_err(), is_there, "{members}: {end:?}");
    }
}

/// Pages that are no pages of this list, whose entries would be missed.
#[tokio::test]
async fn a_page_without_a_list_is_no_empty_list_and_no_end() {
    const FIRST: &str =
        r#"{"RequestId":"R","TotalRecordCount":9,"Items":{"DBInstance":[{"DBInstanceId":"rm-0"}]}}"#;
    let places = [
        r#""Items":"none""#,
        r#""Items":5"#,
        r#""Items":true"#,
        r#""Items":{"Other":{"Id":"x"},"DBInstance":[]}"#,
        r#""status":"denied""#,
        r#""Message":"m""#,
        r#""DBInstance":[{"DBInstanceId":"rm-1"}]"#,
        r#""Instances":{"DBInstance":[{"DBInstanceId":"rm-1"}]}"#,
    ];
    for place in places {
        for good in [0, 1] {
            let page = format!("{{\"RequestId\":\"R\",{place}}}");
            let server = RawServer::start(move |number, _, connection| {
                let body = if number < good { FIRST } else { &page };
                send(connection, &response("200 OK", "connection: close\r\n", body));
            });
            let client = server.client_builder().retry(RetryPolicy::none()).build().unwrap();
            let error = client.describe_db_instances().items().into_vec().await.expect_err(place);
            let kinds = [ErrorKind::Response, ErrorKind::Decode];
            assert!(kinds.contains(&error.kind()), "{place}: {error}");
            assert_eq!(server.requests().len(), good + 1, "{place}: {error}");
        }
    }
    for members in [
        "",
        r#","TotalRecordCount":0,"PageNumber":1,"PageRecordCount":0"#,
        r#","Items":{"DBInstance":[]},"Later":"x""#,
        r#","Items":null"#,
        r#","Items":{"DBInstance":null}"#,
        r#","Items":"""#,
        r#","Items":"[]""#,
    ] {
        let server = server("200 OK", "", format!("{{\"RequestId\":\"R\"{members}}}"));
        let all = server.client().describe_db_instances().items().into_vec().await;
        assert!(all.unwrap().is_empty(), "{members}");
    }
}

/// The service's own errors, which say of something that it is not there.
#[tokio::test]
async fn what_is_not_there_is_the_thing_that_was_asked_for() {
    const INSTANCE: &str = "InvalidDBInstanceName.NotFound";
    let moment = Duration::from_millis(1);
    for (status, code, operation, is_absence) in [
        ("404 X", INSTANCE, "DescribeAnything", true),
        ("400 X", INSTANCE, "DescribeAnything", true),
        ("403 X", "Forbidden.InstanceNotFound", "DescribeAnything", true),
        // The service has failed, or something before it has.
        ("500 X", INSTANCE, "DescribeAnything", false),
        ("502 X", INSTANCE, "DescribeAnything", false),
        ("503 X", INSTANCE, "DescribeAnything", false),
        ("504 X", INSTANCE, "DescribeAnything", false),
        ("200 X", INSTANCE, "DescribeAnything", false),
        // Where it was to be looked for.
        ("404 X", "InvalidResourceGroup.NotFound", "DescribeAnything", false),
        ("400 X", "ResourceGroupId.InValid", "DescribeAnything", false),
        ("404 X", "EntityNotExists.ResourceGroup", "DescribeAnything", false),
        ("404 X", "InvalidVpcId.NotFound", "DescribeAnything", false),
        ("404 X", "InvalidVSwitchId.NotFound", "DescribeAnything", false),
        ("404 X", "EntityNotExist.Role", "DescribeAnything", false),
        ("404 X", "NetWork.NotFound", "DescribeAnything", false),
        ("404 X", "InvalidRegionId.NotFound", "DescribeAnything", false),
        // That may be the thing, too.
        ("404 X", "InvalidVpcId.NotFound", "DescribeVpcAttribute", true),
        ("404 X", "InvalidVSwitchId.NotFound", "DescribeVSwitches", true),
    ] {
        let body = json!({ "Code": code, "Message": "m", "RequestId": "R", "HostId": "h" }).to_string();
        let server = server(status, "", body);
        let client = server.client_builder().retry(RetryPolicy::none()).build().unwrap();
        let raw = client.call_raw(operation, [("A", "1")]).with_access(Access::Read);
        let gone = Waiter::new("Items.Status").done(["Gone"]).done_when_absent();
        // What may pass is asked again until the time is over.
        let timeout = moment * if status.starts_with('5') { 20 } else { 60_000 };
        let end = raw.until(gone).with_timeout(timeout).with_delay(moment).await;
        assert_eq!(end.is_ok(), is_absence, "{status} {code} {operation}: {end:?}");
    }
}
