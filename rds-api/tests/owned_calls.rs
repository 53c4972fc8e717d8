//! Calls, streams and waiters own their client: they are spawned, stored and returned like any other value.
#![allow(clippy::unwrap_used)]

use std::collections::VecDeque;
use std::future::poll_fn;
use std::pin::pin;

use futures_core::Stream;
use rds_api::operations::instance::describe_db_instances::{
    DBInstance, DescribeDBInstancesRequest, DescribeDBInstancesResponse,
};
use rds_api::pagination::Pagination;
use rds_api::transport::BoxFuture;
use rds_api::waiter::{Wait, Waiter};
use rds_api::{Access, Call, Client, RawCall, Result, ResultStream};
use rds_api_testing::FakeService;
use serde_json::Value as Json;

/// A value that a program may move to another thread and keep for as long as it likes.
fn owned<T: Send + 'static>(value: T) -> T {
    value
}

/// A paginator of a program's own, which hands out one page after another.
struct Inventory {
    pages: ResultStream<DescribeDBInstancesResponse>,
    page: VecDeque<DBInstance>,
}

impl Inventory {
    fn new(client: &Client) -> Self {
        Self { pages: client.describe_db_instances().pages(), page: VecDeque::new() }
    }

    async fn next(&mut self) -> Option<Result<DBInstance>> {
        while self.page.is_empty() {
            match self.pages.next().await? {
                Ok(page) => self.page.extend(page.items),
                Err(error) => return Some(Err(error)),
            }
        }
        self.page.pop_front().map(Ok)
    }
}

/// Calls that wait to be sent.
struct Queue {
    typed: Vec<Call<DescribeDBInstancesRequest>>,
    raw: Vec<RawCall>,
    waits: Vec<Wait<Json>>,
}

fn names(client: Client) -> impl Stream<Item = Result<DBInstance>> + Send + 'static {
    client.describe_db_instances().items()
}

fn raw(client: &Client) -> RawCall {
    client.call_raw("DescribeDBInstances", [("RegionId", "cn-hangzhou")]).with_access(Access::Read)
}

fn running() -> Waiter {
    Waiter::new("Items.DBInstanceStatus").done(["Running"])
}

async fn count<T>(stream: impl Stream<Item = Result<T>>) -> Result<usize> {
    let mut stream = pin!(stream);
    let mut count = 0;
    while let Some(item) = poll_fn(|context| stream.as_mut().poll_next(context)).await {
        item?;
        count += 1;
    }
    Ok(count)
}

/// Prepares something of a client that is gone before it is run, and gives how many instances came of it.
type Use = fn(Client) -> BoxFuture<'static, Result<usize>>;

const USES: &[(&str, Use)] = &[
    ("a call, spawned", |client| {
        let task = tokio::spawn(client.describe_db_instances().into_future());
        Box::pin(async { Ok(task.await.unwrap()?.items.len()) })
    }),
    ("a call sent by name, spawned", |client| {
        let task = tokio::spawn(client.describe_db_instances().send());
        Box::pin(async { Ok(task.await.unwrap()?.items.len()) })
    }),
    ("a request built elsewhere, spawned with its metadata", |client| {
        let task = tokio::spawn(client.call(DescribeDBInstancesRequest::default()).send_full());
        Box::pin(async { Ok(task.await.unwrap()?.value.items.len()) })
    }),
    ("a raw call, spawned", |client| {
        let task = tokio::spawn(raw(&client).into_future());
        Box::pin(async { Ok(task.await.unwrap()?["Items"]["DBInstance"].as_array().unwrap().len()) })
    }),
    ("calls in a collection", |client| {
        let calls = vec![client.describe_db_instances(), client.describe_db_instances().page_size(1)];
        Box::pin(async {
            let mut most = 0;
            for call in calls {
                most = most.max(call.await?.items.len());
            }
            Ok(most)
        })
    }),
    ("a paginator in a struct", |client| {
        let mut inventory = owned(Inventory::new(&client));
        Box::pin(async move {
            let mut count = 0;
            while let Some(instance) = inventory.next().await {
                instance?;
                count += 1;
            }
            Ok(count)
        })
    }),
    ("a stream that a function returns", |client| Box::pin(count(names(client)))),
    ("items of a raw call, collected by a task", |client| {
        let cut = Pagination::by_page_number("PageNumber", "Items").total("TotalRecordCount");
        let task = tokio::spawn(raw(&client).items(cut).into_vec());
        Box::pin(async { Ok(task.await.unwrap()?.len()) })
    }),
    ("a waiter, spawned", |client| {
        let task = tokio::spawn(client.describe_db_instances().until(running()).into_future());
        Box::pin(async { Ok(task.await.unwrap()?.items.len()) })
    }),
    ("progress of a waiter, followed by a task", |client| {
        let task = tokio::spawn(count(raw(&client).until(running()).progress()));
        Box::pin(async { task.await.unwrap() })
    }),
    ("calls and waiters in a struct, sent by a thread", |client| {
        let queue = owned(Queue {
            typed: vec![client.describe_db_instances()],
            raw: vec![raw(&client)],
            waits: vec![raw(&client).until(running())],
        });
        Box::pin(async {
            let runtime = tokio::runtime::Handle::current();
            let thread = std::thread::spawn(move || {
                runtime.block_on(async {
                    let Queue { typed, raw, waits } = queue;
                    let mut responses = Vec::new();
                    for call in typed {
                        responses.push(call.await?.items.len());
                    }
                    for call in raw {
                        responses.push(call.await?["Items"]["DBInstance"].as_array().unwrap().len());
                    }
                    for wait in waits {
                        responses.push(wait.await?["Items"]["DBInstance"].as_array().unwrap().len());
                    }
                    responses.dedup();
                    Ok(if responses.len() == 1 { responses[0] } else { 0 })
                })
            });
            tokio::task::spawn_blocking(|| thread.join().unwrap()).await.unwrap()
        })
    }),
];

#[tokio::test(flavor = "multi_thread")]
async fn what_a_client_makes_outlives_it() {
    let service = FakeService::start().unwrap();
    for (name, run) in USES {
        let future = run(service.client().unwrap());
        assert_eq!(future.await.unwrap(), 1, "{name}");
    }
}

/// The future of a call lies in the task that awaits it.
#[tokio::test]
async fn the_future_of_a_call_is_small() {
    let service = FakeService::start().unwrap();
    let client = service.client().unwrap();
    let call = client.describe_backup_tasks(FakeService::INSTANCE);
    let (typed, raw) = (size_of_val(&call.send()), size_of_val(&raw(&client).send()));
    println!("the future of a call: {typed} bytes, of a raw call: {raw} bytes");
    assert!(typed < 2048 && raw < 2048, "{typed} bytes, {raw} bytes");
}
