//! A fuzzer for every day: each file of a corpus, and what becomes of it by a few changes. It is blind, but
//! needs no tools, takes no time, and does the same each time.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

/// What parsers take for more than text.
const TOKENS: [&[u8]; 20] = [
    b"\0",
    b"\"",
    b"\\",
    b"\\u0000",
    b"{",
    b"}",
    b"[",
    b"]",
    b"<",
    b"</",
    b"/>",
    b"<![CDATA[",
    b"&amp;",
    b"&#0;",
    b"%",
    b"=",
    b": ",
    b"- ",
    b"1e999",
    b"-9223372036854775809",
];

/// Feeds every file below `corpus` to `target`, and `times` variations of each.
pub(crate) fn feed(corpus: &Path, times: u64, target: impl Fn(&[u8])) {
    let mut paths: Vec<_> = std::fs::read_dir(corpus)
        .unwrap_or_else(|error| panic!("there is no corpus {}: {error}", corpus.display()))
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let seeds: Vec<Vec<u8>> = paths.iter().map(|path| std::fs::read(path).unwrap()).collect();
    assert!(!seeds.is_empty(), "the corpus {} is empty", corpus.display());
    for (seed, path) in seeds.iter().zip(&paths) {
        for number in 0..=times {
            // The first is the file itself.
            let data = if number == 0 { seed.clone() } else { varied(seed, &seeds, number) };
            if catch_unwind(AssertUnwindSafe(|| target(&data))).is_err() {
                let data = String::from_utf8_lossy(&data);
                panic!("variation {number} of {} breaks the target:\n{data}", path.display());
            }
        }
    }
}

fn varied(seed: &[u8], seeds: &[Vec<u8>], number: u64) -> Vec<u8> {
    let mut random = fastrand::Rng::with_seed(number);
    let mut data = seed.to_vec();
    for _ in 0..random.usize(1..4) {
        let from = random.usize(0..=data.len());
        let to = (from + random.usize(0..16)).min(data.len());
        match random.u8(0..6) {
            0 => data.truncate(from),
            1 => drop(data.drain(from..to)),
            2 => {
                let piece = data[from..to].to_vec();
                let at = random.usize(0..=data.len());
                data.splice(at..at, piece);
            }
            3 => {
                if let Some(byte) = data.get_mut(from) {
                    *byte ^= 1 << random.u8(0..8);
                }
            }
            4 => {
                let other = &seeds[random.usize(0..seeds.len())];
                data.truncate(from);
                data.extend_from_slice(&other[random.usize(0..=other.len())..]);
            }
            _ => drop(data.splice(from..to, TOKENS[random.usize(0..TOKENS.len())].iter().copied())),
        }
    }
    data
}
