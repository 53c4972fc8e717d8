//! Every operation that is simulated, in the life of an account: each response has every member of the specification.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value as Json};

use super::control::send;
use super::simulated_life::{self, Step};
use super::*;
use rds_api::schema::{self, Field, Kind, OperationExt as _, Shape};

/// Members that are left out where they have no value, as the service does.
const LEFT_OUT: &[(&str, &str, &str)] = &[
    ("DescribeRCInvocationResults", "NextToken", "there is no further page"),
    (
        "DescribeBackupTasks",
        "Items.BackupId",
        "a task that is not asked for by its id does not show what it made",
    ),
    ("DescribeBackupTasks", "Items.BackupStatus", "nor how it ended"),
    ("DescribeDBInstances", "NextToken", "there is no further page"),
    ("DescribeRCMetricList", "NextToken", "there is no further page"),
    ("ListTagResources", "NextToken", "there is no further page"),
];

/// Members that are numbers on the wire, and texts in the contract.
const NUMBERS: &[(&str, &[&str])] = &[
    (
        "DescribeBackups",
        &["Items.BackupId", "Items.HostInstanceID", "PageNumber", "PageRecordCount", "TotalRecordCount"],
    ),
    ("DescribeBackupTasks", &["Items.BackupJobId"]),
    ("DescribeDetachedBackups", &["PageNumber", "PageRecordCount", "TotalRecordCount"]),
];

/// Operations whose lists are empty in this life, since what they list does not come about here.
const EMPTY: &[&str] = &[
    "DescribeBackupPolicy",
    "DescribeDBInstanceEncryptionKey",
    "DescribeDBInstanceReplication",
    "DescribePrice",
    "DescribeRenewalPrice",
    "DescribeResourceDetails",
    "QueryNotify",
];

/// What is wrong with a value.
struct Check<'c> {
    operation: &'c str,
    problems: &'c mut Vec<String>,
    /// True if some list has an element.
    has_elements: bool,
}

impl Check<'_> {
    fn members(&mut self, path: &str, fields: &[Field], members: &Map<String, Json>) {
        for field in fields {
            let path = if path.is_empty() { field.name.clone() } else { format!("{path}.{}", field.name) };
            let may_be_absent = LEFT_OUT.iter().any(|it| (it.0, it.1) == (self.operation, &path));
            match members.get(&field.name) {
                None | Some(Json::Null) if may_be_absent => {}
                None => self.problems.push(format!("{} lacks {path}", self.operation)),
                Some(value) => self.value(&path, &field.shape, value),
            }
        }
        let is_known = |name: &&String| fields.iter().any(|field| field.name == **name);
        for name in members.keys().filter(|name| !is_known(name) && *name != "RequestId") {
            self.problems
                .push(format!("{} has {path}.{name}, which the specification has not", self.operation));
        }
    }

    fn value(&mut self, path: &str, shape: &Shape, value: &Json) {
        let is_number =
            NUMBERS.iter().any(|(operation, paths)| *operation == self.operation && paths.contains(&path));
        let fits = match shape.kind {
            _ if is_number => value.is_i64(),
            Kind::Int32 | Kind::Int64 => value.is_i64() || value.is_u64(),
            Kind::Float | Kind::Double => value.is_number(),
            Kind::Bool => value.is_boolean(),
            Kind::String | Kind::Timestamp => value.is_string(),
            Kind::Enum => {
                let known = |text: &str| shape.values.iter().any(|it| it.value == text);
                value.as_str().is_some_and(|text| text.is_empty() || known(text) || UNLISTED.contains(&text))
            }
            Kind::Object | Kind::Map => value.is_object(),
            Kind::List => match &shape.wrapper {
                Some(wrapper) => value[wrapper].is_array(),
                None => value.is_array(),
            },
            Kind::Json => true,
        };
        if !fits || value.as_str() == Some("text") {
            self.problems.push(format!("{} {path} is {value}, not a {:?}", self.operation, shape.kind));
            return;
        }
        match (shape.kind, value) {
            // A thing that is not there is an object without members.
            (Kind::Object, Json::Object(members)) if !members.is_empty() => {
                self.members(path, &shape.fields, members)
            }
            (Kind::List, _) => {
                let elements = shape.wrapper.as_ref().map_or(value, |wrapper| &value[wrapper]);
                for element in elements.as_array().unwrap() {
                    self.has_elements = true;
                    match (&shape.items, element) {
                        (Some(items), Json::Object(members)) if items.kind == Kind::Object => {
                            self.members(path, &items.fields, members);
                        }
                        (Some(items), element) => self.value(path, items, element),
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }
}

/// Values that the service is known to have, and the specification does not list.
const UNLISTED: &[&str] = &[];

fn has_list(fields: &[Field]) -> bool {
    fields
        .iter()
        .any(|it| it.shape.kind == Kind::List || it.shape.kind == Kind::Object && has_list(&it.shape.fields))
}

/// The call that a step is; one that is none is done.
pub(super) async fn call_of(service: &FakeService, step: Step) -> Option<Step> {
    match step {
        Step::Seed { address, given } => {
            let (status, response) = send(service, "POST", &address, given).await;
            assert_eq!(status, 200, "{response}");
            None
        }
        Step::Wait(time) => {
            service.clock().advance(time);
            None
        }
        call @ Step::Call { .. } => Some(call),
    }
}

#[tokio::test]
async fn every_response_has_every_member_of_the_specification() {
    let service = FakeService::builder().strict(true).start().unwrap();
    let client = service.client().unwrap();
    let mut problems = Vec::new();
    let mut with_elements: BTreeMap<&str, bool> = BTreeMap::new();
    for step in simulated_life::steps(FakeService::INSTANCE) {
        let Some(Step::Call { line, operation, parameters, refused }) = call_of(&service, step).await else {
            continue;
        };
        let name = operation.name.as_str();
        let response = match operation.call(&client, &parameters).await {
            Ok(response) => response,
            // A call that is refused shows only that it is.
            Err(error) if refused.is_some() && error.code() == refused.as_deref() => {
                with_elements.insert(name, true);
                continue;
            }
            Err(error) => {
                problems.push(format!("line {line}: {error}"));
                continue;
            }
        };
        let mut check = Check { operation: name, problems: &mut problems, has_elements: false };
        check.members("", &operation.response, response.as_object().unwrap());
        let has_elements = check.has_elements;
        *with_elements.entry(name).or_default() |= has_elements || !has_list(&operation.response);
        if operation.access == Access::Read {
            service.clear_history();
        }
    }
    problems.dedup();
    assert!(problems.is_empty(), "{} problems:\n{}", problems.len(), problems.join("\n"));
    let simulated: BTreeSet<&str> = FakeService::simulated_operations().into_iter().collect();
    let missing: Vec<_> = simulated.iter().filter(|name| !with_elements.contains_key(**name)).collect();
    assert!(missing.is_empty(), "simulated, but not in simulated_life.txt: {missing:?}");
    let is_empty = |(name, has_elements): &(&str, bool)| {
        let is_read = schema::operation(name).unwrap().access == Access::Read;
        is_read && !has_elements && !EMPTY.contains(name)
    };
    let empty: Vec<_> = with_elements.into_iter().filter(is_empty).collect();
    assert!(empty.is_empty(), "their lists are empty, so nothing was compared: {empty:?}");
}

#[test]
fn at_least_150_operations_are_simulated_and_are_operations() {
    let simulated = FakeService::simulated_operations();
    assert!(simulated.len() >= 150, "{}", simulated.len());
    assert!(simulated.windows(2).all(|pair| pair[0] < pair[1]), "sorted, and none twice: {simulated:?}");
    for name in simulated {
        assert!(schema::operation(name).is_some(), "{name}");
    }
}
