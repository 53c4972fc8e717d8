//! A list whose entries have numbers, by which programs in other languages name them.

/// Entries in the order in which they were added, each with a number that no other has had.
#[derive(Debug)]
pub(crate) struct Numbered<T> {
    entries: Vec<(u64, T)>,
    added: u64,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self { entries: Vec::new(), added: 0 }
    }
}

impl<T> Numbered<T> {
    /// Adds an entry, and tells its number, from 1.
    pub(crate) fn add(&mut self, entry: T) -> u64 {
        self.added += 1;
        self.entries.push((self.added, entry));
        self.added
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (u64, &T)> {
        self.entries.iter().map(|(number, entry)| (*number, entry))
    }

    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// Removes the entry of a number, or all of them; false if there is none of the number.
    pub(crate) fn remove(&mut self, number: Option<u64>) -> bool {
        let before = self.entries.len();
        self.entries.retain(|(own, _)| number.is_some_and(|number| *own != number));
        number.is_none() || self.entries.len() < before
    }
}
