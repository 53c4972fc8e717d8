//! What `cargo xtask bench-calls` measures: calls of `DescribeBackupTasks` by the client, and by `reqwest` with structs that
//! serde derives, of a server that is another process.
//!
//! - `serve` prints its endpoint and answers what the instance id of a request names, such as `json-30`: so many tasks.
//! - `typed ENDPOINT ID CALLS IN_FLIGHT` and `floor …` make calls, and print what one of them took.
//! - `load ENDPOINT CALLS IN_FLIGHT` makes calls of the embedded service, and prints what one of them took.
//! - `connect ENDPOINT CONNECTIONS` opens so many connections, and prints on how many a request was answered while all were
//!   open.
//! - `stream ENDPOINT` reads a list of a million entries page by page, and prints the peak of memory.
//! - `large ENDPOINT ID` makes one call, and prints by how much the peak of memory grew, besides what the response
//!   takes in the end, and the bytes of its body.

use std::alloc::System;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::thread;

use rds_api::signature::SignatureVersion;
use rds_api::{Client, Credentials, Format};
use serde::Deserialize;
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use tokio::runtime::Builder;
use tokio::task::LocalSet;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let number = |text: &str| text.parse::<usize>().expect("a number");
    match arguments[..] {
        ["serve"] => serve(),
        ["typed", endpoint, id, calls, in_flight] => {
            let client = client(endpoint, id);
            let future = size_of_val(&client.describe_backup_tasks(id).send());
            let call = || {
                let call = client.describe_backup_tasks(id);
                async move { assert!(!call.await.expect("a response").items.is_empty()) }
            };
            measure(number(calls), number(in_flight), future, call);
        }
        ["floor", endpoint, id, calls, in_flight] => {
            let provider = rustls::crypto::ring::default_provider();
            provider.install_default().expect("no other provider");
            let client = reqwest::Client::builder().no_proxy().build().expect("a client");
            let url = format!("{endpoint}/?DBInstanceId={id}");
            let call = || {
                let request = client.post(&url).header("x-acs-action", "DescribeBackupTasks");
                async move {
                    let response = request.send().await.expect("a response");
                    let body = response.bytes().await.expect("a body");
                    let response: Derived = serde_json::from_slice(&body).expect("JSON");
                    assert!(!response.items.backup_job.is_empty());
                }
            };
            measure(number(calls), number(in_flight), 0, call);
        }
        ["load", endpoint, calls, in_flight] => {
            let client = client(endpoint, "json");
            let call = || {
                let call = client.describe_db_instances();
                async move { assert!(!call.await.expect("a response").items.is_empty()) }
            };
            measure(number(calls), number(in_flight), 0, call);
        }
        ["connect", endpoint, connections] => connect(endpoint, number(connections)),
        ["stream", endpoint] => stream(endpoint),
        ["large", endpoint, id] => large(endpoint, id),
        _ => panic!("unknown arguments: {arguments:?}"),
    }
}

/// Makes calls, so many of them at a time, and prints what one took: nanoseconds of this thread, allocations, bytes of
/// these, and the size of its future.
fn measure<F: Future<Output = ()> + 'static>(
    calls: usize,
    in_flight: usize,
    future: usize,
    call: impl Fn() -> F,
) {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let make = |count: usize| {
        let tasks = LocalSet::new();
        tasks.block_on(&runtime, async {
            let mut under_way = std::collections::VecDeque::new();
            for _ in 0..count {
                if in_flight == 1 {
                    call().await;
                    continue;
                }
                if under_way.len() == in_flight
                    && let Some(oldest) = under_way.pop_front()
                {
                    let oldest: tokio::task::JoinHandle<()> = oldest;
                    oldest.await.expect("no panic");
                }
                under_way.push_back(tokio::task::spawn_local(call()));
            }
            for rest in under_way {
                rest.await.expect("no panic");
            }
        });
    };
    // The connections. They are the same for any number of calls, so that the difference of two runs has none of it.
    make(in_flight);
    let (region, before) = (Region::new(ALLOCATOR), processor_time());
    make(calls);
    let (change, after) = (region.change(), processor_time());
    let each = |total: usize| total / calls;
    let allocations = each(change.allocations + change.reallocations);
    println!("{} {allocations} {} {future}", each(after - before), each(change.bytes_allocated));
}

/// Nanoseconds that this thread has run, in which the client runs; 0 where the system does not tell.
fn processor_time() -> usize {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|first| first.parse().ok()).unwrap_or_default()
}

fn client(endpoint: &str, id: &str) -> Client {
    let format = if id.starts_with("xml") { Format::Xml } else { Format::Json };
    Client::builder()
        .endpoint(endpoint)
        .allow_plain_http()
        .no_proxy()
        .credentials(Credentials::new("id", "secret"))
        .signature(SignatureVersion::V3)
        .max_response_bytes(1 << 30)
        .format(format)
        .build()
        .expect("a client")
}

/// Reads a list page by page, and prints the peaks of memory in bytes: near its beginning, and in the end.
fn stream(endpoint: &str) {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let client = client(endpoint, "json");
    runtime.block_on(async {
        let mut items = client.describe_db_instances().page_size(PAGE as i32).items();
        let (mut read, mut before) = (0, 0);
        while let Some(item) = items.next().await {
            item.expect("an entry");
            read += 1;
            if read == 1000 {
                before = peak_memory();
            }
        }
        assert_eq!(read, ENTRIES);
        println!("{before} {}", peak_memory());
    });
}

/// Makes a call, and prints in bytes by how much the peak of memory grew, without what the response takes in the end, and
/// how long its body was.
fn large(endpoint: &str, id: &str) {
    let runtime = Builder::new_current_thread().enable_all().build().expect("a runtime");
    let client = client(endpoint, id);
    let call = |id: &str| runtime.block_on(client.describe_backup_tasks(id).into_future()).expect("a response");
    drop(call("json-1"));
    let (region, before) = (Region::new(ALLOCATOR), peak_memory());
    let response = call(id);
    let (change, after) = (region.change(), peak_memory());
    let kept = change.bytes_allocated - change.bytes_deallocated;
    let length = json(response.items.len()).len();
    println!("{} {length}", (after - before).saturating_sub(kept));
}

/// Opens connections, and prints on how many a request was answered while all of them were open.
fn connect(endpoint: &str, connections: usize) {
    let address = endpoint.strip_prefix("http://").expect("no TLS");
    let open = |_| TcpStream::connect(address).expect("a connection");
    let connections: Vec<TcpStream> = (0..connections).map(open).collect();
    for mut connection in &connections {
        connection.write_all(b"GET /testing/clock HTTP/1.1\r\nhost: localhost\r\n\r\n").expect("a request");
    }
    let is_answered = |connection: &&TcpStream| {
        let _ = connection.set_read_timeout(Some(std::time::Duration::from_secs(10)));
        let line = BufReader::new(*connection).lines().next();
        line.is_some_and(|line| line.is_ok_and(|line| line.starts_with("HTTP/1.1 ")))
    };
    println!("{}", connections.iter().filter(is_answered).count());
}

/// The most memory that this process has had, in bytes; 0 where the system does not tell.
fn peak_memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.and_then(|line| line.split_whitespace().next()?.parse::<usize>().ok()).unwrap_or_default() * 1024
}

/// Answers requests, each connection on a thread of its own, until the process is ended.
fn serve() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    println!(r#"{{"endpoint":"http://{}"}}"#, listener.local_addr().expect("an address"));
    for connection in listener.incoming().flatten() {
        thread::spawn(move || answer(&connection));
    }
}

fn answer(connection: &TcpStream) {
    let (mut lines, mut writer) = (BufReader::new(connection).lines(), connection);
    let _ = connection.set_nodelay(true);
    // Most connections ask for the same again and again.
    let mut last = (String::new(), Vec::new());
    let mut asked = String::new();
    while let Some(Ok(line)) = lines.next() {
        if asked.is_empty() {
            asked = line;
            continue;
        }
        // The requests have no body.
        if !line.is_empty() {
            continue;
        }
        if last.0 != asked {
            last = (std::mem::take(&mut asked), Vec::new());
            let body = body(&last.0);
            let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
            last.1 = [head, body].concat().into_bytes();
        }
        asked.clear();
        if writer.write_all(&last.1).is_err() {
            return;
        }
    }
}

/// What a request asks for, by its first line.
fn body(request: &str) -> String {
    let parameter = |name: &str| {
        let (_, rest) = request.split_once(&format!("{name}="))?;
        rest.split(['&', ' ']).next()
    };
    match parameter("DBInstanceId").and_then(|id| id.split_once('-')) {
        Some(("xml", tasks)) => xml(tasks.parse().unwrap_or(1)),
        Some((_, tasks)) => json(tasks.parse().unwrap_or(1)),
        None => page(parameter("PageNumber").and_then(|page| page.parse().ok()).unwrap_or(1)),
    }
}

const REQUEST_ID: &str = "1A6D328C-84B8-40DC-BF49-6C73984D7494";
/// The entries of a page, and of the whole list.
const PAGE: usize = 100;
const ENTRIES: usize = 1_000_000;

fn page(number: usize) -> String {
    let first = (number - 1) * PAGE;
    let entry = |id: usize| {
        format!(r#"{{"DBInstanceId":"rm-{id}","Engine":"MySQL","DBInstanceStatus":"Running","RegionId":"cn-hangzhou"}}"#)
    };
    let entries: Vec<String> = (first..(first + PAGE).min(ENTRIES)).map(entry).collect();
    let (count, entries) = (entries.len(), entries.join(","));
    format!(
        r#"{{"Items":{{"DBInstance":[{entries}]}},"PageNumber":{number},"PageRecordCount":{count},"TotalRecordCount":{ENTRIES},"RequestId":"{REQUEST_ID}"}}"#
    )
}

/// The members of a task. The service sends them in an order of its own.
fn members(id: usize) -> [(&'static str, String); 7] {
    [
        ("BackupProgressStatus", "Uploading".to_owned()),
        ("Process", (id % 100).to_string()),
        ("JobMode", "Manual".to_owned()),
        ("TaskAction", "TempBackupTask".to_owned()),
        ("BackupStatus", "Uploading".to_owned()),
        ("BackupJobId", id.to_string()),
        ("BackupId", id.to_string()),
    ]
}

fn json(tasks: usize) -> String {
    let task = |id| {
        let members = members(id).map(|(name, value)| format!(r#""{name}":"{value}""#));
        format!("{{{}}}", members.join(","))
    };
    let tasks: Vec<String> = (0..tasks).map(task).collect();
    format!(r#"{{"RequestId":"{REQUEST_ID}","Items":{{"BackupJob":[{}]}}}}"#, tasks.join(","))
}

fn xml(tasks: usize) -> String {
    let task = |id| {
        let members = members(id).map(|(name, value)| format!("<{name}>{value}</{name}>"));
        format!("<BackupJob>{}</BackupJob>", members.concat())
    };
    let tasks: String = (0..tasks).map(task).collect();
    format!(
        "<?xml version='1.0' encoding='UTF-8'?><DescribeBackupTasksResponse><RequestId>{REQUEST_ID}</RequestId>\
         <Items>{tasks}</Items></DescribeBackupTasksResponse>"
    )
}

// The same shape as the generated types, as serde's derive makes it.

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Derived {
    items: Items,
    #[allow(dead_code, reason = "to be decoded is all that is asked of it")]
    request_id: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Items {
    backup_job: Vec<Job>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
#[allow(dead_code, reason = "to be decoded is all that is asked of them")]
struct Job {
    backup_id: Option<String>,
    backup_job_id: Option<String>,
    backup_progress_status: Option<Status>,
    backup_status: Option<Status>,
    job_mode: Option<Mode>,
    process: Option<String>,
    task_action: Option<Action>,
}

#[derive(Deserialize)]
enum Status {
    NoStart,
    Preparing,
    Waiting,
    Uploading,
    Checking,
    Finished,
    Failed,
}

#[derive(Deserialize)]
enum Mode {
    Automated,
    Manual,
}

#[derive(Deserialize)]
enum Action {
    TempBackupTask,
    NormalBackupTask,
}
