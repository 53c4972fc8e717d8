//! Wherever a program calls from, a runtime that lacks something is an error of the kind that is promised, and no
//! panic.
#![cfg(all(feature = "blocking", feature = "schema"))]
#![allow(clippy::unwrap_used, clippy::panic)]

mod raw_server;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;
use std::time::Duration;

use raw_server::RawServer;
use rds_api::credentials::{
    AssumeRole, BoxFuture, CredentialsUri, DefaultChain, EcsMetadata, ExternalProcess, ProvideCredentials,
    Refreshing, RoleSession,
};
use rds_api::schema::OperationExt as _;
use rds_api::waiter::Waiter;
use rds_api::{Access, Client, Credentials, Error, ErrorKind, Result, RetryPolicy};
use rds_api_testing::{FakeService, Recorder};
use tokio::runtime::{Builder, Runtime};
use tokio::task::LocalSet;

/// Waits for a future as a program without tokio does.
fn poll_alone<T>(future: impl Future<Output = T>) -> T {
    struct Unpark(Thread);
    impl Wake for Unpark {
        fn wake(self: Arc<Self>) {
            self.0.unpark();
        }
    }
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => std::thread::park_timeout(Duration::from_secs(10)),
        }
    }
}

type Way = (&'static str, fn(World) -> BoxFuture<'static, Result<()>>);

/// Everything that a way of calling is made with.
#[derive(Clone)]
struct World {
    client: Client,
    endpoint: String,
    failing: String,
    folder: std::path::PathBuf,
}

impl World {
    fn instance(&self) -> rds_api::Call<rds_api::operations::instance::DescribeDBInstanceAttributeRequest> {
        self.client.describe_db_instance_attribute(FakeService::INSTANCE)
    }

    fn with_credentials(&self, provider: impl ProvideCredentials + 'static) -> Client {
        let builder = Client::builder().endpoint(&*self.endpoint).allow_plain_http().no_proxy();
        builder.credentials(provider).build().unwrap()
    }
}

/// A program of this machine that prints credentials.
const PRINTS: &str =
    r#"echo '{"mode":"AK","access_key_id":"fake-key-id","access_key_secret":"fake-key-secret"}'"#;

/// The ways to call, each of which sends something.
const WAYS: &[Way] = &[
    ("call", |it| Box::pin(async move { it.client.describe_regions().await.map(drop) })),
    ("send", |it| Box::pin(async move { it.client.describe_regions().send().await.map(drop) })),
    ("send_full", |it| Box::pin(async move { it.client.describe_regions().send_full().await.map(drop) })),
    ("a write", |it| {
        Box::pin(async move {
            it.client.modify_db_instance_description(FakeService::INSTANCE, "written").await.map(drop)
        })
    }),
    ("raw", |it| Box::pin(async move { raw(&it.client).await.map(drop) })),
    ("raw send_full", |it| Box::pin(async move { raw(&it.client).send_full().await.map(drop) })),
    ("by description", |it| {
        Box::pin(async move {
            let operation = rds_api::schema::operation("DescribeRegions").unwrap();
            operation.call(&it.client, &serde_json::Map::new()).await.map(drop)
        })
    }),
    ("items", |it| {
        Box::pin(async move { it.client.describe_db_instances().items().into_vec().await.map(drop) })
    }),
    ("pages", |it| {
        Box::pin(async move { it.client.describe_db_instances().pages().next().await.unwrap().map(drop) })
    }),
    ("waiter", |it| Box::pin(async move { it.instance().until_running().await.map(drop) })),
    ("waiter with an initial delay", |it| {
        let wait = it.instance().until_running().with_initial_delay(Duration::from_millis(1));
        Box::pin(async move { wait.await.map(drop) })
    }),
    ("progress", |it| {
        let wait = it.instance().until_running().with_initial_delay(Duration::from_millis(1));
        Box::pin(async move { wait.progress().next().await.unwrap().map(drop) })
    }),
    ("raw waiter", |it| {
        let waiter = Waiter::new("Items.DBInstanceId").done([FakeService::INSTANCE]);
        let waiter = waiter.timeout(Duration::from_secs(10));
        Box::pin(async move {
            let call =
                it.client.call_raw("DescribeDBInstanceAttribute", [("DBInstanceId", FakeService::INSTANCE)]);
            call.with_access(Access::Read).until(waiter).await.map(drop)
        })
    }),
    ("retries", |it| {
        Box::pin(async move {
            let retry = RetryPolicy::default().initial_backoff(Duration::from_millis(1)).max_attempts(2);
            let builder = raw_server::client_builder(&it.failing).retry(retry);
            match builder.build().unwrap().describe_regions().await {
                Err(error) if error.kind() == ErrorKind::Service => Ok(()),
                other => other.map(drop),
            }
        })
    }),
    ("limits", |it| {
        Box::pin(async move {
            let builder = raw_server::client_builder(&it.endpoint).max_attempts_per_second(1000.0);
            let builder = builder.max_calls_in_flight(1).credentials(known());
            builder.build().unwrap().describe_regions().await.map(drop)
        })
    }),
    ("recorder", |it| {
        Box::pin(async move {
            let recorder = Recorder::create(it.folder.join("recording")).unwrap();
            let builder = raw_server::client_builder(&it.endpoint).transport(recorder).credentials(known());
            builder.build().unwrap().describe_regions().await.map(drop)
        })
    }),
    ("a service started inside", |_| {
        Box::pin(async {
            let service = FakeService::start().unwrap();
            service.client().unwrap().describe_regions().await.map(drop)
        })
    }),
    ("credentials of a program", |it| {
        let client = it.with_credentials(ExternalProcess::new(format!("sh -c {}", shlex(PRINTS))));
        Box::pin(async move { client.describe_regions().await.map(drop) })
    }),
];

fn raw(client: &Client) -> rds_api::RawCall {
    client.call_raw("DescribeRegions", [("AcceptLanguage", "en-US")]).with_access(Access::Read)
}

fn known() -> Credentials {
    Credentials::new("fake-key-id", "fake-key-secret")
}

fn shlex(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// The sources of credentials, asked by the program itself.
const SOURCES: &[Way] = &[
    ("a program", |_| {
        let source = ExternalProcess::new(format!("sh -c {}", shlex(PRINTS)));
        Box::pin(async move { source.provide().await.map(drop) })
    }),
    ("instance metadata", |it| asked(EcsMetadata::new().endpoint(&*it.failing))),
    ("an address", |it| asked(CredentialsUri::new(&*it.failing))),
    ("an address, kept", |it| asked(Refreshing::new(CredentialsUri::new(&*it.failing)))),
    ("a role", |_| {
        asked(AssumeRole::new(known(), RoleSession::new("acs:ram::1:role/r").sts_endpoint("127.0.0.1:1")))
    }),
];

/// Asks a source that has nothing to give, which is what it says wherever it can ask.
fn asked(source: impl ProvideCredentials + 'static) -> BoxFuture<'static, Result<()>> {
    Box::pin(async move {
        match source.provide().await {
            Err(error) if error.kind() == ErrorKind::Credentials => Ok(()),
            other => other.map(drop),
        }
    })
}

/// What a runtime has.
#[derive(Clone, Copy, PartialEq)]
enum Has {
    Nothing,
    Timers,
    Io,
    All,
}

const BUILDS: [(&str, Has); 4] =
    [("bare", Has::Nothing), ("timers", Has::Timers), ("io", Has::Io), ("all", Has::All)];

fn build(mut builder: Builder, has: Has) -> Runtime {
    match has {
        Has::Nothing => &mut builder,
        Has::Timers => builder.enable_time(),
        Has::Io => builder.enable_io(),
        Has::All => builder.enable_all(),
    };
    builder.build().unwrap()
}

/// Leaves out of the output what tokio says in the panics that become errors.
fn quiet() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| {
        let usual = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            if !panic.payload_as_str().is_some_and(|text| text.contains("Tokio 1.x")) {
                usual(panic);
            }
        }));
    });
}

/// Runs a future in every kind of runtime, and gives the outcomes with the name of the kind and what it has.
fn everywhere(future: &dyn Fn() -> BoxFuture<'static, Result<()>>) -> Vec<(String, Has, Result<()>)> {
    let mut outcomes = Vec::new();
    let mut run = |name: String, has, run: &mut dyn FnMut(BoxFuture<'static, Result<()>>) -> Result<()>| {
        let outcome = catch_unwind(AssertUnwindSafe(|| run(future())));
        let outcome = outcome.unwrap_or_else(|_| Err(Error::interrupted(format!("it panicked: {name}"))));
        outcomes.push((name, has, outcome));
    };
    run("no runtime".to_owned(), Has::Nothing, &mut |future| poll_alone(future));
    for (name, has) in BUILDS {
        let current = || build(Builder::new_current_thread(), has);
        let several = || {
            let mut builder = Builder::new_multi_thread();
            builder.worker_threads(2);
            build(builder, has)
        };
        run(format!("current thread, {name}"), has, &mut |future| current().block_on(future));
        run(format!("current thread, {name}, spawned"), has, &mut |future| {
            current().block_on(async { tokio::spawn(future).await.unwrap() })
        });
        run(format!("several threads, {name}"), has, &mut |future| several().block_on(future));
        run(format!("several threads, {name}, spawned"), has, &mut |future| {
            several().block_on(async { tokio::spawn(future).await.unwrap() })
        });
        run(format!("local set, {name}"), has, &mut |future| {
            LocalSet::new().block_on(&current(), async { tokio::task::spawn_local(future).await.unwrap() })
        });
        run(format!("entered, {name}"), has, &mut |future| {
            let runtime = several();
            let _entered = runtime.enter();
            poll_alone(future)
        });
    }
    outcomes
}

#[test]
fn what_a_runtime_lacks_is_an_error_of_its_kind_and_no_panic() {
    quiet();
    let service = FakeService::start().unwrap();
    let failing = RawServer::responding("503 Busy", "", r#"{"Code":"ServiceUnavailable","Message":"m"}"#);
    let folder = tempfile::tempdir().unwrap();
    let world = || World {
        client: service.client().unwrap(),
        endpoint: service.endpoint().to_owned(),
        failing: failing.endpoint.clone(),
        folder: folder.path().to_owned(),
    };
    let mut faults = Vec::new();
    for (way, call) in WAYS.iter().chain(SOURCES) {
        let changes = service.journal().len();
        for (place, has, outcome) in everywhere(&|| call(world())) {
            let fits = match &outcome {
                Ok(()) => has == Has::All,
                Err(error) => {
                    let lack = match has {
                        Has::All => "nothing",
                        Has::Timers => "the async runtime has no I/O: build it with `enable_all()`",
                        Has::Nothing if place == "no runtime" => "there is no async runtime of tokio",
                        _ => "the async runtime has no ",
                    };
                    error.kind() == ErrorKind::Runtime
                        && !error.may_have_been_executed()
                        && error.to_string().contains(lack)
                }
            };
            if !fits {
                faults.push(format!("{way} in {place}: {outcome:?}"));
            }
        }
        let done = service.journal().len() - changes;
        assert!(done == 0 || (*way == "a write" && done == 6), "{way}: {done} changes");
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
}

#[test]
fn a_runtime_that_was_shut_down_is_an_error_too() {
    quiet();
    let service = FakeService::start().unwrap();
    let failing = RawServer::responding("503 Busy", "", r#"{"Code":"ServiceUnavailable","Message":"m"}"#);
    let folder = tempfile::tempdir().unwrap();
    for (way, call) in WAYS.iter().chain(SOURCES) {
        for threads in [0, 2] {
            let builder = match threads {
                0 => Builder::new_current_thread(),
                _ => Builder::new_multi_thread(),
            };
            let runtime = build(builder, Has::All);
            let handle = runtime.handle().clone();
            runtime.shutdown_background();
            let _entered = handle.enter();
            let client = service.client().unwrap();
            let (endpoint, failing) = (service.endpoint().to_owned(), failing.endpoint.clone());
            let world = World { client, endpoint, failing, folder: folder.path().to_owned() };
            let outcome = catch_unwind(AssertUnwindSafe(|| poll_alone(call(world))));
            let outcome = outcome.unwrap_or_else(|_| panic!("{way} panics, {threads} threads"));
            if let Err(error) = outcome {
                let kinds = [ErrorKind::Runtime, ErrorKind::Connect, ErrorKind::Credentials];
                assert!(kinds.contains(&error.kind()), "{way}, {threads} threads: {error:?}");
            }
        }
    }
    assert_eq!(service.journal().len(), 0);
}

#[test]
fn blocking_calls_work_beside_any_runtime() {
    let service = FakeService::start().unwrap();
    let client = service.client().unwrap();
    client.describe_regions().send_blocking().unwrap();
    for (_, has) in BUILDS {
        let runtime = build(Builder::new_current_thread(), has);
        let _entered = runtime.enter();
        client.describe_regions().send_blocking().unwrap();
        client.block_on(client.describe_db_instances().items().into_vec()).unwrap();
        let wait = client.describe_db_instance_attribute(FakeService::INSTANCE).until_running();
        client.block_on(wait.with_initial_delay(Duration::from_millis(1)).into_future()).unwrap();
        drop(_entered);
        let inner = client.clone();
        let error = runtime.block_on(async move { inner.describe_regions().send_blocking() }).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Runtime);
    }
}

#[test]
fn the_chain_of_sources_does_not_pass_over_what_the_runtime_lacks() {
    // A home without anything, so that only the metadata of the instance is left to ask.
    if std::env::var_os("ALONE").is_none() {
        let this = std::env::current_exe().unwrap();
        let name = "the_chain_of_sources_does_not_pass_over_what_the_runtime_lacks";
        let mut alone = std::process::Command::new(this);
        let alone = alone.args(["--exact", name]).env_clear().env("ALONE", "1").output().unwrap();
        assert!(alone.status.success(), "{}", String::from_utf8_lossy(&alone.stdout));
        return;
    }
    for (_, has) in &BUILDS[..3] {
        let runtime = build(Builder::new_current_thread(), *has);
        let error = runtime.block_on(DefaultChain::new().provide()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Runtime, "{error}");
    }
}

#[test]
fn other_panics_go_on() {
    #[derive(Debug)]
    struct Panics;
    impl ProvideCredentials for Panics {
        fn provide(&self) -> BoxFuture<'_, Result<Credentials>> {
            Box::pin(async { panic!("a bug of the program, in a Tokio 1.x context") })
        }
    }
    let client = raw_server::client_builder("http://127.0.0.1:1").credentials(Panics).build().unwrap();
    let runtime = build(Builder::new_current_thread(), Has::All);
    let panic = catch_unwind(AssertUnwindSafe(|| runtime.block_on(client.describe_regions().send())));
    assert!(panic.unwrap_err().downcast_ref::<&str>().unwrap().starts_with("a bug of the program"));
}
