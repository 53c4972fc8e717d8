//! The samples of metrics as numbers: what the responses about performance say in texts such as `12.5&63`.
//!
//! ```
//! use std::time::{Duration, SystemTime};
//! use rds_api::operations::monitoring::describe_db_instance_performance::DescribeDBInstancePerformanceRequired;
//! use rds_api::types::PerformanceKey;
//! # use rds_api_testing::FakeService;
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> rds_api::Result<()> {
//! # let service = FakeService::start()?;
//! # let (client, instance) = (service.client()?, FakeService::INSTANCE);
//! # service.clock().advance(Duration::from_secs(7200));
//! # let now = service.clock().now();
//! let required = DescribeDBInstancePerformanceRequired {
//!     db_instance_id: instance.into(),
//!     key: PerformanceKey::MySqlMemCpuUsage.into(),
//!     start_time: (now - Duration::from_secs(3600)).into(),
//!     end_time: now.into(),
//! };
//! let response = client.describe_db_instance_performance(required).await?;
//! for series in response.series() {
//!     for (time, percent) in series.values("cpuusage") {
//!         println!("{time} {percent:?}");
//! #       assert!(percent.is_some());
//!     }
//! #   assert!(!series.points.is_empty());
//! }
//! # Ok(())
//! # }
//! ```

use crate::Timestamp;
use crate::operations::monitoring::describe_db_instance_performance::{
    DescribeDBInstancePerformanceResponse, PerformanceMetric,
};
use crate::operations::proxy::describe_db_proxy_performance::{
    DescribeDBProxyPerformanceResponse, ProxyMetric,
};

/// One metric over time.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Series {
    /// The name of the metric, such as `MySQL_MemCpuUsage`; of a proxy as the service keeps it, such as `cpu_ratio`.
    pub key: String,
    /// The unit of the numbers, such as `%`, as far as the service tells.
    pub unit: Option<String>,
    /// The proxy endpoint that it is about, where a proxy's is broken down by endpoints.
    pub service: Option<String>,
    /// The proxy node that it is about, where a proxy's is broken down by these.
    pub node: Option<String>,
    /// The database node that it is about, where a proxy's is broken down by these.
    pub server: Option<String>,
    /// The names of the numbers of each point, such as `cpuusage` and `memusage`. A metric that names none has one number
    /// of its own name.
    pub names: Vec<String>,
    /// The points, in the order of the response.
    pub points: Vec<Point>,
}

/// The numbers of a metric at one time.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Point {
    /// The time.
    pub time: Timestamp,
    /// The numbers, in the order of [`names`](Series::names); `None` where the service has none, which is not 0.
    pub values: Vec<Option<f64>>,
}

impl Series {
    /// The number of this name over time; `None` where the service has none, and nothing if the metric has no such number.
    pub fn values<'s>(&'s self, name: &str) -> impl Iterator<Item = (&'s Timestamp, Option<f64>)> + use<'s> {
        let index = self.names.iter().position(|own| own == name);
        let points = self.points.iter();
        points.filter_map(move |point| Some((&point.time, point.values.get(index?).copied().flatten())))
    }

    fn new<'r>(
        key: Option<&str>,
        format: Option<&str>,
        samples: impl Iterator<Item = (Option<&'r Timestamp>, Option<&'r str>)>,
    ) -> Self {
        let key = key.unwrap_or_default();
        let names = format.unwrap_or_default().split('&').map(str::trim);
        let mut names: Vec<String> = names.filter(|name| !name.is_empty()).map(str::to_owned).collect();
        if names.is_empty() {
            names.push(key.to_owned());
        }
        // What has no time is at no point.
        let mut points: Vec<Point> = samples
            .filter_map(|(time, text)| {
                let values = text.unwrap_or_default().split('&').map(number).collect();
                Some(Point { time: time?.clone(), values })
            })
            .collect();
        // Numbers that the format does not name go by their place.
        let most = points.iter().map(|point| point.values.len()).max().unwrap_or_default();
        names.extend((names.len()..most).map(|index| (index + 1).to_string()));
        points.iter_mut().for_each(|point| point.values.resize(names.len(), None));
        Self { key: key.to_owned(), unit: None, service: None, node: None, server: None, names, points }
    }
}

impl DescribeDBInstancePerformanceResponse {
    /// The metrics as numbers: each with its points, and the numbers of each by name.
    pub fn series(&self) -> Vec<Series> {
        let of = |metric: &PerformanceMetric| {
            let samples = metric.values.iter().map(|it| (it.date.as_ref(), it.value.as_deref()));
            Series {
                unit: metric.unit.clone().filter(|unit| !unit.is_empty()),
                ..Series::new(metric.key.as_deref(), metric.value_format.as_deref(), samples)
            }
        };
        self.performance_keys.iter().map(of).collect()
    }
}

impl DescribeDBProxyPerformanceResponse {
    /// The metrics as numbers: each with its points, and the numbers of each by name. With a
    /// `Dimension`, there is a series for each part of the proxy.
    pub fn series(&self) -> Vec<Series> {
        let of = |metric: &ProxyMetric| {
            let samples = metric.values.iter().map(|it| (it.date.as_ref(), it.value.as_deref()));
            let part = |name: &Option<String>| name.clone().filter(|name| !name.is_empty());
            Series {
                service: part(&metric.service),
                node: part(&metric.node),
                server: part(&metric.server),
                ..Series::new(metric.key.as_deref(), metric.value_format.as_deref(), samples)
            }
        };
        self.performance_keys.iter().map(of).collect()
    }
}

/// The number in a text, with a unit behind it or without: `5.35`, `12.5%`, `3 KB/s`. What has digits in the place of a unit
/// is something else.
fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let is_of_number = |next: char| next.is_ascii_digit() || matches!(next, '+' | '-' | '.' | 'e' | 'E');
    let longest = text.find(|next| !is_of_number(next)).unwrap_or(text.len());
    let mut ends = (1..=longest).rev();
    let (number, unit) = ends.find_map(|end| Some((text[..end].parse().ok()?, text[end..].trim_start())))?;
    let begins = |next: char| next.is_alphabetic() || next == '%';
    let is_unit =
        unit.is_empty() || unit.starts_with(begins) && !unit.contains(|next: char| next.is_ascii_digit());
    Some(number).filter(|number: &f64| number.is_finite() && is_unit)
}
