//! The examples do what they say, on the account of the embedded service that they run with by `--fake`.
#![allow(clippy::unwrap_used, clippy::duplicate_mod)]

#[allow(dead_code)]
#[path = "../examples/back_up_when_due.rs"]
mod back_up_when_due;
#[allow(dead_code)]
#[path = "../examples/metrics_csv.rs"]
mod metrics_csv;
#[allow(dead_code)]
#[path = "../examples/oldest_backups.rs"]
mod oldest_backups;
#[allow(dead_code)]
#[path = "../examples/restore_and_check.rs"]
mod restore_and_check;
#[allow(dead_code)]
#[path = "../examples/slow_log.rs"]
mod slow_log;
#[path = "../examples/support/mod.rs"]
mod support;

use rds_api_testing::Refusal;

/// The cells of each row of a table.
fn rows(table: &comfy_table::Table) -> Vec<Vec<String>> {
    table.row_iter().map(|row| row.cell_iter().map(|cell| cell.content()).collect()).collect()
}

#[tokio::test]
async fn the_oldest_backup_of_every_instance_in_every_region_is_in_the_table() {
    let service = support::account().unwrap();
    let client = service.client().unwrap();
    let table = rows(&oldest_backups::oldest_backups(&client).await.unwrap());
    let row = |id: &str| table.iter().find(|row| row[1] == id).unwrap().clone();
    assert_eq!(table.len(), 4);
    assert_eq!((row("rm-shop")[0].as_str(), row("rm-shop")[3].as_str()), ("cn-hangzhou", "7"));
    assert_eq!((row("pgm-maps")[0].as_str(), row("pgm-maps")[3].as_str()), ("cn-beijing", "2"));
    assert_eq!(row("rm-new")[2..], ["-", "0"]);
    let backups = client.describe_backups("rm-shop").items().into_vec().await.unwrap();
    let oldest = backups.iter().map(|it| it.backup_end_time.clone().unwrap()).min().unwrap();
    assert_eq!(row("rm-shop")[2], oldest.as_str());

    service.inject(Refusal::new(403, "Forbidden.RAM", "No.")).on_operation("DescribeBackups").times(1);
    let table = rows(&oldest_backups::oldest_backups(&client).await.unwrap());
    assert_eq!(table.len(), 4, "a failure is a row beside the others");
    assert_eq!(table.iter().filter(|row| row[2].contains("Forbidden.RAM")).count(), 1);
}

#[tokio::test]
async fn metrics_are_lines_of_csv() {
    let service = support::account().unwrap();
    let client = service.client().unwrap();
    let (mut csv, time) = (Vec::new(), support::last_hours(2));
    metrics_csv::write_metrics(&client, "rm-shop", "MySQL_MemCpuUsage", time, &mut csv).await.unwrap();
    let mut reader = csv::Reader::from_reader(&*csv);
    let lines: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let cpu: Vec<_> = lines.iter().filter(|line| &line[2] == "cpuusage").collect();
    assert!(cpu.len() > 10 && lines.len() == 2 * cpu.len(), "{}", lines.len());
    assert!(cpu.iter().all(|line| &line[1] == "MySQL_MemCpuUsage" && line[3].parse::<f64>().is_ok()));
    let error = metrics_csv::write_metrics(&client, "rm-no", "MySQL_MemCpuUsage", time, &mut csv).await;
    assert!(error.unwrap_err().downcast::<rds_api::Error>().unwrap().is_not_found());
}

#[tokio::test]
async fn slow_queries_are_rows() {
    let service = support::account().unwrap();
    let table = slow_log::slow_queries(&service.client().unwrap(), "rm-shop").await.unwrap();
    let rows = rows(&table);
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0][1..], ["7000", "orders", "SELECT * FROM orders WHERE note LIKE '%late%'"]);
}

#[tokio::test]
async fn what_has_no_backup_of_the_last_day_is_backed_up() {
    let service = support::account().unwrap();
    let client = service.client().unwrap().in_region("cn-shanghai").unwrap();
    let table = rows(&back_up_when_due::back_up_all(&client).await.unwrap());
    let backups = client.describe_backups("rm-new").await.unwrap().items;
    assert_eq!(table, [["rm-new", "-", backups[0].backup_id.as_deref().unwrap()]]);
    let table = rows(&back_up_when_due::back_up_all(&client).await.unwrap());
    let last = backups[0].backup_end_time.as_ref().unwrap();
    assert_eq!(table, [["rm-new", last.as_str(), "-"]], "it is not due again");

    service.inject(Refusal::new(403, "Forbidden.RAM", "No.")).on_operation("DescribeBackups").times(1);
    let table = rows(&back_up_when_due::back_up_all(&client).await.unwrap());
    assert!(table[0][2].contains("Forbidden.RAM"), "{table:?}");
}

#[tokio::test]
async fn an_instance_is_restored_and_checked() {
    let service = support::account().unwrap();
    let client = service.client().unwrap();
    let restored = restore_and_check::restore(&client, "rm-shop").await.unwrap();
    assert!(restored.missing.is_empty() && restored.id != "rm-shop");
    let databases = client.describe_databases(&*restored.id).await.unwrap().databases;
    assert_eq!(databases.len(), 2);
    let cloned = service.journal();
    assert_eq!(cloned.iter().map(|entry| entry.operation.as_str()).collect::<Vec<_>>(), ["CloneDBInstance"]);
    let elsewhere = client.in_region("cn-shanghai").unwrap();
    let error = restore_and_check::restore(&elsewhere, "rm-new").await.err().unwrap();
    assert_eq!(error.to_string(), "there is no backup to restore");
}
