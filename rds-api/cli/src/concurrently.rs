//! Several things at the same time.

use tokio::task::JoinSet;

/// Does several things, a bounded number of them at once, and gives what comes of them in their order.
pub(crate) async fn concurrently<T, F>(most: usize, work: Vec<F>) -> Vec<T>
where
    T: Send + 'static,
    F: Future<Output = T> + Send + 'static,
{
    let mut results: Vec<Option<T>> = work.iter().map(|_| None).collect();
    let mut waiting = work.into_iter().enumerate();
    let mut tasks = JoinSet::new();
    loop {
        while tasks.len() < most.max(1) {
            let Some((index, work)) = waiting.next() else { break };
            tasks.spawn(async move { (index, work.await) });
        }
        match tasks.join_next().await {
            Some(Ok((index, result))) => results[index] = Some(result),
            Some(Err(error)) => std::panic::resume_unwind(error.into_panic()),
            None => return results.into_iter().flatten().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[tokio::test]
    async fn no_more_is_done_at_once_than_is_allowed_and_results_keep_their_order() {
        for most in [0, 1, 3, 50] {
            let (now, highest) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
            let work = (0..20_usize).map(|number| {
                let (now, highest) = (now.clone(), highest.clone());
                async move {
                    highest.fetch_max(now.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                    // The later ones are done first.
                    for _ in number..20 {
                        tokio::task::yield_now().await;
                    }
                    now.fetch_sub(1, Ordering::SeqCst);
                    number
                }
            });
            let results = concurrently(most, work.collect()).await;
            assert_eq!(results, (0..20).collect::<Vec<_>>());
            assert_eq!(highest.load(Ordering::SeqCst), most.clamp(1, 20));
        }
    }
}
