//! What programs in other languages ask of the service.

use serde_json::Value as Json;

use super::*;
use crate::http_client;

async fn ask(service: &FakeService, method: &str, path: &str) -> (u16, Json) {
    let client = http_client::builder(&[]).unwrap().no_proxy().build().unwrap();
    let url = format!("{}/testing/{path}", service.endpoint());
    let answer = client.request(method.parse().unwrap(), url).send().await.unwrap();
    (answer.status().as_u16(), serde_json::from_slice(&answer.bytes().await.unwrap()).unwrap())
}

#[tokio::test]
async fn what_was_asked_and_done_is_told_without_secrets() {
    let service = service().await;
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
    let service = service().await;
    let client = service.client().unwrap();
    client.create_backup(FakeService::INSTANCE).await.unwrap();
    let before = service.clock().now();
    assert_eq!(ask(&service, "POST", "clock?advance=10.5").await.0, 200);
    let moved = service.clock().now().duration_since(before).unwrap();
    assert!(moved >= Duration::from_millis(10_500), "{moved:?}");
    assert_eq!(client.describe_backups(FakeService::INSTANCE).await.unwrap().items.len(), 1);
}

#[tokio::test]
async fn anything_else_is_refused() {
    let service = service().await;
    for (method, path) in
        [("GET", "clock"), ("POST", "clock"), ("POST", "clock?advance=-1"), ("POST", "requests"), ("GET", "")]
    {
        let (status, body) = ask(&service, method, path).await;
        assert_eq!((status, body["Message"].is_string()), (400, true), "{method} {path}: {body}");
    }
}
