//! Mistakes on the command line are explained without the secret that stands in them, and values may begin with a dash.
#![allow(clippy::unwrap_used)]

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Output, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use rds_api::schema::{self, Field, FieldExt as _, Kind, Limits, Operation, Shape};
use serde_json::Value as Json;

const SECRET: &str = "Zq7xKorrectHorse";

fn rds(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rds"));
    command.args(arguments).env_clear().env("HOME", "/nowhere");
    command.env("ALIBABA_CLOUD_ACCESS_KEY_ID", "id").env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "key");
    command.env("ALIBABA_CLOUD_REGION_ID", "cn-hangzhou").output().unwrap()
}

fn printed(output: &Output) -> String {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    text(&output.stdout) + &text(&output.stderr)
}

fn is_sensitive(field: &Field) -> bool {
    fn inside(shape: &Shape) -> bool {
        shape.fields.iter().any(is_sensitive) || shape.items.as_deref().is_some_and(inside)
    }
    field.sensitive || inside(&field.shape)
}

fn sensitive() -> Vec<(&'static Operation, &'static Field)> {
    let of = |operation: &'static Operation| operation.parameters.iter().map(move |field| (operation, field));
    schema::operations().flat_map(of).filter(|(_, field)| is_sensitive(field)).collect()
}

/// The options for what an operation requires besides one parameter.
fn others(operation: &Operation, but: &Field) -> Vec<String> {
    let required = operation.required().filter(|field| field.name != but.name);
    let option = |field: &Field| {
        let value = match field.sample() {
            Json::String(text) => text,
            value => value.to_string(),
        };
        format!("--{}={value}", field.name)
    };
    required.map(option).collect()
}

/// Does something for each of many, on several threads.
fn each<T: Sync>(all: &[T], work: impl Fn(&T) + Sync) {
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                while let Some(one) = all.get(next.fetch_add(1, Ordering::Relaxed)) {
                    work(one);
                }
            });
        }
    });
}

#[test]
fn no_mistake_prints_a_secret() {
    let faults = Mutex::new(Vec::new());
    let all = sensitive();
    assert_eq!(all.len(), 54);
    let mut cases = Vec::new();
    for (index, (operation, field)) in all.iter().enumerate() {
        let name = &field.name;
        let others = others(operation, field);
        let mut case = |arguments: &[String]| {
            let start = ["call".to_owned(), operation.name.clone()];
            cases.push(start.iter().chain(&others).chain(arguments).cloned().collect::<Vec<_>>());
        };
        case(&[format!("--{name}"), "one".into(), SECRET.into()]);
        case(&[format!("--{name}=@{SECRET}")]);
        // The texts are read alike: some of them stand for all.
        if field.shape.kind == Kind::String && index % 18 != 0 {
            continue;
        }
        case(&[format!("--{name}"), "one".into(), format!("--{SECRET}")]);
        case(&[format!("--{name}"), "one".into(), format!("-{SECRET}")]);
        case(&[format!("--{name}x"), SECRET.into()]);
        case(&[format!("--{name}x={SECRET}")]);
        case(&[SECRET.into()]);
        case(&[format!("--{name}"), format!("--{SECRET}"), "--no-such-option".into()]);
        case(&[format!("--{name}={SECRET}"), format!("--{name}={SECRET}")]);
        case(&["--param".into(), SECRET.into()]);
        case(&["--param".into(), format!("={SECRET}")]);
        case(&["--param".into(), format!("{name} {SECRET}")]);
        case(&["--param".into(), format!("Action={SECRET}"), format!("--{name}=x")]);
        case(&["--param".into(), format!("{name}={SECRET}"), "--wait=nothing".into()]);
        if field.shape.kind != Kind::String {
            for value in [
                "{S",
                "[S",
                "{\"S\"",
                "[{\"S\":1}]",
                "{\"S\":1}",
                "\"S\"",
                "S",
                "S=",
                "Type=S,Password=S,S=S",
                "[\"S\"]",
                "[{\"PriorityId\":\"S\"}]",
                "{\"PriorityId\":\"S\"}",
                "PriorityId=S",
            ] {
                let value = value.replace('S', SECRET);
                case(&[format!("--{name}"), value.clone()]);
                case(&[format!("--{name}={value}"), "--dry-run".into()]);
            }
        }
    }
    each(&cases, |arguments| {
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let output = rds(&arguments);
        let text = printed(&output);
        if text.contains(SECRET) || text.contains("panicked") || text.is_empty() {
            faults.lock().unwrap().push(format!("{arguments:?}: {text}"));
        }
    });
    let faults = faults.into_inner().unwrap();
    assert!(faults.is_empty(), "{} of {} cases:\n{}", faults.len(), cases.len(), faults.join("\n"));
}

#[test]
fn values_may_begin_with_a_dash() {
    let dry = |arguments: &[&str]| {
        let output = rds(&[
            &["call", "ModifyDBDescription", "--DBInstanceId=rm-1", "--DBName=shop", "--dry-run"],
            arguments,
        ]
        .concat());
        (output.status.code(), printed(&output))
    };
    for value in [
        "-",
        "--",
        "-x",
        "--Abc12345",
        "-1",
        "-1.5e3",
        "--no-such-option",
        "--DBInstanceIds",
        "-vx",
        "—",
        "-a b",
    ] {
        for arguments in [
            vec!["--DBDescription".to_owned(), value.to_owned()],
            vec!["--db-description".to_owned(), value.to_owned()],
            vec![format!("--DBDescription={value}")],
        ] {
            let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
            let (code, text) = dry(&arguments);
            let encoded =
                percent_encoding::utf8_percent_encode(value, percent_encoding::NON_ALPHANUMERIC).to_string();
            let encoded = encoded.replace("%2D", "-").replace("%2E", ".");
            let sent = format!("DBDescription={encoded}\n");
            assert!(
                code == Some(0) && (text.replace('&', "\n") + "\n").contains(&sent),
                "{arguments:?}: {text}"
            );
        }
    }
    // An option is one still where a value was forgotten, unless it is said to be the value.
    for option in
        ["--dry-run", "--table", "--DBInstanceId", "--db-instance-id", "--region=cn-beijing", "--verbose"]
    {
        let (code, text) = dry(&["--DBDescription", option]);
        assert_eq!(code, Some(2), "{option}: {text}");
        assert!(text.contains("there is no value") && text.contains("--DBDescription=VALUE"), "{text}");
        let (code, text) = dry(&[&*format!("--DBDescription={option}")]);
        assert_eq!(code, Some(0), "{option}: {text}");
    }
    // What may stand without a value takes none that is an option.
    let output = rds(&["call", "CreateDBInstance", "--DryRun", "--no-such-option"]);
    assert!(printed(&output).contains("unexpected argument"), "{}", printed(&output));
    // Every text of every operation.
    let texts: Vec<(&Operation, &Field)> = schema::operations()
        .filter_map(|operation| {
            let field = operation
                .parameters
                .iter()
                .find(|it| it.shape.kind == Kind::String && it.limits == Limits::default());
            Some((operation, field?))
        })
        .step_by(24)
        .collect();
    each(&texts, |(operation, field)| {
        let others = others(operation, field);
        let (option, others) = (format!("--{}", field.name), others.iter().map(String::as_str));
        let output = rds(&["call", &operation.name, &option, "--Abc12345"]
            .into_iter()
            .chain(others)
            .chain(["--dry-run"])
            .collect::<Vec<_>>());
        let text = printed(&output);
        let is_limit = text.contains("characters are too");
        assert!(
            output.status.success() && (field.sensitive || text.contains("--Abc12345")) || is_limit,
            "{}: {text}",
            operation.name
        );
    });
}

#[test]
#[cfg(target_os = "linux")]
fn what_cannot_be_printed_is_a_failure() {
    let full = || std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    for arguments in [
        vec!["--help"],
        vec!["-h"],
        vec!["--version"],
        vec!["help"],
        vec!["call", "--help"],
        vec!["call", "DescribeRegions", "--help"],
        vec!["operations"],
        vec!["explain", "DescribeRegions"],
        vec!["completions", "bash"],
        vec!["call", "DescribeRegions", "--fake"],
    ] {
        let output =
            Command::new(env!("CARGO_BIN_EXE_rds")).args(&arguments).stdout(full()).output().unwrap();
        let text = printed(&output);
        assert_eq!(output.status.code(), Some(1), "{arguments:?}: {text}");
        assert!(text.contains("the output cannot be written"), "{arguments:?}: {text}");
    }
}

/// Where the words for a person cannot go: a disk that is full, a reader that is gone, and nowhere at all.
#[cfg(target_os = "linux")]
fn unwritable() -> Vec<(&'static str, Option<Stdio>)> {
    let full = std::fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    vec![("full", Some(full.into())), ("without a reader", Some(writer.into())), ("closed", None)]
}

/// Runs `rds` through a shell, which can also close what it would write to.
#[cfg(target_os = "linux")]
fn run_with(arguments: &[&str], stream: &str, to: Option<Stdio>) -> Option<i32> {
    let close = if to.is_none() { format!(" {stream}>&-") } else { String::new() };
    let mut shell = Command::new("sh");
    shell.arg("-c").arg(format!("exec \"$0\" \"$@\"{close}")).arg(env!("CARGO_BIN_EXE_rds")).args(arguments);
    shell.env_clear().env("HOME", "/nowhere").env("ALIBABA_CLOUD_ECS_METADATA_DISABLED", "true");
    shell.env("ALIBABA_CLOUD_ACCESS_KEY_ID", "id").env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "key");
    shell.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    match (stream, to) {
        ("1", Some(to)) => shell.stdout(to),
        ("2", Some(to)) => shell.stderr(to),
        _ => &mut shell,
    };
    shell.status().unwrap().code()
}

#[test]
#[cfg(target_os = "linux")]
fn an_exit_code_is_the_same_whether_the_words_could_be_written() {
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let silent = format!("--endpoint=http://{}", silent.local_addr().unwrap());
    let nobody = "--endpoint=http://127.0.0.1:1";
    let profile = ["--profile=absent", "--region=cn-hangzhou"];
    let cases: Vec<(i32, Vec<&str>)> = vec![
        (2, vec![]),
        (2, vec!["--nonsense"]),
        (2, vec!["nonsense"]),
        (2, vec!["call"]),
        (2, vec!["call", "X", "--zz"]),
        (2, vec!["call", "NoSuchThing", "--fake", "--dry-run"]),
        (2, vec!["NoSuchThingAtAll", "--fake"]),
        (0, vec!["DescribeRegions", "--fake"]),
        (2, vec!["call", "DescribeRegions", "--zz"]),
        (2, vec!["call", "DescribeDBInstances", "--fake", "--wait"]),
        (2, vec!["call", "DescribeDBInstanceAttribute", "--fake"]),
        (2, vec!["call", "DescribeRegions"]),
        (2, vec!["serve", "a", "b"]),
        (2, vec!["explore", "--port=x"]),
        (2, vec!["explain"]),
        (2, vec!["completions", "none"]),
        (3, vec!["call", "DescribeRegions", profile[0], profile[1], "-vvv"]),
        (3, vec!["whoami", profile[0]]),
        (4, vec!["call", "CreateBackup", "--DBInstanceId=rm-1", nobody, "-vv"]),
        (5, vec!["call", "DescribeRegions", &silent, "--timeout=0.2", "-v"]),
        (1, vec!["call", "DescribeDBInstanceAttribute", "--DBInstanceId=rm-nothing", "--fake", "-v"]),
        (0, vec!["call", "NoSuchThing", "--unknown", "--fake", "--dry-run"]),
        (0, vec!["call", "DescribeRegions", "--fake", "-vvv"]),
        (0, vec!["call", "DescribeAvailableZones", "--Engine=MySQL", "--fake"]),
        (0, vec!["--version"]),
    ];
    each(&cases, |(code, arguments)| {
        for (what, to) in unwritable() {
            assert_eq!(run_with(arguments, "2", to), Some(*code), "{arguments:?}, stderr {what}");
        }
        // A response that nobody gets is a failure, unless nobody wants it.
        for (what, to) in unwritable() {
            let code = if *code == 0 && what == "full" { 1 } else { *code };
            assert_eq!(run_with(arguments, "1", to), Some(code), "{arguments:?}, stdout {what}");
        }
    });
}

#[test]
#[cfg(target_os = "linux")]
fn a_server_whose_words_cannot_be_written_serves() {
    for command in ["serve", "explore"] {
        for (what, to) in unwritable() {
            let mut rds = Command::new(env!("CARGO_BIN_EXE_rds"));
            rds.args([command, "-vvv"]).stdout(Stdio::piped()).stderr(to.unwrap_or_else(Stdio::null));
            let mut server = rds.spawn().unwrap();
            let mut line = String::new();
            BufReader::new(server.stdout.take().unwrap()).read_line(&mut line).unwrap();
            assert!(Command::new("kill").arg(server.id().to_string()).status().unwrap().success());
            assert_eq!(server.wait().unwrap().code(), Some(0), "{command}, stderr {what}: {line}");
        }
    }
}

#[test]
fn no_command_shows_what_it_does_not_know() {
    for (arguments, masked) in [
        (&["serve", SECRET][..], true),
        (&["serve", "x", SECRET], true),
        (&["serve", "--access-key-secret", "x", SECRET], true),
        (&["serve", "--access-key-secret", "x", &format!("--{SECRET}")], true),
        (&["serve", "--access-key-secret=x", &format!("-{SECRET}")], true),
        (&["serve", "--access-key-secrt", SECRET], false),
        (&["serve", &format!("--access-key-secrt={SECRET}")], false),
        (&["serve", &format!("--nonsense={SECRET}")], true),
        (&["whoami", SECRET], true),
        (&["whoami", "--profile", "x", SECRET], true),
        (&["whoami", &format!("--nonsense={SECRET}")], false),
        (&["whoami", &format!("--endpoint='https://u:{SECRET}@h")], true),
        (&["explore", SECRET], true),
        (&["explore", "--account", "x", SECRET], true),
        (&["explain", "DescribeRegions", SECRET], true),
        (&["completions", "bash", SECRET], true),
        (&[SECRET], true),
        (&["-v", SECRET, "serve"], true),
        (&["--secret", SECRET, "serve"], false),
        (&["call", "--secret", SECRET], true),
    ] {
        let output = rds(arguments);
        let text = printed(&output);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {text}");
        assert!(!text.contains(SECRET) && text.contains("****") == masked, "{arguments:?}: {text}");
    }
    // What is no secret is told.
    for (arguments, told) in [
        (&["whoami", "--nonsense"][..], "'--nonsense'"),
        (&["operations", "--simulatd"], "'--simulatd'"),
        (&["serv"], "'serv'"),
        (&["serve", "--stric"], "'--stric'"),
    ] {
        let text = printed(&rds(arguments));
        assert!(text.contains(told), "{arguments:?}: {text}");
    }
}
