//! Writes that are followed: every one that the specification declares, typed and by description, and what goes wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::pin::Pin;

use serde::de::DeserializeOwned;
use serde_json::{Map, Value as Json, json};

use super::simulated::call_of;
use super::simulated_life::{self, Step};
use super::*;
use rds_api::follow::{Followed, UntilDone};
use rds_api::operations::backup::create_backup::CreateBackupResponse;
use rds_api::operations::backup::describe_backup_tasks::DescribeBackupTasksResponse;
use rds_api::operations::backup::{CreateBackupRequest, DescribeBackupTasksRequest};
use rds_api::operations::cluster::MigrateDBNodesRequest;
use rds_api::operations::custom::DescribeRCInstancesRequest;
use rds_api::operations::custom::describe_rc_instances::RcInstance;
use rds_api::operations::instance::DescribeDBInstanceAttributeRequest;
use rds_api::operations::instance::describe_db_instance_attribute::DBInstanceAttribute;
use rds_api::operations::restore::CloneDBInstanceRequest;
use rds_api::schema::{self, CATALOGUE, FieldExt as _, Operation, OperationExt as _};
use rds_api::types::{EffectiveTime, PayType, RcInstanceStatus};
use rds_api::waiter::Progress;
use rds_api::{Client, Error, ErrorKind};

type Parameters = Map<String, Json>;
type Pending<T> = Pin<Box<dyn Future<Output = rds_api::Result<T>> + Send>>;

/// Begins a write, and gives the wait for its end.
type Begin = fn(Client, Parameters) -> Pending<Pending<()>>;

/// Of every request that something follows, how it is begun.
#[derive(Default)]
struct Typed(BTreeMap<&'static str, Begin>);

impl Typed {
    fn followed<R: Followed + DeserializeOwned>(&mut self) {
        self.0.insert(&R::OPERATION.name, |client, parameters| {
            let request: R = serde_json::from_value(parameters.into()).unwrap();
            begin(Ok(client.call(request).until_done()))
        });
    }
}

fn described(
    client: &Client,
    operation: &'static Operation,
    parameters: &Parameters,
) -> Pending<Pending<()>> {
    begin(CATALOGUE.until_done(client, operation, parameters))
}

fn begin<T, N>(until_done: rds_api::Result<UntilDone<T, N>>) -> Pending<Pending<()>>
where
    T: Send + 'static,
    N: Send + 'static,
{
    Box::pin(async move {
        let started = quick(until_done?).start().await?;
        let wait: Pending<()> = Box::pin(async move { started.wait.await.map(drop) });
        Ok(wait)
    })
}

fn quick<T: Send + 'static, N: Send + 'static>(until_done: UntilDone<T, N>) -> UntilDone<T, N> {
    let until_done = until_done.with_initial_delay(Duration::ZERO).with_max_delay(Duration::from_millis(5));
    until_done.with_timeout(Duration::from_secs(20))
}

/// What a call of an operation that is not in the life takes: what it requires, and what it is followed by.
fn parameters_of(operation: &Operation) -> Parameters {
    let follows = operation.follows.as_ref().unwrap();
    let follows_by = |name: &str| {
        follows.with.iter().any(|given| matches!(&given.source, schema::Source::Request(it) if it == name))
    };
    let wanted = operation.parameters.iter().filter(|it| it.is_argument() || follows_by(&it.name));
    let value = |name: &str| match name {
        "DBInstanceId" | "DbInstanceId" | "DBInstanceName" => Some(json!(FakeService::INSTANCE)),
        _ => None,
    };
    wanted.map(|it| (it.name.clone(), value(&it.name).unwrap_or_else(|| it.sample()))).collect()
}

/// Whether nothing follows the write with these parameters.
fn is_deferred(operation: &Operation, parameters: &Parameters) -> bool {
    let text = |value: &Json| value.as_str().map_or_else(|| value.to_string(), str::to_owned);
    let unless = operation.follows.iter().flat_map(|follows| &follows.unless);
    let is = |name: &str, value: &str| parameters.get(name).is_some_and(|given| text(given) == value);
    unless.into_iter().any(|when| is(&when.name, &when.value))
}

/// Lives the life, in which each write that something follows is followed to its end.
async fn follow_all(is_typed: bool) {
    let mut typed = Typed::default();
    rds_api::__each_followed_request!(typed);
    let service = FakeService::builder().strict(true).start().unwrap();
    let client = service.client().unwrap();
    let begin = |operation: &'static Operation, parameters: &Parameters| match is_typed {
        true => typed.0[&*operation.name](client.clone(), parameters.clone()),
        false => described(&client, operation, parameters),
    };
    let declared: BTreeSet<&str> =
        schema::operations().filter(|it| it.follows.is_some()).map(|it| &*it.name).collect();
    assert_eq!(typed.0.keys().copied().collect::<BTreeSet<_>>(), declared);
    assert!(declared.len() > 80, "{}", declared.len());
    let (mut followed, mut problems) = (BTreeSet::new(), Vec::new());
    for step in simulated_life::steps(FakeService::INSTANCE) {
        let Some(Step::Call { operation, parameters, refused, .. }) = call_of(&service, step).await else {
            continue;
        };
        let is_refused = refused.is_some();
        let is_followed = operation.follows.is_some() && !is_refused;
        if !is_followed || is_deferred(operation, &parameters) {
            if is_followed {
                let sent = service.all_requests().len();
                let error = begin(operation, &parameters).await.err().unwrap();
                assert_eq!((error.kind(), service.all_requests().len()), (ErrorKind::Input, sent));
            }
            let response = operation.call(&client, &parameters).await;
            assert_eq!(response.is_err(), is_refused, "{} {response:?}", operation.name);
            continue;
        }
        followed.insert(&*operation.name);
        match begin(operation, &parameters).await {
            Ok(wait) => {
                service.clock().advance(Duration::from_secs(60));
                problems.extend(wait.await.err().map(|error| error.to_string()));
            }
            Err(error) => problems.push(format!("{}: {error}", operation.name)),
        }
    }
    // What is not simulated ends by the examples of the specification.
    let rest = declared.iter().filter(|name| !followed.contains(*name));
    let service = self::service();
    let client = service.client().unwrap();
    for name in rest {
        let operation = schema::operation(name).unwrap();
        assert!(
            !FakeService::simulated_operations().contains(name),
            "{name} is missing in simulated_life.txt"
        );
        let parameters = parameters_of(operation);
        let wait = match is_typed {
            true => typed.0[name](client.clone(), parameters).await,
            false => described(&client, operation, &parameters).await,
        };
        match wait {
            Ok(wait) => problems.extend(wait.await.err().map(|error| error.to_string())),
            Err(error) => problems.push(format!("{name}: {error}")),
        }
    }
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
}

#[tokio::test]
async fn every_typed_write_that_something_follows_ends() {
    follow_all(true).await;
}

#[tokio::test]
async fn every_described_write_that_something_follows_ends() {
    follow_all(false).await;
}

#[tokio::test]
async fn progress_is_told_as_it_goes() {
    let service = FakeService::builder().backup_duration(Duration::from_millis(400)).start().unwrap();
    let client = service.client().unwrap();
    let before = SystemTime::now();
    let until_done = client.create_backup(FakeService::INSTANCE).until_done();
    let started = until_done.with_max_delay(Duration::from_millis(20)).start().await.unwrap();
    assert!(started.response.backup_job_id.is_some());
    let all: Vec<Progress<_>> = started.wait.progress().into_vec().await.unwrap();

    let percents: Vec<f64> = all.iter().map(|progress| progress.percent.unwrap()).collect();
    assert!(percents.is_sorted() && percents[0] < 100.0 && percents.last() == Some(&100.0), "{percents:?}");
    assert!(all.is_sorted_by_key(|progress| (progress.since, progress.elapsed)), "{all:?}");
    assert!(all.iter().all(|progress| progress.since >= before && progress.phase.is_some()), "{all:?}");
    let last = all.last().unwrap();
    assert_eq!((last.state.as_deref(), last.phase.as_deref()), (Some("Finished"), Some("Finished")));
    assert!(last.response.items[0].backup_id.is_some());
    // A state and a phase that stay as they are have been since they were first seen.
    for pair in all.windows(2) {
        let is_same = (&pair[0].state, &pair[0].phase) == (&pair[1].state, &pair[1].phase);
        assert_eq!(is_same, pair[0].since == pair[1].since, "{pair:?}");
    }
}

/// The errors of a backup that is followed, typed and by description, with the requests that were sent.
async fn errors(service: &FakeService) -> Vec<Error> {
    let client = service.client_builder().retry(RetryPolicy::none()).build().unwrap();
    let operation = schema::operation("CreateBackup").unwrap();
    let parameters = json!({ "DBInstanceId": FakeService::INSTANCE });
    let raw = CATALOGUE.until_done(&client, operation, parameters.as_object().unwrap()).unwrap();
    let typed = quick(client.create_backup(FakeService::INSTANCE).until_done()).await;
    vec![typed.unwrap_err(), quick(raw).await.unwrap_err()]
}

fn backup(id: Option<&'static str>) -> impl Fn(&CreateBackupRequest, &mut CreateBackupResponse) {
    move |_, response| response.backup_job_id = id.map(str::to_owned)
}

#[tokio::test]
async fn an_error_after_the_write_begins_with_it_and_is_not_to_be_repeated() {
    let failed = |_: &DescribeBackupTasksRequest, response: &mut DescribeBackupTasksResponse| {
        let job = build(|job: &mut rds_api::operations::backup::describe_backup_tasks::BackupJob| {
            job.backup_status = Some("Failed".into());
        });
        response.items = vec![job];
    };
    let begins = format!(
        "CreateBackup was accepted (DBInstanceId {}, BackupJobId 4711), but DescribeBackupTasks on ",
        FakeService::INSTANCE
    );
    let is_about_it = |error: &Error| {
        let text = error.to_string();
        assert!(text.starts_with(&begins) && !text.contains("may have been"), "{text}");
        assert!(!error.is_retryable() && error.may_have_been_executed(), "{text}");
        assert_eq!(error.operation(), Some("DescribeBackupTasks"));
    };
    // What fails, is refused, or does not come in time.
    let service = service();
    service.on::<CreateBackupRequest>().respond_with(backup(Some("4711"))).always();
    service.on().respond_with(failed).times(2);
    for error in errors(&service).await {
        is_about_it(&error);
        assert_eq!(error.kind(), ErrorKind::WaitFailed);
    }
    let refusal = Refusal::new(403, "Forbidden.RAM", "You may not.");
    service.on::<DescribeBackupTasksRequest>().refuse(refusal).times(2);
    for error in errors(&service).await {
        is_about_it(&error);
        assert_eq!((error.kind(), error.code()), (ErrorKind::Service, Some("Forbidden.RAM")));
    }
    let client = service.client().unwrap();
    let until_done = client.create_backup(FakeService::INSTANCE).until_done();
    let error = quick(until_done).with_timeout(Duration::from_millis(50)).await.unwrap_err();
    is_about_it(&error);
    assert_eq!(error.kind(), ErrorKind::WaitTimeout);
    // The write itself that is refused was not accepted.
    let service = self::service();
    service.on::<CreateBackupRequest>().refuse(Refusal::new(403, "Forbidden.RAM", "You may not.")).always();
    for error in errors(&service).await {
        assert_eq!((error.kind(), error.operation()), (ErrorKind::Service, Some("CreateBackup")));
        assert!(error.to_string().starts_with("CreateBackup on "), "{error}");
    }
}

#[tokio::test]
async fn an_id_that_is_none_is_named_and_nothing_is_asked() {
    for (id, words) in [
        (None, "there is no `BackupJobId` in its response, by which DescribeBackupTasks follows it"),
        (Some("soon"), "`BackupJobId`, `soon`, is no whole number"),
        (Some("1,x"), "`BackupJobId`, `x`, is no whole number"),
    ] {
        let service = service();
        service.on::<CreateBackupRequest>().respond_with(backup(id)).always();
        for error in errors(&service).await {
            assert_eq!(error.kind(), ErrorKind::Decode, "{error}");
            assert!(error.to_string().contains(words), "{error}");
            assert!(error.to_string().starts_with("CreateBackup was accepted ("), "{error}");
            let body = error.body().unwrap().as_ref();
            assert!(String::from_utf8_lossy(body).contains("RequestId"), "{body:?}");
        }
        assert!(service.requests::<DescribeBackupTasksRequest>().is_empty());
    }
}

/// Of every request that something follows, how its response and that of what follows it are set.
#[derive(Default)]
struct Answers(BTreeMap<&'static str, fn(&FakeService, Json, Json)>);

impl Answers {
    fn followed<R>(&mut self)
    where
        R: Followed + 'static,
        R::Response: DeserializeOwned + Clone,
        R::Next: 'static,
        <R::Next as rds_api::Request>::Response: DeserializeOwned + Clone,
    {
        self.0.insert(&R::OPERATION.name, |service, response, last| {
            service.on::<R>().respond(serde_json::from_value(response).unwrap()).always();
            service.on::<R::Next>().respond(serde_json::from_value(last).unwrap()).always();
        });
    }
}

/// A response with these values where a path leads to, as many entries of a list as there are values.
fn with(fields: &[schema::Field], path: &str, values: &[Json]) -> Json {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let shape = &fields.iter().find(|field| field.name == name).unwrap().shape;
    let value = match (&shape.items, rest) {
        (Some(items), Some(rest)) => {
            values.iter().map(|value| with(&items.fields, rest, std::slice::from_ref(value))).collect()
        }
        (Some(_), None) => Json::from(values),
        (None, Some(rest)) => with(&shape.fields, rest, values),
        (None, None) => values[0].clone(),
    };
    json!({ name: value })
}

/// Whether a number is where a path leads to, which never is several.
fn is_number(fields: &[schema::Field], path: &str) -> bool {
    let (name, rest) = path.split_once('.').map_or((path, None), |(name, rest)| (name, Some(rest)));
    let shape = &fields.iter().find(|field| field.name == name).unwrap().shape;
    match rest {
        Some(rest) => is_number(&shape.items.as_deref().unwrap_or(shape).fields, rest),
        None => matches!(shape.kind, schema::Kind::Int32 | schema::Kind::Int64),
    }
}

/// Every write that is followed by an id of its response, which has several of them: each is asked about, until all are done.
#[tokio::test]
async fn all_of_several_ids_are_followed() {
    let mut answers = Answers::default();
    rds_api::__each_followed_request!(answers);
    let ids = ["4711", "4712", "4713"];
    let mut walked = 0;
    for operation in schema::operations() {
        let Some((next, waiter)) = CATALOGUE.follower(operation) else { continue };
        let follows = operation.follows.as_ref().unwrap();
        let of_response = follows.with.iter().find_map(|given| match &given.source {
            schema::Source::Response(path) => Some((given, path)),
            _ => None,
        });
        let of_response = of_response.filter(|(_, path)| !is_number(&operation.response, path));
        let Some((given, path)) = of_response else { continue };
        walked += 1;
        let asked_at_once = if given.takes.is_list() { ids.len() } else { 1 };
        let done = vec![json!(waiter.until.done[0]); asked_at_once];
        let service = service();
        answers.0[&*operation.name](
            &service,
            with(&operation.response, path, &[ids.join(",").into()]),
            with(&next.response, &waiter.until.field, &done),
        );
        let client = service.client().unwrap();
        let parameters = parameters_of(operation);
        let until_done = CATALOGUE.until_done(&client, operation, &parameters).unwrap();
        let all = quick(until_done).start().await.unwrap().wait.progress().into_vec().await;
        let all = all.unwrap_or_else(|error| panic!("{}: {error}", operation.name));
        let of: Vec<Option<&str>> = all.iter().map(|progress| progress.of.as_deref()).collect();
        let requests = service.all_requests();
        let asked = requests.iter().filter(|it| it.operation == next.name);
        let asked: Vec<String> = asked.map(|it| it.parameters[&given.parameter].to_string()).collect();
        if given.takes.is_list() {
            assert_eq!((of, asked.len()), (vec![None], 1), "{}", operation.name);
            assert!(ids.iter().all(|id| asked[0].contains(id)), "{}: {asked:?}", operation.name);
        } else {
            assert_eq!(of, ids.map(Some), "{}", operation.name);
            let asked: Vec<&str> = asked.iter().map(|it| it.trim_matches('"')).collect();
            assert_eq!(asked, ids, "{}", operation.name);
        }
    }
    assert!(walked > 12, "{walked}");
}

#[tokio::test]
async fn one_of_several_that_fails_is_named() {
    let service = service();
    let client = service.client().unwrap();
    service
        .on::<CloneDBInstanceRequest>()
        .respond_with(|_, response| response.db_instance_id = Some("rm-1, rm-2".to_owned()));
    let attribute = |status: &'static str| {
        build(|attribute: &mut DBInstanceAttribute| attribute.db_instance_status = Some(status.into()))
    };
    service
        .on::<DescribeDBInstanceAttributeRequest>()
        .respond_with(move |_, response| response.items = vec![attribute("Running")])
        .respond_with(move |_, response| response.items = vec![attribute("Deleting")]);
    let clone = client.clone_db_instance(FakeService::INSTANCE, PayType::Postpaid);
    let error = quick(clone.until_done()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::WaitFailed);
    let text = error.to_string();
    assert!(text.starts_with("CloneDBInstance was accepted (DBInstanceId rm-1, rm-2), but "), "{text}");
    assert!(text.contains("rm-2: waiting failed: `Items.DBInstanceStatus` became `Deleting`"), "{text}");
}

#[tokio::test]
async fn what_could_not_be_followed_is_refused_before_it_is_sent() {
    let service = service();
    let client = service.client().unwrap();
    let later =
        client.modify_db_instance_spec(FakeService::INSTANCE).effective_time(EffectiveTime::MaintainTime);
    let error = later.until_done().await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Input, Some("ModifyDBInstanceSpec")));
    assert!(error.to_string().contains("with `EffectiveTime` set to `MaintainTime`"), "{error}");
    // However it is given.
    let call =
        client.modify_db_instance_spec(FakeService::INSTANCE).with_parameter("EffectiveTime", "MaintainTime");
    assert_eq!(call.until_done().await.unwrap_err().kind(), ErrorKind::Input);
    let error = client.start_rc_instances().until_done().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Input);
    assert!(error.to_string().contains("there is no `InstanceIds` in the request"), "{error}");
    // Nothing is known to follow it.
    let whitelist = schema::operation("ModifySecurityIps").unwrap();
    let error = CATALOGUE.until_done(&client, whitelist, &Map::new()).unwrap_err();
    assert_eq!((error.kind(), error.may_have_been_executed()), (ErrorKind::Input, false));
    let backup = schema::operation("CreateBackup").unwrap();
    let xml = service.client_builder().format(Format::Xml).build().unwrap();
    assert_eq!(CATALOGUE.until_done(&xml, backup, &Map::new()).unwrap_err().kind(), ErrorKind::Input);
    assert!(service.all_requests().is_empty());
}

#[tokio::test]
async fn a_write_that_was_not_done_is_not_followed() {
    let service = service();
    service.on::<MigrateDBNodesRequest>().respond_with(|_, response| response.success = Some(false));
    let error =
        service.client().unwrap().migrate_db_nodes(FakeService::INSTANCE).until_done().await.unwrap_err();
    assert_eq!((error.kind(), error.operation()), (ErrorKind::WaitFailed, Some("MigrateDBNodes")));
    assert!(error.to_string().contains("was not done, so nothing follows it"), "{error}");
    assert_eq!(service.all_requests().len(), 1);
}

#[tokio::test]
async fn all_of_several_things_must_be_there_and_done() {
    let service = service();
    let client = service.client().unwrap();
    let running = |id: &str| {
        build(|instance: &mut RcInstance| {
            instance.instance_id = Some(id.to_owned());
            instance.status = Some(RcInstanceStatus::Running);
        })
    };
    let (first, both) = (vec![running("rc-1")], vec![running("rc-1"), running("rc-2")]);
    let rule = service
        .on::<DescribeRCInstancesRequest>()
        .respond_with(move |_, response| response.rc_instances.clone_from(&first))
        .times(3)
        .respond_with(move |_, response| response.rc_instances.clone_from(&both));
    let call = client.start_rc_instances().instance_ids(["rc-1", "rc-2"]);
    service.on::<rds_api::operations::custom::StartRCInstancesRequest>().respond_with(|_, _| {});
    let done = quick(call.until_done()).await.unwrap();
    assert_eq!((done.last.rc_instances.len(), rule.count()), (2, 4));
    let asked = service.requests::<DescribeRCInstancesRequest>();
    assert_eq!(asked[0].instance_ids.as_deref(), Some(r#"["rc-1","rc-2"]"#));
}
