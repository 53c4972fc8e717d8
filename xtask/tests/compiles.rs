//! What is generated compiles, and a new file of the specification becomes a method that works.
//!
//! The client is copied into a temporary workspace, with the specification of the features in the place of the
//! real one, and one operation more; a program calls that one.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::io::{Read, Write};
use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        match entry.path().is_dir() {
            true if entry.file_name() == "operations" => {}
            true => copy(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).unwrap()),
        }
    }
}

/// Responds to one request, and gives its first line.
fn serve_once(listener: TcpListener, body: &str) -> String {
    let (mut connection, _) = listener.accept().unwrap();
    let mut request = Vec::new();
    let mut buffer = [0; 4096];
    while !request.windows(4).any(|end| end == b"\r\n\r\n") {
        let length = connection.read(&mut buffer).unwrap();
        request.extend_from_slice(&buffer[..length]);
    }
    let length = body.len();
    write!(connection, "HTTP/1.1 200 OK\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
        .unwrap();
    String::from_utf8_lossy(&request).lines().next().unwrap().to_owned()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What README says under "Add an operation": a file that already passes is written, and then filled in.
fn begin_and_fill_in(root: &Path, xtask: &dyn Fn(&[&str]) -> (bool, String)) {
    let path = root.join("spec/features/DescribeWidgets.yaml");
    let begin = ["new", "features", "DescribeWidgets"];
    let (is_done, told) = xtask(&begin);
    assert!(is_done && told.contains("spec/features/DescribeWidgets.yaml is written"), "{told}");
    let (is_done, told) = xtask(&["codegen"]);
    assert!(is_done, "{told}");
    // It passes, and still is no work that can be committed.
    let (is_checked, told) = xtask(&["codegen", "--check"]);
    assert!(!is_checked && told.contains("DescribeWidgets.yaml"), "{told}");
    let (is_done, told) = xtask(&begin);
    assert!(!is_done && told.contains("specifies `DescribeWidgets` already"), "{told}");

    let skeleton = fs::read_to_string(&path).unwrap();
    let (comments, _) = skeleton.split_once("summary:").unwrap();
    let filled_in = "summary: Tells which widgets there are.\naccess: read\n\
         request:\n  DBInstanceId: {type: string, required: true}\n  Shade: {type: Color, doc: Only those.}\n\
         response:\n  Items:\n    type: list\n    wrapper: Widget\n    doc: What there is.\n    items:\n      type: object\n      \
         doc: One of them.\n      fields:\n        Weight: {type: int32, doc: In grams.}\n";
    fs::write(&path, format!("{comments}{filled_in}")).unwrap();
}

#[test]
fn a_new_specification_becomes_a_method_that_works() {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    // Always the same folder, so that what cargo builds of it takes the place of what it built the last time.
    let root = &Path::new(env!("CARGO_TARGET_TMPDIR")).join("widgets");
    if root.exists() {
        fs::remove_dir_all(root).unwrap();
    }
    copy(&repository.join("codegen/tests/features/spec"), &root.join("spec"));
    copy(&repository.join("rds-api/src"), &root.join("rds-api/src"));
    // What is written by hand for operations of RDS stays behind too.
    let mut library = fs::read_to_string(root.join("rds-api/src/lib.rs")).unwrap();
    for (file, line) in [
        ("download.rs", "#[cfg(feature = \"download\")]\npub mod download;\n"),
        ("regions.rs", "mod regions;\n"),
        ("regions.rs", "pub use regions::{Region, Regions};\n"),
        ("series.rs", "pub mod series;\n"),
    ] {
        assert!(library.contains(line), "{line}");
        library = library.replacen(line, "", 1);
        let _ = fs::remove_file(root.join("rds-api/src").join(file));
    }
    fs::write(root.join("rds-api/src/lib.rs"), library).unwrap();
    copy(&repository.join("rds-api/core/src"), &root.join("rds-api/core/src"));
    copy(&repository.join("rds-api/schema/src"), &root.join("rds-api/schema/src"));
    // Benchmarks and examples stay behind, and so do the dependencies that only they and the tests have.
    let manifest = |path: &str, dev_dependencies: &str| {
        let manifest = fs::read_to_string(repository.join(path)).unwrap();
        let manifest =
            manifest.split("[dev-dependencies]").next().unwrap().replace("../README.md", "README.md");
        fs::write(root.join(path), manifest + dev_dependencies).unwrap();
    };
    manifest(
        "rds-api/Cargo.toml",
        "[dev-dependencies]\ntokio = { workspace = true, features = [\"macros\", \"rt\", \"net\"] }\n",
    );
    manifest("rds-api/core/Cargo.toml", "");
    manifest("rds-api/schema/Cargo.toml", "");
    fs::write(root.join("rds-api/README.md"), "").unwrap();
    let workspace = fs::read_to_string(repository.join("Cargo.toml")).unwrap();
    let workspace = workspace.replace(
        "[\"codegen\", \"rds-api\", \"rds-api/cli\", \"rds-api/core\", \"rds-api/schema\", \"rds-api/testing\", \"xtask\"]",
        "[\"rds-api\", \"rds-api/core\", \"rds-api/schema\"]",
    );
    let workspace = workspace.replace("codegen = { path = \"codegen\" }\n", "");
    fs::write(root.join("Cargo.toml"), workspace).unwrap();
    fs::copy(repository.join("Cargo.lock"), root.join("Cargo.lock")).unwrap();
    fs::create_dir_all(root.join("rds-api/examples")).unwrap();
    fs::write(
        root.join("rds-api/examples/widgets.rs"),
        r#"//! Calls the new operation.

        #[tokio::main(flavor = "current_thread")]
        async fn main() {
            let endpoint = std::env::args().nth(1).unwrap();
            let client = rds_api::Client::builder()
                .endpoint(endpoint)
                .allow_plain_http()
                .no_proxy()
                .credentials(rds_api::Credentials::new("id", "secret"))
                .build()
                .unwrap();
            let response = client.describe_widgets("rm-1").shade(rds_api::types::Color::DarkBlue).await.unwrap();
            println!("{response:?}");
        }"#,
    )
    .unwrap();

    let xtask = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_xtask"));
        let ran = command.arg("--root").arg(root).args(arguments).output().unwrap();
        (ran.status.success(), format!("{}{}", text(&ran.stdout), text(&ran.stderr)))
    };
    begin_and_fill_in(root, &xtask);
    for arguments in [&["codegen"][..], &["codegen", "--check"]] {
        let (is_done, told) = xtask(arguments);
        assert!(is_done, "{told}");
    }
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let cargo = || {
        let mut cargo = Command::new(env!("CARGO"));
        // Many dependencies have been built there already, for the workspace, and with these settings.
        cargo.current_dir(root).env("CARGO_TARGET_DIR", target);
        cargo.arg("--config").arg(repository.join(".cargo/config.toml"));
        cargo
    };
    let built = cargo()
        .args([
            "build",
            "--quiet",
            "--offline",
            "-p",
            "rds-api",
            "--no-default-features",
            "--example",
            "widgets",
        ])
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));

    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        serve_once(listener, r#"{"RequestId":"1","Items":{"Widget":[{"Weight":"17"},{"Weight":4}]}}"#)
    });
    let program = target.join("debug/examples/widgets");
    let ran = Command::new(program).arg(endpoint).output().unwrap();
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    assert_eq!(server.join().unwrap(), "POST /?DBInstanceId=rm-1&Shade=dark_blue HTTP/1.1");
    assert_eq!(
        String::from_utf8_lossy(&ran.stdout).trim(),
        "DescribeWidgetsResponse { Items: [Widget { Weight: 17 }, Widget { Weight: 4 }] }"
    );
}
