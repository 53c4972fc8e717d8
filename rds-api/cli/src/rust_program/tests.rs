//! The programs compile, are printed in the form of prettyplease, and send what they were made from.
#![allow(clippy::panic, clippy::unwrap_used)]

use std::fs;
use std::path::PathBuf;
use std::process::Command;
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

/// Programs that are compiled into one, as `tests/printed_programs.rs` tells.
struct Programs {
    folder: tempfile::TempDir,
    modules: String,
    /// The arms of the `main` that runs one of them.
    arms: String,
}

impl Programs {
    fn new() -> Self {
        Self { folder: tempfile::TempDir::new().unwrap(), modules: String::new(), arms: String::new() }
    }

    fn add(&mut self, module: &str, text: &str) {
        fs::write(self.folder.path().join(format!("{module}.rs")), text).unwrap();
        self.modules += &format!("mod {module};\n");
    }

    fn add_to_run(&mut self, name: &str, text: &str) {
        let module = format!("{}_to_run", operation(name).rust_name);
        self.add(&module, &format!("{text}\npub(super) fn run() -> rds_api::Result<()> {{ main() }}\n"));
        self.arms += &format!("Some({name:?}) => {module}::run(),\n");
    }

    /// Builds the executable, in the target folder and in the profile of the running test.
    fn build(&self) -> PathBuf {
        let root = self.folder.path().join("main.rs");
        let main = format!(
            "{}fn main() -> rds_api::Result<()> {{\nmatch std::env::args().nth(1).as_deref() {{\n{}\
             other => panic!(\"no program {{other:?}}\"),\n}}\n}}\n",
            self.modules, self.arms
        );
        fs::write(&root, main).unwrap();
        let test = std::env::current_exe().unwrap();
        let folder = test.ancestors().nth(2).unwrap();
        let profile = match folder.file_name().unwrap().to_str().unwrap() {
            "debug" => "dev",
            other => other,
        };
        let mut cargo = Command::new(env!("CARGO"));
        // What cargo tells this test of its package would make build scripts run again that ask for it.
        let of_package = |name: &str| name.starts_with("CARGO_PKG_") || name.starts_with("CARGO_MANIFEST_");
        for (variable, _) in std::env::vars().filter(|(name, _)| of_package(name)) {
            cargo.env_remove(variable);
        }
        let built = cargo
            .args(["build", "--workspace", "--test", "printed_programs", "--profile", profile])
            .args(["--offline", "--message-format", "json-render-diagnostics"])
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .env("CARGO_TARGET_DIR", folder.parent().unwrap())
            .env("PRINTED_PROGRAMS", &root)
            .output()
            .unwrap();
        assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));
        let messages = String::from_utf8(built.stdout).unwrap();
        let executable = messages.lines().find_map(|message| {
            let message: Json = serde_json::from_str(message).unwrap();
            let is_built = message["target"]["name"] == "printed_programs";
            is_built.then(|| message["executable"].as_str().map(PathBuf::from)).flatten()
        });
        executable.unwrap()
    }
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
        // A list with commas between its elements.
        ("AttachRCInstances", json!({ "InstanceIds": ["rc-1", "rc-2"] })),
        // A name that is a method's already, and a map that is sensitive as a whole.
        (
            "RunRCCommand",
            json!({ "CommandContent": "uptime", "Timeout": 60, "Parameters": { "depth": 20_000_000_000_i64 } }),
        ),
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

/// The parameters that an operation requires, of the instance that there is.
fn samples_of_instance(name: &str) -> Map<String, Json> {
    let mut parameters = samples(operation(name), false);
    parameters.insert("DBInstanceId".to_owned(), FakeService::INSTANCE.into());
    parameters
}

/// The endings that a program of this operation can have besides that of printing its response.
fn endings(operation: &'static Operation) -> Vec<Ending> {
    let patience =
        Patience { timeout: Some(Duration::from_secs(90)), every: Some(Duration::from_millis(500)) };
    let waiters = operation.waiters.iter().map(|waiter| Ending::Waiter(waiter, patience));
    let follows = operation.follows.iter().map(|_| Ending::UntilDone(Patience::default()));
    let pages = operation.pagination.iter().map(|_| Ending::Entries);
    waiters.chain(follows).chain(pages).collect()
}

/// A call of the operation with the examples of the documentation: of all parameters, or only the required.
fn samples(operation: &Operation, all: bool) -> Map<String, Json> {
    let fields = operation.parameters.iter().filter(|field| all || field.is_argument());
    let samples = fields.map(|field| (field.name.clone(), field.sample()));
    samples.collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_compile_and_send_what_they_were_made_from() {
    let service = FakeService::builder().backup_duration(Duration::ZERO).start().unwrap();
    service.client().unwrap().create_backup(FakeService::INSTANCE).await.unwrap();
    let to_service = Service::Account {
        region: Some("cn-hangzhou".to_owned()),
        endpoint: Some(service.endpoint().to_owned()),
        profile: None,
        vpc: false,
    };
    let mut programs = Programs::new();
    for (name, parameters) in calls() {
        let text = program_of(name, &parameters, &to_service);
        assert!(!text.contains("Correct-Horse-9") && !text.contains("uptime"), "{text}");
        programs.add_to_run(name, &text);
    }
    for operation in schema::operations() {
        for (suffix, all, service) in [("all", true, Service::Embedded), ("required", false, account())] {
            let text = program(operation, &samples(operation, all), &service);
            programs.add(&format!("{}_{suffix}", operation.rust_name), &text);
        }
        for (number, ending) in endings(operation).iter().enumerate() {
            let text = program_with(operation, &samples(operation, false), &Service::Embedded, ending);
            programs.add(&format!("{}_ending_{number}", operation.rust_name), &text);
        }
    }
    let backup = samples_of_instance("CreateBackup");
    let patience =
        Patience { timeout: Some(Duration::from_secs(30)), every: Some(Duration::from_millis(10)) };
    let followed =
        program_with(operation("CreateBackup"), &backup, &to_service, &Ending::UntilDone(patience));
    programs.add_to_run("CreateBackup", &followed);
    let listed = samples_of_instance("DescribeBackups");
    let listed = program_with(operation("DescribeBackups"), &listed, &to_service, &Ending::Entries);
    programs.add_to_run("DescribeBackups", &listed);
    let program = programs.build();
    let run = |name: &str| {
        service.clear_history();
        let output = Command::new(&program)
            .arg(name)
            .env("ALIBABA_CLOUD_ACCESS_KEY_ID", "fake-key-id")
            .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "fake-key-secret")
            .env("ACCOUNT_PASSWORD", "Correct-Horse-9")
            .env("COMMAND_CONTENT", "uptime")
            .env("PARAMETERS", r#"{ "depth": 20000000000 }"#)
            .output();
        output.unwrap()
    };
    let output = run("CreateBackup");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && printed.contains("Finished"), "{output:?}");
    let sent: Vec<String> = service.all_requests().into_iter().map(|it| it.operation).collect();
    assert_eq!(sent, ["CreateBackup", "DescribeBackupTasks"]);
    let output = run("DescribeBackups");
    let printed = String::from_utf8_lossy(&output.stdout);
    assert_eq!(printed.matches("Backup {").count(), 2, "{output:?}");

    for (name, parameters) in calls() {
        let output = run(name);
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
            let response = operation(name).call(&service.client().unwrap(), parameters).await.unwrap();
            let mut texts = Vec::new();
            leaves(&response, &mut texts);
            assert!(texts.len() > 2, "{name}: {response}");
            for text in texts {
                assert!(printed.contains(&text), "{name} does not print {text}: {printed}");
            }
        }
    }
}

/// The values of a response, but for the id that each request has of its own.
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
        "DBInstanceId": "rm-1", "BackupJobId": "many", "BackupMode": "Sometimes", "Shade": { "Hue": 7.0 },
        "NewSecret": "hush",
    });
    let text = program_of("DescribeBackupTasks", &parameters, &account());
    for line in [
        ".backup_mode(\"Sometimes\")",
        ".with_parameter(\"BackupJobId\", \"many\")",
        ".with_parameter(\"Shade.Hue\", \"7\")",
        "let newsecret = std::env::var(\"NEWSECRET\").expect(\"NEWSECRET is not set\");",
        ".with_parameter(\"NewSecret\", newsecret)",
    ] {
        assert!(text.contains(line), "{line} in\n{text}");
    }
}

/// Nothing is left that prettyplease could not read, and the comment is whole.
#[test]
fn programs_have_the_form_of_prettyplease_below_their_comment() {
    for operation in schema::operations() {
        let text = program(operation, &samples(operation, true), &account());
        let code: String =
            text.lines().filter(|line| !line.is_empty()).map(|line| format!("{line}\n")).collect();
        let comment = code.lines().take_while(|line| line.starts_with("//")).count();
        let code: String = code.lines().skip(comment).map(|line| format!("{line}\n")).collect();
        assert_eq!(prettyplease::unparse(&syn::parse_file(&code).unwrap()), code, "{}", operation.name);
        assert!(text.starts_with(&format!("// {}: ", operation.name)), "{text}");
        assert_eq!(text.contains("// Deprecated: "), operation.deprecated.is_some(), "{text}");
    }
}

/// Cargo finds what the comment asks for, in the features that it asks for.
#[test]
fn the_dependencies_of_the_comment_are_there() {
    let text =
        program_of("RunRCCommand", &samples(operation("RunRCCommand"), true).into(), &Service::Embedded);
    let lines: Vec<&str> = text.lines().map_while(|line| line.strip_prefix("//")).map(str::trim).collect();
    let dependencies = lines.iter().position(|line| *line == "[dependencies]").unwrap();
    let package = tempfile::TempDir::new().unwrap();
    let manifest = format!(
        "[package]\nname = \"printed\"\nedition = \"2024\"\n[workspace]\n{}\n",
        lines[dependencies..].join("\n")
    );
    let repository = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::create_dir(package.path().join("src")).unwrap();
    fs::write(package.path().join("src/main.rs"), &text).unwrap();
    fs::write(package.path().join("Cargo.toml"), &manifest).unwrap();
    fs::copy(repository.join("Cargo.lock"), package.path().join("Cargo.lock")).unwrap();
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--offline", "--depth", "1", "--prefix", "none"])
        .current_dir(&package)
        .output()
        .unwrap();
    let found = String::from_utf8(tree.stdout).unwrap();
    for name in ["rds-api v", "rds-api-testing v", "tokio v1"] {
        assert!(
            found.contains(name),
            "{name} in\n{manifest}\n{found}{}",
            String::from_utf8_lossy(&tree.stderr)
        );
    }
}

#[test]
fn what_is_required_and_missing_is_said() {
    let text = program_of("DescribeBackupTasks", &json!({}), &account());
    assert!(text.contains("// Required and not given") && text.contains("// DBInstanceId."), "{text}");
}
