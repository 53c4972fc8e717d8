//! The keys of performance that engines have: those of the specification.

use rds_api::schema::{self, EnumValue};

/// What the values of a key of performance are made of.
pub(super) struct PerformanceKey {
    pub(super) unit: &'static str,
    /// The names of the parts of a value.
    pub(super) parts: Vec<&'static str>,
}

/// The names of keys that say the same of any engine, by how they begin.
const PREFIXES: [&str; 3] = ["MySQL_", "SQLServer_", "PgSQL_"];

/// What a key of an engine means; `None` if the engine does not have it. A key of which nobody knows the parts has one,
/// of its own name. The names of MySQL go without their beginning, too.
pub(super) fn performance_key(engine: &str, name: &str) -> Option<PerformanceKey> {
    let of_engine = known("DescribeDBInstancePerformance", "Key").iter();
    let mut of_engine = of_engine.filter(|key| {
        key.metric.as_ref().is_some_and(|metric| metric.engines.iter().any(|own| own == engine))
    });
    let is_same = |key: &&EnumValue| {
        let bare = PREFIXES.iter().find_map(|prefix| key.value.strip_prefix(prefix));
        key.value.eq_ignore_ascii_case(name) || bare.is_some_and(|bare| bare.eq_ignore_ascii_case(name))
    };
    of_engine.find(is_same).map(of)
}

/// What a key of a proxy means; `None` if the proxy of the engine does not have it.
pub(super) fn proxy_key(engine: &str, name: &str) -> Option<PerformanceKey> {
    let mut keys = known("DescribeDBProxyPerformance", "MetricsName").iter();
    let key = keys.find(|key| key.value.eq_ignore_ascii_case(name))?;
    key.metric.as_ref().filter(|metric| metric.engines.iter().any(|own| own == engine))?;
    Some(of(key))
}

fn known(operation: &str, parameter: &str) -> &'static [EnumValue] {
    let parameter = schema::operation(operation).and_then(|operation| operation.parameter(parameter));
    parameter.map_or(&[], |parameter| &parameter.shape.values)
}

fn of(key: &'static EnumValue) -> PerformanceKey {
    let (name, metric) = (key.value.as_str(), key.metric.as_ref());
    let parts: Vec<&str> =
        metric.map(|metric| metric.parts.iter().map(String::as_str).collect()).unwrap_or_default();
    let unit = metric.and_then(|metric| metric.unit.as_deref()).unwrap_or_default();
    let mut key = PerformanceKey { unit, parts };
    if key.parts.is_empty() {
        key.parts.push(name);
    }
    key
}

/// A metric: key, alias, group and its name, unit, dimension and description.
pub(super) type Metric =
    (&'static str, &'static str, &'static str, &'static str, &'static str, &'static str, &'static str);

pub(super) const METRICS: &[Metric] = &[
    ("os.cpu_usage.sys.avg", "cpu_sys_per_core", "os.cpu_usage", "CPU", "%", "os", "CPU time of the system."),
    (
        "os.cpu_usage.user.avg",
        "cpu_user_per_core",
        "os.cpu_usage",
        "CPU",
        "%",
        "os",
        "CPU time of processes.",
    ),
    ("os.mem_usage.total.avg", "mem_total", "os.mem_usage", "Memory", "MB", "os", "Memory that is in use."),
    ("os.iops_usage.data.avg", "data_iops", "os.iops_usage", "IOPS", "int", "os", "I/O of the data disk."),
    ("db.tps.commits.avg", "commits", "db.tps", "TPS", "tps", "db", "Transactions that were committed."),
    (
        "db.connections.active.avg",
        "active",
        "db.connections",
        "Connections",
        "int",
        "db",
        "Active connections.",
    ),
];
