//! The programs compile, are formatted, and send what they were made from.
#![allow(clippy::panic, clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::time::Duration;

use rds_api::Access;
use rds_api::schema::{FieldExt as _, OperationExt as _};
use rds_api_testing::FakeService;
use serde_json::{Value as Json, json};

use super::*;
use rds_api::schema;

fn account() -> Service {
    Service::Account { region: Some("cn-hangzhou".to_owned()), endpoint: None, profile: None, vpc: false }
}

fn operation(name: &str) -> &'static Operation {
    schema::operation(name).unwrap()
}

fn program_of(name: &str, parameters: &Json, service: &Service) -> String {
    program(operation(name), parameters.as_object().unwrap(), service)
}

/// A package of programs, which uses what other tests of this kind have built of the dependencies.
struct Package {
    folder: tempfile::TempDir,
    target: PathBuf,
}

impl Package {
    fn new() -> Self {
        let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let (client, testing) = (repository.join("rds-api"), repository.join("rds-api/testing"));
        let folder = tempfile::TempDir::new().unwrap();
        fs::create_dir_all(folder.path().join("src/bin")).unwrap();
        fs::copy(repository.join("Cargo.lock"), folder.path().join("Cargo.lock")).unwrap();
        fs::write(
            folder.path().join("Cargo.toml"),
            format!(
                "[package]\nname = \"programs\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
                 rds-api = {{ path = {client:?} }}\nrds-api-testing = {{ path = {testing:?} }}\nserde_json = \"1\"\n\
                 tokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}\n"
            ),
        )
        .unwrap();
        Self { folder, target: repository.join("target/compiles") }
    }

    fn write(&self, path: &str, text: &str) {
        fs::write(self.folder.path().join(path), text).unwrap();
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Output {
        let mut command = Command::new(program);
        command
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", &self.target)
            .args(arguments)
            .output()
            .unwrap()
    }
}

fn succeeded(output: &Output) {
    let (said, failed) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{said}{failed}");
}

/// A call for each way in which a parameter travels, and in which a program can be at a loss for its type.
fn calls() -> Vec<(&'static str, Json)> {
    let instance = FakeService::INSTANCE;
    vec![
        // A text and an enum.
        ("DescribeBackupTasks", json!({ "DBInstanceId": instance, "BackupMode": "Manual" })),
        // Many required parameters, an object as JSON, a flattened list of objects, a text to be escaped.
        (
            "CreateDBInstance",
            json!({
                "DBInstanceClass": "mysql.n2.medium.2c", "DBInstanceNetType": "Intranet",
                "DBInstanceStorage": 100, "Engine": "MySQL", "EngineVersion": "8.0", "PayType": "Postpaid",
                "SecurityIPList": "127.0.0.1", "DBInstanceDescription": "say \"hello\" \\ goodbye",
                "ServerlessConfig": { "MinCapacity": 0.5, "MaxCapacity": 8 },
                "Tag": [{ "Key": "team", "Value": "blue" }, { "Key": "stage", "Value": "test" }],
            }),
        ),
        // What is sensitive comes from the environment.
        (
            "CreateAccount",
            json!({ "DBInstanceId": instance, "AccountName": "reader", "AccountPassword": "Correct-Horse-9" }),
        ),
        // Points in time, in a flattened object.
        (
            "DescribeRCInstanceHistoryEvents",
            json!({
                "RegionId": "cn-beijing",
                "EventPublishTime": { "Start": "2024-03-15T08:30:00Z", "End": "2024-03-16T08:30:00Z" },
            }),
        ),
        // A list of numbers as JSON.
        ("ConfirmNotify", json!({ "NotifyIdList": [1, 20_000_000_000_i64], "Confirmor": 7 })),
        // A list with commas between its elements, and a name that is a method's already.
        ("AttachRCInstances", json!({ "InstanceIds": ["rc-1", "rc-2"] })),
        ("RunRCCommand", json!({ "CommandContent": "uptime", "Timeout": 60 })),
        // A list of objects that has required members, as JSON.
        (
            "CreateDBNodes",
            json!({
                "DBInstanceId": instance,
                "DBNode": [{ "classCode": "mysql.n2.medium.xc", "zoneId": "cn-hangzhou-b" }],
            }),
        ),
        // A map as JSON.
        ("ModifyDBInstance", json!({ "DBInstanceId": instance, "Parameters": { "max_connections": "100" } })),
        // A parameter that the specification does not know.
        ("DescribeDBInstances", json!({ "RegionId": "cn-hangzhou", "Shade": { "Hue": 7 } })),
    ]
}

/// A call of the operation with the examples of the documentation: of all parameters, or only the required.
fn samples(operation: &Operation, all: bool) -> Map<String, Json> {
    let fields = operation.parameters.iter().filter(|field| all || is_argument(field));
    let samples = fields.map(|field| (field.name.clone(), field.sample()));
    samples.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_compile_and_send_what_they_were_made_from() {
    let package = Package::new();
    let service = FakeService::start().unwrap();
    service.client().unwrap().create_backup(FakeService::INSTANCE).await.unwrap();
    service.clock().advance(Duration::from_secs(60));
    let to_service = Service::Account {
        region: Some("cn-hangzhou".to_owned()),
        endpoint: Some(service.endpoint().to_owned()),
        profile: None,
        vpc: false,
    };
    for (name, parameters) in calls() {
        let text = program_of(name, &parameters, &to_service);
        assert!(!text.contains("Correct-Horse-9") && !text.contains("uptime"), "{text}");
        package.write(&format!("src/bin/{}.rs", operation(name).method), &text);
    }
    let mut modules = Vec::new();
    for operation in schema::operations() {
        for (suffix, all, service) in [("all", true, Service::Embedded), ("required", false, account())] {
            let module = format!("{}_{suffix}", operation.method);
            package
                .write(&format!("src/{module}.rs"), &program(operation, &samples(operation, all), &service));
            modules.push(format!("mod {module};\n"));
        }
    }
    modules.sort();
    package.write("src/lib.rs", &format!("#![allow(dead_code)]\n{}", modules.concat()));
    succeeded(&package.run("cargo", &["fmt", "--check"]));
    succeeded(&package.run("cargo", &["build", "--quiet", "--offline"]));

    for (name, parameters) in calls() {
        service.clear_history();
        let program = package.target.join("debug").join(&operation(name).method);
        let output = Command::new(&program)
            .env("ALIBABA_CLOUD_ACCESS_KEY_ID", "fake-key-id")
            .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "fake-key-secret")
            .env("ACCOUNT_PASSWORD", "Correct-Horse-9")
            .env("COMMAND_CONTENT", "uptime")
            .output();
        let output = output.unwrap_or_else(|error| panic!("{}: {error}", program.display()));
        let printed = String::from_utf8_lossy(&output.stdout);
        let [sent] = &service.all_requests()[..] else {
            panic!(
                "{name} sent other than one request: {printed}{}",
                String::from_utf8_lossy(&output.stderr)
            );
        };
        assert_eq!(sent.operation, name);
        for (parameter, value) in parameters.as_object().unwrap() {
            // What the specification does not know, the embedded service does not keep.
            if operation(name).parameter(parameter).is_some() {
                assert_eq!(sent.parameters[parameter], *value, "{name} {parameter}");
            }
        }
        if operation(name).access == Access::Read {
            let parameters = parameters.as_object().unwrap();
            let answer = operation(name).call(&service.client().unwrap(), parameters).await.unwrap();
            let mut texts = Vec::new();
            leaves(&answer, &mut texts);
            assert!(texts.len() > 2, "{name}: {answer}");
            for text in texts {
                assert!(printed.contains(&text), "{name} does not print {text}: {printed}");
            }
        }
    }
}

/// What an answer says, but for the id that each request has of its own.
fn leaves(value: &Json, texts: &mut Vec<String>) {
    match value {
        Json::Object(members) => {
            let members = members.iter().filter(|(name, _)| *name != "RequestId");
            members.for_each(|(_, member)| leaves(member, texts));
        }
        Json::Array(elements) => elements.iter().for_each(|element| leaves(element, texts)),
        Json::String(text) => texts.push(format!("{text:?}")),
        Json::Number(number) => texts.push(number.to_string()),
        Json::Bool(_) | Json::Null => {}
    }
}

#[test]
fn what_does_not_fit_is_sent_as_it_is() {
    let parameters = json!({
        "DBInstanceId": "rm-1", "BackupJobId": "many", "BackupMode": "Sometimes", "Shade": { "Hue": 7 },
        "NewSecret": "hush",
    });
    let text = program_of("DescribeBackupTasks", &parameters, &account());
    for line in [
        ".backup_mode(\"Sometimes\")",
        ".parameter(\"BackupJobId\", \"many\")",
        ".parameter(\"Shade.Hue\", \"7\")",
        "let newsecret = std::env::var(\"NEWSECRET\").expect(\"NEWSECRET is not set\");",
        ".parameter(\"NewSecret\", newsecret)",
    ] {
        assert!(text.contains(line), "{line} in\n{text}");
    }
}

#[test]
fn what_is_required_and_missing_is_said() {
    let text = program_of("DescribeBackupTasks", &json!({}), &account());
    assert!(text.contains("// Required and not given") && text.contains("// DBInstanceId."), "{text}");
}
