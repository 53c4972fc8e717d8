//! On a terminal, nothing that others wrote acts on it: not the service, not a file, not an argument that a script hands
//! on. Into a pipe or a file data goes as it came.
#![cfg(unix)]
#![allow(clippy::unwrap_used, clippy::panic)]

#[path = "../../core/tests/support/control_sequences.rs"]
mod control_sequences;

use std::fs::File;
use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use control_sequences::{SEQUENCES, all, find};
use nix::pty::{OpenptyResult, Winsize, openpty};
use serde_json::{Value as Json, json};

/// A server that says what it was told last, whatever it is asked.
struct Server {
    endpoint: String,
    told: Arc<Mutex<(u16, String)>>,
}

impl Server {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let endpoint = format!("http://{}", listener.local_addr().unwrap());
        let told = Arc::new(Mutex::new((200, String::new())));
        let tell = told.clone();
        thread::spawn(move || {
            for mut connection in listener.incoming().map_while(Result::ok) {
                let (status, body) = tell.lock().unwrap().clone();
                let mut request = Vec::new();
                let mut buffer = [0; 16384];
                while !request.windows(4).any(|it| it == b"\r\n\r\n") {
                    match connection.read(&mut buffer) {
                        Ok(length) if length > 0 => request.extend_from_slice(&buffer[..length]),
                        _ => break,
                    }
                }
                let head = format!(
                    "HTTP/1.1 {status} X\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
                    body.len()
                );
                let _ = connection
                    .write_all(head.as_bytes())
                    .and_then(|()| connection.write_all(body.as_bytes()));
            }
        });
        Self { endpoint, told }
    }

    fn tell(&self, status: u16, body: impl ToString) {
        *self.told.lock().unwrap() = (status, body.to_string());
    }
}

/// A terminal, and what was written to it.
struct Terminal {
    program: Option<Stdio>,
    written: JoinHandle<String>,
}

impl Terminal {
    fn open() -> Self {
        let size = Winsize { ws_row: 50, ws_col: 200, ws_xpixel: 0, ws_ypixel: 0 };
        let OpenptyResult { master, slave } = openpty(&size, None).unwrap();
        let written = thread::spawn(move || {
            let (mut master, mut written, mut buffer) = (File::from(master), Vec::new(), [0; 65536]);
            // It ends with an error once nobody has the other side open any more.
            while let Ok(length @ 1..) = master.read(&mut buffer) {
                written.extend_from_slice(&buffer[..length]);
            }
            // A terminal moves to the first column at the end of a line.
            String::from_utf8_lossy(&written).replace("\r\n", "\n")
        });
        Self { program: Some(slave.into()), written }
    }
}

/// Runs `rds` with stdout and stderr on terminals of their own, and gives what was written to each.
fn run_on_terminals(arguments: &[&str], environment: &[(&str, &str)]) -> [String; 2] {
    let mut terminals = [Terminal::open(), Terminal::open()];
    let mut command = rds(arguments);
    command.envs(environment.iter().copied());
    command.stdout(terminals[0].program.take().unwrap()).stderr(terminals[1].program.take().unwrap());
    let mut child = command.stdin(Stdio::null()).spawn().unwrap();
    // It holds the other sides of the terminals.
    drop(command);
    child.wait().unwrap();
    terminals.map(|terminal| terminal.written.join().unwrap())
}

fn rds(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rds"));
    command
        .args(arguments)
        .env("TERM", "xterm-256color")
        .env_remove("NO_COLOR")
        .env_remove("CI")
        .env("ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAI5tExampleKeyId9Z")
        .env("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "secret")
        .env("ALIBABA_CLOUD_REGION_ID", "cn-hangzhou");
    command
}

/// What of the output is not the program's own.
fn fault(output: &str, is_data: bool) -> Option<String> {
    let is_harmless = |sequence: &str| {
        sequence == "\t"
            || (is_data && sequence.replace("\r\n", "\n").chars().all(|it| it >= ' ' || it == '\n'))
    };
    for (name, sequence) in SEQUENCES.iter().filter(|(_, sequence)| !is_harmless(sequence)) {
        let verbatim = format!("a{}z", sequence.replace("\r\n", "\n"));
        if output.contains(&verbatim) {
            return Some(format!("{name} as it came"));
        }
    }
    find(&without_own_sequences(output), &['\n', '\t'])
}

/// Without colours, and the few movements of a bar of progress.
fn without_own_sequences(output: &str) -> String {
    let mut rest = output;
    let mut text = String::new();
    while let Some((before, after)) = rest.split_once("\u{1b}[") {
        let end = after.find(|it: char| !(it.is_ascii_digit() || it == ';')).unwrap_or(after.len());
        let is_own = matches!(&after[end..].chars().next(), Some('m' | 'K' | 'A' | 'B' | 'J'));
        text += before;
        text += if is_own { "" } else { "\u{1b}[" };
        rest = &after[if is_own { end + 1 } else { 0 }..];
    }
    // A bar begins at the first column again.
    (text + rest).replace('\r', "")
}

/// Whether a line ends where none may: what others wrote begins each of its parts with `a` and ends it with `z`.
fn forged_line(output: &str) -> Option<&str> {
    without_own_sequences(output)
        .lines()
        .any(|line| line.starts_with("2026-01-01T"))
        .then_some("a line of its own")
}

fn instance(text: &str) -> Json {
    json!({ "DBInstanceId": text, "DBInstanceStatus": text, "DBInstanceDescription": text, "Another": text, text: text })
}

/// Successes with a text in every place.
fn successes(text: &str) -> Vec<(&'static str, String)> {
    let listed = json!({ "RequestId": "R", "PageNumber": 1, "TotalRecordCount": 2, "PageRecordCount": 2,
        "Items": { "DBInstance": [instance(text), instance(text)] }, text: [text, { text: [text] }], "Alone": text });
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;");
    vec![
        ("list", listed.to_string()),
        ("without a list", json!({ "RequestId": text, "Alone": text, text: text }).to_string()),
        ("no object", json!([text]).to_string()),
        ("a text", json!(text).to_string()),
        (
            "XML",
            format!("<R><RequestId>R</RequestId><A>{escaped}</A><B><![CDATA[{text}]]></B><!--{text}--></R>"),
        ),
        ("page", format!("<html>{text}")),
        ("broken off", listed.to_string().replace("}", "")),
        ("nothing known", text.to_owned()),
    ]
}

/// Failures with a text in every place.
fn failures(text: &str) -> Vec<(&'static str, String)> {
    let of = |name: &str| {
        let mut body = json!({ "Code": "InvalidParameter", "Message": "m", "RequestId": "R", "HostId": "h" });
        body[name] = text.into();
        body.to_string()
    };
    let denied = json!({ "Code": "NoPermission", "Message": "m", "AccessDeniedDetail": { "AuthAction": text, "PolicyType": text } });
    let page = format!("https://api.aliyun.com/{text}");
    vec![
        ("Code", of("Code")),
        ("Message", of("Message")),
        ("RequestId", of("RequestId")),
        ("HostId", of("HostId")),
        ("Recommend", of("Recommend")),
        ("Recommend, vendor", json!({ "Code": "X", "Message": "m", "Recommend": page }).to_string()),
        ("AccessDeniedDetail", denied.to_string()),
        ("page", format!("<html>{text}")),
        ("text", text.to_owned()),
        ("signature", json!({ "Code": "SignatureDoesNotMatch", "Message": format!("{text} server string to sign is:{text}") }).to_string()),
    ]
}

const CALL: [&str; 2] = ["call", "DescribeDBInstances"];

#[test]
fn nothing_that_a_service_writes_acts_on_the_terminal() {
    let server = Server::start();
    let text = all();
    let formats: &[&[&str]] = &[
        &[],
        &["-vvv"],
        &["--table"],
        &["--columns", "DBInstanceId,DBInstanceDescription"],
        &["--path", "$..*"],
        &["--path", "$..DBInstanceDescription"],
        &["--format", "xml"],
        &["--pages", "2"],
        &["--wait=x"],
    ];
    let mut faults = Vec::new();
    let mut shown = 0;
    for format in formats {
        let call: &[&str] = match format {
            // The only operation here with a waiter.
            ["--wait=x"] => &[
                "call",
                "DescribeDBInstanceAttribute",
                "--DBInstanceId",
                "rm-1",
                "--wait=running",
                "--timeout",
                "0.3",
                "--every",
                "0.1",
            ],
            _ => &CALL,
        };
        let options = if format.first() == Some(&"--wait=x") { &[] } else { *format };
        let arguments = [call, options, &["--endpoint", &server.endpoint]].concat();
        let mut cases: Vec<_> =
            successes(&text).into_iter().map(|(place, body)| (200, place, body)).collect();
        // A failure is shown alike whatever was asked for.
        if matches!(format, [] | ["-vvv"] | ["--wait=x"]) {
            cases.extend(failures(&text).into_iter().map(|(place, body)| (400, place, body)));
        }
        for (status, place, body) in cases {
            server.tell(status, body);
            let [stdout, stderr] = run_on_terminals(&arguments, &[]);
            shown += stdout.len() + stderr.len();
            let found =
                [fault(&stdout, true), fault(&stderr, false), forged_line(&stderr).map(str::to_owned)];
            faults.extend(
                found.into_iter().flatten().map(|found| format!("{} {place}: {found}", format.join(" "))),
            );
        }
    }
    assert!(faults.is_empty(), "{} faults, such as {}", faults.len(), faults[0]);
    assert!(shown > 50_000, "only {shown} bytes were shown");
}

/// The ids of a list become names in what is said of the calls about them.
#[test]
fn no_id_that_a_service_lists_acts_on_the_terminal() {
    let server = Server::start();
    let list = json!({ "DBInstance": [instance(&all())] });
    server.tell(200, json!({ "RequestId": "R", "TotalRecordCount": 1, "Success": false, "Items": list }));
    for command in [
        &["call", "DescribeDBInstanceAttribute", "--each", "DBInstanceId"][..],
        &["call", "RestartDBInstance", "--each", "DBInstanceId", "--yes"],
        &["backups"],
        &["slow"],
        &["top"],
    ] {
        let [stdout, stderr] = run_on_terminals(&[command, &["--endpoint", &server.endpoint]].concat(), &[]);
        assert!(command[0] != "call" || stderr.contains("error:"), "{command:?}: {stdout} {stderr}");
        let found = [fault(&stdout, true), fault(&stderr, false), forged_line(&stderr).map(str::to_owned)];
        let found: Vec<_> = found.into_iter().flatten().collect();
        assert!(found.is_empty(), "{command:?}: {found:?}: {stderr}");
    }
}

#[test]
fn no_argument_variable_or_file_acts_on_the_terminal() {
    let text = all().replace('\0', "");
    let text = text.as_str();
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("file.json");
    std::fs::write(&file, format!("[{{\"Key\": {text}")).unwrap();
    let from_file = format!("@{}", file.display());
    let home = folder.path().to_str().unwrap();
    std::fs::create_dir(folder.path().join(".aliyun")).unwrap();
    std::fs::write(
        folder.path().join(".aliyun/config.json"),
        json!({ "current": text, "profiles": [{ "name": text, "mode": text, "region_id": text }] })
            .to_string(),
    )
    .unwrap();
    let (named, unchecked) = (format!("--{text}"), format!("--param={text}"));
    let (parameter, endpoint) = (format!("--param=A={text}"), format!("http://{text}/"));
    let region = format!("--region={text}");
    let runs: &[&[&str]] = &[
        &[text],
        &["call", text],
        &["call", text, "--help"],
        &["call", text, "--unknown", "--fake", "--param", "A=1"],
        &["call", "DescribeRegions", text],
        &["call", "DescribeRegions", &named],
        &["call", "DescribeRegions", &unchecked],
        &["call", "DescribeRegions", "--fake", "--dry-run", &parameter],
        &["call", "DescribeRegions", "--fake", "--rust", &parameter],
        &["call", "DescribeRegions", "--rust", "--endpoint", &endpoint],
        &["call", "DescribeRegions", "--endpoint", &endpoint],
        &["call", "DescribeRegions", "--path", text],
        &["call", "DescribeDBInstances", "--columns", text],
        &["call", "DescribeDBInstances", "--fake", "--table", "--columns", text],
        &["call", "DescribeDBInstances", "--fake", "--path", text],
        &["call", "DescribeDBInstances", "--PageSize", text],
        &["call", "DescribeDBInstances", "--wait", text],
        &["call", "DescribeDBInstances", "--pages", text],
        &["call", "DescribeDBInstances", "--format", text],
        &["call", "DescribeDBInstances", "--timeout", text],
        &["call", "DescribeDBInstances", "--signature", text],
        &["call", "DescribeDBInstances", "--profile", text],
        &["call", "DescribeDBInstances", "--fake", &region, "--DBInstanceId", text, "-vvv"],
        &["call", "DescribeBackupTasks", "--fake", "--DBInstanceId", "rm-1", "--BackupMode", text],
        &["call", "DescribeBackupTasks", "--fake", "--DBInstanceId", text],
        &[
            "call",
            "TagResources",
            "--fake",
            "--ResourceType",
            "INSTANCE",
            "--ResourceId",
            "rm-1",
            "--Tag",
            &from_file,
        ],
        &[
            "call",
            "TagResources",
            "--fake",
            "--ResourceType",
            "INSTANCE",
            "--ResourceId",
            "rm-1",
            "--Tag",
            text,
        ],
        &["operations", text],
        &["operations", "--family", text],
        &["explain", text],
        &["completions", text],
        &["serve", "--port", text],
        &["serve", "--clock-speed", text],
        &["explore", "--port", text],
        &["explore", "--profile", text],
    ];
    let mut faults = Vec::new();
    for arguments in runs {
        let is_account = arguments.contains(&"--profile") || arguments.contains(&"DescribeRegions");
        let environments: [&[(&str, &str)]; 3] =
            [&[], &[("HOME", home)], &[("ALIBABA_CLOUD_REGION_ID", text), ("ALIBABA_CLOUD_ENDPOINT", text)]];
        for environment in &environments[..if is_account { 3 } else { 1 }] {
            let [stdout, stderr] = run_on_terminals(arguments, environment);
            let found = [fault(&stdout, true), fault(&stderr, true)].into_iter().flatten();
            faults.extend(found.map(|found| format!("{}: {found}", arguments.join(" ").replace(text, "…"))));
            assert!(!stdout.is_empty() || !stderr.is_empty(), "{arguments:?} shows nothing");
        }
    }
    assert!(faults.is_empty(), "{} faults, such as {}", faults.len(), faults[0]);
}

/// Only styles are left out where nobody looks, never a part of what came.
#[test]
fn data_is_written_to_a_pipe_byte_for_byte() {
    let server = Server::start();
    let text = all();
    let output = |arguments: &[&str]| {
        let output =
            rds(&[&CALL[..], arguments, &["--endpoint", &server.endpoint]].concat()).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap()
    };
    let (_, body) = successes(&text).swap_remove(0);
    server.tell(200, &body);
    assert_eq!(
        serde_json::from_str::<Json>(&output(&[])).unwrap(),
        serde_json::from_str::<Json>(&body).unwrap()
    );
    assert_eq!(output(&["--path", "$.Alone"]), format!("{text}\n"));
    let table = output(&["--columns", "DBInstanceId"]);
    let unbroken = SEQUENCES.iter().filter(|(_, sequence)| !sequence.contains(['\n', '\r']));
    for (name, sequence) in unbroken {
        assert!(table.contains(&format!("a{sequence}z")), "{name} is missing in a table");
    }
    let (_, xml) = successes(&text).swap_remove(4);
    server.tell(200, &xml);
    assert_eq!(output(&["--format", "xml"]), format!("{xml}\n"));
}
