//! What the service says of a file that can be downloaded.

use std::fmt;

use super::record::Expected;
use super::{address, checksum};
use crate::text::one_line;

/// A file that the service keeps, as it is listed.
#[doc(hidden)]
#[derive(Clone)]
pub struct RemoteFile {
    title: String,
    name: Option<String>,
    public_address: Option<String>,
    internal_address: Option<String>,
    size: Option<u64>,
    checksum: Option<u64>,
}

impl RemoteFile {
    /// A file that is called so in errors. No two files have the same title.
    pub fn new(title: String) -> Self {
        Self { title, name: None, public_address: None, internal_address: None, size: None, checksum: None }
    }

    /// Its own name; unless there is one, it is the end of its address.
    pub fn name_is(mut self, name: Option<String>) -> Self {
        self.name = name.filter(|name| !name.is_empty());
        self
    }

    /// Where it can be downloaded, from anywhere and from the internal network.
    pub fn addresses_are(mut self, public: Option<&String>, internal: Option<&String>) -> Self {
        let given = |address: Option<&String>| address.filter(|it| !it.trim().is_empty()).cloned();
        (self.public_address, self.internal_address) = (given(public), given(internal));
        self
    }

    /// Its size in bytes; 0 says nothing.
    pub fn size_is(mut self, bytes: Option<i64>) -> Self {
        self.size = bytes.and_then(|bytes| u64::try_from(bytes).ok()).filter(|bytes| *bytes > 0);
        self
    }

    /// Its checksum, as the service writes it.
    pub fn checksum_is(mut self, checksum: Option<&String>) -> Self {
        self.checksum = checksum.and_then(|text| checksum::parse(text));
        self
    }

    /// The name that a file on disk is made of.
    pub(super) fn name(&self) -> String {
        let of_address = || self.address(false, true).and_then(address::last_segment);
        self.name.clone().or_else(of_address).unwrap_or_default()
    }

    /// The address on one network, or that on the other where it `may_be_other`.
    pub(super) fn address(&self, is_internal: bool, may_be_other: bool) -> Option<&str> {
        let (wanted, other) = match is_internal {
            true => (&self.internal_address, &self.public_address),
            false => (&self.public_address, &self.internal_address),
        };
        wanted.as_deref().or_else(|| other.as_deref().filter(|_| may_be_other))
    }

    /// What the service says that the file is.
    pub(super) fn expected(&self) -> Expected {
        Expected { file: self.title.clone(), size: self.size, checksum: self.checksum }
    }
}

impl fmt::Display for RemoteFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&one_line(&self.title))
    }
}

/// Shows no address.
impl fmt::Debug for RemoteFile {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("RemoteFile")
            .field("title", &self.title)
            .field("size", &self.size)
            .field("checksum", &self.checksum)
            .finish_non_exhaustive()
    }
}
