//! Entries of YAML mappings, in an order that means something to their readers.

use serde_yaml::{Mapping, Value};

/// Inserts an entry behind the nearest one that precedes it in `order`, or in front of all. A key that
/// `order` does not know goes last.
pub(super) fn insert(mapping: &mut Mapping, key: Value, value: Value, order: &[&str]) {
    let rank = |key: &Value| order.iter().position(|known| key.as_str() == Some(known));
    let Some(own) = rank(&key) else {
        mapping.insert(key, value);
        return;
    };
    let ranks = mapping.keys().enumerate().filter_map(|(index, key)| Some((rank(key)?, index)));
    let before = ranks.filter(|(rank, _)| *rank < own).max();
    let mut entries: Vec<(Value, Value)> = std::mem::take(mapping).into_iter().collect();
    entries.insert(before.map_or(0, |(_, index)| index + 1), (key, value));
    mapping.extend(entries);
}

/// The keys of both, those of `base` in their order, every other one behind its predecessor in `other`.
pub(super) fn interleave(base: &Mapping, other: &Mapping) -> Vec<Value> {
    let mut keys: Vec<Value> = base.keys().cloned().collect();
    let mut position = 0;
    for key in other.keys() {
        match keys.iter().position(|known| known == key) {
            Some(found) => position = found + 1,
            None => {
                keys.insert(position, key.clone());
                position += 1;
            }
        }
    }
    keys
}
