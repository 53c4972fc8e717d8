//! What programs in other languages ask of the service.

use serde_json::Value as Json;

use super::*;
use rds_api_core::http::client as http_client;

async fn ask(service: &FakeService, method: &str, path: &str) -> (u16, Json) {
    let client = http_client::builder(&[]).unwrap().no_proxy().build().unwrap();
    let url = format!("{}/testing/{path}", service.endpoint());
    let response = client.request(method.parse().unwrap(), url).send().await.unwrap();
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
    for name in ["a", "b", "c"] {
        client.create_database(FakeService::INSTANCE, "utf8", name).await.unwrap();
        client.describe_databases(FakeService::INSTANCE).await.unwrap();
    }
    let journal = service.journal();
    let names: Vec<_> = journal.iter().map(|entry| &entry.parameters["DBName"]).collect();
    assert_eq!(names, ["b", "c"]);
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

#[tokio::test]
async fn anything_else_is_refused() {
    let service = service();
    for (method, path) in
        [("GET", "clock"), ("POST", "clock"), ("POST", "clock?advance=-1"), ("POST", "requests"), ("GET", "")]
    {
        let (status, body) = ask(&service, method, path).await;
        assert_eq!((status, body["Message"].is_string()), (400, true), "{method} {path}: {body}");
    }
}
