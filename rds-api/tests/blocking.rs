//! Blocking calls, from threads that know no async runtime and from such that do.
#![cfg(feature = "blocking")]
#![allow(clippy::unwrap_used)]

mod raw_server;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use raw_server::{RawServer, response, send};
use rds_api::credentials::{BoxFuture, Credentials, ProvideCredentials};
use rds_api::{Client, ErrorKind, Result};
use rds_api_testing::{FakeService, Fault};

const REGIONS: &str = r#"{"RequestId":"R-1","Regions":{"RDSRegion":[{"RegionId":"cn-hangzhou"}]}}"#;

fn in_a_task<T>(runtime: &tokio::runtime::Runtime, test: impl Future<Output = T>) -> T {
    runtime.block_on(test)
}

#[test]
fn a_program_without_a_runtime_calls_typed_and_raw() {
    let service = FakeService::start().unwrap();
    let client = service.client().unwrap();
    let job = client.create_backup(FakeService::INSTANCE).send_blocking().unwrap().backup_job_id.unwrap();
    let tasks = client
        .call_raw("DescribeBackupTasks", [("DBInstanceId", FakeService::INSTANCE)])
        .send_blocking()
        .unwrap();
    assert_eq!(tasks["Items"]["BackupJob"][0]["BackupJobId"].to_string(), job);

    let metadata = client.block_on(client.describe_regions().send_full()).unwrap();
    assert_eq!((metadata.status, metadata.attempts), (200, 1));
    let error = client.create_backup("rm-other").send_blocking().unwrap_err();
    assert!(error.is_not_found(), "{error}");
}

#[test]
fn retries_pauses_and_renewals_work() {
    /// Gives credentials that expire, taking its time as a server would.
    #[derive(Debug, Default)]
    struct Source(AtomicUsize);
    impl ProvideCredentials for Source {
        fn provide(&self) -> BoxFuture<'_, Result<Credentials>> {
            Box::pin(async {
                self.0.fetch_add(1, Ordering::Relaxed);
                tokio::time::sleep(Duration::from_millis(10)).await;
                let key = Credentials::new("fake-key-id", "fake-key-secret");
                Ok(key.with_expiration(SystemTime::now() + Duration::from_secs(3600)))
            })
        }
    }
    let service = FakeService::start().unwrap();
    let source = std::sync::Arc::new(Source::default());
    let client = service.client_builder().credentials(source.clone()).build().unwrap();
    let lost = service.inject(Fault::ResetAfterExecution).times(1);
    let response = client.block_on(client.describe_regions().send_full()).unwrap();
    assert_eq!((response.attempts, lost.count()), (2, 1));

    service.inject(rds_api_testing::Refusal::expired_token()).times(1);
    client.describe_regions().send_blocking().unwrap();
    assert_eq!(source.0.load(Ordering::Relaxed), 2, "renewed once, after the refusal");
}

#[test]
fn timeouts_end_the_wait() {
    let silent = RawServer::start(|_, _, _| thread::sleep(Duration::from_millis(400)));
    let client = silent.client_builder().retry(rds_api::RetryPolicy::none());
    let client = client.read_timeout(Duration::from_millis(50)).build().unwrap();
    let error = client.create_backup("rm-1").send_blocking().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ReadTimeout);
    let call = client.create_backup("rm-1").with_timeout(Duration::from_millis(30));
    assert_eq!(call.send_blocking().unwrap_err().kind(), ErrorKind::CallTimeout);
}

#[test]
fn threads_share_connections_and_what_drives_them() {
    let server = RawServer::responding("200 OK", "", REGIONS);
    let client = server.client();
    for _ in 0..10 {
        client.describe_regions().send_blocking().unwrap();
    }
    // A connection is free again a moment after its call, so the next one may be too quick for it.
    assert!(server.connections() < 10, "{} connections", server.connections());
    thread::scope(|scope| {
        for _ in 0..8 {
            scope.spawn(|| (0..5).for_each(|_| drop(client.describe_regions().send_blocking().unwrap())));
        }
    });
    assert_eq!(server.requests().len(), 50);
    assert!(server.connections() < 40, "{} connections", server.connections());
}

#[test]
fn inside_a_task_it_is_an_error_and_where_blocking_is_allowed_it_works() {
    let server = RawServer::responding("200 OK", "", REGIONS);
    let client = server.client();
    let check = |error: rds_api::Error| {
        assert_eq!((error.kind(), error.may_have_been_executed()), (ErrorKind::Runtime, false));
        assert!(error.to_string().contains("`tokio::task::spawn_blocking`"), "{error}");
    };
    let current = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let several = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    for runtime in [&current, &several] {
        in_a_task(runtime, async {
            check(client.describe_regions().send_blocking().unwrap_err());
            let none: [(&str, &str); 0] = [];
            check(client.call_raw("DescribeRegions", none).send_blocking().unwrap_err());
            let inner = client.clone();
            let spawned = tokio::spawn(async move { inner.describe_regions().send_blocking().unwrap_err() });
            check(spawned.await.unwrap());

            // The task goes on as if nothing had been.
            assert!(tokio::task::coop::has_budget_remaining());
            client.describe_regions().await.unwrap();

            let inner = client.clone();
            let allowed = tokio::task::spawn_blocking(move || inner.describe_regions().send_blocking());
            allowed.await.unwrap().unwrap();
        });
        let _entered = runtime.enter();
        client.describe_regions().send_blocking().unwrap();
    }
    in_a_task(&several, async {
        let inner = client.clone();
        let allowed =
            tokio::spawn(
                async move { tokio::task::block_in_place(|| inner.describe_regions().send_blocking()) },
            );
        allowed.await.unwrap().unwrap();
        drop(client);
    });
}

#[test]
fn a_runtime_that_rests_holds_nothing_up() {
    let server = RawServer::responding("200 OK", "", REGIONS);
    let client = server.client();
    let resting = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    in_a_task(&resting, async { client.describe_regions().await }).unwrap();
    for _ in 0..2 {
        let response = client.block_on(client.describe_regions().send_full()).unwrap();
        assert_eq!(response.attempts, 1, "it does not wait for a connection of the resting runtime");
    }
    in_a_task(&resting, async { client.describe_regions().await }).unwrap();
    assert!(server.connections() <= 3, "{} connections", server.connections());
}

#[test]
fn runtimes_come_and_go_and_the_client_stays() {
    let server = RawServer::responding("200 OK", "", r#"{"BackupJobId":"7","RequestId":"R"}"#);
    let client = server.client();
    for _ in 0..6 {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        for _ in 0..2 {
            // Not a read: it would not be repeated if it met a connection that nobody drives any more.
            in_a_task(&runtime, async { client.create_backup("rm-1").await }).unwrap();
        }
        client.create_backup("rm-1").send_blocking().unwrap();
    }
    assert_eq!(server.requests().len(), 18);
}

#[test]
fn many_runtimes_at_once_keep_their_connections() {
    const THREADS: usize = 8;
    const RUNTIMES: usize = 10;
    let server = RawServer::responding("200 OK", "", REGIONS);
    let client = server.client();
    thread::scope(|scope| {
        for _ in 0..THREADS {
            scope.spawn(|| {
                for _ in 0..RUNTIMES {
                    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
                    in_a_task(&runtime, async {
                        for _ in 0..3 {
                            client.describe_regions().await.unwrap();
                        }
                    });
                }
            });
        }
    });
    println!("{} connections", server.connections());
    // A connection is free again a moment after its call, so the next one may be too quick for it.
    assert!(server.connections() < 2 * THREADS * RUNTIMES, "{} connections", server.connections());
}

#[test]
fn a_future_without_a_runtime_is_an_error_and_no_panic() {
    let server = RawServer::responding("200 OK", "", REGIONS);
    let client = server.client();
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    let mut call = Box::pin(client.describe_regions().send());
    let std::task::Poll::Ready(Err(error)) = call.as_mut().poll(&mut context) else {
        unreachable!("it fails at once")
    };
    assert_eq!((error.kind(), error.operation()), (ErrorKind::Runtime, Some("DescribeRegions")));
    assert!(error.to_string().contains("there is no async runtime of tokio"), "{error}");
}

#[test]
#[cfg(target_os = "linux")]
fn the_thread_behind_it_ends_with_the_client() {
    fn threads() -> usize {
        let tasks = std::fs::read_dir("/proc/self/task").unwrap();
        let names = tasks.filter_map(|task| std::fs::read_to_string(task.unwrap().path().join("comm")).ok());
        names.filter(|name| name.starts_with("rds-api-block")).count()
    }
    // Other tests of this file have threads of that name too, so this one is a process of its own.
    if std::env::var_os("ALONE").is_none() {
        let this = std::env::current_exe().unwrap();
        let name = "the_thread_behind_it_ends_with_the_client";
        let alone =
            std::process::Command::new(this).args(["--exact", name]).env("ALONE", "1").output().unwrap();
        assert!(alone.status.success(), "{}", String::from_utf8_lossy(&alone.stdout));
        return;
    }
    let server = RawServer::responding("200 OK", "", REGIONS);
    let client: Client = server.client();
    assert_eq!(threads(), 0, "a client that blocks nobody has no thread");
    client.describe_regions().send_blocking().unwrap();
    client.clone().describe_regions().send_blocking().unwrap();
    assert_eq!(threads(), 1);
    drop(client);
    let started = Instant::now();
    while threads() > 0 {
        assert!(started.elapsed() < Duration::from_secs(10), "the thread is still there");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn a_panic_of_the_programs_own_code_reaches_only_its_call() {
    #[derive(Debug)]
    struct Panics;
    impl ProvideCredentials for Panics {
        fn provide(&self) -> BoxFuture<'_, Result<Credentials>> {
            Box::pin(async { std::panic::resume_unwind(Box::new("a bug of the program")) })
        }
    }
    let server = RawServer::start(|_, _, connection| send(connection, &response("200 OK", "", REGIONS)));
    let client = server.client_builder().credentials(Panics).build().unwrap();
    thread::scope(|scope| {
        assert!(scope.spawn(|| client.describe_regions().send_blocking()).join().is_err());
    });
    let other = server.client();
    other.describe_regions().send_blocking().unwrap();
}
