//! The checksum that the service has of its files: CRC-64 by ECMA-182, as a decimal text.

use crc::{CRC_64_XZ, Crc, Table};

static CRC: Crc<u64, Table<16>> = Crc::<u64, Table<16>>::new(&CRC_64_XZ);

/// The checksum of the bytes so far.
pub(super) type Digest = crc::Digest<'static, u64, Table<16>>;

/// The checksum of nothing yet.
pub(super) fn digest() -> Digest {
    CRC.digest()
}

/// A checksum in a text. A text that is none says nothing.
pub(super) fn parse(text: &str) -> Option<u64> {
    let text = text.trim();
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_checksum_is_that_of_the_storage() {
        let mut digest = digest();
        digest.update(b"1234");
        digest.update(b"56789");
        // The check value of CRC-64/XZ.
        assert_eq!(digest.finalize(), 0x995d_c9bb_df19_39fa);
        assert_eq!(parse(" 18358304393468701857 "), Some(18_358_304_393_468_701_857));
        for none in ["", "1835830439****", "-1", "+1", "18446744073709551616", "0x12"] {
            assert_eq!(parse(none), None, "{none}");
        }
    }
}
