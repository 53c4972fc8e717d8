//! Another product on the same core, without a change of code: a crate is made of its specification, and works.
//!
//! The product is made up and has every feature of the language; `product/metadata.json` is in the format of the vendor.
#![allow(clippy::unwrap_used)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/product").join(name)
}

fn xtask(specification: &Path, arguments: &[&str]) -> Output {
    let mut xtask = Command::new(env!("CARGO_BIN_EXE_xtask"));
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    xtask.arg("--root").arg(root).arg("--spec").arg(specification).args(arguments).output().unwrap()
}

#[track_caller]
fn succeeds(output: Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert!(output.status.success(), "{}{}", text(&output.stdout), text(&output.stderr));
    text(&output.stdout)
}

/// A cargo command in the crate, which builds where many of its dependencies have been built already, and as they were.
fn cargo(package: &Path, command: &[&str], features: &str) -> Output {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.current_dir(package).env("CARGO_TARGET_DIR", target).env("RUSTDOCFLAGS", "-D warnings");
    let settings = Path::new(env!("CARGO_MANIFEST_DIR")).join("../.cargo/config.toml");
    let (command, arguments) = command.split_first().unwrap();
    cargo.args([command, "--config"]).arg(settings).args(["--quiet", "--offline", "--no-default-features"]);
    cargo.args(["--features", features]).args(arguments).output().unwrap()
}

#[test]
fn a_crate_of_another_product_compiles_is_called_and_has_its_documentation() {
    // Always the same folder, so that what cargo builds of it takes the place of what it built the last time.
    let package = Path::new(env!("CARGO_TARGET_TMPDIR")).join("kiln");
    if package.exists() {
        fs::remove_dir_all(&package).unwrap();
    }
    let specification = fixture("spec");
    let arguments = ["codegen", "--out", package.to_str().unwrap(), "--package", "kiln-api"];
    assert!(succeeds(xtask(&specification, &arguments)).ends_with("4 to begin with, which are yours\n"));
    // The same versions as here, so that nothing is looked for.
    let lock = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.lock");
    fs::copy(lock, package.join("Cargo.lock")).unwrap();
    fs::copy(fixture("kiln.rs"), package.join("tests/kiln.rs")).unwrap();
    let tested = succeeds(cargo(&package, &["test"], "blocking,hash,schema,serde"));
    assert!(tested.matches("test result: ok").count() >= 3, "{tested}");
    succeeds(cargo(&package, &["doc", "--no-deps"], "blocking,hash,schema,serde"));
    // The embedded service turns on features of the core that the crate itself has not.
    let call = ["run", "--example", "call", "--", "fake", "ListWare"];
    let called = succeeds(cargo(&package, &call, "blocking,hash,schema"));
    assert!(called.contains("RequestId"), "{called}");

    // What is the user's stays; what is generated is brought back, or told.
    fs::write(package.join("src/lib.rs"), "//! Mine.\n").unwrap();
    let call = package.join("src/call.rs");
    let generated = fs::read_to_string(&call).unwrap();
    fs::write(&call, "").unwrap();
    let stale = xtask(&specification, &[&arguments[..], &["--check"]].concat());
    let told = String::from_utf8_lossy(&stale.stderr).into_owned();
    assert!(!stale.status.success() && told.contains("1 generated file is stale; mend it with"), "{told}");
    assert!(succeeds(xtask(&specification, &arguments)).contains(": 1 written, 0 removed\n"));
    assert_eq!(fs::read_to_string(&call).unwrap(), generated);
    assert_eq!(fs::read_to_string(package.join("src/lib.rs")).unwrap(), "//! Mine.\n");
}

#[test]
fn a_mistake_is_told_where_the_specification_is() {
    let folder = tempfile::tempdir().unwrap();
    let specification = folder.path().join("elsewhere");
    fs::create_dir_all(specification.join("ware")).unwrap();
    for file in ["api.yaml", "types.yaml", "glossary.yaml", "errors.yaml"] {
        fs::copy(fixture("spec").join(file), specification.join(file)).unwrap();
    }
    fs::write(specification.join("ware/BreakWare.yaml"), "summary: Breaks ware.\naccess: perhaps\n").unwrap();
    let out = folder.path().join("out");
    let mistaken =
        xtask(&specification, &["codegen", "--out", out.to_str().unwrap(), "--package", "kiln-api"]);
    let message = String::from_utf8_lossy(&mistaken.stderr).into_owned();
    assert!(!mistaken.status.success() && message.contains("elsewhere/ware/BreakWare.yaml:2:9"), "{message}");
    assert!(!out.exists());
    for (arguments, expected) in [
        (&["codegen"][..], "say where the crate of that specification is"),
        (&["codegen", "--out", "x", "--package", "Kiln!"][..], "it is not the name of a crate"),
    ] {
        let refused = xtask(&specification, arguments);
        let message = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && message.contains(expected), "{message}");
    }
}

#[test]
fn metadata_becomes_a_draft_that_can_be_tried() {
    let folder = tempfile::tempdir().unwrap();
    let specification = folder.path().join("spec");
    fs::create_dir_all(&specification).unwrap();
    let api = "product: Kiln\nversion: '2023-05-01'\ndocumentation: 'https://kiln.example.com/{operation}'\n\
               families: {firing: {title: Firings, doc: All about firings.}}\nsubjects: [KilnId]\ncall_parameters: [OwnerId]\n\
               endpoints: {rule: 'kiln.{region}.example.com', network_rule: 'kiln-{network}.{region}.example.com', shared: {}}\n";
    fs::write(specification.join("api.yaml"), api).unwrap();
    let metadata = fixture("metadata.json");
    let import = ["import", "--family", "firing", metadata.to_str().unwrap()];
    assert!(succeeds(xtask(&specification, &import)).contains("3 created"));
    assert!(succeeds(xtask(&specification, &import)).contains("3 unchanged"));
    let compared = xtask(&specification, &["import", "--diff", metadata.to_str().unwrap()]);
    assert_eq!(compared.status.code(), Some(0), "{}", String::from_utf8_lossy(&compared.stdout));

    let package = folder.path().join("kiln");
    let codegen = ["codegen", "--out", package.to_str().unwrap(), "--package", "kiln-api"];
    let unwritten = xtask(&specification, &codegen);
    assert!(!unwritten.status.success() && !package.exists());
    let drafted = xtask(&specification, &[&codegen[..], &["--drafts"]].concat());
    let warned = String::from_utf8_lossy(&drafted.stderr).into_owned();
    succeeds(drafted);
    assert_eq!(warned.matches("without documentation").count(), 4, "{warned}");
    let begin = fs::read_to_string(package.join("src/operations/firing/begin_firing.rs")).unwrap();
    assert!(
        begin.contains("Undocumented.") && begin.contains("door_password") && begin.contains(".sensitive()")
    );
    assert!(fs::read_to_string(package.join("src/service.rs")).unwrap().contains("\"DoorPassword\""));

    let schema = succeeds(xtask(&specification, &["schema", "BeginFiring"]));
    let schema: serde_json::Value = serde_json::from_str(&schema).unwrap();
    assert_eq!(schema["BeginFiring"]["parameters"]["properties"]["Heat"]["maximum"], 1400);
    let out = folder.path().join("schemas");
    assert!(
        succeeds(xtask(&specification, &["schema", "--out", out.to_str().unwrap()])).starts_with("6 files")
    );
    assert!(out.join("DescribeFirings.response.json").exists());
    assert!(!xtask(&specification, &["schema", "EndFiring"]).status.success());
}
