//! What `rds` reads at its start is read within bounds, wherever a path leads.
#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)]

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;

/// A file by all that the system says of it, which nobody can open as long as this is there.
struct Held {
    path: PathBuf,
    holder: Child,
}

impl Held {
    fn new(path: PathBuf) -> Self {
        std::fs::write(&path, "{}").unwrap();
        // A lease to write, which is not given back when another asks to open the file.
        let script = "open(F, '+<', $ARGV[0]) or die; $SIG{IO} = 'IGNORE'; fcntl(F, 1024, 1) or die; \
                      $| = 1; print qq{held\\n}; <STDIN>";
        let mut perl = Command::new("perl");
        perl.arg("-e").arg(script).arg(&path).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut holder = perl.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(holder.stdout.take().unwrap()).read_line(&mut line).unwrap();
        assert_eq!(line, "held\n");
        Self { path, holder }
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let _ = self.holder.kill();
        let _ = self.holder.wait();
    }
}

/// A way to a file: its name, the arguments and the variables of `rds`, with `PATH` for the path, and the exit code where
/// the file cannot be read.
type Way = (&'static str, &'static [&'static str], &'static [(&'static str, &'static str)], i32);

const WAYS: &[Way] = &[
    ("the configuration", CALL, &[("ALIBABA_CLOUD_CONFIG_FILE", "PATH")], 3),
    ("the configuration at its place", CALL, &[("HOME", "PATH")], 3),
    ("that of a profile", WITH_PROFILE, &[("ALIBABA_CLOUD_CONFIG_FILE", "PATH")], 3),
    ("for a program", FOR_PROGRAM, &[("ALIBABA_CLOUD_CONFIG_FILE", "PATH")], 0),
    ("for a request", FOR_REQUEST, &[("ALIBABA_CLOUD_CONFIG_FILE", "PATH")], 3),
    ("whoami", &["whoami"], &[("ALIBABA_CLOUD_CONFIG_FILE", "PATH")], 3),
    ("the explorer", &["explore", "--account"], &[("ALIBABA_CLOUD_CONFIG_FILE", "PATH")], 3),
    ("the ini file", REGION, &[("ALIBABA_CLOUD_CREDENTIALS_FILE", "PATH")], 3),
    (
        "a token",
        REGION,
        &[
            ("ALIBABA_CLOUD_OIDC_TOKEN_FILE", "PATH"),
            ("ALIBABA_CLOUD_ROLE_ARN", "acs:ram::1:role/r"),
            ("ALIBABA_CLOUD_OIDC_PROVIDER_ARN", "acs:ram::1:oidc-provider/p"),
        ],
        3,
    ),
    ("certificates", REGION, &[KEY, SECRET, ("SSL_CERT_FILE", "PATH")], 2),
    ("a state", &["serve", "--state", "PATH"], &[], 2),
    ("a value", WITH_VALUE, &[KEY, SECRET], 2),
    ("a secret", WITH_SECRET, &[KEY, SECRET], 2),
];

const CALL: &[&str] = &["call", "DescribeRegions"];
const REGION: &[&str] = &["call", "DescribeRegions", "--region", "cn-hangzhou"];
const WITH_PROFILE: &[&str] = &["call", "DescribeRegions", "--profile", "p"];
const FOR_PROGRAM: &[&str] = &["call", "DescribeRegions", "--rust"];
const FOR_REQUEST: &[&str] = &["call", "DescribeRegions", "--dry-run"];
const WITH_VALUE: &[&str] =
    &["call", "TagResources", "--ResourceId=r", "--ResourceType=INSTANCE", "--Tag", "@PATH", "--fake"];
const WITH_SECRET: &[&str] = &["call", "ResetAccountPassword", "--AccountPassword", "@PATH", "--fake"];
const KEY: (&str, &str) = ("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAIexample");
const SECRET: (&str, &str) = ("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "hidden");

/// Runs `rds` in a way to a file, and gives its exit code with all that it says.
fn run((_, arguments, variables, _): &Way, file: &Path) -> (Option<i32>, String) {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join(".aliyun")).unwrap();
    std::os::unix::fs::symlink(file, home.path().join(".aliyun/config.json")).unwrap();
    let with = |text: &str, path: &Path| text.replace("PATH", path.to_str().unwrap());
    let mut rds = Command::new(env!("CARGO_BIN_EXE_rds"));
    rds.args(arguments.iter().map(|text| with(text, file))).env_clear().env("HOME", "/nowhere");
    for (name, value) in *variables {
        rds.env(name, with(value, if *name == "HOME" { home.path() } else { file }));
    }
    rds.env("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true").stdin(Stdio::null());
    let output = rds.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (output.status.code(), text(&output.stdout) + &text(&output.stderr))
}

#[test]
fn no_path_leads_to_a_wait_without_an_end() {
    let directory = tempfile::tempdir().unwrap();
    let held = Held::new(directory.path().join("held"));
    let pipe = directory.path().join("pipe");
    assert!(Command::new("mkfifo").arg(&pipe).status().unwrap().success());
    let large = directory.path().join("large");
    std::fs::File::create(&large).unwrap().set_len(2 << 30).unwrap();
    let files = [
        (held.path.as_path(), "was not read within 5s"),
        (&pipe, "is a pipe, not a file"),
        (&large, "has more than "),
        (Path::new("/dev/zero"), "is a device, not a file"),
        (directory.path(), "is a directory, not a file"),
    ];
    thread::scope(|scope| {
        for way in WAYS {
            for (file, says) in files {
                let pipe = &pipe;
                scope.spawn(move || {
                    let (code, said) = run(way, file);
                    let (name, .., expected) = way;
                    let says = match *name {
                        // It is written without the region.
                        "for a program" => "fn main",
                        // Another command may write it.
                        "a value" | "a secret" if file == pipe => "was not read within 5s",
                        "a value" | "a secret" if file == Path::new("/dev/zero") => "has more than ",
                        "a value" | "a secret" if file.is_dir() => "Is a directory",
                        _ => says,
                    };
                    assert_eq!(code, Some(*expected), "{name} {file:?}: {said}");
                    assert!(said.contains(says), "{name} {file:?}: {said}");
                });
            }
        }
    });
}

#[test]
fn what_another_command_writes_is_a_value() {
    let rds = env!("CARGO_BIN_EXE_rds");
    let piped = format!(
        "printf 'Hidden-12' | {rds} call ResetAccountPassword --DBInstanceId rm-1 --AccountName a --fake --dry-run \
         --AccountPassword @/dev/stdin"
    );
    let output = Command::new("sh").arg("-c").arg(&piped).output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success() && said.contains("AccountPassword=****"), "{said} {output:?}");
}

#[test]
fn a_variable_that_leads_to_no_certificate_is_named() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name).to_str().unwrap().to_owned();
    std::fs::write(path("empty"), "").unwrap();
    std::fs::write(path("text"), "no certificate").unwrap();
    std::fs::create_dir(path("none")).unwrap();
    std::fs::create_dir(path("texts")).unwrap();
    std::fs::write(path("texts/a.pem"), "no certificate").unwrap();
    for (name, value, says) in [
        ("SSL_CERT_FILE", String::new(), "SSL_CERT_FILE is set, but empty"),
        ("SSL_CERT_FILE", path("absent"), "absent, which cannot be read: No such file"),
        ("SSL_CERT_FILE", path("empty"), "empty, which holds no certificate in PEM"),
        ("SSL_CERT_FILE", path("text"), "text, which holds no certificate in PEM"),
        ("SSL_CERT_FILE", path("none"), "none, which is a directory, not a file"),
        ("SSL_CERT_DIR", path("absent"), "absent, which cannot be read: No such file"),
        ("SSL_CERT_DIR", path("empty"), "empty, which cannot be read: Not a directory"),
        ("SSL_CERT_DIR", path("none"), "none, where no file holds a certificate in PEM"),
        ("SSL_CERT_DIR", path("texts"), "texts, where no file holds a certificate in PEM"),
    ] {
        let mut rds = Command::new(env!("CARGO_BIN_EXE_rds"));
        rds.args(["call", "DescribeRegions", "--endpoint", "https://127.0.0.1:1"]).env_clear();
        let output = rds.envs([KEY, SECRET]).env(name, &value).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{name}={value}: {said}");
        assert!(said.contains(name) && said.contains(says), "{name}={value}: {said}");
        // Where nothing is encrypted it does not matter.
        let fake = Command::new(env!("CARGO_BIN_EXE_rds"))
            .args(["call", "DescribeRegions", "--fake"])
            .env(name, &value)
            .output();
        assert!(fake.as_ref().unwrap().status.success(), "{name}={value}: {fake:?}");
    }
}
