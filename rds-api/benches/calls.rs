//! What the parts of a call cost: `cargo bench -p rds-api --features serde`. What a whole call costs, `cargo xtask bench-calls`
//! measures.
//!
//! Decoding stands beside a struct of the same shape with serde's derive, so that a comparison needs no other run.

#![allow(clippy::unwrap_used)]

use divan::Bencher;
use rds_api::operations::backup::DescribeBackupTasksResponse;
use rds_api::operations::instance::create_db_instance::{CreateDBInstanceRequest, CreateDBInstanceRequired};
use rds_api::signature::{v1, v3};

fn main() {
    divan::main();
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
