//! A map whose entries expire, and of bounded size.

use std::collections::HashMap;
use std::hash::Hash;
use std::time::{Duration, SystemTime};

/// Entries with the time they were put in. One that is older than the lifetime counts as absent, and so does one that
/// was put in before very many others.
///
/// It has two generations. When the young one is full, or its oldest entry has expired, it becomes the old one, and what
/// was old is forgotten at once. So no entry has to be looked for that is to be forgotten.
#[derive(Debug)]
pub(crate) struct Expiring<K, V> {
    young: Generation<K, V>,
    old: Generation<K, V>,
    /// When the first of the young entries was put in.
    young_since: Option<SystemTime>,
    lifetime: Duration,
    /// How many entries are kept at least, if they have not expired. There are never more than twice as many.
    capacity: usize,
}

type Generation<K, V> = HashMap<K, (SystemTime, V)>;

impl<K: Eq + Hash, V> Expiring<K, V> {
    pub(crate) fn new(lifetime: Duration, capacity: usize) -> Self {
        Self { young: HashMap::new(), old: HashMap::new(), young_since: None, lifetime, capacity }
    }

    pub(crate) fn get(&self, key: &K, now: SystemTime) -> Option<&V> {
        let (since, value) = self.young.get(key).or_else(|| self.old.get(key))?;
        is_alive(*since, self.lifetime, now).then_some(value)
    }

    /// Puts an entry in the place of an earlier one, which is given back if it was still there.
    pub(crate) fn insert(&mut self, key: K, value: V, now: SystemTime) -> Option<V> {
        let has_expired = self.young_since.is_some_and(|since| !is_alive(since, self.lifetime, now));
        if self.young.len() >= self.capacity || has_expired {
            // The memory of what is forgotten is that of what comes next.
            std::mem::swap(&mut self.old, &mut self.young);
            self.young.clear();
            self.young_since = None;
        }
        self.young_since.get_or_insert(now);
        let old = self.old.remove(&key);
        let (since, earlier) = self.young.insert(key, (now, value)).or(old)?;
        is_alive(since, self.lifetime, now).then_some(earlier)
    }

    #[cfg(test)]
    pub(crate) fn len(&self) -> usize {
        self.young.len() + self.old.len()
    }
}

fn is_alive(since: SystemTime, lifetime: Duration, now: SystemTime) -> bool {
    now.duration_since(since).unwrap_or_default() <= lifetime
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: SystemTime = SystemTime::UNIX_EPOCH;

    #[test]
    fn forgets_what_is_old_and_keeps_no_place_for_it() {
        let mut map = Expiring::new(Duration::from_secs(10), usize::MAX);
        assert_eq!(map.insert(0, 'a', START), None);
        assert_eq!(map.insert(0, 'b', START + Duration::from_secs(10)), Some('a'));
        assert_eq!(map.get(&0, START + Duration::from_secs(20)), Some(&'b'));
        assert_eq!(map.get(&0, START + Duration::from_secs(21)), None);
        for key in 0..100_000 {
            map.insert(key, 'c', START + Duration::from_secs(key / 50));
        }
        assert!(map.len() < 3000, "{} entries are kept, of which 550 are alive", map.len());
    }

    #[test]
    fn keeps_the_newest_entries_and_never_more_than_twice_as_many() {
        let mut map = Expiring::new(Duration::MAX, 1000);
        for key in 0..100_000_u32 {
            assert_eq!(map.insert(key, key, START), None);
            assert!(map.len() <= 2000);
            for recent in [key.saturating_sub(999), key.saturating_sub(500), key] {
                assert_eq!(map.get(&recent, START), Some(&recent));
            }
        }
        assert_eq!(map.get(&0, START), None);
        // One that is put in again is there once.
        for _ in 0..5_000 {
            assert!(map.insert(99_999, 1, START).is_some());
        }
        assert!(map.len() <= 2000);
    }
}
