//! The audit of SQL: what it records, for how long, and the files of it.

use serde_json::{Value, json};

use super::network::call;
use super::*;
use rds_api::Client;

const DAY: Duration = Duration::from_secs(24 * 3600);
const ID: &str = FakeService::INSTANCE;

fn asked(more: Value) -> Value {
    let mut asked =
        json!({ "DBInstanceId": ID, "StartTime": "2020-01-01T00:00:00Z", "EndTime": "2990-01-01T00:00:00Z" });
    asked.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    asked
}

async fn switch(client: &Client, status: &str) {
    let policy = json!({ "DBInstanceId": ID, "SQLCollectorStatus": status });
    call(client, "ModifySQLCollectorPolicy", policy).await.unwrap();
}

/// The texts of the statements that the audit lists.
async fn listed(client: &Client, more: Value) -> Vec<String> {
    let response = call(client, "DescribeSQLLogRecords", asked(more)).await.unwrap();
    let records = response["Items"]["SQLRecord"].as_array().unwrap();
    records.iter().map(|it| it["SQLText"].as_str().unwrap().to_owned()).collect()
}

fn statement(sql: &str, database: &str, user: &str, days: u32) -> Statement {
    Statement::new(sql).database(database).user(user).took(Duration::from_millis(200)).ago(days * DAY)
}

/// A service on whose instance statements were audited.
async fn audited() -> (FakeService, Client) {
    let service = service();
    let client = service.client().unwrap();
    switch(&client, "Enable").await;
    for (sql, database, user, days) in [
        ("SELECT `a` FROM shop", "shop", "app", 20),
        ("DELETE FROM shop", "shop", "boss", 2),
        ("SELECT \"a\", 'b'", "books", "app", 2),
        ("SELECT \"c\", 'd'", "books", "app", 2),
        ("SELECT 1", "books", "app", 0),
    ] {
        service.seed(Seed::statement(ID, statement(sql, database, user, days))).unwrap();
    }
    (service, client)
}

#[tokio::test]
async fn what_is_recorded_is_filtered_by_every_parameter() {
    let (_service, client) = audited().await;
    for (filter, expected) in [
        (json!({}), 5),
        (json!({ "Database": "shop" }), 2),
        (json!({ "User": "app" }), 4),
        (json!({ "User": "app", "Database": "shop" }), 1),
        (json!({ "QueryKeywords": "SELECT `a`" }), 1),
        (json!({ "QueryKeywords": "FROM shop" }), 2),
        (json!({ "QueryKeywords": "FROM nothing" }), 0),
        (json!({ "EndTime": "2020-01-02T00:00:00Z" }), 0),
    ] {
        assert_eq!(listed(&client, filter.clone()).await.len(), expected, "{filter}");
    }
    for days in 0..30 {
        let seed = Seed::statement(ID, statement(&format!("SELECT {days}"), "many", "app", days % 3));
        _service.seed(seed).unwrap();
    }
    let page = asked(json!({ "Database": "many", "PageSize": 30, "PageNumber": 1 }));
    let page = call(&client, "DescribeSQLLogRecords", page).await.unwrap();
    assert_eq!((&page["TotalRecordCount"], &page["PageRecordCount"]), (&json!(30), &json!(30)));
    let next = asked(json!({ "PageSize": 30, "PageNumber": 2 }));
    let next = call(&client, "DescribeSQLLogRecords", next).await.unwrap();
    assert_eq!((&next["TotalRecordCount"], &next["PageRecordCount"]), (&json!(35), &json!(5)));
}

#[tokio::test]
async fn only_what_happens_while_it_is_on_is_recorded_and_switching_it_off_deletes_it() {
    let service = service();
    let client = service.client().unwrap();
    let slow = |sql: &str| Seed::slow_query(ID, Statement::new(sql).took(Duration::from_secs(3)));
    service.seed(slow("SELECT 1")).unwrap();
    assert!(listed(&client, json!({})).await.is_empty());
    switch(&client, "Enable").await;
    service.seed(slow("SELECT 2")).unwrap();
    assert_eq!(listed(&client, json!({})).await, ["SELECT 2"]);
    switch(&client, "Enable").await;
    assert_eq!(listed(&client, json!({})).await, ["SELECT 2"]);
    switch(&client, "Disabled").await;
    switch(&client, "Enable").await;
    assert!(listed(&client, json!({})).await.is_empty());
}

#[tokio::test]
async fn what_is_older_than_the_retention_is_gone_for_good() {
    let (service, client) = audited().await;
    let keep = async |days: &str| {
        let retention = json!({ "DBInstanceId": ID, "ConfigValue": days });
        call(&client, "ModifySQLCollectorRetention", retention).await
    };
    service.clock().advance(15 * DAY);
    assert_eq!(listed(&client, json!({})).await.len(), 4, "30 days unless set");
    keep("180").await.unwrap();
    service.clock().advance(100 * DAY);
    assert_eq!(listed(&client, json!({})).await.len(), 4);
    keep("30").await.unwrap();
    keep("365").await.unwrap();
    assert!(listed(&client, json!({})).await.is_empty());
    switch(&client, "Disabled").await;
    assert_eq!(keep("30").await.unwrap_err().code(), Some("IncorrectSQLLogActiveStatus"));
}

#[tokio::test]
async fn records_are_written_to_a_file_that_is_downloaded_and_expires() {
    let (service, client) = audited().await;
    let to_file = asked(json!({ "Form": "File", "Database": "books" }));
    let response = call(&client, "DescribeSQLLogRecords", to_file).await.unwrap();
    assert_eq!(response["Items"]["SQLRecord"], json!([]));
    let files = async |filter: Value| {
        let mut asked = json!({ "DBInstanceId": ID });
        asked.as_object_mut().unwrap().extend(filter.as_object().unwrap().clone());
        let response = call(&client, "DescribeSQLLogFiles", asked).await.unwrap();
        response["Items"]["LogFile"].as_array().unwrap().clone()
    };
    let generating = files(json!({})).await.remove(0);
    assert_eq!((&generating["LogStatus"], generating.get("LogDownloadURL")), (&json!("Generating"), None));
    service.clock().advance(Duration::from_secs(10));
    assert_eq!(files(json!({ "FileName": "other.csv" })).await.len(), 0);
    let file = files(json!({ "FileName": generating["FileID"] })).await.remove(0);
    let http = rds_api_core::http::client::builder(&[]).unwrap().no_proxy().build().unwrap();
    let got = http.get(file["LogDownloadURL"].as_str().unwrap()).send().await.unwrap();
    assert_eq!(got.status(), 200);
    let text = String::from_utf8(got.bytes().await.unwrap().to_vec()).unwrap();
    assert_eq!(file["LogSize"], text.len().to_string());
    assert_eq!(text.lines().count(), 3);
    assert!(text.contains("\"SELECT \"\"a\"\", 'b'\",200000,1\n"), "{text}");
    // The state has the file too.
    let next = FakeService::builder().state(service.snapshot()).start().unwrap();
    let listed =
        call(&next.client().unwrap(), "DescribeSQLLogFiles", json!({ "DBInstanceId": ID })).await.unwrap();
    assert_eq!(listed["Items"]["LogFile"][0]["FileID"], file["FileID"]);
    service.clock().advance(2 * DAY);
    assert_eq!(files(json!({})).await.len(), 0);
}

#[tokio::test]
async fn a_report_of_each_day_that_is_over_ranks_its_statements() {
    let (_service, client) = audited().await;
    let reports = call(&client, "DescribeSQLLogReportList", asked(json!({}))).await.unwrap();
    let reports = reports["Items"]["Item"].as_array().unwrap();
    assert_eq!(reports.len(), 2, "not of today");
    let ranked = &reports[0]["QPSTopNItems"]["QPSTopNItem"];
    assert_eq!((&ranked[0]["SQLExecuteTimes"], &ranked[1]["SQLExecuteTimes"]), (&json!(2), &json!(1)));
    let slowest = &reports[0]["LatencyTopNItems"]["LatencyTopNItem"];
    assert_eq!((slowest.as_array().unwrap().len(), &slowest[0]["AvgLatency"]), (2, &json!(200)));
}
