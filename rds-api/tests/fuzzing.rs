//! What fuzzers feed, over their corpus and mutations of it, on any compiler.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::Path;

#[path = "../fuzz/mutations.rs"]
mod mutations;
#[path = "../fuzz/targets.rs"]
mod targets;

fn feed(target: &str, function: fn(&[u8])) {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(target);
    mutations::feed(&corpus, 500, function);
}

#[test]
fn no_json_breaks_decoding() {
    feed("decode_json", targets::decode_json);
}

#[test]
fn no_xml_breaks_decoding() {
    feed("decode_xml", targets::decode_xml);
}

#[test]
fn no_body_breaks_what_becomes_of_errors() {
    feed("error_body", targets::error_body);
}
