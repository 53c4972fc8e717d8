//! `rds top`: how instances are doing.

use rds_api::operations::monitoring::describe_db_instance_performance::DescribeDBInstancePerformanceRequired;
use rds_api::schema::{self, EnumValue};
use rds_api::series::Series;
use rds_api::{Client, FanOut, Region, Timestamp};
use rds_api_core::text::short_line;
use serde_json::{Value as Json, json};

use crate::call::{self, ResponseOutput, Watch};
use crate::connection::Connection;
use crate::failure::Failure;
use crate::sparkline::sparkline;
use crate::suggestion::nearest;
use crate::terminal;
use crate::time_option::time_of;

/// Parts of the names of the metrics that are shown unless others are asked for.
const USUAL: [&str; 8] =
    ["CpuUsage", "CPUUsage", "MemUsage", "MemoryUsage", "QPS", "Session", "IOPS", "NetworkTraffic"];
/// How many instances are asked about at once.
const PARALLEL: usize = 8;
/// How many characters the course of a number has.
const TREND: usize = 20;
const COLUMNS: [&str; 8] = ["DBInstanceId", "Metric", "Number", "Now", "Unit", "Average", "Highest", "Trend"];

/// Show how instances are doing: CPU, memory, connections, statements, I/O and traffic over the last quarter of an hour.
///
/// Each number is a row with its latest value, average, highest value and course. The figures are those of
/// DescribeDBInstancePerformance, a sample a minute or more rarely, as the monitoring of the instance is set.
#[derive(clap::Args)]
#[command(mut_arg("watch", |watch| watch.default_missing_value("60").help(
    "Show it again and again, every so many seconds, 60 unless given, until ctrl-c"
)))]
pub(crate) struct Arguments {
    /// The instances; all of the region, if none is named.
    #[arg(value_name = "INSTANCE")]
    instances: Vec<String>,
    /// Since when, such as -1d, yesterday or 2026-11-01.
    #[arg(long, value_name = "TIME", default_value = "-15m", allow_hyphen_values = true)]
    since: String,
    /// Until when.
    #[arg(long, value_name = "TIME", default_value = "now", allow_hyphen_values = true)]
    until: String,
    /// The metrics, such as MySQL_QPSTPS,MySQL_Sessions, or `all` that the engine has; `rds explain
    /// DescribeDBInstancePerformance` lists them.
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    metric: Vec<String>,
    #[command(flatten)]
    watch: Watch,
    #[command(flatten)]
    output: ResponseOutput,
    #[command(flatten)]
    connection: Connection,
}

pub(crate) async fn run(mut arguments: Arguments) -> Result<(), Failure> {
    check_metrics(&arguments.metric)?;
    let several = arguments.connection.take_regions()?;
    let (builder, _service) = arguments.connection.open().await?;
    let client = builder.build()?;
    let clients: Vec<(Option<String>, Client)> = match &several {
        None => vec![(None, client)],
        Some(regions) => {
            let place = |region: &Region| (Some(region.id().to_owned()), region.client().clone());
            regions.reached(&client).await?.iter().map(place).collect()
        }
    };
    // Who names one instance knows whose the numbers are.
    let own = if arguments.instances.len() == 1 { &COLUMNS[1..] } else { &COLUMNS[..] };
    let columns: Vec<&str> = several.iter().map(|_| "Region").chain(own.iter().copied()).collect();
    arguments.output.prefer_table(&columns);
    if arguments.watch.pause().is_some() {
        arguments.output.repeat();
    }
    let show = async || show(&clients, &arguments).await;
    match arguments.watch.pause() {
        Some(pause) => call::repeat("top", pause, show).await,
        None => show().await,
    }
}

/// Refuses the name of a metric that there is not.
fn check_metrics(names: &[String]) -> Result<(), Failure> {
    for name in names.iter().filter(|name| *name != "all") {
        let is_known = |metric: &&EnumValue| metric.value.eq_ignore_ascii_case(name);
        if metrics().iter().find(is_known).is_none() {
            let hint = match nearest(name, metrics().iter().map(|metric| metric.value.as_str())) {
                Some(nearest) => format!("did you mean {nearest}?"),
                None => "`rds explain DescribeDBInstancePerformance` lists them".to_owned(),
            };
            return Err(Failure::usage(format!("there is no metric {name}; {hint}")));
        }
    }
    Ok(())
}

/// All metrics of instances.
fn metrics() -> &'static [EnumValue] {
    let operation = schema::operation("DescribeDBInstancePerformance");
    let key = operation.and_then(|operation| operation.parameter("Key"));
    key.map_or(&[], |key| key.shape.values.as_slice())
}

/// The names of the metrics of an engine that are wanted, with commas between them.
fn key(engine: &str, wanted: &[String]) -> String {
    let has_engine = |metric: &&EnumValue| {
        metric.metric.as_ref().is_some_and(|it| it.engines.iter().any(|its| its.eq_ignore_ascii_case(engine)))
    };
    let is_wanted = |metric: &&EnumValue| match wanted {
        [] => USUAL.iter().any(|usual| metric.value.contains(usual)) && !metric.value.contains("RCU"),
        [all] if all == "all" => true,
        names => names.iter().any(|name| metric.value.eq_ignore_ascii_case(name)),
    };
    let names = metrics().iter().filter(|metric| has_engine(metric) && is_wanted(metric));
    names.map(|metric| metric.value.as_str()).collect::<Vec<_>>().join(",")
}

/// An instance, where it is, and its engine.
#[derive(Clone)]
struct Instance {
    region: Option<String>,
    client: Client,
    id: String,
    engine: String,
}

async fn show(clients: &[(Option<String>, Client)], arguments: &Arguments) -> Result<(), Failure> {
    let time = |parameter, text| time_of("DescribeDBInstancePerformance", parameter, text);
    let [since, until] = [time("StartTime", &arguments.since)?, time("EndTime", &arguments.until)?];
    let mut instances = Vec::new();
    let mut failures = Vec::new();
    for (region, client) in clients {
        match of_region(region.as_deref(), client, &arguments.instances).await {
            Ok(of_region) => instances.extend(of_region),
            Err(failure) => failures.push((region.clone().unwrap_or_default(), failure)),
        }
    }
    let all = instances.len() + failures.len();
    let ask = |instance: &Instance| {
        let key = key(&instance.engine, &arguments.metric);
        rows(instance.clone(), key, since.clone(), until.clone())
    };
    let mut metrics = Vec::new();
    let asked = FanOut::each(instances, ask).with_concurrency(PARALLEL);
    for (instance, outcome) in asked.in_order().into_vec().await {
        match outcome {
            Ok(rows) => metrics.extend(rows),
            Err(failure) => failures.push((instance.id, failure)),
        }
    }
    if failures.is_empty() || failures.len() < all {
        arguments.output.print(&json!({ "Metrics": metrics }), None)?;
    }
    if let ([(_, only)], 1) = (failures.as_slice(), all) {
        return Err(only.clone());
    }
    for (whose, failure) in &failures {
        terminal::error(&failure.message_of(&short_line(whose, 100)));
    }
    let failures: Vec<Failure> = failures.into_iter().map(|(_, failure)| failure).collect();
    if failures.is_empty() { Ok(()) } else { Err(Failure::of_several(&failures, all)) }
}

/// The instances of a region: those that are named, or all.
async fn of_region(
    region: Option<&str>,
    client: &Client,
    named: &[String],
) -> Result<Vec<Instance>, Failure> {
    let instance = |id: Option<String>, engine: Option<String>| {
        let (region, client) = (region.map(str::to_owned), client.clone());
        Some(Instance { region, client, id: id?, engine: engine.unwrap_or_default() })
    };
    let mut instances = Vec::new();
    if named.is_empty() {
        let listed = client.describe_db_instances().items().into_vec().await?;
        let all = listed.into_iter();
        instances
            .extend(all.filter_map(|it| instance(it.db_instance_id, it.engine.map(|it| it.to_string()))));
    }
    for id in named {
        let found = client.describe_db_instance_attribute(id).send_full().await?.into_success()?;
        let found = found.items.into_iter().next();
        let engine = found.and_then(|it| it.engine).map(|engine| engine.to_string());
        instances.extend(instance(Some(id.clone()), engine));
    }
    Ok(instances)
}

/// A row for each number of each metric of an instance.
async fn rows(
    instance: Instance,
    key: String,
    since: Timestamp,
    until: Timestamp,
) -> Result<Vec<Json>, Failure> {
    if instance.engine.is_empty() {
        let id = short_line(&instance.id, 100);
        return Err(Failure::unfit(format!("nothing tells the engine of {id}, and so what metrics it has")));
    }
    if key.is_empty() {
        let [id, engine] = [&instance.id, &instance.engine].map(|text| short_line(text, 100));
        terminal::note(&format!("{id} is of {engine}, which has none of these metrics"));
        return Ok(Vec::new());
    }
    let required = DescribeDBInstancePerformanceRequired {
        db_instance_id: instance.id.clone(),
        key,
        start_time: since,
        end_time: until,
    };
    let call = instance.client.describe_db_instance_performance(required);
    let response = call.send_full().await?.into_success()?;
    let rows = response.series().into_iter().flat_map(|series| {
        let names = series.names.clone();
        names.into_iter().filter_map(|name| row(&instance, &series, &name)).collect::<Vec<_>>()
    });
    Ok(rows.collect())
}

/// A number over time, unless nothing is known of it.
fn row(instance: &Instance, series: &Series, name: &str) -> Option<Json> {
    let numbers: Vec<Option<f64>> = series.values(name).map(|(_, number)| number).collect();
    let known: Vec<f64> = numbers.iter().flatten().copied().collect();
    let latest = known.last()?;
    let rounded = |number: f64| (number * 100.0).round() / 100.0;
    let average = known.iter().sum::<f64>() / known.len() as f64;
    let highest = known.iter().copied().fold(f64::MIN, f64::max);
    let mut row = json!({
        "DBInstanceId": instance.id,
        "Metric": series.key,
        "Number": name,
        "Now": rounded(*latest),
        "Average": rounded(average),
        "Highest": rounded(highest),
        "Unit": series.unit,
        "Trend": sparkline(&numbers, TREND),
    });
    if let Some(region) = &instance.region {
        row["Region"] = json!(region);
    }
    Some(row)
}
