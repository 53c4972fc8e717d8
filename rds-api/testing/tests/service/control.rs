//! What programs in other languages ask of the service.

use serde_json::Value as Json;

use super::*;
use rds_api_core::http::client as http_client;

async fn ask(service: &FakeService, method: &str, path: &str) -> (u16, Json) {
    send(service, method, path, "").await
}

pub(super) async fn send(
    service: &FakeService,
    method: &str,
    path: &str,
    body: impl ToString,
) -> (u16, Json) {
    let client = http_client::builder(&[]).unwrap().no_proxy().build().unwrap();
    let url = format!("{}/testing/{path}", service.endpoint());
    let request = client.request(method.parse().unwrap(), url).body(body.to_string());
    let response = request.send().await.unwrap();
    (response.status().as_u16(), serde_json::from_slice(&response.bytes().await.unwrap()).unwrap())
}

#[tokio::test]
async fn what_was_asked_and_done_is_told_without_secrets() {
    let service = service();
    let client = service.client().unwrap();
    client.create_account(FakeService::INSTANCE, "app", "correct-horse").await.unwrap();
    client.describe_accounts(FakeService::INSTANCE).await.unwrap();
    let (status, requests) = ask(&service, "GET", "requests").await;
    assert_eq!((status, requests[1]["Operation"].as_str()), (200, Some("DescribeAccounts")));
    let (_, journal) = ask(&service, "GET", "journal").await;
    assert_eq!(journal, serde_json::json!([requests[0]]));
    assert_eq!(journal[0]["Parameters"]["AccountName"], "app");
    assert!(!journal.to_string().contains("correct-horse"), "{journal}");
}

#[tokio::test]
async fn what_can_be_read_can_be_asked_for_its_head() {
    let service = service();
    let client = http_client::builder(&[]).unwrap().no_proxy().build().unwrap();
    for path in ["requests", "journal", "state"] {
        let response = client.head(format!("{}/testing/{path}", service.endpoint())).send().await.unwrap();
        assert_eq!(response.status(), 200, "{path}");
    }
    assert_eq!(ask(&service, "GET", "requests").await.1, serde_json::json!([]));
}

#[tokio::test]
async fn the_clock_is_moved_on() {
    let service = service();
    let client = service.client().unwrap();
    client.create_backup(FakeService::INSTANCE).await.unwrap();
    let before = service.clock().now();
    assert_eq!(ask(&service, "POST", "clock?advance=10.5").await.0, 200);
    let moved = service.clock().now().duration_since(before).unwrap();
    assert!(moved >= Duration::from_millis(10_500), "{moved:?}");
    assert_eq!(client.describe_backups(FakeService::INSTANCE).await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn beyond_its_limit_the_history_forgets_the_oldest_and_counts_on() {
    let service = FakeService::builder().history_limit(2).start().unwrap();
    let client = service.client().unwrap();
    for name in ["one", "two", "three"] {
        client.create_database(FakeService::INSTANCE, "utf8", name).await.unwrap();
        client.describe_databases(FakeService::INSTANCE).await.unwrap();
    }
    let journal = service.journal();
    let names: Vec<_> = journal.iter().map(|entry| &entry.parameters["DBName"]).collect();
    assert_eq!(names, ["two", "three"]);
    for (list, total) in [("requests", "6"), ("journal", "3")] {
        let client = http_client::builder(&[]).unwrap().no_proxy().build().unwrap();
        let response = client.get(format!("{}/testing/{list}", service.endpoint())).send().await.unwrap();
        assert_eq!(response.headers()["x-total-count"], total);
        let entries: Vec<Json> = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
        assert_eq!(entries.len(), 2);
    }
    service.clear_history();
    assert!(service.all_requests().is_empty());
}

/// A page that a browser on this machine has open can reach loopback, and a name can be made to point there.
#[tokio::test]
async fn no_page_of_somebody_else_and_no_other_name_is_let_in() {
    let service = service();
    let client = http_client::builder(&[]).unwrap().no_proxy().build().unwrap();
    let host = service.endpoint().strip_prefix("http://").unwrap();
    let (own, port) = (service.endpoint(), host.rsplit(':').next().unwrap());
    let localhost = format!("localhost:{port}");
    let requests =
        [("GET", "requests"), ("GET", "journal"), ("POST", "clock?advance=9999"), ("GET", "nothing")];
    let before = service.clock().now();
    for headers in [
        &[("host", "evil.example")][..],
        &[("host", "evil.example:80"), ("origin", "http://evil.example:80")],
        &[("host", "127.0.0.1.evil.example")],
        &[("host", "10.0.0.1")],
        &[("host", "")],
        &[("origin", "http://evil.example")],
        &[("origin", "null")],
        &[("origin", "https://127.0.0.1")],
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site"), ("origin", own)],
    ] {
        for (method, path) in requests {
            let mut request = client.request(method.parse().unwrap(), format!("{own}/testing/{path}"));
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            let response = request.send().await.unwrap();
            assert_eq!(response.status(), 403, "{method} {path} {headers:?}");
            let body: Json = serde_json::from_slice(&response.bytes().await.unwrap()).unwrap();
            assert!(body["Message"].as_str().unwrap().contains("localhost"), "{body}");
        }
    }
    let passed = service.clock().now().duration_since(before).unwrap();
    assert!(passed < Duration::from_secs(600), "the clock was moved by {passed:?}");
    for headers in [&[][..], &[("host", &*localhost)], &[("origin", own), ("sec-fetch-site", "same-origin")]]
    {
        let mut request = client.get(format!("{own}/testing/requests"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        assert_eq!(request.send().await.unwrap().status(), 200, "{headers:?}");
    }
}

#[tokio::test]
async fn what_is_not_there_is_told_from_what_is_wrong() {
    let service = service();
    let before = service.clock().now();
    for (expected, method, path) in [
        (405, "PUT", "clock"),
        (405, "DELETE", "clock"),
        (405, "POST", "requests"),
        (405, "GET", "instances"),
        (404, "GET", "nothing"),
        (404, "GET", "clock/"),
        (404, "DELETE", "faults?id=1"),
        (404, "DELETE", "rules?id=1"),
        (400, "POST", "clock"),
        (400, "POST", "clock?advance="),
        (400, "POST", "clock?advance=-1"),
        (400, "POST", "clock?advance=NaN"),
        (400, "POST", "clock?advance=inf"),
        (400, "POST", "clock?advance=1e300"),
        (400, "POST", "clock?advance=a%20minute"),
        (400, "POST", "clock?advance=60&advance=60"),
        (400, "POST", "clock?advance=60&backwards=1"),
        (400, "DELETE", "faults?operation=CreateBackup"),
        (400, "DELETE", "faults?id=first"),
        (400, "DELETE", "requests?operation=CreateBackup"),
        (400, "GET", "requests?operation=CreateBackup"),
        (400, "GET", "journal?since=1"),
        (400, "GET", "state?pretty"),
        (400, "POST", "state"),
        (400, "POST", "settings?strict=perhaps"),
        (400, "POST", "settings?seeds=1"),
        (400, "POST", "durations?backup=-1"),
    ] {
        let (status, body) = ask(&service, method, path).await;
        assert_eq!((status, body["Message"].is_string()), (expected, true), "{method} {path}: {body}");
    }
    let passed = service.clock().now().duration_since(before).unwrap();
    assert!(passed < Duration::from_secs(60), "the clock was moved by {passed:?}");
    service.client().unwrap().create_backup(FakeService::INSTANCE).await.unwrap();
}

#[tokio::test]
async fn every_address_is_in_the_documentation_and_nothing_else() {
    let (_, listed) = ask(&service(), "GET", "").await;
    let listed: Vec<&str> = listed.as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    let rows = include_str!("../../src/lib.rs").lines().filter_map(|line| line.strip_prefix("//! | `"));
    let mut documented: Vec<&str> =
        rows.filter_map(|row| row.split('`').next()).filter(|it| it.contains("/testing/")).collect();
    let mut sorted = listed.clone();
    sorted.sort_unstable();
    documented.sort_unstable();
    assert_eq!(documented, sorted);
}
