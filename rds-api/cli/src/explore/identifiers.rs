//! Identifiers: which names of the specification stand for the same thing, and which operations take it.
//!
//! A parameter whose name ends in `Id` or `Name` names a thing, and so does a member of a response of that name. What
//! follows writes tells of further names: where a value goes from `DBInstanceName` to `DBInstanceId`, both name one thing.

use std::cmp::Reverse;
use std::collections::{BTreeMap, HashMap};
use std::sync::LazyLock;

use rds_api::Access;
use rds_api::schema::{self, Field, Kind, Operation, Role, Source};
use serde::{Deserialize, Serialize};

/// The things, by their names in lower case and in the singular.
static THINGS: LazyLock<HashMap<String, String>> = LazyLock::new(things);

/// So many parameters take a thing that is known to everybody.
const MANY: usize = 20;

/// The thing that a name stands for, if it is an identifier of one that operations take.
pub(super) fn thing(name: &str) -> Option<&'static str> {
    THINGS.get(&singular(name)?).map(String::as_str)
}

/// The identifiers among the parameters of an operation and the members of its response: the thing of each name.
pub(super) fn of(operation: &Operation) -> BTreeMap<&str, &'static str> {
    let names = operation.parameters.iter().map(|field| field.name.as_str()).chain(members(operation));
    names.filter_map(|name| Some((name, thing(name)?))).collect()
}

/// A value that is to be used, and what stands beside it.
#[derive(Deserialize)]
pub(super) struct Known {
    /// The name of the value.
    name: String,
    /// The operation that it was found with.
    operation: String,
    /// The names of the other identifiers that are known there, those nearest to it first.
    beside: Vec<String>,
}

/// An operation that takes the value.
#[derive(Serialize)]
pub(super) struct Use {
    operation: &'static str,
    summary: &'static str,
    access: Access,
    /// The parameters that are known, by the names of what they have their values from.
    given: Vec<Given>,
    /// The parameters that have to be given besides.
    missing: Vec<&'static str>,
}

#[derive(Serialize)]
struct Given {
    parameter: &'static str,
    from: String,
    takes: Takes,
}

/// How a parameter takes an identifier.
#[derive(Serialize)]
#[serde(rename_all = "lowercase")]
enum Takes {
    Text,
    List,
    /// A list as a text of JSON.
    Json,
}

/// The operations that take a value, those first for which little else has to be known and which are sought after most.
pub(super) fn uses(known: &Known) -> Vec<Use> {
    let family = schema::operation(&known.operation).map(|operation| &operation.family);
    let mut uses: Vec<_> = schema::operations()
        .filter_map(|operation| {
            let found = use_of(operation, known)?;
            let rank = (
                operation.deprecated.is_some(),
                found.missing.len(),
                !is_required(operation, &found.given[0]),
                operation.access == Access::Write,
                Reverse(sought(operation)),
                Some(&operation.family) != family,
            );
            Some((rank, found))
        })
        .collect();
    uses.sort_by_key(|(rank, _)| *rank);
    uses.into_iter().map(|(_, found)| found).collect()
}

/// How much an operation is sought after: by the words that people look for it by, and by the writes that it follows.
fn sought(operation: &Operation) -> usize {
    static FOLLOWERS: LazyLock<HashMap<&str, usize>> = LazyLock::new(|| {
        let mut followers = HashMap::new();
        for follows in schema::operations().filter_map(|operation| operation.follows.as_ref()) {
            *followers.entry(follows.operation.as_str()).or_default() += 1;
        }
        followers
    });
    operation.search.len() + FOLLOWERS.get(operation.name.as_str()).copied().unwrap_or_default()
}

fn is_required(operation: &Operation, given: &Given) -> bool {
    operation.parameter(given.parameter).is_some_and(Field::is_argument)
}

fn use_of(operation: &'static Operation, known: &Known) -> Option<Use> {
    let of = |name: &str| {
        let thing = thing(name)?;
        let takes = |field: &&Field| is_identifier(field) && self::thing(&field.name) == Some(thing);
        let mut fields: Vec<&Field> = operation.parameters.iter().filter(takes).collect();
        fields.sort_by_key(|field| !field.is_argument());
        fields.first().map(|field| Given {
            parameter: &field.name,
            from: name.to_owned(),
            takes: takes_as(field),
        })
    };
    let mut given = vec![of(&known.name)?];
    for name in &known.beside {
        given.extend(of(name).filter(|new| given.iter().all(|known| known.parameter != new.parameter)));
    }
    let is_missing = |field: &&Field| given.iter().all(|given| given.parameter != field.name);
    let missing = operation.required().filter(is_missing).map(|field| field.name.as_str()).collect();
    Some(Use {
        operation: &operation.name,
        summary: &operation.summary,
        access: operation.access,
        given,
        missing,
    })
}

fn takes_as(field: &Field) -> Takes {
    match field.shape.kind {
        Kind::List => Takes::List,
        _ if field.example.as_deref().is_some_and(|example| example.trim_start().starts_with('[')) => {
            Takes::Json
        }
        _ => Takes::Text,
    }
}

/// The name in lower case and in the singular, if it ends as those of identifiers do.
fn singular(name: &str) -> Option<String> {
    let stem = name.strip_suffix('s').unwrap_or(name);
    let is_one = ["Id", "Name", "ID"].iter().any(|end| stem.ends_with(end)) && stem.len() > 4;
    is_one.then(|| stem.to_ascii_lowercase())
}

/// Whether a parameter names a thing.
fn is_identifier(field: &Field) -> bool {
    let kind = match (&field.shape.kind, &field.shape.items) {
        (Kind::List, Some(items)) => items.kind,
        (kind, _) => *kind,
    };
    !field.sensitive
        && field.role != Some(Role::IdempotencyToken)
        && matches!(kind, Kind::String | Kind::Int32 | Kind::Int64)
}

/// The names of the members of a response, however deep.
fn members(operation: &Operation) -> Vec<&str> {
    fn add<'o>(fields: &'o [Field], names: &mut Vec<&'o str>) {
        for field in fields {
            names.push(&field.name);
            add(&field.shape.fields, names);
            field.shape.items.iter().for_each(|items| add(&items.fields, names));
        }
    }
    let mut names = Vec::new();
    add(&operation.response, &mut names);
    names
}

fn things() -> HashMap<String, String> {
    // How many parameters have a name: a thing has the name that most of them have.
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for field in schema::operations().flat_map(|operation| &operation.parameters) {
        if is_identifier(field) && singular(&field.name).is_some() {
            *counts.entry(&field.name).or_default() += 1;
        }
    }
    let mut things: HashMap<String, String> = HashMap::new();
    let mut names: Vec<_> = counts.iter().collect();
    names.sort_by_key(|(name, count)| (Reverse(**count), **name));
    for (name, _) in &names {
        if let Some(key) = singular(name) {
            things.entry(key).or_insert_with(|| (**name).to_owned());
        }
    }
    // What goes from one name to another is the same thing.
    for given in schema::operations().flat_map(|it| it.follows.iter().flat_map(|follows| &follows.with)) {
        let (Source::Request(path) | Source::Response(path)) = &given.source else { continue };
        let name = path.rsplit('.').next().unwrap_or(path);
        if let (Some(from), Some(thing)) =
            (singular(name), singular(&given.parameter).and_then(|key| things.get(&key)).cloned())
        {
            things.insert(from, thing);
        }
    }
    // And so is what has the name of a thing that many operations take behind a word of its own, and examples that look
    // the same, such as `GuardDBInstanceId`.
    let looks = looks();
    for (name, look) in &looks {
        let is_end =
            |key: &&String| key.len() > "instanceid".len() && *key != name && name.ends_with(key.as_str());
        let longest = things.keys().filter(is_end).max_by_key(|key| key.len()).cloned();
        let same = longest.filter(|key| looks.get(key) == Some(look)).and_then(|key| things.get(&key));
        let taken = same.filter(|thing| counts.get(thing.as_str()).is_some_and(|count| *count >= MANY));
        if let Some(thing) = taken.cloned() {
            things.insert(name.clone(), thing);
        }
    }
    things
}

/// How the values of an identifier begin: `rm` of `rm-uf6wjk5****`.
fn looks() -> BTreeMap<String, String> {
    fn add(fields: &[Field], looks: &mut BTreeMap<String, String>) {
        for field in fields {
            let look = field.example.as_deref().and_then(|example| example.split_once('-'));
            if let (Some(key), Some((look, _))) = (singular(&field.name), look) {
                looks.entry(key).or_insert_with(|| look.to_owned());
            }
            add(&field.shape.fields, looks);
            field.shape.items.iter().for_each(|items| add(&items.fields, looks));
        }
    }
    let mut looks = BTreeMap::new();
    for operation in schema::operations() {
        add(&operation.parameters, &mut looks);
        add(&operation.response, &mut looks);
    }
    looks
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;

    fn found(name: &str, operation: &str, beside: &[&str]) -> Vec<Use> {
        let known = json!({ "name": name, "operation": operation, "beside": beside });
        uses(&serde_json::from_value(known).unwrap())
    }

    fn all_given(name: &str, beside: &[&str]) -> BTreeSet<&'static str> {
        let uses = found(name, "DescribeRegions", beside).into_iter();
        uses.filter(|found| found.missing.is_empty()).map(|found| found.operation).collect()
    }

    #[test]
    fn a_thing_has_one_name_whatever_it_is_called() {
        for name in [
            "DBInstanceId",
            "DBInstanceName",
            "DbInstanceId",
            "DBInstanceIds",
            "TempDBInstanceId",
            "GuardDBInstanceId",
        ] {
            assert_eq!(thing(name), Some("DBInstanceId"), "{name}");
        }
        for (name, expected) in [
            ("BackupId", Some("BackupId")),
            ("BackupJobId", Some("BackupJobId")),
            ("AccountName", Some("AccountName")),
            ("DBName", Some("DBName")),
            ("NodeId", Some("NodeId")),
            ("VPCId", Some("VpcId")),
            ("TaskId", Some("TaskId")),
            // Of another product of the cloud.
            ("InstanceId", Some("InstanceId")),
            ("RequestId", None),
            ("Engine", None),
            ("DBInstanceDescription", None),
            ("PageNumber", None),
            ("AccountPassword", None),
            ("NextToken", None),
        ] {
            assert_eq!(thing(name), expected, "{name}");
        }
    }

    /// Of every identifier in a response there is an operation that takes it, and takes it under its own name.
    #[test]
    fn every_identifier_of_a_response_leads_on() {
        let mut identifiers = 0;
        for operation in schema::operations() {
            for name in members(operation).into_iter().filter(|name| thing(name).is_some()) {
                let uses = found(name, &operation.name, &[]);
                assert!(!uses.is_empty(), "{} {name}", operation.name);
                for found in uses {
                    let target = schema::operation(found.operation).unwrap();
                    let given = &found.given[0];
                    assert_eq!(given.from, name);
                    assert_eq!(thing(given.parameter), thing(name));
                    assert!(target.parameter(given.parameter).is_some_and(is_identifier), "{name}");
                }
                identifiers += 1;
            }
        }
        assert!(identifiers > 300, "{identifiers}");
    }

    #[test]
    fn what_stands_beside_is_given_too() {
        let backups = all_given("BackupId", &["DBInstanceId"]);
        assert!(backups.contains("DescribeBackups") && backups.contains("DeleteBackup"), "{backups:?}");
        assert!(!all_given("BackupId", &[]).contains("DeleteBackup"));
        let accounts = all_given("AccountName", &["DBInstanceId"]);
        assert!(accounts.contains("DescribeAccounts") && accounts.contains("DeleteAccount"), "{accounts:?}");
        let first = &found("DBInstanceId", "DescribeDBInstances", &[])[0];
        assert_eq!((first.operation, first.access), ("DescribeDBInstanceAttribute", Access::Read));
    }
}
