//! The programs compile, are formatted, and send what they were made from.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use rds_api::catalogue;
use rds_api::testing::FakeService;
use serde_json::{Value as Json, json};

use super::*;

fn account() -> Service {
    Service::Account { region: "cn-hangzhou".to_owned(), endpoint: None, profile: None }
}

fn operation(name: &str) -> &'static Operation {
    catalogue::operation(name).unwrap()
}

fn program_of(name: &str, parameters: Json, service: &Service) -> String {
    program(operation(name), parameters.as_object().unwrap(), service)
}

/// A package of programs, which uses what other tests of this kind have built of the dependencies.
struct Package {
    folder: tempfile::TempDir,
    target: PathBuf,
}

impl Package {
    fn new() -> Self {
        let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = tempfile::TempDir::new().unwrap();
        fs::create_dir_all(folder.path().join("src/bin")).unwrap();
        fs::copy(crate_folder.join("../Cargo.lock"), folder.path().join("Cargo.lock")).unwrap();
        fs::write(
            folder.path().join("Cargo.toml"),
            format!(
                "[package]\nname = \"programs\"\nedition = \"2024\"\n[workspace]\n[dependencies]\n\
                 rds-api = {{ path = {crate_folder:?}, features = [\"testing\"] }}\nserde_json = \"1\"\n\
                 tokio = {{ version = \"1\", features = [\"macros\", \"rt\"] }}\n"
            ),
        )
        .unwrap();
        Self { folder, target: crate_folder.join("../target/compiles") }
    }

    fn write(&self, path: &str, text: &str) {
        fs::write(self.folder.path().join(path), text).unwrap();
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Output {
        let mut command = Command::new(program);
        command.current_dir(&self.folder).env("CARGO_TARGET_DIR", &self.target).args(arguments).output().unwrap()
    }
}

fn succeeded(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}

/// A call for each way in which a parameter travels, and in which a program can be at a loss for its type.
fn calls() -> Vec<(&'static str, Json)> {
    let instance = FakeService::INSTANCE;
    vec![
        ("DescribeBackupTasks", json!({ "DBInstanceId": instance, "BackupMode": "Automated", "BackupJobId": 7 })),
        (
            "CreateDBInstance",
            json!({
                "DBInstanceClass": "mysql.n2.medium.2c", "DBInstanceNetType": "Intranet",
                "DBInstanceStorage": 100, "Engine": "MySQL", "EngineVersion": "8.0", "PayType": "Postpaid",
                "SecurityIPList": "127.0.0.1", "DBInstanceDescription": "say \"hello\" \\ goodbye",
                "ServerlessConfig": { "MinCapacity": 0.5, "MaxCapacity": 8 },
                "Tag": [{ "Key": "team", "Value": "blue" }, { "Key": "stage" }],
            }),
        ),
        (
            "CreateAccount",
            json!({ "DBInstanceId": instance, "AccountName": "app", "AccountPassword": "Correct-Horse-9" }),
        ),
    ]
}

#[tokio::test]
async fn programs_send_what_they_were_made_from() {
    let package = Package::new();
    let service = FakeService::start().await.unwrap();
    let to_service = Service::Account {
        region: "cn-hangzhou".to_owned(),
        endpoint: Some(service.endpoint().to_owned()),
        profile: None,
    };
    let mut modules = String::from("#![allow(dead_code)]\n");
    for (name, parameters) in calls() {
        let text = program_of(name, parameters, &to_service);
        package.write(&format!("src/bin/{}.rs", operation(name).method), &text);
    }
    for operation in catalogue::operations() {
        for (suffix, all, service) in [("required", false, account()), ("all", true, Service::Embedded)] {
            let module = format!("{}_{suffix}", operation.method);
            let text = program(operation, &samples(operation, all), &service);
            package.write(&format!("src/{module}.rs"), &text);
            modules += &format!("mod {module};\n");
        }
    }
    package.write("src/lib.rs", &modules);
    if let Some(folder) = std::env::var_os("KEEP_PROGRAMS") {
        let _ = Command::new("cp").arg("-r").arg(package.folder.path()).arg(folder).status();
    }
    succeeded(&package.run("cargo", &["fmt", "--check"]));
    succeeded(&package.run("cargo", &["build", "--quiet", "--offline"]));
}
