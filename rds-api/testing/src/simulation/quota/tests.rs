//! No write, however often it is repeated and whatever it names, makes the state grow without end.

use std::collections::BTreeSet;

use rds_api::Access;
use rds_api::schema::{Field, Kind, Operation, OperationExt as _};
use serde_json::{Map, Value as Json, json};

use super::super::life::{Life, Step, steps};
use super::*;

/// How often a write is repeated to see whether the state grows by it, and how often if it does.
const FEW: usize = 4;
const MANY: usize = 110;

/// The longest list that an instance has, and the longest of the account.
const OF_AN_INSTANCE: usize = 105;
const OF_THE_ACCOUNT: usize = 1100;

/// The places of the texts and numbers in parameters that may have any value.
fn variable(operation: &Operation, parameters: &Map<String, Json>) -> Vec<String> {
    let mut places = Vec::new();
    for (name, value) in parameters {
        if let Some(field) = operation.parameter(name) {
            find(field, &format!("/{name}"), value, &mut places);
        }
    }
    places
}

fn find(field: &Field, place: &str, value: &Json, places: &mut Vec<String>) {
    let members = |fields: &[Field], place: &str, value: &Json, places: &mut Vec<String>| {
        for field in fields {
            if let Some(value) = value.get(&field.name) {
                find(field, &format!("{place}/{}", field.name), value, places);
            }
        }
    };
    match (value, field.shape.kind) {
        (_, Kind::Enum | Kind::Timestamp | Kind::Bool) => {}
        (Json::String(_) | Json::Number(_), _) => places.push(place.to_owned()),
        (Json::Array(elements), _) => {
            let fields = field.shape.items.as_ref().map(|items| items.fields.as_slice()).unwrap_or_default();
            for (index, element) in elements.iter().enumerate() {
                members(fields, &format!("{place}/{index}"), element, places);
            }
        }
        (Json::Object(_), _) => members(&field.shape.fields, place, value, places),
        _ => {}
    }
}

fn vary(value: &mut Json, number: usize) {
    match value {
        Json::String(text) => text.push_str(&format!("{number}")),
        Json::Number(old) => *value = (old.as_i64().unwrap_or_default() + number as i64).into(),
        _ => {}
    }
}

/// The lists in a state that are longer than they may be.
fn too_long(by: &str, place: &str, value: &Json, found: &mut Vec<String>) {
    let length = match value {
        Json::Array(elements) => {
            elements.iter().for_each(|it| too_long(by, &format!("{place}[]"), it, found));
            elements.len()
        }
        Json::Object(members) => {
            members.iter().for_each(|(name, it)| too_long(by, &format!("{place}/{name}"), it, found));
            members.len()
        }
        _ => 0,
    };
    let may_be = match place {
        // Logs forget the oldest.
        _ if place.ends_with("/logs/errors") => 10_000,
        _ if place.ends_with("/databases") || place.ends_with("/privileges") => databases::QUOTA,
        _ if place.starts_with("/instances/") && !place.ends_with("parameter_changes") => OF_AN_INSTANCE,
        _ => OF_THE_ACCOUNT,
    };
    if length > may_be {
        found.push(format!("{place} has {length} by {by}"));
    }
}

/// What is not as it was before, but for the journal, which has a limit of its own.
fn changed(life: &Life, before: &Life) -> Json {
    let AccountState { instances, records, account_settings, .. } = &life.account;
    let is_changed = |(id, it): &(&String, &Arc<Instance>)| {
        before.account.instances.get(*id).is_none_or(|earlier| !Arc::ptr_eq(earlier, it))
    };
    let instances: Map<String, Json> = instances
        .iter()
        .filter(is_changed)
        .map(|(id, it)| (id.clone(), serde_json::to_value(it).unwrap()))
        .collect();
    json!({ "instances": instances, "records": records, "account_settings": account_settings })
}

#[test]
fn no_write_however_often_repeated_makes_the_state_grow_without_end() {
    let mut life = Life::new();
    let (mut grown, mut longest, mut seen) = (0, Vec::new(), BTreeSet::new());
    for step in steps() {
        let before = Life { account: life.account.clone(), now: life.now };
        let _ = life.go(&step);
        let Step::Call { operation, parameters, .. } = step else { continue };
        if operation.access_with(&parameters) != Access::Write || !seen.insert(&operation.name) {
            continue;
        }
        let places = variable(operation, &parameters);
        // One value after the other is different in each call, and all, and none.
        for varied in places.iter().map(std::slice::from_ref).chain([&places[..], &[]]) {
            let mut often = Life { account: before.account.clone(), now: before.now };
            let mut repeat = |from: usize, to: usize| {
                for number in from..to {
                    let mut parameters = Json::Object(parameters.clone());
                    for place in varied {
                        vary(parameters.pointer_mut(place).unwrap(), number);
                    }
                    let _ = often.call(operation, parameters.as_object().unwrap());
                }
                changed(&often, &before)
            };
            let size = |changed: &Json| changed.to_string().len();
            // Numbers with a digit more are no growth.
            if size(&repeat(0, FEW)) + FEW < size(&repeat(FEW, 2 * FEW)) {
                grown += 1;
                too_long(&operation.name, "", &repeat(2 * FEW, MANY), &mut longest);
            }
        }
    }
    assert!(longest.is_empty(), "{longest:#?}");
    assert!(grown > 50, "{grown} kinds of writes make the state grow");
}
