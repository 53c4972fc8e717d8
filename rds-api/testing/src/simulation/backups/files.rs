//! The files that can be downloaded. They are made when they are asked for, always the same under the same name.

use std::time::SystemTime;

use bytes::Bytes;
use crc::{CRC_64_XZ, Crc};

use super::super::logs::fingerprint;
use crate::execution::download_address;

/// The checksum that the service has for its files.
static CHECKSUM: Crc<u64> = Crc::<u64>::new(&CRC_64_XZ);

pub(in crate::simulation) fn backup_name(backup: &str) -> String {
    format!("backup-{backup}.xb")
}

pub(super) fn database_backup_name(backup: &str, database: &str) -> String {
    format!("backup-{backup}-{database}.sql")
}

/// Where a file of an instance can be downloaded, for a while.
pub(in crate::simulation) fn url(endpoint: &str, instance: &str, name: &str, now: SystemTime) -> String {
    download_address::address(endpoint, &format!("{instance}/{name}"), now)
}

/// The number of bytes of a file.
pub(in crate::simulation) fn size(name: &str) -> u64 {
    16_384 + fingerprint(name) % 65_536
}

/// The bytes of a file: a line that says what it is, and what looks like compressed data.
pub(crate) fn content(name: &str) -> Bytes {
    let mut content =
        format!("{name}: made by the embedded service of rds-api, not by a database\n").into_bytes();
    let mut random = fastrand::Rng::with_seed(fingerprint(name));
    content.resize(usize::try_from(size(name)).unwrap_or_default().max(content.len()), 0);
    let begin = content.iter().position(|byte| *byte == 0).unwrap_or(content.len());
    random.fill(&mut content[begin..]);
    content.into()
}

/// The checksum of a file, as a decimal text.
pub(super) fn checksum(name: &str) -> String {
    CHECKSUM.checksum(&content(name)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_has_the_size_that_is_told_and_is_always_the_same() {
        for name in ["backup-1.xb", "mysql-bin.000001", ""] {
            assert_eq!(content(name).len() as u64, size(name));
            assert_eq!(content(name), content(name));
        }
        assert_ne!(content("backup-1.xb"), content("backup-2.xb"));
    }
}
