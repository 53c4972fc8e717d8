//! Changes: refused, asked about, and made once.

use rds_api_testing::FakeService;
use serde_json::{Value as Json, json};

use super::INSTANCE;
use super::agent::{Agent, outcome, rds, yes};

fn call(operation: &str, parameters: Json) -> Json {
    json!({ "operation": operation, "parameters": parameters })
}

fn description(text: &str) -> Json {
    call("ModifyDBInstanceDescription", json!({ "DBInstanceId": INSTANCE, "DBInstanceDescription": text }))
}

/// How often an operation was called.
fn calls(service: &FakeService, operation: &str) -> usize {
    service.all_requests().iter().filter(|it| it.operation == operation).count()
}

#[test]
fn a_server_that_only_reads_refuses_what_changes_something() {
    let service = FakeService::start().unwrap();
    let mut agent = Agent::start(&["--endpoint", service.endpoint()], json!({ "elicitation": {} }));
    let password =
        json!({ "DBInstanceId": INSTANCE, "AccountName": "app", "AccountPassword": "Correct&Horse-9" });
    for tool in ["call_operation", "write_operation"] {
        for (arguments, irreversible) in [
            (description("new"), false),
            (call("DeleteDBInstance", json!({ "DBInstanceId": INSTANCE })), true),
            (call("CreateAccount", password.clone()), false),
            // It reads, unless it has this value.
            (
                call(
                    "DescribeSQLLogRecords",
                    json!({ "DBInstanceId": INSTANCE, "StartTime": "-1h", "EndTime": "now", "Form": "File" }),
                ),
                false,
            ),
        ] {
            let said = agent.fail(tool, arguments);
            assert_eq!(said["kind"], "ReadOnly", "{said:#}");
            assert_eq!(said["change"]["may_be_irreversible"], irreversible, "{said:#}");
            assert!(said["next"].as_str().unwrap().contains("--allow-writes"), "{said:#}");
            assert!(!said.to_string().contains("Horse"), "{said:#}");
        }
    }
    assert!(service.all_requests().is_empty(), "something was sent");
    assert!(agent.questions.is_empty());
}

#[test]
fn a_change_is_made_once_the_user_has_agreed_and_not_otherwise() {
    let service = FakeService::start().unwrap();
    let mut agent =
        Agent::start(&["--endpoint", service.endpoint(), "--allow-writes"], json!({ "elicitation": {} }));
    let tools = agent.ask("tools/list", json!({}))["result"]["tools"].clone();
    let write = tools.as_array().unwrap().iter().find(|tool| tool["name"] == "write_operation").unwrap();
    assert_eq!(
        (&write["annotations"]["readOnlyHint"], &write["annotations"]["destructiveHint"]),
        (&json!(false), &json!(true))
    );
    // The tool that reads does not ask.
    assert!(
        agent.fail("call_operation", description("new"))["next"]
            .as_str()
            .unwrap()
            .contains("write_operation")
    );

    for (answer, why) in [
        (json!({ "action": "decline" }), "has declined"),
        (json!({ "action": "cancel" }), "has not answered"),
        (json!({ "action": "accept", "content": { "confirm": false } }), "has not ticked"),
        (json!({ "action": "accept" }), "has not ticked"),
        (json!({ "action": "accept", "content": { "confirm": "true" } }), "has not ticked"),
    ] {
        agent.answers.push(answer);
        let said = agent.fail("write_operation", description("new"));
        assert_eq!(said["kind"], "NotConfirmed", "{said:#}");
        assert!(said["error"].as_str().unwrap().contains(why), "{said:#}");
    }
    assert!(service.all_requests().is_empty(), "something was sent");

    agent.answers.push(json!({ "action": "accept", "content": { "confirm": true } }));
    let done = agent.call("write_operation", description("mine"));
    assert!(done["request_id"].is_string(), "{done:#}");
    assert_eq!(calls(&service, "ModifyDBInstanceDescription"), 1);
    let question = agent.questions.last().unwrap()["params"].clone();
    let message = question["message"].as_str().unwrap();
    for part in [
        "ModifyDBInstanceDescription: ",
        &format!("Where: the account of these credentials, region cn-hangzhou, {}", service.endpoint()),
        "Access: write; it changes something.",
        "\n  DBInstanceDescription = \"mine\"",
        &format!("\n  DBInstanceId = \"{INSTANCE}\""),
    ] {
        assert!(message.contains(part), "{part}: {message}");
    }
    assert_eq!(question["requestedSchema"]["properties"]["confirm"]["type"], "boolean", "{question:#}");
    assert_eq!(question["requestedSchema"]["required"], json!(["confirm"]));

    agent.answers.push(json!({ "action": "accept", "content": { "confirm": true } }));
    let account =
        json!({ "DBInstanceId": INSTANCE, "AccountName": "app", "AccountPassword": "Correct&Horse-9" });
    agent.call("write_operation", call("CreateAccount", account));
    let message = agent.questions.last().unwrap()["params"]["message"].to_string();
    assert!(!message.contains("Horse") && message.contains("AccountPassword = "), "{message}");

    agent.answers.push(json!({ "action": "decline" }));
    agent.fail("write_operation", call("DeleteDBInstance", json!({ "DBInstanceId": INSTANCE })));
    let message = agent.questions.last().unwrap()["params"]["message"].to_string();
    assert!(
        message.contains("it may be impossible to undo") && message.contains("gone for good"),
        "{message}"
    );
    agent.answers.push(json!({ "action": "decline" }));
    agent.fail("write_operation", call("RestartDBInstance", json!({ "DBInstanceId": INSTANCE })));
    let message = agent.questions.last().unwrap()["params"]["message"].to_string();
    assert!(message.contains("it may take away or interrupt what somebody is using"), "{message}");
    // Nobody reads so much.
    let long = agent.fail(
        "write_operation",
        call(
            "ModifySecurityIps",
            json!({ "DBInstanceId": INSTANCE, "SecurityIps": "10.0.0.1,".repeat(3_000) }),
        ),
    );
    assert!(long["error"].as_str().unwrap().contains("too long"), "{long:#}");
    // What only reads is asked for by either tool.
    agent.call("write_operation", call("DescribeDBInstances", json!({})));
    let (status, stderr) = agent.finish();
    assert!(status.success());
    assert!(stderr.contains("an agent calls CreateAccount, which may change something"), "{stderr}");
}

#[test]
fn an_agent_that_cannot_ask_makes_changes_only_where_nobody_has_to_be_asked() {
    let service = FakeService::start().unwrap();
    let endpoint = service.endpoint().to_owned();
    for capabilities in [json!({}), json!({ "elicitation": { "url": {} } })] {
        let mut agent = Agent::start(&["--endpoint", &endpoint, "--allow-writes"], capabilities);
        let said = agent.fail("write_operation", description("new"));
        assert!(said["error"].as_str().unwrap().contains("cannot ask its user"), "{said:#}");
        assert!(said["next"].as_str().unwrap().contains("--yes"), "{said:#}");
    }
    assert!(service.all_requests().is_empty(), "something was sent");
    let arguments = ["--endpoint", &endpoint, "--allow-writes", "--yes"];
    Agent::start(&arguments, json!({})).call("write_operation", description("new"));
    assert_eq!(calls(&service, "ModifyDBInstanceDescription"), 1);
    // One that can ask has to.
    let mut agent = Agent::start(&arguments, json!({ "elicitation": { "form": {} } }));
    agent.answers.push(json!({ "action": "decline" }));
    agent.fail("write_operation", description("new"));
    assert_eq!(calls(&service, "ModifyDBInstanceDescription"), 1);
    let alone = rds().args(["--fake", "--yes"]).output().unwrap();
    assert_eq!(alone.status.code(), Some(2), "--yes means nothing alone");
}

/// A protocol without requests of the server: the question is the result, and the agent comes again with the answer.
#[test]
fn a_question_is_answered_for_the_very_change_that_it_was_about() {
    let service = FakeService::start().unwrap();
    let mut agent = Agent::spawn(rds().args(["--endpoint", service.endpoint(), "--allow-writes"]));
    let mut ask = |arguments: &Json, more: Json| agent.ask_by_result("write_operation", arguments, &more);
    let restore = call(
        "ModifyDBInstanceDescription",
        json!({ "DBInstanceId": INSTANCE, "DBInstanceDescription": "mine" }),
    );
    let question = ask(&restore, json!({}));
    assert_eq!(question["resultType"], "input_required", "{question:#}");
    let asked = &question["inputRequests"]["confirm"];
    assert_eq!(asked["method"], "elicitation/create", "{question:#}");
    assert!(asked["params"]["message"].as_str().unwrap().contains("\"mine\""), "{question:#}");
    let state = question["requestState"].clone();

    // A yes that nobody was asked for, and one to another change, are none.
    for (arguments, state) in [(&restore, json!("made up")), (&description("yours"), state.clone())] {
        let again = ask(arguments, yes(&state));
        assert_eq!(again["resultType"], "input_required", "{again:#}");
    }
    assert!(service.all_requests().is_empty(), "something was sent");
    // That has closed the question.
    let question = ask(&restore, yes(&state));
    assert_eq!(question["resultType"], "input_required", "{question:#}");
    let (is_error, done) = outcome(&ask(&restore, yes(&question["requestState"])));
    assert!(!is_error && done["request_id"].is_string(), "{done:#}");
    // It was a yes for once.
    let again = ask(&restore, yes(&question["requestState"]));
    assert_eq!(again["resultType"], "input_required", "{again:#}");
    let declined = json!({ "requestState": again["requestState"], "inputResponses": { "confirm": { "action": "decline" } } });
    let (is_error, said) = outcome(&ask(&restore, declined));
    assert!(is_error && said["kind"] == "NotConfirmed", "{said:#}");
    let question = ask(&restore, json!({}));
    let (is_error, _) = outcome(&ask(&restore, json!({ "requestState": question["requestState"] })));
    assert!(is_error, "there is no answer");
    assert_eq!(calls(&service, "ModifyDBInstanceDescription"), 1);
}

#[test]
fn a_change_that_was_sent_is_finished_though_nobody_waits_for_it() {
    let service = FakeService::start().unwrap();
    service.inject(rds_api_testing::Fault::Delay(std::time::Duration::from_secs(1))).times(1);
    let mut agent = Agent::start(&["--endpoint", service.endpoint(), "--allow-writes", "--yes"], json!({}));
    let id = agent.send("tools/call", json!({ "name": "write_operation", "arguments": description("late") }));
    std::thread::sleep(std::time::Duration::from_millis(300));
    agent.tell("notifications/cancelled", json!({ "requestId": id }));
    assert!(agent.finish().0.success());
    let described = service.client().unwrap().describe_db_instance_attribute(INSTANCE);
    let attribute = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
        .block_on(described.send())
        .unwrap();
    assert_eq!(attribute.items[0].db_instance_description.as_deref(), Some("late"));
    assert_eq!(calls(&service, "ModifyDBInstanceDescription"), 1);
}
