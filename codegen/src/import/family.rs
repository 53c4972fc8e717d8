//! Which family a new operation belongs to.

use std::collections::BTreeMap;

use super::metadata::Directory;

/// The family where most operations of the same directory of the metadata are specified already.
///
/// Directories lie in one another: the nearest one that says something decides.
pub(super) fn guess(
    operation: &str,
    directories: &[Directory],
    families: &BTreeMap<&str, &str>,
) -> Option<String> {
    for directory in directories {
        match directory {
            Directory::Folder { children } if contains(children, operation) => {
                return guess(operation, children, families).or_else(|| most(children, families));
            }
            _ => {}
        }
    }
    None
}

fn contains(directories: &[Directory], operation: &str) -> bool {
    directories.iter().any(|directory| match directory {
        Directory::Operation(name) => name == operation,
        Directory::Folder { children } => contains(children, operation),
    })
}

fn most(directories: &[Directory], families: &BTreeMap<&str, &str>) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    count(directories, families, &mut counts);
    let (family, most) = counts.iter().max_by_key(|(_, count)| **count)?;
    let is_tie = counts.values().filter(|count| *count == most).count() > 1;
    (!is_tie).then(|| (*family).to_owned())
}

fn count<'f>(
    directories: &[Directory],
    families: &BTreeMap<&str, &'f str>,
    counts: &mut BTreeMap<&'f str, usize>,
) {
    for directory in directories {
        match directory {
            Directory::Operation(name) => {
                if let Some(family) = families.get(name.as_str()) {
                    *counts.entry(family).or_default() += 1;
                }
            }
            Directory::Folder { children } => count(children, families, counts),
        }
    }
}
