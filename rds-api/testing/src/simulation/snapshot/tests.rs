//! Whatever a file says that is to be a state: it is refused, with the place, or a service can go on from it.

use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};

use rds_api::Access;
use rds_api::schema::OperationExt as _;
use serde_json::json;

use super::super::life::{Life, Step, settings, steps};
use super::*;

/// All places in a state, as pointers.
fn places(place: &str, value: &Json, all: &mut Vec<String>) {
    all.push(place.to_owned());
    match value {
        Json::Object(members) => members.iter().for_each(|(name, value)| {
            places(&format!("{place}/{}", name.replace('~', "~0").replace('/', "~1")), value, all);
        }),
        Json::Array(elements) => {
            elements
                .iter()
                .enumerate()
                .for_each(|(index, value)| places(&format!("{place}/{index}"), value, all));
        }
        _ => {}
    }
}

/// What may stand anywhere.
fn values() -> Vec<Json> {
    vec![
        json!(null),
        json!(true),
        json!(0),
        json!(-1),
        json!(u64::MAX),
        json!(i64::MIN),
        json!(1e300),
        json!(""),
        json!("text"),
        json!("9999-12-31T23:59:59Z"),
        json!("18446744073709551615"),
        json!("ü€"),
        json!([]),
        json!([null, 7, "x", {}, []]),
        json!({}),
        json!({ "": { "": [1] } }),
        json!({ "secs_since_epoch": u64::MAX, "nanos_since_epoch": 999_999_999 }),
        json!({ "secs": u64::MAX, "nanos": 999_999_999 }),
    ]
}

/// Goes on from a state: every read, and every write, of the life. True if the state was believed.
fn go_on(state: &Json) -> bool {
    match AccountState::from_snapshot(&state.to_string(), settings()) {
        Err(why) => {
            assert!(why.contains('`') || why.contains("version"), "it names no place: {why}");
            false
        }
        Ok((account, now)) => {
            let mut life = Life { account, now };
            let _ = life.account.file_at("rm-old/5880020/mysql-bin.000001", now);
            let _ = life.account.file_at("rm-old/backup-305070001.xb", now);
            let is_read = |step: &Step| match step {
                Step::Call { operation, parameters, .. } => operation.access_with(parameters) == Access::Read,
                Step::Seed { .. } | Step::Wait(_) => false,
            };
            let (reads, writes): (Vec<_>, Vec<_>) = steps().into_iter().partition(is_read);
            reads.iter().chain(&writes).for_each(|step| drop(life.go(step)));
            true
        }
    }
}

fn state() -> Json {
    let mut life = Life::whole();
    // Of each kind of task and event one shows as much as all.
    life.account.activities.tasks.truncate(1);
    life.account.activities.events.truncate(1);
    serde_json::from_str(&life.account.to_snapshot(life.now)).unwrap()
}

#[test]
fn a_state_that_a_service_has_written_is_believed() {
    let life = Life::whole();
    let snapshot = life.account.to_snapshot(life.now);
    let (account, now) = AccountState::from_snapshot(&snapshot, settings()).unwrap();
    assert_eq!(account.to_snapshot(now), snapshot);
}

#[test]
fn a_state_that_cannot_be_is_refused_with_the_place() {
    let state = state();
    for (place, value, expected) in [
        ("/account/instances/rm-old/properties/Extra", json!(7), "account.instances.rm-old.properties.Extra"),
        (
            "/account/instances/rm-old/created/secs_since_epoch",
            json!(u64::MAX),
            "account.instances.rm-old.created",
        ),
        ("/account/instances/rm-old/created", json!("yesterday"), "account.instances.rm-old.created"),
        ("/account/instances/rm-old/id", json!("rm-new"), "account.instances.rm-old.id"),
        ("/account/instances/rm-old/engine", json!("Oracle"), "account.instances.rm-old.engine"),
        ("/account/created/backup", json!(u64::MAX), "account.created.backup"),
        ("/time", json!(null), "time"),
    ] {
        let mut wrong = state.clone();
        *wrong.pointer_mut(place).unwrap() = value;
        let why = AccountState::from_snapshot(&wrong.to_string(), settings()).unwrap_err();
        assert!(why.contains(&format!("`{expected}`")), "{place}: {why}");
    }
}

#[test]
fn no_state_breaks_the_service() {
    let state = state();
    let mut all = Vec::new();
    places("", &state, &mut all);
    let mut random = fastrand::Rng::with_seed(std::env::var("SEED").map_or(1, |seed| seed.parse().unwrap()));
    let times: usize = std::env::var("TIMES").map_or(30, |times| times.parse().unwrap());
    let (mut believed, mut broken) = (0, BTreeSet::new());
    for _ in 0..times {
        let mut wrong = state.clone();
        let mut changes = Vec::new();
        for _ in 0..random.usize(1..3) {
            let values = values();
            let place = random.choice(&all).unwrap();
            let value = random.choice(&values).unwrap();
            if let Some(old) = wrong.pointer_mut(place) {
                *old = value.clone();
                changes.push(format!("{place} is {value}"));
            }
        }
        match catch_unwind(AssertUnwindSafe(|| go_on(&wrong))) {
            Ok(is_believed) => believed += usize::from(is_believed),
            Err(_) => drop(broken.insert(changes.join(", "))),
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
    assert!(believed * 20 > times, "{believed} of {times} were believed, which shows little");
}
