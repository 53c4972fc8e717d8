//! `rds configure`: profiles in the file that all tools of the vendor read.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic)]

mod program;

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::{Value as Json, json};

use program::said;

/// A home of its own.
struct Home(tempfile::TempDir);

impl Home {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn with(content: &str) -> Self {
        let home = Self::new();
        fs::create_dir(home.0.path().join(".aliyun")).unwrap();
        fs::write(home.file(), content).unwrap();
        home
    }

    fn file(&self) -> PathBuf {
        self.0.path().join(".aliyun/config.json")
    }

    fn content(&self) -> Json {
        serde_json::from_slice(&fs::read(self.file()).unwrap()).unwrap()
    }

    fn rds(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_rds"));
        command.args(arguments).env_clear().env("HOME", self.0.path()).stdin(Stdio::null());
        command.env("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true").env("SECRET", "hidden");
        command
    }

    fn configure(&self, arguments: &[&str]) -> Output {
        self.rds(&[&["configure"], arguments].concat()).output().unwrap()
    }

    fn whoami(&self, arguments: &[&str]) -> Json {
        let output = self.rds(&[&["whoami", "--offline", "--json"], arguments].concat()).output().unwrap();
        assert!(output.status.success(), "{}", said(&output));
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

const KEY: [&str; 4] = ["--access-key-id", "LTAI5tExampleKey", "--access-key-secret", "@env:SECRET"];

#[test]
fn a_profile_is_made_that_calls_use() {
    let home = Home::new();
    let output = home.configure(&[&KEY[..], &["--region", "cn-shanghai"]].concat());
    assert!(output.status.success() && !said(&output).contains("hidden"), "{}", said(&output));
    assert!(
        said(&output).contains("profile `default` stands in") && output.stdout.is_empty(),
        "{}",
        said(&output)
    );
    let told = home.whoami(&[]);
    assert_eq!(
        (&told["access_key_id"], &told["region"]),
        (&json!("LTAI5tExampleKey"), &json!("cn-shanghai"))
    );
    let expected = json!({ "profiles": [{ "name": "default", "output_format": "json", "language": "en", "mode": "AK",
        "access_key_id": "LTAI5tExampleKey", "access_key_secret": "hidden", "region_id": "cn-shanghai" }], "current": "default" });
    assert_eq!(home.content(), expected);
    let mode = |path: PathBuf| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(home.file()), mode(home.0.path().join(".aliyun"))), (0o600, 0o700));
}

#[test]
fn what_is_not_known_stays_and_nothing_is_left_behind() {
    let before = json!({ "current": "b", "profiles": [
        { "name": "a", "mode": "StsToken", "access_key_id": "old", "access_key_secret": "old", "sts_token": "old", "later": [1.5] },
        { "name": "b", "mode": "CloudSSO", "cloud_sso_account_id": "x" } ], "meta_path": "", "unknown": { "kept": null } });
    let home = Home::with(&format!("\u{feff}{before}"));
    let real = home.0.path().join("elsewhere.json");
    fs::rename(home.file(), &real).unwrap();
    std::os::unix::fs::symlink(&real, home.file()).unwrap();
    let output = home.configure(&[&["--profile", "a", "--mode", "ak"], &KEY[..]].concat());
    assert!(output.status.success(), "{}", said(&output));
    let mut expected = before;
    let profile = &mut expected["profiles"][0];
    (profile["mode"], profile["access_key_id"]) = (json!("AK"), json!("LTAI5tExampleKey"));
    (profile["access_key_secret"], profile["sts_token"]) = (json!("hidden"), json!(""));
    assert_eq!(home.content().to_string(), expected.to_string());
    assert!(fs::symlink_metadata(home.file()).unwrap().is_symlink(), "a link stays one");
    assert_eq!(fs::metadata(&real).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::read_dir(home.0.path()).unwrap().count(), 2, "the file and the folder with the link");

    // What is not given stays; the current one is another only if that is asked for.
    assert!(home.configure(&["--profile", "a", "--region", "cn-beijing", "--current"]).status.success());
    assert_eq!(home.content()["current"], "a");
    assert_eq!(home.content()["profiles"][0]["access_key_secret"], "hidden");
    let added = home.configure(&["--profile", "c", "--mode", "EcsRamRole"]);
    assert!(added.status.success(), "{}", said(&added));
    assert_eq!(
        (&home.content()["current"], &home.content()["profiles"][2]["mode"]),
        (&json!("a"), &json!("EcsRamRole"))
    );
}

#[test]
fn what_is_wrong_changes_nothing() {
    for (content, arguments, says) in [
        ("{", &KEY[..], "is not JSON, so it is left as it is"),
        ("[]", &KEY, "is no object of JSON"),
        (r#"{"profiles": 5}"#, &KEY, "is no list"),
        (
            r#"{"profiles": []}"#,
            &["--access-key-id", "LTAI"],
            "a profile of mode AK needs --access-key-secret",
        ),
        (r#"{"profiles": []}"#, &[], "needs --access-key-id, --access-key-secret"),
        (
            r#"{"profiles": []}"#,
            &["--mode", "RamRoleArn", "--access-key-id=a", "--access-key-secret=b"],
            "needs --ram-role-arn",
        ),
        (
            r#"{"profiles": []}"#,
            &["--access-key-id=a", "--access-key-secret=@/no/such/file"],
            "cannot be read",
        ),
        (r#"{"profiles": []}"#, &["--access-key-id=a", "--access-key-secret=a hidden word"], "has a blank"),
        (r#"{"profiles": []}"#, &["--access-key-id=a b", "--access-key-secret=@env:SECRET"], "has a blank"),
        (
            r#"{"profiles": [{"name": "default", "mode": "CloudSSO"}]}"#,
            &["--region", "cn-beijing"],
            "is one for `aliyun configure`",
        ),
    ] {
        let home = Home::with(content);
        let output = home.configure(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", said(&output));
        assert!(
            said(&output).contains(says) && !said(&output).contains("hidden"),
            "{arguments:?}: {}",
            said(&output)
        );
        assert_eq!(fs::read_to_string(home.file()).unwrap(), content);
    }
}

#[test]
fn of_profiles_that_are_made_at_once_none_is_lost() {
    let home = Home::new();
    let make = |number: usize| {
        let name = format!("p{number}");
        home.rds(&[&["configure", "--profile", &name], &KEY[..]].concat())
            .stderr(Stdio::null())
            .spawn()
            .unwrap()
    };
    let mut makers: Vec<_> = (0..12).map(make).collect();
    assert!(makers.iter_mut().all(|maker| maker.wait().unwrap().success()));
    assert_eq!(home.content()["profiles"].as_array().unwrap().len(), 12);
    assert_eq!(fs::read_dir(home.0.path().join(".aliyun")).unwrap().count(), 1);
}

#[test]
fn a_link_that_leads_to_nothing_yet_stays_one() {
    let home = Home::with("");
    fs::remove_file(home.file()).unwrap();
    std::os::unix::fs::symlink("../later.json", home.file()).unwrap();
    assert!(home.configure(&KEY).status.success());
    assert!(fs::symlink_metadata(home.file()).unwrap().is_symlink());
    assert!(home.0.path().join("later.json").is_file());
}

#[test]
fn a_secret_comes_from_standard_input() {
    let home = Home::new();
    let mut command =
        home.rds(&["configure", "--access-key-id", "LTAI5tExampleKey", "--access-key-secret", "@-"]);
    let mut child = command.stdin(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"from-a-pipe\n").unwrap();
    assert!(child.wait().unwrap().success());
    assert_eq!(home.content()["profiles"][0]["access_key_secret"], "from-a-pipe");
}

/// The sources that have nothing are a list, with what to do.
#[test]
fn without_credentials_it_is_told_what_to_do() {
    let home = Home::new();
    let output = home.rds(&["call", "DescribeRegions", "--region", "cn-hangzhou"]).output().unwrap();
    assert_eq!(output.status.code(), Some(3));
    let said = said(&output);
    assert!(said.lines().filter(|line| line.starts_with("  - ")).count() >= 6, "{said}");
    assert!(said.contains("`rds configure` makes a profile"), "{said}");
    let plain = home.rds(&["call", "DescribeRegions", "--endpoint", "http://example.com", "--region", "x"]);
    let said = { plain }.output().unwrap();
    let said = String::from_utf8_lossy(&said.stderr).into_owned();
    assert!(said.contains("https://") && !said.contains("allow_plain_http"), "{said}");
}
