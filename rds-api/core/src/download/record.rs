//! What is known of the bytes in a part: whose they are by the service, and what the storage has said of them.

use serde::{Deserialize, Serialize};

/// What lies beside a part. It has no address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Record {
    pub(super) expected: Expected,
    pub(super) found: Found,
}

/// What the service says that the file is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Expected {
    pub(super) file: String,
    pub(super) size: Option<u64>,
    pub(super) checksum: Option<u64>,
}

/// What the storage says that the file is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Found {
    pub(super) total: u64,
    pub(super) etag: Option<String>,
    pub(super) checksum: Option<u64>,
}

impl Record {
    /// The checksum that the whole file must have, if one is known. That of the service wins.
    pub(super) fn checksum(&self) -> Option<u64> {
        self.expected.checksum.or(self.found.checksum)
    }

    /// Whether a part of an earlier process may be gone on with: only where the checksum shows in the end that the bytes
    /// in it were really written, which the loss of power leaves open.
    pub(super) fn outlives_its_process(&self) -> bool {
        self.checksum().is_some()
    }

    /// Whether a storage can have said this, and can be asked by it: the file may have been changed since.
    pub(super) fn is_sound(&self) -> bool {
        let is_text = |byte: u8| byte == b' ' || byte.is_ascii_graphic();
        self.found.etag.as_ref().is_none_or(|etag| etag.starts_with('"') && etag.bytes().all(is_text))
    }

    /// Whether it will be seen if the rest is of another file.
    pub(super) fn can_go_on(&self) -> bool {
        self.found.etag.is_some() || self.checksum().is_some()
    }
}

impl Found {
    /// Whether both can be of the same file. What only one of them knows does not tell them apart.
    pub(super) fn agrees_with(&self, other: &Self) -> bool {
        let differ =
            |one: Option<&str>, other: Option<&str>| one.zip(other).is_some_and(|(one, other)| one != other);
        self.total == other.total
            && !differ(self.etag.as_deref(), other.etag.as_deref())
            && self.checksum.zip(other.checksum).is_none_or(|(one, other)| one == other)
    }
}
