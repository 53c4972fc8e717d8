//! The life of a service: how it starts, who may share it, and what is left of it when it ends.

use std::net::TcpListener;
use std::sync::LazyLock;
use std::thread;
use std::time::{Duration, Instant};

use rds_api::operations::catalog::DescribeRegionsRequest;
use rds_api::operations::instance::DescribeDBInstancesRequest;
use rds_api::{Client, ErrorKind, RetryPolicy};
use rds_api_testing::{FakeService, Fault};
use tokio::runtime::{Builder, Runtime};

/// One service for several tests, each with a runtime of its own.
static SHARED: LazyLock<FakeService> = LazyLock::new(|| FakeService::start().unwrap());
/// One client for them too.
static CLIENT: LazyLock<Client> = LazyLock::new(|| SHARED.client().unwrap());

/// A time within which what should happen at once has happened, on a machine with much to do.
const SOON: Duration = Duration::from_secs(10);

/// A client that gives up at once, so that a test sees each failure alone.
fn client(service: &FakeService) -> Client {
    service.client_builder().retry(RetryPolicy::none()).build().unwrap()
}

fn runtimes() -> [Runtime; 2] {
    let current_thread = Builder::new_current_thread().enable_all().build().unwrap();
    [current_thread, Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()]
}

fn port(service: &FakeService) -> u16 {
    service.endpoint().rsplit(':').next().unwrap().parse().unwrap()
}

#[test]
fn a_program_without_a_runtime_starts_a_service() {
    let service = FakeService::start().unwrap();
    let regions = client(&service).describe_regions().send_blocking().unwrap();
    assert!(!regions.regions.is_empty());
    assert_eq!(service.requests::<DescribeRegionsRequest>().len(), 1);
}

macro_rules! shared {
    ($($name:ident)*) => {$(
        #[tokio::test]
        async fn $name() {
            for _ in 0..20 {
                CLIENT.describe_db_instances().await.unwrap();
                SHARED.client().unwrap().describe_db_instances().await.unwrap();
            }
            assert!(SHARED.requests::<DescribeDBInstancesRequest>().len() >= 40);
        }
    )*};
}
shared! {
    a_service_is_shared_by_tests_with_runtimes_of_their_own
    a_service_is_shared_by_a_second_test
    a_service_is_shared_by_a_third_test
}

#[test]
fn a_service_serves_one_runtime_after_another() {
    let service = FakeService::start().unwrap();
    let client = client(&service);
    for _ in 0..3 {
        for runtime in runtimes() {
            runtime.block_on(client.describe_regions().send()).unwrap();
        }
    }
}

#[test]
fn a_port_is_free_as_soon_as_its_service_has_been_dropped() {
    let mut port = 0;
    for runtime in runtimes() {
        runtime.block_on(async {
            for round in 0..50 {
                let service = FakeService::builder().port(port).start().unwrap();
                port = self::port(&service);
                let client = client(&service);
                client.describe_regions().await.unwrap();
                assert_eq!(service.requests::<DescribeRegionsRequest>().len(), 1, "in round {round}");
            }
        });
    }
    drop(TcpListener::bind(("127.0.0.1", port)).unwrap());
}

#[test]
fn a_call_after_the_end_finds_no_service_on_every_runtime() {
    for runtime in runtimes() {
        runtime.block_on(async {
            for round in 0..100 {
                let service = FakeService::start().unwrap();
                let client = client(&service);
                // It leaves a connection in the client's pool.
                client.describe_regions().await.unwrap();
                drop(service);
                // A write that may not be repeated: not even such a one is in doubt.
                let error = client.create_backup(FakeService::INSTANCE).await.unwrap_err();
                assert_eq!(error.kind(), ErrorKind::Connect, "in round {round}: {error}");
                assert!(!error.may_have_been_executed(), "in round {round}: {error}");
            }
        });
    }
}

#[test]
fn a_call_that_waits_for_its_response_ends_with_the_service() {
    for runtime in runtimes() {
        runtime.block_on(async {
            let service = FakeService::start().unwrap();
            let client = client(&service);
            let delayed = service.inject(Fault::Delay(Duration::from_secs(3600)));
            let call = async {
                let started = Instant::now();
                (client.create_backup(FakeService::INSTANCE).await.unwrap_err(), started.elapsed())
            };
            let end = async {
                while delayed.count() == 0 {
                    tokio::time::sleep(Duration::from_millis(1)).await;
                }
                drop(service);
            };
            let ((error, took), ()) = tokio::join!(call, end);
            assert_eq!((error.kind(), error.may_have_been_executed()), (ErrorKind::Interrupted, true));
            assert!(took < SOON, "{took:?}");
        });
    }
}

#[test]
fn a_task_may_start_a_service_and_drop_it() {
    for runtime in runtimes() {
        let took = runtime.block_on(async {
            let task = tokio::spawn(async {
                let service = FakeService::start().unwrap();
                client(&service).describe_regions().await.unwrap();
                let started = Instant::now();
                drop(service);
                started.elapsed()
            });
            task.await.unwrap()
        });
        assert!(took < SOON, "{took:?}");
    }
}

#[test]
fn a_rule_may_hold_the_last_reference_to_its_service() {
    let service = std::sync::Arc::new(FakeService::start().unwrap());
    let client = client(&service);
    let (own, (sender, dropped)) = (service.clone(), std::sync::mpsc::channel());
    let own = std::sync::Mutex::new(Some(own));
    service.on::<DescribeRegionsRequest>().matching(move |_| {
        let last = own.lock().unwrap().take();
        // By then the test has given up its own reference.
        while last.as_ref().is_some_and(|it| std::sync::Arc::strong_count(it) > 1) {
            thread::yield_now();
        }
        drop(last);
        sender.send(()).is_ok()
    });
    let call = thread::spawn(move || client.describe_regions().send_blocking());
    drop(service);
    dropped.recv_timeout(SOON).unwrap();
    // Whether the response still went out is of no matter, as long as nothing hangs.
    let _ = call.join().unwrap();
}

#[tokio::test]
async fn two_services_at_once_have_nothing_in_common() {
    let (first, second) = (FakeService::start().unwrap(), FakeService::start().unwrap());
    assert_ne!(first.endpoint(), second.endpoint());
    let (first_client, second_client) = (client(&first), client(&second));
    first.inject(Fault::ResetBeforeExecution);
    first_client.create_backup(FakeService::INSTANCE).await.unwrap_err();
    second_client.create_backup(FakeService::INSTANCE).await.unwrap();
    assert_eq!((first.journal().len(), second.journal().len()), (0, 1));
    drop(first);
    second_client.describe_regions().await.unwrap();
    let taken = FakeService::builder().port(port(&second)).start().unwrap_err();
    assert_eq!(taken.kind(), ErrorKind::Input);
}
