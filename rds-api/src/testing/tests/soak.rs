//! Many calls at once while everything that can go wrong does.

use std::collections::BTreeMap;

use super::*;
use crate::instance::RestartDBInstanceRequest;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_write_is_lost_or_done_twice() {
    const TASKS: usize = 8;
    const CALLS: usize = 40;
    let service = FakeService::builder().change_duration(Duration::ZERO).seed(11).start().await.unwrap();
    for fault in [
        Fault::Refuse(Refusal::throttled().retry_after(Duration::from_millis(1))),
        Fault::Refuse(Refusal::unavailable()),
        Fault::RefuseAfterExecution(Refusal::internal_error()),
        Fault::ResetBeforeExecution,
        Fault::ResetAfterExecution,
        Fault::TruncatedBody,
        Fault::UnaskedXml,
        Fault::WrongContentType,
        Fault::Delay(Duration::from_millis(2)),
    ] {
        service.inject(fault).share(0.025);
    }
    let retry = RetryPolicy::default()
        .max_attempts(10)
        .first_pause(Duration::from_millis(1))
        .max_pause(Duration::from_millis(4));
    let client = service.client_builder().retry(retry).build().unwrap();
    let tasks: Vec<_> = (0..TASKS)
        .map(|task| {
            let client = client.clone();
            tokio::spawn(async move {
                let mut acknowledged = Vec::new();
                for call in 0..CALLS {
                    let node = format!("{task}-{call}");
                    if client.restart_db_instance(FakeService::INSTANCE).node_id(&*node).await.is_ok() {
                        acknowledged.push(node);
                    }
                }
                acknowledged
            })
        })
        .collect();
    let mut acknowledged = Vec::new();
    for task in tasks {
        acknowledged.extend(task.await.unwrap());
    }
    let mut executed = BTreeMap::new();
    for entry in service.journal() {
        *executed.entry(entry.parameters["NodeId"].as_str().unwrap().to_owned()).or_insert(0) += 1;
    }
    assert!(executed.values().all(|times| *times == 1), "done twice: {executed:?}");
    assert!(acknowledged.iter().all(|node| executed.contains_key(node)), "acknowledged, but not done");
    assert_eq!(acknowledged.len(), TASKS * CALLS, "retries should carry every call through");
    assert!(service.requests::<RestartDBInstanceRequest>().len() > TASKS * CALLS, "nothing was repeated");
}
