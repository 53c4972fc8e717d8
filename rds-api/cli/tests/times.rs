//! Times on the command line: any parameter that takes one takes what people type, and gets it as it takes it.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::process::{Command, Output};

use rds_api::schema::{self, Field, FieldExt as _, Kind, Operation, Precision};
use serde_json::Value as Json;

fn rds(arguments: &[String]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_rds"))
        .args(arguments)
        .env_clear()
        .env("HOME", "/nowhere")
        .output()
        .unwrap()
}

fn dry_run(operation: &Operation, own: &[&str]) -> Output {
    let given = |field: &&Field| !own.contains(&format!("--{}", field.name).as_str());
    let others = operation.required().filter(given).map(|field| {
        let sample = field.sample();
        let text = match &sample {
            Json::String(text) => text.clone(),
            Json::Array(elements) if elements.iter().all(Json::is_string) => {
                elements[0].as_str().unwrap().to_owned()
            }
            other => other.to_string(),
        };
        format!("--{}={text}", field.name)
    });
    let command = ["call", &operation.name, "--fake", "--dry-run"].map(str::to_owned);
    let own = own.iter().map(|argument| (*argument).to_owned());
    rds(&command.into_iter().chain(own).chain(others).collect::<Vec<_>>())
}

/// What is sent of this name.
fn sent(output: &Output, name: &str) -> String {
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let pairs = printed.split(['?', '&', '\n']);
    let value = pairs.filter_map(|pair| pair.split_once('=')).find(|(own, _)| *own == name);
    let problem = || String::from_utf8_lossy(&output.stderr).into_owned();
    value.unwrap_or_else(|| panic!("no {name} in {printed}{}", problem())).1.replace("%3A", ":")
}

fn is_as_taken(text: &str, precision: Precision) -> bool {
    let shape: String = text.chars().map(|it| if it.is_ascii_digit() { '0' } else { it }).collect();
    match precision {
        Precision::Minute | Precision::NextMinute => shape == "0000-00-00T00:00Z",
        Precision::Second => shape == "0000-00-00T00:00:00Z",
    }
}

#[test]
fn every_parameter_that_takes_a_time_takes_how_long_ago_it_was() {
    let mut seen = 0;
    for operation in schema::operations() {
        let times = operation.parameters.iter().filter(|field| field.shape.kind == Kind::Timestamp);
        let times: Vec<&Field> = times.collect();
        if times.is_empty() {
            continue;
        }
        let options: Vec<String> = times.iter().map(|field| format!("--{}", field.name)).collect();
        let own: Vec<&str> = options.iter().flat_map(|option| [option.as_str(), "-90m"]).collect();
        let output = dry_run(operation, &own);
        for field in times {
            let text = sent(&output, &field.name);
            assert!(is_as_taken(&text, field.shape.precision), "{}.{} = {text}", operation.name, field.name);
            seen += 1;
        }
    }
    assert_eq!(seen, 80);
}

#[test]
fn what_people_type_is_a_time_also_inside_of_an_object() {
    let slow = schema::operation("DescribeSlowLogRecords").unwrap();
    for (typed, expected) in
        [("2026-11-01", "2026-11-01T00:00Z"), ("2026-11-01T10:20:30+08:00", "2026-11-01T02:20Z")]
    {
        assert_eq!(sent(&dry_run(slow, &["--StartTime", typed]), "StartTime"), expected);
    }
    for typed in ["now", "today", "yesterday", "-7d", "-1h30m"] {
        let text = sent(&dry_run(slow, &["--StartTime", typed]), "StartTime");
        assert!(is_as_taken(&text, Precision::Minute), "{typed}: {text}");
    }
    let events = schema::operation("DescribeRCInstanceHistoryEvents").unwrap();
    let output = dry_run(events, &["--NotBefore", "Start=-7d,End=now"]);
    for name in ["NotBefore.Start", "NotBefore.End"] {
        let text = sent(&output, name);
        assert!(is_as_taken(&text, Precision::Second), "{text}");
    }
}

#[test]
fn what_is_no_time_is_told_with_what_is_one() {
    let slow = schema::operation("DescribeSlowLogRecords").unwrap();
    for typed in ["soon", "-7y", "7d", "2026-02-30", ""] {
        let output = dry_run(slow, &["--StartTime", typed]);
        let problem = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{typed}: {problem}");
        for word in ["StartTime", "2024-03-15T08:30:00Z", "yesterday", "-7d"] {
            assert!(problem.contains(word), "{typed}: {problem}");
        }
    }
}
