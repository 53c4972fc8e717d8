//! The soak in short: no write is lost or done twice, whatever goes wrong, and nothing leaks.
#![allow(clippy::unwrap_used)]

#[path = "../examples/soak/soak.rs"]
mod soak;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_write_is_lost_or_done_twice() {
    let soak = soak::Soak { calls: 1280, tasks: 64, rounds: 2, faults: 0.2, seed: 11 };
    let report = soak.run().await.unwrap();
    // What would make the rest true of itself.
    assert_eq!(report.calls, 1280);
    assert!(report.faults > 150 && report.retries > 100, "{report}");
    assert!(report.acknowledged > 300 && report.failures.total() < 400, "{report}");
}
