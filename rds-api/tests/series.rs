//! Samples of performance as numbers, for every format that the service has.
#![allow(clippy::unwrap_used, clippy::panic)]

use rds_api::Timestamp;
use rds_api::operations::monitoring::DescribeDBInstancePerformanceResponse;
use rds_api::operations::proxy::DescribeDBProxyPerformanceResponse;
use serde_json::{Value as Json, json};

type Values<'v> = &'v [Option<f64>];

fn of_instance(format: Json, value: Json) -> DescribeDBInstancePerformanceResponse {
    let values = json!([{ "Date": "2024-03-15T08:30:00Z", "Value": value }]);
    let key =
        json!({ "Key": "K", "Unit": "%", "ValueFormat": format, "Values": { "PerformanceValue": values } });
    serde_json::from_value(json!({ "PerformanceKeys": { "PerformanceKey": [key] } })).unwrap()
}

#[test]
fn every_format_becomes_named_numbers() {
    let cases: &[(Json, Json, &[&str], Values<'_>)] = &[
        (json!("cpuusage&memusage"), json!("12.5&63"), &["cpuusage", "memusage"], &[Some(12.5), Some(63.0)]),
        (json!("recv_k&sent_k"), json!("5.35&6.74"), &["recv_k", "sent_k"], &[Some(5.35), Some(6.74)]),
        (json!(" a & b "), json!(" 1 & 2 "), &["a", "b"], &[Some(1.0), Some(2.0)]),
        (json!("io"), json!("17"), &["io"], &[Some(17.0)]),
        (json!("io"), json!(17.25), &["io"], &[Some(17.25)]),
        (json!("io"), json!("-0.5"), &["io"], &[Some(-0.5)]),
        (json!("io"), json!("1.5E3"), &["io"], &[Some(1500.0)]),
        // No name of its own, or fewer names than numbers.
        (json!(""), json!("3"), &["K"], &[Some(3.0)]),
        (Json::Null, json!("3"), &["K"], &[Some(3.0)]),
        (json!("a"), json!("1&2&3"), &["a", "2", "3"], &[Some(1.0), Some(2.0), Some(3.0)]),
        // Units within the text.
        (json!("a&b&c"), json!("12.5%&3 KB/s&7ms"), &["a", "b", "c"], &[Some(12.5), Some(3.0), Some(7.0)]),
        // Gaps stay gaps.
        (json!("a&b"), json!("1&"), &["a", "b"], &[Some(1.0), None]),
        (json!("a&b"), json!("&2"), &["a", "b"], &[None, Some(2.0)]),
        (json!("a&b&c"), json!("1"), &["a", "b", "c"], &[Some(1.0), None, None]),
        (json!("a&b"), json!(""), &["a", "b"], &[None, None]),
        (json!("a"), Json::Null, &["a"], &[None]),
        (json!("a&b&c&d"), json!("null&-&NaN&inf"), &["a", "b", "c", "d"], &[None, None, None, None]),
        (json!("a&b"), json!("Yes&%"), &["a", "b"], &[None, None]),
        (json!("a&b&c"), json!("1e3 KB&0x10&5 eV"), &["a", "b", "c"], &[Some(1000.0), None, Some(5.0)]),
        (json!("a&b&c"), json!("-1.5&1-2&1 2"), &["a", "b", "c"], &[Some(-1.5), None, None]),
        (json!("a"), json!("1,5"), &["a"], &[None]),
    ];
    for (format, value, names, values) in cases {
        let series = of_instance(format.clone(), value.clone()).series().remove(0);
        assert_eq!(series.names, *names, "{format} {value}");
        assert_eq!(series.points[0].values, *values, "{format} {value}");
        assert_eq!((series.key.as_str(), series.unit.as_deref()), ("K", Some("%")));
        for (name, value) in names.iter().zip(*values) {
            assert_eq!(series.values(name).map(|point| point.1).collect::<Vec<_>>(), [*value]);
        }
        assert_eq!(series.values("other").count(), 0);
    }
}

#[test]
fn points_are_at_the_times_of_the_samples() {
    let values = json!([
        { "Date": "2024-03-15T08:30Z", "Value": "1" },
        { "Date": "2024-03-15T08:31:00Z" },
        { "Value": "3" },
        { "Date": "2024-03-15T08:32:30Z", "Value": "4" },
    ]);
    let key = json!({ "Key": "K", "ValueFormat": "a", "Values": { "PerformanceValue": values } });
    let response: DescribeDBInstancePerformanceResponse =
        serde_json::from_value(json!({ "PerformanceKeys": { "PerformanceKey": [key] } })).unwrap();
    let series = response.series().remove(0);
    let points: Vec<(&Timestamp, Option<f64>)> = series.values("a").collect();
    let times = ["2024-03-15T08:30:00Z", "2024-03-15T08:31:00Z", "2024-03-15T08:32:30Z"].map(Timestamp::from);
    assert_eq!(points, [(&times[0], Some(1.0)), (&times[1], None), (&times[2], Some(4.0))]);
    assert!(DescribeDBInstancePerformanceResponse::default().series().is_empty());
}

#[test]
fn a_proxy_has_a_series_for_each_of_its_parts() {
    let key = |service: &str, value: &str| {
        json!({
            "Key": "cpu_ratio", "ValueFormat": "docker_container_cpu", "Service": service,
            "Values": { "PerformanceValue": [{ "Date": "2019-10-10T09:00:00Z", "Value": value }] },
        })
    };
    let keys = json!([key("reserve_3", "2.83"), key("", "")]);
    let response: DescribeDBProxyPerformanceResponse =
        serde_json::from_value(json!({ "PerformanceKeys": { "PerformanceKey": keys } })).unwrap();
    let [one, whole] = &response.series()[..] else { panic!("two series") };
    assert_eq!((one.service.as_deref(), whole.service.as_deref()), (Some("reserve_3"), None));
    let numbers = |series: &rds_api::series::Series| series.points[0].values[0];
    assert_eq!((numbers(one), numbers(whole)), (Some(2.83), None));
}
