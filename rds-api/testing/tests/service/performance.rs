//! What an instance and its proxy are doing, as numbers: for every metric that the specification has, of every engine.

use rds_api::operations::monitoring::describe_db_instance_performance::DescribeDBInstancePerformanceRequired;
use rds_api::operations::proxy::describe_db_proxy_performance::DescribeDBProxyPerformanceRequired;
use rds_api::schema::{self, EnumValue};
use rds_api::types::{PerformanceKey, ProxyPerformanceKey};

use super::*;

const HOUR: Duration = Duration::from_secs(3600);

fn known(operation: &str, parameter: &str) -> &'static [EnumValue] {
    &schema::operation(operation).unwrap().parameter(parameter).unwrap().shape.values
}

/// The names of the numbers of a metric: those of the specification, or its own.
fn names(key: &EnumValue) -> Vec<String> {
    let parts = key.metric.as_ref().unwrap().parts.clone();
    if parts.is_empty() { vec![key.value.clone()] } else { parts }
}

#[tokio::test]
async fn every_metric_of_every_engine_is_a_series_of_numbers() {
    let all = known("DescribeDBInstancePerformance", "Key");
    let mut seen = 0;
    for engine in ["MySQL", "MariaDB", "PostgreSQL", "SQLServer"] {
        let instance = FakeInstance::new(engine).id("rm-old").age(24 * HOUR);
        let service = FakeService::builder().instance(instance).start().unwrap();
        let now = service.clock().now();
        let client = service.client().unwrap();
        for key in all {
            let metric = key.metric.as_ref().unwrap();
            let required = DescribeDBInstancePerformanceRequired {
                db_instance_id: "rm-old".into(),
                key: key.value.clone(),
                start_time: (now - HOUR).into(),
                end_time: now.into(),
            };
            let response = client.describe_db_instance_performance(required).await.unwrap();
            let series = response.series();
            if metric.engines.iter().all(|own| own != engine) {
                assert!(series.is_empty(), "{engine} has no {}", key.value);
                continue;
            }
            seen += 1;
            let [series] = &series[..] else { panic!("{engine} {}: {series:?}", key.value) };
            assert_eq!((&series.key, &series.names), (&key.value, &names(key)));
            assert_eq!(series.unit, metric.unit, "{}", key.value);
            assert!(series.points.len() > 5, "{}", key.value);
            for name in &series.names {
                assert!(series.values(name).all(|(_, number)| number.is_some()), "{} {name}", key.value);
            }
        }
    }
    assert!(seen > all.len(), "MySQL and MariaDB share theirs: {seen}");
}

#[tokio::test]
async fn several_metrics_are_asked_for_by_name_or_by_text() {
    let service = service();
    service.clock().advance(2 * HOUR);
    let now = service.clock().now();
    let required = DescribeDBInstancePerformanceRequired {
        db_instance_id: FakeService::INSTANCE.into(),
        key: format!("{},{},Nothing", PerformanceKey::MySqlMemCpuUsage, PerformanceKey::MySqlIops),
        start_time: (now - HOUR).into(),
        end_time: now.into(),
    };
    let response = service.client().unwrap().describe_db_instance_performance(required).await.unwrap();
    let keys: Vec<_> = response.series().into_iter().map(|series| series.key).collect();
    assert_eq!(keys, ["MySQL_MemCpuUsage", "MySQL_IOPS"]);
}

#[tokio::test]
async fn a_proxy_has_the_metrics_of_its_engine() {
    for (engine, count) in [("MySQL", 1), ("PostgreSQL", 7)] {
        let instance = FakeInstance::new(engine).id("rm-old").age(24 * HOUR);
        let service = FakeService::builder().instance(instance).start().unwrap();
        let now = service.clock().now();
        let keys = known("DescribeDBProxyPerformance", "MetricsName");
        let all: Vec<_> = keys.iter().map(|key| key.value.as_str()).collect();
        let client = service.client().unwrap();
        let mut series = Vec::new();
        for name in all {
            let name = ProxyPerformanceKey::from(name);
            let required = DescribeDBProxyPerformanceRequired {
                db_instance_id: "rm-old".into(),
                metrics_name: name.into(),
                start_time: (now - HOUR).into(),
                end_time: now.into(),
            };
            series.extend(client.describe_db_proxy_performance(required).await.unwrap().series());
        }
        assert_eq!(series.len(), count, "{engine}");
        assert!(series.iter().all(|it| !it.points.is_empty()), "{engine}");
    }
}
