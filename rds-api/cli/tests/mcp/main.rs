//! `rds mcp` as an agent meets it: a process that it starts, or that it reaches over HTTP.
#![cfg(feature = "mcp")]
#![allow(clippy::unwrap_used, clippy::panic)]

mod agent;
mod downloads;
mod http;
mod waits;
mod writes;

use std::process::Command;

use agent::Agent;
use rds_api::operations::instance::describe_db_instances::{DBInstance, DescribeDBInstancesRequest};
use rds_api::schema;
use rds_api_testing::{FakeService, build};
use serde_json::{Value as Json, json};

const INSTANCE: &str = FakeService::INSTANCE;

#[test]
fn an_agent_finds_an_operation_reads_of_it_and_calls_it() {
    let mut agent = Agent::spawn(agent::rds().arg("--fake"));
    let server = agent.begin(json!({}));
    assert_eq!(
        (&server["serverInfo"]["name"], &server["protocolVersion"]),
        (&json!("rds"), &json!("2025-11-25"))
    );
    assert!(server["instructions"].as_str().unwrap().contains("only reads"), "{server}");

    let tools = agent.ask("tools/list", json!({}))["result"]["tools"].clone();
    let names: Vec<&str> =
        tools.as_array().unwrap().iter().map(|tool| tool["name"].as_str().unwrap()).collect();
    assert_eq!(names, ["search_operations", "describe_operation", "call_operation", "wait_for_operation"]);
    for tool in tools.as_array().unwrap() {
        assert_eq!(tool["annotations"]["readOnlyHint"], true, "{tool}");
        assert_eq!(tool["inputSchema"]["type"], "object", "{tool}");
        assert!(tool["description"].as_str().unwrap().len() > 60 && tool["title"].is_string(), "{tool}");
    }

    let found = agent.call("search_operations", json!({ "question": "slow query", "access": "read" }));
    assert_eq!(found["operations"][0]["name"], "DescribeSlowLogRecords", "{found:#}");
    assert_eq!(found["operations"][0]["found_by"], "name: slow; search words: query");
    let families = agent.call("search_operations", json!({}));
    assert!(families["families"].as_array().unwrap().len() > 15);
    let family = agent.call("search_operations", json!({ "family": "backup" }));
    assert!(
        family["operations"].as_array().unwrap().iter().any(|it| it["name"] == "CreateBackup"),
        "{family:#}"
    );
    let nothing = agent.call("search_operations", json!({ "question": "xyzzy" }));
    assert_eq!((&nothing["found"], nothing["next"].is_string()), (&json!(0), true), "{nothing:#}");

    let described = agent.call("describe_operation", json!({ "operation": "describe-backup-tasks" }));
    assert_eq!(described["name"], "DescribeBackupTasks");
    assert_eq!(described["parameters"]["required"], json!(["DBInstanceId"]));
    assert_eq!(described["parameters"]["properties"]["BackupMode"]["enum"], json!(["Automated", "Manual"]));
    assert!(described["response"]["properties"]["Items"].is_object(), "{described:#}");
    assert_eq!(described["waiters"][0]["name"], "finished", "{described:#}");
    assert!(
        described["errors"]["404"].as_array().unwrap().contains(&json!("InvalidDBInstanceName.NotFound"))
    );
    let write = agent.call("describe_operation", json!({ "operation": "DeleteDBInstance" }));
    assert_eq!((&write["access"], &write["may_be_irreversible"]), (&json!("write"), &json!(true)));
    assert_eq!(write["follows"]["operation"], "DescribeDBInstanceAttribute", "{write:#}");
    let create = agent.call("describe_operation", json!({ "operation": "CreateBackup" }));
    assert_eq!(create["follows"]["waiter"], "finished", "{create:#}");
    assert_eq!(create["follows"]["by_members_of_the_response"], json!(["BackupJobId"]));

    let called = agent.call(
        "call_operation",
        json!({ "operation": "DescribeDBInstances", "parameters": { "PageSize": "30" } }),
    );
    assert_eq!(called["response"]["Items"]["DBInstance"][0]["DBInstanceId"], INSTANCE, "{called:#}");
    assert_eq!(called["request_id"], called["response"]["RequestId"]);
    let query =
        json!({ "operation": "DescribeDBInstances", "query": "Items.DBInstance[].[DBInstanceId, Engine]" });
    assert_eq!(agent.call("call_operation", query)["result"], json!([[INSTANCE, "MySQL"]]));
    let nothing = json!({ "operation": "DescribeDBInstances", "query": "Nothing" });
    assert!(agent.call("call_operation", nothing).as_object().unwrap()["result"].is_null());
    let times = json!({ "DBInstanceId": INSTANCE, "StartTime": "-1d", "EndTime": "now" });
    agent.call("call_operation", json!({ "operation": "DescribeSlowLogRecords", "parameters": times }));
    let (status, stderr) = agent.finish();
    assert!(status.success() && stderr.is_empty(), "{status} {stderr}");
}

#[test]
fn what_is_wrong_is_told_together_with_what_to_do() {
    let mut agent = Agent::start(&["--fake"], json!({}));
    let with =
        |operation: &str, parameters: Json| json!({ "operation": operation, "parameters": parameters });
    for (tool, arguments, expected, next) in [
        (
            "describe_operation",
            with("DescribeDBInstance", json!({})),
            "unknown field `parameters`",
            "input schema",
        ),
        (
            "call_operation",
            with("DescribeDBInstance", json!({})),
            "there is no operation",
            "Did you mean DescribeDBInstances?",
        ),
        ("call_operation", with("xyzzy", json!({})), "there is no operation", "search_operations"),
        ("call_operation", json!({}), "missing field `operation`", "input schema"),
        (
            "call_operation",
            with("DescribeBackupTasks", json!({})),
            "`DBInstanceId` is required",
            "describe_operation",
        ),
        (
            "call_operation",
            with("DescribeBackupTasks", json!({ "DbInstanceId": "rm-1" })),
            "`DbInstanceId` is not in the specification; did you mean DBInstanceId?",
            "describe_operation",
        ),
        (
            "call_operation",
            with("DescribeBackupTasks", json!({ "DBInstanceId": "rm-1", "BackupMode": "Sometimes" })),
            "`Sometimes` is not one of Automated, Manual",
            "describe_operation",
        ),
        (
            "call_operation",
            with("DescribeDBInstances", json!({ "PageSize": ["many"] })),
            "it is a list or an object",
            "describe_operation",
        ),
        (
            "call_operation",
            json!({ "operation": "DescribeRegions", "query": "a[" }),
            "JMESPath",
            "input schema",
        ),
        (
            "call_operation",
            json!({ "operation": "DescribeRegions", "query": "a".repeat(1_001) }),
            "too long",
            "input schema",
        ),
        (
            "call_operation",
            json!({ "operation": "DescribeRegions", "max_bytes": 10 }),
            "must be 1000 to 1000000",
            "input schema",
        ),
        (
            "search_operations",
            json!({ "question": "x", "family": "backups" }),
            "did you mean backup?",
            "input schema",
        ),
        ("search_operations", json!({ "question": "x", "limit": 0 }), "must be 1 to 50", "input schema"),
        (
            "wait_for_operation",
            with("DescribeRegions", json!({})),
            "nothing that could be waited for",
            "DescribeBackupTasks",
        ),
        (
            "wait_for_operation",
            with("DescribeDBInstanceAttribute", json!({ "DBInstanceId": INSTANCE })),
            "several waiters",
            "input schema",
        ),
    ] {
        let said = agent.fail(tool, arguments);
        let (error, todo) = (said["error"].as_str().unwrap(), said["next"].as_str().unwrap());
        assert!(error.contains(expected), "{expected}: {said:#}");
        assert!(todo.contains(next), "{next}: {said:#}");
        assert_eq!(said["may_have_been_executed"], false, "{said:#}");
    }
    let said =
        agent.fail("call_operation", with("DescribeBackupTasks", json!({ "DBInstanceId": "rm-nothing" })));
    assert_eq!((&said["kind"], &said["class"]), (&json!("Service"), &json!("NotFound")), "{said:#}");
    assert_eq!(said["code"], "InvalidDBInstanceName.NotFound");
    assert!(
        said["request_id"].is_string() && said["next"].as_str().unwrap().contains("DescribeDBInstances"),
        "{said:#}"
    );
    let unknown = agent.ask("tools/call", json!({ "name": "drop_everything", "arguments": {} }));
    assert_eq!(unknown["error"]["code"], -32602, "{unknown}");
}

/// An expression over the response is the agent's, and so is every name.
#[test]
fn what_finds_nothing_is_not_taken_for_nothing_that_is_there() {
    let mut agent = Agent::start(&["--fake"], json!({}));
    let list = |more: Json| {
        let mut arguments = json!({ "operation": "DescribeDBInstances" });
        arguments.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        arguments
    };
    let found = agent.call("call_operation", list(json!({ "query": "Instances" })));
    assert_eq!(found["result"], Json::Null);
    let note = found["notes"][0].as_str().unwrap();
    assert!(note.starts_with("the query finds nothing in the response, which has Items"), "{note}");
    for region in ["all", "cn-hangzhou,cn-beijing"] {
        let failed = agent.fail("call_operation", list(json!({ "region": region })));
        assert_eq!(failed["may_have_been_executed"], false, "{failed}");
    }
}

#[test]
fn no_argument_is_too_much_for_the_server() {
    let mut agent = Agent::start(&["--fake"], json!({}));
    for query in [
        "!".repeat(999) + "a",
        "[]".repeat(500),
        format!("{}a{}", "(".repeat(499), ")".repeat(499)),
        "[@,@]|".repeat(150) + "@",
        "{a:@,b:@}|".repeat(90) + "@",
        "[@,@][]|".repeat(100) + "@",
        format!("{}@{}", "to_string(".repeat(80), ")".repeat(80)),
        "join(to_string(@),['','',''])|".repeat(30) + "@",
    ] {
        let said = agent.fail("call_operation", json!({ "operation": "DescribeRegions", "query": query }));
        assert!(said["error"].as_str().unwrap().contains("JMESPath"), "{query}: {said:#}");
    }
    let name = "DescribeRegions".repeat(100_000);
    let said = agent.fail("call_operation", json!({ "operation": name, "parameters": {} }));
    assert!(said.to_string().len() < 20_000 && said["error"].as_str().unwrap().contains("no operation"));
    let parameters = json!({ "operation": "DescribeRegions", "parameters": { name: 1 } });
    assert!(agent.fail("call_operation", parameters).to_string().len() < 20_000);
    assert_eq!(agent.ask("ping", json!({}))["result"], json!({}));
}

#[test]
fn what_is_no_message_neither_ends_the_server_nor_stands_on_its_output() {
    let mut agent = Agent::start(&["--fake"], json!({}));
    agent.write("this is no JSON");
    agent.write("{\"jsonrpc\":\"2.0\"");
    agent.write("");
    agent.write(&"[".repeat(100_000));
    // More than a request may have. It is dropped.
    let large =
        json!({ "jsonrpc": "2.0", "id": 99, "method": "ping", "params": { "x": "x".repeat(5 << 20) } });
    agent.write(&large.to_string());
    assert_eq!(agent.ask("ping", json!({}))["result"], json!({}));
    agent.write(r#"{"jsonrpc":"2.0","id":true,"method":7}"#);
    let refused = agent.receive();
    assert_eq!(refused["error"]["code"], -32600, "{refused}");
    let unknown = agent.ask("no/such/method", json!({}));
    assert_eq!(unknown["error"]["code"], -32601, "{unknown}");
    let strange =
        agent.ask("tools/call", json!({ "name": "call_operation", "arguments": { "operation": 7 } }));
    assert_eq!(strange["result"]["isError"], true, "{strange}");
    agent.call("search_operations", json!({ "question": "backup" }));
    assert!(agent.finish().0.success());

    // What begins otherwise is not spoken with, and not repeated.
    let mut stranger = Agent::spawn(agent::rds().arg("--fake"));
    stranger.write(r#"{"jsonrpc":"2.0","method":"notifications/cancelled","params":{"reason":"hunter2"}}"#);
    let (status, stderr) = stranger.ended();
    assert_eq!(status.code(), Some(2), "{stderr}");
    assert!(
        stderr.contains("does not begin as the Model Context Protocol does") && !stderr.contains("hunter2"),
        "{stderr}"
    );
    // Nobody there.
    let nobody = Agent::spawn(agent::rds().arg("--fake"));
    let (status, stderr) = nobody.finish();
    assert!(status.success() && stderr.is_empty(), "{status} {stderr}");
}

#[test]
fn a_long_response_is_cut_and_says_how_to_see_more() {
    let service = FakeService::start().unwrap();
    service
        .on::<DescribeDBInstancesRequest>()
        .respond_with(|_, response| {
            let instance = |number: usize| {
                build(|it: &mut DBInstance| {
                    it.db_instance_id = Some(format!("rm-{number}{}", "x".repeat(500)))
                })
            };
            response.items = (0..400).map(instance).collect();
            response.total_record_count = Some(400);
        })
        .always();
    let mut agent = Agent::start(&["--endpoint", service.endpoint()], json!({}));
    let call = |more: Json| {
        let mut arguments = json!({ "operation": "DescribeDBInstances", "parameters": { "PageSize": 100 } });
        arguments.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        arguments
    };
    let said = agent.call("call_operation", call(json!({})));
    assert!((40_000..=51_000).contains(&said.to_string().len()), "{}", said.to_string().len());
    assert_eq!(said["response"]["TotalRecordCount"], 400);
    let left_out = said["left_out"][0].as_str().unwrap();
    assert!(
        left_out.starts_with("Items.DBInstance: the first") && left_out.ends_with("of 400 entries are shown"),
        "{left_out}"
    );
    assert!(said["to_see_more"].as_str().unwrap().contains("query"));
    assert_eq!(said["next_page"], json!({ "PageNumber": 2 }));
    let small = agent.call("call_operation", call(json!({ "max_bytes": 1_000 })));
    assert!(small["response"].to_string().len() <= 1_000, "{small}");
    let all = agent.call("call_operation", call(json!({ "max_bytes": 1_000_000 })));
    assert_eq!(
        (all["left_out"].clone(), all["response"]["Items"]["DBInstance"].as_array().unwrap().len()),
        (Json::Null, 400)
    );
    let query = agent.call("call_operation", call(json!({ "query": "length(Items.DBInstance)" })));
    assert_eq!(query["result"], 400);

    let elsewhere =
        agent.call("call_operation", json!({ "operation": "DescribeDBInstances", "region": "cn-beijing" }));
    assert!(elsewhere["request_id"].is_string());
    assert_eq!(service.all_requests().last().unwrap().parameters["RegionId"], "cn-beijing");

    // The longest descriptions keep within what is asked for, too.
    let mut cut = 0;
    for name in schema::names() {
        let described = agent.call("describe_operation", json!({ "operation": name, "max_bytes": 20_000 }));
        let length = described.to_string().len();
        let is_cut = !described["left_out"].is_null();
        assert!(length <= 20_000 || is_cut && described["response"].is_null(), "{name}: {length}");
        cut += usize::from(is_cut);
    }
    assert!((1..200).contains(&cut), "{cut}");
}

#[test]
fn resources_and_prompts_tell_of_operations() {
    let mut agent = Agent::start(&["--fake"], json!({}));
    let resources = agent.ask("resources/list", json!({}))["result"]["resources"].clone();
    assert!(resources.as_array().unwrap().iter().any(|it| it["uri"] == "rds://family/backup"), "{resources}");
    let templates = agent.ask("resources/templates/list", json!({}))["result"]["resourceTemplates"].clone();
    assert_eq!(templates[0]["uriTemplate"], "rds://operation/{name}");
    let mut read = |uri: &str| {
        let read = agent.ask("resources/read", json!({ "uri": uri }));
        assert_eq!(read["result"]["contents"][0]["mimeType"], "application/json", "{read}");
        serde_json::from_str::<Json>(read["result"]["contents"][0]["text"].as_str().unwrap()).unwrap()
    };
    assert_eq!(read("rds://operation/CreateBackup")["name"], "CreateBackup");
    assert!(read("rds://family/backup")["operations"].as_array().unwrap().len() > 5);
    assert!(read("rds://families").as_array().unwrap().len() > 15);
    for uri in ["rds://operation/Nothing", "rds://family/nothing", "file:///etc/passwd", ""] {
        assert_eq!(agent.ask("resources/read", json!({ "uri": uri }))["error"]["code"], -32002, "{uri}");
    }
    let complete = json!({
        "ref": { "type": "ref/resource", "uri": "rds://operation/{name}" },
        "argument": { "name": "name", "value": "describebackup" },
    });
    let completed = agent.ask("completion/complete", complete)["result"]["completion"].clone();
    assert!(completed["values"].as_array().unwrap().contains(&json!("DescribeBackupTasks")), "{completed}");

    let prompts = agent.ask("prompts/list", json!({}))["result"]["prompts"].clone();
    assert_eq!(prompts[0]["name"], "investigate_slow_instance");
    let get = |arguments: Json| json!({ "name": "investigate_slow_instance", "arguments": arguments });
    let prompt =
        agent.ask("prompts/get", get(json!({ "instance": "rm-1", "since": "-1d" })))["result"].clone();
    let text = prompt["messages"][0]["content"]["text"].as_str().unwrap();
    assert!(
        text.contains("The instance rm-1 is slow") && text.contains("StartTime -1d") && !text.contains('{'),
        "{text}"
    );
    assert_eq!(agent.ask("prompts/get", get(json!({})))["error"]["code"], -32602);
}

#[cfg(unix)]
#[test]
fn a_server_ends_when_it_is_told_to() {
    for signal in ["-INT", "-TERM"] {
        let mut agent = Agent::start(&["--fake"], json!({}));
        let wait = json!({
            "operation": "DescribeDBInstanceAttribute",
            "parameters": { "DBInstanceId": INSTANCE },
            "waiter": "deleted",
        });
        agent.send("tools/call", json!({ "name": "wait_for_operation", "arguments": wait }));
        let sent = Command::new("kill").args([signal, &agent.id().to_string()]).status().unwrap();
        assert!(sent.success());
        assert_eq!(agent.ended().0.code(), Some(0), "{signal}");
    }
}
