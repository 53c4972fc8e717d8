//! The soak: its rounds, what is checked after each, and the report.

use std::alloc::System;
use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use rds_api::metrics::{Measurement, Metrics};
use rds_api::{Client, RetryPolicy};
use rds_api_testing::{FakeService, Fault, Injection, Refusal};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

/// Counts the memory in use. What the system tells of a process has the gaps that an allocator leaves, too.
#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

/// What may remain of calls: the 64 instances keep 10,000 lines each of what their engines say.
const KEPT: usize = 32 << 20;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// What is to be done. After each round all tasks have ended, and everything is checked.
pub(crate) struct Soak {
    pub(crate) calls: usize,
    pub(crate) tasks: usize,
    pub(crate) rounds: usize,
    pub(crate) faults: f64,
    pub(crate) seed: u64,
}

/// How many calls failed, by why they were not tried again, and by the code or the kind of their error.
#[derive(Debug, Clone, Default)]
pub(crate) struct Failures(BTreeMap<&'static str, BTreeMap<String, u64>>);

/// What came of it.
pub(crate) struct Report {
    pub(crate) calls: u64,
    pub(crate) failures: Failures,
    pub(crate) faults: u64,
    pub(crate) retries: u64,
    pub(crate) acknowledged: u64,
    pub(crate) executed: u64,
    pub(crate) median: Duration,
    pub(crate) percentile_99: Duration,
    /// Open connections: the most after a round, and after the client is gone.
    pub(crate) connections: (usize, usize),
    /// Bytes of memory in use after the second round and after the last.
    pub(crate) memory: (usize, usize),
}

impl Soak {
    /// Does it, and fails at the first thing that must not be.
    pub(crate) async fn run(&self) -> Outcome<Report> {
        let service = FakeService::builder().change_duration(Duration::ZERO).seed(self.seed).start()?;
        let instances = Arc::new(self.instances(&service).await?);
        let injections = inject(&service, self.faults);
        let measurements = Arc::new(Measurements::default());
        let retry = RetryPolicy::default()
            .max_attempts(8)
            .initial_backoff(Duration::from_millis(1))
            .throttled_backoff(Duration::from_millis(1))
            .max_backoff(Duration::from_millis(20));
        let client = service.client_builder().retry(retry).metrics(Shared(measurements.clone())).build()?;
        let (mut acknowledged, mut executed, mut connections) = (0, 0, 0);
        let mut memory = Vec::new();
        for round in 0..self.rounds {
            let mut tasks = tokio::task::JoinSet::new();
            for task in 0..self.tasks {
                let place = round * self.tasks + task;
                let places = self.rounds * self.tasks;
                let share = self.calls / places + usize::from(place < self.calls % places);
                let own = fastrand::Rng::with_seed(self.seed ^ ((place as u64) << 8));
                let (client, instance) = (client.clone(), instances[task].clone());
                tasks.spawn(calls(client, instance, share, format!("{round}-{task}"), own));
            }
            let mut writes = Writes::default();
            for written in tasks.join_all().await {
                writes.done.extend(written.done);
                writes.not_done.extend(written.not_done);
            }
            connections = connections.max(service.open_connections());
            let counts = writes.check(&service)?;
            check_state(&service, &service.client()?).await?;
            acknowledged += counts.0;
            executed += counts.1;
            // So far on that idempotency tokens and nonces are forgotten.
            service.clear_history();
            service.clock().advance(Duration::from_secs(25 * 3600));
            memory.push(memory_in_use());
        }
        drop(client);
        let left = connections_left(&service).await;
        let report = Report {
            faults: injections.iter().map(Injection::count).sum(),
            acknowledged,
            executed,
            connections: (connections, left),
            memory: memory.get(1).copied().zip(memory.last().copied()).unwrap_or_default(),
            ..measurements.report()
        };
        self.check(&report)?;
        Ok(report)
    }

    /// An instance for each task, so that its state is the work of that task alone.
    async fn instances(&self, service: &FakeService) -> Outcome<Vec<String>> {
        let client = service.client()?;
        let mut instances = Vec::new();
        for _ in 0..self.tasks {
            let parameters = [
                ("RegionId", "cn-hangzhou"),
                ("Engine", "MySQL"),
                ("EngineVersion", "8.0"),
                ("DBInstanceClass", "mysql.n2.medium.2c"),
                ("DBInstanceStorage", "20"),
                ("DBInstanceNetType", "Intranet"),
                ("SecurityIPList", "10.0.0.1"),
                ("PayType", "Postpaid"),
            ];
            let created = client.call_raw("CreateDBInstance", parameters).await?;
            instances.push(created["DBInstanceId"].as_str().unwrap_or_default().to_owned());
        }
        service.clear_history();
        Ok(instances)
    }

    fn check(&self, report: &Report) -> Outcome<()> {
        if report.failures.of("InvalidDBInstanceName.NotFound") > 0 {
            return Err("an instance is missing, and no fault says so".into());
        }
        let (most, left) = report.connections;
        // The service notices a little late that a broken connection was replaced.
        if most > 2 * self.tasks || left > 0 {
            return Err(format!("connections leak: {most} at {} tasks, {left} in the end", self.tasks).into());
        }
        let (early, late) = report.memory;
        match late > early + early / 4 + KEPT {
            true => {
                Err(format!("memory leaks: {early} bytes in use after two rounds, {late} after all").into())
            }
            false => Ok(()),
        }
    }
}

/// Every kind of fault, each with the same share, so that all together strike `share` of the requests.
fn inject(service: &FakeService, share: f64) -> Vec<Injection> {
    let refusal = |status, code: &str| Refusal::new(status, code, "It is a fault.");
    let faults = [
        Fault::Delay(Duration::from_millis(5)),
        Fault::Refuse(Refusal::throttled().retry_after(Duration::from_millis(2))),
        Fault::Refuse(Refusal::unavailable()),
        Fault::Refuse(Refusal::expired_token()),
        Fault::RefuseAfterExecution(Refusal::internal_error()),
        Fault::ResetBeforeExecution,
        Fault::ResetAfterExecution,
        Fault::TruncatedBody,
        Fault::GarbledBody,
        Fault::EmptyBody,
        Fault::BlockedPage,
        Fault::DisguisedRefusal(Refusal::new(404, "InvalidDisguise.NotFound", "It is not there.")),
        Fault::WrongContentType,
        Fault::UnrequestedXml,
        // Nobody knows whether these were executed.
        Fault::Refuse(refusal(408, "RequestTimeout")),
        Fault::RefuseAfterExecution(refusal(408, "Some.Code")),
        Fault::RefuseAfterExecution(refusal(400, "SqlExcutionFailed")),
        Fault::RefuseAfterExecution(refusal(400, "Something.Failed")),
        // An earlier request with the token is under way, and may have been executed.
        Fault::Refuse(refusal(403, "IdempotentProcessing")),
        Fault::RefuseAfterExecution(refusal(409, "LastTokenProcessing")),
        // Certainly not executed: to be repeated, to be repaired, and to be left.
        Fault::Refuse(refusal(429, "Some.Code")),
        Fault::Refuse(refusal(400, "IllegalTimestamp")),
        Fault::Refuse(refusal(403, "OperationDenied.DBInstanceStatus").retry_after(Duration::from_millis(2))),
        // The client has to learn the time again after every eight or so.
        Fault::ClockSkew(Duration::from_secs(120)),
    ];
    let each = 1.0 - (1.0 - share).powf(1.0 / faults.len() as f64);
    faults.into_iter().map(|fault| service.inject(fault).share(each)).collect()
}

/// The writes of a round, by the label that each carries.
#[derive(Default)]
struct Writes {
    /// Those that ended well.
    done: BTreeSet<String>,
    /// Those whose error says that they were not executed.
    not_done: BTreeSet<String>,
}

/// The calls of one task in a round: reads, writes with an idempotency token, and writes without.
async fn calls(
    client: Client,
    instance: String,
    calls: usize,
    label: String,
    mut random: fastrand::Rng,
) -> Writes {
    let mut writes = Writes::default();
    for call in 0..calls {
        let label = format!("{label}-{call}");
        let written = match random.u8(0..4) {
            0 => {
                // Reads have nothing to check but that they end.
                let _ = client.describe_db_instance_attribute(&*instance).await;
                continue;
            }
            1 => {
                let _ = client.describe_db_instances().page_size(10).page_number(random.i32(1..5)).await;
                continue;
            }
            2 => client.restart_db_instance(&*instance).node_id(&*label).await.map(drop),
            _ => client.modify_db_instance_description(&*instance, &*label).await.map(drop),
        };
        match written {
            Ok(()) => drop(writes.done.insert(label)),
            Err(error) if !error.may_have_been_executed() => drop(writes.not_done.insert(label)),
            Err(_) => {}
        }
    }
    writes
}

impl Writes {
    /// Holds what the tasks were told against what the service has done, and counts the writes that were
    /// acknowledged and those that were executed.
    fn check(&self, service: &FakeService) -> Outcome<(u64, u64)> {
        let mut executed: BTreeMap<String, u32> = BTreeMap::new();
        for entry in service.journal() {
            let label = &entry.parameters["NodeId"];
            let label = label.as_str().or(entry.parameters["DBInstanceDescription"].as_str());
            *executed.entry(label.unwrap_or_default().to_owned()).or_default() += 1;
        }
        let twice = executed.iter().find(|(_, times)| **times > 1).map(|(label, _)| label);
        let lost = self.done.iter().find(|label| !executed.contains_key(*label));
        let denied = self.not_done.iter().find(|label| executed.contains_key(*label));
        match (twice, lost, denied) {
            (Some(label), _, _) => Err(format!("the write {label} was executed more than once").into()),
            (_, Some(label), _) => {
                Err(format!("the write {label} was acknowledged, but not executed").into())
            }
            (_, _, Some(label)) => Err(format!("the write {label} was executed, against its error").into()),
            _ => Ok((self.done.len() as u64, executed.len() as u64)),
        }
    }
}

/// What was last written to each instance must be what it has now.
async fn check_state(service: &FakeService, client: &Client) -> Outcome<()> {
    let mut descriptions = BTreeMap::new();
    for entry in service.journal().iter().filter(|entry| entry.operation == "ModifyDBInstanceDescription") {
        let parameter = |name: &str| entry.parameters[name].as_str().map(str::to_owned);
        descriptions.insert(parameter("DBInstanceId"), parameter("DBInstanceDescription"));
    }
    // Faults strike this as well, also such as the client does not try again after.
    let mut listed = client.describe_db_instances().page_size(100).await;
    for _ in 0..20 {
        if listed.is_err() {
            listed = client.describe_db_instances().page_size(100).await;
        }
    }
    for instance in listed?.items {
        if let Some(written) = descriptions.remove(&instance.db_instance_id)
            && written != instance.db_instance_description
        {
            return Err(format!("{:?} is not {written:?}", instance.db_instance_description).into());
        }
    }
    match descriptions.is_empty() {
        true => Ok(()),
        false => Err(format!("{} instances are not listed", descriptions.len()).into()),
    }
}

/// The connections that are still open when the service has had time to notice that they are closed.
async fn connections_left(service: &FakeService) -> usize {
    for _ in 0..500 {
        if service.open_connections() == 0 {
            break;
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    service.open_connections()
}

fn memory_in_use() -> usize {
    let stats = ALLOCATOR.stats();
    stats.bytes_allocated.saturating_sub(stats.bytes_deallocated)
}

/// How long each call took, and what else there is to count.
#[derive(Debug, Default)]
struct Measurements(Mutex<Counted>);

#[derive(Debug, Default)]
struct Counted {
    microseconds: Vec<u32>,
    attempts: u64,
    failures: Failures,
}

impl Measurements {
    fn counted(&self) -> MutexGuard<'_, Counted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The report, as far as this knows it.
    fn report(&self) -> Report {
        let mut counted = self.counted();
        counted.microseconds.sort_unstable();
        let calls = counted.microseconds.len();
        let quantile = |share: usize| {
            let at = (calls * share / 100).min(calls.saturating_sub(1));
            Duration::from_micros(counted.microseconds.get(at).copied().unwrap_or_default().into())
        };
        Report {
            calls: calls as u64,
            failures: counted.failures.clone(),
            retries: counted.attempts - calls as u64,
            median: quantile(50),
            percentile_99: quantile(99),
            faults: 0,
            acknowledged: 0,
            executed: 0,
            connections: (0, 0),
            memory: (0, 0),
        }
    }
}

impl Failures {
    fn add(&mut self, error: &rds_api::Error) {
        let why = match (error.is_retryable(), error.may_have_been_executed()) {
            (false, _) => "of no use to repeat",
            (true, true) => "writes that may have been executed",
            (true, false) => "tried too often",
        };
        let what = error.code().map_or_else(|| format!("{:?}", error.kind()), str::to_owned);
        *self.0.entry(why).or_default().entry(what).or_default() += 1;
    }

    /// How many had this code, or this kind.
    fn of(&self, what: &str) -> u64 {
        self.0.values().filter_map(|failures| failures.get(what)).sum()
    }

    pub(crate) fn total(&self) -> u64 {
        self.0.values().flat_map(BTreeMap::values).sum()
    }
}

impl fmt::Display for Failures {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} calls failed", self.total())?;
        let groups = self.0.iter().map(|(why, what)| {
            let what: Vec<String> = what.iter().map(|(what, times)| format!("{times} {what}")).collect();
            format!("{why}: {}", what.join(", "))
        });
        match groups.collect::<Vec<_>>().join("; ") {
            groups if groups.is_empty() => Ok(()),
            groups => write!(formatter, " ({groups})"),
        }
    }
}

/// The measurements as the client holds them.
#[derive(Debug)]
struct Shared(Arc<Measurements>);

impl Metrics for Shared {
    fn attempt_ended(&self, _: &Measurement<'_>) {
        self.0.counted().attempts += 1;
    }

    fn call_ended(&self, measurement: &Measurement<'_>) {
        let mut counted = self.0.counted();
        counted.microseconds.push(u32::try_from(measurement.elapsed.as_micros()).unwrap_or(u32::MAX));
        if let Some(error) = measurement.error {
            counted.failures.add(error);
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { calls, failures, faults, retries, acknowledged, executed, .. } = self;
        let milliseconds = |duration: Duration| duration.as_secs_f64() * 1000.0;
        write!(
            formatter,
            "{calls} calls, {faults} faults, {retries} retries, {failures}; p50 {:.2} ms, p99 {:.2} ms; \
             {executed} writes executed once each, {acknowledged} of them acknowledged; connections: {} at most, \
             {} in the end; memory in use: {} MiB early, {} MiB late",
            milliseconds(self.median),
            milliseconds(self.percentile_99),
            self.connections.0,
            self.connections.1,
            self.memory.0 >> 20,
            self.memory.1 >> 20,
        )
    }
}
