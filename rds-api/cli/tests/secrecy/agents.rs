//! What an agent is shown: of the requests that it makes, and of responses.

use rds_api::schema::{self, Operation};
use serde_json::{Value as Json, json};

use super::secret_scan::Scan;
use super::{Echo, Secrets, fill, is_sensitive, operations, parameters};

#[path = "../mcp/agent.rs"]
mod agent;

use agent::Agent;

/// A server for agents that logs all it can, and asks before each change.
fn start(secrets: &Secrets, endpoint: &str) -> Agent {
    let mut agent =
        Agent::spawn(&mut secrets.rds(&["-vvv", "mcp", "--allow-writes", "--endpoint", endpoint]));
    agent.begin(json!({ "elicitation": {} }));
    agent
}

/// What a call shows: to the agent, and to the user who is asked.
fn shown(agent: &mut Agent, operation: &Operation, parameters: &Json) -> String {
    agent.answers = vec![json!({ "action": "accept", "content": { "confirm": true } })];
    let arguments = json!({ "operation": operation.name, "parameters": parameters });
    let said = agent.ask("tools/call", json!({ "name": "write_operation", "arguments": arguments }));
    agent.questions.drain(..).map(|question| question.to_string()).collect::<String>() + &said.to_string()
}

#[test]
fn an_agent_is_shown_no_secret_of_any_operation() {
    let scan = Scan::default();
    let server = Echo::start();
    let mut keys = Secrets::new(&scan);
    let mut agent = start(&keys, &server.endpoint);
    let mut leaks = Vec::new();
    let (mut calls, mut sent) = (0, 0);
    for operation in operations() {
        keys.values.clear();
        let parameters = Json::from(parameters(operation, &mut keys));
        for (status, body) in keys.bodies() {
            server.tell(status, body.as_str());
            let told = shown(&mut agent, operation, &parameters);
            calls += 1;
            sent += usize::from(!told.contains("nothing was sent") && !told.contains("Nothing was sent"));
            scan.text(&told);
            let found = scan.take_leaks().into_iter().take(1);
            leaks.extend(found.map(|leak| format!("{} {status}: {leak}", operation.name)));
        }
        // A secret where an object belongs.
        scan.text(&shown(&mut agent, operation, &json!(keys.make())));
        scan.text(&shown(&mut agent, operation, &json!({ "NewPasswd": keys.make() })));
    }
    scan.text(&agent.finish().1);
    leaks.extend(scan.take_leaks().into_iter().take(1));
    assert!(leaks.is_empty(), "{} leaks in {calls} calls, such as {}", leaks.len(), leaks[0]);
    assert!(calls > 60 && sent * 2 > calls, "only {sent} of {calls} calls were sent");
    scan.finish(30, 100_000);
}

#[test]
fn what_is_sensitive_in_a_response_is_masked_for_an_agent() {
    let scan = Scan::default();
    let server = Echo::start();
    let mut keys = Secrets::new(&scan);
    let mut agent = start(&keys, &server.endpoint);
    let mut leaks = Vec::new();
    let mut calls = 0;
    for operation in schema::operations().filter(|operation| is_sensitive(&operation.response)) {
        let required: Vec<_> = operation.required().cloned().collect();
        let parameters = Json::from(schema::samples(&required));
        let mut response = Json::from(schema::samples(&operation.response));
        response["RequestId"] = "R".into();
        keys.values.clear();
        fill(&operation.response, &mut response, &mut keys);
        assert!(!keys.values.is_empty(), "{}", operation.name);
        server.tell(200, response.to_string());
        let told = shown(&mut agent, operation, &parameters);
        if told.contains("othing was sent") {
            // Some of the vendor's examples are cut or masked.
            continue;
        }
        calls += 1;
        assert!(told.contains("****"), "{}: {told}", operation.name);
        scan.text(&told);
        leaks.extend(scan.take_leaks().into_iter().take(1).map(|leak| format!("{}: {leak}", operation.name)));
    }
    scan.text(&agent.finish().1);
    leaks.extend(scan.take_leaks().into_iter().take(1));
    assert!(leaks.is_empty(), "{} leaks in {calls} calls, such as {}", leaks.len(), leaks[0]);
    assert!(calls > 5, "only {calls} calls");
}
