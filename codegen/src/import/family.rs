//! Which family a new operation belongs to.

use std::collections::BTreeMap;

use super::metadata::Directory;
use crate::names;

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

/// The family of the operations whose names begin with the same things after their verbs, if that is one family:
/// `DescribeBackupForecasts` goes where `DescribeBackups` is.
pub(super) fn guess_by_name(operation: &str, families: &BTreeMap<&str, &str>) -> Option<String> {
    let things = things(operation);
    let mut nearest = 0;
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for (name, family) in families {
        let others = self::things(name);
        let shared = things.iter().zip(&others).take_while(|(one, other)| one == other).count();
        if shared > nearest {
            nearest = shared;
            counts.clear();
        }
        if shared == nearest && shared > 0 {
            *counts.entry(family).or_default() += 1;
        }
    }
    likeliest(&counts)
}

/// The words of a name behind its verb, as singulars.
fn things(operation: &str) -> Vec<String> {
    let words = names::snake_case(operation);
    words.split('_').skip(1).map(names::singular).collect()
}

/// The family that has more than any other.
fn likeliest(counts: &BTreeMap<&str, usize>) -> Option<String> {
    let (family, most) = counts.iter().max_by_key(|(_, count)| **count)?;
    let is_tie = counts.values().filter(|count| *count == most).count() > 1;
    (!is_tie).then(|| (*family).to_owned())
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
    likeliest(&counts)
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
