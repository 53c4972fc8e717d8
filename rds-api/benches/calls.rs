//! What a call costs, part by part: `cargo bench -p rds-api`.
//!
//! Decoding stands beside a struct of the same shape with serde's derive, a whole call beside raw `reqwest` with
//! the same request and `serde_json::Value`, so that a comparison needs no other run.

#![allow(clippy::unwrap_used)]

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;

use divan::Bencher;
use rds_api::operations::backup::DescribeBackupTasksResponse;
use rds_api::operations::instance::create_db_instance::{CreateDBInstanceRequest, CreateDBInstanceRequired};
use rds_api::signature::{SignatureVersion, v1, v3};
use rds_api::{Client, Credentials};

fn main() {
    // Raw reqwest wants a provider for the whole process.
    rustls::crypto::ring::default_provider().install_default().unwrap();
    divan::main();
    cpu_time_of_a_call();
}

/// A response with this many backup tasks.
fn response(tasks: usize) -> Vec<u8> {
    let task = |id: usize| {
        format!(
            r#"{{"BackupId":"{id}","BackupJobId":"{id}","BackupProgressStatus":"Uploading","BackupStatus":"Uploading","JobMode":"Manual","Process":"{}","TaskAction":"TempBackupTask"}}"#,
            id % 100
        )
    };
    let tasks: Vec<String> = (0..tasks).map(task).collect();
    let tasks = tasks.join(",");
    format!(r#"{{"RequestId":"1A6D328C-84B8-40DC-BF49-6C73984D7494","Items":{{"BackupJob":[{tasks}]}}}}"#)
        .into()
}

mod derived {
    //! The same shape as the generated types, as serde's derive makes it.
    #![allow(dead_code, reason = "decoding is what is measured; nobody reads the fields")]

    use serde::Deserialize;

    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    pub(crate) struct Response {
        pub(crate) items: Items,
        pub(crate) request_id: Option<String>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    pub(crate) struct Items {
        pub(crate) backup_job: Vec<Job>,
    }

    #[derive(Deserialize)]
    #[serde(rename_all = "PascalCase")]
    pub(crate) struct Job {
        pub(crate) backup_id: Option<String>,
        pub(crate) backup_job_id: Option<String>,
        pub(crate) backup_progress_status: Option<Status>,
        pub(crate) backup_status: Option<Status>,
        pub(crate) job_mode: Option<Mode>,
        pub(crate) process: Option<String>,
        pub(crate) task_action: Option<Action>,
    }

    #[derive(Deserialize)]
    pub(crate) enum Status {
        NoStart,
        Preparing,
        Waiting,
        Uploading,
        Checking,
        Finished,
        Failed,
    }

    #[derive(Deserialize)]
    pub(crate) enum Mode {
        Automated,
        Manual,
    }

    #[derive(Deserialize)]
    pub(crate) enum Action {
        TempBackupTask,
        NormalBackupTask,
    }
}

#[divan::bench(args = [1, 30, 10_000])]
fn decode(bencher: Bencher<'_, '_>, tasks: usize) {
    let body = response(tasks);
    bencher.bench(|| serde_json::from_slice::<DescribeBackupTasksResponse>(&body).unwrap());
}

#[divan::bench(args = [1, 30, 10_000])]
fn decode_derived(bencher: Bencher<'_, '_>, tasks: usize) {
    let body = response(tasks);
    bencher.bench(|| serde_json::from_slice::<derived::Response>(&body).unwrap());
}

fn request() -> CreateDBInstanceRequest {
    let mut request = CreateDBInstanceRequest::new(CreateDBInstanceRequired {
        db_instance_class: "mysql.n2.medium.2c".into(),
        db_instance_net_type: "Intranet".into(),
        db_instance_storage: 100,
        engine: "MySQL".into(),
        engine_version: "8.0".into(),
        pay_type: "Postpaid".into(),
        security_ip_list: "10.0.0.0/24".into(),
    });
    request.region_id = Some("cn-hangzhou".into());
    request.vpc_id = Some("vpc-1".into());
    request.vswitch_id = Some("vsw-1".into());
    request
}

#[divan::bench]
fn encode(bencher: Bencher<'_, '_>) {
    let request = request();
    bencher.bench(|| rds_api::__private::parameters(&request));
}

#[divan::bench]
fn sign_v1(bencher: Bencher<'_, '_>) {
    let parameters = rds_api::__private::parameters(&request());
    bencher.bench(|| v1::sign("POST", parameters.iter().map(|(name, value)| (name, value)), "secret"));
}

#[divan::bench]
fn sign_v3(bencher: Bencher<'_, '_>) {
    let parameters = rds_api::__private::parameters(&request());
    let request = v3::Request {
        method: "POST",
        path: "/",
        query: parameters.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect(),
        headers: [("host", "rds.aliyuncs.com"), ("x-acs-action", "CreateDBInstance")].into(),
        body_sha256: v3::EMPTY_BODY_SHA256,
    };
    bencher.bench(|| request.sign("id", "secret"));
}

/// A server that gives every request the same response, and keeps connections open.
fn server() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let body = response(30);
    std::thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            connection.set_nodelay(true).unwrap();
            let body = body.clone();
            std::thread::spawn(move || {
                let mut writer = connection.try_clone().unwrap();
                let mut lines = BufReader::new(connection).lines();
                while let Some(Ok(line)) = lines.next() {
                    if line.is_empty() {
                        let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", body.len());
                        writer.write_all(&[head.as_bytes(), &body].concat()).unwrap();
                    }
                }
            });
        }
    });
    format!("http://{address}")
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

fn client(endpoint: &str) -> Client {
    let credentials = Credentials::new("id", "secret");
    let builder = Client::builder().endpoint(endpoint).allow_plain_http().no_proxy().credentials(credentials);
    builder.signature(SignatureVersion::V3).build().unwrap()
}

async fn typed(client: &Client) {
    let tasks = client.describe_backup_tasks("rm-uf6wjk5xxxxxxx").await.unwrap();
    assert_eq!(tasks.items.len(), 30);
}

/// The same request, signed once and for all, and the same response as untyped JSON.
async fn raw(client: &reqwest::Client, url: &str) {
    let request = client
        .post(url)
        .header("x-acs-action", "DescribeBackupTasks")
        .header("x-acs-version", "2014-08-15")
        .header("x-acs-date", "2024-03-15T08:30:00Z")
        .header("x-acs-signature-nonce", "15215528852396")
        .header("x-acs-content-sha256", v3::EMPTY_BODY_SHA256)
        .header("authorization", "ACS3-HMAC-SHA256 Credential=id,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature=06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0");
    let body = request.send().await.unwrap().bytes().await.unwrap();
    let response: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!(response["Items"]["BackupJob"].as_array().unwrap().len(), 30);
}

#[divan::bench]
fn call(bencher: Bencher<'_, '_>) {
    let (client, runtime) = (client(&server()), runtime());
    bencher.bench_local(|| runtime.block_on(typed(&client)));
}

#[divan::bench]
fn call_raw_reqwest(bencher: Bencher<'_, '_>) {
    let url = format!("{}/?DBInstanceId=rm-uf6wjk5xxxxxxx", server());
    let (client, runtime) = (reqwest::Client::builder().no_proxy().build().unwrap(), runtime());
    bencher.bench_local(|| runtime.block_on(raw(&client, &url)));
}

/// CPU time of this thread, in which the client runs, without the server's: where Linux tells it.
fn cpu_time() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    text.split(' ').next()?.parse::<f64>().ok().map(|nanoseconds| nanoseconds / 1e3)
}

/// Prints the CPU time of a typed call and of the raw one, measured in turns so that both see the same machine.
fn cpu_time_of_a_call() {
    const CALLS: u32 = 500;
    const TURNS: u32 = 10;
    if cpu_time().is_none() {
        return;
    }
    let endpoint = server();
    let url = format!("{endpoint}/?DBInstanceId=rm-uf6wjk5xxxxxxx");
    let (client, runtime) = (client(&endpoint), runtime());
    let reqwest = reqwest::Client::builder().no_proxy().build().unwrap();
    let measure = |run: &dyn Fn()| {
        let before = cpu_time().unwrap();
        (0..CALLS).for_each(|_| run());
        (cpu_time().unwrap() - before) / f64::from(CALLS)
    };
    let (mut ours, mut theirs) = (f64::INFINITY, f64::INFINITY);
    for _ in 0..TURNS {
        ours = ours.min(measure(&|| runtime.block_on(typed(&client))));
        theirs = theirs.min(measure(&|| runtime.block_on(raw(&reqwest, &url))));
    }
    println!(
        "\nCPU time of a call: {ours:.1} µs typed, {theirs:.1} µs raw reqwest, ratio {:.2}",
        ours / theirs
    );
}
