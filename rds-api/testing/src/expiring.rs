//! A map whose entries expire.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::{Duration, SystemTime};

/// Entries with the time they were put in. One that is older than the lifetime counts as absent.
#[derive(Debug)]
pub(crate) struct Expiring<K, V> {
    entries: HashMap<K, (SystemTime, V)>,
    lifetime: Duration,
    /// The number of entries at which the expired ones are removed.
    tidy_at_len: usize,
}

impl<K: Eq + Hash, V> Expiring<K, V> {
    pub(crate) fn new(lifetime: Duration) -> Self {
        Self { entries: HashMap::new(), lifetime, tidy_at_len: 1024 }
    }

    pub(crate) fn get(&self, key: &K, now: SystemTime) -> Option<&V> {
        let (since, value) = self.entries.get(key)?;
        is_alive(*since, self.lifetime, now).then_some(value)
    }

    /// Puts an entry in the place of an earlier one, which is given back if it was still there.
    pub(crate) fn insert(&mut self, key: K, value: V, now: SystemTime) -> Option<V> {
        let lifetime = self.lifetime;
        if self.entries.len() >= self.tidy_at_len {
            self.entries.retain(|_, (since, _)| is_alive(*since, lifetime, now));
            self.tidy_at_len = 2 * self.entries.len().max(512);
        }
        let (since, earlier) = self.entries.insert(key, (now, value))?;
        is_alive(since, lifetime, now).then_some(earlier)
    }
}

fn is_alive(since: SystemTime, lifetime: Duration, now: SystemTime) -> bool {
    now.duration_since(since).unwrap_or_default() <= lifetime
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forgets_what_is_old_and_keeps_no_place_for_it() {
        let mut map = Expiring::new(Duration::from_secs(10));
        let start = SystemTime::UNIX_EPOCH;
        assert_eq!(map.insert(0, 'a', start), None);
        assert_eq!(map.insert(0, 'b', start + Duration::from_secs(10)), Some('a'));
        assert_eq!(map.get(&0, start + Duration::from_secs(20)), Some(&'b'));
        assert_eq!(map.get(&0, start + Duration::from_secs(21)), None);
        for key in 0..100_000 {
            map.insert(key, 'c', start + Duration::from_secs(key / 50));
        }
        assert!(map.entries.len() < 3000, "{} entries are kept, of which 550 are alive", map.entries.len());
    }
}
